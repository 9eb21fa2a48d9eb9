"""A contest under load: 200 visitors with the live board and 1,000 uploads in 60 s, while two judgements run.

    python -m tests.benchmarks.contest_load [--only sqlite postgresql] [--visitors 200] [--uploads 1000] [--seconds 60]

The server is `katas contest serve` with its judges in the sandbox, as it is started for a club, against loopback. A visitor opens
the board with its style and script, keeps the stream of events, fetches the part after each event as the script does (with
its tag, after up to two seconds), and opens a page every twenty seconds. An upload is a form of a team that is signed in: the
answer, the page of the submission, and its state after three and six seconds. Times are those of the client, which shares the
machine, as median / 95th percentile in milliseconds; memory and CPU seconds are the server's own, without judges; load is the
machine's load average at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from checker.contest import folders
from checker.contest.services import Contest
from tests.contest import postgres

ROOT = Path(__file__).parents[2]
TEAMS = 40
KATA = "01"
BOUNDARY = "----contest"
COLUMNS = (
    *("database", "visitors", "uploads", "accepted", "lost", "errors"),
    *("pages", "ms", "parts", "ms", "uploads ms", "MB", "CPU s", "load"),
)


@dataclass(frozen=True)
class Size:
    """How much is done in how long."""

    visitors: int
    uploads: int
    seconds: float


@dataclass
class Seen:
    """What the client saw, in seconds, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    events: int = 0
    accepted: set[str] = field(default_factory=set)


class Client:
    """One connection that is kept, with cookies: no more than a browser needs here."""

    def __init__(self, port: int, seen: Seen) -> None:
        self._port, self._seen = port, seen
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.cookies: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._is_kept = False

    async def ask(
        self, place: str, into: list[float] | None, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; its time goes `into` a list."""
        head = [f"{'GET' if body is None else 'POST'} {place} HTTP/1.1", "Host: localhost"]
        head += (
            ["Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items())]
            if self.cookies
            else []
        )
        if place in self._tags:
            head.append(f"If-None-Match: {self._tags[place]}")
        if body is not None:
            head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        text = "\r\n".join([*head, "", ""]).encode() + (body or b"")
        begun = time.perf_counter()
        try:
            try:
                status, headers, content = await asyncio.wait_for(self._exchange(text), 30)
            except (ConnectionError, asyncio.IncompleteReadError):
                if not self._is_kept:
                    raise
                # The server closes what was idle for some seconds; a browser then opens anew, and so do we.
                self._stream = None
                status, headers, content = await asyncio.wait_for(self._exchange(text), 30)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self._seen.errors.append(f"{place}: {error!r}")
            self._stream = None
            return 0, {}, b""
        if into is not None:
            into.append(time.perf_counter() - begun)
        if status not in (200, 303, 304):
            self._seen.errors.append(f"{place}: {status} {re.sub(rb'<[^>]+>', b' ', content)[-200:]!r}")
        if "etag" in headers and place.startswith("/board/part"):
            self._tags[place] = headers["etag"]
        return status, headers, content

    async def _exchange(self, text: bytes) -> tuple[int, dict[str, str], bytes]:
        self._is_kept = self._stream is not None
        if self._stream is None:
            self._stream = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        reader, writer = self._stream
        writer.write(text)
        await writer.drain()
        status, headers = await self.head(reader)
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            writer.close()
            self._stream = None
        return status, headers, content

    async def head(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text
            elif name:
                headers[name.lower()] = value
        return int(lines[0].split()[1]), headers

    async def events(self) -> asyncio.StreamReader:
        """Open the stream of events."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        status, _ = await self.head(reader)
        if status != 200:
            self._seen.errors.append(f"/events: {status}")
        self._events = writer
        return reader

    def close(self) -> None:
        for writer in (self._stream[1] if self._stream else None, getattr(self, "_events", None)):
            if writer is not None:
                writer.close()


async def visitor(port: int, seen: Seen, until: float, chance: random.Random) -> None:
    """Somebody who looks at the board."""
    client = Client(port, seen)
    await asyncio.sleep(chance.random() * 5)
    for place in ("/board", "/static/contest.css", "/static/contest.js"):
        await client.ask(place, seen.pages)
    reader = await client.events()
    page_at = time.monotonic() + 20 * chance.random()
    part_at = float("inf")
    while (now := time.monotonic()) < until:
        try:
            line = await asyncio.wait_for(reader.readline(), max(0.05, min(page_at, part_at, until) - now))
            if line.startswith(b"data:"):
                seen.events += 1
                part_at = min(part_at, time.monotonic() + 2 * chance.random())
            elif not line:
                seen.errors.append("/events: the stream ended")
                break
        except TimeoutError:
            pass
        if time.monotonic() >= part_at:
            part_at = float("inf")
            await client.ask("/board/part?", seen.parts)
        if time.monotonic() >= page_at:
            page_at += 20
            await client.ask(chance.choice(("/board", "/board?kata=01", "/")), seen.pages)
    client.close()


async def sign_in(port: int, seen: Seen, code: str) -> tuple[Client, str]:
    """A team's browser, and the token of its forms."""
    client = Client(port, seen)
    _, _, page = await client.ask("/", None)
    token = found.group(1) if (found := re.search(r'name="token" value="(\w+)"', page.decode())) else ""
    body = f"token={token}&code={code}".encode()
    await client.ask("/sign-in", None, body, "application/x-www-form-urlencoded")
    return client, token


async def upload(port: int, seen: Seen, team: Client, token: str, source: bytes) -> None:
    """Hand in, and look how far it is."""
    client = Client(port, seen)
    client.cookies = dict(team.cookies)
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'.encode(),
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="solution.py"\r\n\r\n'.encode(),
        source + f"\r\n--{BOUNDARY}--\r\n".encode(),
    ]
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, headers, _ = await client.ask(f"/kata/{KATA}/submit", seen.uploads, b"".join(parts), kind)
    if status == 303:
        place = headers["location"]
        seen.accepted.add(place)
        await client.ask(place, seen.pages)
        for _ in range(2):
            await asyncio.sleep(3)
            await client.ask(f"{place}/state", seen.parts)
    client.close()


async def load(port: int, codes: Sequence[str], source: bytes, size: Size) -> Seen:
    """All of them at once."""
    chance = random.Random(7)
    ready = Seen()
    teams = []
    for code in codes:
        teams.append(await sign_in(port, ready, code))
        await asyncio.sleep(0.3)  # the server takes four codes a second
    seen = Seen(errors=ready.errors)
    begun = time.monotonic()
    tasks = [
        asyncio.create_task(visitor(port, seen, begun + size.seconds + 5, chance))
        for _ in range(size.visitors)
    ]
    await asyncio.sleep(5)
    for number in range(size.uploads):
        # Even in the mean, and not like a clock.
        due = begun + 5 + (number + chance.random()) * size.seconds / size.uploads
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        team, token = teams[number % len(teams)]
        text = source + f"\n# {number}\n".encode()
        tasks.append(asyncio.create_task(upload(port, seen, team, token, text)))
    await asyncio.gather(*tasks)
    for team, _ in teams:
        team.close()
    return seen


@contextmanager
def server(folder: Path, database: str | None) -> Iterator[tuple[int, psutil.Process]]:
    """`katas contest serve` with two judges; its port and process."""
    command = [sys.executable, "-m", "checker", "contest", "serve", "--port", "0", "--jobs", "2"]
    command += ["--database", database] if database else []
    log = folder / "output.txt"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        while not (found := re.search(r"http://[^:]+:(\d+)/", log.read_text())):
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.2)
        yield int(found[1]), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)
        sys.stderr.write(log.read_text())


async def watched(process: psutil.Process, work: asyncio.Task[Seen]) -> tuple[Seen, int, float]:
    """The work, the most memory that the server had meanwhile, and its CPU seconds."""
    most = 0
    before = process.cpu_times()
    while not work.done():
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.1)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return await work, most, used


def measure(name: str, database: str | None, size: Size) -> str:
    """One run; a row of the table."""
    folder = Path(tempfile.mkdtemp(prefix="katas-load-"))
    place = folder / "cup"
    folders.make(place, "Load")
    now = datetime.now(UTC)
    (place / "contest.toml").write_text(
        f'title = "Load"\nkatas = ["01", "02"]\nattempts_per_hour = 1000\n'
        f"start = {(now - timedelta(hours=1)).isoformat()}\nend = {(now + timedelta(hours=3)).isoformat()}\n",
        encoding="utf-8",
    )
    contest = Contest.open(place, database)
    codes = [code for _, code in contest.add_teams([f"Team {number}" for number in range(TEAMS)])]
    source = (ROOT / "reference" / "01_linear_regression.py").read_bytes()

    async def run(port: int, process: psutil.Process) -> tuple[Seen, int, float]:
        return await watched(process, asyncio.create_task(load(port, codes, source, size)))

    with server(place, database) as (port, process):
        seen, memory, used = asyncio.run(run(port, process))
    kept = {f"/submission/{one.id}" for one in contest.all_submissions(limit=10_000)}
    contest.close()
    shutil.rmtree(folder)
    lost = len(seen.accepted - kept)
    for error in seen.errors[:5]:
        sys.stderr.write(f"{name}: {error}\n")
    cells: list[object] = [name, size.visitors, size.uploads, len(seen.accepted), lost, len(seen.errors)]
    cells += [len(seen.pages), _p95(seen.pages), len(seen.parts), _p95(seen.parts), _p95(seen.uploads)]
    cells += [f"{memory / 10**6:.0f}", f"{used:.0f}", f"{os.getloadavg()[0]:.0f}"]
    return f"| {' | '.join(map(str, cells))} |"


def _p95(values: Sequence[float]) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    return f"{1000 * ordered[len(ordered) // 2]:.0f} / {1000 * ordered[int(0.95 * len(ordered))]:.0f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", nargs="*", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--uploads", type=int, default=1000)
    given = parser.parse_args()
    size = Size(given.visitors, given.uploads, given.seconds)
    rows = []
    if "sqlite" in given.only:
        rows.append(measure("SQLite", None, size))
    if "postgresql" in given.only and not postgres.missing():
        database = postgres.Server()
        try:
            rows.append(measure("PostgreSQL", database.new_database(), size))
        finally:
            database.close()
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
