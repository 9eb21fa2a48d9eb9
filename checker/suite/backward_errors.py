"""What mistakes of backpropagation make of the error: on the outputs, and on its way down from layer to layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from checker.languages.texts import say
from checker.suite.network import Activation, Array, Network, sigmoid


def softmax(out: Array, axis: int = 1) -> Array:
    """Probabilities that add up to 1 along an axis."""
    e = np.exp(out - out.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def one_hot(y: Array, k: int) -> Array:
    """1 at each row's class, 0 elsewhere."""
    return np.asarray(np.eye(k)[np.asarray(y, dtype=int) % k])


@dataclass(frozen=True)
class Slopes:
    """The slope of the loss by the outputs: the right one, and by id and sentence what mistakes make of it."""

    right: Array
    wrong: Mapping[str, tuple[str, Array]]


def outer_slopes(out: Array, y: Array, kind: str, activation: Activation) -> Slopes:
    """For "mse", the mean over all entries, or "cross_entropy" of a softmax, the mean over the rows."""
    n, k = out.shape
    if kind == "mse":
        error = out - np.asarray(y, dtype=np.float64)
        right = 2 * error / error.size
        wrong = {
            "answers_not_taken_away": ("the outputs themselves, without y taken away", out / error.size),
            "sign_of_error": ("the sign of the error, in place of the error: that is the slope of |out - y|",
                              np.sign(error) / error.size),
            "error_squared": ("the squared error, where its slope 2 (out - y) is due", error**2 / error.size),
            "mean_error_for_all_rows": ("the error averaged over the rows before it is multiplied with each row's h: keep a "
                                        "row of delta for each row of x", np.tile(error.mean(axis=0), (n, 1)) * 2 / error.size),
        }  # fmt: skip
    else:
        p, target = softmax(out), one_hot(y, k)
        right = (p - target) / n
        listed, rows = np.zeros(k), np.zeros(n)
        listed[np.unique(y)] = 1
        rows[np.unique(np.asarray(y, dtype=int)[np.asarray(y) < n])] = 1
        wrong = {
            "one_not_taken_away": ("softmax(outputs) alone: take 1 away at each row's right class", p / n),
            "labels_shifted_down": ("p - 1 at class y - 1: the classes count from 0 already",
                                    (p - one_hot(np.asarray(y) - 1, k)) / n),
            "labels_shifted_up": ("p - 1 at class y + 1: the classes count from 0", (p - one_hot(np.asarray(y) + 1, k)) / n),
            "class_in_all_rows": ("1 taken away in the listed columns of all rows: p[:, y] means those columns of every row, "
                                  "p[np.arange(n), y] one entry of each", (p - listed) / n),
            "rows_by_class": ("1 taken away in whole rows: p[y] means rows; p[np.arange(n), y] is one entry of each row",
                              (p - rows[:, None]) / n),
            "only_the_right_class": ("p - 1 at the right class and 0 elsewhere: the other classes have the slope p",
                                     (p - target) * target / n),
            "slope_of_logarithm_alone": ("-1/p at the right class, the slope by the probabilities: together with the softmax's "
                                         "own slope it becomes p - one-hot", -target / p / n),
            "softmax_slope_twice": ("(p - one-hot) p (1 - p): p - one-hot holds the slope of the softmax already",
                                    (p - target) * p * (1 - p) / n),
            "softmax_over_rows": ("a softmax over axis 0: each row's outputs belong together, which is axis 1",
                                  (softmax(out, 0) - target) / n),
            "softmax_over_all": ("a softmax over the whole array: each row has its own sum",
                                 (np.exp(out - out.max()) / np.exp(out - out.max()).sum() - target) / n),
            "softmax_not_normalised": ("exp(outputs) that is not divided by its sum",
                                       (np.exp(out) - target) / n),
            "softmax_not_normalised_shifted": ("exp(outputs - their largest) that is not divided by its sum",
                                               (np.exp(out - out.max(axis=1, keepdims=True)) - target) / n),
            "sigmoid_for_softmax": ("sigmoid(outputs) - one-hot: here a softmax is due", (sigmoid(out) - target) / n),
            "softmax_missing": ("outputs - one-hot, without the softmax", (out - target) / n),
            "softmax_twice": ("softmax(softmax(outputs)) - one-hot: one softmax is enough", (softmax(p) - target) / n),
            "logarithm_for_probability": ("log p - one-hot: the logarithm belongs to the loss, its slope is p - one-hot",
                                          (np.log(p) - target) / n),
            "slope_of_squares": ("the slope of (p - one-hot)^2: the loss is a cross-entropy",
                                 2 * p * ((p - target) - ((p - target) * p).sum(axis=1, keepdims=True)) / n),
        }  # fmt: skip
    if activation.name != "identity":
        for name, slope in _slopes_at_output(activation, out).items():
            wrong[f"slope_on_last_layer{name}"] = (
                "the slope by the outputs times a slope of the activation: after the last layer there is no activation",
                right * slope,
            )
    return Slopes(right, wrong)


def _slopes_at_output(activation: Activation, out: Array) -> dict[str, Array]:
    return {"": activation.slope(out), "_of_value": activation.slope(activation.value(out)), **{
        f"_{name}": value for name, value in
        {"tanh": 1 - out**2, "sigmoid": out * (1 - out), "relu": (out > 0).astype(float)}.items()
    }}  # fmt: skip


def mistaken_deltas(net: Network, layer: int, deltas: Sequence[Array]) -> Iterator[tuple[str, str, Array]]:
    """What may come of the error on its way down to a hidden layer; shapes that do not fit are left out."""
    f = net.activation
    above, w, z, n = deltas[layer + 1], net.w(layer + 1), net.z[layer], len(net.x)
    value, back, slope = f.value(z), above @ w.T, f.slope(z)
    own = say("f', the slope of the activation of layer {layer}", layer=layer + 1)
    matrix = f"W{layer + 2}"
    yield (
        "slope_forgotten",
        say("{own}, left out (or being 1 everywhere): multiply the error by it", own=own),
        back,
    )
    if f.name in ("tanh", "sigmoid", "sine", "softplus", "other"):
        yield (
            "slope_of_activated",
            say(
                "{own}, taken at the activated h: the slope's formula was given f(z) where it wants z",
                own=own,
            ),
            back * f.slope(value),
        )
    formulas = {
        "tanh": 1 - value**2, "tanh_at_z": 1 - z**2, "sigmoid": value * (1 - value), "sigmoid_at_z": z * (1 - z),
        "relu": (z > 0).astype(float), "relu_at_its_value": (value > 0).astype(float),
        "1 - h": 1 - value, "h": value, "z": z, "sigmoid'(z)": sigmoid(z) * (1 - sigmoid(z)), "tanh'(z)": 1 - np.tanh(z) ** 2,
        "sigmoid(z)": sigmoid(z), "1 + h^2": 1 + value**2, "h^2 - 1": value**2 - 1, "h (1 + h)": value * (1 + value),
        "1 - |h|": 1 - np.abs(value), "(1 - h)^2": (1 - value) ** 2, "h^2": value**2, "sin": np.sin(z), "-cos": -np.cos(z),
        "z < 0": (z < 0).astype(float), "z >= 1": (z >= 1).astype(float), "leaky .01": np.where(z > 0, 1, 0.01),
        "leaky .1": np.where(z > 0, 1, 0.1), "leaky .2": np.where(z > 0, 1, 0.2),
    }  # fmt: skip
    words = {
        "tanh": "1 - h^2, which is the slope of tanh",
        "tanh_at_z": "1 - z^2 of the sums before the activation; 1 - h^2 takes the activated h",
        "sigmoid": "h (1 - h), which is the slope of a sigmoid",
        "sigmoid_at_z": "z (1 - z) of the sums before the activation; h (1 - h) takes the activated h",
        "relu": "1 where z > 0, which is the slope of ReLU",
        "relu_at_its_value": "1 where h > 0, which is the slope of ReLU", "h": "the activation itself, not its slope",
        "z": "the sums z, not the slope", "z < 0": "1 where z is negative: the comparison is turned round",
    }  # fmt: skip
    for name, formula in formulas.items():
        taken_for = words.get(name, name)
        yield (
            "slope_of_another_function",
            say("a wrong slope: it is {formula}. Due is {own} itself", formula=taken_for, own=own)
            if f.name == "other"
            else say(
                "a wrong slope: it is {formula}. Due is {own} itself, a {activation}",
                formula=taken_for,
                own=own,
                activation=f.name,
            ),
            back * formula,
        )
    yield "slope_twice", say("{own}, multiplied twice", own=own), back * slope**2
    with np.errstate(all="ignore"):
        yield "divided_by_slope", say("a division by {own}: multiply", own=own), back / slope
    yield from _slopes_of_other_layers(net, layer, back, own)
    if net.x.shape == back.shape:
        x = net.h[0]
        for value_of in (f.slope(x), 1 - x**2, x * (1 - x), (x > 0).astype(float)):
            yield (
                "slope_of_wrong_layer",
                say("the slope taken at the input x: here it is {own}, at its own sums", own=own),
                back * value_of,
            )
    if w.shape[0] == w.shape[1]:
        yield (
            "matrix_not_transposed",
            say(
                "delta @ {matrix}: the error goes back through its transpose, delta @ {matrix}.T",
                matrix=matrix,
            ),
            (above @ w) * slope,
        )
        yield (
            "matrix_not_transposed",
            say("delta @ {matrix} without its transpose, and without {own}", matrix=matrix, own=own),
            above @ w,
        )
    yield from _through_other_matrices(net, layer, above, slope)
    if layer + 2 < net.depth and above.shape == net.z[layer + 1].shape:
        unsloped = deltas[layer + 2] @ net.w(layer + 2).T
        yield (
            "error_before_slope_passed_on",
            say(
                "the error of layer {layer} before its slope: pass delta on, which holds it", layer=layer + 2
            ),
            (unsloped @ w.T) * slope,
        )
    yield (
        "divided_in_every_layer",
        say("a division by the {n} rows in every layer: once, at the loss, is enough", n=n),
        back * slope / n,
    )
    yield (
        "multiplied_in_every_layer",
        say("a multiplication by the {n} rows on the way down", n=n),
        back * slope * n,
    )
    yield "sign_in_hidden_layer", "a sign that is turned on the way down", -back * slope
    yield ("error_of_one_row", "one error for all rows: delta is averaged over the rows before it goes down",
           np.tile(back.mean(axis=0), (n, 1)) * slope)  # fmt: skip
    yield ("error_added_up", "one error for all rows: delta is added up over the rows before it goes down",
           np.tile(back.sum(axis=0), (n, 1)) * slope)  # fmt: skip
    yield "slope_averaged", say("{own}, averaged over the rows", own=own), back * slope.mean(axis=0)
    sloped = (above * f.slope(net.z[layer + 1])) @ w.T
    yield (
        "slope_before_matrix",
        say(
            "the slope before the matrix: first through {matrix}.T, then times {own}", matrix=matrix, own=own
        ),
        sloped,
    )
    yield (
        "slope_before_matrix",
        say(
            "a slope more: layer {layer}'s own slope is in delta already, or it has no activation",
            layer=layer + 2,
        ),
        sloped * slope,
    )
    outer = deltas[-1]
    if layer + 1 < net.depth - 1 and outer.shape[1] == w.shape[1]:
        yield (
            "error_of_last_layer",
            say(
                "the last layer's error in place of that of layer {layer}: delta is not carried on from layer to layer",
                layer=layer + 2,
            ),
            (outer @ w.T) * slope,
        )


def _slopes_of_other_layers(
    net: Network, layer: int, back: Array, own: str
) -> Iterator[tuple[str, str, Array]]:
    """The slope of the layer below or above."""
    f = net.activation
    for other, place in ((layer - 1, say("below")), (layer + 1, say("above"))):
        if not 0 <= other < net.depth:
            continue
        of_other = say(
            "the slope taken of layer {layer}, one {place}: here it is {own}",
            layer=other + 1,
            place=place,
            own=own,
        )
        for taken, what in ((net.z[other], "z"), (f.value(net.z[other]), "h")):
            if taken.shape != back.shape:
                continue
            yield (
                "slope_of_wrong_layer",
                say(
                    "the slope taken at {what} of layer {layer}, one {place}: here it is {own}, at the sums of layer "
                    "{due} itself",
                    what=what,
                    layer=other + 1,
                    place=place,
                    own=own,
                    due=layer + 1,
                ),
                back * f.slope(taken),
            )
            if f.name == "tanh":
                yield "slope_of_wrong_layer", of_other, back * (1 - taken**2)
            if f.name == "sigmoid":
                yield "slope_of_wrong_layer", of_other, back * taken * (1 - taken)


def _through_other_matrices(
    net: Network, layer: int, above: Array, slope: Array
) -> Iterator[tuple[str, str, Array]]:
    """The error going back through a matrix of another layer."""
    w, due = net.w(layer + 1), f"W{layer + 2}"
    for other in range(net.depth):
        v = net.w(other)
        if other == layer + 1 or v.shape != w.shape:
            continue
        yield (
            "matrix_of_wrong_layer",
            say(
                "the error going back through {matrix}: between layer {above} and layer {layer} stands {due}",
                matrix=f"W{other + 1}",
                above=layer + 2,
                layer=layer + 1,
                due=due,
            ),
            (above @ v.T) * slope,
        )
        if v.shape[0] == v.shape[1]:
            yield (
                "matrix_of_wrong_layer",
                say(
                    "the error going back through {matrix}: it is {due}.T that is due",
                    matrix=f"W{other + 1}",
                    due=due,
                ),
                (above @ v) * slope,
            )
