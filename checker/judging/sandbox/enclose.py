"""The first code of a worker's process: builds the walls around itself, then becomes the worker.

Started by path, `python -I -B .../enclose.py ORDER`, where ORDER is JSON (see `Order` in starting.py). It
runs before any code of the submission, and nothing that it closes can be opened again. If a wall cannot be
built it ends with exit code 97 and one sentence, and no submission is loaded.
"""

from __future__ import annotations

import errno
import json
import os
import runpy
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parents[3])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from checker.judging.sandbox import alone, landlock, limits, reaper, seccomp  # noqa: E402
from checker.judging.sandbox.visible import Visible  # noqa: E402

FAILED = 97
_READABLE_PSEUDO_FILES = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system",
    "/sys/kernel/mm/transparent_hugepage",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)


def enclose(order: dict[str, Any]) -> None:
    """Build the walls of `order["level"]` around this process.

    Raises:
        OSError: the kernel refuses one of them.
    """
    level, linux = order["level"], sys.platform.startswith("linux")
    if level != "bubblewrap" and linux:
        reaper.separate(order["judge_lives"])
    if linux:
        limits.be_first_to_go()
    limits.set_limits(order["cpu_seconds"], order["file_size_mb"], order["open_files"])
    if level != "plain":
        alone.settle_in(Path(order["scratch"]))
        limits.drop_capabilities()
        if level == "landlock":
            landlock.restrict(_rules(order))
        seccomp.install(keep_metadata=level == "landlock")
        _prove_that_it_holds()
    if not linux:
        threading.Thread(target=_leave_with_the_judge, args=(order["judge"],), daemon=True).start()


def _rules(order: dict[str, Any]) -> Iterator[tuple[Path, int]]:
    visible = Visible(tuple(map(Path, order["visible"])), tuple(map(Path, order["hidden"])))
    for path in visible.paths:
        if visible.shows(path):
            yield from _around_holes(path, visible)
    for folder in order["packages"]:
        yield (
            Path(folder),
            landlock.READ_DIR,
        )  # Python looks for packages by listing, also in a user's own folder
    for name in _READABLE_PSEUDO_FILES:
        yield Path(name), landlock.READ
    yield Path(f"/proc/{os.getpid()}"), landlock.READ
    yield Path("/dev/null"), landlock.READ | landlock.WRITE_FILE
    if order["gpu"]:
        for node in (*Path("/dev").glob("nvidia*"), *map(Path, ("/dev/dxg", "/dev/kfd", "/dev/dri"))):
            yield node, landlock.READ | landlock.WRITE_FILE | (1 << 15)
    yield Path(order["scratch"]), landlock.WRITE


def _around_holes(path: Path, visible: Visible) -> Iterator[tuple[Path, int]]:
    """Rules for a visible path. Landlock knows no holes, so a folder with one is named entry by entry.

    Names inside such a folder can be listed, since Python looks for packages by listing.
    """
    if not any(hole.is_relative_to(path) for hole in visible.hidden):
        yield path, landlock.READ
        return
    yield path, landlock.READ_DIR
    for entry in path.iterdir():
        real = entry.resolve()
        if visible.shows(real):
            yield from _around_holes(real, visible)


def _prove_that_it_holds() -> None:
    """Try what must not work any more; a filter that lets it through is no filter."""
    try:
        pid = os.fork()
    except OSError as error:
        if error.errno == errno.EPERM:
            return
        raise
    if pid == 0:
        os._exit(0)
    raise OSError("the system call filter lets processes start")


def _leave_with_the_judge(judge: int) -> None:
    """Where no kernel does it: end this process soon after the judge has gone."""
    if os.name == "nt":
        import psutil

        process = psutil.Process(judge)
        while process.is_running():
            time.sleep(1)
    else:
        while os.getppid() == judge:
            time.sleep(1)
    os._exit(1)


def main() -> None:
    """Read the order, build the walls, run the worker's module."""
    order = json.loads(sys.argv[1])
    try:
        enclose(order)
    except OSError as error:
        print(f"The sandbox could not be built: {error}", file=sys.stderr)
        sys.exit(FAILED)
    # Folders that a .pth file names are not found where that file is out of sight.
    sys.path += [folder for folder in order["packages"] if folder not in sys.path]
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
