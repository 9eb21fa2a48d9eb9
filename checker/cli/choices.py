"""What several commands ask the command line for: katas, workspace, language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.catalog import Kata, find, load
from checker.languages.translation import _, current
from checker.workspace.attempt import choose
from checker.workspace.typed import here, remember_folders, typed
from checker.workspace.workspace import Workspace, WorkspaceError
from checker.workspace.workspace import find as find_workspace

_F = TypeVar("_F", bound=Callable[..., Any])


if TYPE_CHECKING:
    _Parameter = click.ParamType[Path]
else:
    # The class takes a parameter in newer versions only.
    _Parameter = click.ParamType


class PlaceType(_Parameter):
    """A file or folder. An empty name, as an unset variable of a script leaves it, is none."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path as it was typed."""
        if not str(value):
            self.fail(_("the name is empty. Is it a variable that is not set?"), param, ctx)
        return Path(value)


PLACE = PlaceType()


def _remember(ctx: click.Context, param: click.Parameter, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those of the command line go into every command that a message names; those of the variable stay known anyway."""
    from_line = ctx.get_parameter_source("folders") is click.core.ParameterSource.COMMANDLINE
    remember_folders(folders if from_line else ())
    return folders


def katas_option(command: _F) -> _F:
    """`--katas DIR`, any number of times: further folders of katas."""
    return click.option(
        "--katas",
        "folders",
        metavar="DIR",
        type=PLACE,
        multiple=True,
        envvar="KATAS_FOLDERS",
        callback=_remember,
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


def workspace_around() -> Workspace | None:
    """The workspace around the current folder, if there is one.

    Raises:
        WorkspaceError: the current folder was deleted.
    """
    return find_workspace(_place())


def workspace_here() -> Workspace:
    """The workspace around the current folder.

    Raises:
        WorkspaceError: there is none.
    """
    workspace = workspace_around()
    if workspace is None:
        raise WorkspaceError(
            _(
                "{place} is not inside a workspace. Make one with: {command} && cd my-katas",
                place=_place(),
                command=typed("init", "my-katas"),
            )
        )
    return workspace


def kata_meant(number: str | None, katas: list[Kata], workspace: Workspace | None = None) -> Kata:
    """The kata of that number or name, else the one that the current folder and the path say."""
    if number:
        return one_kata(katas, number)
    return choose(workspace or workspace_here(), katas, _place())


def _place() -> Path:
    try:
        return here()
    except FileNotFoundError:
        raise WorkspaceError(
            _("The current folder was deleted. Go into your workspace with cd, then type it again.")
        ) from None


def language(asked: str | None) -> str:
    """The language asked for, else the one that this command speaks."""
    return asked or current()
