"""The cases of one check, compared together, and how a miss is told with its causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from checker.judging.host.failures import SubmissionError
from checker.languages.texts import say, together
from checker.suite.diagnosis import Answer, Array, Miss, explained, where_wrong
from checker.verdict import Diagnosis, Measurement, Outcome

# Relative to the size of what is expected: rounding in sums of kata size, with room.
TOLERANCE = {8: 1e-7, 4: 1e-3, 2: 2e-2}
# So many are still read to say which shape they have.
MOST_OF_WRONG_SHAPE = 1_000_000


class Missed(Miss):
    """An expectation was missed; `diagnoses` are the causes that were found."""

    def __init__(
        self, outcome: Outcome, message: str, hint: str = "", diagnoses: Sequence[Diagnosis] = ()
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.hint = hint
        self.diagnoses = tuple(diagnoses)


class Cases:
    """The cases of one check (see `Expect.cases`). All are taken before the first miss is told, with what explains them.

    A case that ends in an error ends the check at once, unless a case before it was missed.
    """

    def __init__(
        self, read: Callable[..., Array], noted: list[Measurement], look_alikes: Mapping[str, str]
    ) -> None:
        """`read` is `Expect.array`; each case's largest error goes to `noted`."""
        self._read = read
        self._noted = noted
        self._sentences = look_alikes
        self._answers: list[Answer] = []
        self._hints: list[str] = []

    def __enter__(self) -> Cases:
        return self

    def __call__(
        self,
        actual: Any,
        wanted: Any,
        what: str,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        hint: str = "",
        **look_alikes: Any,
    ) -> None:
        """One case: `actual` equals `wanted` but for rounding.

        |actual - wanted| <= atol + rtol * max|wanted| everywhere; without tolerances they follow the dtype that came.

        Args:
            actual: what came from the submission.
            wanted: what is right.
            what: its name for messages: "predict(x, w, b)".
            rtol: relative to the largest wanted size.
            atol: absolute.
            hint: one idea, told where no cause is found.
            **look_alikes: by the ids of `Expect.cases`, what mistakes would give here: arrays, or functions without
                arguments that compute them. An id that is left out does not explain this case.
        """
        wanted = np.asarray(wanted, dtype=np.float64)
        if (shape := _shape_of(actual)) is not None and shape != wanted.shape:
            self._refuse_shape(actual, wanted, what, look_alikes)
        given = self._read(actual, what, shape=wanted.shape)
        scale = float(np.max(np.abs(wanted), initial=0.0))
        if rtol is None and atol is None:
            rtol = TOLERANCE[given.dtype.itemsize]
            atol = rtol * 1e-2
        allowed = (atol or 0.0) + (rtol or 0.0) * scale
        answer = Answer(what, given.astype(np.float64), wanted, allowed, look_alikes)
        self._answers.append(answer)
        self._hints.append(hint)
        if wanted.size:
            worst = float(np.max(np.abs(answer.given - wanted)))
            self._noted.append(
                Measurement(say("largest error of {what}", what=what), worst, allowed, "lower")
            )

    def _refuse_shape(self, actual: Any, wanted: np.ndarray[Any, Any], what: str, alike: Any) -> None:
        """End with the cause where an answer of another shape is a look-alike's, or is transposed."""
        given = self._read(actual, what)
        allowed = TOLERANCE[given.dtype.itemsize] * float(np.max(np.abs(wanted), initial=0.0))
        answer = Answer(what, given.astype(np.float64), wanted, allowed, alike)
        causes = explained([*self._answers, answer], self._sentences)
        if causes:
            message = say(
                "{what} has the shape {shape}; {wanted} is expected.",
                what=what,
                shape=given.shape,
                wanted=wanted.shape,
            )
            raise Missed(Outcome.INVALID, message, diagnoses=causes)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, (SubmissionError, Missed)):
            return
        missed = [i for i, answer in enumerate(self._answers) if not answer.is_right]
        if missed:
            raise self._missed(self._answers[missed[0]], self._hints[missed[0]]) from None

    def _missed(self, first: Answer, hint: str) -> Missed:
        distance, wrong = np.abs(first.given - first.wanted), first.wrong_entries()
        of = say(", in {share:.0%} of its entries", share=np.mean(wrong)) if first.wanted.size > 1 else ""
        message = say(
            "{what} is off by up to {off:.3g}{of}; the expected values have a size of about "
            "{size:.3g}, and {allowed:.1g} is allowed for rounding.",
            what=first.what,
            off=np.max(distance),
            of=of,
            size=np.max(np.abs(first.wanted)),
            allowed=first.allowed,
        )
        causes = explained(self._answers, self._sentences)
        where = "" if causes else where_wrong(self._answers)
        # A pattern says what was seen, and not yet why: the check's own idea belongs to it.
        causes = tuple(
            cause if cause.id in self._sentences else replace(cause, text=together(cause.text, hint))
            for cause in causes
        )
        return Missed(Outcome.FAILED, together(message, where), hint, causes)


def _shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of an array; None for anything else, whose form is looked at elsewhere."""
    return value.shape if isinstance(value, np.ndarray) and value.size <= MOST_OF_WRONG_SHAPE else None
