"""Who handed in what: found on disk, in whatever way a teacher has it. Nothing is left out without a reason.

Layouts, told apart by their structure: workspaces (`NN_name/solution.py`), folders of students, files named after a kata
(`03.py`), the downloads of Canvas, Moodle and Gradescope, checkouts, and zip files of all these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.catalog import CatalogError, Kata, find
from checker.errors import KatasError
from checker.grading.archives import NOT_FILES, unpack
from checker.judging.snapshot import NOTEBOOK

# name_userid_submissionid_file, with _LATE after the name; resubmissions get -1 before the suffix.
_CANVAS = re.compile(r"^(?P<name>[^_]+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$")
_MOODLE = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(file|onlinetext)_?(?P<file>.*)$")
_GRADESCOPE = "submission_metadata.yml"
_AGAIN = re.compile(r"-\d+$")
_SOURCES = (".py", NOTEBOOK)
_OURS = ("test_examples.py", "conftest.py")
_FOLDER_OF_A_KATA = re.compile(r"^\d\d_[a-z]")
BEST, NEWEST, ALL = "best", "newest", "all"


class IntakeError(KatasError):
    """There is nothing to grade, or it cannot be read; the text is a sentence for the teacher."""


@dataclass(frozen=True)
class Handed:
    """One file that counts: whose it is, for which kata, and where it was found.

    `found` is the place as a teacher knows it, also inside an archive; `file` is what is judged. `lms_id` is the number by
    which Canvas or Moodle knows the student, `lms_folder` the name that Moodle wants back.
    """

    student: str
    kata: Kata
    file: Path
    found: str
    lms_id: str = ""
    lms_folder: str = ""
    is_late: bool = False

    @property
    def changed(self) -> float:
        """When the file was last written, in seconds since the epoch."""
        return self.file.stat().st_mtime


@dataclass
class Intake:
    """All that was found: what counts, and for every other file the reason."""

    handed: list[Handed] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def students(self) -> list[str]:
        """Everybody who handed in something, in order."""
        return sorted({one.student for one in self.handed})


def take_in(sources: Sequence[Path], katas: Sequence[Kata], wanted: Sequence[Kata], unpacked: Path) -> Intake:
    """Look through the sources.

    Args:
        sources: folders, zip files, single files.
        katas: all katas there are.
        wanted: those to grade; one alone gives files without a kata's name a meaning.
        unpacked: the folder into which archives are unpacked.

    Raises:
        IntakeError: a source is missing.
    """
    reader = _Reader(katas, wanted, unpacked)
    for source in sources:
        if not source.exists():
            raise IntakeError(f"There is nothing at {source}. Name a folder, a zip file or a solution.")
        reader.source(source)
    return reader.intake


def pick(intake: Intake, which: str) -> Intake:
    """Of several files of one student for one kata the newest one; all of them where `which` says so or "best"."""
    if which != NEWEST:
        return intake
    newest: dict[tuple[str, str], Handed] = {}
    rest = list(intake.left_out)
    for one in sorted(intake.handed, key=lambda handed: handed.changed):
        key = (one.student, one.kata.name)
        if before := newest.get(key):
            rest.append(
                (before.found, f"{one.student} has a newer one for kata {one.kata.number}: {one.found}")
            )
        newest[key] = one
    return Intake(sorted(newest.values(), key=lambda one: (one.student, one.kata.number)), rest)


@dataclass(frozen=True)
class _Owner:
    """Whose files a place holds."""

    student: str
    lms_id: str = ""
    lms_folder: str = ""
    is_late: bool = False


class _Reader:
    def __init__(self, katas: Sequence[Kata], wanted: Sequence[Kata], unpacked: Path) -> None:
        self.katas = list(katas)
        self.wanted = {kata.name for kata in wanted}
        self.only = wanted[0] if len(wanted) == 1 else None
        self.unpacked = unpacked
        self.intake = Intake()

    def source(self, path: Path) -> None:
        if path.is_dir():
            self._folder(path, path.name or str(path.resolve().name))
        elif path.suffix.lower() == ".zip":
            self._archive(path, path.name, None)
        else:
            self._file(path, path.name, _Owner(path.stem))

    def _archive(self, path: Path, found: str, owner: _Owner | None) -> None:
        made = unpack(path, self.unpacked, found)
        self.intake.left_out += made.left_out
        if not made.folder.is_dir():
            return
        if owner is None:
            folder = _without_wrapping(made.folder)
            self._folder(folder, found, Path(found).stem if folder == made.folder else folder.name)
        else:
            self._student(made.folder, found, owner)

    def _folder(self, folder: Path, found: str, student: str = "") -> None:
        """A folder that may be one student's, or hold many."""
        entries = _entries(folder)
        names = [entry.name for entry in entries]
        if _GRADESCOPE in names:
            self._gradescope(folder, found)
        elif self._is_one_students(folder, entries):
            self._student(folder, found, _Owner(student or folder.resolve().name))
        else:
            for entry in entries:
                self._entry_of_class(entry, f"{found}/{entry.name}")

    def _entry_of_class(self, entry: Path, found: str) -> None:
        if entry.is_symlink():
            self._leave(found, "is a link")
        elif match := _MOODLE.match(entry.name):
            name = match["name"].replace("_", " ").strip()
            # A flat download names the file behind the folder's name.
            folder = entry.name if entry.is_dir() else entry.name.removesuffix(match["file"])
            self._of(entry, found, _Owner(name, match["id"], folder), match["file"])
        elif entry.is_file() and (match := _CANVAS.match(entry.name)):
            owner = _Owner(match["name"], match["id"], is_late=bool(match["late"]))
            self._of(entry, found, owner, match["file"])
        elif entry.is_dir():
            self._student(entry, found, _Owner(entry.name))
        else:
            self._of(entry, found, _Owner(entry.stem), entry.name)

    def _of(self, entry: Path, found: str, owner: _Owner, name: str) -> None:
        if entry.is_dir():
            self._student(entry, found, owner)
        elif entry.suffix.lower() == ".zip":
            self._archive(entry, found, owner)
        else:
            self._file(entry, found, owner, name, is_alone=True)

    def _gradescope(self, folder: Path, found: str) -> None:
        """An export: folders of submissions, and a file that says whose they are."""
        owners = _gradescope_owners((folder / _GRADESCOPE).read_text(encoding="utf-8", errors="replace"))
        for entry in _entries(folder):
            if entry.name == _GRADESCOPE:
                continue
            if entry.is_dir():
                owner = owners.get(entry.name, _Owner(entry.name))
                self._student(entry, f"{found}/{entry.name}", owner)
            else:
                self._leave(f"{found}/{entry.name}", "lies outside of the submissions")

    def _is_one_students(self, folder: Path, entries: Sequence[Path]) -> bool:
        if (folder / ".katas").is_dir():
            return True
        folders = [entry for entry in entries if entry.is_dir() and _FOLDER_OF_A_KATA.match(entry.name)]
        files = [
            entry for entry in entries if entry.suffix in _SOURCES and self._kata_of(entry.name) is not None
        ]
        return bool(folders or files or any((folder / f"solution{suffix}").is_file() for suffix in _SOURCES))

    def _student(self, folder: Path, found: str, owner: _Owner) -> None:
        """Everything below a folder is one student's."""
        for entry in _entries(folder):
            place = f"{found}/{entry.name}"
            if entry.is_symlink():
                self._leave(place, "is a link")
            elif entry.name in NOT_FILES or entry.name.startswith("."):
                if entry.name not in (".katas", ".git"):
                    self._leave(place, "belongs to a program, not to a submission")
            elif entry.is_dir():
                self._student(entry, place, owner)
            elif entry.suffix.lower() == ".zip":
                self._archive(entry, place, owner)
            else:
                self._file(entry, place, owner)

    def _file(self, file: Path, found: str, owner: _Owner, name: str = "", is_alone: bool = False) -> None:
        name = name or file.name
        if name in _OURS or not file.suffix:
            self._leave(found, "is no solution")
            return
        if file.suffix.lower() not in _SOURCES:
            self._leave(found, "is no Python file and no notebook")
            return
        kata = self._kata_of(name)
        if kata is None and _stem(name) == "solution":
            kata = self._kata_of(file.parent.name) or self.only
        if kata is None and self.only is not None and (is_alone or _is_alone(file)):
            kata = self.only
        if kata is None:
            self._leave(
                found, "names no kata: call it 03.py, or put it into a folder like 03_mnist_autoencoder"
            )
        elif kata.name not in self.wanted:
            self._leave(found, f"is for kata {kata.number}, which is not graded now")
        else:
            self.intake.handed.append(
                Handed(owner.student, kata, file, found, owner.lms_id, owner.lms_folder, owner.is_late)
            )

    def _kata_of(self, name: str) -> Kata | None:
        """The kata that a file's or folder's name says: its number, its name, or the number and anything."""
        stem = _stem(name)
        number = re.match(r"^(?:kata[_ -]?)?(\d\d?)(?:$|[_ -])", stem, re.IGNORECASE)
        if not number and stem not in {word for kata in self.katas for word in (kata.name, kata.slug)}:
            return None
        try:
            return find(self.katas, number[1] if number else stem)
        except CatalogError:
            return None

    def _leave(self, found: str, reason: str) -> None:
        self.intake.left_out.append((found, reason))


def _stem(name: str) -> str:
    suffix = Path(name).suffix
    return _AGAIN.sub("", name.removesuffix(suffix) if suffix.lower() in _SOURCES else name)


def _is_alone(file: Path) -> bool:
    """Whether no other file that could be meant lies beside it."""
    return sum(other.suffix in _SOURCES and other.name not in _OURS for other in file.parent.iterdir()) == 1


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise IntakeError(f"{folder} cannot be read: {error.strerror or error}.") from None


def _without_wrapping(folder: Path) -> Path:
    """The folder that an archive wraps around everything, if it does and is not itself a name that says something."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    says_something = any(
        _MOODLE.match(entry.name) or _FOLDER_OF_A_KATA.match(entry.name) for entry in entries
    )
    return entries[0] if len(entries) == 1 and entries[0].is_dir() and not says_something else folder


def _gradescope_owners(text: str) -> dict[str, _Owner]:
    """Whose the folders are. The file is YAML with Ruby's keys; only names and e-mails of it are needed."""
    owners: dict[str, _Owner] = {}
    names: list[str] = []
    folder, number = "", ""
    for line in (*text.splitlines(), "end:"):
        if heading := re.match(r"^(\S[^:]*):\s*$", line):
            if folder and names:
                owners[folder] = _Owner(" and ".join(names), number)
            folder, names, number = heading[1].strip("'\""), [], ""
        elif name := re.match(r"^\s*(?:-\s*)?:name:\s*(.+?)\s*$", line):
            names.append(name[1].strip("'\""))
        elif (sid := re.match(r"^\s*(?:-\s*)?:sid:\s*(.+?)\s*$", line)) and not number:
            number = sid[1].strip("'\"")
    return owners


def same_names(intake: Intake) -> Intake:
    """Two students of one name whom their system's numbers tell apart get the number behind the name."""
    numbers: dict[str, set[str]] = {}
    for one in intake.handed:
        numbers.setdefault(one.student, set()).add(one.lms_id)
    double = {name for name, ids in numbers.items() if len(ids - {""}) > 1}
    named: Iterator[Handed] = (
        replace(one, student=f"{one.student} ({one.lms_id})") if one.student in double else one
        for one in intake.handed
    )
    return Intake(list(named), intake.left_out)
