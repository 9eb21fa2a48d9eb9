"""The process that judges: `python -m checker.contest.judge_process`, its order on standard input.

It ends in order when standard input closes, so also when whoever started it is killed; what it had taken then waits again.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import filelock
import msgspec

from checker.catalog import Kata
from checker.contest.errors import CannotJudge, ContestError
from checker.contest.judges import SANDBOX, Judges, Tell
from checker.contest.services import Contest
from checker.grading.engine import Engine, LocalEngine

CANNOT_JUDGE = 4
# A predecessor that is still ending holds the folder's lock for so long at most.
LOCK_SECONDS, LAST_RESORT_SECONDS = 45.0, 25.0
SCRATCH = ".scratch"


@dataclass(frozen=True)
class Order:
    """What to judge, and where: a contest's folder and database, and a Dask scheduler or a number of judgements at a time."""

    folder: str
    database: str | None = None
    cluster: str | None = None
    jobs: int = 1


def engine_for(order: Order, katas: list[Kata], folders: list[Path], tell: Tell) -> Engine:
    """The engine that an order asks for.

    Raises:
        CannotJudge: this machine has no strict sandbox.
        ClusterError: there is no scheduler at present.
        ContestError: there is no room for it at present.
    """
    if order.cluster is not None:
        from checker.grading.engine_dask import DaskEngine

        return DaskEngine(order.cluster, folders, katas, SANDBOX, tell)
    check_sandbox()
    scratch = Path(order.folder) / SCRATCH
    # Left by one that was killed.
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(exist_ok=True)
        return LocalEngine(order.jobs, scratch)
    except OSError as error:
        raise ContestError(f"nothing can be written to {scratch} ({error.strerror or error})") from None


def check_sandbox() -> None:
    """See that submissions can be shut in here.

    Raises:
        CannotJudge: they cannot; the text says why.
    """
    from checker.judging import sandbox

    try:
        sandbox.choose(SANDBOX)
    except sandbox.SandboxError as error:
        raise CannotJudge(
            f"Nothing can be judged here: a contest judges strangers' code, in a strict sandbox alone. {error}"
        ) from None


MakeEngine = Callable[[Order, Contest, Tell], Engine]


def _real_engine(order: Order, contest: Contest, tell: Tell) -> Engine:
    folders = [(contest.folder / place).resolve() for place in contest.settings.kata_folders]
    return engine_for(order, contest.katas, folders, tell)


def main(make_engine: MakeEngine = _real_engine) -> int:
    """Judge until standard input closes."""
    logging.basicConfig(format="judge: %(message)s", level=logging.WARNING)
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    stop = threading.Event()
    folder = Path(order.folder)
    try:
        with filelock.FileLock(folder / ".judging.lock", timeout=LOCK_SECONDS):
            contest = Contest.open(folder, order.database)
            judges = Judges(contest, lambda tell: make_engine(order, contest, tell))
            threading.Thread(target=_watch, args=(stop, judges), daemon=True).start()
            judges.run(stop)
            contest.close()
    except CannotJudge as error:
        print(f"judge: {error}", file=sys.stderr)
        return CANNOT_JUDGE
    except (ContestError, filelock.Timeout) as error:
        print(f"judge: {error}", file=sys.stderr)
        return 1
    return 0


def _watch(stop: threading.Event, judges: Judges) -> None:
    """End when standard input closes; where something holds that up, such as a scheduler that is gone, without it."""
    while os.read(0, 4096):
        pass
    stop.set()
    time.sleep(LAST_RESORT_SECONDS)
    judges.give_back()
    os._exit(0)


if __name__ == "__main__":
    # Nothing that is left, such as the thread that waits for standard input, may hold up the end.
    code = main()
    sys.stderr.flush()
    os._exit(code)
