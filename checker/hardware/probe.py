"""What this machine has: cores and memory that may really be used, the CPU's name, GPUs.

KATAS_TIER=cpu or KATAS_TIER=gpu forces the tier that `tier` gives, for instance to be judged by the CPU
targets on a machine with a GPU. TensorFlow uses no GPU on native Windows (its last release that did was
2.10): there the tier is "cpu" unless it is forced; under WSL 2 it works as on Linux.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checker.errors import KatasError
from checker.hardware import cgroups
from checker.languages.texts import say

# `subprocess.run`, or a stand-in for it in a test.
Run = Callable[..., "subprocess.CompletedProcess[str]"]

TIERS = ("cpu", "gpu")
# Importing TensorFlow took 20 s on a machine at load 10.
TENSORFLOW_TIMEOUT = 180.0
_ASK_TENSORFLOW = """
import json, os
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf
names = []
for device in tf.config.list_physical_devices("GPU"):
    details = tf.config.experimental.get_device_details(device)
    names.append(str(details.get("device_name", device.name)))
print(json.dumps({"version": tf.__version__, "gpus": names}))
"""


class HardwareError(KatasError):
    """The machine cannot be used as asked. The message is one sentence for the user."""


@dataclass(frozen=True)
class Machine:
    """What this process may use. Memory in bytes; `cpu_quota` in cores, None without a container's limit.

    `cores` is what may run at once: affinity and quota counted, a quota's fraction dropped, at least 1.
    """

    cores: int
    cpu_quota: float | None
    memory_total: int
    memory_available: int
    system: str
    cpu: str
    gpus: tuple[str, ...] = ()


@dataclass(frozen=True)
class TensorFlowView:
    """What TensorFlow says when it is asked in a process of its own.

    `problem` is one sentence, empty if it answered; `gpus` are the names of the GPUs that it would use.
    """

    version: str
    gpus: tuple[str, ...] = ()
    problem: str = ""


def probe(run: Run = subprocess.run) -> Machine:
    """Look at the machine. Costs some milliseconds, and up to a second where there is an NVIDIA driver."""
    import psutil

    memory = psutil.virtual_memory()
    limit = cgroups.memory_limit()
    return Machine(
        cores=usable_cores(),
        cpu_quota=cgroups.cpu_quota(),
        memory_total=min(memory.total, limit.total) if limit else memory.total,
        memory_available=min(memory.available, limit.available) if limit else memory.available,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cpu=cpu_name(),
        gpus=find_gpus(run),
    )


def affinity_cores() -> int:
    """The cores that the operating system lets this process run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    import psutil

    try:
        return len(psutil.Process().cpu_affinity())
    except AttributeError:  # macOS has no affinity
        return os.cpu_count() or 1


def whole_cores(quota: float) -> int:
    """A quota as a number of threads that it can feed."""
    return max(1, int(quota))


def usable_cores() -> int:
    """How many threads can really run at once: the smaller of affinity and the container's quota."""
    quota = cgroups.cpu_quota()
    cores = affinity_cores()
    return cores if quota is None else min(cores, whole_cores(quota))


@cache
def cpu_name() -> str:
    """The CPU as its maker calls it, or the kind of machine where that cannot be found out."""
    if sys.platform == "linux":
        try:
            text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        if match := re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE):
            return match[1].strip()
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        if name := _output(subprocess.run, command).strip():
            return name
    return platform.processor() or platform.machine() or "unknown CPU"


def find_gpus(run: Run = subprocess.run, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The names of the GPUs that a process started from here would see, without importing TensorFlow.

    NVIDIA's are those that `nvidia-smi -L` lists and CUDA_VISIBLE_DEVICES leaves. Apple's counts where
    tensorflow-metal is installed, since TensorFlow does not use it otherwise.
    """
    if platform.system() == "Darwin":
        is_usable = platform.machine() == "arm64" and package_version("tensorflow-metal")
        return (f"{cpu_name()} (Metal)",) if is_usable else ()
    listed = re.findall(
        r"^GPU \d+: (.+?) \(UUID: ([^)]+)\)", _output(run, ["nvidia-smi", "-L"]), re.MULTILINE
    )
    return tuple(name for name, _ in _visible(listed, environ.get("CUDA_VISIBLE_DEVICES")))


def _visible(gpus: list[tuple[str, str]], chosen: str | None) -> list[tuple[str, str]]:
    """What CUDA_VISIBLE_DEVICES leaves: numbers or UUIDs (a beginning is enough); the first bad one ends it.

    Source: CUDA C++ Programming Guide, "CUDA Environment Variables".
    """
    if chosen is None:
        return gpus
    visible = []
    for entry in (part.strip() for part in chosen.split(",")):
        if entry.isdigit() and int(entry) < len(gpus):
            visible.append(gpus[int(entry)])
            continue
        matching = [gpu for gpu in gpus if entry.startswith("GPU-") and gpu[1].startswith(entry)]
        if not matching:
            break
        visible.append(matching[0])
    return visible


def ask_tensorflow(run: Run = subprocess.run, timeout: float = TENSORFLOW_TIMEOUT) -> TensorFlowView:
    """Let TensorFlow say which GPUs it would use, in a child process; takes a few seconds."""
    version = package_version("tensorflow") or package_version("tensorflow-cpu")
    if not version:
        return TensorFlowView("", problem=say("TensorFlow is not installed; pip install tensorflow gets it."))
    with tempfile.TemporaryDirectory(prefix="katas-") as folder:
        try:
            answer = run(
                [sys.executable, "-I", "-c", _ASK_TENSORFLOW],
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                stdin=subprocess.DEVNULL,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return TensorFlowView(
                version,
                problem=say("TensorFlow did not start within {timeout:.0f} seconds.", timeout=timeout),
            )
        except OSError as error:
            return TensorFlowView(version, problem=say("Python could not be started: {error}.", error=error))
    said: Any = None
    try:
        said = json.loads(answer.stdout.strip().splitlines()[-1])
        return TensorFlowView(str(said["version"]), tuple(str(name) for name in said["gpus"]))
    except (IndexError, ValueError, KeyError, TypeError):
        last = (answer.stderr.strip().splitlines() or [say("it printed nothing")])[-1]
        return TensorFlowView(version, problem=say("TensorFlow could not be imported: {last}", last=last))


def tier(
    run: Run = subprocess.run,
    environ: Mapping[str, str] = os.environ,
    view: TensorFlowView | None = None,
) -> str:
    """The tier whose targets and clock apply: "gpu" if a GPU is found and TensorFlow uses it, else "cpu".

    TensorFlow is asked only where a GPU was found, so that other machines do not pay for it; and not at all
    if its answer is given as `view`.

    Raises:
        HardwareError: KATAS_TIER is neither empty, "cpu" nor "gpu".
    """
    forced = environ.get("KATAS_TIER", "")
    if forced:
        if forced not in TIERS:
            raise HardwareError(
                say("KATAS_TIER is {forced!r}; set it to cpu or gpu, or unset it.", forced=forced)
            )
        return forced
    if not find_gpus(run, environ):
        return "cpu"
    return "gpu" if (view or ask_tensorflow(run)).gpus else "cpu"


def package_version(name: str) -> str:
    """The installed version of a package, without importing it; "" where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _output(run: Run, command: list[str]) -> str:
    """What a program prints; "" where it does not exist, fails or hangs."""
    try:
        answer = run(
            command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout if answer.returncode == 0 else ""
