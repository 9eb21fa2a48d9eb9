"""What a timed step of a worker used, and what may be used beside it.

A worker that trains is asked for more than `train`: it builds models and hands weights over, and all of this runs the
submission's code. So every CPU second of such a worker counts for its step, from the moment the file was loaded to the
last byte that was asked for, in whatever call it was spent. Starting Python and importing the file have limits of their
own. In a worker that serves several checks only the timed calls count for the step.

Building models and moving weights has a cap in every worker, for all such calls together: a training would not fit in.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.catalog import Budget
from checker.judging.host.failures import SubmissionError
from checker.judging.host.watch import Usage
from checker.languages.texts import say
from checker.verdict import Outcome

# What building models and moving weights may use in one worker, in CPU seconds on a machine of factor 1: a large Keras
# model takes one or two. A worker that serves many checks builds many times.
PREPARING_SECONDS, PREPARING_SECONDS_OF_SHARED = 8.0, 24.0
# What is left for a call whose step has used up its time: it is ended at the first look.
LEAST_LEFT = 0.05


@dataclass
class Account:
    """The account of one step: CPU seconds by the worker's own meter, wall seconds of its calls added up."""

    budget: Budget
    allowed: float
    cpu_start: float
    cpu_end: float
    wall_seconds: float = 0.0
    others_cpu_seconds: float = 0.0
    is_open: bool = True
    was_interrupted: bool = False

    def book(self, usage: Usage, cpu_now: float) -> None:
        """A call has ended; the meter stands at `cpu_now`."""
        if self.is_open:
            self.cpu_end = cpu_now
            self.wall_seconds += usage.wall_seconds
            self.others_cpu_seconds += usage.others_cpu_seconds

    def close(self, cpu_now: float) -> None:
        """Nothing more counts; what was computed by now still does."""
        if self.is_open:
            self.cpu_end = max(self.cpu_end, cpu_now)
            self.is_open = False

    def used(self, clock: str) -> float:
        """Seconds by that clock, "wall" or "CPU"."""
        return self.wall_seconds if clock == "wall" else self.cpu_end - self.cpu_start


class Preparing:
    """The cap on building models and moving weights in one worker."""

    def __init__(self, call_seconds: float, slowness: float, is_shared: bool) -> None:
        """`call_seconds` is what the kata allows a single call, and `slowness` how slow the machine is."""
        most = PREPARING_SECONDS_OF_SHARED if is_shared else PREPARING_SECONDS
        self._allowed = min(most, call_seconds * (3 if is_shared else 1)) * slowness
        self._used = 0.0

    def left(self, during: str) -> float:
        """CPU seconds that the next such call may use.

        Raises:
            SubmissionError: none are left.
        """
        if self.is_exceeded:
            raise self.refusal(during)
        return max(self._allowed - self._used, LEAST_LEFT)

    def book(self, cpu_seconds: float) -> None:
        """Such a call has used so much."""
        self._used += cpu_seconds

    @property
    def is_exceeded(self) -> bool:
        """Whether nothing is left."""
        return self._used >= self._allowed

    def refusal(self, during: str) -> SubmissionError:
        """The error that ends a call where nothing is left."""
        return SubmissionError(
            Outcome.TOO_SLOW,
            say(
                "{during}: building models and handing weights over took {used:.1f} of {allowed:.1f} CPU seconds "
                "that are allowed for all such calls in one process.",
                during=during,
                used=self._used,
                allowed=self._allowed,
            ),
            say("What is learned is learned in training; building a model only makes its layers."),
        )
