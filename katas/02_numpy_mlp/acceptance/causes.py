"""Why init, forward, loss or gradients are wrong: what was returned in another form, or is what a mistake gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from checker.suite import Diagnosis, say
from checker.suite.backward import explain_gradients
from checker.suite.backward_errors import one_hot, outer_slopes, softmax
from checker.suite.network import Activation, Network, find_activation, sigmoid

Params = list[np.ndarray]
Call = Callable[..., Any]


class Asked(NamedTuple):
    """One call of loss_and_gradients, and the outputs of forward for the same rows."""

    params: Params
    x: np.ndarray
    y: np.ndarray
    loss: float
    out: np.ndarray


# What the list of parameters looks like.


def form_of(parts: Sequence[Any], sizes: Sequence[int]) -> Diagnosis | None:
    """A list of parameters in another order or shape than [W1 (in, out), b1 (out,), ...]."""
    ws, bs = list(pairwise(sizes)), [(b,) for b in sizes[1:]]
    wanted = [s for pair in zip(ws, bs, strict=True) for s in pair]
    shapes = [np.shape(part) if isinstance(part, np.ndarray) else None for part in parts]
    known: list[tuple[str, str, list[Any]]] = [
        ("parts_in_backward_order", "the parts come in backward order, those of the last layer first; the list goes "
         "from the first layer to the last, W before b: [W1, b1, W2, b2, ...]", wanted[::-1]),
        ("transposed_weights", "every matrix comes as (out, in); here a layer is h W + b with W (in, out)",
         [s for (a, b) in ws for s in ((b, a), (b,))]),
        ("bias_as_row", "each bias comes with the shape (1, out), a matrix of one row; (out,) is asked for",
         [s for (a, b) in ws for s in ((a, b), (1, b))]),
        ("bias_as_column", "each bias comes with the shape (out, 1); (out,) is asked for",
         [s for (a, b) in ws for s in ((a, b), (b, 1))]),
        ("transposed_weights", "every matrix comes as (out, in), every bias as a column; W (in, out) and b (out,) are due",
         [s for (a, b) in ws for s in ((b, a), (b, 1))]),
        ("transposed_weights", "every matrix comes as (out, in), every bias as a row; W (in, out) and b (out,) are due",
         [s for (a, b) in ws for s in ((b, a), (1, b))]),
        ("bias_of_inputs", "each bias has one number for each input of its layer; it takes one for each output",
         [s for (a, b) in ws for s in ((a, b), (a,))]),
        ("bias_as_number", "each bias is one number for the whole layer; each unit has its own",
         [s for (a, b) in ws for s in ((a, b), ())]),
        ("bias_as_number", "each bias is one number for the whole layer; each unit has its own",
         [s for (a, b) in ws for s in ((a, b), (1,))]),
        ("bias_before_matrix", "each bias stands before its matrix; W comes first: [W1, b1, W2, b2, ...]",
         [s for (a, b) in ws for s in ((b,), (a, b))]),
        ("matrices_first", "all matrices come first and then all biases; they alternate: [W1, b1, W2, b2, ...]", [*ws, *bs]),
        ("matrices_first", "all biases come first and then all matrices; they alternate: [W1, b1, W2, b2, ...]", [*bs, *ws]),
        ("biases_left_out", "only the matrices are in the list; each is followed by its bias: [W1, b1, W2, b2, ...]", list(ws)),
        ("bias_inside_matrix", "each matrix has one row more, for the bias; here the bias is an array of its own",
         [(a + 1, b) for a, b in ws]),
        ("last_layer_left_out", "the last layer is missing: there is one for each two neighbours in sizes", wanted[:-2]),
        ("first_layer_left_out", "the first layer is missing: there is one for each two neighbours in sizes", wanted[2:]),
        ("square_layers", "each layer is as wide at its input as at its output; layer i goes from sizes[i] to sizes[i + 1]",
         [s for a in sizes[:-1] for s in ((a, a), (a,))]),
        ("layers_in_backward_order", "the layers come in backward order, the last one first",
         [s for (a, b) in ws[::-1] for s in ((a, b), (b,))]),
    ]  # fmt: skip
    for identity, text, shape in known:
        if len(shape) == len(shapes) and shapes == shape != wanted:
            return Diagnosis(identity, say("Of what came, {form}.", form=text))
    if len(shapes) > len(wanted) and len(wanted) and len(shapes) % 2 == 0:
        for kept in (shapes[-len(wanted) :], shapes[: len(wanted)]):
            if kept == wanted:
                return Diagnosis(
                    "piles_up",
                    say(
                        "What is asked for is in the list, and {more} parts more: what earlier calls gave is still in "
                        "it. Begin with a new list inside the function (a default argument [] is made once).",
                        more=len(shapes) - len(wanted),
                    ),
                )
    pairs = [p for p in parts if isinstance(p, (list, tuple)) and len(p) == 2]
    if len(pairs) == len(ws) == len(parts):
        return Diagnosis(
            "pairs_for_flat_list",
            "Each layer comes as a pair (W, b) of its own; the list is flat: [W1, b1, W2, b2, ...].",
        )
    return None


# forward.


def last_layer(before: np.ndarray, after: np.ndarray) -> Diagnosis | None:
    """Which function came after the last layer; `before` is what stands before it."""
    tried: list[tuple[str, str, np.ndarray]] = [
        ("last_bias_not_added", "is 0 where the last W is 0: the last bias is not added", np.zeros_like(before)),
        ("activation_on_output", "is the tanh of it: no activation follows the last layer", np.tanh(before)),
        ("activation_on_output", "is the sigmoid of it: no activation follows the last layer", sigmoid(before)),
        ("activation_on_output", "is its positive part, a ReLU: no activation follows the last layer", np.maximum(before, 0)),
        ("activation_on_output", "is its sine: no activation follows the last layer", np.sin(before)),
        ("activation_on_output", "is its softplus: no activation follows the last layer", np.logaddexp(0, before)),
        ("softmax_in_forward", "is its softmax: raw outputs are due, the softmax belongs to the loss", softmax(before)),
        ("log_softmax_in_forward", "is its log-softmax: raw outputs are due, the softmax belongs to the loss",
         before - before.max(axis=1, keepdims=True) - np.log(np.exp(before - before.max(axis=1, keepdims=True)).sum(axis=1,
                                                                                                            keepdims=True))),
        ("bias_taken_away", "has the opposite sign: the last bias is taken away, not added", -before),
    ]  # fmt: skip
    for leak in (0.01, 0.1, 0.2, 0.3):
        tried.append(
            (
                "activation_on_output",
                "is its leaky ReLU: no activation follows the last layer",
                np.where(before > 0, before, leak * before),
            )
        )
    tried.append(
        (
            "activation_on_output",
            "is its ELU: no activation follows the last layer",
            np.where(before > 0, before, np.expm1(np.minimum(before, 0))),
        )
    )
    for identity, text, value in tried:
        if np.allclose(after, value, rtol=1e-3, atol=1e-4) and not np.allclose(
            before, value, rtol=1e-2, atol=1e-3
        ):
            return Diagnosis(
                identity,
                say("With the last W all 0, b alone should come out. What comes out {comes}.", comes=text),
            )
    moved = after - before
    if np.allclose(moved, moved[0, 0], rtol=1e-3, atol=1e-4) and abs(moved[0, 0]) > 1e-2:
        return Diagnosis(
            "constant_added",
            say(
                "{constant:.3g} is added to every output: after h @ W + b comes nothing.",
                constant=moved[0, 0],
            ),
        )
    if before.shape[1] > 1 and np.allclose(after, before - before.mean(axis=1, keepdims=True), atol=1e-4):
        return Diagnosis(
            "outputs_centred", "Each row's mean is taken away from its outputs: raw outputs are due."
        )
    first = before[:, :1]
    if np.allclose(after, np.broadcast_to(first, after.shape), atol=1e-4):
        return Diagnosis("one_bias_for_all", "The first entry of the last bias is added to all outputs.")
    return None


def around_last_layer(nothing: np.ndarray) -> Diagnosis | None:
    """With the last W and b all 0: whatever still comes out goes around the last layer."""
    if np.ptp(nothing, axis=0).max() < 1e-6:
        return None
    return Diagnosis(
        "goes_around_last_layer",
        "With the last W and b all 0 the outputs still differ from row to row: something is added to h @ W + b, such as h "
        "or x itself.",
    )


def not_repeated(call: Callable[[], np.ndarray]) -> Diagnosis | None:
    """The same call twice with two results."""
    first, second = call(), call()
    scale = float(np.max(np.abs(first), initial=1e-12))
    apart = float(np.max(np.abs(first - second), initial=0.0))
    if apart <= 1e-4 * scale:
        return None
    return Diagnosis(
        "random_outputs",
        say(
            "forward gives other outputs when it is asked the same again, {share:.0%} of their size apart: does it draw "
            "random numbers (dropout, noise), or keep something from call to call? What is for training alone stays out "
            "of it.",
            share=apart / scale,
        ),
    )


# Loss and gradients.


def activation_of(call: Call) -> Activation:
    """The submission's activation, seen through a network of one hidden unit."""
    one = [np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1)]

    def one_unit(z: np.ndarray) -> np.ndarray:
        return np.asarray(call("forward", one, z.reshape(-1, 1)), dtype=np.float64).ravel()

    return find_activation(one_unit)


def gradients_cause(
    call: Call, params: Params, x: np.ndarray, y: np.ndarray, kind: str, given: Params
) -> Diagnosis | None:
    """The mistake of backpropagation that gives these gradients; None where the network is of another kind."""
    net = Network(params, activation_of(call), x)
    out = np.asarray(call("forward", params, x), dtype=np.float64)
    if not np.allclose(net.out, out, rtol=1e-3, atol=1e-3 * float(np.abs(out).max())):
        return None
    return explain_gradients(net, outer_slopes(out, y, kind, net.activation), given)


def asked_again(call: Callable[[], tuple[float, Params]], loss: float, gradients: Params) -> Diagnosis | None:
    """The same call once more, with another result."""
    again, others = call()
    names = [f"{'Wb'[i % 2]}{i // 2 + 1}" for i in range(len(gradients))]
    scale = max(float(np.max(np.abs(g))) for g in gradients) + 1e-12
    apart = [float(np.max(np.abs(a - b))) / scale for a, b in zip(gradients, others, strict=True)]
    if max(apart) <= 1e-4 and abs(again - loss) <= 1e-4 * max(1e-12, abs(loss)):
        return None
    worst = int(np.argmax(apart))
    _, third = call()
    steps = [(b - a, c - b) for a, b, c in zip(gradients, others, third, strict=True)]
    if all(np.allclose(second, first, rtol=1e-3, atol=1e-6 * scale) for first, second in steps):
        return Diagnosis(
            "gradients_pile_up",
            "Asked the same again and again, loss_and_gradients adds the same to its gradients each time: they pile "
            "up from call to call. Start each call with new ones.",
        )
    return Diagnosis(
        "not_repeatable",
        say(
            "Asked the same twice, loss_and_gradients gives two results: the gradient of {part} is apart by "
            "{share:.0%} of the largest one. Is there a random number in it, such as dropout, or something that "
            "is kept from call to call?",
            part=names[worst],
            share=apart[worst],
        ),
    )


def loss_cause(asked: Sequence[Asked], kind: str, activation: Activation | None) -> Diagnosis | None:
    """What a loss is that is wrong for every one of several calls."""
    for identity, text, values in loss_mistakes(asked, kind, activation):
        with np.errstate(all="ignore"):
            alike = all(
                np.isfinite(v) and abs(a.loss - v) <= 2e-3 * max(1e-3, abs(v))
                for a, v in zip(asked, values, strict=True)
            )
        if alike:
            return Diagnosis(identity, say("The loss is {mistake}.", mistake=text))
    right = [right_loss(a, kind) for a in asked]
    for text, sizes in (
        ("the squares of all matrices", [sum(float(np.sum(w**2)) for w in a.params[::2]) for a in asked]),
        ("the squares of all parameters", [sum(float(np.sum(w**2)) for w in a.params) for a in asked]),
        ("the sizes |W| of all matrices", [sum(float(np.abs(w).sum()) for w in a.params[::2]) for a in asked]),
        ("the squares of the last matrix", [float(np.sum(a.params[-2] ** 2)) for a in asked]),
        ("the squares of the first matrix", [float(np.sum(a.params[0] ** 2)) for a in asked]),
        ("the lengths of all matrices", [sum(float(np.linalg.norm(w)) for w in a.params[::2]) for a in asked]),
    ):  # fmt: skip
        for is_per_row, per in ((False, [1.0] * len(asked)), (True, [1 / len(a.x) for a in asked])):
            shares = [(a.loss - r) / (s * p) for a, r, s, p in zip(asked, right, sizes, per, strict=True)]
            mean = float(np.mean(shares))
            if abs(mean) > 1e-7 and np.ptp(shares) < 0.02 * abs(mean) and len(asked) > 1:
                return Diagnosis("penalty_in_loss", _penalty(mean, text, is_per_row))
    return None


def _penalty(share: float, sizes: str, is_per_row: bool) -> str:
    if is_per_row:
        return say(
            "The loss is the right one plus {share:.2g} times {sizes} over the number of rows: a penalty on the weights "
            "(weight decay). The loss that is asked for has none.",
            share=share,
            sizes=sizes,
        )
    return say(
        "The loss is the right one plus {share:.2g} times {sizes}: a penalty on the weights (weight decay). "
        "The loss that is asked for has none.",
        share=share,
        sizes=sizes,
    )


def right_loss(a: Asked, kind: str) -> float:
    """The loss as the lesson defines it."""
    if kind == "mse":
        return float(np.mean((a.out - a.y) ** 2))
    rows = np.arange(len(a.y))
    return float(-np.mean(np.log(np.maximum(softmax(a.out)[rows, a.y], 1e-300))))


def loss_mistakes(
    asked: Sequence[Asked], kind: str, activation: Activation | None
) -> Iterator[tuple[str, str, list[float]]]:
    """Ids, sentences, and what each mistake makes of the loss of every call."""
    with np.errstate(all="ignore"):
        tried = _mse_mistakes if kind == "mse" else _cross_entropy_mistakes
        yield from tried(asked)
        if activation is None:
            return
        ended = [a._replace(out=activation.value(a.out)) for a in asked]
        text = "that of activated outputs: no activation follows the last layer, in the loss either"
        yield "activation_on_output", text, [right_loss(a, kind) for a in ended]


def _mse_mistakes(asked: Sequence[Asked]) -> Iterator[tuple[str, str, list[float]]]:
    errors = [a.out - a.y for a in asked]
    tried: list[tuple[str, str, Callable[[np.ndarray], float]]] = [
        ("root_of_mean", "the root of the mean squared error: leave the root out", lambda e: float(np.sqrt(np.mean(e**2)))),
        ("absolute_error", "the mean of |out - y|: squares are due", lambda e: float(np.abs(e).mean())),
        ("not_squared", "the mean of out - y, not squared", lambda e: float(e.mean())),
        ("square_of_mean", "the square of the mean error: square each error first, then take the mean",
         lambda e: float(e.mean() ** 2)),
        ("median", "a median: a mean is due", lambda e: float(np.median(e**2))),
        ("first_row_only", "that of the first row alone", lambda e: float(np.mean(e[0] ** 2))),
        ("last_row_only", "that of the last row alone", lambda e: float(np.mean(e[-1] ** 2))),
        ("first_output_only", "that of the first output alone", lambda e: float(np.mean(e[:, 0] ** 2))),
        ("divided_by_n_minus_1", "a sum over n - 1 rows and all outputs: divide by n k",
         lambda e: float((e**2).sum() / ((len(e) - 1) * e.shape[1]))),
        ("norm", "the length of the error: a mean of squares is due", lambda e: float(np.linalg.norm(e))),
        ("mean_of_row_norms", "the mean of the rows' lengths: a mean of squares is due",
         lambda e: float(np.linalg.norm(e, axis=1).mean())),
        ("variance", "the variance of the errors: their mean is not to be taken away", lambda e: float(e.var())),
    ]  # fmt: skip
    for identity, text, function in tried:
        yield identity, text, [function(e) for e in errors]
    every = [np.mean((a.out[:, None, :] - a.y[None, :, :]) ** 2) for a in asked]
    yield (
        "every_row_with_every_row",
        "a mean over the differences of every output row with every row of y: write their shapes down",
        every,
    )


Rowwise = Callable[[np.ndarray, np.ndarray, np.ndarray, Asked], Any]
MEAN_OF_EVERY_ROW = (
    "a mean over p[:, y], which is the classes of all rows in every row; "
    "p[np.arange(n), y] is one entry of each row"
)
SUM_OF_EVERY_ROW = (
    "a sum over p[:, y], which is the classes of all rows in every row; "
    "p[np.arange(n), y] is one entry of each row"
)
BINARY = "a binary cross-entropy of a sigmoid for each output: a softmax over the row is due"
BOTH_SIDES = "a binary cross-entropy of every class: only the logarithm of the right class counts"
SQUARES = "made of squares of p - one-hot: a cross-entropy is minus a logarithm"


def _cross_entropy_mistakes(asked: Sequence[Asked]) -> Iterator[tuple[str, str, list[float]]]:
    def binary(q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return np.asarray(-(t * np.log(q) + (1 - t) * np.log(np.maximum(1 - q, 1e-300))))

    # Of each call: p, one-hot, the numbers of the rows, the call itself.
    tried: list[tuple[str, str, Rowwise]] = [
        ("logarithm_missing", "minus the mean probability of the right class, without the logarithm",
         lambda q, t, r, a: -q[r, a.y].mean()),
        ("logarithm_missing", "1 minus the mean probability of the right class, without a logarithm",
         lambda q, t, r, a: 1 - q[r, a.y].mean()),
        ("logarithm_of_mean", "minus the logarithm of the mean probability: take each row's logarithm, then the mean",
         lambda q, t, r, a: -np.log(q[r, a.y].mean())),
        ("softmax_over_rows", "that of a softmax over axis 0: each row's outputs belong together, which is axis 1",
         lambda q, t, r, a: -np.log(softmax(a.out, 0)[r, a.y]).mean()),
        ("softmax_over_all", "that of a softmax over the whole array: each row has its own sum",
         lambda q, t, r, a: -np.log(np.exp(a.out[r, a.y]) / np.exp(a.out).sum()).mean()),
        ("softmax_twice", "that of a softmax of a softmax: one is enough",
         lambda q, t, r, a: -np.log(softmax(q)[r, a.y]).mean()),
        ("softmax_missing", "minus the mean output of the right class: the softmax and its logarithm are missing",
         lambda q, t, r, a: -a.out[r, a.y].mean()),
        ("sum_left_out", "the logarithm of the sum alone: the output of the right class is not taken away",
         lambda q, t, r, a: np.log(np.exp(a.out).sum(axis=1)).mean()),
        ("labels_shifted_down", "that of class y - 1: the classes count from 0 already",
         lambda q, t, r, a: -np.log(q[r, a.y - 1]).mean()),
        ("labels_shifted_up", "that of class y + 1: the classes count from 0",
         lambda q, t, r, a: -np.log(q[r, (a.y + 1) % q.shape[1]]).mean()),
        ("class_in_all_rows", MEAN_OF_EVERY_ROW, lambda q, t, r, a: -np.log(q[:, a.y]).mean()),
        ("class_in_all_rows", SUM_OF_EVERY_ROW, lambda q, t, r, a: -np.log(q[:, a.y]).sum() / len(r)),
        ("all_classes", "that of all classes, not of the right one alone: the mean of -log p over every entry",
         lambda q, t, r, a: -np.log(q).mean()),
        ("all_classes", "that of all classes, not of the right one alone: -log p is added up over every class",
         lambda q, t, r, a: -np.log(q).sum(axis=1).mean()),
        ("entropy", "the entropy of the outputs, which knows nothing of y",
         lambda q, t, r, a: -(q * np.log(q)).sum(axis=1).mean()),
        ("largest_class", "that of the largest output, not of the class y", lambda q, t, r, a: -np.log(q.max(axis=1)).mean()),
        ("sigmoid_for_softmax", "that of a sigmoid for each output: a softmax is due",
         lambda q, t, r, a: -np.log(sigmoid(a.out)[r, a.y]).mean()),
        ("binary_for_softmax", BINARY, lambda q, t, r, a: binary(sigmoid(a.out), t).mean()),
        ("binary_for_softmax", BINARY, lambda q, t, r, a: binary(sigmoid(a.out), t).sum() / len(r)),
        ("binary_for_softmax", BOTH_SIDES, lambda q, t, r, a: binary(q, t).mean()),
        ("binary_for_softmax", BOTH_SIDES, lambda q, t, r, a: binary(q, t).sum() / len(r)),
        ("squares_for_logarithm", SQUARES, lambda q, t, r, a: np.mean((q - t) ** 2)),
        ("squares_for_logarithm", SQUARES, lambda q, t, r, a: np.sum((q - t) ** 2) / len(r)),
        ("squares_for_logarithm", SQUARES, lambda q, t, r, a: np.mean((a.out - t) ** 2)),
        ("logarithm_of_2", "one in bits: log2 in place of the natural logarithm",
         lambda q, t, r, a: -np.log2(q[r, a.y]).mean()),
        ("logarithm_of_10", "one of log10 in place of the natural logarithm",
         lambda q, t, r, a: -np.log10(q[r, a.y]).mean()),
        ("first_row_only", "that of the first row alone", lambda q, t, r, a: -np.log(q[0, a.y[0]])),
        ("last_row_only", "that of the last row alone", lambda q, t, r, a: -np.log(q[-1, a.y[-1]])),
    ]  # fmt: skip
    for small in (1e-1, 1e-2, 1e-3):
        added = say("that of log(p + {small:g}): the number that is added changes it", small=small)
        cut = say("that of p cut off below {small:g}: the cut changes it", small=small)
        tried.append(("large_epsilon", added, lambda q, t, r, a, e=small: -np.log(q[r, a.y] + e).mean()))
        tried.append(
            ("large_epsilon", cut, lambda q, t, r, a, e=small: -np.log(np.clip(q[r, a.y], e, 1 - e)).mean())
        )
    parts = [(softmax(a.out), one_hot(a.y, a.out.shape[1]), np.arange(len(a.y)), a) for a in asked]
    for identity, text, function in tried:
        yield identity, text, [float(function(*part)) for part in parts]
    for small in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16):
        # log of p - 1, cut off: one large number whatever the outputs are.
        late = "computed from p after 1 was taken away at the right class: compute the loss first, or copy p for delta"
        yield "taken_after_change", late, [-float(np.log(small))] * len(asked)
