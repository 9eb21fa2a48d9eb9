"""Does a contest keep its promises when it is killed? Server, judges or database are killed at random moments under load.

    python -m tests.benchmarks.contest_kills --kills 200 --database both --out tests/benchmarks/contest_kills.md

Real: `serving.serve` with uvicorn, the judges' process, the database, SIGKILL. Made up: the pages (one address that takes
uploads, so that nothing but the core is tried) and the engine (a record after a moment, instead of a judgement). Clients hand
in all the while and note which submissions were accepted. In the end everything is left in peace, and then:

    every accepted submission is there, and has exactly one verdict that counts
    nothing that is there is left without one
    `katas contest verify` finds no difference: sources, verdicts, and the boards computed anew from the records
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from checker.contest import clock, folders, judge_process, serving, tables
from checker.contest.errors import DatabaseUnavailable, Refused
from checker.contest.services import Contest
from checker.contest.verifying import verify
from checker.grading.engine import Ended, Work
from checker.judging.snapshot import Snapshot, SubmittedFile
from tests import small_path
from tests.contest import postgres

ROOT = Path(__file__).resolve().parents[2]
TEAMS, KATAS = 4, ("91", "92")
CLIENTS, CLIENT_PAUSE = 4, 0.8
UP_SECONDS = 180.0
# Nothing was judged for so long: longer than a lease.
STUCK_SECONDS = 240.0
THIS = (sys.executable, "-m", "tests.benchmarks.contest_kills")


# In the server's process.


def server(folder: str, port: int) -> None:
    """Serve with one address for uploads."""
    serving.FIRST_WAIT, serving.LONGEST_WAIT = 0.1, 0.2
    serving.serve(Path(folder), port=port, make_app=uploads, judges=(*THIS, "--judge"))


def uploads(contest: Contest) -> Any:
    """POST /team/kata: the number of the submission once it is accepted."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    katas = {kata.number: kata for kata in contest.katas}

    async def take(request: Request) -> Response:
        body = await request.body()

        def accept() -> int:
            team = contest.team(int(request.path_params["team"]))
            assert team is not None
            snapshot = Snapshot(SubmittedFile("solution.py", body))
            return contest.submit(team, katas[request.path_params["kata"]], snapshot).id

        try:
            return PlainTextResponse(str(await run_in_threadpool(accept)))
        except DatabaseUnavailable as error:
            return PlainTextResponse(str(error), 503)
        except Refused as error:
            return PlainTextResponse(str(error), 409)

    return Starlette(routes=[Route("/{team}/{kata}", take, methods=["POST"])])


# In the judges' process.


@dataclass
class Quick:
    """An engine whose judgements take a moment and say what the source says."""

    slots: int = 4
    running: list[tuple[float, Work]] = field(default_factory=list)

    def start(self, work: Work) -> bool:
        self.running.append((time.monotonic() + random.uniform(0.05, 1.5), work))
        return True

    def ended(self) -> Sequence[Ended]:
        over = [one for one in self.running if one[0] <= time.monotonic()]
        if not over:
            time.sleep(0.02)
        self.running = [one for one in self.running if one not in over]
        return [Ended(work.key, self._record(work), "judged", "here", 0.1) for _, work in over]

    @staticmethod
    def _record(work: Work) -> Any:
        stars = {
            name: "won" if name.encode() in work.submission.entry.source else "missed"
            for name in ("robust", "speed")
        }
        return small_path.record(
            work.kata.name, stars=stars, sandbox="strict", submission_sha256=work.submission.sha256
        )

    def phases(self) -> dict[str, str]:
        return {work.key: "adding up" for _, work in self.running}

    def retire(self, host: str) -> bool:
        return False

    def close(self) -> None:
        self.running.clear()


# In the harness.


@dataclass(eq=False)
class Client(threading.Thread):
    """Hands in until it is told to stop; the numbers that were accepted."""

    port: int
    name_: str
    stop: threading.Event
    accepted: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        count = 0
        while not self.stop.wait(random.uniform(0, 2 * CLIENT_PAUSE)):
            count += 1
            body = f"# {self.name_} {count} {random.choice(['robust', 'speed', 'robust speed', ''])}"
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request(
                    "POST", f"/{random.randint(1, TEAMS)}/{random.choice(KATAS)}", body.encode()
                )
                answer = connection.getresponse()
                text = answer.read().decode()
                if answer.status == 200:
                    self.accepted.append(int(text))
                else:
                    self.refused[str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.refused[type(error).__name__] += 1
            finally:
                connection.close()


class Trial:
    """One contest that is killed again and again."""

    def __init__(self, place: Path, database: postgres.Server | None) -> None:
        self.folder = place / "cup"
        self.database = database
        self.port = _free_port()
        self.killed: Counter[str] = Counter()
        self.process: subprocess.Popen[bytes] | None = None
        self.log = (place / "log").open("ab")
        folders.make(self.folder, "Kills")
        for number in KATAS:
            small_path.write_kata(self.folder / "katas" / f"{number}_extra")
        begin, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=1)
        (self.folder / "contest.toml").write_text(
            f'title = "Kills"\nkatas = {json.dumps(KATAS)}\nkata_folders = ["katas"]\nopen_katas = "all"\n'
            f"attempts_per_hour = 1000\nstart = {begin.isoformat()}\nend = {end.isoformat()}\n",
            encoding="utf-8",
        )
        self.contest = Contest.open(self.folder, database.new_database() if database else None)
        self.contest.add_teams([f"Team {number}" for number in range(1, TEAMS + 1)])

    def start(self) -> None:
        """Start the server."""
        self.process = subprocess.Popen(
            [*THIS, "--server", str(self.folder), str(self.port)],
            stdout=self.log, stderr=self.log, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def is_up(self) -> bool:
        """Whether server, judges and database are there."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended by itself: {self._said()}")
        with suppress(OSError, DatabaseUnavailable):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse()
            connection.close()
            judge = self._judge()
            with self.contest.database.read() as read:
                names = read.execute(sa.select(tables.judge.c.name)).scalars().all()
            return judge is not None and any(name.endswith(f"/{judge.pid}") for name in names)
        return False

    def wait_until_up(self) -> None:
        end = time.monotonic() + UP_SECONDS
        while not self.is_up():
            if time.monotonic() > end:
                raise AssertionError(f"the server does not come up: {self._said()}")
            time.sleep(0.05)

    def kill(self, what: str) -> bool:
        """Kill one of them, and start it again; whether it was there to be killed."""
        assert self.process is not None
        if what == "server":
            self.process.kill()
            self.process.wait()
            self.start()
        elif what == "judges":
            judge = self._judge()
            if judge is None:
                return False
            with suppress(psutil.NoSuchProcess):
                judge.kill()
        else:
            assert self.database is not None
            self.database.kill()
            time.sleep(random.uniform(0, 0.5))
            self.database.start()
        self.killed[what] += 1
        return True

    def end(self) -> None:
        """End the server in order."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=UP_SECONDS)
        self.contest.close()
        self.log.close()

    def _judge(self) -> psutil.Process | None:
        assert self.process is not None
        with suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children():
                if "--judge" in child.cmdline():
                    return child
        return None

    def _said(self) -> str:
        self.log.flush()
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")[-2000:]


@dataclass(frozen=True)
class Outcome:
    """What came of a trial."""

    database: str
    killed: dict[str, int]
    seconds: float
    accepted: int
    there: int
    verdicts: int
    judge_errors: int
    lost: int
    late: int
    problems: tuple[str, ...]

    def row(self) -> str:
        """A row of the table."""
        kills = ", ".join(f"{count} {what}" for what, count in sorted(self.killed.items()))
        figures = [
            self.database, f"{sum(self.killed.values())} ({kills})", f"{self.seconds:.0f} s", self.accepted, self.there,
            self.verdicts, self.judge_errors, self.lost, self.late, len(self.problems),
        ]  # fmt: skip
        return f"| {' | '.join(map(str, figures))} |"


HEADER = (
    "| database | kills | took | accepted | in the database | with one verdict | of these judge errors | leases lost | "
    "results too late | problems |\n" + "| --- " * 10 + "|"
)


def trial(kills: int, database: str, seed: int) -> Outcome:
    """Kill so many times, then compare."""
    random.seed(seed)
    began = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="katas-kills-"))
    server_ = postgres.Server() if database == "postgresql" else None
    stop = threading.Event()
    try:
        one = Trial(place, server_)
        one.start()
        one.wait_until_up()
        clients = [Client(one.port, f"client {number}", stop) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        while sum(one.killed.values()) < kills:
            # Mostly while all is up and busy, now and then while it starts.
            if random.random() < 0.85:
                one.wait_until_up()
            time.sleep(random.uniform(0, 1.5))
            one.kill(random.choice(["server", "judges", "judges", *(["database"] * 2 if server_ else [])]))
        one.wait_until_up()
        stop.set()
        for client in clients:
            client.join()
        accepted = [number for client in clients for number in client.accepted]
        _drain(one.contest)
        found = _compare(one.contest, accepted)
        one.end()
        return Outcome(database, dict(one.killed), time.monotonic() - began, **found)
    finally:
        stop.set()
        if server_ is not None:
            server_.close()
        shutil.rmtree(place, ignore_errors=True)


def _drain(contest: Contest) -> None:
    """Wait until everything is judged; a lease that a killed judge held elsewhere takes its minute."""
    end, least = time.monotonic() + STUCK_SECONDS, None
    s = tables.submission.c
    while True:
        with contest.database.read() as connection:
            left = connection.execute(
                sa.select(sa.func.count())
                .select_from(tables.submission)
                .where(s.state.in_(("received", "judging")))
            ).scalar_one()
        if not left:
            return
        if least is None or left < least:
            end, least = time.monotonic() + STUCK_SECONDS, left
        if time.monotonic() > end:
            raise AssertionError(f"{left} submissions are still not judged: {contest.state().problems}")
        time.sleep(0.3)


def _compare(contest: Contest, accepted: Sequence[int]) -> dict[str, Any]:
    j, s, log = tables.judgement.c, tables.submission.c, tables.log.c
    with contest.database.read() as connection:
        there = set(connection.execute(sa.select(s.id)).scalars())
        verdicts = Counter(
            connection.execute(sa.select(j.submission_id).where(j.counted.is_(sa.true()))).scalars()
        )
        errors = connection.execute(
            sa.select(sa.func.count()).where(j.counted.is_(sa.true()), j.outcome == "judge_error")
        ).scalar_one()
        words = Counter(connection.execute(sa.select(log.what)).scalars())
    problems = list(verify(contest, clock.now()).differences)
    problems += [f"submission {number} was accepted and is not there" for number in set(accepted) - there]
    problems += [
        f"submission {number} was accepted twice" for number, n in Counter(accepted).items() if n > 1
    ]
    problems += [
        f"submission {number} has {verdicts[number]} verdicts" for number in there if verdicts[number] != 1
    ]
    return {
        "accepted": len(accepted),
        "there": len(there),
        "verdicts": sum(count == 1 for count in verdicts.values()),
        "judge_errors": errors,
        "lost": words["lost"],
        "late": words["late"],
        "problems": tuple(problems),
    }


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def main() -> int:
    """The harness, or one of its processes."""
    if sys.argv[1:2] == ["--server"]:
        server(sys.argv[2], int(sys.argv[3]))
        return 0
    if sys.argv[1:2] == ["--judge"]:
        return judge_process.main(lambda order, contest, tell: Quick())
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="on each database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table there")
    options = parser.parse_args()
    chosen = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    outcomes = [trial(options.kills, database, options.seed) for database in chosen]
    lines = [HEADER, *(one.row() for one in outcomes)]
    for one in outcomes:
        lines += [f"{one.database}: {problem}" for problem in one.problems]
    print("\n".join(lines))
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if any(one.problems for one in outcomes) else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
