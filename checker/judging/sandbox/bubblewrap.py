"""The command line of bubblewrap (`bwrap`) for one worker.

The new root is empty and read-only; into it come, read-only, what `Visible` shows, and memory file systems of
limited size for the scratch folder, /tmp and /dev/shm. User, process, network, IPC and host name spaces are
the worker's own, so no other process and no network interface exists for it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from checker.judging.sandbox.spec import SandboxSpec
from checker.judging.sandbox.visible import GPU_DEVICES, Visible, of_worker
from checker.languages.texts import say
from checker.units import MB

# What `limits.be_first_to_go` does, since /proc is read-only inside; processes hand it on to their children.
_FIRST_TO_GO = ("/bin/sh", "-c", '{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; exec "$@"', "sh")
# TensorFlow asks here how many processors there are.
_PROCESSORS = "/sys/devices/system"


def missing() -> str:
    """Why bubblewrap cannot be used here, as far as one sees without trying it; empty if it can."""
    if not sys.platform.startswith("linux"):
        return say("bubblewrap is a Linux program")
    if shutil.which("bwrap") is None:
        return say("the program bwrap is not installed (Debian and Ubuntu: apt install bubblewrap)")
    return ""


def arguments(spec: SandboxSpec) -> list[str]:
    """`bwrap` and its options, up to and without the command to run."""
    program = shutil.which("bwrap") or "bwrap"
    scratch = str(spec.scratch.resolve())
    return [
        *_FIRST_TO_GO,
        *(program, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--hostname", "worker", "--cap-drop", "ALL"),
        *_own_devices(),
        # The kernel's own switches lie in /proc and belong to root, whom bubblewrap may be run by; and process 1
        # is bubblewrap itself, which no filter holds.
        *("--proc", "/proc", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1", "--remount-ro", "/proc"),
        *("--ro-bind-try", _PROCESSORS, _PROCESSORS),
        *("--size", str(64 * MB), "--tmpfs", "/tmp"),
        *("--size", str(spec.scratch_mb * MB), "--tmpfs", scratch),
        *_mounts(of_worker(spec.packages, spec.gpu, spec.readable, spec.hidden)),
        *(_devices() if spec.gpu else ()),
        *("--remount-ro", "/", "--chdir", scratch),
    ]


def memory_folders(spec: SandboxSpec) -> tuple[Path, ...]:
    """The folders in which a worker can write: memory file systems."""
    return (spec.scratch.resolve(), Path("/tmp"), Path("/dev/shm"))


def _own_devices() -> list[str]:
    """Nothing but /dev/null and random numbers: shared pages of /dev/zero would be in nobody's figure, and pseudo
    terminals are the whole machine's."""
    options = ["--size", str(MB), "--tmpfs", "/dev"]
    for name in ("null", "random", "urandom"):
        options += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        options += ["--symlink", f"/proc/self/fd/{number}", f"/dev/{name}"]
    options += ["--symlink", "/proc/self/fd", "/dev/fd"]
    return [*options, "--size", str(64 * MB), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]


def _mounts(visible: Visible) -> list[str]:
    options: list[str] = []
    emptied: list[str] = []
    shown = set(visible.paths)
    # Parents before children, so that the longest entry wins.
    for path in sorted({*visible.paths, *visible.hidden}, key=lambda path: len(path.parts)):
        if path in shown and path not in visible.hidden:
            options += ["--ro-bind", str(path), str(path)]
        elif not any(path.is_relative_to(other) for other in shown) and not _holds(path, shown):
            continue  # nothing shows it anyway
        elif path.is_dir():
            options += ["--tmpfs", str(path)]
            emptied.append(str(path))
        else:
            options += ["--ro-bind", "/dev/null", str(path)]
    for link, text in visible.links:
        options += ["--symlink", text, str(link)]
    for folder in emptied:
        options += ["--remount-ro", folder]
    return options


def _holds(path: Path, others: set[Path]) -> bool:
    return any(other.is_relative_to(path) for other in others)


def _devices() -> list[str]:
    nodes = [*map(str, Path("/dev").glob("nvidia*")), *GPU_DEVICES]
    return [word for node in nodes for word in ("--dev-bind-try", node, node)]
