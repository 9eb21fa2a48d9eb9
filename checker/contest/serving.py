"""`katas contest serve`: the pages in this process, the judges in another; a crash of theirs leaves the pages standing."""

from __future__ import annotations

import importlib
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import filelock
import msgspec

from checker.contest.errors import ContestError
from checker.contest.judge_process import Order, check_sandbox
from checker.contest.services import Contest

JUDGES = (sys.executable, "-m", "checker.contest.judge_process")
# Told to end, the judges have so long; then they are killed, and what they had taken waits again.
ENDING_SECONDS = 40.0
# Between two starts of judges that end by themselves: longer each time, from the beginning after one that lived.
FIRST_WAIT, LONGEST_WAIT, LIVED_SECONDS = 1.0, 30.0, 60.0
STREAMS_END_SECONDS = 5
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
Say = Callable[[str], None]


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    database_url: str | None = None,
    cluster: str | None = None,
    jobs: int | None = None,
    *,
    say: Say = print,
    make_app: Callable[[Contest], Any] | None = None,
    judges: Sequence[str] = JUDGES,
) -> None:
    """Hold the contest in `folder` until a signal ends it, in order.

    Args:
        folder: of the contest.
        host: the address to listen at.
        port: the port; 0 takes a free one.
        database_url: of a PostgreSQL server.
        cluster: of a Dask scheduler.
        jobs: judgements at a time on this machine; what contest.toml says if None.
        say: takes sentences for the organiser.
        make_app: makes the pages; the contest's own if None.
        judges: the command of the judges' process.

    Raises:
        CannotJudge: this machine has no strict sandbox, and no cluster was named.
        ContestError: the contest cannot be held; the text says why.
    """
    import uvicorn

    from checker.contest.web.server import Server

    if cluster is None and tuple(judges) == JUDGES:
        check_sandbox()
    contest = Contest.open(folder, database_url)
    try:
        with _alone(contest.folder), _listening(host, port) as listener:
            app = (make_app or _pages())(contest)
            order = Order(str(contest.folder), database_url, cluster, jobs or contest.settings.sandbox_slots)
            config = uvicorn.Config(
                app,
                log_level="warning",
                # A line for each request would name who looks at what.
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STREAMS_END_SECONDS,
            )
            with _interrupted_by_signals(), JudgesProcess(order, judges, say):
                say(_where(contest, listener))
                # The server ends by itself at a signal, and sends it once more when it has ended.
                with suppress(KeyboardInterrupt):
                    Server(app, config).run(sockets=[listener])
    finally:
        contest.close()
    say("The contest is closed for now; nothing is lost. The same command opens it again.")


class JudgesProcess:
    """Keeps a process of judges running, starts another where it ended by itself, and ends it in order."""

    def __init__(self, order: Order, command: Sequence[str], say: Say) -> None:
        self._order = order
        self._command = list(command)
        self._say = say
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> JudgesProcess:
        self._start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        process = self._process
        assert process is not None
        _close(process)
        try:
            process.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        self._thread.join(timeout=LONGEST_WAIT)

    def _start(self) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)
        self._process = process
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.write(msgspec.json.encode(asdict(self._order)) + b"\n")
            process.stdin.flush()

    def _keep(self) -> None:
        wait = FIRST_WAIT
        while True:
            assert self._process is not None
            since = time.monotonic()
            code = self._process.wait()
            if self._stop.is_set():
                return
            _close(self._process)
            if time.monotonic() - since > LIVED_SECONDS:
                wait = FIRST_WAIT
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._say(f"The judges ended by themselves ({how}); they are started again in {wait:.0f} s.")
            if self._stop.wait(wait):
                return
            wait = min(2 * wait, LONGEST_WAIT)
            self._start()
            if self._stop.is_set():
                _close(self._process)


def _pages() -> Callable[[Contest], Any]:
    # Not for those who bring pages of their own.
    made: Callable[[Contest], Any] = importlib.import_module("checker.contest.web.app").make_app
    return made


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Let all signals that end a program take the same way, so that the judges are ended in order too."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for name in ENDING_SIGNALS
        if (number := getattr(signal, name, None))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """See that nobody else serves this folder."""
    try:
        with filelock.FileLock(folder / ".serving.lock", timeout=0):
            yield
    except PermissionError as error:
        raise ContestError(f"{folder} cannot be written ({error.strerror}).") from None
    except filelock.Timeout:
        raise ContestError(
            f"The contest in {folder} is served already by another process. End that one first."
        ) from None


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ContestError(
            f"Nothing can listen at {host}, port {port} ({error.strerror or error}). Choose another one: --port 8001."
        ) from None
    with listener:
        yield listener


def _where(contest: Contest, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    place = f"[{host}]" if ":" in host else host
    return (
        f"{contest.settings.title}: http://{place}:{port}/  (database: {contest.database.place})\n"
        "Ctrl-C ends it in order. Over a network put a proxy with TLS in front, since codes travel here."
    )


def _close(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        assert process.stdin is not None
        process.stdin.close()
