"""Why digits are misread: other classes, other inputs, few rows, a network that cannot do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say


def relabelled(out: np.ndarray, labels: np.ndarray, accuracy: float) -> Diagnosis | None:
    """Another output than the largest, or the outputs in other places, would be right."""
    best = out.argmax(axis=1)
    smallest = float(np.mean(out.argmin(axis=1) == labels))
    if smallest > accuracy + 0.3:
        return Diagnosis(
            "sign_of_outputs",
            say(
                "The smallest output is the right class for {smallest:.0%}, the largest for {accuracy:.0%}: the network "
                "learned with the opposite sign.",
                smallest=smallest,
                accuracy=accuracy,
            ),
        )
    table = np.zeros((10, 10))
    np.add.at(table, (best, labels), 1)
    for by in range(1, 10):
        moved = float(np.mean((best - by) % 10 == labels))
        if moved > accuracy + 0.3 and moved > 0.6:
            return Diagnosis("classes_shifted", _shifted(by, moved, accuracy))
    answer = table.argmax(axis=1)
    renamed = float(np.mean(answer[best] == labels))
    if renamed > accuracy + 0.3 and renamed > 0.6 and len(set(answer.tolist())) > 5:
        return Diagnosis(
            "classes_renamed",
            say(
                "With the outputs in another order {renamed:.0%} would be right, now {accuracy:.0%}: training numbers "
                "the classes in another way than y does.",
                renamed=renamed,
                accuracy=accuracy,
            ),
        )
    return None


def _shifted(by: int, moved: float, accuracy: float) -> str:
    if by < 6:
        return say(
            "The output that stands {by} before the largest one is right for {moved:.0%}, the largest for "
            "{accuracy:.0%}: the classes count from 0, as the outputs do.",
            by=by,
            moved=moved,
            accuracy=accuracy,
        )
    return say(
        "The output that stands {by} after the largest one is right for {moved:.0%}, the largest for "
        "{accuracy:.0%}: the classes count from 0, as the outputs do.",
        by=10 - by,
        moved=moved,
        accuracy=accuracy,
    )


def other_inputs(t: Any, x: np.ndarray, labels: np.ndarray, accuracy: float) -> Diagnosis | None:
    """Right for inputs in another range: training scaled them, forward does not."""
    mean, std = t.x.mean(axis=0), t.x.std(axis=0)
    whole, spread = float(t.x.mean()), float(t.x.std())
    length = np.linalg.norm(x, axis=1, keepdims=True) + 1e-12
    tried = {
        "divided by 255 once more": x / 255, "multiplied by 255": x * 255, "moved to [-1, 1]": 2 * x - 1,
        "less 0.5": x - 0.5, "less the mean of all pixels, over their deviation": (x - whole) / spread,
        "less the mean of each pixel": x - mean, "less the mean of all pixels": x - whole,
        "less the mean of each pixel, over its deviation": (x - mean) / (std + 1e-8),
        "less the mean of each pixel, over its deviation where there is one": (x - mean) / np.where(std < 1e-3, 1, std),
        "less the mean of each pixel, over its deviation + 0.1": (x - mean) / (std + 0.1),
        "turned to 1 - x": 1 - x, "divided by the length of their row": x / length, "rounded to 0 and 1": np.round(x),
        "multiplied by 2": 2 * x, "divided by 2": x / 2, "multiplied by 10": 10 * x,
        "less their row's mean, over its deviation": (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-8),
    }  # fmt: skip
    best, name = accuracy, ""
    for how, other in tried.items():
        value = float(np.mean(t.out(other.astype(np.float32)).argmax(axis=1) == labels))
        if value > best:
            best, name = value, how
    if best < accuracy + max(0.02, 0.4 * (0.95 - accuracy)):
        return None
    return Diagnosis(
        "inputs_in_other_units",
        say(
            "With pixels {changed} it reads {best:.0%} right, with those of the contract {accuracy:.0%}: training scaled "
            "its inputs, and forward needs something that is not in params. Put the scaling into the first W and b, or "
            "into forward itself.",
            changed=name,
            best=best,
            accuracy=accuracy,
        ),
    )


def answers_of(out: np.ndarray, labels: np.ndarray, accuracy: float) -> Diagnosis | None:
    """Classes that are never answered."""
    shares = np.bincount(out.argmax(axis=1), minlength=10) / len(out)
    never = int((shares < 0.001).sum())
    if never == 0 or never >= 9:
        return None
    known = float(np.mean(out.argmax(axis=1)[shares[labels] > 0.001] == labels[shares[labels] > 0.001]))
    if known < 0.8:
        return None
    return Diagnosis(
        "classes_missing",
        say(
            "{never} of 10 classes are never answered; of the others {known:.0%} are right. Does training see all "
            "classes, and is every output trained?",
            never=never,
            known=known,
        ),
    )


def digit_rows(accuracies: Sequence[tuple[str, float]], rest: float) -> Diagnosis | None:
    """Right on some training rows, wrong on the others."""
    name, best = max(accuracies, key=lambda pair: pair[1])
    if best - rest < max(0.03, 0.3 * (1 - rest)):
        return None
    return Diagnosis(
        "few_rows_only",
        say(
            "Of {rows} of the 60,000 training rows it reads {best:.1%} right, of the others {rest:.1%}: does training "
            "see those alone?",
            rows=name,
            best=best,
            rest=rest,
        ),
    )


def too_narrow(t: Any) -> Diagnosis | None:
    """A network that cannot do it: no hidden layer, or a very narrow one."""
    widths = [p.shape[1] for p in t.params[:-2:2]]
    if not widths:
        return Diagnosis(
            "no_hidden_layer",
            "The network has no hidden layer: one matrix from 784 inputs to 10 outputs is a linear model, which "
            "reads about 92 %. A hidden layer of about a hundred units with an activation is due.",
        )
    if min(widths) < 16:
        return Diagnosis(
            "too_narrow",
            say(
                "A hidden layer has {units} units: too few to tell ten digits apart. About a hundred are enough.",
                units=min(widths),
            ),
        )
    return None


def constant_answer(out: np.ndarray) -> Diagnosis | None:
    """One answer to everything."""
    shares = np.bincount(out.argmax(axis=1), minlength=10) / len(out)
    apart = float(np.ptp(out, axis=0).max())
    if shares.max() < 0.9:
        return None
    return Diagnosis(
        "constant_output",
        say(
            "{share:.0%} of all digits get the same answer, and an output differs by no more than {apart:.2g} "
            "from digit to digit.",
            share=shares.max(),
            apart=apart,
        ),
    )
