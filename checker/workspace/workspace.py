"""The learner's folder.

    my-katas/
        README.md                   what to type
        01_linear_regression/       one folder per unlocked kata
            solution.py             what the learner writes: at first a copy of the stub, in his language
            test_examples.py        visible examples, for `python -m pytest`; also in his language
            lesson.md  lesson.ko.md, and the pictures in them
        .katas/                     marks the workspace
            ledger.sqlite           every judged run
            pictures/               what was learned, by hash

No file that exists is ever overwritten.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from checker.catalog import Kata
from checker.errors import KatasError
from checker.languages.texts import say
from checker.languages.translation import _, current
from checker.whole_files import write_new
from checker.workspace.typed import typed

MARK = ".katas"
SOLUTION = "solution.py"
_EXAMPLES = "test_examples.py"
_LESSONS = ("lesson.md", "lesson.ko.md")
_T = TypeVar("_T")

_README = say(
    "# My katas\n\n| type | to |\n| --- | --- |\n| `katas` | see where you are and what is next |\n| "
    "`katas lesson` | read the lesson of the current kata |\n| `python -m pytest "
    "01_linear_regression` | run the visible examples of a kata |\n| `katas check` | have your "
    "solution judged; `--quick` leaves the training out |\n| `katas watch` | have it judged at each "
    "save |\n| `katas report 01` | see what it learned, in the browser |\n| `katas hint` | get one "
    "more hint |\n\nWrite into `solution.py` of a kata's folder. When it passes, the next folder "
    "appears.\nLost a file? `katas init` puts back what is missing and overwrites nothing.\n"
)


class WorkspaceError(KatasError):
    """The workspace cannot be used as asked; the text is for the learner and says what to do next."""


@dataclass(frozen=True)
class Workspace:
    """A learner's folder; `root` is absolute."""

    root: Path

    @property
    def ledger_file(self) -> Path:
        """The SQLite file with every judged run."""
        return self.root / MARK / "ledger.sqlite"

    @property
    def pictures(self) -> Path:
        """Where pictures of runs lie, each under its hash."""
        return self.root / MARK / "pictures"

    def folder(self, kata: Kata) -> Path:
        """The kata's folder in this workspace."""
        return self.root / kata.name

    def solution(self, kata: Kata) -> Path:
        """The file that is judged."""
        return self.folder(kata) / SOLUTION

    def exists(self, file: Path) -> bool:
        """Whether a file of the workspace can be opened.

        Raises:
            WorkspaceError: its name is that of a link that leads nowhere: a new file cannot take its place.
        """
        try:
            file.stat()
        except FileNotFoundError:
            if not file.is_symlink():
                return False
            raise WorkspaceError(
                say(
                    "{file} is a link to {readlink}, which is not there. Put that file back, or delete the link.",
                    file=file,
                    readlink=file.readlink(),
                )
            ) from None
        except OSError as error:
            raise WorkspaceError(
                say("{file} cannot be opened: {value}.", file=file, value=error.strerror or error)
            ) from None
        return True

    def kata_around(self, place: Path, katas: Iterable[Kata]) -> Kata | None:
        """The kata in whose folder `place` lies, if any."""
        with contextlib.suppress(OSError, RuntimeError):  # a loop of links is nobody's folder
            place = place.resolve()
            for kata in katas:
                folder = self.folder(kata).resolve()
                if place == folder or folder in place.parents:
                    return kata
        return None

    def lay_out(self, katas: Iterable[Kata]) -> list[Path]:
        """Write what is missing of the workspace and of these katas' folders; the files written.

        Raises:
            WorkspaceError: the folder cannot be written, or something is in the way.
        """
        return _explained(self.root, lambda: self._lay_out(katas))

    def _lay_out(self, katas: Iterable[Kata]) -> list[Path]:
        self.ledger_file.parent.mkdir(parents=True, exist_ok=True)
        written = []
        if write_new(self.root / "README.md", _(_README).encode()):
            written.append(self.root / "README.md")
        for kata in katas:
            self.folder(kata).mkdir(exist_ok=True)
            stub = (kata.stub_in(current()), SOLUTION)
            examples = (kata.examples_in(current()), _EXAMPLES)
            for origin, target in (stub, examples, *((kata.folder / name, name) for name in _LESSONS)):
                copy = self.folder(kata) / target
                if origin.is_file() and write_new(copy, origin.read_bytes()):
                    written.append(copy)
            for picture in sorted((*kata.folder.glob("*.png"), *kata.folder.glob("*.webp"))):
                # A lesson shows it.
                if write_new(self.folder(kata) / picture.name, picture.read_bytes()):
                    written.append(self.folder(kata) / picture.name)
        return written


def workspace_at(folder: Path) -> Workspace:
    """The workspace in that folder, which may not be there yet.

    Raises:
        WorkspaceError: the system takes no such path.
    """
    try:
        root = folder.resolve()
        # A name that is too long is refused at the first look.
        root.is_dir()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or say("its links lead round in a circle")
        raise WorkspaceError(
            say(
                "The folder {folder} cannot be used ({reason}). Name another one.",
                folder=folder,
                reason=reason,
            )
        ) from None
    return Workspace(root)


def find(start: Path) -> Workspace | None:
    """The workspace around `start`, or None."""
    try:
        real = start.resolve()
        # First along the way that one came: a kata's folder may be a link to elsewhere.
        for folder in dict.fromkeys((start, *start.parents, real, *real.parents)):
            if folder.is_absolute() and (folder / MARK).is_dir():
                return Workspace(folder)
    except (OSError, RuntimeError):
        # A loop of links, or a path that is longer than the system takes.
        return None
    return None


def _explained(root: Path, action: Callable[[], _T]) -> _T:
    """Run a file action; what the system refuses becomes a sentence."""
    try:
        return action()
    except (FileExistsError, NotADirectoryError) as error:
        raise WorkspaceError(
            say(
                "{filename} is in the way: it is no folder. Move it, or name another folder.",
                filename=error.filename,
            )
        ) from error
    except OSError as error:
        raise WorkspaceError(
            say(
                "The workspace {root} cannot be written ({value}). Make the folder writable, or start a "
                "workspace elsewhere with: {typed}",
                root=root,
                value=error.strerror or error,
                typed=typed("init", "my-katas"),
            )
        ) from error
