"""The first version: contest, team, submission, judgement, rejudging, judge, log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Moments are texts in UTC, see `checker.contest.tables.Moment`.
_MOMENT = sa.String(32)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("organiser_hash", sa.Text, nullable=False),
        sa.Column("paused", sa.JSON, nullable=False),
        sa.Column("revealed", sa.Integer),
        sa.Column("announcement", sa.Text, nullable=False),
        sa.Column("extended_to", _MOMENT),
        sa.Column("final", sa.Integer),
        sa.Column("version", sa.Text, nullable=False),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("code_key", sa.String(16), nullable=False, unique=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("disqualified_because", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id"), nullable=False, index=True),
        sa.Column("kata", sa.String(8), nullable=False),
        sa.Column("entry_name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("attempts_counted", sa.Boolean, nullable=False),
        sa.Column("practice", sa.Boolean, nullable=False),
        sa.Column("final_note", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submission.id"), nullable=False, index=True),
        sa.Column("cause", sa.String(32), nullable=False, index=True),
        sa.Column("queued_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("lease_token", sa.String(64)),
        sa.Column("lease_until", _MOMENT),
        sa.Column("worker", sa.Text),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.String(32)),
        sa.Column("stars", sa.JSON, nullable=False),
        sa.Column("quality", sa.Float),
        sa.Column("quality_better", sa.String(8), nullable=False),
        sa.Column("cpu_seconds", sa.Float),
        sa.Column("record", sa.Text),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("replaces", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "one_counted",
        "judgement",
        ["submission_id"],
        unique=True,
        sqlite_where=sa.column("counted").is_(sa.true()),
        postgresql_where=sa.column("counted").is_(sa.true()),
    )
    op.create_table(
        "rejudging",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("filter", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "judge",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("says", sa.Text, nullable=False),
    )
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.String(32), nullable=False, index=True),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
