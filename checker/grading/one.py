"""One judgement as a process of its own: `python -m checker.grading.one`, its order on standard input.

Whoever ordered it is gone when standard input closes; the judgement is then cancelled, with all that it started. The record
goes into the file that the order names, whole or not at all.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from checker.catalog import load_kata
from checker.errors import KatasError
from checker.judging.judge_process import Cancelled, Event
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.judging.snapshot import Snapshot
from checker.record_format import to_json
from checker.whole_files import whole_file

REFUSED, CANCELLED = 3, 5


@dataclass(frozen=True)
class Order:
    """What to judge, and where. Paths as texts; `cores` and `siblings` as in `Surroundings`."""

    kata_folder: str
    submission: Snapshot
    sandbox: str
    scratch: str
    result: str
    data: str | None = None
    cores: tuple[int, ...] = ()
    siblings: str = ""


def main() -> int:
    """Judge; 0 where there is a record, whatever the verdict."""
    line = sys.stdin.buffer.readline()
    order = msgspec.json.decode(line, type=Order)
    cancel = threading.Event()

    def watch() -> None:
        while os.read(0, 4096):
            pass
        cancel.set()

    threading.Thread(target=watch, daemon=True).start()
    surroundings = Surroundings(
        scratch=Path(order.scratch),
        cores=order.cores,
        siblings=Path(order.siblings) if order.siblings else None,
        cancel=cancel,
    )
    try:
        options = JudgeOptions(sandbox=order.sandbox, data=order.data)
        kata = load_kata(Path(order.kata_folder))
        record = judge(kata, order.submission, options, _phases(Path(order.result)), surroundings)
        with whole_file(Path(order.result)) as file:
            file.write(to_json(record).encode())
    except Cancelled:
        return CANCELLED
    except KatasError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


def _phases(result: Path) -> Callable[[Event], None]:
    """Keeps what is done at the moment in a file beside the record, for whoever shows it."""

    def take(event: Event) -> None:
        if event.kind in ("phase", "check_started") and event.text:
            with suppress(OSError):  # a verdict does not depend on it
                phase_file(result).write_text(event.text, encoding="utf-8", errors="replace")

    return take


def phase_file(result: Path) -> Path:
    """Where the phase of the judgement stands whose record goes to `result`."""
    return result.with_name("phase")


if __name__ == "__main__":
    # Nothing that is left, such as the thread that waits for standard input, may hold up the end.
    code = main()
    sys.stderr.flush()
    os._exit(code)
