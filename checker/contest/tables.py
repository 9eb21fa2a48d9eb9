"""What the database holds. The tables are made and changed by `migrations/` alone; this is what they are now.

contest is one row. A submission is what a team handed in; a judgement is one try to judge it; of those that are done exactly
one counts. judge says which processes judge at present. The log only grows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from checker.contest.clock import as_text

if TYPE_CHECKING:
    _Text = sa.types.TypeDecorator[datetime]
else:
    _Text = sa.types.TypeDecorator


class Moment(_Text):
    """A moment: text in UTC with microseconds, which sorts as moments do in every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """As text."""
        return None if value is None else as_text(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """As a moment."""
        return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


metadata = sa.MetaData()

contest = sa.Table(
    "contest",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # The settings of the file when it was last read.
    sa.Column("settings", sa.Text, nullable=False),
    # For signing cookies.
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("organiser_hash", sa.Text, nullable=False),
    # Numbers of katas as JSON; "*" stands for all.
    sa.Column("paused", sa.JSON, nullable=False),
    # How many steps of the unfreezing were taken; null before the first.
    sa.Column("revealed", sa.Integer),
    sa.Column("announcement", sa.Text, nullable=False),
    sa.Column("extended_to", Moment),
    # The rejudging that is the final, once it was begun.
    sa.Column("final", sa.Integer),
    sa.Column("version", sa.Text, nullable=False),
)

team = sa.Table(
    "team",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("code_hash", sa.Text, nullable=False),
    sa.Column("code_key", sa.String(16), nullable=False, unique=True),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("disqualified_because", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
)

submission = sa.Table(
    "submission",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), nullable=False, index=True),
    sa.Column("kata", sa.String(8), nullable=False),
    sa.Column("entry_name", sa.Text, nullable=False),
    # The whole snapshot as JSON, bytes in base 64.
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("source_sha256", sa.String(64), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    # received, judging, done, or void.
    sa.Column("state", sa.String(16), nullable=False, index=True),
    # False where the attempt was given back.
    sa.Column("attempts_counted", sa.Boolean, nullable=False),
    # After the end.
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("final_note", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

judgement = sa.Table(
    "judgement",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("submission_id", sa.Integer, sa.ForeignKey("submission.id"), nullable=False, index=True),
    # initial, retry, rejudge:N or final:N, N being the rejudging.
    sa.Column("cause", sa.String(32), nullable=False, index=True),
    # Its place in the queue: when the submission came, or when an earlier judgement of it was lost.
    sa.Column("queued_at", Moment, nullable=False),
    # waiting, judging, done, lost or dropped.
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("lease_token", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.Column("worker", sa.Text),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.String(32)),
    # The names of those won.
    sa.Column("stars", sa.JSON, nullable=False),
    sa.Column("quality", sa.Float),
    sa.Column("quality_better", sa.String(8), nullable=False),
    sa.Column("cpu_seconds", sa.Float),
    sa.Column("record", sa.Text),
    sa.Column("counted", sa.Boolean, nullable=False),
    # Of one of an applied rejudging: the judgement that counted before.
    sa.Column("replaces", sa.Integer),
    sa.Column("why", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
# Whatever goes wrong, no submission has two verdicts that count.
sa.Index(
    "one_counted",
    judgement.c.submission_id,
    unique=True,
    sqlite_where=judgement.c.counted.is_(sa.true()),
    postgresql_where=judgement.c.counted.is_(sa.true()),
)

rejudging = sa.Table(
    "rejudging",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("filter", sa.JSON, nullable=False),
    # judging, ready, applied or dropped.
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sqlite_autoincrement=True,
)

judge = sa.Table(
    "judge",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("slots", sa.Integer, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    # What it waits for, in a sentence; empty where it waits for nothing.
    sa.Column("says", sa.Text, nullable=False),
)

log = sa.Table(
    "log",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.String(32), nullable=False, index=True),
    sa.Column("detail", sa.JSON, nullable=False),
    # Whether the public board may change with it, also while it is frozen.
    sa.Column("public", sa.Boolean, nullable=False, index=True),
    sqlite_autoincrement=True,
)


def insert(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    """Add a row; its number."""
    return int(connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one())
