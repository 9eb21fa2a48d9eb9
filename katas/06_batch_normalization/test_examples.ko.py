"""카타 06의 예제입니다. 이 폴더에서 `pytest`를 실행하세요. 데이터는 필요 없고 몇 초 걸립니다.

이것은 시작입니다. `katas check 06`은 더 많은 것을 검사하고, 진짜 숫자로 두 신경망을 학습합니다.
"""

from __future__ import annotations

import numpy as np
import pytest
import solution

ONE, ZERO = np.ones(1), np.zeros(1)


def test_forward_two_rows():
    """행이 두 개뿐이면 손으로도 계산할 수 있습니다."""
    # 평균이 2, 분산이 1이므로 두 행은 표준편차 하나만큼 아래와 위에 있습니다.
    y = solution.batchnorm_forward(np.array([[1.0], [3.0]]), 10 * ONE, 5 * ONE, 0.0)
    np.testing.assert_allclose(y, [[-5.0], [15.0]])


def test_forward_images_have_channels_last():
    """이미지에서는 마지막 축(axis)이 채널입니다. 채널마다 평균 0, 표준편차 1이 됩니다."""
    x = np.random.default_rng(0).normal(3.0, 2.0, size=(4, 5, 5, 2))
    y = np.asarray(solution.batchnorm_forward(x, np.ones(2), np.zeros(2), 1e-8))
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-6)


def test_backward_agrees_with_a_small_step():
    """dx는 x의 원소 하나를 조금 움직여서 잰 기울기와 같고, dbeta는 dy의 합입니다."""
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(4, 1)), rng.normal(size=(4, 1))
    gamma, step = 2 * ONE, 1e-6
    dx, _, dbeta = solution.batchnorm_backward(dy, x, gamma, 1e-3)
    moved = np.array(x)
    moved[2, 0] += step
    there = np.sum(dy * solution.batchnorm_forward(moved, gamma, ZERO, 1e-3))
    here = np.sum(dy * solution.batchnorm_forward(x, gamma, ZERO, 1e-3))
    assert np.asarray(dx)[2, 0] == pytest.approx((there - here) / step, abs=1e-4)
    assert np.asarray(dbeta)[0] == pytest.approx(dy.sum())


def test_running_statistics_change_slowly():
    """이동 평균은 배치 하나에 10분의 1씩 다가갑니다."""
    mean, var = solution.update_running(4 * ONE, 2 * ONE, np.array([[1.0], [3.0]]), 0.9)
    np.testing.assert_allclose(mean, 0.9 * 4 + 0.1 * 2)
    np.testing.assert_allclose(var, 0.9 * 2 + 0.1 * 1)


def test_inference_uses_what_it_is_given():
    """추론할 때는 배치가 아니라 받은 평균과 분산을 씁니다."""
    y = solution.batchnorm_inference(np.array([[7.0]]), 2 * ONE, ONE, 5 * ONE, 4 * ONE, 0.0)
    np.testing.assert_allclose(y, [[3.0]])


def test_a_folded_layer_does_the_same():
    """정규화를 합친 층 하나가 두 층과 같은 답을 냅니다."""
    rng = np.random.default_rng(2)
    x, w, b = rng.normal(size=(6, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    norm = (rng.normal(size=2), rng.normal(size=2), rng.normal(size=2), rng.uniform(0.5, 2, size=2), 1e-3)
    folded_w, folded_b = solution.fold(w, b, *norm)
    np.testing.assert_allclose(x @ folded_w + folded_b, solution.batchnorm_inference(x @ w + b, *norm))


@pytest.mark.parametrize("use_batchnorm", [False, True])
def test_both_networks_give_probabilities(use_batchnorm):
    """정규화가 있든 없든 행마다 합이 1인 확률이 나옵니다."""
    x = np.random.default_rng(3).random((5, 784)).astype(np.float32)
    p = np.asarray(solution.build(use_batchnorm)(x, training=False))
    assert p.shape == (5, 10)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-4)
