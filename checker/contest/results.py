"""From a record to the figures that the board takes, kept beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checker.contest import clock
from checker.record_format import to_json
from checker.verdict import WON, CheckResult, Outcome, Record


@dataclass(frozen=True)
class Result:
    """What a judgement came to. The record is the truth; the rest is computed from it, and by `verify` once more."""

    outcome: str
    stars: tuple[str, ...]
    quality: float | None
    better: str
    cpu_seconds: float | None
    record: str
    why: str = ""

    def columns(self) -> dict[str, Any]:
        """For the table of judgements."""
        return {
            "outcome": self.outcome,
            "stars": list(self.stars),
            "quality": self.quality,
            "quality_better": self.better,
            "cpu_seconds": self.cpu_seconds,
            "record": self.record,
            "why": self.why,
        }


def result_of(record: Record, why: str = "") -> Result:
    """The figures of a record."""
    quality = record.quality
    used = math.fsum(use.used for use in record.times) if record.times else None
    return Result(
        outcome=record.outcome.value,
        stars=tuple(sorted(star for star, state in record.stars.items() if state == WON)),
        quality=quality.value if quality is not None and math.isfinite(quality.value) else None,
        better=quality.better if quality is not None else "",
        cpu_seconds=used if used is not None and math.isfinite(used) else None,
        record=to_json(record),
        why=why,
    )


def judge_error(kata_name: str, reasons: Sequence[str]) -> Result:
    """The result of something that could not be judged: a judge error with all reasons."""
    message = (
        "The judge itself failed; this is not the submission's fault, and the attempt was given back.\n"
        + "\n".join(reasons)
    )
    check = CheckResult("judge", "The judge worked", Outcome.JUDGE_ERROR, 0.0, message)
    record = Record(
        kata=kata_name,
        outcome=Outcome.JUDGE_ERROR,
        quick=False,
        summary=f"Tried {len(reasons)} times.",
        started=clock.now().isoformat(timespec="seconds"),
        seconds=0.0,
        tier="cpu",
        sandbox="strict",
        checks=(check,),
        times=(),
        runs=(),
        data=(),
        machine={},
        calibration={},
        versions={},
        submission_sha256="",
        suite_sha256="",
    )
    return result_of(record, "; ".join(reasons)[:1000])
