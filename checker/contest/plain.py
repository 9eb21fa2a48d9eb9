"""Text from strangers and from programs as every database takes it."""

from __future__ import annotations


def plain_text(text: str, most: int) -> str:
    """At most so many letters, without NUL characters and halves of letters, which PostgreSQL refuses."""
    return text[:most].encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
