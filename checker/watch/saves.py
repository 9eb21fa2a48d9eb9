"""Noticing that a file was saved.

The folder is watched and not the file, since editors save by renaming. Where the system tells of changes it is asked
(watchfiles); network drives, FUSE and Windows drives under WSL do not tell, so there, and where a touched file brings no
word within two seconds, the folder is looked at twice a second. What a change is decides the content: `fingerprint`.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import watchfiles

# File systems on which other machines write, or whose changes the kernel is not told of.
SILENT = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "drvfs",
    "vboxsf",
    "fuse",
    "virtiofs",
    "prl_fs",
    "vmhgfs",
)
POLL_MILLISECONDS = 500
# Several files that an editor writes for one save are one.
GATHER_MILLISECONDS = 60
SELF_TEST_SECONDS = 2.0
_SELF_TEST = ".katas-watch-test"
LARGEST = 1_000_000


class Saves:
    """Calls `on_save` from a thread of its own whenever something in a folder changes, until it is ended."""

    def __init__(self, folder: Path, on_save: Callable[[], None], *, polls: bool | None = None) -> None:
        self.folder = folder
        self.polls = is_silent(folder) if polls is None else polls
        self._on_save = on_save
        self._stop = threading.Event()
        self._heard = threading.Event()
        self._thread = self._started()
        if not self.polls and not self._hears():
            # It said nothing of a file that was just written.
            self._end_thread()
            self.polls = True
            self._thread = self._started()

    def end(self) -> None:
        """Listen no more."""
        self._end_thread()

    def _started(self) -> threading.Thread:
        self._stop = threading.Event()
        thread = threading.Thread(target=self._listen, args=(self._stop,), daemon=True)
        thread.start()
        return thread

    def _end_thread(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _listen(self, stop: threading.Event) -> None:
        while not stop.is_set():
            with suppress(OSError, RuntimeError):  # the folder is gone: it may come again
                for changes in watchfiles.watch(
                    self.folder,
                    watch_filter=None,
                    stop_event=stop,
                    debounce=GATHER_MILLISECONDS,
                    step=20,
                    rust_timeout=200,
                    yield_on_timeout=True,
                    recursive=False,
                    force_polling=self.polls,
                    poll_delay_ms=POLL_MILLISECONDS,
                    raise_interrupt=False,
                ):
                    if changes:
                        self._heard.set()
                        self._on_save()
            stop.wait(0.5)

    def _hears(self) -> bool:
        """Whether a file that is written here is noticed."""
        file = self.folder / _SELF_TEST
        end = time.monotonic() + SELF_TEST_SECONDS
        try:
            while time.monotonic() < end:
                file.write_bytes(b"")
                if self._heard.wait(0.2):
                    return True
        except OSError:
            return True  # nothing can be written here, so nothing will change either
        finally:
            with suppress(OSError):
                file.unlink()
        return False


def is_silent(folder: Path) -> bool:
    """Whether the file system of a folder is one that does not tell of changes."""
    if sys.platform != "linux":
        return False
    kind, depth = "", -1
    with suppress(OSError):
        place = folder.resolve()
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
            fields, _, rest = line.partition(" - ")
            mounted = Path(fields.split()[4].replace("\\040", " "))
            if place.is_relative_to(mounted) and len(mounted.parts) >= depth:
                kind, depth = rest.split()[0], len(mounted.parts)
    is_windows_drive = "microsoft" in os.uname().release.lower() and str(folder.resolve()).startswith("/mnt/")
    return kind.partition(".")[0] in SILENT or is_windows_drive


def fingerprint(folder: Path) -> str:
    """What the Python files of a folder hold: a save that changes nothing gives the same."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        with suppress(OSError):
            if file.stat().st_size <= LARGEST:
                digest.update(file.name.encode("utf-8", "replace") + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
