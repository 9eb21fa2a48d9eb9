"""카타 02: 손으로 만드는 다층 퍼셉트론.

함수 다섯 개를 채우세요. 설명은 `katas lesson 02`, 이 파일 옆의 예제는
`pytest`, 채점은 `katas check 02`입니다. NumPy와 표준 라이브러리를 쓸 수 있고,
소스는 16 KiB까지입니다.

`params`는 한 줄로 펼친 리스트 [W1, b1, W2, b2, ...]이고, W는 (in, out), b는
(out,)입니다. 층은 h W + b이고, 마지막 층을 뺀 모든 층 뒤에 여러분이 고른 활성화
함수가 옵니다. 함수에 인자 말고 따로 필요한 것은 남지 않습니다. params는 한
프로세스에서 배우고 다른 프로세스에서 쓰입니다. 배열은 새 복사본으로, float64나
float32로 옵니다. 바꾸어도 괜찮습니다. 결과는 리스트, 튜플, 파이썬 실수,
float32여도 됩니다.
"""

from __future__ import annotations

import numpy as np


def init(sizes: list[int], seed: int) -> list[np.ndarray]:
    """학습을 시작할 매개변수.

    Args:
        sizes: 입력, 은닉층, 출력의 너비. 두 개 이상입니다. 예: [784, 64, 10].
        seed: 0에서 2^32 - 1까지. 시드가 같으면 매개변수도 같고, 다르면
            다릅니다.

    Returns:
        [W1 (sizes[0], sizes[1]), b1 (sizes[1],), W2, b2, ...]. 한 은닉층의
        유닛은 모두 서로 다릅니다.
    """
    raise NotImplementedError("random weights, one matrix and one bias per layer")


def forward(params: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """신경망의 출력 그대로. softmax도, 마지막 층 뒤의 활성화 함수도 없습니다.

    Args:
        params: [W1, b1, W2, b2, ...]. 층은 하나 이상 몇 개라도 됩니다.
        x: (n, sizes[0]).

    Returns:
        (n, sizes[-1]). 각 행은 x의 그 행에만 달려 있습니다.
    """
    raise NotImplementedError("x through all layers")


def loss_and_gradients(
    params: list[np.ndarray], x: np.ndarray, y: np.ndarray, kind: str
) -> tuple[float, list[np.ndarray]]:
    """출력의 손실과, 모든 매개변수에 대한 손실의 그레이디언트.

    Args:
        params: [W1, b1, W2, b2, ...].
        x: (n, sizes[0]).
        y: "mse"이면 수 (n, sizes[-1]), "cross_entropy"이면 int64 클래스 (n,).
        kind: "mse"는 원소 n * sizes[-1]개 전체에 대한 오차 제곱의 평균,
            "cross_entropy"는 -log softmax(출력)[y]를 행에 대해 평균한 것입니다.
            (별 "robust": 출력이 -1000에서 1000까지여도 맞아야 합니다.)

    Returns:
        (손실, 그레이디언트): 수 하나와, params와 모양이 같은 리스트.
    """
    raise NotImplementedError("the loss, and backpropagation")


def fit_curve(x: np.ndarray, y: np.ndarray, hidden: int, seed: int) -> list[np.ndarray]:
    """은닉층 하나로 곡선을 그립니다.

    Args:
        x: [-3, 3] 안의 float64 (256, 1). 순서는 정해져 있지 않습니다.
        y: [-1, 1] 안의 float64 (256, 1). 잡음 없는 사인, 계단, 톱니입니다.
        hidden: 은닉층의 너비, 1에서 64까지.
        seed: 0에서 2^32 - 1까지.

    Returns:
        `forward`에 넣을 매개변수
        [W1 (1, hidden), b1 (hidden,), W2 (hidden, 1), b2 (1,)].
    """
    raise NotImplementedError("training on 256 points")


def train_classifier(x: np.ndarray, y: np.ndarray, seed: int) -> list[np.ndarray]:
    """숫자 읽기를 배웁니다.

    Args:
        x: [0, 1] 안의 float32 (n, 784). n은 정확도를 잴 때 60,000이고, 한 번은
            300입니다. len(x)에서 얻으세요. 픽셀의 순서는 알 수 없지만 모든
            그림에서 같습니다.
        y: 0에서 9까지의 int64 (n,).
        seed: 0에서 2^32 - 1까지.

    Returns:
        입력 784개에서 출력 10개로 가는 매개변수. 은닉층은 자유이고, 수는 모두
        2,000,000개까지입니다. 가장 큰 출력이 답하는 클래스입니다.
    """
    raise NotImplementedError("training on batches of digits")
