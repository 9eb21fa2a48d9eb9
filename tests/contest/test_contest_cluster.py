"""A contest on PostgreSQL whose judge is a worker of a Dask scheduler: both real."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from checker.catalog import Kata
from checker.contest import clock, folders
from checker.contest.errors import CannotJudge
from checker.contest.judge_process import Order, check_sandbox, engine_for
from checker.contest.judges import Judges
from checker.contest.services import Contest
from checker.contest.verifying import verify
from checker.judging.snapshot import Snapshot, SubmittedFile
from tests.conftest import RIGHT
from tests.contest import postgres
from tests.test_grading_cluster import Begin, begin, begin_scheduler, worker

pytest.importorskip("distributed", reason="Dask is not installed here")
assert begin is not None  # a fixture


@pytest.mark.slow
def test_a_worker_judges(
    begin: Begin, tiny_kata: Kata, tmp_path: Path, postgres_server: postgres.Server
) -> None:
    """What is handed in waits with its reason until there is a worker; then it is judged once, in the strict sandbox"""
    try:
        check_sandbox()
    except CannotJudge as error:
        pytest.skip(str(error))
    place = tmp_path / "cup"
    folders.make(place, "Cluster")
    start, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    (place / "contest.toml").write_text(
        f'title = "Cluster"\nkatas = ["91"]\nkata_folders = ["../katas"]\nstart = {start.isoformat()}\n'
        f"end = {end.isoformat()}\n",
        encoding="utf-8",
    )
    contest = Contest.open(place, postgres_server.new_database())
    (team, _), *_ = contest.add_teams(["Ada"])
    sources = [RIGHT, RIGHT.replace("return x + x", "return x * 3")]
    numbers = [
        contest.submit(team, contest.katas[0], Snapshot(SubmittedFile("a.py", text.encode()))).id
        for text in sources
    ]
    _, address = begin_scheduler(begin)
    order = Order(str(place), cluster=address)
    folders_ = [tiny_kata.folder.parent]
    judges = Judges(contest, lambda tell: engine_for(order, contest.katas, folders_, tell))
    stop = threading.Event()
    thread = threading.Thread(target=judges.run, args=(stop,), daemon=True)
    thread.start()
    try:
        _until(lambda: any("has no worker" in problem for problem in contest.state().problems))
        assert contest.submissions(team)[0].why_waiting is not None
        worker(begin, address)
        _until(lambda: contest.state().counts["done"] == 2)
    finally:
        stop.set()
        thread.join(timeout=60)
    outcomes = {one.id: one.outcome for one in contest.submissions(team)}
    assert outcomes == {numbers[0]: "passed", numbers[1]: "failed"}
    assert verify(contest, clock.now()).differences == ()
    contest.close()


def _until(holds: object, seconds: float = 400.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.2)
