"""One worker as a suite uses it: calls of the submission's functions, timed and within their budgets."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from checker.catalog import Budget
from checker.hardware.probe import usable_cores
from checker.hardware.threads import worker_variables
from checker.judging import sandbox, wire
from checker.judging.decide import CLEARLY_OVER
from checker.judging.host.account import LEAST_LEFT, Account, Preparing
from checker.judging.host.circumstances import Circumstances
from checker.judging.host.failures import (
    SubmissionError,
    from_failure,
    is_time_up,
    missing_function,
    wrong_function,
)
from checker.judging.host.remote_object import RemoteObject
from checker.judging.host.watch import Limits, Usage
from checker.judging.host.worker_process import WorkerProcess
from checker.judging.snapshot import Snapshot
from checker.languages.texts import say
from checker.units import MB
from checker.verdict import Measurement, Outcome, TimeUse

# A training that is interrupted inside its process has until this multiple of its budget to come to an end.
INTERRUPTED_ENDS_AT = 2.0
# By the clock on the wall a step may take ten times its budget, and never less than this.
LEAST_WALL_SECONDS = 120.0
START_CPU_SECONDS, START_WALL_SECONDS = 120.0, 300.0
LOAD_CPU_SECONDS = 20.0
# A machine on which others took more than this share of the cores during a step is called disturbed.
DISTURBED_SHARE = 0.25
ENVIRONMENT = wire.Handle(0)
# What builds a model or moves its weights; a call whose result is kept builds one too.
PREPARING = frozenset({"weights", "set_weights", "build_on", "facts"})


# What the learner reads while it happens, where that is not the name of his function.
PHASES = {
    "apply": say("asking the network about hidden data"),
    "weights": say("taking the trained weights"),
    "set_weights": say("putting the weights into a new network"),
}


def _in_words(operation: str, during: str, budget: str | None) -> str:
    """A phase of a check for the live line."""
    if budget is None:
        return PHASES.get(operation, during)
    kind, _, which = budget.partition("_")
    if kind != "train":
        return budget
    return say("training {which}", which=which.replace("_", " ")) if which else say("training")


@dataclass(frozen=True)
class SharedArray:
    """An array that a worker reads from a file: `asarray(array, dtype) * scale`, reshaped to `shape`."""

    array: np.ndarray[Any, Any]
    scale: float | None = None
    dtype: str | None = None
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Environment:
    """An environment that runs in the judge and is served to a worker."""

    answer: Callable[[Any], Any]


class Worker(AbstractContextManager["Worker"]):
    """One worker process with the submission loaded. Used as a context manager; leaving it ends the process."""

    def __init__(self, circumstances: Circumstances, label: str) -> None:
        """Start the process. `label` is for whoever debugs the judge; the submission never sees it."""
        self.kata = circumstances.kata
        self.max_parameters = circumstances.kata.max_parameters
        self.label = label
        self._circumstances = circumstances
        self._account: Account | None = None
        # Calls since the file was loaded that no step has in its account yet.
        self._unbooked = Usage(0.0, 0.0, 0.0)
        self._cpu_loaded = 0.0
        self.is_shared = False
        self._preparing: Preparing | None = None
        self._files = 0
        # No name tells the submission what this worker is for.
        folder = Path(tempfile.mkdtemp(prefix="worker-", dir=circumstances.folder))
        inbox = folder.with_name(folder.name + "-inbox")
        inbox.mkdir()
        self._uses_gpu = circumstances.tier == "gpu" and self.kata.framework == "keras"
        spec = sandbox.SandboxSpec(
            level=circumstances.level,
            scratch=folder,
            readable=(inbox,),
            variables=worker_variables(self.kata.framework, self._uses_gpu),
            gpu=self._uses_gpu,
            packages="numpy" if set(self.kata.allowed_imports) <= {"numpy"} else "all",
        )
        self._process = WorkerProcess(
            spec,
            self.kata.memory_mb * MB,
            1,
            circumstances.on_line,
            circumstances.waiting,
            circumstances.siblings,
        )
        # What `load` loads; it may come after the start.
        self.submission: Snapshot | None = None
        self._loaded = False
        self._start_nonce = ""
        self._start_limits = Limits(START_CPU_SECONDS * circumstances.slowness, START_WALL_SECONDS)
        self.versions: dict[str, str] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def log_tail(self) -> str:
        """The end of what the submission printed in this worker."""
        return self._process.log.tail

    @property
    def peak_memory(self) -> int:
        """The most memory, in bytes, that the process tree was seen to use."""
        return self._process.peak_memory

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of the process and everything it started, so far."""
        return self._process.cpu_seconds()

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self._process.ended

    def warm_up(self) -> None:
        """Let the process import its framework, without waiting for it."""
        if not self._start_nonce:
            request = {
                "operation": "start",
                "framework": self.kata.framework,
                "gpu": self._uses_gpu,
                "environments": self.kata.source.is_served,
            }
            self._start_nonce = self._process.send(request, self._start_limits)

    def load(self) -> None:
        """Import the framework, then the submission; look for the functions that the kata names.

        Raises:
            SubmissionError: the file cannot be imported, or a function is missing or takes other arguments.
        """
        if self._loaded:
            return
        assert self.submission is not None
        c = self._circumstances
        self.warm_up()
        starting = say("loading TensorFlow") if self.kata.framework == "keras" else say("starting Python")
        c.on_step(starting, 0.0, 0.0)
        message, _ = self._process.reply(
            self._start_nonce, starting, self._start_limits, lambda used: c.on_step(starting, used, 0.0)
        )
        if isinstance(message.value, dict):
            self.versions = {str(k)[:20]: str(v)[:40] for k, v in message.value.items()}
        during = say("importing the file")
        message, _ = self._process.exchange(
            {
                "operation": "load",
                "files": [
                    [file.name, np.frombuffer(file.source, np.uint8)] for file in self.submission.files
                ],
                "allowed": list(self.kata.allowed_imports),
                "functions": [[f.name, f.arguments] for f in self.kata.functions],
            },
            during,
            Limits(LOAD_CPU_SECONDS * c.slowness, LEAST_WALL_SECONDS, 2**20),
        )
        if message.kind == "raised":
            self.end()
            raise from_failure(message.value, during, True, self.kata.allowed_imports)
        self._check_survey(message.value)
        self._loaded = True
        self._cpu_loaded = self._process.cpu_seconds()

    def _check_survey(self, survey: Any) -> None:
        try:
            problems = {str(k): (str(v[0]), str(v[1])) for k, v in survey["problems"].items()}
            defined = [str(name) for name in survey["defined"]]
        except (KeyError, TypeError, AttributeError, IndexError):
            problems, defined = {}, []
        for function in self.kata.functions:
            problem, found = problems.get(function.name, ("missing", ""))
            if not problem:
                continue
            self.end()
            if problem == "missing":
                raise missing_function(function.name, defined)
            raise wrong_function(function, problem, found)

    def call(
        self,
        name: str,
        *arguments: Any,
        budget: str | None = None,
        keep: bool = False,
        in_place: bool = False,
    ) -> Any:
        """Call one of the submission's functions.

        Args:
            name: the function.
            arguments: numbers, texts, arrays, lists of them, `SharedArray`, `RemoteObject`, `Environment`.
            budget: a step of the kata's budgets; the call is then timed and held to it.
            keep: leave the result in the worker and return a `RemoteObject`.
            in_place: what matters is what the call does to its arguments. A result that cannot be sent, such as a
                model, is None then. Where the time is clearly over, the call is interrupted and None returned, so that
                what was learned by then can be judged; `elapsed` tells.

        Raises:
            SubmissionError: there is no result, for whatever reason.
        """
        self.load()
        if name in self._circumstances.ended:
            raise SubmissionError(
                Outcome.TOO_SLOW,
                say("{name}() was ended in a check above, since it was too slow.", name=name),
                is_known=True,
            )
        environment = next((a for a in arguments if isinstance(a, Environment)), None)
        try:
            value = self.request(
                "call",
                f"{name}()",
                budget=budget,
                answer=environment.answer if environment else None,
                is_interrupted=in_place and budget is not None,
                name=name,
                arguments=[self._argument(argument) for argument in arguments],
                keep=keep,
                in_place=in_place,
            )
        except SubmissionError as error:
            if error.outcome is Outcome.TOO_SLOW:
                self._circumstances.ended.add(name)
            raise
        if not keep:
            return value
        if not isinstance(value, wire.Handle):
            raise SubmissionError(Outcome.INVALID, say("{name}() did not answer as it must.", name=name))
        return RemoteObject(self, value, say("what {name}() returned", name=name))

    def environment(self, server: Any) -> Environment:
        """Serve `server.answer(request)` to the submission as its environment."""
        return Environment(server.answer)

    def request(
        self,
        operation: str,
        during: str,
        *,
        budget: str | None = None,
        answer: Callable[[Any], Any] | None = None,
        max_reply: int | None = None,
        is_interrupted: bool = False,
        **fields: Any,
    ) -> Any:
        """Send one operation and return the value of its reply (see `worker/__main__.py`)."""
        fields = {key: self._argument(value) for key, value in fields.items()}
        step = self.kata.budgets[budget] if budget else None
        is_preparing = step is None and (operation in PREPARING or bool(fields.get("keep")))
        account = self._open_account(step) if step else self._account
        limits, allowed = self._limits(step, max_reply, is_interrupted)
        if is_preparing:
            limits = replace(limits, cpu_seconds=min(limits.cpu_seconds, self._cap.left(during)))
        if account and step:
            already = account.used(self._clock)
            limit = "wall_seconds" if self._uses_gpu else "cpu_seconds"
            limits = replace(limits, **{limit: max(getattr(limits, limit) - already, LEAST_LEFT)})
            if is_interrupted:
                seconds = max(CLEARLY_OVER * allowed - already, LEAST_LEFT)
                fields |= {"seconds": seconds, "clock": self._clock}

        phase = _in_words(operation, during, budget)

        def progress(used: float) -> None:
            self._circumstances.on_step(phase, used, allowed if step else 0.0)

        cpu_before = self._process.cpu_seconds()
        try:
            message, usage = self._process.exchange(
                {"operation": operation, **fields}, during, limits, answer, progress
            )
        except SubmissionError as error:
            if is_preparing and error.outcome is Outcome.TOO_SLOW:
                self._cap.book(self._process.cpu_seconds() - cpu_before)
                error = self._cap.refusal(during) if self._cap.is_exceeded else error
            error.log = self.log_tail
            if account and step and error.outcome is Outcome.TOO_SLOW:
                used = self._process.cpu_seconds() - account.cpu_start
                # Ended at this multiple of the budget: too slow whatever the machine does.
                error.measurement = Measurement(
                    say("time of {step}", step=step.step), max(used, CLEARLY_OVER * allowed), allowed, "lower", "CPU s",
                    kind="time", step=step.step,
                )  # fmt: skip
            raise error from None
        if is_preparing:
            self._cap.book(usage.cpu_seconds)
        if account is None:
            self._unbooked = self._unbooked.and_then(usage)
        else:
            account.book(usage, self._process.cpu_seconds())
            if self.is_shared:
                account.close(account.cpu_end)
        if account and message.kind == "raised" and is_interrupted and is_time_up(message.value):
            account.was_interrupted = True
            return None
        if message.kind == "raised":
            failure = from_failure(message.value, during, False, self.kata.allowed_imports)
            failure.log = self.log_tail
            raise failure
        return message.value

    def _open_account(self, step: Budget) -> Account:
        """The account of a step that begins now; in a worker that is not shared, what came before is in it."""
        now = self._process.cpu_seconds()
        if self._account is not None:
            self._account.close(now)
        is_first = self._account is None and not self.is_shared
        allowed = self._circumstances.allowed_seconds(step)
        self._account = Account(step, allowed, self._cpu_loaded if is_first else now, now)
        if is_first:
            self._account.book(self._unbooked, now)
        return self._account

    @property
    def _cap(self) -> Preparing:
        if self._preparing is None:
            slowness = self._circumstances.slowness
            self._preparing = Preparing(self.kata.call_seconds, slowness, self.is_shared)
        return self._preparing

    @property
    def _clock(self) -> str:
        return "wall" if self._uses_gpu else "CPU"

    def _limits(
        self, step: Budget | None, max_reply: int | None, is_interrupted: bool
    ) -> tuple[Limits, float]:
        c = self._circumstances
        allowed = c.allowed_seconds(step) if step else self.kata.call_seconds * c.slowness
        most = allowed * (INTERRUPTED_ENDS_AT if is_interrupted else CLEARLY_OVER if step else 1.0)
        cpu = most * 100 if self._uses_gpu else most
        wall = most if self._uses_gpu and step else max(10 * allowed, LEAST_WALL_SECONDS)
        return (Limits(cpu, wall) if max_reply is None else Limits(cpu, wall, max_reply)), allowed

    def _argument(self, value: Any) -> Any:
        if isinstance(value, SharedArray):
            self._files += 1
            path = self._process.inbox / f"{self._files}.npy"
            np.save(path, value.array, allow_pickle=False)
            return wire.ArrayFile(str(path), value.scale, value.dtype, value.shape)
        if isinstance(value, RemoteObject):
            return value.handle
        if isinstance(value, Environment):
            return ENVIRONMENT
        if isinstance(value, list):
            return [self._argument(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self._argument(item) for item in value)
        return value

    @property
    def elapsed(self) -> TimeUse | None:
        """What the last timed step has used so far; None where there was none."""
        account = self._account
        if account is None:
            return None
        budget, used = account.budget, account.used(self._clock)
        was_ended = account.was_interrupted and used > account.allowed
        return TimeUse(
            step=budget.step,
            # Interrupted at that multiple of the budget, by a clock that may differ a little from this one.
            used=max(used, CLEARLY_OVER * account.allowed) if was_ended else used,
            allowed=account.allowed,
            reference=account.allowed / budget.margin,
            clock=self._clock,
            wall=account.wall_seconds,
            spread=budget.spread * account.allowed,
            disturbed=account.others_cpu_seconds > DISTURBED_SHARE * account.wall_seconds * usable_cores(),
            ended=was_ended,
        )

    def end(self) -> None:
        """End the process; what it did since its last reply still counts."""
        if self._account is not None and not self._process.ended:
            self._account.close(self._process.cpu_seconds())
        self._process.end()
