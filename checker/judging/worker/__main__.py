"""The worker's process: answers the judge's requests, one at a time, with the submission loaded.

Started as `python -I -m checker.judging.worker`; requests come on standard input, replies go to standard
output, and whatever the submission prints goes to standard error, which the judge keeps as the log.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np

from checker.judging import wire
from checker.judging.worker import failures
from checker.judging.worker.household import Household
from checker.judging.worker.loading import LoadedModule, import_guard, load
from checker.judging.worker.time_limit import ended_after

MAX_REQUEST = 4 * 1024**3
ENVIRONMENT = wire.Handle(0)


class Server:
    """Holds the loaded submission and the objects that stay here, and carries out requests."""

    def __init__(self, requests: wire.Readable, replies: BinaryIO, folder: Path) -> None:
        self.requests = requests
        self.replies = replies
        self.folder = folder
        self.nonce = ""
        self.submission: LoadedModule | None = None
        self.objects: dict[int, Any] = {}
        self.household = Household()
        self.keras_models: ModuleType | None = None
        self.make_env_factory: Callable[..., Any] | None = None

    def run(self) -> None:
        """Answer until the judge closes the channel."""
        while (message := wire.read_message(self.requests, lambda: MAX_REQUEST)) is not None:
            self.nonce = message.nonce
            self.send(self._reply(message.value))

    def _reply(self, request: dict[str, Any]) -> list[bytes | memoryview]:
        try:
            operation = getattr(self, "do_" + request.pop("operation"))
            try:
                answer = operation(**request)
            finally:
                self.household.put_in_order()
            with self.household.our_way():
                return wire.encode(self.nonce, "reply", answer, failures.sendable)
        except wire.WireError as error:
            return wire.encode(self.nonce, "raised", failures.unsendable(error))
        except BaseException as error:
            # SystemExit and KeyboardInterrupt included: whatever the submission raises is an answer.
            return wire.encode(self.nonce, "raised", failures.describe(error, self.folder))

    def send(self, chunks: list[bytes | memoryview]) -> None:
        self.household.flush()
        for chunk in chunks:
            self.replies.write(chunk)
        self.replies.flush()

    def ask(self, request: dict[str, Any]) -> Any:
        """Put a question to the judge in the middle of a call (a step of an environment)."""
        self.send(wire.encode(self.nonce, "ask", request, failures.sendable))
        message = wire.read_message(self.requests, lambda: MAX_REQUEST)
        if message is None:
            raise EOFError("the judge has gone")
        if message.kind == "refused":
            raise ValueError(message.value)
        return message.value

    # The operations, as the judge names them.

    def do_start(self, framework: str, gpu: bool, environments: bool) -> dict[str, str]:
        """Import the framework, so that its cost is nobody's, and name the versions."""
        import platform

        versions = {"python": platform.python_version(), "numpy": np.__version__}
        if framework == "keras":
            from checker.judging.worker import keras_models

            self.keras_models = keras_models
            versions |= keras_models.start(gpu)
        if environments:
            # Now, since later the import guard refuses everything of the judge's own.
            from checker.judging.worker.served_environments import make_env_factory

            self.make_env_factory = make_env_factory
        return versions

    def do_load(self, files: list[Any], allowed: list[str], functions: list[Any]) -> dict[str, Any]:
        """Execute the submission's module and look for the functions that the kata asks for."""
        (_, entry), *beside = files
        modules = {str(name).removesuffix(".py"): source.tobytes() for name, source in beside}
        import_guard((*allowed, *modules))
        self.submission = load(entry.tobytes(), self.folder, modules)
        return self.submission.survey([(str(name), int(count)) for name, count in functions])

    def do_call(
        self,
        name: str,
        arguments: list[Any],
        keep: bool,
        in_place: bool = False,
        seconds: float | None = None,
        clock: str = "CPU",
    ) -> Any:
        """Call one of the submission's functions, and interrupt it after so many seconds, if they are given.

        Where it works `in_place`, what it returns are curves for the report, or nothing that matters.
        """
        assert self.submission is not None
        function = self.submission.function(name)
        with self.household.our_way():
            given = [self.argument(value) for value in arguments]
        with ended_after(seconds, clock):
            result = function(*given)
        if in_place:
            return self._if_sendable(result)
        if not keep:
            return result
        handle = wire.Handle(len(self.objects) + 1)
        self.objects[handle.number] = result
        return handle

    def _if_sendable(self, result: Any) -> Any:
        """The result, or None where it is a model, or whatever else cannot be sent."""
        try:
            wire.encode(self.nonce, "reply", result, failures.sendable)
        except Exception:
            return None
        return result

    def argument(self, value: Any) -> Any:
        """What the submission receives for `value`: fresh arrays, kept objects, the environment."""
        if isinstance(value, wire.ArrayFile):
            return read_array(value)
        if isinstance(value, wire.Handle) and value == ENVIRONMENT:
            assert self.make_env_factory is not None
            return self.make_env_factory(self.ask)
        if isinstance(value, wire.Handle):
            return self.objects[value.number]
        if isinstance(value, list):
            return [self.argument(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.argument(item) for item in value)
        return value

    def do_weights(self, handle: wire.Handle) -> list[Any]:
        """The arrays of a kept object: a model's weights, or the list itself."""
        kept = self.objects[handle.number]
        if isinstance(kept, (list, tuple)):
            return list(kept)
        return list(kept.get_weights())

    def do_set_weights(self, handle: wire.Handle, arrays: list[Any]) -> None:
        """Put arrays into a kept object."""
        kept = self.objects[handle.number]
        if isinstance(kept, list):
            kept[:] = arrays
        elif isinstance(kept, tuple):
            self.objects[handle.number] = list(arrays)
        else:
            self._models().set_weights(kept, arrays)

    def do_apply(self, handle: wire.Handle, x: Any, batch_size: int, training: bool = False) -> Any:
        """A kept model's answers, computed in batches; in inference mode unless `training`."""
        with self.household.our_way():
            return self._models().apply(self.objects[handle.number], self.argument(x), batch_size, training)

    def do_build_on(self, handle: wire.Handle, x: Any) -> None:
        """Call a model once, so that it creates its weights."""
        with self.household.our_way():
            self._models().build_on(self.objects[handle.number], self.argument(x))

    def do_facts(self, handle: wire.Handle) -> dict[str, Any]:
        """Shapes of a kept model's input, output and weights."""
        facts: dict[str, Any] = self._models().facts(self.objects[handle.number])
        return facts

    def _models(self) -> Any:
        """What deals with Keras models; it was imported at the start, whatever the submission does to `sys.modules`."""
        assert self.keras_models is not None
        return self.keras_models


def read_array(file: wire.ArrayFile) -> Any:
    """A fresh, writable, C-ordered array from a file; big ones never stand in memory twice."""
    stored = np.load(file.path, mmap_mode="r", allow_pickle=False)
    array = np.array(stored, dtype=file.dtype, order="C")
    if file.scale is not None:
        array *= file.scale
    return array if file.shape is None else array.reshape(file.shape)


def main() -> None:
    """Take the channel away from standard input and output, then serve."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    replies = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    Server(requests, replies, Path.cwd()).run()


if __name__ == "__main__":
    main()
