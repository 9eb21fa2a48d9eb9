"""What authors and hosts type: new, verify, doctor, calibrate, data, demo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker import catalog, cli
from checker.judging import session
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
from tests.small_path import judge, record, write_path

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
