"""카타 03의 예제입니다. 이 폴더에서 `pytest`를 실행하세요. 데이터는 필요 없고 몇 초 걸립니다.

이것은 시작입니다. `katas check 03`은 진짜 숫자로 더 많은 것을 검사합니다.
"""

from __future__ import annotations

import numpy as np
import solution


def strokes(count: int) -> np.ndarray:
    """세로나 가로로 밝은 막대가 하나씩 있는 이미지입니다. (count, 784) float32, 0에서 1 사이."""
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
    """이미지를 코드로 바꾸었다가 그 코드로 다시 그립니다."""
    return np.asarray(decoder(encoder(x, training=False), training=False))


def test_the_code_is_small():
    """이미지마다 코드가 하나이고, 코드에는 수가 많아야 32개 있습니다."""
    codes = np.asarray(solution.build_encoder()(strokes(5), training=False))
    assert codes.ndim == 2
    assert codes.shape[0] == 5
    assert codes.shape[1] <= 32


def test_the_decoder_gives_images():
    """다시 그린 이미지는 원본과 모양(shape)이 같습니다."""
    x = strokes(5)
    images = reconstruct(solution.build_encoder(), solution.build_decoder(), x)
    assert images.shape == x.shape


def test_every_build_is_a_new_model():
    """부를 때마다 새 모델을 만듭니다."""
    assert solution.build_encoder() is not solution.build_encoder()


def test_training_brings_the_error_down():
    """학습하면 오차가 적어도 5분의 1은 줄어듭니다."""
    x = strokes(1024)
    encoder, decoder = solution.build_encoder(), solution.build_decoder()
    before = np.mean((reconstruct(encoder, decoder, x) - x) ** 2)
    solution.train(encoder, decoder, x.copy())
    after = np.mean((reconstruct(encoder, decoder, x) - x) ** 2)
    assert after < 0.8 * before


def test_one_image_gives_the_same_code_as_in_a_batch():
    """이미지를 하나씩 넣어도 배치로 넣을 때와 같은 코드가 나옵니다."""
    x = strokes(16)
    encoder = solution.build_encoder()
    together = np.asarray(encoder(x, training=False))
    alone = np.concatenate([np.asarray(encoder(x[i : i + 1], training=False)) for i in range(16)])
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-5)
