"""The first code of a worker's process: builds the walls around itself, then becomes the worker.

Started by path, `python -I -B .../enclose.py ORDER SCRATCH`, where ORDER is JSON (see `_order` in start.py) or the
number of an open file that holds it: a command line can be read later, also by the submission. It runs before any
code of the submission, and nothing that it closes can be opened again. If a wall cannot be built it ends with exit
code 97 and one sentence, and no submission is loaded.
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

from checker.judging.sandbox import alone, landlock, limits, other_user, reaper, seccomp  # noqa: E402
from checker.judging.sandbox.visible import GPU_DEVICES, Visible, pseudo_files  # noqa: E402

FAILED = 97


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
        if level == "user":
            other_user.become(order["user"])
        limits.drop_capabilities()
        if order["landlock"]:
            landlock.restrict(_rules_inside(order) if level == "bubblewrap" else _rules(order))
        if order["filter"]:
            seccomp.install(keep_metadata=level == "landlock", gpu=order["gpu"])
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
    yield from _devices(order["gpu"])
    yield Path(order["scratch"]), landlock.WRITE


def _rules_inside(order: dict[str, Any]) -> Iterator[tuple[Path, int]]:
    """Where bubblewrap's mounts hold already: all of them, but of the kernel's own files those named alone."""
    for path in Path("/").iterdir():
        if path.name not in ("proc", "sys", "dev"):
            yield path, landlock.READ
    yield from _devices(order["gpu"])
    for folder in (order["scratch"], "/tmp", "/dev/shm"):
        yield Path(folder), landlock.WRITE


def _devices(gpu: bool) -> Iterator[tuple[Path, int]]:
    """What the kernel shows as files: those that libraries ask for, one by one."""
    for path in pseudo_files(gpu):
        yield path, landlock.READ
    yield Path("/dev/null"), landlock.READ | landlock.WRITE_FILE
    if gpu:
        for node in (*Path("/dev").glob("nvidia*"), *map(Path, GPU_DEVICES)):
            yield node, landlock.READ | landlock.WRITE_FILE | (1 << 15)


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


def _read_order(argument: str) -> dict[str, Any]:
    if argument.isdigit():
        with os.fdopen(int(argument), "rb") as file:
            argument = file.read().decode()
    order: dict[str, Any] = json.loads(argument)
    return order


def main() -> None:
    """Read the order, build the walls, run the worker's module."""
    order = _read_order(sys.argv[1])
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
