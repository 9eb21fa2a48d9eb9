"""How well the factors foresee what the references really need here: for a contest's host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.catalog import Kata
from checker.languages.texts import say
from checker.report.figures import seconds
from checker.report.sentences import OUTCOMES
from checker.verdict import Outcome

# Calibration foresees within this ratio on machines that were measured; beyond it budgets would be unfair.
FITTING = (2 / 3, 3 / 2)


def time_references(katas: Sequence[Kata]) -> Iterator[tuple[str, bool]]:
    """For each timed step of each reference: a line of the table, and whether the factors fit."""
    from checker.judging.session import JudgeOptions, judge

    for kata in katas:
        record = judge(kata, kata.reference, JudgeOptions(), lambda event: None)
        if record.outcome is not Outcome.PASSED:
            told = say(
                "{number} the reference does not pass here: {outcome}",
                number=kata.number,
                outcome=OUTCOMES.get(record.outcome, record.outcome.value),
            )
            yield told, False
        for use in record.times:
            ratio = use.used / use.reference
            row = (
                f"{kata.number} {use.step:24} {seconds(use.reference):>6} {seconds(use.used):>6} {ratio:6.2f}"
            )
            yield row, FITTING[0] <= ratio <= FITTING[1]
