"""`katas submit`: from a workspace to the contest and back, and what it says when something is in the way."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.cli import submit as command
from checker.contest import client
from checker.contest.errors import ContestError
from checker.verdict import Outcome
from tests.contest.web.support import SOLVED, START, Held
from tests.shell import Shell


@pytest.fixture
def joined(at_home: Shell, held: Held, served: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A workspace that knows the contest."""
    monkeypatch.setattr(command, "POLL_SECONDS", 0.05)
    assert at_home("submit", "--to", served + "/", "--code", held.teams["Owls"][1]) == 0
    return at_home


@pytest.fixture
def judge(held: Held) -> Iterator[None]:
    """Gives each submission the verdict that its source names, soon after it came."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(0.3):
            with held.contest.database.read() as connection:
                content = connection.exec_driver_sql(
                    "SELECT content FROM submission ORDER BY id DESC"
                ).scalar()
            if content is not None:
                source = base64.b64decode(json.loads(content)["entry"]["source"]).decode()
                held.judge(next((o for o in Outcome if f"# {o.value}" in source), Outcome.PASSED))

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_address_and_code_are_kept(joined: Shell, held: Held, served: str) -> None:
    """In a file that nobody else can read; the contest says who it took one for"""
    assert "Winter Cup: team Owls. Katas: 01 open" in joined.out
    file = joined.folder / ".katas" / client.FILE
    assert json.loads(file.read_text()) == {"address": served, "code": held.teams["Owls"][1]}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "outcome", [Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR]
)
def test_verdict_and_exit_code(joined: Shell, held: Held, judge: None, outcome: Outcome) -> None:
    """Place, then the same report and the same code as `katas check`"""
    joined.write("01_first/solution.py", f"{SOLVED}# {outcome.value}\n")
    assert joined("submit", "01") == outcome.exit_code
    assert "Submission 1 for kata 01 is accepted" in joined.out
    assert "Place 1 in the queue: no judge is connected." in joined.err
    says = {Outcome.PASSED: "/board", Outcome.FAILED: "katas submit 01"}
    assert says.get(outcome, "not your fault") in joined.out
    assert held.contest.submissions(held.teams["Owls"][0])[0].entry_name == "solution.py"


def test_modules_beside_it_go_too(joined: Shell, held: Held) -> None:
    """A submission is an entry and the modules that it imports"""
    joined.write("01_first/helpers.py", "TWO = 2\n")
    joined.write("01_first/solution.py", "from helpers import TWO\n\n\ndef double(x):\n    return TWO * x\n")
    assert joined("submit", "01", "--no-wait") == 0
    with held.contest.database.read() as connection:
        content = json.loads(connection.exec_driver_sql("SELECT content FROM submission").scalar_one())
    assert [one["name"] for one in content["modules"]] == ["helpers.py"]


def test_ctrl_c_stops_waiting_and_nothing_else(
    joined: Shell, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that the submission is judged all the same"""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.time, "sleep", interrupt)
    joined.write("01_first/solution.py", SOLVED)
    assert joined("submit", "01") == 130
    assert "submission 1 is judged all the same" in joined.err
    assert held.contest.submissions(held.teams["Owls"][0])[0].state == "received"


def test_what_the_server_refuses(joined: Shell, held: Held) -> None:
    """Its sentence, exit code 2, and nothing kept"""
    held.clock.at = START.replace(hour=0)
    joined.write("01_first/solution.py", SOLVED)
    assert joined("submit", "01") == 2
    assert "The contest begins at" in joined.err
    held.contest.new_code(held.teams["Owls"][0])
    assert joined("submit", "01") == 2
    assert "No team has this code" in joined.err
    assert held.contest.all_submissions() == []


def test_what_is_wrong_before_anything_is_sent(joined: Shell, held: Held) -> None:
    """Too long, empty, no such kata, no workspace file"""
    for text, says in (("x = 1\n" * 4000, "longer than 16 KiB"), ("", "is empty")):
        joined.write("01_first/solution.py", text)
        assert joined("submit", "01") == 2
        assert says in joined.err
    assert joined("submit", "99") == 2
    assert held.contest.all_submissions() == []


def test_no_contest_yet(at_home: Shell) -> None:
    """It says how to name one"""
    assert at_home("submit", "01") == 2
    assert "katas submit --to ADDRESS --code CODE" in at_home.err
    assert at_home("submit", "01", "--code", "ABC") == 2
    (at_home.folder / ".katas" / client.FILE).write_text("{")
    assert at_home("submit", "01") == 2
    assert "Name the contest once more" in at_home.err


def test_wrong_addresses(at_home: Shell, tmp_path: Path) -> None:
    """None, no server, not this server: a sentence each, and nothing is kept"""
    for address, says in (
        ("ftp://x", "no address"),
        ("http://", "no address"),
        ("http://a b", "no address"),
        ("http://127.0.0.1:1", "does not answer"),
        ("http://127.0.0.1:99999", "no address"),
    ):
        assert at_home("submit", "--to", address, "--code", "ABCDEF-GHIJKLMNOPQRST") == 2
        assert says in at_home.err
    assert not (at_home.folder / ".katas" / client.FILE).exists()


def test_wrong_code_is_not_kept(at_home: Shell, held: Held, served: str) -> None:
    """The server says so"""
    assert at_home("submit", "--to", served, "--code", "ABCDEF-GHIJKLMNOPQRST") == 2
    assert "No team has this code" in at_home.err
    assert not (at_home.folder / ".katas" / client.FILE).exists()


def test_a_server_that_goes_away_while_one_waits(
    joined: Shell, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The submission is kept; it tries again, and gives up after long with a sentence"""
    joined.write("01_first/solution.py", SOLVED)

    def away(*_: object) -> None:
        raise client.NoAnswer("It does not answer.")

    monkeypatch.setattr(client.Server, "state", away)
    monkeypatch.setattr(command, "GIVE_UP_SECONDS", 0.2)
    assert joined("submit", "01") == 2
    assert "is kept there; trying again" in joined.err and "judged all the same" in joined.err


def test_no_answer_to_a_submission(joined: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not known whether it arrived: it says where to look"""
    joined.write("01_first/solution.py", SOLVED)

    def away(*_: object) -> None:
        raise client.NoAnswer("It does not answer.")

    monkeypatch.setattr(client.Server, "submit", away)
    assert joined("submit", "01") == 2
    assert "/history before you hand it in once more" in joined.err


def test_the_code_is_sent_to_no_other_server(held: Held, served: str) -> None:
    """A redirect is told, not followed"""
    server = client.Server(served, held.teams["Owls"][1])
    with pytest.raises(ContestError, match="sends on to /"):
        server._asked("GET", "/language/en")


def test_what_the_api_refuses(held: Held) -> None:
    """Broken requests: a sentence as JSON, never a page and never an error of ours"""
    browser = held.browser()
    code = {"authorization": f"Bearer {held.teams['Owls'][1]}"}
    entry = {"name": "solution.py", "source": "eCA9IDE="}
    bad = [
        b"",
        b"[]",
        b"\xff",
        json.dumps({"kata": "01", "submission": {"entry": {"name": "a.py", "source": "?"}}}).encode(),
        json.dumps({"kata": "77", "submission": {"entry": entry}}).encode(),
        json.dumps(
            {"kata": "01", "submission": {"entry": entry, "modules": [{"name": "../a.py", "source": ""}]}}
        ).encode(),
        json.dumps({"kata": "01", "submission": {"entry": entry, "modules": [entry]}}).encode(),
        json.dumps({"kata": "01", "submission": {"entry": {"name": "a.py", "source": ""}}}).encode(),
        json.dumps({"kata": "01", "submission": {"entry": {"name": "a\n.py", "source": "eA=="}}}).encode(),
    ]
    for body in bad:
        answer = browser.post("/api/submissions", content=body, headers=code)
        assert answer.status_code in (400, 404, 422), body
        assert answer.json()["error"]
    large = browser.post("/api/submissions", content=b"x" * 100_000, headers=code)
    assert large.status_code == 413 and "16 KiB" in large.json()["error"]
    for headers in (
        {},
        {"authorization": "Basic x"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer nobody"},
    ):
        assert browser.get("/api/contest", headers=headers).status_code == 401
    assert browser.get("/api/submissions/1", headers=code).status_code == 404
    assert browser.get("/api/nothing", headers=code).json()["error"]
    assert held.contest.all_submissions() == []


def test_one_team_sees_nothing_of_another(held: Held) -> None:
    """Not the state, not the record; a cookie is no code"""
    held.hand_in("Owls")
    held.judge()
    owls, others = (held.teams[name][1] for name in ("Owls", "올빼미"))
    browser = held.browser()
    for place in ("/api/submissions/1", "/api/submissions/1/record"):
        assert browser.get(place, headers={"authorization": f"Bearer {owls}"}).status_code == 200
        assert browser.get(place, headers={"authorization": f"Bearer {others}"}).status_code == 404
        assert held.team("Owls").get(place).status_code == 401
