"""A PostgreSQL server of the tests' own: Debian's package, a temporary folder, a socket in it, no port."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

# The newest that Debian or Ubuntu has installed.
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))
USER = "postgres"
_numbers = itertools.count()


def missing() -> str:
    """Why there can be no server here; empty if there can."""
    if os.name != "posix":
        return "PostgreSQL is started on POSIX systems alone"
    if not (PROGRAMS / "postgres").exists():
        return f"there is no PostgreSQL in {PROGRAMS} (apt install postgresql)"
    if os.geteuid() == 0 and not (shutil.which("setpriv") and _uid() is not None):
        return "PostgreSQL does not run as root, and there is no user postgres to run it as"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    return ""


def _uid() -> int | None:
    import pwd

    try:
        return pwd.getpwnam(USER).pw_uid
    except KeyError:
        return None


class Server:
    """A server: started, killed, started again, removed."""

    def __init__(self, *options: str) -> None:
        """Make its folder. `options` are settings, such as fsync=off."""
        # Not below pytest's own folder, which another user may not enter; and a socket's path is short.
        self.folder = Path(tempfile.mkdtemp(prefix="katas-pg-"))
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER)
        self._call(
            "initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"contest{next(_numbers)}"
        self._call("createdb", "-h", str(self.folder), "-U", USER, name)
        return self.url(name)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = (self.folder / "log").open("ab")
        settings = [
            f"unix_socket_directories={self.folder}",
            "listen_addresses=",
            "max_connections=60",
            *self._options,
        ]
        self._process = subprocess.Popen(
            self._as_user("postgres", "-D", str(self.data), *(word for s in settings for word in ("-c", s))),
            stdout=log, stderr=log, cwd=self.folder,
        )  # fmt: skip
        log.close()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(subprocess.CalledProcessError):
                self._call("pg_isready", "-q", "-h", str(self.folder))
                return None
            if self._process.poll() is not None:
                # It may find the last one's shared memory still in use, for a moment.
                time.sleep(0.3)
                return self.start()
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])

    def kill(self) -> None:
        """SIGKILL to the server's main process; those of its connections notice and end."""
        assert self._process is not None
        os.kill(self._main(), signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End it and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._main(), signal.SIGQUIT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=20)
            if self._process.poll() is None:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _main(self) -> int:
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])

    def _as_user(self, program: str, *words: str) -> Sequence[str]:
        command = [str(PROGRAMS / program), *words]
        if os.geteuid() == 0:
            return ["setpriv", f"--reuid={USER}", f"--regid={_uid_group()}", "--clear-groups", "--", *command]
        return command

    def _call(self, program: str, *words: str) -> None:
        subprocess.run(self._as_user(program, *words), check=True, capture_output=True, cwd=self.folder)


def _uid_group() -> int:
    import pwd

    return pwd.getpwnam(USER).pw_gid
