"""Examples to start with: run `pytest` in this folder. The judge asks more."""

import numpy as np
from solution import fit_closed_form, fit_gradient_descent, gradients, loss, predict

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
W = np.array([2.0, -1.0])
B = 0.5
Y = np.array([0.5, 2.5, 7.5])


def test_predict():
    # 1 * 2 + 2 * (-1) + 0.5 = 0.5, and so on
    np.testing.assert_allclose(predict(X, W, B), [0.5, 2.5, 4.5])


def test_loss():
    # the errors are 0, 0 and -3
    assert np.isclose(loss(X, Y, W, B), 3.0)


def test_gradients_agree_with_small_steps():
    dw, db = gradients(X, Y, W, B)
    h = 1e-6
    slope = [(loss(X, Y, W + h * e, B) - loss(X, Y, W - h * e, B)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(dw, slope, rtol=1e-6)
    np.testing.assert_allclose(db, (loss(X, Y, W, B + h) - loss(X, Y, W, B - h)) / (2 * h), rtol=1e-6)


def table(scale, mean):
    rng = np.random.default_rng(1)
    z = rng.normal(size=(200, 3))
    y = z @ [1.0, -2.0, 0.5] + 4.0 + 0.1 * rng.normal(size=200)
    return z * scale + mean, y


def best_error(x, y):
    z = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))])
    return np.mean((z @ np.linalg.lstsq(z, y, rcond=None)[0] - y) ** 2)


def test_descent_on_kind_columns():
    x, y = table(scale=1.0, mean=0.0)
    w, b = fit_gradient_descent(x, y)
    assert np.mean((x @ w + b - y) ** 2) - best_error(x, y) < 1e-4 * np.var(y)


def test_descent_on_unkind_columns():
    x, y = table(scale=np.array([1e-3, 1.0, 1e3]), mean=np.array([0.1, 100.0, 0.0]))
    w, b = fit_gradient_descent(x, y)
    assert np.mean((x @ w + b - y) ** 2) - best_error(x, y) < 1e-4 * np.var(y)


def test_closed_form():
    x, y = table(scale=1.0, mean=3.0)
    w, b = fit_closed_form(x, y)
    np.testing.assert_allclose(w, [1.0, -2.0, 0.5], atol=0.05)
    np.testing.assert_allclose(b, 4.0 - 3.0 * (1.0 - 2.0 + 0.5), atol=0.1)


def test_closed_form_shares_a_weight_between_equal_columns():
    x, y = table(scale=1.0, mean=0.0)
    x[:, 1] = x[:, 0]
    w, _ = fit_closed_form(x, y)
    np.testing.assert_allclose(w[0], w[1], atol=1e-6)
