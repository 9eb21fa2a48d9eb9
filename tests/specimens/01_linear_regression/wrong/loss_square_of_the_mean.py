# verdict: failed
# caught by: test_loss
# diagnosis: square_of_mean
# The mean is squared, not the errors.
import numpy as np


def predict(x, w, b):
    """예측값: 각 행과 가중치의 내적에 편향을 더한다."""
    return (x * w).sum(axis=1) + b


def loss(x, y, w, b):
    # 평균 제곱 오차
    오차 = predict(x, w, b) - y
    return 오차.mean() ** 2


def gradients(x, y, w, b):
    # 손실을 w 와 b 로 미분한 값
    오차 = predict(x, w, b) - y
    개수 = 오차.size
    dw = 2.0 * (오차[np.newaxis, :] @ x).ravel() / 개수
    db = 2.0 * 오차.sum() / 개수
    return dw, db


def _표준화(x):
    평균 = x.mean(axis=0)
    표준편차 = x.std(axis=0)
    표준편차 = np.where(표준편차 == 0, 1.0, 표준편차)  # 상수 열은 0 으로 나누지 않는다
    return (x - 평균) / 표준편차, 평균, 표준편차


def fit_gradient_descent(x, y):
    z, 평균, 표준편차 = _표준화(x)
    # 학습률: 가장 가파른 방향의 곡률에서 구한다
    곡률 = 2 * np.linalg.eigvalsh(z.T @ z / len(z)).max()
    학습률 = 1.0 / max(곡률, 2.0)
    w, b = np.zeros(x.shape[1]), 0.0
    이전 = np.inf
    for 단계 in range(50_000):
        dw, db = gradients(z, y, w, b)
        w -= 학습률 * dw
        b -= 학습률 * db
        if 단계 % 500 == 499:
            지금 = loss(z, y, w, b)
            # 더 이상 줄지 않으면 멈춘다
            if 이전 - 지금 <= 1e-12 * 지금:
                break
            이전 = 지금
    w = w / 표준편차
    return w, b - np.dot(평균, w)


def fit_closed_form(x, y):
    # 편향을 위한 1 열을 붙이고 유사역행렬을 쓴다 (역행렬이 없어도 된다)
    확장 = np.insert(x, x.shape[1], 1.0, axis=1)
    해 = np.linalg.pinv(확장).dot(y)
    return 해[:-1], float(해[-1])
