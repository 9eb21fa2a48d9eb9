"""What a suite expects of a result, and how it says so.

Every expectation looks at plain arrays of the judge's own making, checks the shape before the values, and
notes what it measured. A missed one ends the check with a sentence for the learner.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from checker.judging.host.failures import SubmissionError
from checker.judging.host.worker import Worker
from checker.judging.suite.cases import MOST_OF_WRONG_SHAPE, Cases, Missed
from checker.languages.texts import say, together
from checker.report.figures import label, used_of
from checker.verdict import Curve, Diagnosis, Measurement, Outcome, TimeUse, Yardstick

MAX_CURVES, MAX_POINTS = 12, 2_000
# Where no shape is expected: more numbers than any kata's result or weights have.
MOST_NUMBERS = 8_000_000
# The star "speed" is won within this multiple of the reference's time.
NEAR_REFERENCE = 2.0


Why = Callable[[], Sequence[Diagnosis]]


class Expect:
    """The expectations of one check. `measurements` is what they noted."""

    def __init__(self, spread: dict[str, float], judges_time: bool = True) -> None:
        self._spread = spread
        # Not where this machine's speed is unknown.
        self._judges_time = judges_time
        self.measurements: list[Measurement] = []
        self.times: list[TimeUse] = []
        self.noted_curves: list[Curve] = []
        # What went wrong while causes were looked for.
        self.faults: list[BaseException] = []

    def array(
        self,
        value: Any,
        what: str,
        shape: tuple[int, ...] | None = None,
        dtype_kinds: str = "fiub",
        finite: bool = True,
    ) -> np.ndarray[Any, Any]:
        """`value` as an array of float32 or float64 (lists and numbers are fine).

        Args:
            value: what came from the submission.
            what: its name for messages: "predict(x, w, b)".
            shape: the shape it must have; None for any. A 0-d array is a number and fits shape ().
            dtype_kinds: the NumPy kinds that are accepted.
            finite: whether NaN and infinity are refused.
        """
        if value is None:
            self.invalid(
                say("{what} returned None.", what=what), say("Is there a return at the end of the function?")
            )
        # Looked at before anything is copied or cast: NumPy gives every text the room of the longest.
        if stranger := _stranger_in(value):
            inside = (
                say(" that holds {stranger}", stranger=stranger) if isinstance(value, (list, tuple)) else ""
            )
            self.invalid(
                say(
                    "{what} returned {kind}{inside}, where an array of numbers is expected.",
                    what=what,
                    kind=_kind(value),
                    inside=inside,
                )
            )
        count, most = _count(value), math.prod(shape) if shape is not None else 0
        if count > max(most, MOST_NUMBERS if shape is None else MOST_OF_WRONG_SHAPE):
            wanted = (
                say("{shape} is expected", shape=shape)
                if shape is not None
                else say("at most {most:,} are read", most=MOST_NUMBERS)
            )
            self.invalid(
                say("{what} returned {count:,} numbers; {wanted}.", what=what, count=count, wanted=wanted)
            )
        try:
            array = np.asarray(value)
        except ValueError:
            self.invalid(
                say(
                    "{what} returned a list of parts of different lengths, where an array is expected.",
                    what=what,
                )
            )
        if array.dtype.kind not in dtype_kinds:
            self.invalid(
                say(
                    "{what} returned {kind}, where an array of numbers is expected.",
                    what=what,
                    kind=_kind(value),
                )
            )
        if shape is not None and array.shape != shape:
            self.invalid(
                say(
                    "{what} has the shape {shape}; {wanted} is expected.",
                    what=what,
                    shape=array.shape,
                    wanted=shape,
                ),
                say("Write the shape of each step beside it."),
            )
        # Whole numbers and half precision are compared as what they convert to exactly.
        result = array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)
        if array.dtype == np.float16:
            result = array.astype(np.float32)
        if finite and not np.isfinite(result).all():
            bad = int(result.size - np.isfinite(result).sum())
            self.invalid(
                say(
                    "{what} holds {bad} of {size} values that are not finite (NaN or infinity).",
                    what=what,
                    bad=bad,
                    size=result.size,
                ),
                say(
                    "Look for a division by zero, a logarithm of zero, an overflow, or a learning rate that is too "
                    "large."
                ),
            )
        return result

    def number(self, value: Any, what: str, finite: bool = True) -> float:
        """`value` as a float: a Python number, a 0-d array, or an array with a single element."""
        if isinstance(value, np.ndarray) and value.size != 1:
            self.invalid(
                say(
                    "{what} has the shape {shape}; a single number is expected.", what=what, shape=value.shape
                )
            )
        array = self.array(value, what, finite=finite)
        if array.size != 1:
            self.invalid(
                say(
                    "{what} has the shape {shape}; a single number is expected.", what=what, shape=array.shape
                )
            )
        return float(array.reshape(())) if array.ndim else float(array)

    def close(
        self,
        actual: Any,
        wanted: Any,
        what: str,
        rtol: float | None = None,
        atol: float | None = None,
        hint: str = "",
    ) -> None:
        """`actual` equals `wanted` but for rounding: |actual - wanted| <= atol + rtol * max|wanted| everywhere.

        Without tolerances they follow the dtype that came: float32 results may be less exact.
        """
        with self.cases({}) as case:
            case(actual, wanted, what, rtol=rtol, atol=atol, hint=hint)

    def cases(self, look_alikes: Mapping[str, str]) -> Cases:
        """Results of several cases that are compared together, so that what explains all of them can be named:

            with expect.cases({"by_n_minus_1": "This is what dividing by n - 1 gives."}) as case:
                for x in inputs:
                    case(submission.spread(x), x.std(), "spread(x)", by_n_minus_1=x.std(ddof=1))

        Args:
            look_alikes: for each well-known mistake its id and its sentence, the likeliest first.
        """
        return Cases(self.array, self.measurements, look_alikes)

    def at_least(
        self,
        value: float,
        name: str,
        limit: float,
        unit: str = "",
        yardsticks: dict[str, float] | None = None,
        hint: str = "",
        spread: float | None = None,
        why: Why | None = None,
    ) -> None:
        """`value` reaches `limit`. `name` is also the key of its spread in kata.toml, unless `spread` is given.

        `why` looks for the causes after a miss, such as `lambda: diagnose(certain=[...])`.
        """
        self._measure(value, name, limit, "higher", unit, yardsticks, hint, spread, why)

    def note(
        self, name: str, value: float, unit: str = "", yardsticks: dict[str, float] | None = None
    ) -> None:
        """Tell a figure that is not judged."""
        marks = tuple(Yardstick(key, float(v)) for key, v in (yardsticks or {}).items())
        words = label(name)
        self.measurements.append(
            Measurement(words, float(value), float("inf"), "lower", unit, 0.0, marks, kind="note")
        )

    def at_most(
        self,
        value: float,
        name: str,
        limit: float,
        unit: str = "",
        yardsticks: dict[str, float] | None = None,
        hint: str = "",
        spread: float | None = None,
        why: Why | None = None,
    ) -> None:
        """`value` stays below `limit`. `name` is also the key of its spread in kata.toml, unless `spread` is given.

        `why` as in `at_least`.
        """
        self._measure(value, name, limit, "lower", unit, yardsticks, hint, spread, why)

    def _measure(
        self,
        value: float,
        name: str,
        limit: float,
        better: str,
        unit: str,
        yardsticks: dict[str, float] | None,
        hint: str,
        spread: float | None,
        why: Why | None,
    ) -> None:
        known = self._spread.get(name, 0.0) if spread is None else spread
        marks = tuple(Yardstick(key, float(v)) for key, v in (yardsticks or {}).items())
        measured = Measurement(label(name), float(value), float(limit), better, unit, known, marks)
        self.measurements.append(measured)
        if not measured.holds:
            side = say("at most") if better == "lower" else say("at least")
            raise Missed(
                Outcome.FAILED,
                say(
                    "The {name} is {value:.4g}{unit}; {side} {limit:.4g}{unit} is needed.",
                    name=measured.name,
                    value=measured.value,
                    unit=_unit(unit),
                    side=side,
                    limit=measured.limit,
                ),
                hint,
                self._causes(why),
            )

    def that(self, condition: bool, message: str, hint: str = "", why: Why | None = None) -> None:
        """The condition holds; if not, `message` says what was expected and what came. `why` as in `at_least`."""
        if not condition:
            raise Missed(Outcome.FAILED, message, hint, self._causes(why))

    def _causes(self, why: Why | None) -> Sequence[Diagnosis]:
        """What `why` finds. Where it fails itself the miss stands as it is, and the author is told."""
        if why is None:
            return ()
        try:
            return tuple(why())
        except Exception as error:
            if not isinstance(error, (SubmissionError, Missed)):
                self.faults.append(error)
            return ()

    def invalid(self, message: str, hint: str = "") -> NoReturn:
        """The result is of a form that cannot be judged."""
        raise Missed(Outcome.INVALID, message, hint)

    def within_budget(self, timed: Worker | TimeUse | None, hint: str = "") -> None:
        """The timed step stayed within its budget on this machine."""
        use = self._timed(timed)
        if not self._judges_time:
            return
        self.times.append(use)
        self.measurements.append(_time(use, use.allowed))
        if use.used > use.allowed:
            ended = (
                say(" and was ended there; what it had learned by then is judged all the same")
                if use.ended
                else ""
            )
            raise Missed(
                Outcome.TOO_SLOW,
                say(
                    "{step} took {used} that are allowed on this machine{ended}.",
                    step=use.step,
                    used=used_of(use.used, use.allowed, use.clock),
                    ended=ended,
                ),
                hint
                or say(
                    "Where does it spend its time? A loop over single rows, more steps than needed, a step not "
                    "compiled?"
                ),
            )

    def near_reference(self, timed: Worker | TimeUse | None, hint: str = "") -> None:
        """The timed step took at most twice the reference's time on this machine: for the star "speed"."""
        use = self._timed(timed)
        if not self._judges_time:
            return
        limit = NEAR_REFERENCE * use.reference
        self.measurements.append(_time(use, limit))
        if use.used > limit:
            raise Missed(
                Outcome.TOO_SLOW,
                say(
                    "{step} took {used} in which this star is won on this machine.",
                    step=use.step,
                    used=used_of(use.used, limit, use.clock),
                ),
                hint or say("Fewer steps, larger batches, less work in each step: what could be left out?"),
            )

    @staticmethod
    def _timed(timed: Worker | TimeUse | None) -> TimeUse:
        use = timed.elapsed if isinstance(timed, Worker) else timed
        if use is None:
            raise AssertionError("no timed call was made")
        return use

    def curves(self, history: Any, of: str = "") -> None:
        """Note what `train` returned, where it is a dictionary of lists of numbers; anything else is ignored.

        `of` says which network it is about, where a kata trains several.
        """
        if not isinstance(history, dict):
            return
        for name, values in list(history.items())[:MAX_CURVES]:
            points = _points(values)
            if points:
                title = together(str(name)[:40], of)
                self.noted_curves.append(Curve(title, points))


def _time(use: TimeUse, limit: float) -> Measurement:
    """A timed step against a limit."""
    return Measurement(
        say("time of {step}", step=use.step), use.used, limit, "lower", f"{use.clock} s", use.spread,
        kind="time", step=use.step, disturbed=use.disturbed,
    )  # fmt: skip


def _points(values: Any) -> tuple[float, ...]:
    if isinstance(values, np.ndarray):
        values = values[:MAX_POINTS].tolist() if values.ndim == 1 else ()
    if not isinstance(values, Sequence) or isinstance(values, str):
        return ()
    points = [
        point.item() if isinstance(point, np.ndarray) and point.size == 1 else point
        for point in values[:MAX_POINTS]
    ]
    return tuple(map(float, points)) if all(isinstance(point, (int, float)) for point in points) else ()


def _stranger_in(value: Any) -> str:
    """What the first part of a result is that is neither a number, an array nor a list of them; empty if all are."""
    if value is None:
        return "None"
    if isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        return ""
    if isinstance(value, (list, tuple)):
        return next((stranger for part in value if (stranger := _stranger_in(part))), "")
    return _kind(value)


def _count(value: Any) -> int:
    """How many numbers a result has."""
    if isinstance(value, np.ndarray):
        return value.size
    return sum(map(_count, value)) if isinstance(value, (list, tuple)) else 1


def _unit(unit: str) -> str:
    return say(" {unit}", unit=unit) if unit else ""


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return say("an array of dtype {dtype}", dtype=value.dtype)
    name = type(value).__name__
    return say("a text") if name == "str" else say("a {kind}", kind=name)
