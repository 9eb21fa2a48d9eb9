"""Why an answer is wrong: the commonest mistakes can be computed too, and what would be right can be tried.

Two ways, both after a miss alone:

- *Look-alikes*, where the right answer can be computed. Each is what a well-known mistake would give. The one that
  equals every answer of a check is named; else a factor, a sign, an order that explains all of them.
- *Experiments*, where only a quality can be measured. Each is a what-if with a measured answer: would the network be
  right if its answers were turned round, if the inputs came in another range?

A wrong cause is worse than none, so nothing is named that does not explain all that was seen, and nothing that lies as
near to the right answer as to the wrong one. Texts hold figures of at most three digits, which tell a submission
nothing of what is hidden.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import numpy as np

from checker.languages.texts import say, together
from checker.verdict import Diagnosis

Array = np.ndarray[Any, Any]
_T = TypeVar("_T")
# So many CPU seconds of judge and workers may a check's experiments take; one that has begun is not broken off.
EXPERIMENTS_SECONDS = 20.0
# One or two numbers are always explained by some factor.
ENOUGH_NUMBERS = 3
# What is named must differ from the right answer by so many times the tolerance in at least one case.
CLEARLY = 3.0
# More causes than these make a reader guess again.
MOST_NAMED = 2
# So many wrong rows or columns are numbered; of more, only how many there are is told.
MOST_NUMBERED = 4


class AnyOf(tuple[Any, ...]):
    """Several forms of one mistake: `AnyOf([a, b])`. One form, the same in every case, has to explain the answers."""


class Miss(Exception):
    """An expectation was missed; `diagnoses` are the causes that were found, the likelier first."""

    diagnoses: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One case of a check: what came and what was expected, arrays of equal shape, floats.

    `allowed` is the largest distance that rounding explains. `look_alikes` are what mistakes would give, by their ids:
    arrays, or functions that compute one (called after a miss alone), or `AnyOf` several.
    """

    what: str
    given: Array
    wanted: Array
    allowed: float
    look_alikes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether the answer is the expected one, but for rounding."""
        return same_as(self.given, self.wanted, self.allowed)

    def wrong_entries(self) -> Array:
        """Where it is not, as booleans of the answer's shape."""
        return np.asarray(np.abs(self.given - self.wanted) > self.allowed)


def same_as(given: Array, other: Any, allowed: float) -> bool:
    """Whether two arrays have one shape and differ by no more than `allowed` anywhere."""
    other = np.asarray(other, dtype=np.float64)
    if given.shape != other.shape:
        return False
    return bool(given.size == 0 or np.max(np.abs(given - other)) <= allowed)


def explained(answers: Sequence[Answer], sentences: Mapping[str, str]) -> tuple[Diagnosis, ...]:
    """What explains all answers: look-alikes in the order of `sentences`, else a pattern, else nothing.

    Args:
        answers: every case of the check, right ones too: a cause has to explain those as well.
        sentences: the sentence for each look-alike's id, the likeliest first.
    """
    alike = [name for name in sentences if _equals_look_alike(answers, name)]
    if alike:
        return tuple(Diagnosis(name, sentences[name]) for name in alike[:MOST_NAMED])
    if all(a.given.shape == a.wanted.shape for a in answers):
        patterns = PATTERNS if sum(a.given.size for a in answers) >= ENOUGH_NUMBERS else ()
    else:
        patterns = (_order,)
    found = next((d for pattern in patterns if (d := pattern(answers)) is not None), None)
    return (found,) if found else ()


def _equals_look_alike(answers: Sequence[Answer], name: str) -> bool:
    values = []
    for answer in answers:
        value = answer.look_alikes.get(name)
        try:
            values.append(value() if callable(value) else value)
        except (ValueError, TypeError, LookupError, ArithmeticError, np.linalg.LinAlgError):
            # A mistake that the shapes or numbers of this case do not allow is not what was made.
            return False
    forms = max((len(value) for value in values if isinstance(value, AnyOf)), default=1)
    return any(
        _explains_all(answers, [value[i] if isinstance(value, AnyOf) else value for value in values])
        for i in range(forms)
    )


def _explains_all(answers: Sequence[Answer], values: Sequence[Any]) -> bool:
    differs = False
    for answer, value in zip(answers, values, strict=True):
        if value is None:
            return False
        other = np.asarray(value, dtype=np.float64)
        scale = float(np.max(np.abs(other), initial=0.0)) / max(
            float(np.max(np.abs(answer.wanted), initial=0.0)), 1e-300
        )
        if not np.isfinite(other).all() or not same_as(answer.given, other, answer.allowed * max(1.0, scale)):
            return False
        if other.shape != answer.wanted.shape or not same_as(other, answer.wanted, CLEARLY * answer.allowed):
            differs = True
    return differs


# Patterns: what explains a wrong answer without knowing what was computed. Each gets every case.


def _all_zero(answers: Sequence[Answer]) -> Diagnosis | None:
    wrong = [a for a in answers if not a.is_right]
    if all(np.all(a.given == 0) for a in wrong):
        return Diagnosis(
            "all_zero", say("{what} is 0 everywhere. Is the result ever written into it?", what=wrong[0].what)
        )
    return None


def _factor(answers: Sequence[Answer]) -> Diagnosis | None:
    """The same factor in every case, or a factor that differs from case to case."""
    sized = [a for a in answers if a.wanted.size and np.max(np.abs(a.wanted)) > CLEARLY * a.allowed]
    factors = [float(np.vdot(a.wanted, a.given) / np.vdot(a.wanted, a.wanted)) for a in sized]
    if not sized or not all(
        same_as(a.given, k * a.wanted, a.allowed * max(1.0, abs(k)))
        for a, k in zip(sized, factors, strict=True)
    ):
        return None
    if max(map(abs, factors)) < 1e-6:
        return None
    first, what = factors[0], sized[0].what
    if max(factors) - min(factors) <= 1e-3 * max(map(abs, factors)):
        if abs(first + 1) < 1e-3:
            return Diagnosis("sign", say("{what} has the right size and the opposite sign.", what=what))
        if abs(first - 1) < 1e-3:
            return None
        return Diagnosis(
            "factor",
            say(
                "{what} is {factor:.3g} times what it should be, everywhere. Where does that factor come from?",
                what=what,
                factor=first,
            ),
        )
    if min(a.wanted.size for a in sized) < ENOUGH_NUMBERS:
        return None
    told = together(
        *(
            say("{factor:.3g} for {what}", factor=k, what=a.what)
            for a, k in zip(sized[:3], factors, strict=False)
        ),
        between=", ",
    )
    return Diagnosis(
        "factor_by_case",
        say(
            "Each answer is right but for a factor, and that differs: {told}. Which number of the case is "
            "it: rows, columns, a width?",
            told=told,
        ),
    )


def _shift(answers: Sequence[Answer]) -> Diagnosis | None:
    """The same number added everywhere."""
    if not all(a.given.size for a in answers):
        return None
    shifts = [float(np.mean(a.given - a.wanted)) for a in answers]
    if max(shifts) - min(shifts) > max(a.allowed for a in answers):
        return None
    if all(same_as(a.given, a.wanted + shifts[0], a.allowed) for a in answers):
        return Diagnosis(
            "shift",
            say(
                "{what} is the right answer plus {shift:.3g}, everywhere.",
                what=answers[0].what,
                shift=shifts[0],
            ),
        )
    return None


def _function_of(answers: Sequence[Answer]) -> Diagnosis | None:
    """A function applied to the right answer."""
    tried: list[tuple[str, str, Callable[[Array], Array]]] = [
        ("squared", "the square of the right answer. Is a root missing?", np.square),
        ("root", "the square root of the right answer. Is there a root too many?", np.sqrt),
        ("absolute", "the right answer without its sign.", np.abs),
        ("inverse", "1 divided by the right answer. Is a fraction upside down?", lambda w: 1 / w),
        ("logarithm", "the logarithm of the right answer.", np.log),
        ("exponential", "the exponential of the right answer.", np.exp),
    ]
    for name, text, function in tried:
        with np.errstate(all="ignore"):
            values = [np.asarray(function(a.wanted), dtype=np.float64) for a in answers]
        if all(
            np.isfinite(v).all() and same_as(a.given, v, a.allowed * _growth(v, a.wanted))
            for a, v in zip(answers, values, strict=True)
        ):
            return Diagnosis(name, say("{what} is {relation}", what=answers[0].what, relation=text))
    return None


def _growth(value: Array, wanted: Array) -> float:
    size = float(np.max(np.abs(wanted), initial=0.0))
    return max(1.0, float(np.max(np.abs(value), initial=0.0)) / size) if size > 0 else 1.0


def _order(answers: Sequence[Answer]) -> Diagnosis | None:
    """The right numbers in other places."""
    tried: list[tuple[str, str, Callable[[Array], Array | None]]] = [
        ("transposed", "transposed: rows and columns are exchanged.", lambda w: w.T if w.ndim == 2 else None),
        (
            "rows_reversed",
            "in the opposite order: the last row comes first.",
            lambda w: w[::-1] if w.ndim else None,
        ),
        (
            "columns_reversed",
            "with its columns in the opposite order.",
            lambda w: w[:, ::-1] if w.ndim == 2 else None,
        ),
    ]
    for name, text, function in tried:
        values = [function(a.wanted) for a in answers]
        if all(
            v is not None and same_as(a.given, v, a.allowed) for a, v in zip(answers, values, strict=True)
        ):
            return Diagnosis(name, say("{what} is {relation}", what=answers[0].what, relation=text))
    wrong = [a for a in answers if not a.is_right]
    if all(
        a.given.size > 2 and same_as(np.sort(a.given, None), np.sort(a.wanted, None), a.allowed)
        for a in wrong
    ):
        return Diagnosis(
            "other_order", say("{what} holds the right numbers, in other places.", what=wrong[0].what)
        )
    return None


def _piles_up(answers: Sequence[Answer]) -> Diagnosis | None:
    """Each answer is the sum of the right ones so far."""
    if len(answers) < 2 or len({a.wanted.shape for a in answers}) > 1:
        return None
    total = np.zeros_like(answers[0].wanted)
    for answer in answers:
        total = total + answer.wanted
        if not same_as(answer.given, total, len(answers) * answer.allowed):
            return None
    return Diagnosis(
        "piles_up",
        say(
            "{what} is the sum of the right answers so far: something is kept from call to call.",
            what=answers[-1].what,
        ),
    )


PATTERNS: tuple[Callable[[Sequence[Answer]], Diagnosis | None], ...] = (
    _all_zero,
    _factor,
    _shift,
    _function_of,
    _order,
    _piles_up,
)


def where_wrong(answers: Sequence[Answer]) -> str:
    """Which cases, rows or columns are wrong while others are right, as a sentence; empty where all are wrong alike."""
    right, wrong = [a for a in answers if a.is_right], [a for a in answers if not a.is_right]
    parts: list[str] = []
    if right and wrong:
        parts.append(
            say("It is right for {right}, and wrong for {wrong}.", right=right[0].what, wrong=wrong[0].what)
        )
    first = wrong[0]
    entries = first.wrong_entries() if first.given.shape == first.wanted.shape else np.zeros(0, bool)
    if entries.ndim == 1:
        parts += _whole_lines(entries[:, None], 0, say("entries"))
    elif entries.ndim == 2:
        parts += _whole_lines(entries, 0, say("rows")) or _whole_lines(entries, 1, say("columns"))
    return together(*parts)


def _whole_lines(wrong: Array, axis: int, lines: str) -> list[str]:
    """A sentence where some rows or columns are wrong from end to end, and all others right."""
    touched, whole = wrong.any(axis=1 - axis), wrong.all(axis=1 - axis)
    if not 0 < touched.sum() < touched.size or not np.array_equal(touched, whole):
        return []
    return [_numbered(np.flatnonzero(touched), lines, touched.size)]


def _numbered(places: Array, lines: str, count: int) -> str:
    if len(places) == 1:
        return say(
            "Of {count} {lines}, counted from 0, number {place} is wrong, the others right.",
            count=count,
            lines=lines,
            place=places[0],
        )
    if len(places) <= MOST_NUMBERED:
        return say(
            "Of {count} {lines}, counted from 0, numbers {places} are wrong, the others right.",
            count=count,
            lines=lines,
            places=", ".join(map(str, places)),
        )
    return say(
        "{wrong} of {count} {lines} are wrong, the others right.",
        wrong=len(places),
        count=count,
        lines=lines,
    )


def refuse(expect: Any, message: str, *causes: Diagnosis) -> NoReturn:
    """End the check as one whose result has a form that cannot be judged, with the cause: `expect.invalid` has none."""
    try:
        expect.invalid(message)
    except Miss as error:
        error.diagnoses = causes
        raise
    raise AssertionError("expect.invalid always raises")


@contextmanager
def also(*experiments: Callable[[], Diagnosis | None]) -> Iterator[None]:
    """`with also(f), expect.cases(...) as case:` asks f for the cause of a miss that no look-alike explains."""
    try:
        yield
    except Miss as error:
        if not error.diagnoses:
            found = next((d for experiment in experiments if (d := or_none(experiment)) is not None), None)
            error.diagnoses = (found,) if found else ()
        raise


def or_none(search: Callable[..., _T | None], *arguments: Any) -> _T | None:
    """What `search(*arguments)` finds, a search for a cause; None where it fails on what came, whatever that is.

    For a cause that is looked for before the form of an answer was checked: an answer that nobody foresaw must not end in
    an error of the judge. The check that follows says what is wrong with it.
    """
    try:
        return search(*arguments)
    except Exception:
        return None


class Diagnose:
    """`diagnose(certain=[...], likely=[...], otherwise=...)` runs a check's experiments after a miss.

    An experiment is a function without arguments that returns a `Diagnosis`, or None where it explains nothing. Those
    that are certain (with them the answers would be right) run first, the likeliest first, and the first that answers is
    told alone. Else up to two of the likely ones are told; else what `otherwise` says: three figures to look at.

    An experiment must leave everything as it was: checks that follow use the same workers and models.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.process_time,
        on_fault: Callable[[BaseException], None] = lambda error: None,
        seconds: float = EXPERIMENTS_SECONDS,
    ) -> None:
        """`clock` gives the CPU seconds of judge and workers; `on_fault` is told what an experiment raised."""
        self._clock = clock
        self._on_fault = on_fault
        self._seconds = seconds

    def __call__(
        self,
        certain: Sequence[Callable[[], Diagnosis | None]] = (),
        likely: Sequence[Callable[[], Diagnosis | None]] = (),
        otherwise: Callable[[], Diagnosis | None] | None = None,
    ) -> tuple[Diagnosis, ...]:
        """What the experiments say; empty where they say nothing."""
        end = self._clock() + self._seconds
        for experiment in certain:
            if self._clock() < end and (found := self._tried(experiment)):
                return (found,)
        named: list[Diagnosis] = []
        for experiment in likely:
            if len(named) < MOST_NAMED and self._clock() < end and (found := self._tried(experiment)):
                named.append(found)
        if not named and otherwise is not None and (found := self._tried(otherwise)):
            named.append(found)
        return tuple(named)

    def _tried(self, experiment: Callable[[], Diagnosis | None]) -> Diagnosis | None:
        """An experiment's answer. One that fails explains nothing; the miss stands as it is."""
        try:
            return experiment()
        except Exception as error:
            self._on_fault(error)
            return None
