"""Which mistake of backpropagation gives a gradient: it is computed anew, with one thing wrong at a time.

    net = Network(params, find_activation(one_unit), x)
    cause = explain_gradients(net, outer_slopes(net.out, y, "cross_entropy", net.activation), gradients)

The first wrong layer is looked for from the last one backwards, since what is wrong there is wrong in all below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from checker.languages.texts import say, together
from checker.suite.backward_errors import Slopes, mistaken_deltas
from checker.suite.network import Array, Network, gradients_of
from checker.verdict import Diagnosis

# Relative to the largest entry. A mistake that changes less than this many times the tolerance is not named.
EXACT, SINGLE, CLEARLY = 1e-4, 1e-2, 5.0


def explain_gradients(net: Network, outer: Slopes, given: Sequence[Array]) -> Diagnosis | None:
    """The mistake that gives `given`, at the last layer that is wrong; None where none does, or nothing is wrong."""
    wanted = gradients_of(net, outer.right)
    deltas = net.deltas(outer.right)
    tolerance = SINGLE if all(np.array_equal(g, g.astype(np.float32)) for g in given) else EXACT
    if found := _other_places(wanted, given, tolerance):
        return found
    for layer in reversed(range(net.depth)):
        pair = [np.asarray(g, dtype=np.float64) for g in given[2 * layer : 2 * layer + 2]]
        right = wanted[2 * layer : 2 * layer + 2]
        bad = [not _same(g, r, CLEARLY * tolerance) for g, r in zip(pair, right, strict=True)]
        if not any(bad):
            continue
        seen = _Seen(net, layer, deltas, outer, pair, right, tolerance)
        for explain in (
            _zero,
            _added,
            _clipped,
            _of_both if all(bad) else _of_matrix if bad[0] else _of_bias,
        ):
            if found := explain(seen):
                return found
        return None
    return None


def _other_places(wanted: Sequence[Array], given: Sequence[Array], tolerance: float) -> Diagnosis | None:
    """The right gradients in other places of the list, where widths allow it."""
    layers = len(wanted) // 2
    for order in ([*range(layers)][::-1], [*range(1, layers), 0], [layers - 1, *range(layers - 1)]):
        moved = [wanted[2 * i + part] for i in order for part in (0, 1)]
        if order != [*range(layers)] and all(
            _same(g, m, tolerance) for g, m in zip(given, moved, strict=True)
        ):
            return Diagnosis(
                "layers_in_other_order",
                say(
                    "The gradients are right but come in backward order: the first layer's stand first, W before b."
                )
                if order == [*range(layers)][::-1]
                else say(
                    "The gradients are right but come in another order: the first layer's stand first, W before b."
                ),
            )
    return None


@dataclass(frozen=True)
class _Seen:
    """The last wrong layer, what came for it and what is right."""

    net: Network
    layer: int
    deltas: list[Array]
    outer: Slopes
    given: list[Array]
    right: list[Array]
    tolerance: float

    @property
    def names(self) -> tuple[str, str]:
        return f"W{self.layer + 1}", f"b{self.layer + 1}"

    @property
    def delta(self) -> Array:
        return self.deltas[self.layer]

    @property
    def h(self) -> Array:
        return self.net.h[self.layer]

    def fits(self, other: Sequence[Any], parts: Sequence[int], any_factor: bool = False) -> float | None:
        """The factor (1.0 if none is allowed) with which `other` is what came; None where it is not, or is right."""
        ours = [np.asarray(o, dtype=np.float64) for o in other]
        if any(
            o.shape != self.given[i].shape or not np.isfinite(o).all()
            for o, i in zip(ours, parts, strict=True)
        ):
            return None
        mine = np.concatenate([o.ravel() for o in ours])
        came = np.concatenate([self.given[i].ravel() for i in parts])
        right = np.concatenate([self.right[i].ravel() for i in parts])
        factor = 1.0
        if any_factor:
            factor = float(mine @ came / (mine @ mine)) if mine @ mine > 0 else 0.0
            turned = float(mine @ right / (mine @ mine)) if mine @ mine > 0 else 0.0
            if factor == 0 or _same(turned * mine, right, CLEARLY * self.tolerance):
                return None
        is_alike = _same(came, factor * mine, self.tolerance)
        return factor if is_alike and not _same(factor * mine, right, CLEARLY * self.tolerance) else None


def _same(given: Array, other: Array, tolerance: float) -> bool:
    scale = float(max(np.max(np.abs(given), initial=0.0), np.max(np.abs(other), initial=0.0)))
    return given.shape == other.shape and bool(
        np.max(np.abs(given - other), initial=0.0) <= tolerance * scale + 1e-12
    )


def _zero(seen: _Seen) -> Diagnosis | None:
    for i, name in enumerate(seen.names):
        if np.all(seen.given[i] == 0) and np.max(np.abs(seen.right[i])) > 1e-6:
            return Diagnosis(
                "gradient_zero" if i == 0 else "bias_gradient_zero",
                say(
                    "The gradient of {name} is 0 everywhere, though changing {name} changes the loss: it is never "
                    "computed, or never written into the list.",
                    name=name,
                ),
            )
    return None


def _added(seen: _Seen) -> Diagnosis | None:
    """Something is added to the right gradient, in proportion to the parameters or to where the error passes."""
    for i, name in enumerate(seen.names):
        parameter = np.asarray(seen.net.params[2 * seen.layer + i], dtype=np.float64)
        rest = seen.given[i] - seen.right[i]
        if (
            parameter.size < 3
            or not np.any(parameter)
            or _same(seen.given[i], seen.right[i], CLEARLY * seen.tolerance)
        ):
            continue
        share = float(np.vdot(parameter, rest) / np.vdot(parameter, parameter))
        if abs(share) > 1e-7 and _same(rest, share * parameter, max(10 * seen.tolerance, 1e-3)):
            return Diagnosis(
                "weight_decay",
                say(
                    "The gradient of {name} is the right one plus {share:.2g} times {name}: weight decay, a penalty on "
                    "the size of the weights. The loss that is asked for has none.",
                    name=name,
                    share=share,
                ),
            )
    return None


def _clipped(seen: _Seen) -> Diagnosis | None:
    came, right = (np.concatenate([g.ravel() for g in parts]) for parts in (seen.given, seen.right))
    limit = float(np.max(np.abs(came)))
    cut = np.clip(right, -limit, limit)
    at_limit = np.abs(came) >= limit * (1 - 1e-6)
    if at_limit.sum() >= 2 and _same(came, cut, seen.tolerance) and not _same(cut, right, 0.01):
        return Diagnosis(
            "gradient_clipped",
            say(
                "The gradients of layer {layer} are cut off at {limit:.3g}: clipping belongs to a training step, not to "
                "the gradient.",
                layer=seen.layer + 1,
                limit=limit,
            ),
        )
    return None


def _of_bias(seen: _Seen) -> Diagnosis | None:
    name, delta, n = seen.names[1], seen.delta, len(seen.delta)
    sum_is = "A bias acts on every row, so its gradient is delta.sum(axis=0)."
    tried: list[tuple[str, str, Any]] = [
        ("bias_gradient_mean", together(say("a mean over the {n} rows, of a delta that is divided by {n} already.", n=n), sum_is,
                                        "You took a mean."), delta.mean(axis=0)),
        ("bias_gradient_total", together("one sum over rows and columns for all units.", sum_is),
         np.full(delta.shape[1], delta.sum())),
        ("bias_gradient_of_columns", together("the sum over axis 1.", sum_is), delta.sum(axis=1)),
        ("bias_gradient_first_row", together("delta of the first row alone.", sum_is), delta[0]),
        ("bias_gradient_last_row", together("delta of the last row alone.", sum_is), delta[-1]),
        ("bias_gradient_times_rows", together(say("{n} times too large.", n=n), sum_is, say("Here it counts {n} times.", n=n)),
         n * delta.sum(axis=0)),
        ("bias_gradient_mean_of_columns", together("a mean over rows and columns.", sum_is),
         np.full(delta.shape[1], delta.mean())),
        ("bias_gradient_sign", say("turned in its sign, while that of {matrix} is right.", matrix=seen.names[0]),
         -delta.sum(axis=0)),
        ("bias_gradient_absolute", together("a sum of |delta|.", sum_is), np.abs(delta).sum(axis=0)),
        ("bias_gradient_largest", together("the largest delta of the rows.", sum_is), delta.max(axis=0)),
    ]  # fmt: skip
    if seen.layer < seen.net.depth - 1:
        above = seen.deltas[seen.layer + 1] @ seen.net.w(seen.layer + 1).T
        tried.append(
            (
                "bias_gradient_before_slope",
                "summed from delta before it is multiplied by the activation's slope; the matrix gets the right one.",
                above.sum(axis=0),
            )
        )
    if seen.layer > 0:
        tried.append(
            (
                "bias_gradient_of_layer_below",
                say("that of b{layer}: the parts are one layer off.", layer=seen.layer),
                seen.deltas[seen.layer - 1].sum(axis=0),
            )
        )
    for identity, text, value in tried:
        if seen.fits([value], [1]) is not None:
            return Diagnosis(identity, say("The gradient of {name} is {mistake}", name=name, mistake=text))
    return None


def _of_matrix(seen: _Seen) -> Diagnosis | None:
    (name, bias), delta, h, n = seen.names, seen.delta, seen.h, len(seen.delta)
    net, layer = seen.net, seen.layer
    reads = "the input x" if layer == 0 else say("what layer {layer} gives after its activation", layer=layer)
    is_due = say("It is h' delta, and h is what the layer reads: {reads}.", reads=reads)
    tried: list[tuple[str, str, Callable[[], Any]]] = [
        ("gradient_of_first_row", together("that of one row alone.", is_due), lambda: h[:1].T @ delta[:1]),
        ("gradient_of_last_row", together("that of the last row alone.", is_due), lambda: h[-1:].T @ delta[-1:]),
        ("gradient_divided_twice", together(
            say("divided by the {n} rows once more: delta is divided by them already.", n=n), is_due), lambda: h.T @ delta / n),
        ("gradient_times_rows", together(say("{n} times too large.", n=n), is_due), lambda: n * (h.T @ delta)),
        ("gradient_from_outputs", together("made from what the layer gives, not from what it reads.", is_due),
         lambda: net.activation.value(net.z[layer]).T @ delta),
        ("gradient_from_own_sums", together("made from the layer's own sums z, not from what it reads.", is_due),
         lambda: net.z[layer].T @ delta),
        ("gradient_from_x", together("made from the network's input x.", is_due), lambda: net.x.T @ delta),
        ("gradient_transposed", together("transposed: delta' h in place of h' delta.", is_due), lambda: delta.T @ h),
        ("mean_of_products_apart", together("the mean of h times the sum of delta.", is_due, "Multiply row by row, then add up."),
         lambda: np.outer(h.mean(axis=0), delta.sum(axis=0))),
        ("gradient_from_centred", together("made from h less its mean.", is_due), lambda: (h - h.mean(axis=0)).T @ delta),
        ("gradient_from_summed_delta", together("made from h and delta summed apart.", is_due),
         lambda: np.outer(h.sum(axis=0), delta.sum(axis=0))),
        ("gradient_sign", say("turned in its sign, while that of {bias} is right.", bias=bias), lambda: -h.T @ delta),
    ]  # fmt: skip
    if layer > 0:
        tried += [
            ("gradient_from_sums", together(say("made from layer {layer}'s sums before the activation.", layer=layer), is_due),
             lambda: net.z[layer - 1].T @ delta),
            ("gradient_from_activated_twice", together("made from the activation of what is activated already.", is_due),
             lambda: net.activation.value(h).T @ delta),
            ("gradient_from_slope", together("made from the activation's slope.", is_due),
             lambda: net.activation.slope(net.z[layer - 1]).T @ delta),
        ]  # fmt: skip
    if layer > 1:
        tried.append(
            (
                "gradient_from_layer_below",
                together(say("made from what layer {layer} reads, one layer too low.", layer=layer), is_due),
                lambda: net.h[layer - 1].T @ delta,
            )
        )
    if layer < net.depth - 1:
        tried.append(
            (
                "gradient_before_slope",
                "made from delta before it is multiplied by the activation's slope; the bias gets the right one.",
                lambda: h.T @ (seen.deltas[layer + 1] @ net.w(layer + 1).T),
            )
        )
    for identity, text, compute in tried:
        try:
            fits = seen.fits([compute()], [0]) is not None
        except ValueError:
            continue  # the shapes of this network do not allow that mistake
        if fits:
            return Diagnosis(identity, say("The gradient of {name} is {mistake}", name=name, mistake=text))
    return None


def _of_both(seen: _Seen) -> Diagnosis | None:
    if seen.layer == seen.net.depth - 1:
        for name, (text, delta) in seen.outer.wrong.items():
            if seen.fits([seen.h.T @ delta, delta.sum(axis=0)], [0, 1], any_factor=True) is not None:
                identity = "slope_on_last_layer" if name.startswith("slope_on_last_layer") else name
                return Diagnosis(identity, _comes_of(text, seen))
    else:
        for identity, text, delta in mistaken_deltas(seen.net, seen.layer, seen.deltas):
            if seen.fits([seen.h.T @ delta, delta.sum(axis=0)], [0, 1]) is not None:
                is_next_to_last = seen.layer == seen.net.depth - 2
                others = "The layer above is right." if is_next_to_last else "The layers above are right."
                return Diagnosis(identity, together(_comes_of(text, seen), others))
        if found := _matrix_changed_first(seen):
            return found
    return _first_rows(seen)


def _comes_of(mistake: str, seen: _Seen) -> str:
    w, b = seen.names
    return say("The gradients of {w} and {b} are what comes of {mistake}.", w=w, b=b, mistake=mistake)


def _first_rows(seen: _Seen) -> Diagnosis | None:
    n, (w, b) = len(seen.delta), seen.names
    for identity, rows, text in (
        ("first_row_only", slice(0, 1), "the first row"),
        ("last_row_only", slice(n - 1, n), "the last row"),
        ("last_row_left_out", slice(0, n - 1), "all rows but the last"),
        ("first_row_left_out", slice(1, n), "all rows but the first"),
    ):
        h, delta = seen.h[rows], seen.delta[rows]
        if n > 2 and seen.fits([h.T @ delta, delta.sum(axis=0)], [0, 1], any_factor=True) is not None:
            return Diagnosis(
                identity,
                say(
                    "The gradients of {w} and {b} are those of {rows} alone, out of {n}.",
                    w=w,
                    b=b,
                    rows=text,
                    n=n,
                ),
            )
    return None


def _matrix_changed_first(seen: _Seen) -> Diagnosis | None:
    """The matrix above is stepped before the error goes through it: linear in the unknown rate."""
    net, layer, (w, b) = seen.net, seen.layer, seen.names
    above = seen.deltas[layer + 1]
    moved = (above @ (net.h[layer + 1].T @ above).T) * net.activation.slope(net.z[layer])
    parts = [(seen.h.T @ moved).ravel(), moved.sum(axis=0)]
    rest = np.concatenate([(r - g).ravel() for g, r in zip(seen.given, seen.right, strict=True)])
    direction = np.concatenate(parts)
    if direction.size < 3 or not np.any(direction):
        return None
    rate = float(direction @ rest / (direction @ direction))
    if rate > 1e-5 and _same(rest, rate * direction, 1e-3):
        return Diagnosis(
            "matrix_changed_first",
            say(
                "The gradients of {w} and {b} are what comes of an error that went back through {above} after a step "
                "with rate {rate:.2g} was made with it. Compute all gradients first, then change the matrices.",
                w=w,
                b=b,
                above=f"W{layer + 2}",
                rate=rate,
            ),
        )
    return None
