"""The report, the live line and the JUnit file, all made from a record."""

from __future__ import annotations

import io
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from checker import catalog
from checker.judging.judge_process import Event
from checker.report import junit
from checker.report.console import ASCII, Signs
from checker.report.figures import figure, seconds, spark
from checker.report.live import LiveLine, live_line
from checker.report.sentences import time_sentence
from checker.report.terminal import report
from checker.verdict import CheckResult, Curve, Measurement, Outcome, Run, TimeUse, Yardstick
from tests.small_path import record, write_kata

NASTY = "\x1b[31mPASSED\x1b[0m [bold red]x[/] </testcase><testcase/> ]]> \x00 \u202e & \ud800"


@pytest.fixture
def kata(tmp_path: Path) -> catalog.Kata:
    return catalog.load_kata(write_kata(tmp_path / "01_first", "First steps"))


def rendered(made, kata, signs=Signs(), width=80, verbose=False) -> str:  # noqa: B008
    stream = io.StringIO()
    console = Console(file=stream, width=width, markup=False, highlight=False)
    for part in report(made, kata, signs, verbose=verbose):
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def test_a_pass_shows_quality_time_data_and_seed(kata):
    text = rendered(record(), kata)
    assert "01 First steps: passed" in text
    assert "✓ learns" in text
    assert "accuracy 0.972, at least 0.96 (chance 0.1)" in text
    flat = " ".join(text.split())
    assert "train took 12.3 of 60.0 CPU seconds that are allowed on this machine" in flat
    assert "mnist: the Keras archive (sha256 abababababab)" in flat
    assert "loss █▄▁ 1 → 0.25" in flat or "loss █▃▁ 1 → 0.25" in flat


def test_a_failure_shows_message_hint_and_what_waits(kata):
    missed = CheckResult("a", "doubles", Outcome.FAILED, 0.0, "expected 2, got 1", "Add it to itself.")
    waits = tuple(CheckResult(f"w{i}", f"later {i}", Outcome.NOT_RUN, 0.0) for i in range(3))
    text = rendered(record(outcome=Outcome.FAILED, checks=(missed, *waits), times=()), kata)
    assert "01 First steps: not passed yet" in text
    assert "✗ doubles\n    expected 2, got 1\n    → Add it to itself." in text
    assert "– 3 not run yet (--verbose shows all)" in text
    assert "– later 0 and 2 more: waits for the checks above" in rendered(
        record(outcome=Outcome.FAILED, checks=(missed, *waits), times=()), kata, verbose=True
    )


def test_the_first_miss_stands_alone_and_the_rest_is_counted(kata):
    right = CheckResult("r", "adds", Outcome.PASSED, 0.0)
    missed = CheckResult("a", "doubles", Outcome.FAILED, 0.0, "expected 2, got 1", "Add it to itself.")
    later = CheckResult("b", "triples", Outcome.CRASHED, 0.0, "it broke", "Look.")
    made = record(outcome=Outcome.FAILED, checks=(right, missed, later, right), times=())
    text = rendered(made, kata)
    assert "✗ doubles" in text and "expected 2, got 1" in text
    assert "– 2 passed, 1 more missed (--verbose shows all)" in text
    assert "adds" not in text and "triples" not in text and "it broke" not in text
    every = rendered(made, kata, verbose=True)
    assert "✓ adds" in every and "✗ triples" in every and "it broke" in every


def test_a_pass_is_a_line_a_check(kata):
    figure = Measurement("largest error of double(x)", 1e-15, 1e-6, "lower")
    right = CheckResult("r", "adds", Outcome.PASSED, 0.0, measurements=(figure,))
    assert "✓ adds\n\n" in rendered(record(checks=(right,)), kata)
    assert "✓ adds\n    largest error 1e-15" in rendered(record(checks=(right,)), kata, verbose=True)
    assert "seed 7" in " ".join(rendered(record(), kata, verbose=True).split())


def test_cases_that_passed_share_a_line(kata):
    def case(name: str, error: float, outcome: Outcome = Outcome.PASSED) -> CheckResult:
        figure = Measurement("error", error, 0.1, "lower", yardsticks=(Yardstick("mean", 1.0),))
        return CheckResult(f"test_a[{name}]", f"fits ({name})", outcome, 0.0, measurements=(figure,))

    text = rendered(record(checks=(case("sine", 0.01), case("step", 0.09))), kata)
    assert "✓ fits (2 cases)\n    error 0.09, at most 0.1 (mean 1)\n" in text
    missed = (case("sine", 0.01), case("step", 0.2, Outcome.FAILED), case("saw", 0.03))
    text = rendered(record(outcome=Outcome.FAILED, checks=missed), kata, verbose=True)
    assert [
        sign + title for sign in "✓✗" for title in (" fits (sine)", " fits (step)") if sign + title in text
    ] == [
        "✓ fits (sine)",
        "✗ fits (step)",
    ]


def test_one_reason_for_several_checks_is_said_once(kata):
    checks = tuple(
        CheckResult(name, name, Outcome.FAILED, 0.0, "not written yet", "Write it.") for name in "abc"
    )
    text = rendered(record(outcome=Outcome.FAILED, checks=checks), kata, verbose=True)
    assert "  ✗ a\n  ✗ b\n  ✗ c\n    not written yet\n    → Write it.\n" in text


def test_a_message_that_says_the_figure_is_not_followed_by_it(kata):
    quality = Measurement("error", 0.5, 0.1, "lower", "", 0.01, (Yardstick("PCA", 0.2),))
    message = "The error is 0.5; at most 0.1 is needed."
    check = CheckResult("a", "learns", Outcome.FAILED, 0.0, message, measurements=(quality,))
    text = rendered(record(outcome=Outcome.FAILED, checks=(check,)), kata)
    assert text.count("0.5") == 1
    assert "for comparison: PCA 0.2" in text


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.NOT_RUN])
@pytest.mark.parametrize("width", [40, 80])
def test_every_verdict_has_its_words_and_fits(kata, outcome, width):
    check = CheckResult("a", "title " * 30, outcome, 0.0, "message " * 40 + "x" * 300, "hint " * 40)
    text = rendered(record(outcome=outcome, checks=(check,)), kata, width=width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "01 First steps" in text


def test_text_of_the_submission_cannot_speak_for_the_judge(kata):
    check = CheckResult("a", NASTY, Outcome.CRASHED, 0.0, NASTY, NASTY)
    runs = (Run("1", "", (check,), curves=(Curve(NASTY, (1.0,)),), log_tail=NASTY),)
    text = rendered(record(outcome=Outcome.CRASHED, checks=(check,), runs=runs), kata)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold red]x[/]" in text.replace("\n    ", "")
    text.encode("utf-8")


def test_the_last_printed_lines_are_those_of_the_worker_that_went_wrong(kata):
    assert "epoch 3" not in rendered(record(), kata)
    first = CheckResult("a", "learns", Outcome.CRASHED, 0.0, "crashed", log="epoch 1\nepoch 2")
    later = CheckResult("b", "draws", Outcome.CRASHED, 0.0, "crashed", log="epoch 7")
    text = rendered(record(outcome=Outcome.CRASHED, checks=(first, later)), kata)
    assert "epoch 2" in text
    assert "epoch 7" not in text


def test_ascii_signs_write_nothing_else(kata):
    rendered(record(), kata, ASCII).encode("ascii")


def test_time_in_words():
    use = TimeUse("fit_curve", 3.21, 4.0, 0.4, "wall", 3.3, disturbed=True)
    assert time_sentence(use) == (
        "fit_curve took 3.2 of 4.0 seconds that are allowed on this machine (the machine was busy with other work)"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0064, "0.0064"), (0.01523, "0.0152"), (0.97123, "0.9712"), (60.0, "60"), (12.345, "12.35"), (0.0, "0"),
     (2.1e-16, "2.1e-16"), (1234.5678, "1235"), (math.nan, "not a number"), (-math.inf, "minus infinite"),
     (-0.5, "-0.5"), (1e300, "1e+300"), (135232.0, "135,232"), (5e7, "50,000,000"), (4096.0, "4096")],
)  # fmt: skip
def test_figures_have_few_digits(value, text):
    assert figure(value) == text


def test_a_miss_by_a_hair_does_not_look_like_a_hit(kata):
    near = Measurement("accuracy", 0.959996, 0.96, "higher", "", 0.001)
    check = CheckResult("a", "learns", Outcome.FAILED, 0.0, measurements=(near,))
    assert "accuracy 0.959996, at least 0.96" in rendered(record(checks=(check,)), kata)


def test_seconds_and_curves():
    assert [seconds(v) for v in (0.256, 3.44, 61.7)] == ["0.26", "3.4", "61.7"]
    assert spark((math.nan, 0.0, 1.0), "ab") == "ab"
    assert spark((1e308, -1e308), "ab") == "ba"
    assert spark((), "ab") == ""
    assert len(spark(range(1000), "ab")) == 24


def junit_of(made) -> ElementTree.Element:
    return ElementTree.fromstring(junit.to_junit(made))


def test_junit_counts_what_happened():
    results = (Outcome.PASSED, Outcome.FAILED, Outcome.TOO_SLOW, Outcome.INCONCLUSIVE, Outcome.NOT_RUN)
    checks = tuple(CheckResult(str(o), f"check {o}", o, 1.5, f"why {o}") for o in results)
    suite = junit_of(record(outcome=Outcome.FAILED, checks=checks)).find("testsuite")
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {"tests": "5", "failures": "2", "errors": "1", "skipped": "1", "time": "13.000"}
    assert suite.find("testcase[@name='check too_slow']/failure").get("message") == "why too_slow"
    properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert properties["seed"] == "7"
    assert properties["data"].startswith("mnist: the Keras archive")


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR])
def test_junit_is_never_green_when_the_verdict_is_not(outcome):
    made = record(outcome=outcome, checks=(CheckResult("a", "fine", Outcome.PASSED, 0.0),), summary="why")
    suite = junit_of(made).find("testsuite")
    assert int(suite.get("failures")) + int(suite.get("errors")) == 1


def test_junit_holds_any_text():
    check = CheckResult("a", NASTY, Outcome.FAILED, 0.0, NASTY, NASTY)
    runs = (Run("1", "", (check,), log_tail=NASTY),)
    suite = junit_of(record(outcome=Outcome.FAILED, checks=(check,), runs=runs)).find("testsuite")
    (name,) = [case.get("name") for case in suite.findall("testcase")]
    # What moves a cursor or turns the direction is spelt out, as on a terminal.
    assert name == (
        "\\x1b[31mPASSED\\x1b[0m [bold red]x[/] </testcase><testcase/> ]]> \\x00 \\u202e & \\ud800"
    )


def test_the_live_line_follows_the_events():
    state = LiveLine()
    for event in (
        Event("run_started", ""),
        Event("check_done", check=CheckResult("a", "a", Outcome.PASSED, 0.0)),
        Event("check_started", "learns"),
        Event("phase", "train", elapsed=3.4, allowed=60.0),
        Event("log", "epoch 1\nepoch 2 \x1b[31m"),
    ):
        state.take(event)
    line = state.line("✓", "✗").plain
    assert line == "✓ 1  train  3.4 of 60.0 CPU seconds  epoch 2 \\x1b[31m"


def test_a_repeat_says_in_the_live_line_why_and_how_long():
    state = LiveLine()
    state.take(Event("run_started", "once more, at most about 2 min: train took 63 of 60 CPU s"))
    state.take(Event("check_started", "learns"))
    assert "learns  (once more, at most about 2 min: train took 63 of 60 CPU s)" in state.line("✓", "✗").plain


def starred(state: str, outcome: Outcome):
    quality = Measurement("error", 0.0089, 0.0115, "lower", "", 0.0001)
    core = CheckResult("a", "learns", Outcome.PASSED, 0.0, measurements=(quality,))
    star = CheckResult(
        "b", "learns well", outcome, 0.0, "The error is too large.", "More epochs.", star="quality"
    )
    return record(checks=(core, star), stars={"quality": state})


def test_a_won_star_is_shown_and_a_missed_one_is_no_failure(kata):
    assert "★ star for quality" in rendered(starred("won", Outcome.PASSED), kata)
    text = rendered(starred("missed", Outcome.FAILED), kata)
    assert "01 First steps: passed" in text
    assert (
        "☆ star for quality: still to be won\n    learns well\n    The error is too large.\n    → More epochs."
        in text
    )
    assert "✗" not in text


def test_junit_has_a_suite_of_stars_without_failures():
    root = junit_of(starred("missed", Outcome.FAILED))
    core, stars = root.findall("testsuite")
    assert (core.get("tests"), core.get("failures")) == ("1", "0")
    assert (stars.get("name"), stars.get("failures"), stars.get("skipped")) == ("01_first stars", "0", "1")
    assert stars.find("testcase/skipped").get("message") == "missed: The error is too large."


def test_a_new_check_forgets_the_time_of_the_last():
    state = LiveLine()
    state.take(Event("phase", "train", elapsed=3.4, allowed=60.0))
    state.take(Event("check_started", "next"))
    assert state.line("✓", "✗").plain == "✓ 0  next"


def test_nothing_is_drawn_where_nobody_watches():
    stream = io.StringIO()
    with live_line(stream, catalog.load()[0]) as take:
        take(Event("phase", "train", elapsed=3.4, allowed=60.0))
    assert stream.getvalue() == ""
