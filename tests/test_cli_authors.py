"""What authors and hosts type: new, verify, doctor, calibrate, data, demo."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker import catalog, cli
from checker.hardware import calibration, describe
from checker.hardware.calibration import Calibration, Timing
from checker.hardware.describe import Description
from checker.hardware.probe import Machine, TensorFlowView
from checker.judging import sandbox, session
from checker.judging.sandbox import Availability, Level
from checker.verdict import CheckResult, Measurement, Outcome, Record, TimeUse
from checker.verification import trials as verification
from checker.verification.trials import (
    Trial,
    VerificationError,
    margin_of,
    problem_of,
    read_header,
    sampled,
    trials,
)
from tests.small_path import judge, record, write_kata, write_path

BUBBLEWRAP = (Availability(Level.BUBBLEWRAP),)
RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def katas(tmp_path, monkeypatch) -> list[catalog.Kata]:
    """Three tiny built-in katas, judged at once, in an empty current folder."""
    built_in = write_path(tmp_path / "built_in" / "katas")
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)
    monkeypatch.setattr("checker.cli.authors.default_folder", lambda: built_in)
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


def test_verify_tries_reference_stub_and_specimens(katas, specimens, capsys):
    assert cli.main(["verify", "01"]) == 0
    out = capsys.readouterr().out
    names = [line.split()[2] for line in out.splitlines() if line.startswith(("✓", "✗"))]
    assert names == ["reference", "stub", "accepted/twice", "wrong/once"]
    assert "accuracy 0.972 against 0.96, 6.0 spreads off, train 12.3 of 60.0 s" in out
    assert "4 of 4 as promised" in out


def test_a_sample_takes_turns_and_names_what_it_leaves_out(katas, specimens, capsys):
    for name in ("a", "b", "c"):
        text = f"# verdict: passed\n# Number {name}.\n{RIGHT}"
        specimen(specimens / "01_first", "accepted", name, text)
    assert cli.main(["verify", "01", "--sample", "1"]) == 0
    assert "3 of 7 are left out" in capsys.readouterr().out
    found = trials(katas[:1], specimens)
    days = [{t.name for t in sampled(found, 1, day)} for day in range(4)]
    assert all({"reference", "stub", "wrong/once"} < day and len(day) == 4 for day in days)
    assert set.union(*days) == {t.name for t in found}


def test_of_the_keras_katas_one_is_sampled_a_day(katas, specimens):
    keras = [replace(kata, framework="keras") for kata in katas]
    for kata in keras:
        specimen(specimens / kata.name, "accepted", "a", f"# verdict: passed\n{RIGHT}")
    found = trials(keras, specimens)
    days = [{t.kata.number for t in sampled(found, 1, day) if t.kind == "accepted"} for day in range(3)]
    assert sorted(days, key=min) == [{"01"}, {"02"}, {"03"}]
    for day, kata in enumerate(days):
        chosen = sampled(found, 1, day)
        assert {t.kata.number for t in chosen if t.kind == "reference"} == kata
        assert len([t for t in chosen if t.kind == "stub"]) == 3


def test_verify_names_what_is_not_as_promised(katas, specimens, capsys):
    specimen(specimens / "01_first", "wrong", "right_after_all", f"# verdict: failed\n{RIGHT}")
    katas[1].stub.write_text(RIGHT)
    katas[2].reference.write_text("wrong")
    assert cli.main(["verify"]) == 1
    out = capsys.readouterr().out
    assert "got passed, wanted failed" in out
    assert "got passed, wanted any verdict that is not a pass" in out
    assert "got failed, wanted passed: test_double: double(1) gave 1, expected 2." in out
    assert "6 of 9 as promised" in out


def test_verify_several_at_a_time_keeps_the_order(katas, specimens, capsys):
    tables = []
    for jobs in ("1", "3"):
        assert cli.main(["verify", "--jobs", jobs]) == 0
        tables.append([line.split()[:3] for line in capsys.readouterr().out.splitlines()])
    assert tables[0] == tables[1]


def test_attacks_come_after_the_cheating_specimens(katas, specimens, monkeypatch, capsys):
    from checker.verification import attacks

    specimen(specimens / "01_first", "cheating", "cheat", "# verdict: failed\n")
    header = "# Sends it.\n# kata: {}\n# verdict: invalid\n# levels: bubblewrap landlock plain\n"
    specimen(specimens / "attacks", "network", "upload", header.format("02") + "# invalid\n")
    specimen(specimens / "attacks", "network", "download", header.format("03") + RIGHT)
    monkeypatch.setattr(attacks, "judge", judge)
    monkeypatch.setattr(attacks.House, "_processes_left", lambda self: [])
    assert cli.main(["verify", "--attacks"]) == 1
    rows = [line.split()[:4] for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["✓", "01", "cheating/cheat", "failed"]
    assert rows[2:4] == [["✗", "03", "network/download", "passed"], ["✓", "02", "network/upload", "invalid"]]
    assert cli.main(["verify", "--attacks", "02"]) == 0


def test_quick_katas_are_verified_first(katas):
    import dataclasses

    keras_first = [dataclasses.replace(katas[0], framework="keras"), *katas[1:]]
    assert [t.kata.number for t in trials(keras_first, None)] == ["02", "02", "03", "03", "01", "01"]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("wrong", "", "its header says verdict ''"),
        ("wrong", "# verdict: bad", "its header says verdict 'bad'"),
        ("wrong", "# verdict: passed", "does not belong into the folder wrong"),
        ("accepted", "# verdict: failed", "does not belong into the folder accepted"),
        ("partial", "# verdict: passed", "says `# misses: STAR`"),
        ("accepted", "# verdict: passed\n# misses: robust", "says `# misses: STAR`"),
        ("partial", "# verdict: passed\n# misses: beauty", "no star 'beauty'"),
    ],
)
def test_a_wrong_header_is_named(katas, tmp_path, kind, text, said):
    specimen(tmp_path / "01_first", kind, "x", text)
    with pytest.raises(VerificationError, match=said):
        trials(katas, tmp_path)


def test_a_header_ends_with_the_first_line_of_code(tmp_path):
    file = tmp_path / "x.py"
    file.write_text("# Verdict: failed\n# caught by:  test_a\nimport os\n# verdict: passed\n")
    assert read_header(file) == {"verdict": "failed", "caught by": "test_a"}


def trial(kata, kind="wrong", verdicts=(Outcome.FAILED,), caught_by="test_b") -> Trial:
    return Trial(kata, kind, Path("x.py"), verdicts, caught_by)


def checks(**outcomes: Outcome) -> tuple[CheckResult, ...]:
    return tuple(CheckResult(f"{name}[1]", name, outcome, 0.0) for name, outcome in outcomes.items())


@pytest.mark.parametrize(
    ("outcomes", "problem"),
    [
        ({"test_a": Outcome.PASSED, "test_b": Outcome.FAILED}, ""),
        ({"test_a": Outcome.FAILED, "test_b": Outcome.FAILED}, ""),
        (
            {"test_a": Outcome.FAILED, "test_b": Outcome.NOT_RUN},
            "test_b is not_run; caught by test_a instead",
        ),
        ({"test_a": Outcome.FAILED, "test_b": Outcome.PASSED}, "test_b is passed; caught by test_a instead"),
        ({"test_a": Outcome.FAILED}, "the check test_b that must catch it is not in the record"),
    ],
)
def test_the_named_check_must_be_the_one_that_catches(katas, outcomes, problem):
    made = record(outcome=Outcome.FAILED, checks=checks(**outcomes))
    assert problem_of(trial(katas[0]), made) == problem


def timed(used: float, *, disturbed: bool = False, outcome: Outcome = Outcome.PASSED) -> Record:
    use = TimeUse("train", used, 10.0, 2.0, "CPU", used, disturbed=disturbed)
    measured = Measurement("time of train", used, 10.0, "lower", "CPU s", kind="time", step="train")
    check = CheckResult("test_b", "b", outcome, 0.0, measurements=(measured,))
    return record(outcome=outcome, checks=(check,), times=(use,))


def test_an_accepted_specimen_leaves_half_of_its_time(katas):
    accepted = trial(katas[0], "accepted", (Outcome.PASSED,), "")
    assert problem_of(accepted, timed(4.9)) == ""
    assert "train needs 0.60 of its limit" in problem_of(accepted, timed(6.0))
    assert problem_of(accepted, timed(6.0, disturbed=True)) == ""
    assert "train needs 0.90 of its limit" in problem_of(accepted, timed(9.0, disturbed=True))


def test_what_must_be_too_slow_is_hopeless(katas):
    slow = trial(katas[0], "slow", (Outcome.TOO_SLOW,))
    assert problem_of(slow, timed(16.0, outcome=Outcome.TOO_SLOW)) == ""
    assert "needs 1.20 of the limit" in problem_of(slow, timed(12.0, outcome=Outcome.TOO_SLOW))


def test_a_partial_specimen_must_miss_its_star_and_say_why(katas):
    missed = CheckResult("test_b", "b", Outcome.FAILED, 0.0, "It is not finite.", star="robust")
    core = CheckResult("test_a", "a", Outcome.PASSED, 0.0)
    made = record(checks=(core, missed), times=(), stars={"robust": "missed"})
    partial = Trial(
        katas[0], "partial", Path("x.py"), (Outcome.PASSED,), "test_b", ("robust",), "not  Finite"
    )
    assert problem_of(partial, made) == ""
    won = replace(made, stars={"robust": "won"})
    assert "must miss the star robust, which is won" in problem_of(partial, won)
    assert "does not say 'a factor'" in problem_of(replace(partial, says="a factor"), made)


def test_a_wrong_specimens_message_must_name_the_cause(katas):
    missed = CheckResult("test_b", "b", Outcome.FAILED, 0.0, "It is twice as large.", "Divide by n.")
    wrong = Trial(katas[0], "wrong", Path("x.py"), (Outcome.FAILED,), "test_b", (), "divide by n")
    assert problem_of(wrong, record(outcome=Outcome.FAILED, checks=(missed,))) == ""
    assert "does not say" in problem_of(
        replace(wrong, says="the sign"), record(outcome=Outcome.FAILED, checks=(missed,))
    )


def test_a_reference_wins_every_star(katas):
    reference = trials(katas[:1], None)[0]
    assert "does not win the star speed" in problem_of(reference, record(stars={"speed": "missed"}))
    assert problem_of(reference, record(stars={"speed": "open", "robust": "won"})) == ""


def test_a_fault_of_the_suite_is_named_although_it_did_not_decide(katas):
    made = record(outcome=Outcome.FAILED, checks=checks(test_b=Outcome.FAILED))
    made = replace(made, runs=(replace(made.runs[0], suite_errors=("Traceback\nIndexError: 5",)),))
    assert "IndexError: 5" in problem_of(trial(katas[0]), made)


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR])
def test_a_stub_must_really_fail(katas, outcome):
    stub = trials(katas[:1], None)[1]
    assert problem_of(stub, record(outcome=outcome)).startswith(f"got {outcome}, wanted any verdict")


def test_a_reference_that_just_passes_is_not_good_enough(katas):
    near = Measurement("accuracy", 0.961, 0.96, "higher", "", 0.002)
    made = record(checks=(CheckResult("a", "a", Outcome.PASSED, 0.0, measurements=(near,)),))
    said = problem_of(trials(katas[:1], None)[0], made)
    assert said == "passes without room to spare: accuracy 0.961 against 0.96, 0.5 spreads off"
    assert margin_of(made).startswith("accuracy 0.961")


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
