"""A record's figures as sentences, the same in every output; each keeps its key and can be said in other languages."""

from __future__ import annotations

from checker.languages.texts import say, together
from checker.report.figures import figure, used_of
from checker.verdict import Measurement, Outcome, Record, TimeUse

OUTCOMES = {
    Outcome.PASSED: say("passed"),
    Outcome.FAILED: say("not passed yet"),
    Outcome.TOO_SLOW: say("too slow"),
    Outcome.CRASHED: say("your code raised an error or ended early"),
    Outcome.OUT_OF_MEMORY: say("out of memory"),
    Outcome.FORBIDDEN: say("forbidden import or access"),
    Outcome.INVALID: say("it cannot be judged yet"),
    Outcome.INCONCLUSIVE: say("inconclusive"),
    Outcome.JUDGE_ERROR: say("the judge itself failed; this is not your fault"),
}
STARS = {"robust": say("robust code"), "quality": say("quality"), "speed": say("speed")}
# The word of a check that ended otherwise than passed or failed.
ENDINGS = {
    Outcome.TOO_SLOW: say("too slow"),
    Outcome.CRASHED: say("crashed"),
    Outcome.OUT_OF_MEMORY: say("out of memory"),
    Outcome.FORBIDDEN: say("forbidden"),
    Outcome.INVALID: say("invalid"),
    Outcome.INCONCLUSIVE: say("inconclusive"),
    Outcome.JUDGE_ERROR: say("judge error"),
}


def time_sentence(use: TimeUse) -> str:
    """A timed step in plain words: what it took of what is allowed on this machine."""
    sentence = say(
        "{step} took {used} that are allowed on this machine",
        step=use.step,
        used=used_of(use.used, use.allowed, use.clock),
    )
    # A busy machine adds a little CPU time; that matters only where the limit is near.
    is_worth_saying = use.disturbed and use.used > use.allowed / 2
    return together(sentence, say("(the machine was busy with other work)") if is_worth_saying else "")


def measured(measurement: Measurement) -> str:
    """A measurement against its limit, with its yardsticks."""
    value, limit = _pair(measurement.value, measurement.limit)
    value, limit = with_unit(value, measurement.unit), with_unit(limit, measurement.unit)
    if measurement.kind == "note":
        line = say("{name} {value}", name=measurement.name, value=value)
    elif measurement.better == "lower":
        line = say("{name} {value}, at most {limit}", name=measurement.name, value=value, limit=limit)
    else:
        line = say("{name} {value}, at least {limit}", name=measurement.name, value=value, limit=limit)
    marks = yardsticks(measurement)
    return say("{measured} ({yardsticks})", measured=line, yardsticks=marks) if marks else line


def with_unit(value: str, unit: str) -> str:
    """A figure with its unit, if it has one."""
    return say("{value} {unit}", value=value, unit=unit) if unit else value


def yardsticks(measurement: Measurement) -> str:
    """What to compare a measurement with; empty where there is nothing."""
    marks = [say("{name} {value}", name=y.name, value=figure(y.value)) for y in measurement.yardsticks]
    return together(*marks, between=", ") if marks else ""


def left_out(record: Record) -> str:
    """What of a notebook was not judged."""
    return say("Left out of the notebook: {parts}.", parts=together(*record.left_out, between="; "))


def _pair(value: float, limit: float) -> tuple[str, str]:
    """Both figures; with more digits where rounding would make them look equal."""
    short, wanted = figure(value), figure(limit)
    return (f"{value:.6g}" if short == wanted and value != limit else short), wanted
