"""Why an answer is wrong: look-alikes and patterns name a cause only where it explains everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from checker.judging.host.failures import SubmissionError
from checker.judging.suite.expect import Expect, Missed
from checker.record_format import from_json, to_json
from checker.suite import Answer, AnyOf, Diagnose, Diagnosis, explained
from checker.verdict import Outcome

SPREADS = {
    "by_n_minus_1": "This is what dividing by n - 1 gives.",
    "not_centred": "The mean is not taken away.",
}


def spread(x: np.ndarray, ddof: int = 0) -> np.ndarray:
    """The deviation of each column."""
    return x.std(axis=0, ddof=ddof)


def missed(function: Callable[[np.ndarray], Any], seeds: int = 3, columns: int = 4) -> Missed | None:
    """How a check of `spread` ends for a submission's function, if it does not pass."""
    expect, rng = Expect({}), np.random.default_rng(5)
    try:
        with expect.cases(SPREADS) as case:
            for number in range(seeds):
                x = rng.normal(3, 2, size=(9 + number, columns))
                case(
                    function(x),
                    spread(x),
                    f"spread(x) of {len(x)} rows",
                    hint="Look at the formula.",
                    by_n_minus_1=spread(x, 1),
                    not_centred=lambda x=x: np.sqrt((x**2).mean(axis=0)),
                )
    except Missed as error:
        return error
    return None


def test_what_is_right_is_no_miss() -> None:
    """Rounding is no cause: a right answer passes, in float32 too"""
    assert missed(spread) is None
    assert missed(lambda x: spread(x).astype(np.float32)) is None


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("by_n_minus_1", lambda x: spread(x, 1)),
        ("not_centred", lambda x: np.sqrt((x**2).mean(axis=0))),
        ("factor", lambda x: 2 * spread(x)),
        ("factor_by_case", lambda x: len(x) * spread(x)),
        ("sign", lambda x: -spread(x)),
        ("shift", lambda x: spread(x) + 1e-3),
        ("squared", lambda x: x.var(axis=0)),
        ("root", lambda x: np.sqrt(spread(x))),
        ("inverse", lambda x: 1 / spread(x)),
        ("rows_reversed", lambda x: spread(x)[::-1]),
        ("other_order", lambda x: np.roll(spread(x), 1)),
        ("all_zero", lambda x: np.zeros(4)),
    ],
)
def test_a_cause_that_explains_all_is_named(name: str, function: Callable[[np.ndarray], Any]) -> None:
    """Look-alikes and patterns are found by what comes out"""
    error = missed(function)
    assert error is not None
    assert [d.id for d in error.diagnoses] == [name]
    # A look-alike says it all; a pattern goes with the check's own idea.
    assert error.diagnoses[0].text.endswith("Look at the formula.") == (name not in SPREADS)


def test_a_cause_that_explains_some_cases_is_not_named() -> None:
    """What fits two cases of three is no cause; which case is wrong is told instead"""
    error = missed(lambda x: spread(x) + (x[0] - x[0].mean() if len(x) < 11 else 0))
    assert error is not None and not error.diagnoses
    assert "right for spread(x) of 11 rows, and wrong for spread(x) of 9 rows" in error.message


def test_noise_has_no_cause() -> None:
    """Random numbers are not explained by anything"""
    rng = np.random.default_rng(3)
    for _ in range(50):
        error = missed(lambda x: rng.normal(2, 1, size=4))
        assert error is not None and not error.diagnoses
        assert error.hint == "Look at the formula."


def test_a_look_alike_that_is_as_near_to_the_truth_is_not_named() -> None:
    """A mistake that makes no difference here is not claimed"""
    given, wanted = np.array([1.2, 2.0, 3.05]), np.array([1.0, 2.0, 3.0])
    answer = Answer("f(x)", given, wanted, 0.1, {"tiny": given.copy()})
    assert explained([answer], {"tiny": "A tiny thing."}) == ()


def test_one_mistake_in_several_forms() -> None:
    """Of several forms one has to explain all cases, not a form for each case"""
    wanted = np.array([1.0, 2.0, 3.0])

    def answers(*places: int) -> list[Answer]:
        forms = [wanted**2 + 1, wanted**3 + 2]
        return [Answer("f(x)", forms[i].copy(), wanted, 1e-6, {"by_power": AnyOf(forms)}) for i in places]

    assert [d.id for d in explained(answers(1, 1), {"by_power": "Another power."})] == ["by_power"]
    assert explained(answers(0, 1), {"by_power": "Another power."}) == ()


def test_which_columns_are_wrong() -> None:
    """Some columns right and others wrong: they are numbered"""

    def half(x: np.ndarray) -> np.ndarray:
        out = spread(x)
        out[1] += x[0, 1] ** 2 + 1
        return out

    error = missed(half)
    assert error is not None and "Of 4 entries, counted from 0, number 1 is wrong" in error.message


def test_a_transposed_answer() -> None:
    """Another shape is explained where it is the transposed answer's"""
    wanted = np.arange(6.0).reshape(2, 3)
    with pytest.raises(Missed) as caught, Expect({}).cases({}) as case:
        case(wanted.T, wanted, "w")
    assert caught.value.outcome is Outcome.INVALID
    assert [d.id for d in caught.value.diagnoses] == ["transposed"]


def test_answers_that_pile_up() -> None:
    """Each answer holds those before it"""
    kept = np.zeros(4)

    def adds(x: np.ndarray) -> np.ndarray:
        kept[:] += spread(x)
        return kept.copy()

    error = missed(adds)
    assert error is not None and [d.id for d in error.diagnoses] == ["piles_up"]


def test_a_case_that_crashes_after_a_miss() -> None:
    """The first miss is told, not the crash that followed it"""
    expect = Expect({})
    with pytest.raises(Missed, match="f\\(1\\)"), expect.cases({}) as case:
        case(2.0, 1.0, "f(1)")
        raise SubmissionError(Outcome.CRASHED, "f(2) raised")
    with pytest.raises(SubmissionError), expect.cases({}) as case:
        case(1.0, 1.0, "f(1)")
        raise SubmissionError(Outcome.CRASHED, "f(2) raised")


def finds(name: str) -> Callable[[], Diagnosis | None]:
    """An experiment that finds something."""
    return lambda: Diagnosis(name, name)


def nothing() -> None:
    """An experiment that explains nothing."""


def test_experiments_in_their_order() -> None:
    """A certain cause stands alone; of the likely ones two are told; else the figures to look at"""

    def named(**parts: Any) -> list[str]:
        return [d.id for d in Diagnose()(**parts)]

    likely = [nothing, finds("b"), finds("c"), finds("d")]
    assert named(certain=[nothing, finds("a"), finds("z")], likely=likely) == ["a"]
    assert named(certain=[nothing], likely=likely, otherwise=finds("e")) == ["b", "c"]
    assert named(likely=[nothing], otherwise=finds("e")) == ["e"]
    assert named() == []


def test_experiments_that_fail_or_take_too_long() -> None:
    """A broken experiment explains nothing and is noted; after twenty CPU seconds no other one begins"""
    faults: list[BaseException] = []
    clock = iter([0.0, 1.0, 15.0, 25.0])

    def broken() -> Diagnosis | None:
        raise ValueError("experiment")

    diagnose = Diagnose(lambda: next(clock), faults.append)
    assert diagnose(certain=[broken, nothing, finds("late")]) == ()
    assert [str(error) for error in faults] == ["experiment"]


def test_only_a_miss_is_explained() -> None:
    """`why` is asked after a miss alone, and what it says goes with the miss"""
    asked: list[int] = []

    def why() -> tuple[Diagnosis, ...]:
        asked.append(1)
        return (Diagnosis("a", "Because."),)

    expect = Expect({})
    expect.at_least(1.0, "accuracy", 0.5, why=why)
    expect.that(True, "never said", why=why)
    assert not asked
    with pytest.raises(Missed) as caught:
        expect.at_most(1.0, "error", 0.5, why=why)
    assert caught.value.diagnoses == (Diagnosis("a", "Because."),)


def test_a_cause_that_cannot_be_computed_harms_nothing() -> None:
    """A look-alike whose shapes do not fit, and a search that fails: the miss stands as it is"""
    expect = Expect({})
    with pytest.raises(Missed) as caught, expect.cases({"never": "Never."}) as case:
        case(np.ones(4) * [1, 2, 3, 5], np.array([4.0, 1.0, 1.0, 2.0]), "f(x)", never=lambda: np.ones(3)[7])
    assert not caught.value.diagnoses

    def fails() -> tuple[Diagnosis, ...]:
        raise ZeroDivisionError("in a cause")

    with pytest.raises(Missed) as caught:
        expect.at_least(0.0, "accuracy", 0.5, why=fails)
    assert not caught.value.diagnoses and [str(fault) for fault in expect.faults] == ["in a cause"]


SUITE = '''
import numpy as np
from checker.suite import Diagnosis


def test_double(submission, expect, rng, diagnose):
    """double(x) is twice x"""
    with expect.cases({"tripled": "x is added three times."}) as case:
        for n in (2, 5):
            x = rng.normal(size=n)
            case(submission.double(x), 2 * x, f"double(x) of {n} numbers", tripled=3 * x)
    total = expect.number(submission.total(np.ones(3), 1), "total")
    expect.at_least(total, "total", 3, why=lambda: diagnose(certain=[lambda: Diagnosis("one_short", "One is missing.")]))
'''


def test_causes_reach_record_and_outputs(judged: Any, tiny_kata: Any) -> None:
    """From a suite's look-alike and experiment to record, terminal and JUnit"""
    from checker.report.junit import to_junit

    for file in tiny_kata.suite.glob("test_*.py"):
        file.write_text(SUITE)
    text = "import numpy as np\ndef double(x): return {}\ndef total(v, n): return float(v.sum() - 1)\n"
    causes: Mapping[str, str] = {"3 * x": "tripled", "2 * x": "one_short"}
    for code, cause in causes.items():
        record = judged(text.format(code))
        again = from_json(to_json(record))
        assert [d.id for c in again.checks for d in c.diagnoses] == [cause]
        assert again.checks[0].diagnoses[0].text in to_junit(again).decode()
