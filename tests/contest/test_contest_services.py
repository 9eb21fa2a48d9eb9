"""What teams and organisers may do and when: codes, locked katas, attempts, the end, the freeze; bad settings get a sentence."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from checker.contest import database as databases
from checker.contest import folders, migrations, tables
from checker.contest import teams as codes
from checker.contest.database import Database
from checker.contest.errors import ContestError, DatabaseUnavailable, Refused
from checker.contest.services import Contest
from checker.contest.settings import read_settings
from checker.contest.views import ORGANISER, PUBLIC, Phase, Team, Viewer
from checker.judging.snapshot import Snapshot, SubmittedFile
from tests.contest.conftest import END, FREEZE, START, TOML, Clock, Fake, hand_in, source
from tests.contest.test_contest_queue import counted, judge_all


def test_codes(contest: Contest) -> None:
    """A code opens its team however it is typed; only its hash is kept; a new one closes the old one"""
    (team, code), (other, _) = contest.add_teams(["Ada", "나비"])
    assert len(code) == 21 and code[6] == "-"
    for typed in (
        code,
        code.lower(),
        code.replace("-", " "),
        f" {code} ",
        code.replace("O", "0").replace("I", "1"),
    ):
        assert contest.sign_in(typed) == team
    for wrong in ("", "x", code[:-1], f"{code[:7]}{'A' * 14}", "여섯 자리 코드", code + "A"):
        assert contest.sign_in(wrong) is None
    with contest.database.read() as connection:
        kept = str(connection.execute(sa.select(tables.team)).all()) + str(
            connection.execute(sa.select(tables.log)).all()
        )
    assert code[7:] not in kept and "$argon2id$" in kept
    new = contest.new_code(team)
    assert contest.sign_in(code) is None and contest.sign_in(new) == team
    assert contest.team(other.id) == other and contest.team(99) is None


def test_the_organisers_code(contest: Contest, folder: Path) -> None:
    """Another one than any team's; kept as a hash in a file that nobody else reads"""
    code = contest.new_organiser_code()
    assert contest.is_organiser(code) and not contest.is_organiser(codes.new_code())
    assert contest.sign_in(code) is None
    keys = folder / folders.KEYS
    assert keys.stat().st_mode & 0o077 == 0 and "$argon2id$" in keys.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1b[31mb", "a\u202eb", "a\u200bb", "Ada"])
def test_names_that_no_team_can_have(contest: Contest, name: str) -> None:
    """A sentence, and none of the others is added"""
    contest.add_teams(["Ada"])
    with pytest.raises(ContestError):
        contest.add_teams(["나비", name])
    assert [team.name for team in contest.teams()] == ["Ada"]


def test_markup_is_a_name_like_any_other(contest: Contest) -> None:
    """It is kept letter by letter; whoever shows it escapes it"""
    contest.add_teams(["<script>alert(1)</script>", "나비 🦋", "=1+1"])
    assert "<script>alert(1)</script>" in {team.name for team in contest.teams()}


def test_when_the_contest_runs(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """Refused before; counted from the first to the last second; practice from the end on, to the microsecond"""
    clock.moment = START - timedelta(microseconds=1)
    assert contest.phase() is Phase.BEFORE
    with pytest.raises(Refused, match="begins at") as refused:
        hand_in(contest, teams[0])
    assert refused.value.next_at == START
    clock.moment = START
    assert contest.phase() is Phase.RUNNING and not hand_in(contest, teams[0]).practice
    clock.moment = FREEZE
    assert contest.phase() is Phase.FROZEN
    clock.moment = END - timedelta(microseconds=1)
    assert not hand_in(contest, teams[0]).practice
    clock.moment = END
    late = hand_in(contest, teams[1])
    assert late.practice and contest.phase() is Phase.ENDED
    judge_all(contest, Fake())
    row = next(row for row in contest.board(ORGANISER).rows if row.team == teams[1].name)
    assert row.points == 0 and contest.record(late.id, Viewer("team", teams[1].id)) is not None


def test_the_end_holds_across_a_restart(
    contest: Contest, folder: Path, database_url: str | None, teams: list[Team], clock: Clock
) -> None:
    """An extension is kept with it, and what was practice before the new end counts"""
    clock.moment = END
    late = hand_in(contest, teams[0])
    contest.extend(END + timedelta(minutes=10))
    with pytest.raises(ContestError, match="only be extended beyond"):
        contest.extend(END + timedelta(minutes=10))
    again = Contest.open(folder, database_url)
    assert again.times().end == END + timedelta(minutes=10)
    assert not hand_in(again, teams[0]).practice
    view = again.submission(late.id, ORGANISER)
    assert view is not None and not view.practice
    clock.goes(minutes=10)
    assert hand_in(again, teams[0]).practice
    again.close()


def test_katas_open_one_after_the_other(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """By the server's own ledger: a pass of this team, and of no other"""
    with pytest.raises(Refused, match="locked: pass 01 first"):
        hand_in(contest, teams[0], "02")
    hand_in(contest, teams[0])
    judge_all(contest, Fake())
    assert [one.state for one in contest.opened(teams[0])] == ["passed", "open", "locked"]
    assert [one.state for one in contest.opened(teams[1])] == ["open", "locked", "locked"]
    hand_in(contest, teams[0], "02")
    with pytest.raises(Refused, match="locked: pass 01 first"):
        hand_in(contest, teams[1], "02")


def test_all_katas_open(folder: Path, database_url: str | None, clock: Clock) -> None:
    """Where contest.toml says so"""
    (folder / "contest.toml").write_text(f'{TOML}open_katas = "all"\n', encoding="utf-8")
    contest = Contest.open(folder, database_url)
    (team, _), *_ = contest.add_teams(["Ada"])
    hand_in(contest, team, "03")
    contest.close()


def test_attempts(folder: Path, database_url: str | None, clock: Clock) -> None:
    """So many in any 60 minutes; it says when the next one comes; what the judge lost is given back"""
    (folder / "contest.toml").write_text(TOML.replace("= 50", "= 3"), encoding="utf-8")
    contest = Contest.open(folder, database_url)
    (team, _), (other, _) = contest.add_teams(["Ada", "나비"])
    for _ in range(3):
        clock.goes(minutes=1)
        hand_in(contest, team)
    for _ in range(10):
        with pytest.raises(Refused) as refused:
            hand_in(contest, team)
    assert refused.value.reason == "too_many" and refused.value.next_at == START + timedelta(minutes=61)
    assert len(contest.submissions(team)) == 3
    assert contest.opened(team)[0].attempts_left_this_hour == 0
    hand_in(contest, other)
    clock.moment = START + timedelta(minutes=61)
    hand_in(contest, team)
    with pytest.raises(Refused):
        hand_in(contest, team)
    contest.close()


def test_many_at_once(folder: Path, database_url: str | None, clock: Clock) -> None:
    """From several processes at the same moment: the limit holds, none is refused for another reason, the log has no gap"""
    (folder / "contest.toml").write_text(TOML.replace("= 50", "= 5"), encoding="utf-8")
    both = [Contest.open(folder, database_url) for _ in range(2)]
    (team, _), *_ = both[0].add_teams(["Ada"])
    reasons: list[str] = []

    def press(contest: Contest) -> None:
        for _ in range(4):
            try:
                reasons.append(str(hand_in(contest, team).id))
            except Refused as refused:
                reasons.append(refused.reason)

    threads = [threading.Thread(target=press, args=(both[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [reason for reason in reasons if reason.isdecimal()]
    assert len(reasons) == 16 and len(accepted) == len(set(accepted)) == 5
    assert reasons.count("too_many") == 11
    assert len(both[1].submissions(team)) == 5
    assert [row.seq for row in both[0].state().log] == list(range(both[0].seq(), 0, -1))
    for contest in both:
        contest.close()


def test_sources_come_back_as_they_were(contest: Contest, teams: list[Team]) -> None:
    """Bytes of any kind, modules beside, names in Hangul and with a NUL"""
    raw = Snapshot(
        SubmittedFile("풀이\0.py", bytes(range(256)) + "2 * x 한글".encode()),
        (SubmittedFile("beside.py", b"\xff\xfe"),),
        ("a cell",),
    )
    contest.submit(teams[0], contest.katas[0], raw)
    engine = Fake()
    judge_all(contest, engine)
    assert engine.begun[0].submission == raw
    with pytest.raises(Refused, match="16 KiB"):
        contest.submit(teams[0], contest.katas[0], source("x" * 16_385))


def test_who_is_disqualified_reads_why(contest: Contest, teams: list[Team]) -> None:
    """It hands in no more, is not on the board, and can be taken back"""
    hand_in(contest, teams[0])
    judge_all(contest, Fake())
    contest.disqualify(teams[0], "copied \0 <b>all</b>")
    team = contest.team(teams[0].id)
    assert team is not None and team.disqualified_because.startswith("copied")
    with pytest.raises(Refused, match="copied"):
        hand_in(contest, teams[0])
    assert teams[0].name not in {row.team for row in contest.board(PUBLIC).rows}
    assert contest.board(ORGANISER).rows[-1].team == teams[0].name
    contest.requalify(teams[0])
    assert contest.board(PUBLIC).rows[0].team == teams[0].name
    with pytest.raises(ContestError, match="reason"):
        contest.disqualify(teams[0], " ")


def test_a_submission_that_is_ignored(contest: Contest, teams: list[Team]) -> None:
    """It does not count and is not judged, and it is still there"""
    number = hand_in(contest, teams[0]).id
    waiting = hand_in(contest, teams[0]).id
    contest.void(waiting, "by mistake")
    judge_all(contest, Fake())
    assert counted(contest) == [(number, "passed")]
    contest.void(number, "by mistake")
    assert contest.board(PUBLIC).rows[0].points == 0 and len(contest.submissions(teams[0])) == 2
    with pytest.raises(ContestError, match="no submission 99"):
        contest.void(99, "by mistake")


def test_the_public_number_stands_still_while_it_is_frozen(
    contest: Contest, teams: list[Team], clock: Clock
) -> None:
    """Judging what came after the freeze moves neither board nor number; handing in and an early verdict do"""

    def public() -> tuple[int, bytes]:
        return contest.public_seq(), msgspec.json.encode(contest.board(PUBLIC))

    early = hand_in(contest, teams[0])
    clock.moment = FREEZE
    late = hand_in(contest, teams[1])
    before = public()
    judge_all(contest, Fake(slots=1))
    assert public()[0] > before[0] and contest.board(PUBLIC).rows[0].points == 1, "the early one is public"
    before = public()
    later = hand_in(contest, teams[2])
    assert public()[0] > before[0] and public()[1] != before[1], "that it came is public"
    before, whole = public(), contest.seq()
    judge_all(contest, Fake())
    assert public() == before and contest.seq() > whole
    assert counted(contest) == [(one.id, "passed") for one in (early, late, later)]
    assert [row.points for row in contest.board(ORGANISER).rows] == [1, 1, 1]
    with pytest.raises(ContestError, match="runs until"):
        contest.reveal_step()
    clock.moment = END
    for left in (2, 1, 0):
        contest.reveal_step()
        assert contest.board(PUBLIC).closed_rows == left
    assert contest.public_seq() == contest.seq()
    assert [row.points for row in contest.board(PUBLIC).rows] == [1, 1, 1]
    contest.hide_again()
    assert contest.board(PUBLIC).closed_rows == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("+00:00\nend", "\nend"), "start has no time zone"),
        (('title = "Winter cup"', "title = 3"), "title: expected `str`, got `int`"),
        (('title = "Winter cup"', 'title = " "'), "title must have"),
        (('title = "Winter cup"\n', ""), "missing required field `title`"),
        (('"01", "02", "03"', '"01", "09"'), "katas: There is no kata '09'"),
        (('"01", "02", "03"', '"01", "1"'), "katas names one twice"),
        (('"01", "02", "03"', ""), "katas names none"),
        ((f"end = {END.isoformat()}", f"end = {START.isoformat()}"), "end .* is not after start"),
        ((f"freeze = {FREEZE.isoformat()}", f"freeze = {START.isoformat()}"), "freeze .* is not between"),
        (("= 50", "= 0"), "attempts_per_hour is 0"),
        (("attempts_per_hour", "atempts_per_hour"), "atempts_per_hour is not known"),
        (("= 50", "= 50\nlanguage = 'de'"), "language: invalid enum value 'de'"),
        (("title =", "title"), "is not TOML"),
        (("= 50", "= 50\nteams = ['a', 'a']"), "teams names a team twice"),
    ],
)
def test_a_broken_contest_toml(folder: Path, change: tuple[str, str], says: str) -> None:
    """One sentence that names file and key"""
    text = TOML.replace(*change)
    assert text != TOML
    (folder / "contest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContestError, match=says) as error:
        Contest.open(folder)
    assert str(folder / "contest.toml") in str(error.value) and "\n" not in str(error.value)


def test_folders_without_a_contest(tmp_path: Path, folder: Path) -> None:
    """No contest.toml; not UTF-8; lost keys"""
    with pytest.raises(ContestError, match="katas contest new"):
        read_settings(tmp_path)
    (folder / folders.KEYS).unlink()
    with pytest.raises(ContestError, match=r"\.keys\.json is missing"):
        Contest.open(folder)
    (folder / "contest.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(ContestError, match="not UTF-8"):
        read_settings(folder)


def test_a_network_file_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is refused there; PostgreSQL need not be"""
    monkeypatch.setattr(databases, "is_silent", lambda place: True)
    with pytest.raises(ContestError, match="network file system"):
        Contest.open(folder)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://a@b/c", "mysql is no database for a contest"),
        ("nonsense", "address of the database is none"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "does not do its work"),
    ],
)
def test_a_wrong_address(folder: Path, url: str, says: str) -> None:
    """A sentence without the password"""
    with pytest.raises(ContestError, match=says) as error:
        Contest.open(folder, url)
    assert "secret" not in str(error.value)


def test_a_database_of_another_version(contest: Contest, folder: Path, database_url: str | None) -> None:
    """A newer one is refused with a sentence, and not touched"""
    with contest.database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ContestError, match="version 9999"):
        Contest.open(folder, database_url)
    with contest.database.read() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_an_older_database(
    contest: Contest,
    folder: Path,
    teams: list[Team],
    database_url: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is brought up when it is opened, with all that is in it; one of SQLite is copied first"""
    number = hand_in(contest, teams[0]).id
    newer = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, newer)
    (newer / "versions" / "0002_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '0002'\ndown_revision = '0001'\n\n\n"
        "def upgrade():\n    op.add_column('team', sa.Column('colour', sa.Text))\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(migrations, "FOLDER", newer)
    monkeypatch.setattr(migrations, "HEAD", "0002")
    for _ in range(2):
        again = Contest.open(folder, database_url)
        with again.database.read() as connection:
            assert connection.execute(sa.text("SELECT id, colour FROM team ORDER BY id")).first() == (1, None)
        assert [one.id for one in again.submissions(teams[0])] == [number]
        again.close()
    copies = list(folder.glob("contest-0001-*.db"))
    assert len(copies) == (1 if database_url is None else 0)


def test_a_file_that_is_no_database(folder: Path) -> None:
    """A sentence, and the file is as it was"""
    (folder / "contest.db").write_bytes(b"no database at all, " * 100)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        Contest.open(folder)
    assert (folder / "contest.db").read_bytes() == b"no database at all, " * 100


def test_migrations_make_what_the_tables_say(contest: Contest) -> None:
    """Alembic finds no difference between the database and `tables`"""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with contest.database.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    assert found == []


def test_sqlite_keeps_what_it_says(folder: Path) -> None:
    """WAL, and every commit on the disk"""
    database = Database(folder)
    with database.read() as connection:
        said = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
    assert said == ["wal", 2]
    database.close()


def test_a_full_disk(folder: Path, clock: Clock) -> None:
    """A sentence; what was accepted before is kept; with room it goes on"""
    contest = Contest.open(folder)
    (team, _), *_ = contest.add_teams(["Ada"])
    kept = hand_in(contest, team)
    with contest.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    contest.database.close()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(contest.database.engine, "connect", limit)
    with pytest.raises(DatabaseUnavailable, match="full"):
        for _ in range(40):
            contest.submit(team, contest.katas[0], source("x" * 16_000))
    sa.event.remove(contest.database.engine, "connect", limit)
    contest.database.close()
    left = [one.id for one in contest.submissions(team)]
    assert kept.id in left
    hand_in(contest, team)
    contest.close()


def test_the_address_is_remembered(folder: Path, postgres_server: object, clock: Clock) -> None:
    """A command without --database takes the one of before; `sqlite` goes back"""
    url = postgres_server.new_database()  # type: ignore[attr-defined]
    Contest.open(folder, url).close()
    contest = Contest.open(folder)
    assert not contest.database.is_sqlite
    contest.close()
    assert (folder / folders.ADDRESS).stat().st_mode & 0o077 == 0
    contest = Contest.open(folder, "sqlite")
    assert contest.database.is_sqlite
    contest.close()
