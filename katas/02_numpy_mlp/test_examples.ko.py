"""처음에 돌려 볼 예제입니다. 이 폴더에서 `pytest`를 실행하세요. 채점기는 더 많은 것을 검사합니다."""

import numpy as np
from solution import fit_curve, forward, init, loss_and_gradients, train_classifier


def test_init():
    """모양이 맞고, 시드가 같으면 값이 같고, 시드가 다르면 값도 다릅니다."""
    params = init([3, 5, 2], 7)
    assert [np.shape(p) for p in params] == [(3, 5), (5,), (5, 2), (2,)]
    assert all(np.array_equal(a, b) for a, b in zip(params, init([3, 5, 2], 7), strict=True))
    assert not np.array_equal(params[0], init([3, 5, 2], 8)[0])


def test_forward_without_hidden_layers():
    """은닉층이 없으면 x W + b가 그대로 출력됩니다."""
    w, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])
    np.testing.assert_allclose(forward([w, b], np.array([[1.0, 1.0], [0.0, 2.0]])), [[4.5, 5.5], [6.5, 7.5]])


def test_mse():
    """평균 제곱 오차는 모든 원소에 대한 평균입니다."""
    w, b = np.array([[1.0, 2.0]]), np.array([0.0, 0.0])
    value, _ = loss_and_gradients([w, b], np.array([[1.0], [2.0]]), np.array([[1.0, 0.0], [2.0, 4.0]]), "mse")
    assert np.isclose(value, 1.0)  # 오차는 0, 2, 0, 0입니다


def test_cross_entropy_of_equal_outputs():
    """출력이 모두 같으면 열 클래스의 확률이 같아서 손실은 log 10입니다."""
    w, b = np.zeros((4, 10)), np.zeros(10)
    value, _ = loss_and_gradients([w, b], np.ones((3, 4)), np.array([1, 5, 9]), "cross_entropy")
    assert np.isclose(value, np.log(10))


def test_gradients_agree_with_small_steps():
    """매개변수를 하나씩 조금 움직여서 잰 기울기와 그레이디언트가 같습니다."""
    rng = np.random.default_rng(1)
    params = [np.asarray(p) + 0.1 * rng.normal(size=np.shape(p)) for p in init([3, 5, 4], 1)]
    x, y = rng.normal(size=(8, 3)), rng.integers(0, 4, 8)
    _, gradients = loss_and_gradients(params, x, y, "cross_entropy")
    h = 1e-5
    for i, gradient in enumerate(gradients):
        slopes = np.zeros_like(params[i])
        for place in np.ndindex(slopes.shape):
            values = []
            for step in (h, -h):
                changed = [p.copy() for p in params]
                changed[i][place] += step
                values.append(loss_and_gradients(changed, x, y, "cross_entropy")[0])
            slopes[place] = (values[0] - values[1]) / (2 * h)
        np.testing.assert_allclose(gradient, slopes, atol=1e-5)


def test_a_parabola():
    """포물선을 따라 그립니다. 제곱평균제곱근 오차는 0.1보다 작아야 합니다."""
    x = np.linspace(-3, 3, 256)[:, None]
    y = x**2 / 4.5 - 1
    params = fit_curve(x, y, 32, 1)
    assert np.sqrt(np.mean((forward(params, x) - y) ** 2)) < 0.1


def test_two_kinds_of_pictures():
    """앞쪽 픽셀 50개가 더 밝은 그림과 그렇지 않은 그림을 가려냅니다."""
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 2000)
    x = rng.uniform(0, 0.5, size=(2000, 784)).astype(np.float32)
    x[y == 1, :50] += 0.4
    params = train_classifier(x, y, 1)
    assert np.mean(np.argmax(forward(params, x), axis=1) == y) > 0.95
