"""Why a check of kata 03 is missed that looks at no quality: what training changed, and answers that depend on "
"company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from checker.suite import Diagnosis

# Whoever trains on 300 images for an epoch needs more than this share of the reference's time on all of them.
NOT_EVEN_BEGUN = 0.006


def is_frozen(model: Any) -> bool:
    """Whether the model itself calls a kernel not trainable."""
    facts = model.facts()
    kernels = [t for shape, t in zip(facts.weight_shapes, facts.trainable, strict=True) if len(shape) >= 2]
    return not all(kernels)


def of_unchanged_weights(few: Any, unchanged: list[bool]) -> Diagnosis | None:
    """Why train left a model as it was: it trains others, or none, or no gradient reaches it."""
    names = [name for name, is_same in zip(("encoder", "decoder"), unchanged, strict=True) if is_same]
    models = {"encoder": few.model.encoder, "decoder": few.model.decoder}
    frozen = [name for name in names if is_frozen(models[name])]
    if frozen:
        return Diagnosis(
            f"{frozen[0]}_frozen",
            f"The {frozen[0]}'s weights are not trainable after train(): `trainable` is False. Leave it True, and set "
            "it before compile.",
        )
    if len(names) == 1:
        other = "decoder" if names[0] == "encoder" else "encoder"
        return Diagnosis(
            f"{names[0]}_without_gradient",
            f"The {other} changed, the {names[0]} did not. So the loss does not reach it: are its outputs computed "
            f"once with predict() or turned into NumPy on the way, is the {names[0]} trained another one than the one "
            "given, or are its variables missing in the list for the optimizer? Chain both: decoder(encoder(x)).",
        )
    if few.time.used < NOT_EVEN_BEGUN * few.time.reference:
        return Diagnosis(
            "never_trained",
            f"Neither encoder nor decoder changed, and train() was over after {few.time.used:.2f} s: it trains "
            "nothing. Is fit called? Are there epochs, and batches for 300 images?",
        )
    return Diagnosis(
        "another_model_trained",
        f"Neither encoder nor decoder changed, though train() worked for {few.time.used:.1f} s: it trains other "
        "models, such as new ones, clones or global ones. Train the very two that it is given.",
    )


def of_an_answer_alone(
    part: Any, rows: np.ndarray, together: np.ndarray, size: np.ndarray, allowed: float, is_encoder: bool
) -> Callable[[], Diagnosis | None]:
    """An experiment: do answers to one batch differ from call to call, or with the batch, or from process to "
    "process?"""
    name = "encoder" if is_encoder else "decoder"

    def look() -> Diagnosis | None:
        first, again = (part.apply(rows).astype(np.float64) for _ in range(2))
        if np.max(np.abs(first - again) / size) > allowed:
            return Diagnosis(
                "random_at_inference",
                f"The {name}, asked twice about the same rows with training=False, gives two answers. Dropout, noise "
                "or sampling acts at inference too: pass `training` on to those layers, and do not set it to True.",
            )
        alone = part.apply(rows, batch_size=1).astype(np.float64)
        if np.max(np.abs(first - alone) / size) > allowed:
            return Diagnosis(
                "batch_statistics",
                f"The {name} gives the same rows another answer in a batch than one by one: it uses the mean, spread "
                "or largest value of the batch at hand. Normalise with training=False (BatchNormalization does), each "
                "row by itself, or by constants.",
            )
        if np.max(np.abs(first - together) / size) > allowed:
            return Diagnosis(
                "outside_of_the_weights",
                f"The {name} with the same weights answers otherwise in another process. Something that is no weight "
                "changes it: a global, or an attribute that train sets. Only get_weights() is carried over.",
            )
        return None

    return look
