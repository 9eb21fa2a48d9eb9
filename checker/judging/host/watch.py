"""Looks at a worker during a call: CPU, wall time, waiting, memory, files, processes, threads and what it prints."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from checker.judging.host import waiting
from checker.judging.host.channel import LOG_ALLOWED, Log
from checker.judging.host.failures import SubmissionError
from checker.judging.host.others import Others
from checker.judging.host.process_tree import ProcessTree
from checker.judging.host.waiting import Waiting
from checker.judging.sandbox import scratch
from checker.languages.texts import say
from checker.units import MB
from checker.verdict import Outcome

LOOK_EVERY = 0.05
# TensorFlow has some dozens. Thousands slow the whole machine down.
MAX_THREADS = 1000
# Looking may take this share of the judge's time: thousands of files and threads make it slow.
LOOKING_SHARE = 0.25
DEFAULT_REPLY = 256 * MB


@dataclass(frozen=True)
class Limits:
    """What one call may use: CPU seconds (what burns is ended) and wall seconds (what hangs is ended)."""

    cpu_seconds: float
    wall_seconds: float
    max_reply: int = DEFAULT_REPLY


@dataclass(frozen=True)
class Usage:
    """What one call used, up to the last byte of its reply."""

    cpu_seconds: float
    wall_seconds: float
    others_cpu_seconds: float

    def and_then(self, later: Usage) -> Usage:
        """What this call and a later one used together."""
        return Usage(
            self.cpu_seconds + later.cpu_seconds,
            self.wall_seconds + later.wall_seconds,
            self.others_cpu_seconds + later.others_cpu_seconds,
        )


@dataclass
class Watched:
    """What there is to look at of one worker, and what was seen: `has_come_up` once it has answered for the first time."""

    tree: ProcessTree
    others: Others
    files: scratch.Scratch
    log: Log
    waiting: Waiting
    memory_bytes: int
    max_processes: int
    uses_gpu: bool
    has_come_up: bool = False
    peak_memory: int = 0


class Watch:
    """Looks at a worker's use of everything during one call."""

    def __init__(self, watched: Watched, during: str, limits: Limits) -> None:
        self.watched = watched
        self.during = during
        self.limits = limits
        self.tree = watched.tree
        watched.others.mark()
        self.cpu_start = self.tree.cpu_seconds()
        self.wall_start = self.last_look = self.last_progress = time.monotonic()
        self.cpu_at_progress = self.cpu_at_look = self.cpu_start
        self.last_heard = -math.inf
        self.pause = LOOK_EVERY

    def heard(self) -> None:
        """It sent something: whatever it waits for now is our turn."""
        self.last_progress = self.last_heard = time.monotonic()

    def usage(self) -> Usage:
        """What the call has used so far."""
        return Usage(
            self.tree.cpu_seconds() - self.cpu_start,
            time.monotonic() - self.wall_start,
            self.watched.others.cpu_seconds(),
        )

    def is_due(self) -> bool:
        """Whether it is time to look again."""
        return time.monotonic() - self.last_look >= self.pause

    def look(self) -> float:
        """CPU seconds used so far in this call.

        Raises:
            SubmissionError: a limit is exceeded.
        """
        before, now = self.last_look, time.monotonic()
        self.last_look = now
        cpu = self.tree.cpu_seconds()
        used = cpu - self.cpu_start
        computed = cpu - self.cpu_at_look
        self.cpu_at_look = cpu
        self.watched.others.tell()
        if used > self.limits.cpu_seconds:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                say(
                    "{during} was ended after {used:.1f} CPU seconds; it may use up to {cpu_seconds:.1f} on this "
                    "machine.",
                    during=self.during,
                    used=used,
                    cpu_seconds=self.limits.cpu_seconds,
                ),
                say("Where does it spend its time? A loop over single rows, or more steps than needed?"),
            )
        if now - self.wall_start > self.limits.wall_seconds:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                say(
                    "{during} was ended after {wall:.0f} s by the clock on the wall, of which it computed "
                    "{used:.1f} s.",
                    during=self.during,
                    wall=now - self.wall_start,
                    used=used,
                ),
                say("Does it wait for something?"),
            )
        if cpu - self.cpu_at_progress > waiting.IDLE_CPU:
            self.cpu_at_progress, self.last_progress = cpu, now
        elif self.tree.is_stopped():
            self.last_progress = now  # somebody stopped the process; that is not the submission's sleep
        elif now - self.last_progress > waiting.IDLE_SECONDS:
            what = self.tree.waits_for()
            if what == "processor":
                self.last_progress = now
            else:
                waiting.refuse_idle(self.during, what, now - self.last_progress, used)
        account = self.watched.waiting
        account.called_in_check += now - before
        account.refuse_endless_check(self.during)
        # While the judge answers a question of the worker's, that waits for the judge.
        share = waiting.WAITING_SHARE_BESIDE_GPU if self.watched.uses_gpu else waiting.WAITING_SHARE
        if self.last_heard < before and computed < share * (now - before):
            what = self.tree.waits_for()
            if what != "processor" and not self.tree.is_stopped():
                account.add(now - before - computed, what)
                if account.is_too_much:
                    raise account.refusal(self.during, what)
        in_files = self._look_at_files()
        memory = self.tree.memory_bytes(in_files)
        self.watched.peak_memory = max(self.watched.peak_memory, memory)
        if memory > self.watched.memory_bytes:
            raise SubmissionError(
                Outcome.OUT_OF_MEMORY,
                say(
                    "{during} used {used:.1f} GB of memory; {allowed:.1f} GB are allowed.",
                    during=self.during,
                    used=memory / 1e9,
                    allowed=self.watched.memory_bytes / 1e9,
                ),
                say("Which array grows with the square of the number of rows?"),
            )
        # Before anything of the submission runs, libraries may ask the system's programs about the machine.
        if self.watched.has_come_up and self.tree.process_count() > self.watched.max_processes:
            raise SubmissionError(
                Outcome.FORBIDDEN,
                say("{during} started processes of its own, which is not allowed.", during=self.during),
                say("Threads are allowed, processes are not."),
            )
        if self.tree.thread_count() > MAX_THREADS:
            raise SubmissionError(
                Outcome.CRASHED,
                say(
                    "{during} started more than {most:,} threads.",
                    during=self.during,
                    most=MAX_THREADS,
                ),
                say("A thread for every processor is enough."),
            )
        if self.watched.log.overflows:
            raise SubmissionError(
                Outcome.CRASHED,
                say("{during} printed more than {most} MB.", during=self.during, most=LOG_ALLOWED // MB),
                say("Print once an epoch, not once a row."),
            )
        self.pause = max(LOOK_EVERY, (time.monotonic() - now) / LOOKING_SHARE)
        return used

    def _look_at_files(self) -> int:
        """Bytes of memory in which the worker keeps files."""
        try:
            return self.watched.files.look(self.tree.pids())
        except scratch.TooMuch as error:
            raise SubmissionError(
                Outcome.CRASHED,
                say("{during} {excess}.", during=self.during, excess=error),
                say("Keep what you need in memory, and close what you open."),
            ) from None
