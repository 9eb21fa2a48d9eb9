"""What well-known mistakes make of gradient_norms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say

Array = np.ndarray
Function = Callable[[Array], Array]


def norms_of_mistakes(
    layers: Sequence[tuple[Array, Array]], x: Array, activation: str, functions: Any, derivatives: Any
) -> Iterator[tuple[str, str, Array]]:
    """Ids, what to say, and the norms that come out."""
    function, derivative = functions[activation], derivatives[activation]

    def run(act: Function = function, biases: bool = True) -> tuple[list[Array], list[Array]]:
        inputs, z = [x], []
        for w, b in layers:
            z.append(inputs[-1] @ w + (b if biases else 0))
            inputs.append(act(z[-1]))
        return inputs, z

    def back(
        delta: Array, slope: Callable[[int], Array], through: Callable[[int, Array], Array] | None = None
    ) -> list[Array]:
        found = [delta]
        for i in range(len(layers) - 1, 0, -1):
            above = through(i, found[0]) if through else found[0] @ layers[i][0].T
            found.insert(0, above * slope(i - 1))
        return found

    inputs, z = run()
    ones, n, k = np.ones_like(z[-1]), len(x), z[-1].shape[1]
    deltas = back(ones, lambda i: derivative(z[i]))

    def gradients(deltas: Sequence[Array], reads: Sequence[Array] = inputs) -> list[Array]:
        return [h.T @ d for h, d in zip(reads, deltas, strict=False)]

    def norms(parts: Sequence[Array]) -> Array:
        return np.array([float(np.linalg.norm(g)) for g in parts])

    right = gradients(deltas)
    plain = norms(right)
    yield (
        "order",
        "right but in the order from the last layer to the first; the first layer comes first",
        plain[::-1],
    )
    yield (
        "squared",
        "the squares of what they should be: the root of the sum of squares is missing",
        plain**2,
    )
    yield (
        "root",
        "the roots of what they should be: one root too many",
        np.sqrt(plain),
    )
    yield (
        "slopes_forgotten",
        "as if the activation had the slope 1 everywhere on the way back",
        norms(gradients(back(ones, lambda i: np.ones_like(z[i])))),
    )
    last = derivative(z[-1])
    yield (
        "activation_on_last",
        "as if the activation came after the last layer too",
        norms(gradients(back(last, lambda i: derivative(z[i])))),
    )
    yield (
        "outputs_for_inputs",
        "those of each layer's output times what comes back, in place of its input",
        norms([h.T @ d for h, d in zip(inputs[1:], deltas, strict=True)]),
    )
    yield (
        "sums_for_inputs",
        "those of each layer's sums before the activation times what comes back, in place of its input",
        norms(gradients(deltas, [x, *z[:-1]])),
    )
    yield (
        "of_the_mean",
        say(
            "1 / {count} of what they should be, in every layer: the gradient of a sum is asked for, not of "
            "a mean",
            count=n * k,
        ),
        plain / (n * k),
    )
    yield (
        "of_the_mean",
        say(
            "1 / {count} of what they should be, in every layer: the gradient of a sum over all rows is asked "
            "for, not of a mean",
            count=n,
        ),
        plain / n,
    )
    yield (
        "of_the_mean",
        say(
            "1 / {count} of what they should be, in every layer: the gradient of a sum over all columns is asked "
            "for, not of a mean",
            count=k,
        ),
        plain / k,
    )
    with np.errstate(all="ignore"):
        yield (
            "spectral_norm",
            "spectral norms, the largest singular value (np.linalg.norm(g, 2)): Frobenius is the root of the sum of "
            "squares, np.linalg.norm(g)",
            np.array([np.linalg.norm(g, 2) for g in right]),
        )
        yield (
            "nuclear_norm",
            "nuclear norms, the sum of singular values: Frobenius is the root of the sum of squares",
            np.array([np.linalg.norm(g, "nuc") for g in right]),
        )
    yield (
        "sum_of_sizes",
        "sums of |entries|: Frobenius is the root of the sum of squares",
        np.array([np.abs(g).sum() for g in right]),
    )
    yield (
        "largest_entry",
        "the largest |entry| of each gradient: Frobenius is the root of the sum of squares",
        np.array([np.abs(g).max() for g in right]),
    )
    yield (
        "column_sums",
        "the largest column sums (np.linalg.norm(g, 1)): Frobenius is the root of the sum of squares",
        np.array([np.linalg.norm(g, 1) for g in right]),
    )
    yield (
        "row_sums",
        "the largest row sums (np.linalg.norm(g, inf)): Frobenius is the root of the sum of squares",
        np.array([np.linalg.norm(g, np.inf) for g in right]),
    )
    yield (
        "root_of_mean",
        "roots of the mean of squares: Frobenius is the root of their sum",
        np.array([np.sqrt(np.mean(g**2)) for g in right]),
    )
    yield (
        "mean_of_squares",
        "means of squares: Frobenius is the root of their sum",
        np.array([np.mean(g**2) for g in right]),
    )
    yield (
        "mean_size",
        "means of |entries|: Frobenius is the root of the sum of squares",
        np.array([np.abs(g).mean() for g in right]),
    )
    yield (
        "sum_of_entries",
        "sums of the entries, where squares are due",
        np.array([g.sum() for g in right]),
    )
    yield (
        "sum_of_entries",
        "|sums of the entries|, where squares are due",
        np.array([abs(g.sum()) for g in right]),
    )
    yield (
        "norms_of_delta",
        "those of what comes back to each layer's sums: d / dW is the layer's input, transposed, times that",
        norms(deltas),
    )
    yield (
        "norms_of_bias_gradient",
        "those of the biases' gradients: d / dW is asked for",
        norms([d.sum(axis=0) for d in deltas]),
    )
    yield (
        "bias_counted",
        "those of W and b together: d / dW alone is asked for",
        np.sqrt(plain**2 + norms([d.sum(axis=0) for d in deltas]) ** 2),
    )
    yield (
        "norms_of_weights",
        "those of the weights themselves",
        norms([w for w, _ in layers]),
    )
    yield (
        "norms_of_signal",
        "those of each layer's outputs, the signal and not the gradient",
        norms(inputs[1:]),
    )
    yield (
        "norms_of_signal",
        "those of each layer's inputs, the signal and not the gradient",
        norms(inputs[:-1]),
    )
    yield (
        "means_apart",
        "those of the mean input times the summed error: multiply row by row, then add up",
        norms([np.outer(h.mean(axis=0), d.sum(axis=0)) for h, d in zip(inputs, deltas, strict=False)]),
    )
    yield (
        "added_apart",
        "those of the summed inputs times the summed error: multiply row by row, then add up",
        norms([np.outer(h.sum(axis=0), d.sum(axis=0)) for h, d in zip(inputs, deltas, strict=False)]),
    )
    yield (
        "row_by_row",
        "means of the norms of single rows: add the gradients of all rows up first",
        np.array(
            [
                np.mean([np.linalg.norm(np.outer(a, b)) for a, b in zip(h, d, strict=True)])
                for h, d in zip(inputs, deltas, strict=False)
            ]
        ),
    )
    yield (
        "row_by_row",
        "sums of the norms of single rows: add the gradients of all rows up first",
        np.array(
            [
                np.sum([np.linalg.norm(np.outer(a, b)) for a, b in zip(h, d, strict=True)])
                for h, d in zip(inputs, deltas, strict=False)
            ]
        ),
    )
    yield (
        "first_row",
        "those of the first row alone",
        norms([h[:1].T @ d[:1] for h, d in zip(inputs, deltas, strict=False)]),
    )
    yield (
        "first_output",
        "those of the first output alone: the sum goes over all columns",
        norms(gradients(back(np.eye(k)[[0] * n], lambda i: derivative(z[i])))),
    )
    yield (
        "of_squares",
        "those of the sum of squared outputs: the sum of the outputs themselves is asked for",
        norms(gradients(back(2 * z[-1], lambda i: derivative(z[i])))),
    )
    yield (
        "of_squares",
        "those of half the sum of squared outputs: the sum of the outputs themselves is asked for",
        norms(gradients(back(z[-1], lambda i: derivative(z[i])))),
    )
    bare, bare_z = run(biases=False)
    yield (
        "biases_forgotten",
        "those of the network without its biases",
        norms(gradients(back(ones, lambda i: derivative(bare_z[i])), bare)),
    )
    yield (
        "slope_of_activated",
        "those with the slope taken at the activated value: it is taken at the sums before the activation",
        norms(gradients(back(ones, lambda i: derivative(function(z[i]))))),
    )
    if activation == "sigmoid":
        yield (
            "slope_formula",
            "those with z (1 - z), which takes the activated h: h (1 - h)",
            norms(gradients(back(ones, lambda i: z[i] * (1 - z[i])))),
        )
        yield (
            "slope_formula",
            "those with h in place of h (1 - h)",
            norms(gradients(back(ones, lambda i: function(z[i])))),
        )
        yield (
            "slope_formula",
            "those with 1 - h in place of h (1 - h)",
            norms(gradients(back(ones, lambda i: 1 - function(z[i])))),
        )
        yield (
            "slope_formula",
            "those with 1 - h^2, the slope of tanh, in place of h (1 - h)",
            norms(gradients(back(ones, lambda i: 1 - function(z[i]) ** 2))),
        )
        yield (
            "slope_formula",
            "those with the slope of a ReLU in place of h (1 - h)",
            norms(gradients(back(ones, lambda i: (z[i] > 0).astype(float)))),
        )
    if activation == "relu":
        yield (
            "slope_formula",
            "those with the activated value in place of the slope, which is 0 or 1",
            norms(gradients(back(ones, lambda i: function(z[i])))),
        )
        yield (
            "slope_turned_round",
            "those with the slope 1 where the sum is negative: the comparison is turned round",
            norms(gradients(back(ones, lambda i: (z[i] < 0).astype(float)))),
        )
    for other in functions:
        if other != activation:
            seen, sums = run(functions[other])
            yield (
                "another_activation",
                say(
                    "those of {other}, though the activation is {activation}",
                    other=other,
                    activation=activation,
                ),
                norms(gradients(back(ones, lambda i, o=other, s=sums: derivatives[o](s[i])), seen)),
            )
    yield (
        "slope_squared",
        "those with each slope taken twice",
        norms(gradients(back(ones, lambda i: derivative(z[i]) ** 2))),
    )
    shifted = [derivative(z[max(i - 1, 0)]) for i in range(len(z))]
    upper = [derivative(z[i + 1]) if i + 1 < len(z) else last for i in range(len(z))]
    for slopes, text in (
        (shifted, "those with the slope of the layer below"),
        (upper, "those with the slope of the layer above"),
    ):
        if all(slopes[i].shape == z[i].shape for i in range(len(z) - 1)):
            yield (
                "slope_of_wrong_layer",
                text,
                norms(gradients(back(ones, lambda i, s=slopes: s[i]))),
            )
    if all(w.shape[0] == w.shape[1] for w, _ in layers[1:-1]) and len(layers) > 3:
        untransposed = back(
            ones,
            lambda i: derivative(z[i]),
            lambda i, d: (
                d
                @ (
                    layers[i][0]
                    if layers[i][0].shape[0] == d.shape[1] == layers[i][0].shape[1]
                    else layers[i][0].T
                )
            ),
        )
        yield (
            "not_transposed",
            "those of an error that goes back through W, not through its transpose",
            norms(gradients(untransposed)),
        )


def of_norms(given: Array, wanted: Array, mistakes: Iterator[tuple[str, str, Array]]) -> Diagnosis | None:
    """The mistake that gives these norms in every layer, or from which layer on they are wrong."""

    def same(values: Array, others: Array) -> bool:
        return values.shape == others.shape and bool(np.allclose(values, others, rtol=1e-3, atol=0))

    if len(given) != len(wanted):
        if same(given, wanted[1:]):
            return Diagnosis(
                "first_layer_left_out", "The norm of the first layer is missing; the others are right."
            )
        if same(given, wanted[:-1]):
            return Diagnosis(
                "last_layer_left_out", "The norm of the last layer is missing; the others are right."
            )
        return None
    for identity, text, values in mistakes:
        if same(given, values) and not np.allclose(values, wanted, rtol=5e-3, atol=0):
            return Diagnosis(identity, say("The norms of gradient_norms are {text}.", text=text))
    off = np.abs(given - wanted)
    if off.max() < 1e-6 * wanted.max() and wanted.min() < 1e-3 * wanted.max():
        return Diagnosis(
            "differences",
            say(
                "Every norm is right to {error:.0e}, which is too coarse for the smallest, {smallest:.0e}: that is what "
                "finite differences leave. Backpropagation keeps all digits of a gradient that has vanished.",
                error=off.max(),
                smallest=wanted.min(),
            ),
        )
    wrong = off > 5e-3 * wanted
    if np.all(given == 0):
        return Diagnosis("all_zero", "All norms are 0: are they written into the result?")
    factor = given / wanted
    if len(wanted) > 1 and np.ptp(factor) < 1e-3 * abs(factor[0]):
        return Diagnosis(
            "factor",
            say("The norms are {factor:.4g} times what they should be, in every layer.", factor=factor[0]),
        )
    steps = factor[:-1] / factor[1:]
    if len(wanted) > 3 and np.ptp(steps) < 1e-2 * abs(steps[0]):
        return Diagnosis(
            "factor_by_layer",
            say(
                "From layer to layer backwards the norms are {factor:.3g} times too large once more: a factor "
                "comes in with each layer.",
                factor=steps[0],
            ),
        )
    if wrong.any() and not wrong.all():
        last = int(np.flatnonzero(wrong).max())
        if last + 1 < len(wanted) and not wrong[last + 1 :].any():
            return Diagnosis(
                "wrong_below_a_layer",
                say(
                    "From the last layer down to layer {right} the norms are right, that of layer {wrong} is "
                    "{factor:.3g} times what it should be: look at how the error comes down there.",
                    right=last + 2,
                    wrong=last + 1,
                    factor=factor[last],
                ),
            )
    return None
