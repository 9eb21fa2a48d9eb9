"""Every way in which a submission can end, with the verdict and the sentence that the learner reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from checker.catalog import Kata
from checker.judging.judge_process import Event
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.record_format import from_json, to_json
from checker.verdict import Outcome, Record
from tests.conftest import RIGHT

Judged = Callable[..., Record]


def double_is(body: str) -> str:
    """The right solution with another `double`."""
    return RIGHT.replace("return x + x", body)


def total_is(body: str) -> str:
    """The right solution with another `total`."""
    return RIGHT.replace("return float(np.sum(values))", body)


def first_miss(record: Record) -> str:
    return next(check.message for check in record.checks if check.outcome is not Outcome.PASSED)


def test_a_right_solution_passes(judged: Judged) -> None:
    record = judged(RIGHT)
    assert record.outcome is Outcome.PASSED, record.checks
    assert [check.outcome for check in record.checks] == [Outcome.PASSED, Outcome.PASSED]
    assert record.times[0].used <= record.times[0].allowed
    assert from_json(to_json(record)) == record


ACCEPTED = {
    "a list": double_is("return (x + x).tolist()"),
    "float32": double_is("return (x + x).astype(np.float32)"),
    "printing": double_is("print('hello', x.shape); return x + x"),
    "changing the argument": double_is("x *= 2; return x"),
    "a number as 0-d array": total_is("return np.sum(values)"),
    "an array of one": total_is("return np.sum(values, keepdims=True)"),
    "threads": double_is(
        "import threading; t = threading.Thread(target=print); t.start(); t.join(); return x + x"
    ),
    "main block": RIGHT + "\nif __name__ == '__main__':\n    import tensorflow\n",
    "optional import": RIGHT + "\ntry:\n    import scipy\nexcept ImportError:\n    scipy = None\n",
    "asking what is there": double_is(
        "from importlib.util import find_spec; find_spec('scipy'); return x + x"
    ),
    "the build's settings": double_is("import sysconfig; sysconfig.get_config_vars(); return x + x"),
    "temporary file": double_is("import tempfile; f = tempfile.TemporaryFile(); f.write(b'1'); return x + x"),
}


@pytest.mark.parametrize("source", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_other_right_ways_pass(judged: Judged, source: str) -> None:
    record = judged(source)
    assert record.outcome is Outcome.PASSED, record.checks


REFUSED = {
    "wrong values": (double_is("return x * 3"), Outcome.FAILED, "off by up to"),
    "syntax error": ("def double(x)\n    return x\n", Outcome.INVALID, "line 1: def double(x)"),
    "error at import": (RIGHT + "\nundefined\n", Outcome.INVALID, "NameError"),
    "exit at import": (RIGHT + "\nraise SystemExit\n", Outcome.INVALID, "exit()"),
    "missing function": (RIGHT.replace("def double", "def other"), Outcome.INVALID, "no function 'double'"),
    "misspelt function": (RIGHT.replace("def double", "def duoble"), Outcome.INVALID, "'duoble': is it meant?"),
    "not a function": (RIGHT.replace("def double(x):", "double = 3\ndef x(x):"), Outcome.INVALID, "is a int"),
    "wrong signature": (RIGHT.replace("double(x)", "double(x, y)"), Outcome.INVALID, "double(x, y)"),
    "exception": (double_is("return x @ x"), Outcome.CRASHED, "line 5, in double: return x @ x"),
    "not written": (double_is("raise NotImplementedError('your turn')"), Outcome.FAILED, "not written yet"),
    "None": (double_is("pass"), Outcome.INVALID, "returned None"),
    "wrong shape": (double_is("return (x + x).T"), Outcome.INVALID, "(3, 5); (5, 3) is expected"),
    "empty array": (double_is("return np.zeros(0)"), Outcome.INVALID, "shape (0,)"),
    "NaN": (double_is("return x * np.nan"), Outcome.INVALID, "not finite"),
    "text": (double_is("return 'abc'"), Outcome.INVALID, "array of numbers"),
    "object array": (double_is("return np.array([x, None], dtype=object)"), Outcome.INVALID, "dtype object"),
    "an object": (double_is("return print"), Outcome.INVALID, "neither a number nor an array"),
    "ragged list": (double_is("return [[1.0], [1.0, 2.0]]"), Outcome.INVALID, "different lengths"),
    "exit": (double_is("raise SystemExit(0)"), Outcome.CRASHED, "exit()"),
    "hard exit": (double_is("import os; os._exit(0)"), Outcome.CRASHED, "ended its own process"),
    "endless loop": (double_is("\n    while True: pass"), Outcome.TOO_SLOW, "CPU seconds"),
    "10 GB": (double_is("return np.ones(1_250_000_000)"), Outcome.OUT_OF_MEMORY, "memory"),
    "deep recursion": (double_is("return double(x)"), Outcome.CRASHED, "called itself without end"),
    "forbidden import": ("import scipy\n" + RIGHT, Outcome.FORBIDDEN, "'scipy'"),
    "forbidden import by name": (
        double_is("import importlib; importlib.import_module('scipy')"), Outcome.FORBIDDEN, "'scipy'"
    ),
    "import of the judge": (double_is("import checker.judging.session"), Outcome.FORBIDDEN, "'checker'"),
    "a process": (double_is("import subprocess; subprocess.run(['true'])"), Outcome.FORBIDDEN, "process"),
    "too slow": (total_is("\n    for i in range(10**8): i * i\n    return 2000.0"), Outcome.TOO_SLOW, "CPU"),
    "misses the target": (total_is("return 1999.0"), Outcome.FAILED, "error is 1; at most 0.5"),
    "too long a text": (double_is("return 'a' * 10**6"), Outcome.INVALID, "text"),
    "nested deeply": (double_is("\n    y = []\n    for _ in range(50): y = [y]\n    return y"), Outcome.INVALID, "nested"),
    "complex": (double_is("return x + 1j"), Outcome.INVALID, "complex"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "outcome", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_mistakes_get_their_verdict_and_a_sentence(
    judged: Judged, source: str, outcome: Outcome, text: str
) -> None:
    record = judged(source)
    assert record.outcome is outcome, record.checks
    assert text in first_miss(record)


def test_training_checks_wait_for_the_quick_ones(judged: Judged) -> None:
    record = judged(double_is("return x"))
    assert [check.outcome for check in record.checks] == [Outcome.FAILED, Outcome.NOT_RUN]


def test_quick_leaves_training_out(judged: Judged) -> None:
    record = judged(RIGHT, JudgeOptions(seed=1, quick=True))
    assert [check.id for check in record.checks] == ["test_double"]
    assert record.quick


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"", "empty"), (b"x" * 20_000, "longer than 16 KiB"), (b"\xff\xfe\x00", "UTF-8"), (None, "no file")],
)
def test_files_that_cannot_be_judged(
    tiny_kata: Kata, tmp_path: Path, content: bytes | None, text: str
) -> None:
    file = tmp_path / "solution.py"
    if content is not None:
        file.write_bytes(content)
    record = judge(tiny_kata, file)
    assert record.outcome is Outcome.INVALID
    assert text in record.checks[0].message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_read(tiny_kata: Kata, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "solution.py")
    record = judge(tiny_kata, tmp_path / "solution.py")
    assert "not a regular file" in record.checks[0].message


def test_interrupting_ends_every_process(tiny_kata: Kata, tmp_path: Path) -> None:
    file = tmp_path / "solution.py"
    file.write_text(double_is("\n    while True: pass"), encoding="utf-8")

    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def ours() -> list[psutil.Process]:
        # Judge and workers name the run's folder, whoever their parent is by now.
        found = psutil.process_iter(["cmdline", "cwd", "status"])
        return [
            p
            for p in found
            if p.info["status"] != psutil.STATUS_ZOMBIE
            and str(scratch) in " ".join([*(p.info["cmdline"] or []), p.info["cwd"] or ""])
        ]

    seen: list[int] = []

    def interrupt(event: Event) -> None:
        if event.kind == "phase" and event.text == "double()":
            seen.extend(p.pid for p in ours())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(tiny_kata, file, JudgeOptions(seed=1), interrupt, Surroundings(scratch=scratch))
    assert len(seen) >= 2, "judge and worker were there"
    assert not ours()
    assert not list(scratch.iterdir())


def test_the_record_repeats_with_its_seed(judged: Judged) -> None:
    first, second = judged(double_is("return x * 3")), judged(double_is("return x * 3"))
    assert first_miss(first) == first_miss(second)
    assert first.runs[0].seed == "1" and first.seed_was_set


def test_a_broken_suite_is_the_judges_fault(judged: Judged, tiny_kata: Kata) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text("import nothing_of_that_name\n")
    record = judged(RIGHT)
    assert record.outcome is Outcome.JUDGE_ERROR
    assert "nothing_of_that_name" in record.checks[-1].message
    assert record.outcome.exit_code == 4


def test_the_judge_ignores_the_learners_pytest_and_python_settings(
    judged: Judged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('from the learner')\n")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('from the learner')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    # The submission lies beside them, and the judge is started from there.
    monkeypatch.chdir(tmp_path)
    assert judged(RIGHT).outcome is Outcome.PASSED
