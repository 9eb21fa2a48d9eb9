"""Answers that depend on the company they come in: on the batch, on chance, or on what else the process has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from checker.languages.texts import say
from checker.verdict import Diagnosis

Array = np.ndarray[Any, Any]


def depends_on_company(
    apply: Callable[..., Array], rows: Any, together: Array, allowed: float, what: str, size: Any = 1.0
) -> Callable[[], Diagnosis | None]:
    """An experiment for answers that differ alone: do they differ from call to call, with the batch, or between processes?

    Args:
        apply: a model's `apply`, in inference mode.
        rows: what it is asked about.
        together: the answers to these rows that were given in a batch.
        allowed: by how much answers may differ, as a multiple of `size`.
        what: the model's name at the beginning of a sentence: "The encoder".
        size: what differences are relative to.
    """

    def differ(one: Array, other: Array) -> bool:
        return bool(np.max(np.abs((one.astype(np.float64) - other) / size), initial=0.0) > allowed)

    def look() -> Diagnosis | None:
        first, again = apply(rows), apply(rows)
        if differ(first, again):
            return Diagnosis(
                "random_at_inference",
                say(
                    "{what}, asked twice about the same rows with training=False, gives two answers. Dropout, noise, "
                    "sampling or augmentation acts at inference too: pass `training` on to those layers, and do not "
                    "set it to True.",
                    what=what,
                ),
            )
        if differ(first, apply(rows, batch_size=1)):
            return Diagnosis(
                "batch_statistics",
                say(
                    "{what} gives the same rows another answer in a batch than one by one: it uses the mean, the "
                    "spread or the largest value of the batch at hand. Normalise with training=False "
                    "(BatchNormalization does then), each row by itself, or by constants.",
                    what=what,
                ),
            )
        if differ(first, together):
            return Diagnosis(
                "outside_of_the_weights",
                say(
                    "{what} with the same weights answers otherwise in another process. Something that is no weight "
                    "changes it: a global, or an attribute that train sets. Only get_weights() is carried over.",
                    what=what,
                ),
            )
        return None

    return look
