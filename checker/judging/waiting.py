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

from dataclasses import dataclass

from checker.judging.errors import SubmissionError
from checker.verdict import Outcome

IDLE_SECONDS = 30.0
STANDSTILL_SECONDS = 180.0
# Less CPU time than this since its last sign of life is no sign of life.
IDLE_CPU = 0.05
# A call that has used so many CPU seconds has computed.
COMPUTED_CPU = 1.0
# What a check, and a run, may wait in all, whatever the pieces: many short sleeps are one long one.
WAITING_OF_A_CHECK, WAITING_OF_A_RUN = 300.0, 600.0

_WHAT = {
    "sleep": ("slept", "Take the sleep out: nothing here has to be waited for."),
    "read": (
        "waited for input",
        "Nobody can type anything there, and no other process will send anything: take input() and the like out.",
    ),
    "lock": (
        "waited for a lock",
        "Which thread or queue should have let it go on? Does a thread wait for itself?",
    ),
    "other": ("did nothing", "Does it wait for input, for a lock, or sleep?"),
}


@dataclass
class Waiting:
    """How long the workers of a run have waited without computing, in seconds."""

    in_run: float = 0.0
    in_check: float = 0.0

    def begin_check(self) -> None:
        """Another check begins."""
        self.in_check = 0.0

    def add(self, seconds: float) -> None:
        """Count some seconds."""
        self.in_run += seconds
        self.in_check += seconds

    @property
    def is_too_much(self) -> bool:
        """Whether the check or the run has waited for too long in all."""
        return self.in_check > WAITING_OF_A_CHECK or self.in_run > WAITING_OF_A_RUN

    def refusal(self, during: str, what: str) -> SubmissionError:
        """The error that ends a call which has waited for too long in all."""
        seconds, whole = (
            (self.in_check, "this check")
            if self.in_check > WAITING_OF_A_CHECK
            else (self.in_run, "all checks")
        )
        verb, hint = _WHAT.get(what, _WHAT["other"])
        return SubmissionError(
            Outcome.TOO_SLOW, f"{during} {verb} again; {seconds:.0f} seconds in {whole} together.", hint
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
            f"{during} computed for {used:.0f} CPU seconds and then stood still for {idle:.0f} seconds, with every "
            "thread waiting for another.",
            "Input pipelines of TensorFlow do this at times on a busy machine; then it is not your fault. If it happens "
            "each time, look for threads and locks of your own.",
        )
    verb, hint = _WHAT.get(what, _WHAT["other"])
    raise SubmissionError(Outcome.TOO_SLOW, f"{during} {verb} for {idle:.0f} seconds and was ended.", hint)
