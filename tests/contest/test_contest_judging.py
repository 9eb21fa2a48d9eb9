"""With the real judge in its sandbox; and `serve` with its processes, killed and ended."""

from __future__ import annotations

import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from checker.catalog import find, load
from checker.cli import main
from checker.contest import clock as contest_clock
from checker.contest import folders
from checker.contest.errors import CannotJudge, ContestError
from checker.contest.judge_process import Order as Order_
from checker.contest.judge_process import check_sandbox, engine_for
from checker.contest.judges import Judges
from checker.contest.services import Contest
from checker.contest.serving import serve
from checker.contest.verifying import verify
from checker.contest.views import ORGANISER
from checker.judging.snapshot import read_submission
from tests.benchmarks import contest_kills
from tests.contest import postgres
from tests.contest.conftest import TOML

SPECIMENS = Path(__file__).resolve().parents[1] / "specimens"


@pytest.mark.training
def test_the_real_judge(tmp_path: Path) -> None:
    """Kata 01: its reference passes, a wrong specimen fails, each once, in the strict sandbox"""
    try:
        check_sandbox()
    except CannotJudge as error:
        pytest.skip(str(error))
    place = tmp_path / "cup"
    folders.make(place, "Real")
    begin, end = contest_clock.now() - timedelta(hours=1), contest_clock.now() + timedelta(hours=1)
    (place / "contest.toml").write_text(
        f'title = "Real"\nkatas = ["01"]\nstart = {begin.isoformat()}\nend = {end.isoformat()}\n',
        encoding="utf-8",
    )
    contest = Contest.open(place)
    (right, _), (wrong, _) = contest.add_teams(["Right", "Wrong"])
    kata = find(load(), "01")
    specimen = sorted((SPECIMENS / kata.name / "wrong").glob("*.py"))[0]
    passed = contest.submit(right, kata, read_submission(kata.reference, kata))
    failed = contest.submit(wrong, kata, read_submission(specimen, kata))
    stop = threading.Event()
    judges = Judges(contest, lambda tell: engine_for(Order_(str(place), jobs=1), contest.katas, [], tell))
    thread = threading.Thread(target=judges.run, args=(stop,))
    thread.start()
    end_ = time.monotonic() + 900
    while contest.state().counts["done"] < 2 and time.monotonic() < end_:
        time.sleep(0.5)
    stop.set()
    thread.join()
    records = [contest.record(one.id, ORGANISER) for one in (passed, failed)]
    assert [record.outcome.value for record in records if record] == ["passed", "failed"]
    assert {record.sandbox for record in records if record} <= {"bubblewrap", "landlock"}
    assert [row.team for row in contest.board(ORGANISER).rows] == ["Right", "Wrong"]
    assert verify(contest, contest_clock.now()).differences == ()
    assert contest.state().judges == () and not list((place / ".scratch").iterdir())
    contest.close()


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_under_load(database: str) -> None:
    """A few kills of server, judges and database: the whole harness in small"""
    if database == "postgresql" and (reason := postgres.missing()):
        pytest.skip(reason)
    found = contest_kills.trial(3, database, seed=7)
    assert found.problems == () and found.accepted > 0 and found.verdicts == found.there


def test_ends_in_order(tmp_path: Path) -> None:
    """SIGTERM: what is judged is given back, no process is left, and the next one goes on; two cannot serve one folder"""
    trial = contest_kills.Trial(tmp_path, None)
    trial.start()
    trial.wait_until_up()
    judge = trial._judge()
    assert judge is not None and trial.process is not None
    with pytest.raises(ContestError, match="served already"):
        serve(trial.folder, port=0, make_app=contest_kills.uploads, judges=(sys.executable, "-c", ""))
    trial.process.send_signal(signal.SIGTERM)
    assert trial.process.wait(timeout=90) == 0
    trial.log.close()
    trial.contest.close()
    assert not judge.is_running()
    contest = Contest.open(trial.folder)
    assert contest.state().judges == ()
    contest.close()
    said = Path(trial.log.name).read_text(encoding="utf-8")
    assert "nothing is lost" in said and "Traceback" not in said


def test_a_port_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence, and another port to try"""
    import socket

    folders.make(tmp_path / "cup", "Taken")
    (tmp_path / "cup" / "contest.toml").write_text(TOML.replace(', "03"', ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "cup")
    monkeypatch.setattr("checker.contest.serving.check_sandbox", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["contest", "serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "--port 8001" in capsys.readouterr().err
