"""What several commands ask the command line for: katas, workspace, language."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from checker.catalog import Kata, find, load
from checker.workspace.workspace import Workspace, WorkspaceError
from checker.workspace.workspace import find as find_workspace

_F = TypeVar("_F", bound=Callable[..., Any])
LANGUAGES = ("en", "ko")


def katas_option(command: _F) -> _F:
    """`--katas DIR`, any number of times: further folders of katas."""
    return click.option(
        "--katas",
        "folders",
        metavar="DIR",
        type=click.Path(path_type=Path),
        multiple=True,
        envvar="KATAS_FOLDERS",
        help="A further folder of katas; may be repeated. Also read from KATAS_FOLDERS.",
    )(command)


def number_argument(command: _F) -> _F:
    """`NN`: a kata by number or name, or nothing."""
    return click.argument("number", metavar="[NN]", required=False)(command)


def load_katas(folders: tuple[Path, ...]) -> list[Kata]:
    """The built-in katas and those of further folders, in order."""
    return load(None, *(folder.resolve() for folder in folders))


def one_kata(katas: list[Kata], wanted: str) -> Kata:
    """The kata of that number or name."""
    return find(katas, wanted)


def workspace_here() -> Workspace:
    """The workspace around the current folder.

    Raises:
        WorkspaceError: there is none.
    """
    workspace = find_workspace(Path.cwd())
    if workspace is None:
        raise WorkspaceError(
            f"{Path.cwd()} is not inside a workspace. Make one with: katas init my-katas && cd my-katas"
        )
    return workspace


def language(asked: str | None) -> str:
    """The language of a lesson: the one asked for, else the one of the locale, else English."""
    if asked:
        return asked
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "ko" if value.lower().startswith("ko") else "en"
    if os.name == "nt":
        import locale

        return "ko" if (locale.getlocale()[0] or "").lower().startswith("ko") else "en"
    return "en"


def from_here(path: Path) -> str:
    """The path as one would type it from the current folder."""
    try:
        return os.path.relpath(path)
    except ValueError:
        # Another drive.
        return str(path)
