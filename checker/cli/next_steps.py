"""What to type after `katas check`: each command can be typed as it stands there, and does what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.languages.translation import _, current
from checker.report.columns import cells, padded
from checker.report.terminal import first_missed
from checker.verdict import Outcome, Record
from checker.workspace.attempt import Attempt
from checker.workspace.typed import from_here, typed
from checker.workspace.workspace import Workspace

# Beside longer commands there is no room for what they are for, in a terminal of 80 columns.
WIDE = 50


@dataclass(frozen=True)
class Again:
    """The options of a check that a further one needs too, to judge the same in the same way."""

    submission: Path | None = None
    sandbox: str = "any"
    data: str | None = None
    seed: int | None = None
    whole: bool = False

    def check(self, kata: Kata, *more: str) -> str:
        """The command that judges again."""
        words: list[str | Path] = ["check", kata.number, *more]
        if self.submission is not None:
            words += ["--submission", self.submission]
        if self.sandbox != "any":
            words += ["--sandbox", self.sandbox]
        if self.data is not None:
            words += ["--data", self.data]
        if self.whole:
            words.append("--whole")
        return typed(*words)


def next_steps(result: Attempt, kata: Kata, workspace: Workspace | None, again: Again) -> list[str]:
    """What has been unlocked, and what to look at or type next, a line each."""
    record = result.record
    out_of_turn = ["--all"] if result.needed else []
    if record.outcome is Outcome.JUDGE_ERROR:
        return [
            _("This run does not count. Next, to see what is wrong on this machine:"),
            f"  {typed('doctor')}",
        ]
    if record.outcome is Outcome.INCONCLUSIVE:
        return [
            _("This run counts neither as passed nor as failed. Let the machine come to rest, then type:"),
            f"  {again.check(kata, *out_of_turn)}",
        ]
    if record.outcome is not Outcome.PASSED:
        return _after_a_miss(record, kata, workspace, again, out_of_turn)
    if record.quick:
        if workspace is None or result.needed:
            told = _("Next, to have it trained and timed too:")
        else:
            told = _("Next, to have it trained and timed too; only that run unlocks the next kata:")
        return [told, f"  {again.check(kata, *out_of_turn)}"]
    if workspace is None:
        return []
    if result.needed:
        return [
            _(
                "Judged out of turn, so nothing is unlocked. Kata {number} counts once those before it are "
                "passed. Next:",
                number=kata.number,
            ),
            f"  {typed('lesson', result.needed.number)}",
        ]
    if again.seed is not None:
        return [
            _("Judged with a chosen seed, so nothing is unlocked. What counts:"),
            f"  {again.check(kata)}",
        ]
    if result.not_kept:
        return []
    if result.unlocked:
        following = result.unlocked
        return [
            _(
                "Unlocked: {number} {title}, in {place}",
                number=following.number,
                title=following.titled(current()),
                place=from_here(workspace.folder(following)),
            ),
            *_rows((typed("lesson", following.number), _("what comes next")), _how_others(kata)),
        ]
    if result.is_last:
        return [
            _(
                "That was the last kata: the path ends here. Go your own way now: find a question of your own, "
                "or write a kata for others."
            ),
            *_rows(("katas new my-kata", _("a kata of your own")), _how_others(kata)),
        ]
    return [
        _("Passed before too, so nothing new is unlocked."),
        *_rows((typed("status"), _("where you are on the path")), _how_others(kata)),
    ]


def _after_a_miss(
    record: Record, kata: Kata, workspace: Workspace | None, again: Again, out_of_turn: list[str]
) -> list[str]:
    missed = first_missed(record)
    quick = ["--quick"] if missed is not None and not missed.needs_training else []
    if workspace is None:
        return [_("Next: mend it, then judge the file again:"), f"  {again.check(kata, *quick)}"]
    return [
        _(
            "Next: mend it in {file}, then type the first of these:",
            file=from_here(workspace.solution(kata)),
        ),
        *_rows(
            (again.check(kata, *quick, *out_of_turn), _("judges again")),
            (typed("hint", kata.number), _("if you are stuck")),
        ),
    ]


def _how_others(kata: Kata) -> tuple[str, str]:
    return typed("solution", kata.number), _("how others do it")


def _rows(*rows: tuple[str, str]) -> list[str]:
    """Commands below each other, with what each is for."""
    width = max(cells(command) for command, _ in rows)
    if width > WIDE:
        return [f"  {command}" for command, _ in rows]
    return [f"  {padded(command, width)}  {purpose}" for command, purpose in rows]
