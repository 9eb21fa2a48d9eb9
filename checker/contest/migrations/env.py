"""Alembic's entry: it works on the connection that `checker.contest.migrations.upgrade` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from checker.contest.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
