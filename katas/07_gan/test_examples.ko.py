"""풀면서 돌려 볼 예제입니다. 이 폴더에서 `pytest test_examples.py`를 실행하세요. 채점기는 더 많은 것을 검사합니다."""

import numpy as np
import pytest
import solution

LATENT_SIZE = 64


def noise(rows, seed=0):
    """그림 rows장을 그리는 데 쓸 z입니다."""
    return np.random.default_rng(seed).normal(size=(rows, LATENT_SIZE)).astype("float32")


def crosses(rows):
    """예제에 쓸 만큼 단순한 그림입니다. 검은 바탕에 밝은 십자가 있고, 자리가 조금씩 다릅니다."""
    x = np.zeros((rows, 28, 28), "float32")
    for row in range(rows):
        x[row, 10 + row % 8, 4:24] = 1
        x[row, 4:24, 10 + row % 5] = 1
    return x


@pytest.fixture
def generator():
    return solution.build_generator(LATENT_SIZE)


@pytest.fixture
def discriminator():
    return solution.build_discriminator()


def test_generator_draws_pictures(generator):
    """생성자는 0과 1 사이의 값으로 된 28 x 28 그림을 그립니다."""
    pictures = np.asarray(generator(noise(5), training=False))
    assert pictures.shape == (5, 28, 28)
    assert pictures.min() >= 0 and pictures.max() <= 1


def test_generator_draws_one_picture_as_in_a_batch(generator):
    """한 장만 그려도 배치로 그릴 때와 같은 그림이 나옵니다."""
    z = noise(5)
    together = np.asarray(generator(z, training=False))
    alone = np.asarray(generator(z[:1], training=False))
    assert np.allclose(together[:1], alone, atol=1e-4)


def test_discriminator_gives_probabilities(discriminator):
    """판별자는 그림마다 확률을 하나씩 내놓습니다."""
    p = np.asarray(discriminator(crosses(5), training=False))
    assert p.shape == (5, 1)
    assert p.min() >= 0 and p.max() <= 1


def test_training_changes_both_networks(generator, discriminator):
    """학습하면 두 신경망이 모두 달라지고, 값은 유한합니다."""
    z, x = noise(4), crosses(256)
    drawn, judged = np.asarray(generator(z, training=False)), np.asarray(discriminator(x[:4], training=False))
    solution.train(generator, discriminator, x.copy())
    drawn_after = np.asarray(generator(z, training=False))
    judged_after = np.asarray(discriminator(x[:4], training=False))
    assert np.isfinite(drawn_after).all() and np.isfinite(judged_after).all()
    assert np.abs(drawn_after - drawn).max() > 1e-4
    assert np.abs(judged_after - judged).max() > 1e-4


def test_different_z_give_different_pictures_after_training(generator, discriminator):
    """학습한 뒤에도 z가 다르면 그림이 다릅니다."""
    solution.train(generator, discriminator, crosses(256))
    pictures = np.asarray(generator(noise(10), training=False))
    assert np.abs(pictures[1:] - pictures[:1]).max() > 1e-3
