"""Examples for kata 04: run them with `pytest`. The hidden checks ask more; these show what is meant."""

import numpy as np
import solution


def test_relu_keeps_what_is_positive():
    x = np.array([[-2.0, 0.0], [0.5, 3.0]])
    np.testing.assert_allclose(solution.relu(x), [[0, 0], [0.5, 3]])
    np.testing.assert_allclose(solution.relu_gradient(x), [[0, 0], [1, 1]])


def test_two_layers_without_activation_are_one():
    weights = [np.array([[1.0, 2.0]]), np.array([[3.0], [1.0]])]
    biases = [np.array([1.0, 0.0]), np.array([-1.0])]
    w, b = solution.collapse(weights, biases)
    # (x + 1) * 3 + 2 x * 1 - 1 = 5 x + 2
    np.testing.assert_allclose(w, [[5.0]])
    np.testing.assert_allclose(b, [2.0])


def test_xor():
    w1, b1, w2, b2 = solution.xor_network()
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    out = np.maximum(x @ np.asarray(w1) + b1, 0) @ np.asarray(w2) + b2
    np.testing.assert_allclose(out, [0, 1, 1, 0], atol=1e-6)


def test_piecewise_linear_through_three_knots():
    w1, b1, w2, b2 = (
        np.asarray(part)
        for part in solution.piecewise_linear(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 1.0]))
    )
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0])
    out = np.maximum(x[:, None] * w1 + b1, 0) @ w2 + b2
    np.testing.assert_allclose(out, [-2.0, 0.0, 1.0, 2.0, 1.5, 1.0, 0.0], atol=1e-9)


def test_he_init_has_a_variance_of_two_over_fan_in():
    (w, b), (w2, _) = solution.he_init([400, 300, 2], seed=1)
    assert np.shape(w) == (400, 300) and np.shape(b) == (300,) and np.shape(w2) == (300, 2)
    assert abs(np.var(w) - 2 / 400) < 0.1 * 2 / 400


def test_gradient_norms_of_one_layer():
    # The output is x W + b, so d sum(output) / d W is the sum of the inputs, once per output.
    x = np.array([[1.0, 2.0], [2.0, 2.0]])
    layers = [(np.zeros((2, 3)), np.zeros(3))]
    np.testing.assert_allclose(solution.gradient_norms(layers, x, "relu"), [np.sqrt(3 * (3**2 + 4**2))])


def test_gradient_norms_through_a_unit_that_is_off():
    layers = [(np.array([[-1.0]]), np.zeros(1)), (np.array([[2.0]]), np.zeros(1))]
    np.testing.assert_allclose(solution.gradient_norms(layers, np.array([[1.0]]), "relu"), [0.0, 0.0])
    np.testing.assert_allclose(solution.gradient_norms(layers, np.array([[1.0]]), "linear"), [2.0, 1.0])


def test_what_fits_without_bias():
    assert solution.fits_without_bias(np.array([1.0, 2.0]), np.array([3.0, 6.0]))
    assert not solution.fits_without_bias(np.array([1.0, 2.0]), np.array([3.0, 4.0]))


def test_dead_units():
    w, b = np.array([[1.0, -1.0, 1.0]]), np.array([0.0, 0.0, -5.0])
    assert list(solution.dead_units(w, b, np.array([[1.0], [2.0]]))) == [1, 2]


def test_count_pieces_of_a_tent():
    tent = [(np.array([[1.0, 1.0]]), np.array([0.0, -0.5])), (np.array([[2.0], [-4.0]]), np.zeros(1))]
    assert solution.count_pieces(tent, np.array([0.0]), np.array([1.0])) == 2
    assert solution.count_pieces(tent, np.array([-1.0]), np.array([1.0])) == 3
    assert solution.count_pieces(tent, np.array([0.6]), np.array([1.0])) == 1


def test_sawtooth_with_your_own_count():
    for depth in (1, 2, 4):
        layers = solution.sawtooth(depth)
        assert len(layers) == depth + 1
        assert solution.count_pieces(layers, np.array([0.0]), np.array([1.0])) == 2**depth
