"""카타 01: 선형 회귀.

다섯 함수를 채우세요. 설명은 `katas lesson 01`, 예제는 이 파일 옆에서 `pytest`,
채점은 `katas check 01`입니다. NumPy와 표준 라이브러리를 쓸 수 있고, 소스는 16
KiB까지입니다.

어디서나 x는 (n, d) float64로 예제 하나가 한 행이고, y는 (n,) float64, w는 (d,),
b는 숫자 하나입니다. 배열은 새로 복사한 것이 들어오므로 바꾸어도 됩니다. 결과는
리스트, 파이썬 float, float32여도 됩니다.
"""

from __future__ import annotations

import numpy as np


def predict(x: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """행마다 예측 하나: x w + b.

    Args:
        x: (n, d) float64.
        w: (d,) float64.
        b: float.

    Returns:
        숫자 (n,).
    """
    raise NotImplementedError("x w + b, one number per row")


def loss(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    """예측의 평균 제곱 오차. 1/2은 붙이지 않습니다.

    Args:
        x: (n, d) float64.
        y: (n,) float64.
        w: (d,) float64.
        b: float.

    Returns:
        숫자 하나.
    """
    raise NotImplementedError("the mean of the squared errors")


def gradients(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    """w와 b에 대한 `loss`의 그레이디언트.

    Args: `loss`와 같습니다.

    Returns:
        (dw, db): dw는 (d,), db는 숫자 하나.
    """
    raise NotImplementedError("the slopes of the loss along w and b")


def fit_gradient_descent(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """내리막을 따라 걸어 w와 b를 찾습니다.

    평균 제곱 오차가 가능한 최솟값보다 y 분산의 1e-4배 미만만큼만 크면 도착한
    것입니다. 어떻게 가는지는 자유입니다.

    Args:
        x: (n, d) float64. 40행에서 20,000행까지이고 열은 100개 이하입니다. 열의
            크기는 10^6배까지 다를 수 있습니다. 별 "robust"에서는 평균이
            표준편차의 100배인 열, 값이 모두 같은 열(0.1처럼 어떤 값이든), 서로
            같거나 종속인 열, 행보다 많은 열도 나옵니다.
        y: (n,) float64. 크기는 1에서 10쯤입니다.

    Returns:
        들어온 그대로의 x에 대한 (w, b): w는 (d,), b는 모양이 () 또는 (1,)인
            숫자 하나.
    """
    raise NotImplementedError("downhill, step by step")


def fit_closed_form(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """평균 제곱 오차가 가장 작은 w와 b를 풀어서 한 번에 구합니다.

    가장 좋은 (w, b)가 여럿이면(별 "robust") 가장 짧은 것을 돌려주세요. |w|가
    가장 작은 해도, |(w, b)|가 가장 작은 해도 좋습니다.

    Args와 Returns: `fit_gradient_descent`와 같고, 같은 종류의 열이 나옵니다.
    """
    raise NotImplementedError("the bottom of the valley, at once")
