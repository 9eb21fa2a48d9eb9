"""A call that does not compute: what it waits for, how long it may, and whose fault that is.

Three cases look alike from outside, and are told apart by what the process's main thread waits for:

- It sleeps, reads what never comes, or waits for a lock without having computed: the submission does that. It is ended
  after IDLE_SECONDS and told so.
- It has computed, and then every thread waits for a lock: TensorFlow's input pipelines stand still like this beside busy
  neighbours (glibc before 2.41 loses wake-ups, its bug 25847), mostly until a timer frees them within a minute. It gets
  STANDSTILL_SECONDS; then nothing is known about the submission, and the run is judged again.
- It is ready to compute and gets no processor: that is the machine, and is not counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from checker.judging.host.failures import SubmissionError
from checker.languages.texts import say
from checker.verdict import Outcome

IDLE_SECONDS = 30.0
STANDSTILL_SECONDS = 180.0
# Less CPU time than this since its last sign of life is no sign of life.
IDLE_CPU = 0.05
# A call that has used so many CPU seconds has computed.
COMPUTED_CPU = 1.0
# What a check, and a run, may wait in all, whatever the pieces: many short sleeps are one long one.
WAITING_OF_A_CHECK, WAITING_OF_A_RUN = 300.0, 600.0
# And of that asleep or reading what does not come, which no library does in the middle of a training.
ASLEEP_OF_A_CHECK, ASLEEP_OF_A_RUN = 60.0, 120.0
# A process that computes for less than this share of the time, and whose threads all wait when it is looked at, waits.
# Beside a GPU that works, less: the process waits for it.
WAITING_SHARE, WAITING_SHARE_BESIDE_GPU = 0.5, 0.02

_WHAT = {
    "sleep": (say("slept"), say("Take the sleep out: nothing here has to be waited for.")),
    "read": (
        say("waited for input"),
        say(
            "Nobody can type anything there, and no other process will send anything: take input() and the "
            "like out."
        ),
    ),
    "lock": (
        say("waited for a lock"),
        say("Which thread or queue should have let it go on? Does a thread wait for itself?"),
    ),
    "other": (say("did nothing"), say("Does it wait for input, for a lock, or sleep?")),
}


@dataclass
class Waiting:
    """How long the workers of a run have waited without computing, in seconds.

    `longest_check` is what all calls of one check may take by the clock on the wall, for whatever reason: less than what
    the suite's own guard allows, which would end the check as the judge's fault.
    """

    in_run: float = 0.0
    in_check: float = 0.0
    asleep_in_run: float = 0.0
    asleep_in_check: float = 0.0
    called_in_check: float = 0.0
    longest_check: float = math.inf

    def begin_check(self) -> None:
        """Another check begins."""
        self.in_check = self.asleep_in_check = self.called_in_check = 0.0

    def add(self, seconds: float, what: str = "other") -> None:
        """Count some seconds of waiting for `what` ("sleep", "read", "lock" or "other")."""
        self.in_run += seconds
        self.in_check += seconds
        if what in ("sleep", "read"):
            self.asleep_in_run += seconds
            self.asleep_in_check += seconds

    @property
    def is_too_much(self) -> bool:
        """Whether the check or the run has waited for too long in all."""
        return self._seconds() is not None

    def _seconds(self) -> tuple[float, str] | None:
        accounts = (
            (self.in_check, WAITING_OF_A_CHECK, say("this check")),
            (self.asleep_in_check, ASLEEP_OF_A_CHECK, say("this check")),
            (self.in_run, WAITING_OF_A_RUN, say("all checks")),
            (self.asleep_in_run, ASLEEP_OF_A_RUN, say("all checks")),
        )
        return next(((seconds, whole) for seconds, most, whole in accounts if seconds > most), None)

    def refusal(self, during: str, what: str) -> SubmissionError:
        """The error that ends a call which has waited for too long in all."""
        seconds, whole = self._seconds() or (self.in_run, say("all checks"))
        verb, hint = _WHAT.get(what, _WHAT["other"])
        return SubmissionError(
            Outcome.TOO_SLOW,
            say(
                "{during} {verb} again; {seconds:.0f} seconds in {whole} together.",
                during=during,
                verb=verb,
                seconds=seconds,
                whole=whole,
            ),
            hint,
        )

    def refuse_endless_check(self, during: str) -> None:
        """Raise a SubmissionError where the calls of one check take longer than everything may."""
        if self.called_in_check > self.longest_check:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                say(
                    "{during} was ended: the calls of this check took {called_in_check:.0f} seconds together.",
                    during=during,
                    called_in_check=self.called_in_check,
                ),
                say("None of them may take long; which one does?"),
            )


def refuse_idle(during: str, what: str, idle: float, used: float) -> None:
    """Raise a SubmissionError where a call has been idle for too long.

    Args:
        during: the call, for messages.
        what: what its main thread waits for: "sleep", "read", "lock", or "other".
        idle: seconds since its last sign of life.
        used: CPU seconds that it had used by then.
    """
    if idle <= IDLE_SECONDS:
        return
    if what in ("lock", "other") and used >= COMPUTED_CPU:
        if idle <= STANDSTILL_SECONDS:
            return
        raise SubmissionError(
            Outcome.INCONCLUSIVE,
            say(
                "{during} computed for {used:.0f} CPU seconds and then stood still for {idle:.0f} seconds, with "
                "every thread waiting for another.",
                during=during,
                used=used,
                idle=idle,
            ),
            say(
                "Input pipelines of TensorFlow do this at times on a busy machine; then it is not your fault. If "
                "it happens each time, look for threads and locks of your own."
            ),
        )
    verb, hint = _WHAT.get(what, _WHAT["other"])
    raise SubmissionError(
        Outcome.TOO_SLOW,
        say("{during} {verb} for {idle:.0f} seconds and was ended.", during=during, verb=verb, idle=idle),
        hint,
    )
