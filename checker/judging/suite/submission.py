"""What a suite sees of the learner's file: its functions, called in a worker, and workers of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checker.judging.host.circumstances import Circumstances
from checker.judging.host.failures import SubmissionError
from checker.judging.host.worker import Worker
from checker.judging.snapshot import Snapshot


@dataclass
class Submission:
    """What a suite sees of the learner's file: `submission.predict(x, w, b)` calls it in a worker.

    `snapshot` comes before the first test, and may come after the first workers were prepared.
    """

    circumstances: Circumstances
    snapshot: Snapshot | None = None
    workers: list[Worker] = field(default_factory=list)
    _prepared: list[Worker] = field(default_factory=list)
    _functions: Worker | None = None
    _broken: SubmissionError | None = None

    @property
    def source(self) -> str:
        """The submission's text."""
        assert self.snapshot is not None
        return self.snapshot.entry.source.decode("utf-8")

    def worker(self, label: str, *, shared: bool = False) -> Worker:
        """A new worker process of its own, for `with submission.worker("training") as worker:`.

        All that it computes after loading the file counts for the step of its first timed call, up to the next one.
        In a `shared` one, which serves several checks, only the timed calls count (see `checker.judging.host.account`).

        Raises:
            SubmissionError: the file cannot be loaded (the same error each time).
        """
        if self._broken is not None:
            raise self._broken
        worker = self._prepared.pop(0) if self._prepared else self._new(label)
        worker.is_shared = shared
        worker.submission = self.snapshot
        try:
            worker.load()
        except SubmissionError as error:
            self._broken = error
            worker.end()
            raise
        return worker

    def prepare(self, count: int) -> None:
        """Start workers ahead of their use, so that they import TensorFlow while another one trains.

        They hold nothing: the submission is loaded when they are taken.
        """
        while len(self._prepared) < count:
            worker = self._new("prepared")
            worker.warm_up()
            self._prepared.append(worker)

    def _new(self, label: str) -> Worker:
        worker = Worker(self.circumstances, label)
        self.workers.append(worker)
        return worker

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*arguments: Any) -> Any:
            if self._functions is None or not self._functions.is_alive:
                self._functions = self.worker("functions")
            return self._functions.call(name, *arguments)

        return call

    def end(self) -> None:
        """End every worker that is still there."""
        for worker in self.workers:
            worker.end()
