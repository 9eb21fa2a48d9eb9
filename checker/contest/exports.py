"""The board as CSV, and all judgements with their records as lines of JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from checker.contest import tables
from checker.contest.board import Board
from checker.contest.clock import as_text
from checker.contest.errors import ContestError
from checker.contest.services import Contest
from checker.contest.views import Viewer
from checker.whole_files import whole_file

# In a spreadsheet a cell that begins so is a formula, whoever wrote it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOARD, RECORDS = "board.csv", "records.jsonl"
_J, _S, _T = tables.judgement.c, tables.submission.c, tables.team.c


def write(contest: Contest, folder: Path, viewer: Viewer) -> list[Path]:
    """Write the exports into a folder that is not there yet; the files. The records are for the organiser alone.

    Raises:
        ContestError: the folder exists, or cannot be written.
    """
    try:
        folder.mkdir(parents=True)
        with whole_file(folder / BOARD) as file:
            file.write(as_csv(contest.board(viewer)).encode())
        written = [folder / BOARD]
        if viewer.is_organiser:
            with whole_file(folder / RECORDS) as file:
                for line in records(contest):
                    file.write(line.encode() + b"\n")
            written.append(folder / RECORDS)
    except FileExistsError:
        raise ContestError(f"{folder} exists already. Name a folder that does not: --out DIR.") from None
    except OSError as error:
        raise ContestError(f"{folder} cannot be written ({error.strerror or error}).") from None
    return written


def as_csv(board: Board) -> str:
    """The board: a row for each team, with points, stars, quality, CPU seconds, time, attempts and what is pending by kata."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    parts = ("points", "stars", "quality", "cpu_seconds", "passed_at", "attempts", "pending")
    writer.writerow(
        [
            *("place", "team", "points", "ranks", "cpu_seconds", "last_at"),
            *(f"{kata}_{part}" for kata in board.katas for part in parts),
        ]
    )
    for row in board.rows:
        cells = [
            text
            for cell in row.cells
            for text in (
                cell.points,
                " ".join(cell.stars),
                _figure(cell.quality),
                _figure(cell.cpu_seconds),
                as_text(cell.passed_at) if cell.passed_at else "",
                cell.attempts,
                cell.pending,
            )
        ]
        last = as_text(row.last_at) if row.last_at else ""
        place = "" if row.place is None else row.place
        writer.writerow(
            [place, _safe(row.team), row.points, row.ranks, _figure(row.cpu_seconds), last, *cells]
        )
    return out.getvalue()


def records(contest: Contest) -> Iterator[str]:
    """A line for each judgement that is done: submission, team, kata, why it was judged, whether it counts, and its record."""
    query = (
        sa.select(
            *(_S.id, _T.name, _S.kata, _S.received_at, _S.source_sha256, _S.state, _S.practice),
            *(_J.id.label("judgement"), _J.cause, _J.counted, _J.ended_at, _J.record),
        )
        .join(tables.submission, _S.id == _J.submission_id)
        .join(tables.team, _T.id == _S.team_id)
        .where(_J.state == "done")
        .order_by(_J.id)
    )
    with contest.database.read() as connection:
        for row in connection.execute(query):
            yield json.dumps(
                {
                    "submission": row.id,
                    "team": row.name,
                    "kata": row.kata,
                    "received_at": as_text(row.received_at),
                    "sha256": row.source_sha256,
                    "void": row.state == "void",
                    "practice": row.practice,
                    "judgement": row.judgement,
                    "cause": row.cause,
                    "counted": row.counted,
                    "ended_at": as_text(row.ended_at),
                    "record": json.loads(row.record),
                }
            )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
