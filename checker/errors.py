"""The base of all errors of this project's own."""

from __future__ import annotations


class KatasError(Exception):
    """Something went wrong for a reason that is known. The text is a sentence for the person who reads it.

    Whoever hosts the judge can catch this one class: everything that the library raises on purpose is below it.
    """
