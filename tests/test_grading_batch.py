"""A batch keeps its promises: each key one record, each attempt explained, what is lost tried again, nothing judged twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from checker import catalog
from checker.catalog import Kata
from checker.grading.batch import MOST_IN_A_ROW, Batch, HostLost, still_to_judge
from checker.grading.engine import Ended, LocalEngine, Work
from checker.grading.points import Points, PointsError, Scale, read_points
from checker.grading.store import Store, StoreError
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.verdict import Outcome
from tests.conftest import RIGHT
from tests.small_path import record, write_path


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    return catalog.load(write_path(tmp_path / "katas"))[0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "out")
    made.prepare()
    return made


@dataclass
class Scripted:
    """An engine that ends each work as its script says; the last word of a script stands for all later attempts."""

    script: dict[str, list[str]]
    slots: int = 2
    running: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    beside: int = 0
    is_closed: bool = False
    # Every second start finds no free slot any more.
    loses_slots: bool = False
    refused: bool = False

    def start(self, work: Work) -> bool:
        self.refused = self.loses_slots and not self.refused
        if self.refused:
            return False
        self.running.append(work.key)
        self.begun.append(work.key)
        self.beside = max(self.beside, len(self.running))
        return True

    def ended(self) -> Sequence[Ended]:
        if not self.running:
            return []
        key = self.running.pop(0)
        words = self.script[key]
        word = words.pop(0) if len(words) > 1 else words[0]
        made = None if word == "lost" else record(outcome=Outcome(word))
        return [Ended(key, made, "it was killed" if made is None else "judged", "here", 1.0)]

    def retire(self, host: str) -> bool:
        return False

    def close(self) -> None:
        self.is_closed = True


def works(kata: Kata, keys: Sequence[str]) -> list[Work]:
    return [Work(key, kata, Snapshot(SubmittedFile(f"{key}.py", b"pass")), "any") for key in keys]


def run(kata: Kata, store: Store, script: dict[str, list[str]]) -> tuple[Scripted, dict[str, Outcome]]:
    engine = Scripted(script)
    Batch(store, engine).run(works(kata, list(script)))
    found = {key: store.record(key) for key in script}
    return engine, {key: made.outcome for key, made in found.items() if made}


def test_everything_is_judged_once(kata: Kata, store: Store) -> None:
    """As many at a time as there are slots; a line for each attempt"""
    engine, outcomes = run(kata, store, {"a": ["passed"], "b": ["failed"], "c": ["passed"]})
    assert outcomes == {"a": Outcome.PASSED, "b": Outcome.FAILED, "c": Outcome.PASSED}
    assert sorted(engine.begun) == ["a", "b", "c"] and engine.beside == 2 and engine.is_closed
    assert sorted(attempt.key for attempt in store.attempts()) == ["a", "b", "c"]


def test_a_slot_that_is_gone_again(kata: Kata, store: Store) -> None:
    """What could not be begun waits for the next one, and counts as no attempt"""
    engine = Scripted({key: ["passed"] for key in "abc"}, loses_slots=True)
    progress = Batch(store, engine).run(works(kata, ["a", "b", "c"]))
    assert progress.done == 3 and sorted(attempt.key for attempt in store.attempts()) == ["a", "b", "c"]


def test_what_is_lost_is_tried_once_more(kata: Kata, store: Store) -> None:
    """Lost once: judged; lost twice: a judge error with both reasons, never a 0"""
    _, outcomes = run(kata, store, {"a": ["lost", "passed"], "b": ["passed"], "c": ["lost"]})
    assert outcomes == {"a": Outcome.PASSED, "b": Outcome.PASSED, "c": Outcome.JUDGE_ERROR}
    made = store.record("c")
    assert made is not None and made.checks[0].message.count("it was killed") == 2
    assert Points().of(made) is None
    assert [a.why for a in store.attempts() if a.key == "a"] == ["it was killed", "judged"]


def test_what_is_open_is_tried_once_more_alone(kata: Kata, store: Store) -> None:
    """At the end, one at a time; still open then, it stays open"""
    engine, outcomes = run(
        kata,
        store,
        {"a": ["inconclusive", "passed"], "b": ["passed"], "c": ["inconclusive"], "d": ["passed"]},
    )
    assert outcomes["a"] is Outcome.PASSED and outcomes["c"] is Outcome.INCONCLUSIVE
    assert engine.begun[-2:] == ["a", "c"] and engine.begun.count("c") == 2


def test_a_host_that_fails_on_everything_is_given_up(kata: Kata, store: Store) -> None:
    """Three different submissions in a row; what was judged before stays, and the rest waits"""
    script = {"a": ["passed"], **{key: ["judge_error"] for key in "bcdefgh"}}
    engine = Scripted(script)
    with pytest.raises(HostLost, match=f"{MOST_IN_A_ROW} submissions in a row"):
        Batch(store, engine).run(works(kata, list(script)))
    assert engine.is_closed and store.record("a") is not None
    assert len(still_to_judge(works(kata, list(script)), store)) >= 5


def test_the_same_command_goes_on(kata: Kata, store: Store) -> None:
    """Only what is missing is judged, or what was asked for once more"""
    run(kata, store, {"a": ["passed"], "b": ["inconclusive"], "c": ["lost"]})
    everything = works(kata, "abcd")
    assert [work.key for work in still_to_judge(everything, store)] == ["d"]
    assert [work.key for work in still_to_judge(everything, store, "open")] == ["b", "d"]
    assert [work.key for work in still_to_judge(everything, store, "errors")] == ["c", "d"]
    assert len(still_to_judge(everything, store, "all")) == 4


def test_half_a_record_is_none(store: Store) -> None:
    """A torn file is judged again; a torn line is passed over"""
    store.put("a", record())
    file = store.judgements / "a.json"
    file.write_bytes(file.read_bytes()[:100])
    assert store.record("a") is None
    store.attempts_file.write_text(json.dumps({"key": "a"}) + '\n{"key": "b', encoding="utf-8")
    assert store.attempts() == []


def test_one_at_a_time_holds_the_folder(store: Store) -> None:
    """The other one is told who it is"""
    with store.held(), pytest.raises(StoreError, match="in use by process"), Store(store.folder).held():
        pass
    with store.held():
        pass


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Nothing is mixed into it"""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("x")
    with pytest.raises(StoreError, match="holds other files"):
        Store(tmp_path / "thesis").prepare()
    assert [file.name for file in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def submission(source: str) -> Snapshot:
    return Snapshot(SubmittedFile("solution.py", source.encode()))


def finished(engine: LocalEngine) -> Ended:
    while not (found := engine.ended()):
        pass
    return found[0]


def test_a_judgement_in_a_process_of_its_own(tiny_kata: Kata, tmp_path: Path) -> None:
    """Judged; killed; given up: each has its word, and nothing is left"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    engine = LocalEngine(2, scratch)
    right = submission(RIGHT)
    engine.start(Work("a", tiny_kata, right, "any"))
    ended = finished(engine)
    assert ended.record is not None and ended.record.outcome is Outcome.PASSED
    assert ended.record.submission_sha256 == right.sha256
    work = Work("a", tiny_kata, submission(RIGHT.replace("return x + x", "\n    while True: pass")), "any")
    engine.start(work)
    engine._running["a"].process.kill()
    assert "signal 9" in finished(engine).why
    engine.deadline = 1.0
    engine.start(work)
    assert "given up" in finished(engine).why
    engine.start(work)
    engine.close()
    assert list(scratch.iterdir()) == []


def test_points(tmp_path: Path) -> None:
    """Core and stars, in general and by kata; nothing for what is open"""
    stars = {"robust": "won", "quality": "missed", "speed": "won"}
    assert Scale().of(record(stars=stars)) == pytest.approx(93.33)
    assert Scale(50.0, {"speed": 10.0}).of(record(stars=stars)) == 80.0
    assert Scale().of(record(outcome=Outcome.FAILED)) == 0.0
    assert Scale().of(record(outcome=Outcome.INCONCLUSIVE)) is None
    file = tmp_path / "points.toml"
    file.write_text('core = 70\n["01"]\ncore = 60\nspeed = 1\n')
    assert read_points(file).of(record(stars=stars)) == 60 + 19.5 + 1
    for wrong in ("core = 'x'", "colour = 1", "[first]\ncore = 1", "core = -1", "core ="):
        file.write_text(wrong)
        with pytest.raises(PointsError):
            read_points(file)
