"""A sheet to print and cut: each team's name, its code, and a QR code of it, so that nobody has to type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.contest.errors import ContestError
from checker.contest.views import Team
from checker.report.escape import xml
from checker.whole_files import write_new

TEMPLATES = Path(__file__).parents[1] / "templates" / "contest"
WORDS = {
    "en": {
        "codes": "codes of the teams",
        "once": "These codes are shown once. Cut the sheet, and give each team its part alone.",
    },
    "ko": {
        "codes": "팀 코드",
        "once": "이 코드는 한 번만 표시됩니다. 종이를 잘라 각 팀에 자기 몫만 나누어 주세요.",
    },
}


@dataclass(frozen=True)
class _Card:
    name: str
    code: str
    qr: object


def sheet(title: str, language: str, codes: Sequence[tuple[Team, str]], address: str = "") -> str:
    """The sheet as a page that needs no other file.

    Args:
        title: of the contest.
        language: "en" or "ko".
        codes: teams with their codes.
        address: of the contest's pages; the QR code leads there with the code behind #, which a browser sends to no server.
            Without it the QR code holds the code alone.
    """
    import segno
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    def qr(code: str) -> object:
        content = f"{address.rstrip('/')}/#code={code}" if address else code
        # Made by us of a code that we drew: no markup of a stranger.
        return Markup(segno.make(content, error="m", micro=False).svg_inline(scale=4))

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
    cards = [_Card(xml(team.name), code, qr(code)) for team, code in codes]
    return environment.get_template("codes.html.j2").render(
        title=title, language=language, words=WORDS[language], cards=cards, address=address
    )


def check_free(file: Path) -> None:
    """See that a sheet can be written there, before codes are made that nobody could read again.

    Raises:
        ContestError: something is there, or its folder is not.
    """
    if file.exists():
        raise ContestError(f"{file} exists already. Name another file for the sheet.")
    if not file.parent.is_dir():
        raise ContestError(f"There is no folder {file.parent} for the sheet.")


def write(file: Path, page: str) -> None:
    """Write the sheet.

    Raises:
        ContestError: it cannot be written.
    """
    try:
        if not write_new(file, page.encode()):
            raise ContestError(f"{file} exists already; the codes are above.")
    except OSError as error:
        raise ContestError(
            f"{file} cannot be written ({error.strerror or error}); the codes are above."
        ) from None
