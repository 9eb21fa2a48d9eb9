"""카타 05의 예제입니다. 이 폴더에서 `pytest`를 실행하세요. 채점기는 더 많은 것을 검사합니다."""

import numpy as np
import pytest
import solution

SHAPE = (32, 32, 3)


@pytest.fixture(scope="module")
def model():
    return solution.build(SHAPE)


def striped(count, seed):
    """회색 잡음 위에 밝은 줄무늬가 있습니다. 세로면 클래스 1, 가로면 클래스 0이고 자리는 그림마다 다릅니다."""
    rng = np.random.default_rng(seed)
    images = rng.random((count, *SHAPE), np.float32) * np.float32(0.5)
    classes = np.arange(count) % 2
    for image, kind, start in zip(images, classes, rng.integers(0, 4, count), strict=True):
        stripes = image.swapaxes(0, 1) if kind else image
        stripes[start::4] += 0.5
    return images, classes.astype(np.int64)


def test_one_probability_for_each_picture(model):
    """그림마다 확률이 하나씩 나옵니다."""
    images, _ = striped(6, 0)
    answers = np.asarray(model(images, training=False))
    assert answers.shape == (6, 1)
    assert np.all((answers >= 0) & (answers <= 1))


def test_a_picture_is_answered_for_itself(model):
    """한 그림의 답은 배치의 다른 그림에 따라 달라지지 않습니다."""
    images, _ = striped(6, 1)
    together = np.asarray(model(images, training=False))
    alone = np.asarray(model(images[:1], training=False))
    np.testing.assert_allclose(together[:1], alone, atol=1e-4)


def test_training_finds_the_direction_of_stripes():
    """줄무늬의 자리가 아니라 방향을 알아봐야 합니다. 바로 합성곱이 잘하는 일입니다."""
    model = solution.build(SHAPE)
    images, classes = striped(1_200, 2)
    solution.train(model, images[:800], classes[:800], images[800:900], classes[800:900])
    answers = np.asarray(model(images[900:], training=False))[:, 0]
    assert np.mean((answers > 0.5) == classes[900:]) > 0.9
