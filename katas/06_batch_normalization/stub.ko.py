"""카타 06: 배치 정규화를 손으로 만들고 깊은 신경망에 씁니다.

함수 일곱 개를 채우세요. 설명은 `katas lesson 06`에 있고, `pytest`는 이 파일
옆의 예제를 실행하고, `katas check 06`은 채점합니다. 설치된 패키지는 무엇이든 쓸
수 있지만 미리 학습된 가중치는 쓸 수 없습니다. 소스는 16 KiB까지입니다.

앞의 다섯 함수에서 *채널*은 마지막 축의 인덱스 하나입니다. x는 (n, d) 또는
(n, h, w, c)이고, gamma, beta, mean, var는 (d,) 또는 (c,), 곧 채널마다 수
하나입니다. 배열은 새로 복사한 것이 들어오고, float64이며 검사에 따라 float32일
때도 있습니다. 결과는 float64, float32, 리스트 모두 괜찮습니다. 분산은 원소의
수로 나눕니다.
"""

from __future__ import annotations

import keras
import numpy as np


def batchnorm_forward(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """학습할 때의 배치 정규화. 지금 이 배치의 평균과 분산을 씁니다.

    Args:
        x: (n, d) 또는 (n, h, w, c). 별 "robust"에서는 n = 1일 때도, 값이 모두
            같거나 거의 같은 채널도, 평균이 표준편차의 10,000배에 이를 때도
            있습니다.
        gamma, beta: 채널마다 배율 하나와 이동 하나.
        eps: 분산에 더하는 작은 양수.

    Returns:
        x와 같은 모양의 배열.
    """
    raise NotImplementedError("subtract the mean, divide by the root of variance + eps, scale, shift")


def batchnorm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`batchnorm_forward`를 거꾸로 지나온 손실의 기울기.

    Args:
        dy: 출력 y에 대한 손실의 기울기, x와 같은 모양.
        x, gamma, eps: `batchnorm_forward`가 받은 그대로.

    Returns:
        (dx, dgamma, dbeta): dx는 x와 같은 모양, 나머지는 채널마다 수 하나.
        평균이 아니라 합입니다.
    """
    raise NotImplementedError("the chain rule, through mean and variance too")


def update_running(
    mean: np.ndarray, var: np.ndarray, x: np.ndarray, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """배치가 하나 더 지난 뒤의 이동 평균과 이동 분산.

    Args:
        mean, var: 지금까지의 값, 채널마다 수 하나.
        x: 배치, (n, d) 또는 (n, h, w, c).
        momentum: [0, 1]의 수로 이전 값의 가중치입니다. Keras와 같아서 0.99이면
            천천히 변합니다.

    Returns:
        새 (mean, var).
    """
    raise NotImplementedError("a weighted mean of the old values and the batch's")


def batchnorm_inference(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float
) -> np.ndarray:
    """추론할 때의 배치 정규화. 이동 평균과 이동 분산을 씁니다.

    Args:
        x: (n, d) 또는 (n, h, w, c).
        gamma, beta, mean, var: 채널마다 수 하나.
        eps: 위와 같습니다.

    Returns:
        x와 같은 모양의 배열.
    """
    raise NotImplementedError("as in training, but with the statistics that are given")


def fold(
    w: np.ndarray,
    b: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    eps: float,
) -> tuple[np.ndarray, np.ndarray]:
    """선형 층과 그 뒤의 정규화가 추론할 때 하는 일을 혼자서 하는 층.

    Args:
        w: 커널. 완전 연결 층이면 (d, c), 합성곱이면 (kh, kw, d, c).
        b: 그 층의 편향, (c,).
        gamma, beta, mean, var, eps: 뒤에 오는 정규화의 값.

    Returns:
        모양이 그대로인 새 (w, b).
    """
    raise NotImplementedError("a scale and a shift per channel can be part of the kernel and the bias")


def build(use_batchnorm: bool) -> keras.Model:
    """배치 정규화가 있어야만 배우는 깊은 분류기.

    두 신경망은 층이 같고, 같은 방식의 무작위 커널에서 시작하고, 정규화 층
    말고는 아무것도 다르지 않습니다. `use_bias=not use_batchnorm`은 괜찮습니다.
    직접 만든 정규화 층도 Keras의 층처럼 항등에서 시작하면(배율 1, 이동 0, 이동
    평균 0, 이동 분산 1) 괜찮습니다. 편향은 -1과 1 사이에서 시작합니다.

    Args:
        use_batchnorm: 정규화 층을 넣을지.

    Returns:
        Keras 모델: [0, 1]의 float32 (n, 784) -> 확률 (n, 10). 커널이 있는 층이
            (정규화 층은 빼고) 10개 이상, 매개변수는 2,000,000개 이하.
    """
    raise NotImplementedError("ten layers or more, with or without a norm in each")


def train(model: keras.Model, x: np.ndarray, y: np.ndarray) -> None:
    """두 신경망 가운데 어느 것이든 같은 방법으로, 받은 모델을 그 자리에서
    학습시킵니다.

    방법은 자유입니다. 그 방법으로 정규화 없는 신경망은 뒤처지고 (아예 배우지
    못하면 가장 좋고, 손실이 NaN이 되어도 됩니다) 정규화 있는 신경망은 숫자를
    읽어야 합니다. 모델이 배운 것은 모두 `get_weights()`에 있어야 합니다. 다른
    프로세스가 모델을 새로 만들기 때문입니다.

    Args:
        model: `build(False)` 또는 `build(True)`가 돌려준 것.
        x: [0, 1]의 float32 (n, 784). n은 20,000이고, 한 검사에서는 100입니다.
            이미지는 모두 똑같이 뒤집히거나 돌려져 있을 수 있습니다.
        y: (n,) int64, 0~9. 어느 숫자가 어느 번호인지는 섞여 있을 수 있습니다.

    Returns:
        None, 또는 Keras의 History나 수의 리스트가 든 딕셔너리. 그러면 보고서에
        곡선이 그려집니다.
    """
    raise NotImplementedError("compile and fit, without asking which of the two it is")
