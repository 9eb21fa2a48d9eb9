"""One worker: started in its sandbox, asked, timed, kept within its limits, and ended with all it started."""

from __future__ import annotations

import math
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.judging import sandbox, waiting
from checker.judging.channel import LOG_ALLOWED, Channel, ChannelClosed, Log
from checker.judging.errors import JudgeError, SubmissionError
from checker.judging.processes import ProcessTree
from checker.judging.sandbox import bubblewrap, scratch
from checker.judging.sandbox.enclose import FAILED as WALLS_FAILED
from checker.judging.waiting import Waiting
from checker.judging.worker import wire
from checker.verdict import Outcome

COMMAND = (sys.executable, "-I", "-B", "-m", "checker.judging.worker")
LOOK_EVERY = 0.05
# TensorFlow has some dozens. Thousands slow the whole machine down.
MAX_THREADS = 1000
# Looking may take this share of the judge's time: thousands of files and threads make it slow.
LOOKING_SHARE = 0.25
DEFAULT_REPLY = 256 * 1024 * 1024
# No result is larger than this, but for one that grows with what was sent: a picture for every row of latents.
LEAST_REPLY, REPLY_TO_REQUEST = 64 * 1024 * 1024, 32


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


class WorkerProcess:
    """A child process that answers requests. Not thread-safe: one request at a time."""

    def __init__(
        self,
        spec: sandbox.SandboxSpec,
        memory_bytes: int,
        max_processes: int,
        on_line: Callable[[str], None],
        account: Waiting | None = None,
    ) -> None:
        self.label = spec.scratch.name
        self.folder = spec.scratch
        self._memory_bytes = memory_bytes
        self._max_processes = max_processes
        self._process = sandbox.start(COMMAND, spec)
        self._tree = ProcessTree(self._process.pid, wrappers=self._process.wrappers)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._channel = Channel(self._process.stdin, self._process.stdout)
        self.log = Log(self._process.stderr, on_line)
        self._spec = spec
        self.files = scratch.Scratch(
            spec.scratch,
            spec.scratch_mb * 2**20,
            spec.file_size_mb * 2**20,
            bubblewrap.memory_folders(spec) if spec.level is sandbox.Level.BUBBLEWRAP else (),
        )
        self._came_up = False
        self._max_reply = 0
        self.waiting = account or Waiting()
        self.ended = False
        self._ending = threading.RLock()
        self.peak_memory = 0

    def cpu_seconds(self) -> float:
        """CPU seconds of the worker and everything it started, so far."""
        return self._tree.cpu_seconds()

    def exchange(
        self,
        request: dict[str, Any],
        during: str,
        limits: Limits,
        answer: Callable[[Any], Any] | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> tuple[wire.Message, Usage]:
        """Send one request and take exactly one reply.

        Args:
            request: the operation and its arguments.
            during: what is going on, for messages: "predict(x, w, b)".
            limits: what the call may use.
            answer: answers questions that the worker puts meanwhile (environment steps).
            on_progress: told the CPU seconds used so far, several times a second.

        Raises:
            SubmissionError: no well-formed reply came within the limits. The worker is ended then.
        """
        watch = _Watch(self, during, limits)
        return self._reply(self.send(request, limits), watch, answer, on_progress)

    def send(self, request: dict[str, Any], limits: Limits) -> str:
        """Send a request without waiting for its reply; `reply` takes it, given the nonce that this returns."""
        nonce = secrets.token_hex(8)
        chunks = wire.encode(nonce, "request", request)
        self._max_reply = min(limits.max_reply, LEAST_REPLY + REPLY_TO_REQUEST * _bytes_of(request, chunks))
        self._tree.resume()
        self._channel.send(chunks, self._max_reply)
        return nonce

    def reply(
        self,
        nonce: str,
        during: str,
        limits: Limits,
        on_progress: Callable[[float], None] | None = None,
    ) -> tuple[wire.Message, Usage]:
        """Wait for the one reply to a request that was sent before."""
        return self._reply(nonce, _Watch(self, during, limits), None, on_progress)

    def _reply(
        self,
        nonce: str,
        watch: _Watch,
        answer: Callable[[Any], Any] | None,
        on_progress: Callable[[float], None] | None,
    ) -> tuple[wire.Message, Usage]:
        during = watch.during
        try:
            while True:
                message = self._receive(watch, on_progress)
                if message.nonce != nonce:
                    raise wire.WireError("the answer belongs to another question")
                if message.kind == "ask" and answer is not None:
                    self._channel.send(self._answered(nonce, message.value, answer), self._max_reply)
                elif message.kind in ("reply", "raised"):
                    # Between two calls nobody computes: no work after the reply, no noise beside other workers.
                    self._tree.suspend()
                    self._came_up = True
                    return message, watch.usage()
                else:
                    raise wire.WireError(f"the answer is of an unknown kind {message.kind[:32]!r}")
        except wire.WireError as error:
            self.end()
            raise SubmissionError(
                Outcome.INVALID,
                f"{during} gave no readable answer: {error}.",
                "Return plain numbers and arrays.",
            ) from None
        except ChannelClosed:
            raise self._gone(during) from None
        except BaseException:
            self.end()
            raise

    def _receive(self, watch: _Watch, on_progress: Callable[[float], None] | None) -> wire.Message:
        while True:
            message = self._channel.receive(watch.pause)
            if message is not None:
                watch.heard()
            if message is None or watch.is_due():
                used = watch.look()
                if on_progress is not None:
                    on_progress(used)
            if message is not None:
                return message

    def _answered(self, nonce: str, question: Any, answer: Callable[[Any], Any]) -> list[bytes | memoryview]:
        try:
            return wire.encode(nonce, "answer", answer(question))
        except ValueError as error:
            return wire.encode(nonce, "refused", str(error))

    def _gone(self, during: str) -> SubmissionError:
        """The worker closed its channel in the middle of a call: say how it ended."""
        try:
            code: int | None = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = None
        self.end()
        if code == WALLS_FAILED and not self._came_up:  # later it is the submission's own word
            raise JudgeError(f"the sandbox could not be built: {self.log.tail.strip()[-500:]}")
        if code is None:
            text = f"{during} closed its connection to the judge."
        elif code == 0:
            text = f"{during} ended its own process instead of returning."
        elif code < 0 or code > 128:
            number = -code if code < 0 else code - 128
            name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
            text = f"{during} was ended by signal {name}."
        else:
            text = f"{during} ended its process with exit code {code}."
        return SubmissionError(Outcome.CRASHED, text, "Return the result; do not end the program.")

    def end(self) -> None:
        """End the worker and everything that it started, and remove its folder."""
        # Whoever comes second waits: it may be the thread that ends this whole process next.
        with self._ending:
            if self.ended:
                return
            self.ended = True
            self._channel.close()
            self._tree.kill()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self.files.close()
            for folder in (self.folder, self.inbox):
                scratch.remove(folder)

    @property
    def inbox(self) -> Path:
        """The folder, read-only for the worker, in which it finds files of arrays."""
        return self.folder.with_name(self.folder.name + "-inbox")


def _bytes_of(request: dict[str, Any], chunks: list[bytes | memoryview]) -> int:
    """Bytes of a request, and of the files that it names."""
    given = [*request.get("arguments", []), request.get("x")]
    files = [Path(file.path) for file in given if isinstance(file, wire.ArrayFile)]
    return sum(map(len, chunks)) + sum(file.stat().st_size for file in files)


class _Watch:
    """Looks at a worker's use of CPU, wall time, memory and processes during one call."""

    def __init__(self, worker: WorkerProcess, during: str, limits: Limits) -> None:
        self.worker = worker
        self.during = during
        self.limits = limits
        self.tree = worker._tree
        self.tree.mark_others()
        self.cpu_start = self.tree.cpu_seconds()
        self.wall_start = self.last_look = self.last_progress = time.monotonic()
        self.cpu_at_progress = self.cpu_at_look = self.cpu_start
        self.last_heard = -math.inf
        self.pause = LOOK_EVERY

    def heard(self) -> None:
        """It sent something: whatever it waits for now is our turn."""
        self.last_progress = self.last_heard = time.monotonic()

    def usage(self) -> Usage:
        return Usage(
            self.tree.cpu_seconds() - self.cpu_start,
            time.monotonic() - self.wall_start,
            self.tree.others_cpu_seconds(),
        )

    def is_due(self) -> bool:
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
        if used > self.limits.cpu_seconds:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                f"{self.during} was ended after {used:.1f} CPU seconds; "
                f"it may use up to {self.limits.cpu_seconds:.1f} on this machine.",
                "Where does it spend its time? A loop over single rows, or more steps than needed?",
            )
        if now - self.wall_start > self.limits.wall_seconds:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                f"{self.during} was ended after {now - self.wall_start:.0f} s by the clock on the wall, of which it "
                f"computed {used:.1f} s.",
                "Does it wait for something?",
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
        account = self.worker.waiting
        account.called_in_check += now - before
        account.refuse_endless_check(self.during)
        # While the judge answers a question of the worker's, that waits for the judge.
        share = waiting.WAITING_SHARE_BESIDE_GPU if self.worker._spec.gpu else waiting.WAITING_SHARE
        if self.last_heard < before and computed < share * (now - before):
            what = self.tree.waits_for()
            if what != "processor" and not self.tree.is_stopped():
                account.add(now - before - computed, what)
                if account.is_too_much:
                    raise account.refusal(self.during, what)
        in_files = self._look_at_files()
        memory = self.tree.memory_bytes(in_files)
        self.worker.peak_memory = max(self.worker.peak_memory, memory)
        if memory > self.worker._memory_bytes:
            raise SubmissionError(
                Outcome.OUT_OF_MEMORY,
                f"{self.during} used {memory / 1e9:.1f} GB of memory; {self.worker._memory_bytes / 1e9:.1f} GB are allowed.",
                "Which array grows with the square of the number of rows?",
            )
        # Before anything of the submission runs, libraries may ask the system's programs about the machine.
        if self.worker._came_up and self.tree.process_count() > self.worker._max_processes:
            raise SubmissionError(
                Outcome.FORBIDDEN,
                f"{self.during} started processes of its own, which is not allowed.",
                "Threads are allowed, processes are not.",
            )
        if self.tree.thread_count() > MAX_THREADS:
            raise SubmissionError(
                Outcome.CRASHED,
                f"{self.during} started more than {MAX_THREADS:,} threads.",
                "A thread for every processor is enough.",
            )
        if self.worker.log.overflows:
            raise SubmissionError(
                Outcome.CRASHED,
                f"{self.during} printed more than {LOG_ALLOWED // 2**20} MB.",
                "Print once an epoch, not once a row.",
            )
        self.pause = max(LOOK_EVERY, (time.monotonic() - now) / LOOKING_SHARE)
        return used

    def _look_at_files(self) -> int:
        """Bytes of memory in which the worker keeps files."""
        try:
            return self.worker.files.look(self.tree.pids())
        except scratch.TooMuch as error:
            raise SubmissionError(
                Outcome.CRASHED,
                f"{self.during} {error}.",
                "Keep what you need in memory, and close what you open.",
            ) from None
