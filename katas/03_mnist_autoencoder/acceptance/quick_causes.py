"""Why a check of kata 03 is missed that looks at no quality: what training changed."""

from __future__ import annotations

from typing import Any

from checker.suite import Diagnosis, say

# Whoever trains on 300 images for an epoch needs more than this share of the reference's time on all of them.
NOT_EVEN_BEGUN = 0.006


def is_frozen(model: Any) -> bool:
    """Whether the model itself calls a kernel not trainable."""
    facts = model.facts()
    kernels = [t for shape, t in zip(facts.weight_shapes, facts.trainable, strict=True) if len(shape) >= 2]
    return not all(kernels)


def of_unchanged_weights(few: Any, unchanged: list[bool]) -> Diagnosis | None:
    """Why train left a model as it was: it trains others, or none, or no gradient reaches it."""
    both = say("encoder"), say("decoder")
    names = [name for name, is_same in zip(both, unchanged, strict=True) if is_same]
    models = {"encoder": few.model.encoder, "decoder": few.model.decoder}
    frozen = [name for name in names if is_frozen(models[name])]
    if frozen:
        return Diagnosis(
            f"{frozen[0]}_frozen",
            say(
                "The {part}'s weights are not trainable after train(): `trainable` is False. Leave it True, "
                "and set it before compile.",
                part=frozen[0],
            ),
        )
    if len(names) == 1:
        other = both[1] if names[0] == both[0] else both[0]
        return Diagnosis(
            f"{names[0]}_without_gradient",
            say(
                "The {changed} changed, the {unchanged} did not. So the loss does not reach it: are its outputs "
                "computed once with predict() or turned into NumPy on the way, is the {unchanged} trained another "
                "one than the one given, or are its variables missing in the list for the optimizer? Chain both: "
                "decoder(encoder(x)).",
                changed=other,
                unchanged=names[0],
            ),
        )
    if few.time.used < NOT_EVEN_BEGUN * few.time.reference:
        return Diagnosis(
            "never_trained",
            say(
                "Neither encoder nor decoder changed, and train() was over after {used:.2f} s: it trains "
                "nothing. Is fit called? Are there epochs, and batches for 300 images?",
                used=few.time.used,
            ),
        )
    return Diagnosis(
        "another_model_trained",
        say(
            "Neither encoder nor decoder changed, though train() worked for {used:.1f} s: it trains other "
            "models, such as new ones, clones or global ones. Train the very two that it is given.",
            used=few.time.used,
        ),
    )
