"""The judge's pytest plugin: the fixtures that a suite is given, and how each test becomes a check.

A test's docstring is the title that the learner sees. Tests marked `training` wait until all others, the quick
ones, have passed. Tests marked `star("robust")`, `star("quality")` or `star("speed")` come after those of the core and
wait until it has passed; what they say is never a failure. Where a shared fixture ends in an error, the first test
that needs it reports it and the others wait.
"""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from checker.catalog import Kata
from checker.datasets.errors import DataError
from checker.judging.decide import is_near
from checker.judging.host.failures import SubmissionError
from checker.judging.streams import Streams
from checker.judging.suite.cases import Missed
from checker.judging.suite.data import GivenData
from checker.judging.suite.expect import Expect
from checker.judging.suite.submission import Submission
from checker.languages.texts import say, shortened
from checker.suite.diagnosis import Diagnose
from checker.suite.show import Show, Words
from checker.verdict import STARS, CheckResult, Diagnosis, Measurement, Outcome

MAX_MESSAGE = 4_000
MAX_LOG = 4_000


@dataclass(frozen=True)
class Selection:
    """Which checks are run: only the quick ones, only some, or all up to and including one; and whether pictures are drawn."""

    quick: bool = False
    checks: tuple[str, ...] = ()
    up_to: str | None = None
    draws: bool = False


@dataclass
class JudgePlugin:
    """Registered with pytest for one run of one suite."""

    given_kata: Kata
    given_submission: Submission
    given_data: GivenData
    given_streams: Streams
    given_tier: str
    selection: Selection
    emit: Callable[..., None]
    checks: list[CheckResult] = field(default_factory=list)
    # Faults of the suite itself: those that leave the outcome open, and those that do not touch it.
    suite_errors: list[str] = field(default_factory=list)
    harmless_errors: list[str] = field(default_factory=list)
    _expect: Expect = field(init=False)
    _reported: dict[int, str] = field(default_factory=dict)
    _parts: dict[str, CheckResult] = field(default_factory=dict)
    _errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        factors = self.given_submission.circumstances.factors
        budgets = self.given_kata.budgets.values()
        is_known = all(budget.factor(factors) is not None for budget in budgets)
        self._expect = Expect(self.given_kata.spread, is_known)

    # The fixtures. Their docstrings are what the author of a suite reads.

    @pytest.fixture(scope="session")
    def submission(self) -> Submission:
        """The learner's file: `submission.NAME(...)` calls it, `submission.worker(label)` gives a process of its own."""
        return self.given_submission

    @pytest.fixture(scope="session")
    def expect(self) -> Expect:
        """The expectations (see `checker.judging.suite.expect`)."""
        return self._expect

    @pytest.fixture(scope="session")
    def data(self) -> GivenData:
        """The data sets (see `checker.judging.suite.data`)."""
        return self.given_data

    @pytest.fixture(scope="session")
    def streams(self) -> Streams:
        """Random numbers by name: `hidden(name)`, and `handed_out(name)` for seeds that the submission is given."""
        return self.given_streams

    @pytest.fixture(scope="session")
    def seed(self) -> int:
        """A number of 128 bits for what this suite hides. It cannot be handed out: `streams.handed_out(name)` can."""
        return self.given_streams.number("suite")

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers of this test's own."""
        return self.given_streams.hidden("test", request.node.nodeid)

    @pytest.fixture(scope="session")
    def targets(self) -> SimpleNamespace:
        """The kata's targets on this tier, by name."""
        return SimpleNamespace(**self.given_kata.targets[self.given_tier])

    @pytest.fixture(scope="session")
    def tier(self) -> str:
        """What does the work: "cpu" or "gpu"."""
        return self.given_tier

    @pytest.fixture(scope="session")
    def kata(self) -> Kata:
        """The kata that is judged."""
        return self.given_kata

    @pytest.fixture(scope="session")
    def diagnose(self) -> Diagnose:
        """Runs a check's experiments after a miss (see `checker.suite.diagnosis.Diagnose`)."""
        return Diagnose(self._cpu_seconds, self._experiment_failed)

    @pytest.fixture(scope="session")
    def show(self) -> Show:
        """Pictures for the report, in tests marked `pytest.mark.picture` (see `checker.suite.show`)."""
        return Show(self._picture)

    def _picture(self, name: str, media_type: str, content: bytes, words: Words) -> None:
        encoded = base64.b64encode(content).decode()
        self.emit("picture", name=name, media_type=media_type, content=encoded, **asdict(words))

    def _cpu_seconds(self) -> float:
        workers = self.given_submission.workers
        return time.process_time() + sum(worker.cpu_seconds for worker in workers if worker.is_alive)

    def _experiment_failed(self, error: BaseException) -> None:
        # A worker that cannot answer any more explains nothing; all else is a fault of the suite.
        if not isinstance(error, (SubmissionError, Missed)):
            self.harmless_errors.append("".join(traceback.format_exception(error)))

    # What pytest does with them.

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "training: needs a trained model; waits for all other checks")
        config.addinivalue_line("markers", "picture: draws what was learned, after everything was judged")
        config.addinivalue_line("markers", f"star(name): belongs to a star, one of {', '.join(STARS)}")

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        for item in items:
            if _star(item) not in ("", *STARS):
                self.suite_errors.append(f"{item.name}: there is no star {_star(item)!r}")
        items.sort(
            key=lambda item: (_is_picture(item), bool(_star(item)), _needs_training(item), item.path.name)
        )
        chosen = [item for item in items if self._is_chosen(item)]
        if self.selection.up_to is not None:
            last = max(
                (i for i, item in enumerate(chosen) if _is_named(item, self.selection.up_to)), default=None
            )
            if last is None:
                self.suite_errors.append(f"the suite has no check {self.selection.up_to!r}")
            else:
                chosen = chosen[: last + 1]
        if not items:
            self.suite_errors.append(
                f"The suite {self.given_kata.suite} has no tests: a test is a function test_... in a file test_*.py there."
            )
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen

    def _is_chosen(self, item: pytest.Item) -> bool:
        if self.selection.quick and _needs_training(item):
            return False
        if _is_picture(item):
            return self.selection.draws and not self.selection.checks and self.selection.up_to is None
        return not self.selection.checks or any(_is_named(item, name) for name in self.selection.checks)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        core = [check for check in self.checks if not check.star]
        if _star(item):
            # A miss that may be chance is run again; the stars need not wait for that.
            if any(check.outcome is not Outcome.PASSED and not _may_be_chance(check) for check in core):
                pytest.skip(say("It waits until the core has passed."))
            return
        quick = [check for check in core if not check.needs_training]
        if _needs_training(item) and any(check.outcome is not Outcome.PASSED for check in quick):
            pytest.skip(say("It waits until the checks above pass."))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._expect.measurements, self._errors = [], []
        self.given_submission.circumstances.waiting.begin_check()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if _is_picture(item):
            if call.when == "setup":
                self.emit("phase", text=say("drawing what was learned"))
            # What cannot be drawn is left out: the verdict stands already.
            if error is not None and not isinstance(error, (SubmissionError, Missed, pytest.skip.Exception)):
                self.harmless_errors.append("".join(traceback.format_exception(error)))
            return report
        before = self._parts.get(item.nodeid)
        if call.when == "setup":
            self.emit("check_started", text=_title(item))
        result = self._result(item, error, call.duration + (before.seconds if before else 0.0))
        if before is None or before.outcome is Outcome.PASSED:
            self._parts[item.nodeid] = result
        if call.when == "teardown":
            self._finish(item)
        return report

    def _finish(self, item: pytest.Item) -> None:
        result = self._parts.pop(item.nodeid)
        for error in self._expect.faults:
            self.harmless_errors.append("".join(traceback.format_exception(error)))
        self._expect.faults.clear()
        self.checks.append(result)
        self.emit("check_done", check=result)

    def _result(self, item: pytest.Item, error: BaseException | None, seconds: float) -> CheckResult:
        outcome, message, hint = self._ending(item, error)
        extra: tuple[Measurement, ...] = ()
        if isinstance(error, SubmissionError) and error.measurement is not None:
            extra = (error.measurement,)
        return CheckResult(
            id=item.name,
            title=_title(item),
            outcome=outcome,
            seconds=round(seconds, 3),
            message=shortened(message, MAX_MESSAGE),
            hint=hint,
            diagnoses=self._diagnoses(outcome, error),
            measurements=(*self._expect.measurements, *extra),
            needs_training=_needs_training(item),
            star=_star(item),
            log=error.log[-MAX_LOG:] if isinstance(error, SubmissionError) else "",
        )

    @staticmethod
    def _diagnoses(outcome: Outcome, error: BaseException | None) -> tuple[Diagnosis, ...]:
        """The causes of a miss; where another check told them already, they are not told again."""
        return error.diagnoses if isinstance(error, Missed) and outcome is not Outcome.NOT_RUN else ()

    def _ending(self, item: pytest.Item, error: BaseException | None) -> tuple[Outcome, str, str]:
        if error is None:
            return Outcome.PASSED, "", ""
        if isinstance(error, pytest.skip.Exception):
            return Outcome.NOT_RUN, str(error), ""
        first = self._reported.setdefault(id(error), item.name)
        self._errors.append(error)  # keeps its id from being used again
        if isinstance(error, (Missed, SubmissionError)):
            if isinstance(error, SubmissionError) and error.is_known:
                return Outcome.NOT_RUN, error.message, ""
            if first != item.name:
                return Outcome.NOT_RUN, say("It needs what failed above ({first}).", first=first), ""
            return error.outcome, error.message, error.hint
        if isinstance(error, DataError):
            return Outcome.JUDGE_ERROR, str(error), ""
        if isinstance(error, MemoryError):
            return (
                Outcome.INVALID,
                say("The result is larger than what the judge can read."),
                say("Return what is asked for."),
            )
        if isinstance(error, AssertionError) and error.args:
            return Outcome.FAILED, str(error).split("\n")[0], ""
        whole = "".join(traceback.format_exception(error))
        if any(check.is_missed for check in self.checks if not check.star):
            # It assumed what a check above has refuted.
            self.harmless_errors.append(whole)
            return Outcome.NOT_RUN, say("It could not be tried, since a check above did not pass."), ""
        text = "".join(traceback.format_exception_only(error)).strip()
        where = traceback.extract_tb(error.__traceback__)[-1:]
        place = f" ({where[0].name}, line {where[0].lineno})" if where else ""
        if _star(item):
            self.harmless_errors.append(whole)
            return (
                Outcome.INCONCLUSIVE,
                say("The check itself failed: {text}{place}", text=text, place=place),
                "",
            )
        self.suite_errors.append(whole)
        return Outcome.JUDGE_ERROR, say("The check itself failed: {text}{place}", text=text, place=place), ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.suite_errors.append(str(report.longrepr))


def _needs_training(item: pytest.Item) -> bool:
    return item.get_closest_marker("training") is not None


def _is_picture(item: pytest.Item) -> bool:
    return item.get_closest_marker("picture") is not None


def _star(item: pytest.Item) -> str:
    marker = item.get_closest_marker("star")
    return str(marker.args[0]) if marker and marker.args else ""


def _may_be_chance(check: CheckResult) -> bool:
    """Whether a check that did not pass may still pass when it is run again."""
    return check.is_missed and is_near(check)


def _is_named(item: pytest.Item, name: str) -> bool:
    return name in (item.name, item.name.partition("[")[0])


def _title(item: pytest.Item) -> str:
    text = getattr(getattr(item, "function", None), "__doc__", None) or item.name
    case = item.name.partition("[")[2].rstrip("]")
    title = text.strip().splitlines()[0].rstrip(".")
    return say("{title} ({case})", title=title, case=case) if case else title
