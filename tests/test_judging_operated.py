"""A judgement can be operated: cancelled, put somewhere, run beside others, and its errors caught by one class."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from checker.catalog import Kata, load
from checker.errors import KatasError
from checker.hardware import calibration
from checker.judging import sandbox
from checker.judging.host.others import Siblings
from checker.judging.judge_process import Cancelled, Event
from checker.judging.session import JudgeOptions, ReadyJudge, Surroundings, judge
from checker.judging.side_by_side import SideBySide
from checker.verdict import Outcome, Record
from tests.conftest import RIGHT

BUSY = RIGHT.replace("return float(np.sum(values))", "import time\n    while True: pass")
# Long enough for the look at the machine to mean something, and well within the budget.
WORKS = RIGHT.replace(
    "return float(np.sum(values))",
    "import time\n    start = time.process_time()\n    while time.process_time() - start < 1.0: pass\n"
    "    return float(np.sum(values))",
)


@pytest.fixture
def solution(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a submission of that source."""

    def write(source: str) -> Path:
        file = tmp_path / "solution.py"
        file.write_text(source, encoding="utf-8")
        return file

    return write


def test_a_cancelled_judgement_ends_with_all_that_it_started(
    tiny_kata: Kata, solution: Callable[[str], Path], tmp_path: Path
) -> None:
    """Cancelled from another thread: an error of ours, no process and no file left"""
    cancel, scratch = threading.Event(), tmp_path / "scratch"
    scratch.mkdir()

    def when_training(event: Event) -> None:
        if event.text == "total":
            cancel.set()

    before = time.monotonic()
    with pytest.raises(Cancelled) as caught:
        judge(
            tiny_kata,
            solution(BUSY),
            JudgeOptions(),
            when_training,
            Surroundings(scratch=scratch, cancel=cancel),
        )
    assert isinstance(caught.value, KatasError) and time.monotonic() - before < 60
    assert list(scratch.iterdir()) == []
    assert not [
        p for p in psutil.process_iter(["cmdline"]) if str(scratch) in " ".join(p.info["cmdline"] or [])
    ]


def test_each_judgement_works_in_the_scratch_folder_that_it_is_given(
    tiny_kata: Kata, solution: Callable[[str], Path], tmp_path: Path
) -> None:
    """Nothing is made elsewhere, and nothing is left there"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    seen: set[str] = set()
    record = judge(
        tiny_kata,
        solution(RIGHT),
        on_event=lambda event: seen.update(entry.name for entry in scratch.iterdir()),
        surroundings=Surroundings(scratch=scratch),
    )
    assert record.outcome is Outcome.PASSED
    assert seen and all(name.startswith("katas-") for name in seen)
    assert list(scratch.iterdir()) == []


def test_a_calibration_can_be_given(tiny_kata: Kata, solution: Callable[[str], Path]) -> None:
    """Who hosts the judge knows the machine's speed; it is not measured again"""
    seconds = 7.0 * calibration.REFERENCE_SECONDS["python_loop"]
    given = calibration.Calibration(
        "elsewhere", {"python_loop": calibration.Timing("python_loop", (seconds,), 1, False, 0.0)}
    )
    record = judge(tiny_kata, solution(RIGHT), surroundings=Surroundings(calibration=given))
    assert record.calibration == {"python_loop": pytest.approx(7.0)}
    assert record.times[0].allowed == pytest.approx(0.2 * 7.0)


@pytest.fixture
def both(tiny_kata: Kata, solution: Callable[[str], Path]) -> Callable[[bool], Iterator[Record]]:
    """Two judgements at once, as siblings or as strangers."""
    toml = tiny_kata.folder / "kata.toml"
    toml.write_text(toml.read_text().replace("reference_seconds = 0.2", "reference_seconds = 4"))
    kata = load(tiny_kata.folder.parent)[0]
    file = solution(WORKS)

    def run(known: bool) -> Iterator[Record]:
        records: list[Record] = []
        with SideBySide(2) as beside:

            def one() -> None:
                with beside.one() as s:
                    records.append(
                        judge(kata, file, surroundings=s if known else Surroundings(cores=s.cores))
                    )

            threads = [threading.Thread(target=one) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        yield from records

    return run


def test_judgements_beside_each_other(both: Callable[[bool], Iterator[Record]]) -> None:
    """Both pass, and both cores' work is in the account of both"""
    for record in both(True):
        assert record.outcome is Outcome.PASSED, [c.message for c in record.checks]


def test_siblings_tell_what_they_use(tmp_path: Path) -> None:
    """What one tells is taken out by the other, also after it has ended; one's own is not"""
    first, second = Siblings(tmp_path), Siblings(tmp_path)
    before = second.cpu_seconds()
    first.tell(1, 10.0)
    first.tell(2, 5.0)
    first.tell(1, 11.0)
    own = time.process_time()
    assert second.cpu_seconds() - before == pytest.approx(16.0 + own, abs=0.5)
    assert first.cpu_seconds() == before
    del first
    assert second.cpu_seconds() > 15.0


def test_each_slot_has_cores_of_its_own() -> None:
    """As many slots as cores: no core twice; more slots: none is set aside"""
    cores = psutil.Process().cpu_affinity() if hasattr(psutil.Process, "cpu_affinity") else []
    if len(cores) < 2:
        pytest.skip("this machine has one core, or does not let set one aside")
    with SideBySide(2) as beside, beside.one() as first, beside.one() as second:
        assert first.cores and second.cores and not set(first.cores) & set(second.cores)
    with SideBySide(len(cores) + 1) as beside, beside.one() as one:
        assert one.cores == ()
    with SideBySide(2, sets_cores=False) as beside, beside.one() as one:
        assert one.cores == ()


def test_errors_of_ours_have_one_base(
    tiny_kata: Kata, solution: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hosts the judge catches one class"""
    with pytest.raises(KatasError, match="sandbox"):
        monkeypatch.setattr(sandbox, "choose", _no_sandbox)
        judge(tiny_kata, solution(RIGHT), JudgeOptions(sandbox="strict"))


def _no_sandbox(wanted: str) -> sandbox.Level:
    raise sandbox.SandboxError(f"There is no sandbox of the kind {wanted} here.")


def test_modules_beside_the_submission_come_along(tiny_kata: Kata, solution: Callable[[str], Path]) -> None:
    """A file that imports one beside it is judged with it; the record names both"""
    file = solution(
        ["from parts import double", "import parts.nothing as n", ""][0]
        + "\nimport more\ntotal = more.total\n"
    )
    file.with_name("parts.py").write_text("def double(x):\n    return x + x\n")
    file.with_name("more.py").write_text(
        "import parts\ndef total(values, repeats):\n    return float(values.sum())\n"
    )
    file.with_name("unrelated.py").write_text("x" * 20_000)
    record = judge(tiny_kata, file)
    assert record.outcome is Outcome.PASSED, record.checks
    assert [f.name for f in record.files] == ["solution.py", "more.py", "parts.py"]
    assert record.submission_sha256 != record.files[0].sha256
    changed = file.with_name("parts.py")
    changed.write_text(changed.read_text() + "# more\n")
    assert judge(tiny_kata, file, JudgeOptions(quick=True)).submission_sha256 != record.submission_sha256


def test_what_is_wrong_in_a_module_beside_it_is_named(
    tiny_kata: Kata, solution: Callable[[str], Path]
) -> None:
    """Its line, its length, and an import that the kata does not allow"""
    file = solution("from parts import double, total\n")
    parts = file.with_name("parts.py")
    parts.write_text(
        "import numpy as np\ndef double(x):\n    return x / nothing\ndef total(v, n):\n    return 1.0\n"
    )
    assert "parts.py, line 3, in double" in judge(tiny_kata, file).checks[0].message
    parts.write_text("def double(x)\n    return x\n")
    assert "(parts.py, line 1)" in judge(tiny_kata, file).checks[0].message
    parts.write_text("import scipy\n" + RIGHT)
    assert judge(tiny_kata, file).outcome is Outcome.FORBIDDEN
    parts.write_text(RIGHT + "#" * 16_384)
    refused = judge(tiny_kata, file)
    assert refused.outcome is Outcome.INVALID and "16 KiB" in refused.checks[0].message


def test_a_judge_that_waits(tiny_kata: Kata, tmp_path: Path) -> None:
    """It gives the same verdict, once; one that waits for nobody leaves nothing behind"""
    options, surroundings = JudgeOptions(quick=True), Surroundings(scratch=tmp_path)
    file = tmp_path / "solution.py"
    file.write_text(RIGHT, encoding="utf-8")
    ready = ReadyJudge(tiny_kata, options, surroundings)
    assert ready.serves(tiny_kata, options) and not ready.serves(tiny_kata, JudgeOptions())
    record = judge(tiny_kata, file, options, surroundings=surroundings, ready=ready)
    assert record.outcome is Outcome.PASSED and not record.seed_was_set
    assert not ready.serves(tiny_kata, options)
    # Used up, of another kind, ended from outside, with another suite: a new one is started instead.
    for spoil in ("used up", "another kind", "killed", "another suite"):
        ready = ready if spoil == "used up" else ReadyJudge(tiny_kata, options, surroundings)
        if spoil == "killed":
            assert ready._process is not None
            ready._process._process.kill()
            ready._process._process.wait()
        if spoil == "another suite":
            suite = tiny_kata.suite / "test_1_doubling.py"
            suite.write_text(suite.read_text(encoding="utf-8").replace("2 * x", "x * 2"), encoding="utf-8")
        asked = JudgeOptions(quick=spoil != "another kind")
        assert judge(tiny_kata, file, asked, surroundings=surroundings, ready=ready).outcome is Outcome.PASSED
        ready.end()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("katas-")] == []


def test_a_judge_that_waits_keeps_waiting_where_there_is_nothing_to_judge(
    tiny_kata: Kata, tmp_path: Path
) -> None:
    """An empty file is refused before it comes to that"""
    file = tmp_path / "solution.py"
    file.write_text("", encoding="utf-8")
    options = JudgeOptions(quick=True)
    ready = ReadyJudge(tiny_kata, options)
    assert judge(tiny_kata, file, options, ready=ready).outcome is Outcome.INVALID
    file.write_text(RIGHT.replace("x + x", "x"), encoding="utf-8")
    assert ready.serves(tiny_kata, options)
    assert judge(tiny_kata, file, options, ready=ready).outcome is Outcome.FAILED
    assert not ready.serves(tiny_kata, options)
