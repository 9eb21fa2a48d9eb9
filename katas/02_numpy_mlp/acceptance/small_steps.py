"""What small steps say of a gradient: whether it agrees with them, by which factor it is off, and where to look then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from checker.suite import Diagnosis, say, together


class Case(NamedTuple):
    """What a loss was asked of: its kind, the network's sizes, the number of rows."""

    kind: str
    sizes: list[int]
    rows: int

    @property
    def text(self) -> str:
        """For messages: "mse, sizes [3, 5, 3]"."""
        return say("{kind}, sizes {sizes}", kind=self.kind, sizes=self.sizes)


class Slope(NamedTuple):
    """The change of the loss along one direction: what the gradient says, what small steps measure, whether they agree."""

    said: float
    measured: float
    right: bool


def is_wrong(slopes: list[Slope]) -> bool:
    """One direction alone may meet a bend."""
    return sum(not slope.right for slope in slopes) > 1


def common_factor(slopes: list[Slope]) -> float | None:
    """How many times too large the gradient is, the same along all directions; None where there is no such number."""
    largest = max(abs(slope.measured) for slope in slopes)
    ratios = [s.said / s.measured for s in slopes if abs(s.measured) > 0.05 * largest > 1e-6]
    if not ratios or max(ratios) - min(ratios) > 0.01 * abs(ratios[0]):
        return None
    return float(np.median(ratios))


LOSS_HINTS = {
    "mse": "The mean goes over all entries, n times k of them. Nothing else is added.",
    "cross_entropy": "For each row: minus the logarithm of the softmax of its right class; then the mean over the rows.",
}


def known_factor(case: Case, factor: float, loss: float = 0.0) -> Diagnosis | None:
    """What usually makes a loss or a slope of the loss this many times too large."""
    n, k = case.rows, case.sizes[-1]
    if abs(factor - 1) < 0.01:
        return None
    known = {
        -1.0: ("sign", "The sign is turned."),
        1 / n: ("divided_twice", "It is divided by the number of rows twice."),
    }
    if case.kind == "mse":
        known |= {
            k: ("over_rows_alone",
                say("{k} is the number of outputs: divide by all n k entries, not by the n rows alone.", k=k)),
            n * k: ("not_averaged", "That is n k, the number of entries: the loss is their mean, not their sum."),
            n: ("over_outputs_alone", "That is n, the number of rows: the mean goes over the rows too."),
            0.5: ("two_missing", "The 2 is missing: the slope of (out - y)^2 is 2 (out - y), and no 1/2 stands "
             "before the mean."),
            2.0: ("two_too_many", "There is a 2 too many: the slope of (out - y)^2 is 2 (out - y)."),
            -0.5: ("sign", "The sign is turned, and the 2 of the square is missing."),
            k / 2: ("over_rows_alone", "Divide by all n k entries, not by the n rows alone; and the slope of a "
             "square has a 2."),
            n * k / 2: ("not_averaged", "It is n k / 2: the loss is a mean over n k entries, not a sum; and the slope of a "
             "square has a 2."),
            n / 2: ("over_outputs_alone", "Divide by the number of rows too; and the slope of a square has a 2."),
            1 / k: ("divided_twice", "It is divided by the number of outputs twice."),
        }  # fmt: skip
        if loss > 0:
            root = "That is 1 / (2 root of the loss): the slope of the root of the mean, where the mean itself is due."
            known[0.5 * loss**-0.5] = ("slope_of_root", root)
    else:
        known |= {
            n: (
                "not_averaged",
                "That is n, the number of rows: the loss is the mean over the rows, not their sum.",
            ),
            1 / k: ("over_all_entries", "The mean goes over the n rows alone, not over all n k entries."),
            n * k: ("not_averaged", "That is n k: the loss is a mean over the rows."),
            -n: ("sign", "The sign is turned, and the mean over the rows is missing."),
            float(np.log2(np.e)): ("logarithm_of_2", "That is log2 in place of the natural logarithm."),
            float(np.log10(np.e)): ("logarithm_of_10", "That is log10 in place of the natural logarithm."),
            2.0: ("two_too_many", "There is a 2 too many: the slope of a cross-entropy has none."),
            0.5: ("half", "There is a 1/2 too many."),
        }
    found = next((f for value, f in known.items() if abs(factor - value) < 0.005 * abs(value)), None)
    return Diagnosis(*found) if found else None


def wrong_layer(
    case: Case, layer: int, of_w: list[Slope], of_b: list[Slope], loss: float
) -> tuple[str, Diagnosis | None, str]:
    """The message for the last layer (0 is the first) whose gradient of W or of b is wrong, a known factor, and a hint."""
    depth = len(case.sizes) - 1
    name_w, name_b = f"W{layer + 1}", f"b{layer + 1}"
    both = is_wrong(of_w) and is_wrong(of_b)
    slopes, name = (of_w, name_w) if is_wrong(of_w) else (of_b, name_b)
    worst = max(slopes, key=lambda slope: abs(slope.said - slope.measured))
    factor = common_factor(of_w + of_b if both else slopes)
    if factor is None:
        message = say(
            "The gradient of {name} ({case}) does not agree with small steps: in one direction the loss changes at a "
            "rate of {measured:.3g}; your gradient says {said:.3g}.",
            name=name,
            case=case.text,
            measured=worst.measured,
            said=worst.said,
        )
    elif abs(factor) < 1e-6:
        message = say(
            "The gradient of {name} ({case}) is 0, but changing {name} changes the loss.",
            name=name,
            case=case.text,
        )
    elif both:
        message = say(
            "The gradients of {w} and {b} ({case}) are {factor:.4g} times what small steps measure.",
            w=name_w,
            b=name_b,
            case=case.text,
            factor=factor,
        )
    else:
        message = say(
            "The gradient of {name} ({case}) is {factor:.4g} times what small steps measure.",
            name=name,
            case=case.text,
            factor=factor,
        )
    above = ""
    if layer == depth - 2:
        above = "The gradients of the layer above are right."
    elif layer < depth - 2:
        above = "The gradients of the layers above are right."
    known = known_factor(case, factor, loss) if both and factor and layer == depth - 1 else None
    return together(message, above), known, _where_to_look(case, layer, of_w, of_b)


def _where_to_look(case: Case, layer: int, of_w: list[Slope], of_b: list[Slope]) -> str:
    name_w, name_b = f"W{layer + 1}", f"b{layer + 1}"
    is_last = layer == len(case.sizes) - 2
    if not is_wrong(of_w):
        return "A bias acts on every row: its gradient is the sum of delta over the rows, nothing divided."
    if not is_wrong(of_b):
        return say(
            "The gradient of {b} is right, and so is delta: look at h' delta. h is what this layer read, {read}.",
            b=name_b,
            read=say("the output of layer {layer} after its activation", layer=layer)
            if layer
            else "the input x",
        )
    if is_last:
        return "It is the last layer, and both its parts are wrong: look at delta, the slope of the loss by the outputs."
    return say(
        "So the error is spoiled on its way from layer {above} down to {w}: it goes through the transpose of "
        "W{above}, then is multiplied by f', the slope of the activation of layer {layer} itself.",
        above=layer + 2,
        w=name_w,
        layer=layer + 1,
    )
