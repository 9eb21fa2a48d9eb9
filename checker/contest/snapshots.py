"""A submission's files as bytes for the database, and back."""

from __future__ import annotations

import msgspec

from checker.judging.snapshot import Snapshot
from checker.languages.texts import plain_english


def to_bytes(snapshot: Snapshot) -> bytes:
    """All files, as JSON."""
    return msgspec.json.encode(snapshot, enc_hook=plain_english)


def from_bytes(content: bytes) -> Snapshot:
    """The files again."""
    return msgspec.json.decode(content, type=Snapshot)
