"""카타 04의 예제입니다. `pytest`로 실행하세요. 무엇을 묻는지 보여 줍니다. 채점기는 더 많은 것을 검사합니다."""

import numpy as np
import solution


def test_relu_keeps_what_is_positive():
    """양수는 그대로 두고 나머지는 0으로 만듭니다. 0에서의 기울기는 0으로 정했습니다."""
    x = np.array([[-2.0, 0.0], [0.5, 3.0]])
    np.testing.assert_allclose(solution.relu(x), [[0, 0], [0.5, 3]])
    np.testing.assert_allclose(solution.relu_gradient(x), [[0, 0], [1, 1]])


def test_two_layers_without_activation_are_one():
    """활성화 함수가 없는 두 층은 한 층과 같습니다."""
    weights = [np.array([[1.0, 2.0]]), np.array([[3.0], [1.0]])]
    biases = [np.array([1.0, 0.0]), np.array([-1.0])]
    w, b = solution.collapse(weights, biases)
    # (x + 1) * 3 + 2 x * 1 - 1 = 5 x + 2, 그러니 w는 5, b는 2입니다
    np.testing.assert_allclose(w, [[5.0]])
    np.testing.assert_allclose(b, [2.0])


def test_xor():
    """XOR를 계산하는 신경망입니다."""
    w1, b1, w2, b2 = solution.xor_network()
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    out = np.maximum(x @ np.asarray(w1) + b1, 0) @ np.asarray(w2) + b2
    np.testing.assert_allclose(out, [0, 1, 1, 0], atol=1e-6)


def test_piecewise_linear_through_three_knots():
    """점 세 개를 지나는 꺾은선입니다. 양 끝 바깥에서도 곧게 뻗습니다."""
    w1, b1, w2, b2 = (
        np.asarray(part)
        for part in solution.piecewise_linear(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 1.0]))
    )
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0])
    out = np.maximum(x[:, None] * w1 + b1, 0) @ w2 + b2
    np.testing.assert_allclose(out, [-2.0, 0.0, 1.0, 2.0, 1.5, 1.0, 0.0], atol=1e-9)


def test_he_init_has_a_variance_of_two_over_fan_in():
    """가중치의 분산은 2 / 입력 수입니다."""
    (w, b), (w2, _) = solution.he_init([400, 300, 2], seed=1)
    assert np.shape(w) == (400, 300) and np.shape(b) == (300,) and np.shape(w2) == (300, 2)
    assert abs(np.var(w) - 2 / 400) < 0.1 * 2 / 400


def test_gradient_norms_of_one_layer():
    """층이 하나이면 손으로도 계산할 수 있습니다."""
    # 출력은 x W + b입니다. 그러니 출력의 합을 W로 미분하면, 출력마다 입력의 합이 나옵니다.
    x = np.array([[1.0, 2.0], [2.0, 2.0]])
    layers = [(np.zeros((2, 3)), np.zeros(3))]
    np.testing.assert_allclose(solution.gradient_norms(layers, x, "relu"), [np.sqrt(3 * (3**2 + 4**2))])


def test_gradient_norms_through_a_unit_that_is_off():
    """꺼진 유닛은 그레이디언트를 지나가게 하지 않습니다."""
    layers = [(np.array([[-1.0]]), np.zeros(1)), (np.array([[2.0]]), np.zeros(1))]
    np.testing.assert_allclose(solution.gradient_norms(layers, np.array([[1.0]]), "relu"), [0.0, 0.0])
    np.testing.assert_allclose(solution.gradient_norms(layers, np.array([[1.0]]), "linear"), [2.0, 1.0])


def test_what_fits_without_bias():
    """편향 없이 지날 수 있는 표본과 지날 수 없는 표본입니다."""
    assert solution.fits_without_bias(np.array([1.0, 2.0]), np.array([3.0, 6.0]))
    assert not solution.fits_without_bias(np.array([1.0, 2.0]), np.array([3.0, 4.0]))


def test_dead_units():
    """어느 행에서도 켜지지 않는 유닛의 번호입니다."""
    w, b = np.array([[1.0, -1.0, 1.0]]), np.array([0.0, 0.0, -5.0])
    assert list(solution.dead_units(w, b, np.array([[1.0], [2.0]]))) == [1, 2]


def test_count_pieces_of_a_tent():
    """텐트 모양 함수의 조각을 여러 구간에서 셉니다."""
    tent = [(np.array([[1.0, 1.0]]), np.array([0.0, -0.5])), (np.array([[2.0], [-4.0]]), np.zeros(1))]
    assert solution.count_pieces(tent, np.array([0.0]), np.array([1.0])) == 2
    assert solution.count_pieces(tent, np.array([-1.0]), np.array([1.0])) == 3
    assert solution.count_pieces(tent, np.array([0.6]), np.array([1.0])) == 1


def test_sawtooth_with_your_own_count():
    """톱니의 조각은 층마다 두 배가 됩니다. 직접 쓴 count_pieces로 셉니다."""
    for depth in (1, 2, 4):
        layers = solution.sawtooth(depth)
        assert len(layers) == depth + 1
        assert solution.count_pieces(layers, np.array([0.0]), np.array([1.0])) == 2**depth
