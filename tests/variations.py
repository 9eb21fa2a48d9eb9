"""Structural variations of a right solution: what a function may return or do that no suite expects.

None of them may end in an error of the judge, and what is said must name the function. `tests/test_variations.py` tries
some each day, `tests/benchmarks/variations.py` all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.judging.session import JudgeOptions, judge
from checker.verdict import CheckResult, Outcome, Record

_WRAPPED = """

_right_{name} = {name}


def {name}({arguments}):
    import numpy as np
    result = _right_{name}({arguments})
    {body}
"""
_REPLACED = """

def {name}({arguments}):
    import numpy as np
    {body}
"""
# What comes back, given the right `result`.
RESULTS = {
    "returns None": "return None",
    "returns a text": "return 'the result'",
    "returns nothing but NaN": (
        "deep = lambda v: ([deep(p) for p in v] if isinstance(v, (list, tuple)) else "
        "np.full_like(np.asarray(v, np.float64), np.nan)); return deep(result)"
    ),
    "returns too many things": "return result, result, result",
    "returns a list around it": "return [result]",
    "returns an empty array": "return np.zeros(0)",
    "returns an empty list": "return []",
    "returns complex numbers": (
        "deep = lambda v: ([deep(p) for p in v] if isinstance(v, (list, tuple)) else np.asarray(v) + 1j); "
        "return deep(result)"
    ),
    "returns objects": "return np.array([result, None], dtype=object)",
    "returns its outputs swapped": (
        "return tuple(reversed(result)) if isinstance(result, (list, tuple)) else np.asarray(result).T[..., None]"
    ),
    "returns one axis more": (
        "deep = lambda v: ([deep(p) for p in v] if isinstance(v, (list, tuple)) else np.asarray(v)[..., None, None]); "
        "return deep(result)"
    ),
    "returns itself": "return {name}",
}
ENDS = {
    "raises an exception": "raise RuntimeError('something went wrong')",
    "raises one that cannot be printed": (
        "exec('class E(Exception):\\n    def __str__(self): raise self', globals()); raise E()"
    ),
    "exits": "raise SystemExit",
}
# In place of a Keras model.
MODELS = {
    "builds nothing": "return None",
    "builds a text": "return 'model'",
    "builds two models": "m = _right_{name}({arguments}); return m, m",
    "builds a model of another output": (
        "import keras; inner = _right_{name}({arguments}); "
        "return keras.Sequential([inner, keras.layers.Flatten(), keras.layers.Dense(3)])"
    ),
    "builds a model of two outputs": (
        "import keras; inner = _right_{name}({arguments}); x = keras.Input(inner.input_shape[1:]); "
        "y = inner(x); return keras.Model(x, [y, y])"
    ),
    "builds a model of NaN": (
        "m = _right_{name}({arguments}); m.set_weights([w * np.nan for w in m.get_weights()]); return m"
    ),
    "builds a model with a layer more": (
        "import keras; inner = _right_{name}({arguments}); n = inner.output_shape[-1]; "
        "return keras.Sequential([inner, keras.layers.Dense(n, activation='sigmoid')])"
    ),
}
# In place of a training in place; the first arguments are models.
TRAININGS = {
    "does nothing": "return None",
    "returns a text": "return 'trained'",
    "leaves NaN": (
        "\n    for m in ({arguments}):\n"
        "        if hasattr(m, 'get_weights'): m.set_weights([np.asarray(w) * np.nan for w in m.get_weights()])"
    ),
}


@dataclass(frozen=True)
class Variation:
    """One changed function of a reference."""

    kata: Kata
    function: str
    what: str
    source: str

    @property
    def name(self) -> str:
        """Such as "02 init returns None"."""
        return f"{self.kata.number} {self.function} {self.what}"

    @property
    def is_quick(self) -> bool:
        """Whether the quick checks must notice it."""
        return self.kata.framework == "keras" and not self.function.startswith("train")


def variations(kata: Kata) -> Iterator[Variation]:
    """Every variation of a kata's reference."""
    right = kata.reference.read_text(encoding="utf-8")
    for function in kata.functions:
        arguments = ", ".join(f"a{i}" for i in range(function.arguments))
        is_model = kata.framework == "keras" and function.name.startswith("build")
        is_training = kata.framework == "keras" and function.name.startswith("train")
        if is_model:
            kept = f"\n\n_right_{function.name} = {function.name}\n"
            bodies = {what: (kept + _REPLACED, body) for what, body in {**MODELS, **ENDS}.items()}
        elif is_training:
            bodies = {what: (_REPLACED, body) for what, body in {**TRAININGS, **ENDS}.items()}
        else:
            bodies = {what: (_WRAPPED, body) for what, body in {**RESULTS, **ENDS}.items()}
        for what, (form, body) in bodies.items():
            filled = body.replace("{name}", function.name).replace("{arguments}", arguments)
            form = form.replace("{name}", function.name).replace("{arguments}", arguments)
            yield Variation(kata, function.name, what, right + form.replace("{body}", filled))


def problem_of(variation: Variation, folder: Path) -> tuple[str, Record]:
    """What is wrong with the verdict on a variation (empty if nothing is), and the record."""
    file = folder / "solution.py"
    file.write_text(variation.source, encoding="utf-8")
    record = judge(variation.kata, file, JudgeOptions(quick=variation.is_quick, data=_data(variation.kata)))
    missed = [check for check in record.checks if check.is_missed]
    if record.outcome is Outcome.JUDGE_ERROR:
        return f"judge error: {missed[-1].message if missed else record.summary}", record
    if errors := [error for run in record.runs for error in run.suite_errors]:
        return f"a check of the suite failed itself: {errors[0].strip().splitlines()[-1]}", record
    if record.outcome is Outcome.INCONCLUSIVE:
        return "left open", record
    if missed and not _names(missed[0], variation.function):
        return f"does not name the function: {missed[0].title}: {missed[0].message}", record
    return "", record


def _names(check: CheckResult, function: str) -> bool:
    """Whether a check's words speak of the function, by its name or by what it makes ("encoder" of build_encoder)."""
    text = f"{check.title} {check.message} {check.hint}".lower()
    made = function.removeprefix("build_")
    return function in text or made in text


def _data(kata: Kata) -> str | None:
    return "drawn" if kata.data == "cats_dogs" else None
