"""Starts a worker in its sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checker.judging.sandbox import bubblewrap, landlock, other_user, seccomp, visible
from checker.judging.sandbox.spec import Level, SandboxError, SandboxSpec
from checker.languages.texts import say
from checker.variables import SYSTEM, kept

_ENCLOSE = Path(__file__).with_name("enclose.py")


class SandboxedProcess(subprocess.Popen[bytes]):
    """A started worker.

    `wrappers` is how many processes of its tree belong to the sandbox, not to the worker. Keep it
    referenced as long as the worker is needed: when it is collected, the worker is ended.
    """

    wrappers: int = 0


def start(command: Sequence[str], spec: SandboxSpec) -> SandboxedProcess:
    """Start a Python module as a worker.

    Standard input and output are pipes for the channel, standard error is a pipe for the log. The exit code
    is the module's own, or 128 + the number of the signal that ended it; 97 means that the walls could not
    be built. Start workers from a thread that lives as long as they do: Linux ends them with it.

    Args:
        command: `[python, "-I", "-B", "-m", module, argument, ...]`; Python's options may be left out.
        spec: see there.

    Raises:
        SandboxError: the command is of another form, or the program that starts it is missing.
    """
    if "-m" not in command or command.index("-m") + 1 >= len(command):
        raise SandboxError(f"A worker is started as `python -m module`; this is not: {' '.join(command)}.")
    at = command.index("-m")
    module, module_arguments = command[at + 1], list(command[at + 2 :])
    reading: int | None = None
    writing: int | None = None
    prefix: list[str] = []
    wrappers = 0
    if spec.level is Level.BUBBLEWRAP:
        prefix, wrappers = bubblewrap.arguments(spec), 2
    elif sys.platform.startswith("linux"):
        reading, writing = os.pipe()
        wrappers = 1
    orders: int | None = None
    try:
        order = json.dumps(_order(spec, module, module_arguments, reading))
        if sys.platform.startswith("linux"):
            # Not on the command line, which the submission could read.
            orders = os.memfd_create("order")
            os.write(orders, order.encode())
            os.lseek(orders, 0, os.SEEK_SET)
        kept = tuple(descriptor for descriptor in (reading, orders) if descriptor is not None)
        process = SandboxedProcess(
            [
                *(*prefix, command[0], "-I", "-B", str(_ENCLOSE)),
                *(order if orders is None else str(orders), str(spec.scratch.resolve())),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=spec.scratch,
            env=variables_of(spec),
            pass_fds=kept,
            start_new_session=os.name == "posix",
            bufsize=0,
        )
    except OSError as error:
        if writing is not None:
            os.close(writing)
        raise SandboxError(
            say("A worker could not be started at the {level} level: {error}.", level=spec.level, error=error)
        ) from error
    finally:
        for descriptor in (reading, orders):
            if descriptor is not None:
                os.close(descriptor)
    if writing is not None:
        weakref.finalize(process, os.close, writing)
    process.wrappers = wrappers
    return process


def variables_of(spec: SandboxSpec) -> dict[str, str]:
    """A worker's whole environment: nothing of the judge's own but what Windows needs to start a program."""
    home = str(spec.scratch.resolve())
    clean = {
        **kept(SYSTEM),
        "PATH": os.defpath,
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "TEMP": home,
        "TMP": home,
        "USER": "learner",
        "LOGNAME": "learner",
        "USERNAME": "learner",
    }
    if os.name == "posix":
        clean["LANG"] = clean["LC_ALL"] = "C.UTF-8"
        if spec.gpu and "LD_LIBRARY_PATH" in os.environ:
            clean["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return {**clean, **spec.variables}


def _order(spec: SandboxSpec, module: str, arguments: list[str], judge_lives: int | None) -> dict[str, Any]:
    order: dict[str, Any] = {
        "level": spec.level.value,
        "module": module,
        "arguments": arguments,
        "packages": visible.package_folders(),
        "scratch": str(spec.scratch.resolve()),
        "cpu_seconds": spec.cpu_seconds,
        "file_size_mb": spec.file_size_mb,
        "open_files": spec.open_files,
        "gpu": spec.gpu,
        "judge_lives": judge_lives,
        "landlock": spec.level is not Level.PLAIN and not landlock.missing(),
        "filter": spec.level is not Level.PLAIN and not seccomp.missing(),
    }
    if not sys.platform.startswith("linux"):
        order["judge"] = os.getpid()
    if spec.level in (Level.LANDLOCK, Level.USER):
        seen = visible.of_worker(spec.packages, spec.gpu, spec.readable, spec.hidden)
        order["visible"] = [str(path) for path in seen.paths]
        order["hidden"] = [str(path) for path in seen.hidden]
    if spec.level is Level.USER:
        order["user"] = other_user.free_id()
        other_user.hand_over(spec.scratch, spec.readable, order["user"])
    return order
