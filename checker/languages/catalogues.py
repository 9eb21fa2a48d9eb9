"""The texts of a language: gettext catalogues, compiled in an installed package, read as they are in a checkout."""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
# English is what the code says.
LANGUAGES = ("en", "ko")


def of_checker(language: str) -> gettext.NullTranslations:
    """What the checker itself says."""
    return catalogue(HERE / f"{language}.po")


def of_kata(folder: Path, language: str) -> gettext.NullTranslations:
    """What the suite of a kata says; its folder may have none."""
    return catalogue(folder / f"{language}.po")


@lru_cache(maxsize=64)
def catalogue(source: Path) -> gettext.NullTranslations:
    """The catalogue of a `.po` file, from the compiled file beside it where that is not older; an empty one if there is none."""
    compiled = source.with_suffix(".mo")
    try:
        if compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime):
            return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
        if source.exists():
            return gettext.GNUTranslations(io.BytesIO(compile_po(source)))
    except (OSError, ValueError, UnicodeDecodeError):
        # A sentence in English is better than none.
        return gettext.NullTranslations()
    return gettext.NullTranslations()


def compile_po(source: Path) -> bytes:
    """The bytes of the `.mo` file of a `.po` file.

    Raises:
        ValueError: it is no catalogue.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalog = read_po(stream, abort_invalid=True)
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()
