"""처음에 돌려 볼 예제입니다. 이 폴더에서 `pytest`를 실행하세요. 채점기는 더 많은 것을 검사합니다."""

import numpy as np
from solution import fit_closed_form, fit_gradient_descent, gradients, loss, predict

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
W = np.array([2.0, -1.0])
B = 0.5
Y = np.array([0.5, 2.5, 7.5])


def test_predict():
    """예측은 각 열에 가중치를 곱해 더하고 편향을 더한 값입니다."""
    # 1 * 2 + 2 * (-1) + 0.5 = 0.5, 다음 행도 이렇게 계산합니다
    np.testing.assert_allclose(predict(X, W, B), [0.5, 2.5, 4.5])


def test_loss():
    """손실은 평균 제곱 오차입니다."""
    # 오차는 0, 0, -3입니다
    assert np.isclose(loss(X, Y, W, B), 3.0)


def test_gradients_agree_with_small_steps():
    """그레이디언트는 조금씩 움직여서 잰 기울기와 같습니다."""
    dw, db = gradients(X, Y, W, B)
    h = 1e-6
    slope = [(loss(X, Y, W + h * e, B) - loss(X, Y, W - h * e, B)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(dw, slope, rtol=1e-6)
    np.testing.assert_allclose(db, (loss(X, Y, W, B + h) - loss(X, Y, W, B - h)) / (2 * h), rtol=1e-6)


def table(scale, mean):
    """행이 200개, 열이 3개인 표와 목표값을 만듭니다. 열의 크기와 평균은 정할 수 있습니다."""
    rng = np.random.default_rng(1)
    z = rng.normal(size=(200, 3))
    y = z @ [1.0, -2.0, 0.5] + 4.0 + 0.1 * rng.normal(size=200)
    return z * scale + mean, y


def best_error(x, y):
    """어떤 w와 b로도 더 줄일 수 없는 오차입니다."""
    z = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))])
    return np.mean((z @ np.linalg.lstsq(z, y, rcond=None)[0] - y) ** 2)


def test_descent_on_kind_columns():
    """열의 크기가 비슷하면 경사 하강법은 바닥에 닿습니다."""
    x, y = table(scale=1.0, mean=0.0)
    w, b = fit_gradient_descent(x, y)
    assert np.mean((x @ w + b - y) ** 2) - best_error(x, y) < 1e-4 * np.var(y)


def test_descent_on_unkind_columns():
    """열의 크기가 백만 배까지 달라도 바닥에 닿아야 합니다."""
    x, y = table(scale=np.array([1e-3, 1.0, 1e3]), mean=np.array([0.1, 100.0, 0.0]))
    w, b = fit_gradient_descent(x, y)
    assert np.mean((x @ w + b - y) ** 2) - best_error(x, y) < 1e-4 * np.var(y)


def test_closed_form():
    """닫힌 해는 표를 만들 때 쓴 w와 b를 찾아냅니다."""
    x, y = table(scale=1.0, mean=3.0)
    w, b = fit_closed_form(x, y)
    np.testing.assert_allclose(w, [1.0, -2.0, 0.5], atol=0.05)
    np.testing.assert_allclose(b, 4.0 - 3.0 * (1.0 - 2.0 + 0.5), atol=0.1)


def test_closed_form_shares_a_weight_between_equal_columns():
    """똑같은 두 열은 가중치를 똑같이 나누어 가집니다. 그것이 가장 짧은 해입니다."""
    x, y = table(scale=1.0, mean=0.0)
    x[:, 1] = x[:, 0]
    w, _ = fit_closed_form(x, y)
    np.testing.assert_allclose(w[0], w[1], atol=1e-6)
