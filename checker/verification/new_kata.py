"""`katas new`: a kata folder with all its parts, made from the templates, that runs at once."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import Path

from checker.catalog import CatalogError, Kata, load
from checker.workspace.workspace import WorkspaceError

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
_SUFFIX = ".template"


def write_kata(name: str, folder: Path, known: Sequence[Kata]) -> Path:
    """Write a kata called `name` into `folder`, numbered after all known ones; its folder.

    Raises:
        WorkspaceError: the name cannot be a folder's name, no number is left, or the place cannot be written.
    """
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    slug = re.sub(r"^\d+_(?=[a-z])", "", slug)
    if not re.match(r"[a-z]", slug) or keyword.iskeyword(slug):
        raise WorkspaceError(f"{name!r} cannot name a kata. Use letters and digits, as in: katas new my-kata")
    number = _free_number(folder, known)
    target = folder / f"{number}_{slug}"
    title = slug.replace("_", " ").capitalize()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.mkdir()
        for source in sorted((TEMPLATES / "kata").rglob(f"*{_SUFFIX}")):
            text = source.read_text(encoding="utf-8")
            text = text.replace("{{number}}", number).replace("{{title}}", title)
            copy = target / source.relative_to(TEMPLATES / "kata").with_suffix("")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8", newline="\n")
        guide = folder / "AUTHORS.md"
        if not guide.exists():
            guide.write_text((TEMPLATES / "AUTHORS.md").read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"{target} cannot be written ({error.strerror or error}). Name another place with: "
            f"katas new {name} --folder DIR"
        ) from error
    return target


def _free_number(folder: Path, known: Sequence[Kata]) -> str:
    taken = {int(kata.number) for kata in known}
    if folder.is_dir() and any(folder.glob("*/kata.toml")):
        try:
            taken |= {int(kata.number) for kata in load(folder)}
        except CatalogError as error:
            raise WorkspaceError(f"A kata beside the new one is broken. {error}") from error
    number = max(taken, default=0) + 1
    if number > 99:
        raise WorkspaceError("The numbers 01 to 99 are used up. Name another place with: --folder DIR")
    return f"{number:02}"
