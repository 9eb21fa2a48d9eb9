"""Examples for kata 06: run `pytest` in this folder. They need no data set and take some seconds.

They are a beginning: `katas check 06` asks more, and trains both networks on real digits.
"""

from __future__ import annotations

import numpy as np
import pytest
import solution

ONE, ZERO = np.ones(1), np.zeros(1)


def test_forward_two_rows():
    # Mean 2, variance 1: the rows lie one deviation below and above.
    y = solution.batchnorm_forward(np.array([[1.0], [3.0]]), 10 * ONE, 5 * ONE, 0.0)
    np.testing.assert_allclose(y, [[-5.0], [15.0]])


def test_forward_images_have_channels_last():
    x = np.random.default_rng(0).normal(3.0, 2.0, size=(4, 5, 5, 2))
    y = np.asarray(solution.batchnorm_forward(x, np.ones(2), np.zeros(2), 1e-8))
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-6)


def test_backward_agrees_with_a_small_step():
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
    mean, var = solution.update_running(4 * ONE, 2 * ONE, np.array([[1.0], [3.0]]), 0.9)
    np.testing.assert_allclose(mean, 0.9 * 4 + 0.1 * 2)
    np.testing.assert_allclose(var, 0.9 * 2 + 0.1 * 1)


def test_inference_uses_what_it_is_given():
    y = solution.batchnorm_inference(np.array([[7.0]]), 2 * ONE, ONE, 5 * ONE, 4 * ONE, 0.0)
    np.testing.assert_allclose(y, [[3.0]])


def test_a_folded_layer_does_the_same():
    rng = np.random.default_rng(2)
    x, w, b = rng.normal(size=(6, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    norm = (rng.normal(size=2), rng.normal(size=2), rng.normal(size=2), rng.uniform(0.5, 2, size=2), 1e-3)
    folded_w, folded_b = solution.fold(w, b, *norm)
    np.testing.assert_allclose(x @ folded_w + folded_b, solution.batchnorm_inference(x @ w + b, *norm))


@pytest.mark.parametrize("use_batchnorm", [False, True])
def test_both_networks_give_probabilities(use_batchnorm):
    x = np.random.default_rng(3).random((5, 784)).astype(np.float32)
    p = np.asarray(solution.build(use_batchnorm)(x, training=False))
    assert p.shape == (5, 10)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-4)
