"""카타 03: 손글씨 숫자를 위한 오토인코더.

세 함수를 채우세요. 설명은 `katas lesson 03`, 예제는 이 파일 옆에서 `pytest`,
채점은 `katas check 03`입니다. 설치된 패키지는 무엇이든 쓸 수 있지만 미리 학습된
가중치는 쓸 수 없고, 소스는 16 KiB까지입니다.

함수는 이렇게 쓰입니다.

- 한 프로세스가 인코더와 디코더를 만들어 학습시킵니다. 그 뒤에 남는 것은
  `get_weights()`뿐입니다.
- 두 번째 프로세스는 `build_encoder()`를 새로 부르고 학습된 가중치를 넣은 다음,
  `train`이 본 적 없는 이미지를 코드로 바꿉니다. 세 번째 프로세스는
  `build_decoder()`로 똑같이 해서 코드로 그림을 그립니다.
- 모델은 `model(x, training=False)`로, 아무 크기의 배치로 부릅니다. 한 이미지에
  대한 답이 같은 배치의 다른 이미지에 따라 달라지면 안 됩니다.
"""

from __future__ import annotations

import keras
import numpy as np


def build_encoder() -> keras.Model:
    """학습되지 않은 새 인코더.

    Returns:
        Keras 모델: [0, 1]의 이미지 (n, 784) float32 -> 코드 (n, k). k는 32
        이하입니다. 모델의 종류(Sequential, 함수형, 서브클래스), 층, 코드의 범위는
        자유입니다.
    """
    raise NotImplementedError("a Keras model from 784 pixels to a code of at most 32 numbers")


def build_decoder() -> keras.Model:
    """학습되지 않은 새 디코더.

    Returns:
        Keras 모델: 코드 (n, k) float32 -> 이미지 (n, 784). 픽셀은 나온 그대로
        비교하며, [0, 1] 안에 있지 않아도 됩니다. 인코더와 디코더의 매개변수는
        합쳐서 5,000,000개까지입니다.
    """
    raise NotImplementedError("a Keras model from the code back to 784 pixels")


def train(encoder: keras.Model, decoder: keras.Model, x: np.ndarray) -> None:
    """인코더가 본 것을 디코더가 코드만 보고 그릴 때까지 두 모델을 그 자리에서
    학습시킵니다.

    모든 이미지가 뒤집히거나 돌아가 있을 수 있습니다. 학습과 시험에서 방식은
    같습니다.

    Args:
        encoder: `build_encoder()`가 준 모델. 다른 것이 아니라 바로 이 객체를
            학습시키세요.
        decoder: `build_decoder()`가 준 모델. 마찬가지입니다.
        x: [0, 1]의 (n, 784) float32, 28 x 28 이미지가 한 행씩. n은 50,000이고,
            한 검사에서는 300입니다. 라벨은 없습니다. 배열은 마음대로 바꾸어도
            됩니다.

    Returns:
        None, 또는 Keras History나 숫자 리스트의 딕셔너리. 그러면 보고서에
        곡선을 그립니다.
    """
    raise NotImplementedError("train encoder and decoder together: the image is both input and target")
