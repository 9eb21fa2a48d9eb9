"""`katas new`, `demo`, `doctor`, `calibrate` and `data`: what they print, and how they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checker import catalog, cli
from checker.hardware import calibration, describe
from checker.hardware.calibration import Calibration, Timing
from checker.hardware.describe import Description
from checker.hardware.probe import Machine, TensorFlowView
from checker.judging import sandbox, session
from checker.judging.sandbox import Availability, Level
from checker.verification import trials as verification
from tests.small_path import judge, write_kata, write_path

BUBBLEWRAP = (Availability(Level.BUBBLEWRAP),)
RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def katas(tmp_path, monkeypatch) -> list[catalog.Kata]:
    """Three tiny built-in katas, judged at once, in an empty current folder."""
    built_in = write_path(tmp_path / "built_in" / "katas")
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)
    monkeypatch.setattr("checker.cli.verify.default_folder", lambda: built_in)
    monkeypatch.setattr(session, "judge", judge)
    monkeypatch.setattr(verification, "judge", judge)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return catalog.load(built_in)


def specimen(folder: Path, kind: str, name: str, text: str) -> Path:
    file = folder / kind / f"{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def specimens(katas) -> Path:
    folder = katas[0].folder.parent.parent / "tests" / "specimens"
    first = folder / "01_first"
    specimen(first, "accepted", "twice", f"# verdict: passed\n# Says it plainly.\n{RIGHT}")
    specimen(first, "wrong", "once", "# verdict: failed\n# caught by: test_double\n# Forgets to double.\n")
    return folder


def test_new_writes_a_kata_that_is_judged_and_verified_at_once(tmp_path):
    """The real judge: reference and accepted specimen pass, stub and wrong specimen do not."""

    def katas_command(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "checker", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    made = katas_command("new", "My Own-Kata!")
    assert made.returncode == 0, made.stderr
    (folder,) = (tmp_path / "katas").glob("*_my_own_kata")
    assert (tmp_path / "katas" / "AUTHORS.md").is_file()
    assert not list(folder.rglob("*.template"))
    assert "{{" not in "".join(f.read_text(encoding="utf-8") for f in folder.rglob("*") if f.is_file())
    verified = katas_command("verify", folder.name[:2], "--katas", "katas")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "5 of 5 as promised" in verified.stdout
    linted = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore", "F401", str(folder)],
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout


def test_new_takes_the_next_free_number(katas, tmp_path, capsys):
    for number in ("04", "05"):
        assert cli.main(["new", "same-name", "--folder", str(tmp_path / "more")]) == 0
        assert (tmp_path / "more" / f"{number}_same_name" / "kata.toml").is_file()
    assert [k.number for k in catalog.load(None, tmp_path / "more")] == ["01", "02", "03", "04", "05"]


@pytest.mark.parametrize("name", ["", "../..", "123", "class", "한글"])
def test_new_refuses_a_name_that_cannot_be_a_folders(katas, name, capsys):
    assert cli.main(["new", name]) == 2
    assert "cannot name a kata" in capsys.readouterr().err
    assert not Path("katas").exists()


def test_demo_shows_a_failure_then_walks_the_path(katas, capsys):
    write_kata(katas[0].folder.parent / "04_fourth", "Fourth")
    assert cli.main(["demo"]) == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert "01 First steps: not passed yet" in flat
    assert flat.count(": passed") == 3
    assert "Unlocked: 04 Fourth" in flat
    assert cli.main(["demo", "--all"]) == 0
    assert "the path ends here" in " ".join(capsys.readouterr().out.split())


def test_demo_ends_where_a_reference_does_not_pass(katas, capsys):
    katas[1].reference.write_text("wrong")
    assert cli.main(["demo"]) == 1
    assert "The demo ends here: 02 did not pass" in capsys.readouterr().out


def description(**changes) -> Description:
    timings = {
        name: Timing(name, (seconds * 2, seconds * 2), 1, False, 0.0)
        for name, seconds in calibration.REFERENCE_SECONDS.items()
    }
    values = {
        "machine": Machine(2, None, 8 * 2**30, 4 * 2**30, "Linux", "A CPU"),
        "tier": "cpu",
        "threads": {"OMP_NUM_THREADS": "1"},
        "python": "3.11",
        "versions": {"numpy": "2.0"},
        "tensorflow": TensorFlowView("2.20"),
        "calibration": Calibration("x", timings),
        "not_calibrated": (),
        "notes": (),
    }
    return Description(**{**values, **changes})


@pytest.fixture
def doctor(katas, monkeypatch, capsys):
    """Run `katas doctor` on a machine of one's choice."""
    monkeypatch.setenv("COLUMNS", "80")
    toml = katas[0].folder / "kata.toml"
    budget = '[budget.train]\nreference_seconds = 3\nmargin = 4\nworkloads = ["python_loop"]\n'
    toml.write_text(toml.read_text() + budget)

    def run(levels=BUBBLEWRAP, **changes) -> tuple[int, str]:
        monkeypatch.setattr(describe, "describe", lambda measure: description(**changes))
        monkeypatch.setattr(sandbox, "available_levels", lambda: levels)
        return cli.main(["doctor"]), capsys.readouterr().out

    return run


def test_doctor_on_a_healthy_machine(doctor):
    code, out = doctor()
    assert code == 0
    assert "python_loop 2.00" in out
    assert "✓ Sandbox    bubblewrap" in out
    # 3 reference seconds on a machine half as fast, four times that allowed.
    assert [line.split()[-2:] for line in out.splitlines() if " train " in line] == [["train", "24.0"]]
    assert all(len(line) <= 80 for line in out.splitlines())


def test_doctor_names_what_is_wrong_with_its_fix(doctor):
    view = TensorFlowView("2.20", problem="TensorFlow could not be imported: no such CPU instruction")
    levels = (
        Availability(Level.BUBBLEWRAP, "no bwrap"),
        Availability(Level.LANDLOCK, "old"),
        Availability(Level.PLAIN),
    )
    code, out = doctor(levels, tensorflow=view, not_calibrated=("keras_conv",))
    flat = " ".join(out.split())
    assert code == 1
    assert "✗ TensorFlow does not work → TensorFlow could not be imported" in flat
    assert "not measured: keras_conv → Type: katas calibrate" in flat
    assert "plain (bubblewrap is missing: no bwrap; landlock is missing: old) → Judge only code" in flat


def test_doctor_finds_a_damaged_ledger(doctor):
    assert cli.main(["init", "."]) == 0
    Path(".katas/ledger.sqlite").write_bytes(b"nothing" * 500)
    code, out = doctor()
    assert code == 1
    assert "is damaged" in " ".join(out.split())


def test_calibrate_prints_the_factors(katas, monkeypatch, capsys):
    asked = {}

    def measure(names, again):
        asked.update(names=list(names), again=again)
        return description().calibration

    monkeypatch.setattr(calibration, "calibrate", measure)
    assert cli.main(["calibrate"]) == 0
    assert asked == {"names": list(calibration.REFERENCE_SECONDS), "again": True}
    assert "python_loop           2.00    0.0%" in capsys.readouterr().out


def test_calibrate_with_references_says_whether_the_factors_fit(katas, monkeypatch, capsys):
    monkeypatch.setattr(calibration, "calibrate", lambda names, again: description().calibration)
    # The judge of these tests says 12.3 seconds where 14 are foreseen.
    assert cli.main(["calibrate", "--reference"]) == 0
    assert "0.88" in capsys.readouterr().out
    katas[1].reference.write_text("wrong")
    assert cli.main(["calibrate", "--reference"]) == 1
    assert "02 the reference does not pass here" in capsys.readouterr().out


def test_data_fetch_names_the_source(katas, monkeypatch, capsys):
    from types import SimpleNamespace

    from checker.datasets import mnist

    monkeypatch.setattr(mnist, "load", lambda progress: SimpleNamespace(images=range(70000), source="a test"))
    assert cli.main(["data", "fetch", "mnist"]) == 0
    assert capsys.readouterr().out == "mnist: 70000 digits from a test, hashes right\n"


def test_no_network_is_one_sentence(katas, monkeypatch, capsys):
    from checker.datasets import mnist
    from checker.datasets.errors import DataError

    def fail(progress):
        raise DataError("MNIST could not be fetched (no network).")

    monkeypatch.setattr(mnist, "load", fail)
    assert cli.main(["data", "fetch", "mnist"]) == 2
    assert capsys.readouterr().err == "katas: MNIST could not be fetched (no network).\n"


def test_an_unknown_data_set_lists_those_there_are(katas, capsys):
    assert cli.main(["data", "fetch", "imagenet"]) == 2
    assert "'mnist', 'cats_dogs'" in capsys.readouterr().err
