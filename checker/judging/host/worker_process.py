"""One worker: started in its sandbox, asked, timed, kept within its limits, and ended with all it started."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checker.judging import sandbox, wire
from checker.judging.host.channel import Channel, ChannelClosed, Log
from checker.judging.host.failures import JudgeError, SubmissionError
from checker.judging.host.others import Others, Siblings
from checker.judging.host.process_tree import ProcessTree
from checker.judging.host.waiting import Waiting
from checker.judging.host.watch import Limits, Usage, Watch, Watched
from checker.judging.sandbox import bubblewrap, scratch
from checker.judging.sandbox.enclose import FAILED as WALLS_FAILED
from checker.languages.texts import say
from checker.units import MB
from checker.verdict import Outcome

COMMAND = (sys.executable, "-I", "-B", "-m", "checker.judging.worker")
# No result is larger than this, but for one that grows with what was sent: a picture for every row of latents.
LEAST_REPLY, REPLY_TO_REQUEST = 64 * MB, 32


class WorkerProcess:
    """A child process that answers requests. Not thread-safe: one request at a time."""

    def __init__(
        self,
        spec: sandbox.SandboxSpec,
        memory_bytes: int,
        max_processes: int,
        on_line: Callable[[str], None],
        account: Waiting | None = None,
        siblings: Siblings | None = None,
    ) -> None:
        self.label = spec.scratch.name
        self.folder = spec.scratch
        self._process = sandbox.start(COMMAND, spec)
        self._tree = ProcessTree(self._process.pid, wrappers=self._process.wrappers)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._channel = Channel(self._process.stdin, self._process.stdout)
        self.log = Log(self._process.stderr, on_line)
        self._watched = Watched(
            self._tree,
            Others(self._tree, siblings),
            scratch.Scratch(
                spec.scratch,
                spec.scratch_mb * MB,
                spec.file_size_mb * MB,
                bubblewrap.memory_folders(spec) if spec.level is sandbox.Level.BUBBLEWRAP else (),
            ),
            self.log,
            account or Waiting(),
            memory_bytes,
            max_processes,
            spec.gpu,
        )
        self._max_reply = 0
        self.ended = False
        self._ending = threading.RLock()

    @property
    def peak_memory(self) -> int:
        """The most memory, in bytes, that the worker was seen to use."""
        return self._watched.peak_memory

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
        watch = Watch(self._watched, during, limits)
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
        return self._reply(nonce, Watch(self._watched, during, limits), None, on_progress)

    def _reply(
        self,
        nonce: str,
        watch: Watch,
        answer: Callable[[Any], Any] | None,
        on_progress: Callable[[float], None] | None,
    ) -> tuple[wire.Message, Usage]:
        during = watch.during
        try:
            while True:
                message = self._receive(watch, on_progress)
                if message.nonce != nonce:
                    raise wire.WireError(say("the answer belongs to another question"))
                if message.kind == "ask" and answer is not None:
                    self._channel.send(self._answered(nonce, message.value, answer), self._max_reply)
                elif message.kind in ("reply", "raised"):
                    # Between two calls nobody computes: no work after the reply, no noise beside other workers.
                    self._tree.suspend()
                    self._watched.has_come_up = True
                    return message, watch.usage()
                else:
                    raise wire.WireError(
                        say("the answer is of an unknown kind {kind!r}", kind=message.kind[:32])
                    )
        except wire.WireError as error:
            self.end()
            raise SubmissionError(
                Outcome.INVALID,
                say("{during} gave no readable answer: {error}.", during=during, error=error),
                say("Return plain numbers and arrays."),
            ) from None
        except ChannelClosed:
            raise self._gone(during) from None
        except BaseException:
            self.end()
            raise

    def _receive(self, watch: Watch, on_progress: Callable[[float], None] | None) -> wire.Message:
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
        if code == WALLS_FAILED and not self._watched.has_come_up:  # later it is the submission's own word
            raise JudgeError(say("the sandbox could not be built: {told}", told=self.log.tail.strip()[-500:]))
        if code is None:
            text = say("{during} closed its connection to the judge.", during=during)
        elif code == 0:
            text = say("{during} ended its own process instead of returning.", during=during)
        elif code < 0 or code > 128:
            number = -code if code < 0 else code - 128
            name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
            text = say("{during} was ended by signal {name}.", during=during, name=name)
        else:
            text = say("{during} ended its process with exit code {code}.", during=during, code=code)
        return SubmissionError(Outcome.CRASHED, text, say("Return the result; do not end the program."))

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
            self._watched.files.close()
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
