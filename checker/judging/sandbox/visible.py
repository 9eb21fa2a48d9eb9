"""What a worker may see of the file system: Python, its packages, a few files of the system, and its data.

`Visible` is an allow-list with holes. For any path the longest entry that contains it decides: one of `paths`
shows it, one of `hidden` does not. All paths are real ones; `links` are the symbolic links on the way to
them.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PREFIX_PARTS = ("bin", "lib", "lib64", "lib32", "pyvenv.cfg")
_SYSTEM = (
    "/lib",
    "/lib64",
    "/lib32",
    "/usr/lib",
    "/usr/lib64",
    "/usr/lib32",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/alternatives",
    "/nix/store",
)
_GPU = ("/sys", "/usr/lib/wsl", "/run/nvidia", "/etc/nvidia", "/opt/cuda", "/usr/local/cuda")
GPU_DEVICES = ("/dev/dxg", "/dev/kfd", "/dev/dri")
_NUMPY = ("numpy", "numpy.libs")
# Of the kernel's own files those that libraries read: about this machine's processors and memory, and the process itself.
# Not: mounts, network, other processes. `{pid}` is the worker's number, `*` any. TensorFlow ends the process where it
# cannot read the command line; nothing stands there that the submission does not know.
_PSEUDO_FILES = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/vm/max_map_count",
    "/proc/sys/kernel/ngroups_max",
    "/proc/sys/kernel/rtsig-max",
    *(f"/proc/{{pid}}/{name}" for name in ("status", "stat", "statm", "maps", "smaps", "limits", "comm")),
    *(f"/proc/{{pid}}/{name}" for name in ("fd", "environ", "oom_score_adj", "cmdline")),
    *(
        f"/sys/devices/system/cpu/{name}"
        for name in ("online", "possible", "present", "kernel_max", "isolated")
    ),
    *(
        f"/sys/devices/system/cpu/cpu*/{name}"
        for name in ("cache", "topology", "cpufreq", "tsc_freq_khz", "regs")
    ),
    *(f"/sys/devices/system/node/{name}" for name in ("online", "possible", "has_cpu", "has_memory")),
    *(f"/sys/devices/system/node/node*/{name}" for name in ("cpulist", "cpumap", "distance", "meminfo")),
    "/sys/kernel/mm/transparent_hugepage",
    "/dev/urandom",
    "/dev/random",
)
_CHECKER = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Visible:
    """See the module's docstring. `links` are (link, text of the link)."""

    paths: tuple[Path, ...]
    hidden: tuple[Path, ...]
    links: tuple[tuple[Path, str], ...] = ()

    def shows(self, path: Path) -> bool:
        """Whether a real path is visible."""
        shown, hidden = _depth(path, self.paths), _depth(path, self.hidden)
        return shown > hidden


def package_folders() -> list[str]:
    """The folders from which this Python imports installed packages, in order."""
    return [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]


def pseudo_files(gpu: bool) -> list[Path]:
    """The kernel's own files and devices that this process may read; those of other processes are not among them."""
    found: list[Path] = []
    for pattern in _PSEUDO_FILES:
        name = pattern.format(pid=os.getpid())
        found += Path("/").glob(name[1:]) if "*" in name else [Path(name)]
    return [*found, Path("/sys"), Path(f"/proc/{os.getpid()}")] if gpu else found


@functools.lru_cache(maxsize=8)
def of_python(packages: str, gpu: bool) -> Visible:
    """What Python itself needs. `packages` is "numpy" or "all" (see `SandboxSpec`)."""
    wanted: list[Path] = []
    for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix):
        wanted += [Path(prefix) / part for part in _PREFIX_PARTS]
    wanted += [Path(sys.executable), *map(Path, _SYSTEM)]
    if gpu:
        libraries = os.environ.get("LD_LIBRARY_PATH", "").split(":")
        wanted += [Path(path) for path in (*_GPU, *libraries) if path]
    hidden: list[Path] = [_CHECKER]
    for site in package_folders():
        if packages == "numpy":
            hidden.append(Path(site).resolve())
            wanted += [Path(site) / name for name in _NUMPY]
        else:
            wanted.append(Path(site))
    wanted += _parts_of_checker()
    return _build(wanted, hidden)


def of_worker(
    packages: str, gpu: bool, readable: Iterable[Path] = (), hidden: Iterable[Path] = ()
) -> Visible:
    """What one worker may see: Python, and the files that it is given; without what must stay hidden."""
    python = of_python(packages, gpu)
    data = _build(list(readable), [])
    return Visible(
        (*python.paths, *data.paths),
        (*python.hidden, *(path.resolve() for path in hidden)),
        (*python.links, *(link for link in data.links if link not in python.links)),
    )


def _parts_of_checker() -> list[Path]:
    # The worker's half of the judge and nothing else: no hidden suites, references or feature networks.
    judging = _CHECKER / "judging"
    return [
        *(_CHECKER / name for name in ("__init__.py", "errors.py", "units.py", "variables.py")),
        # What it says, it says as sentences that can be translated.
        *(_CHECKER / "languages" / name for name in ("__init__.py", "texts.py")),
        judging / "__init__.py",
        *(judging / name for name in ("wire.py", "cell_places.py", "worker", "sandbox")),
    ]


def _build(wanted: Iterable[Path], hidden: Iterable[Path]) -> Visible:
    paths: dict[Path, None] = {}
    links: dict[Path, str] = {}
    for path in wanted:
        real = _follow(path.absolute(), links)
        if real is not None:
            paths[real] = None
    holes = [path for path in dict.fromkeys(hidden) if path.exists()]
    # Parents before children, and a path inside a visible one is named only if a hole lies between.
    kept: list[Path] = []
    for path in sorted(paths, key=lambda path: len(path.parts)):
        if _depth(path.parent, kept) <= _depth(path, holes):
            kept.append(path)
    outside = {link: text for link, text in links.items() if _depth(link, kept) <= _depth(link, holes)}
    return Visible(tuple(kept), tuple(holes), tuple(outside.items()))


def _follow(path: Path, links: dict[Path, str]) -> Path | None:
    """The real path behind `path`, with every symbolic link on the way noted; None if it does not exist."""
    for _ in range(40):
        current = Path(path.anchor)
        for index, part in enumerate(path.parts[1:], start=1):
            current = current / part
            if current.is_symlink():
                text = str(current.readlink())
                links[current] = text
                rest = path.parts[index + 1 :]
                path = Path(os.path.normpath(current.parent / text)).joinpath(*rest)
                break
        else:
            return path if path.exists() else None
    return None


def _depth(path: Path, entries: Iterable[Path]) -> int:
    """The length of the longest entry that is `path` or a folder around it; -1 if there is none."""
    around = {path, *path.parents}
    return max((len(entry.parts) for entry in entries if entry in around), default=-1)
