"""Cores, memory and GPUs are those that may really be used."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checker.hardware import cgroups, probe, threads
from checker.hardware.probe import HardwareError, TensorFlowView, find_gpus, tier

GIB = 2**30
TWO_GPUS = (
    "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5a3c11d2-1111-2222-3333-444455556666)\n"
    "GPU 1: Tesla T4 (UUID: GPU-9f000000-1111-2222-3333-444455556666)\n"
)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def version_1(tmp_path: Path, group: str, shown: str, files: dict[str, str]) -> Path:
    mounts = "".join(
        f"3{n} 31 0:{n} {shown} /sys/fs/cgroup/{names} rw,relatime shared:9 - cgroup cgroup rw,{names}\n"
        for n, names in enumerate(("cpu,cpuacct", "memory", "pids"))
    )
    own = f"5:pids:{group}\n4:memory:{group}\n2:cpu,cpuacct:{group}\n1:name=systemd:{group}\n"
    files = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    return write(tmp_path, {"proc/self/cgroup": own, "proc/self/mountinfo": mounts, **files})


def version_2(tmp_path: Path, group: str, shown: str, files: dict[str, str]) -> Path:
    mounts = (
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"35 24 0:30 {shown} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate\n"
    )
    files = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    return write(tmp_path, {"proc/self/cgroup": f"0::{group}\n", "proc/self/mountinfo": mounts, **files})


def test_quota_of_version_2_is_quota_over_period(tmp_path: Path) -> None:
    root = version_2(tmp_path, "/", "/", {"cpu.max": "150000 100000\n"})
    assert cgroups.cpu_quota(root) == 1.5


def test_the_tightest_group_up_to_the_mount_point_counts(tmp_path: Path) -> None:
    files = {
        "a/b/cpu.max": "800000 100000",
        "a/cpu.max": "300000 100000",
        "a/b/memory.max": "max",
        "a/memory.max": str(2 * GIB),
        "a/memory.current": str(3 * GIB // 2),
        "a/memory.stat": f"anon 5\ninactive_file {GIB}\n",
    }
    root = version_2(tmp_path, "/a/b", "/", files)
    assert cgroups.cpu_quota(root) == 3
    assert cgroups.memory_limit(root) == cgroups.MemoryLimit(2 * GIB, 3 * GIB // 2)


def test_version_1_inside_a_container_that_shows_its_own_part_only(tmp_path: Path) -> None:
    files = {
        "cpu,cpuacct/cpu.cfs_quota_us": "200000\n",
        "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "memory/memory.limit_in_bytes": f"{GIB}\n",
        "memory/memory.usage_in_bytes": f"{GIB // 2}\n",
        "memory/memory.stat": f"cache 7\ntotal_inactive_file {GIB // 4}\n",
    }
    root = version_1(tmp_path, "/docker/1f2e", "/docker/1f2e", files)
    assert cgroups.cpu_quota(root) == 2
    assert cgroups.memory_limit(root) == cgroups.MemoryLimit(GIB, 3 * GIB // 4)


@pytest.mark.parametrize("quota", ["-1", "0", "", "many"])
def test_version_1_without_a_limit(tmp_path: Path, quota: str) -> None:
    files = {
        "cpu,cpuacct/cpu.cfs_quota_us": quota,
        "cpu,cpuacct/cpu.cfs_period_us": "100000",
        "memory/memory.limit_in_bytes": "9223372036854771712",
    }
    root = version_1(tmp_path, "/", "/", files)
    assert cgroups.cpu_quota(root) is None
    assert cgroups.memory_limit(root) is None


@pytest.mark.parametrize("quota", ["max 100000", "", "100000", "100000 0", "a b", "0 100000"])
def test_version_2_without_a_limit(tmp_path: Path, quota: str) -> None:
    assert cgroups.cpu_quota(version_2(tmp_path, "/", "/", {"cpu.max": quota})) is None


def test_a_group_outside_the_namespace_is_read_at_the_mount_point(tmp_path: Path) -> None:
    root = version_2(tmp_path, "/../../elsewhere", "/", {"cpu.max": "100000 100000"})
    assert cgroups.cpu_quota(root) == 1


def test_a_system_without_control_groups_has_no_limits(tmp_path: Path) -> None:
    assert cgroups.cpu_quota(tmp_path) is None
    assert cgroups.memory_limit(tmp_path) is None


@pytest.mark.parametrize(("quota", "cores"), [(None, 8), (64.0, 8), (2.5, 2), (0.5, 1)])
def test_usable_cores_count_affinity_and_quota(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, cores: int
) -> None:
    monkeypatch.setattr(cgroups, "cpu_quota", lambda: quota)
    monkeypatch.setattr(probe, "affinity_cores", lambda: 8)
    assert probe.usable_cores() == cores


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system cannot set a process's affinity"
)
def test_affinity_is_seen() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert probe.affinity_cores() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_probe_counts_memory_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "memory_limit", lambda: cgroups.MemoryLimit(GIB // 2, GIB // 4))
    machine = probe.probe(run=nothing_installed)
    assert machine.memory_total == GIB // 2
    assert machine.memory_available <= GIB // 4
    assert machine.cores >= 1
    assert machine.cpu
    assert platform.system() in machine.system


def nothing_installed(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
    raise FileNotFoundError(command[0])


def programs(nvidia_smi: str, python: str = "", returncode: int = 0) -> probe.Run:
    """A stand-in for `subprocess.run` that knows what two programs print."""

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        output = python if command[0] == sys.executable else nvidia_smi
        return subprocess.CompletedProcess(command, returncode, output, "ImportError: libcudart is missing")

    return run


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (None, ("NVIDIA A100-SXM4-40GB", "Tesla T4")),
        ("1", ("Tesla T4",)),
        ("1,0", ("Tesla T4", "NVIDIA A100-SXM4-40GB")),
        ("GPU-9f", ("Tesla T4",)),
        ("", ()),
        ("-1", ()),
        ("0,7,1", ("NVIDIA A100-SXM4-40GB",)),
    ],
)
def test_gpus_are_those_that_cuda_may_see(chosen: str | None, names: tuple[str, ...]) -> None:
    environ = {} if chosen is None else {"CUDA_VISIBLE_DEVICES": chosen}
    assert find_gpus(programs(TWO_GPUS), environ) == names


@pytest.mark.usefixtures("linux")
def test_no_driver_means_no_gpu() -> None:
    assert find_gpus(nothing_installed, {}) == ()
    assert find_gpus(programs("No devices were found\n"), {}) == ()
    assert find_gpus(programs(TWO_GPUS, returncode=9), {}) == ()


@pytest.mark.parametrize(
    ("machine", "metal", "count"), [("arm64", "1.2.0", 1), ("arm64", "", 0), ("x86_64", "1.2.0", 0)]
)
def test_apple_silicon_counts_with_tensorflow_metal(
    monkeypatch: pytest.MonkeyPatch, machine: str, metal: str, count: int
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(probe, "package_version", lambda name: metal if name == "tensorflow-metal" else "")
    assert len(find_gpus(nothing_installed, {})) == count


@pytest.mark.usefixtures("linux")
def test_tier_is_gpu_only_if_the_driver_and_tensorflow_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "package_version", lambda name: "2.21.0")
    sees = json.dumps({"version": "2.21.0", "gpus": ["Tesla T4"]})
    sees_none = json.dumps({"version": "2.21.0", "gpus": []})
    assert tier(programs(TWO_GPUS, sees), {}) == "gpu"
    assert tier(programs(TWO_GPUS, sees_none), {}) == "cpu"
    assert tier(programs("", sees), {}) == "cpu"
    assert tier(programs(TWO_GPUS, sees), {"CUDA_VISIBLE_DEVICES": ""}) == "cpu"
    assert tier(programs(TWO_GPUS), {}, TensorFlowView("2.21.0", ("Tesla T4",))) == "gpu"


def test_tier_can_be_forced() -> None:
    assert tier(nothing_installed, {"KATAS_TIER": "gpu"}) == "gpu"
    assert tier(programs(TWO_GPUS), {"KATAS_TIER": "cpu"}) == "cpu"
    with pytest.raises(HardwareError, match="KATAS_TIER is 'tpu'; set it to cpu or gpu"):
        tier(nothing_installed, {"KATAS_TIER": "tpu"})


def test_tensorflow_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(probe, "package_version", lambda name: "2.21.0")
    assert "within 7 seconds" in probe.ask_tensorflow(hangs, timeout=7).problem
    assert "libcudart is missing" in probe.ask_tensorflow(programs("", "", 1)).problem
    assert not probe.ask_tensorflow(programs("", '{"gpus": 3}')).gpus
    monkeypatch.setattr(probe, "package_version", lambda name: "")
    assert "pip install tensorflow" in probe.ask_tensorflow(nothing_installed).problem


def test_numpy_workers_get_one_thread() -> None:
    environment = threads.worker_variables("numpy")
    assert set(environment.values()) == {"1"}
    assert {"OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"} <= set(environment)


def test_keras_workers_leave_tensorflow_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cpu_quota", lambda: None)
    environment = threads.worker_variables("keras")
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert not any(name.startswith("TF_NUM") for name in environment)


def test_a_quota_below_the_cores_limits_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cpu_quota", lambda: 2.5)
    monkeypatch.setattr(threads, "affinity_cores", lambda: 64)
    assert threads.worker_variables("keras")["TF_NUM_INTRAOP_THREADS"] == "2"


def test_a_worker_sees_a_gpu_only_if_it_is_to_use_one() -> None:
    environ = {"CUDA_VISIBLE_DEVICES": "1", "LD_LIBRARY_PATH": "/cuda", "SECRET_TOKEN": "x"}
    assert threads.worker_variables("keras", environ=environ)["CUDA_VISIBLE_DEVICES"] == "-1"
    with_gpu = threads.worker_variables("keras", True, environ)
    assert with_gpu["CUDA_VISIBLE_DEVICES"] == "1"
    assert with_gpu["LD_LIBRARY_PATH"] == "/cuda"
    assert "SECRET_TOKEN" not in with_gpu


def test_looking_at_the_machine_imports_neither_numpy_nor_tensorflow() -> None:
    code = (
        "import sys; import checker.hardware.describe as d; d.probe(); d.missing(d.REFERENCE_SECONDS);"
        "print([m for m in ('numpy', 'tensorflow', 'keras') if m in sys.modules])"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
