"""Examples for kata 03: run `pytest` in this folder. They need no data set and take some seconds.

They are a beginning: `katas check 03` asks more, on real digits.
"""

from __future__ import annotations

import numpy as np
import solution


def strokes(count: int) -> np.ndarray:
    """Images with one bright bar each, upright or level: (count, 784) float32 in [0, 1]."""
    rng = np.random.default_rng(0)
    images = np.zeros((count, 28, 28), dtype=np.float32)
    for image in images:
        place = rng.integers(4, 22)
        if rng.random() < 0.5:
            image[4:24, place : place + 3] = 1
        else:
            image[place : place + 3, 4:24] = 1
    return images.reshape(count, 784)


def reconstruct(encoder, decoder, x: np.ndarray) -> np.ndarray:
    return np.asarray(decoder(encoder(x, training=False), training=False))


def test_the_code_is_small():
    codes = np.asarray(solution.build_encoder()(strokes(5), training=False))
    assert codes.ndim == 2
    assert codes.shape[0] == 5
    assert codes.shape[1] <= 32


def test_the_decoder_gives_images():
    x = strokes(5)
    images = reconstruct(solution.build_encoder(), solution.build_decoder(), x)
    assert images.shape == x.shape


def test_every_build_is_a_new_model():
    assert solution.build_encoder() is not solution.build_encoder()


def test_training_brings_the_error_down():
    x = strokes(1024)
    encoder, decoder = solution.build_encoder(), solution.build_decoder()
    before = np.mean((reconstruct(encoder, decoder, x) - x) ** 2)
    solution.train(encoder, decoder, x.copy())
    after = np.mean((reconstruct(encoder, decoder, x) - x) ** 2)
    assert after < 0.8 * before


def test_one_image_gives_the_same_code_as_in_a_batch():
    x = strokes(16)
    encoder = solution.build_encoder()
    together = np.asarray(encoder(x, training=False))
    alone = np.concatenate([np.asarray(encoder(x[i : i + 1], training=False)) for i in range(16)])
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-5)
