"""Limits that a container sets: CPU quota and memory, from Linux control groups, version 1 and 2.

A container with two cores' worth of time on a machine of 64 still sees 64 cores and all the memory; the
limits stand in files below /sys/fs/cgroup. Every level from the process's own group up to the mount point
counts, and the smallest limit holds. See the kernel's documentation, admin-guide/cgroup-v2.rst and
scheduler/sched-bwc.rst. Elsewhere than on Linux there are no such files, hence no limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Version 1 writes "no limit" as the largest multiple of the page size; nothing real is as large.
NO_LIMIT = 2**60


@dataclass(frozen=True)
class MemoryLimit:
    """A group's memory in bytes: what it may use, and what of that is free (caches count as free)."""

    total: int
    available: int


def cpu_quota(root: Path = Path("/")) -> float | None:
    """How many cores' worth of time this process may use, such as 1.5; None without a limit."""
    quotas = [_quota_v1(group) for group in _groups("cpu", root)]
    quotas += [_quota_v2(group) for group in _groups("", root)]
    return min((quota for quota in quotas if quota is not None), default=None)


def memory_limit(root: Path = Path("/")) -> MemoryLimit | None:
    """The tightest memory limit on this process; None without one."""
    limits = [
        _memory(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        for group in _groups("memory", root)
    ]
    limits += [_memory(group, "memory.max", "memory.current", "inactive_file") for group in _groups("", root)]
    found = [limit for limit in limits if limit is not None]
    if not found:
        return None
    return MemoryLimit(min(limit.total for limit in found), min(limit.available for limit in found))


def _groups(controller: str, root: Path) -> Iterator[Path]:
    """This process's group and those above it, for a version 1 controller; "" means version 2."""
    path = _own_path(controller, root)
    if path is None:
        return
    for mounted, mount_point in _mounts(controller, root):
        # Inside a container the mount often shows only the container's own part of the tree.
        inside = path.relative_to(mounted) if path.is_relative_to(mounted) else PurePosixPath()
        folder = root.joinpath(*mount_point.parts[1:])
        group = folder.joinpath(*inside.parts)
        while True:
            yield group
            if group == folder:
                break
            group = group.parent


def _own_path(controller: str, root: Path) -> PurePosixPath | None:
    """The path of this process's group, from lines such as `4:cpu,cpuacct:/docker/1f` or `0::/user.slice`."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if path.startswith("/") and controller in controllers.split(","):
            # ".." appears where the group lies outside the process's cgroup namespace.
            return PurePosixPath("/") if ".." in path else PurePosixPath(path)
    return None


def _mounts(controller: str, root: Path) -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """Where the controller is mounted: (the part of the tree that is shown, the folder that shows it)."""
    for line in _lines(root / "proc/self/mountinfo"):
        left, _, right = line.partition(" - ")
        fields, system = left.split(), right.split()
        if len(fields) < 5 or len(system) < 3:
            continue
        kinds = system[2].split(",")
        if (system[0] == "cgroup" and controller in kinds) if controller else system[0] == "cgroup2":
            shown, mount_point = PurePosixPath(fields[3]), PurePosixPath(fields[4])
            if shown.is_absolute() and mount_point.is_absolute():
                yield shown, mount_point


def _quota_v1(group: Path) -> float | None:
    quota = _number(group / "cpu.cfs_quota_us")
    period = _number(group / "cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 and period > 0 else None


def _quota_v2(group: Path) -> float | None:
    """`cpu.max` holds the quota and the period in microseconds, such as `150000 100000` or `max 100000`."""
    fields = next(iter(_lines(group / "cpu.max")), "").split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields) or int(fields[1]) == 0:
        return None
    return int(fields[0]) / int(fields[1]) or None


def _memory(group: Path, limit_file: str, usage_file: str, cache_name: str) -> MemoryLimit | None:
    limit = _number(group / limit_file)
    if limit is None or limit <= 0 or limit >= NO_LIMIT:
        return None
    used = _number(group / usage_file) or 0
    for line in _lines(group / "memory.stat"):
        name, _, value = line.partition(" ")
        if name == cache_name and value.isdigit():
            used -= int(value)
    return MemoryLimit(limit, min(limit, max(0, limit - used)))


def _number(file: Path) -> int | None:
    try:
        return int(next(iter(_lines(file)), ""))
    except ValueError:
        return None


def _lines(file: Path) -> list[str]:
    """The file's lines; none where it does not exist or may not be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
