"""The report of a record inside of a page: the same as `katas report`, its style in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence

from checker.catalog import Kata
from checker.report import pages
from checker.report.page import page
from checker.verdict import Record


def report_html(record: Record, kata: Kata, history: Sequence[Record], language: str) -> str:
    """The report as a part of a page; a contest keeps no pictures."""
    whole = page(record, kata, history, lambda one: None, language=language)["index.html"].decode()
    return whole[whole.index("<main>") + len("<main>") : whole.index("</main>")]


def report_css() -> str:
    """The report's style, for what stands inside of the class `katas-report` alone."""
    nested = pages.style().replace(":root {", "& {").replace("body {", "& {")
    return f".katas-report {{ {nested} }}\n"
