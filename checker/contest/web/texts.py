"""What the pages say, in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.contest.web.texts_en import ENGLISH
from checker.contest.web.texts_ko import KOREAN

TABLES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ko": KOREAN}
Teller = Callable[..., str]


def teller(language: str) -> Teller:
    """A function that says a text of one language: `say("place", place=3)`."""
    table = TABLES[language]

    def say(key: str, **values: object) -> str:
        return table[key].format(**values) if values else table[key]

    return say


def chosen_language(cookie: str | None, team: str | None, accepted: str) -> str:
    """The language for a visitor.

    Args:
        cookie: what he chose by the link.
        team: his team's.
        accepted: the header Accept-Language.
    """
    for wanted in (cookie, team):
        if wanted is not None and wanted in TABLES:
            return wanted
    ranked = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        ranked.append((-quality, place, name.strip().lower()[:2]))
    return next((name for quality, _, name in sorted(ranked) if name in TABLES and quality < 0), "en")
