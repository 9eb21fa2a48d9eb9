"""A zip file that a stranger made, opened safely: only plain files, only inside the folder, and not without end."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from checker.units import MB

MOST_OF_ENTRY, MOST_IN_ALL, MOST_ENTRIES = 10 * MB, 200 * MB, 5_000
# What is packed much tighter than text is made to be a bomb.
MOST_RATIO = 100
RATIO_FROM = MB
# Archives in archives are opened so deep.
DEPTH = 2
NOT_FILES = ("__MACOSX", ".DS_Store", "__pycache__", ".ipynb_checkpoints", ".git")
_UTF8_FLAG = 0x800


@dataclass
class Unpacked:
    """What came of an archive: the folder with its files, and what was left out, with the reason for each."""

    folder: Path
    left_out: list[tuple[str, str]] = field(default_factory=list)


def unpack(archive: Path, into: Path, name: str = "") -> Unpacked:
    """Unpack a zip file into a folder of its own below `into`, named after its content; once is enough.

    An archive that is broken in the middle gives what lies before. Nothing is written outside of the folder.

    Args:
        archive: the file.
        into: the folder for all that is unpacked.
        name: what to call the archive in messages; its file name without.
    """
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    made = Unpacked(into / digest)
    _Unpacking(made, name or archive.name).take(archive, made.folder, DEPTH)
    return made


class _Unpacking:
    def __init__(self, made: Unpacked, name: str) -> None:
        self.made = made
        self.name = name
        self.bytes = self.entries = 0

    def take(self, archive: Path, folder: Path, depth: int, inside: str = "") -> None:
        where = f"{self.name}{inside}"
        try:
            with zipfile.ZipFile(archive) as opened:
                for entry in opened.infolist():
                    if not entry.is_dir():
                        self._entry(opened, entry, folder, depth, where)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
            self._leave(where, f"is no zip file that can be read ({error})")

    def _entry(
        self, opened: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, depth: int, where: str
    ) -> None:
        name = _name_of(entry)
        said = f"{where}/{name}"
        if problem := self._problem(entry, name):
            self._leave(said, problem)
            return
        self.entries += 1
        target = folder / PurePosixPath(name)
        try:
            with opened.open(entry) as source:
                content = source.read(MOST_OF_ENTRY + 1)
        except (
            zipfile.BadZipFile,
            OSError,
            NotImplementedError,
            RuntimeError,
            EOFError,
            ValueError,
        ) as error:
            self._leave(said, f"cannot be read ({error})")
            return
        self.bytes += len(content)
        if len(content) > MOST_OF_ENTRY:
            self._leave(said, f"is larger than {MOST_OF_ENTRY // MB} MB")
            return
        if target.suffix.lower() == ".zip":
            if depth <= 1:
                self._leave(said, f"lies more than {DEPTH} archives deep")
                return
            packed = folder / f".{hashlib.sha256(content).hexdigest()[:16]}.zip"
            folder.mkdir(parents=True, exist_ok=True)
            packed.write_bytes(content)
            self.take(packed, target.with_suffix(""), depth - 1, f"/{name}")
            packed.unlink()
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            self._leave(said, f"cannot be written ({error.strerror or error})")

    def _problem(self, entry: zipfile.ZipInfo, name: str) -> str:
        path = PurePosixPath(name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
            return "has a name that leads out of the archive"
        if kind not in (0, stat.S_IFREG):
            return "is a link or a device"
        if any(part in NOT_FILES or part.startswith("._") for part in path.parts):
            return "belongs to a program, not to a submission"
        if entry.flag_bits & 0x1:
            return "is encrypted"
        if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            return "is packed so tightly that it looks made to fill the disk"
        if self.entries >= MOST_ENTRIES:
            return f"comes after {MOST_ENTRIES:,} other files"
        if self.bytes >= MOST_IN_ALL:
            return f"comes after {MOST_IN_ALL // MB} MB of other files"
        return ""

    def _leave(self, name: str, reason: str) -> None:
        self.made.left_out.append((name, reason))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows writes Korean names in CP949 without saying so, others UTF-8."""
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & _UTF8_FLAG:
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
