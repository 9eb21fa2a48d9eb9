"""What a sandbox is asked for: plain data, without any import that costs time in a worker."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import KatasError


class SandboxError(KatasError):
    """The sandbox that was asked for cannot be had here. The message is one sentence for the user."""


class Level(enum.StrEnum):
    """How a worker is kept apart from the machine, best first; the package's docstring says how."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    USER = "user"
    PLAIN = "plain"

    def __str__(self) -> str:
        return self.value

    @property
    def is_strict(self) -> bool:
        """Whether the operating system holds the walls: contests and CI ask for this."""
        return self in (Level.BUBBLEWRAP, Level.LANDLOCK)


@dataclass(frozen=True)
class SandboxSpec:
    """One worker's sandbox.

    `scratch` is an existing folder of this worker alone: its working directory, home and temporary folder.
    At the bubblewrap level a memory file system of `scratch_mb` lies over it, so nothing reaches the disk.
    `readable` are the only files outside Python that the worker may read. `hidden` are paths that must stay
    out of sight even if they lie inside a folder that Python needs. `packages` is "numpy" (NumPy and the
    standard library are visible) or "all". `variables` are everything the worker's environment has besides
    PATH, HOME, temporary folder, locale and a user name.

    Limits are hard ones, set by the kernel where it can: CPU seconds of the worker's own process (a backstop;
    the judge measures and ends earlier), size of one file, open files. Memory and processes are not among them, since no
    kernel limit for them is harmless everywhere: the judge watches them. `_mb` are millions of bytes.
    """

    level: Level
    scratch: Path
    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    packages: str = "all"
    variables: dict[str, str] = field(default_factory=dict)
    gpu: bool = False
    cpu_seconds: int = 3600
    file_size_mb: int = 256
    scratch_mb: int = 512
    open_files: int = 512
