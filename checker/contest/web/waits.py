"""Why a submission waits, in the visitor's language: never without a reason."""

from __future__ import annotations

from checker.contest.views import SubmissionView
from checker.contest.web.texts import Teller
from checker.report.escape import terminal


def why(view: SubmissionView, say: Teller) -> str:
    """The reason; empty for one that does not wait."""
    waiting = view.why_waiting
    if waiting is None:
        return ""
    if waiting.key == "judge_waits":
        return say("wait_judge_waits", says=terminal(waiting.says))
    if waiting.key == "busy":
        return say("wait_busy", slots=waiting.slots)
    return say(f"wait_{waiting.key}")
