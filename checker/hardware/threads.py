"""The environment in which NumPy and TensorFlow run: how many threads, which devices.

A worker and the calibration both get it from here, so that they are timed alike.

OpenBLAS with several threads spins while it waits for a core, so on a busy machine its CPU time doubles and
more, although the work is the same. With one thread it does not, and is no slower for matrices of a kata's
size. That holds for NumPy inside a Keras kata too. TensorFlow has thread pools of its own that do not spin;
they are left at TensorFlow's default (measured: OMP_NUM_THREADS=1 does not change them).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from checker.hardware.cgroups import cpu_quota
from checker.hardware.probe import affinity_cores, whole_cores

BLAS_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
# Where CUDA is, and which of its devices may be used: only a worker that uses a GPU gets these.
GPU_VARIABLES = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "LD_LIBRARY_PATH", "XLA_FLAGS")


def blas_threads() -> dict[str, str]:
    """One thread for every BLAS that NumPy may have been built with; to be set before NumPy is imported."""
    return dict.fromkeys(BLAS_VARIABLES, "1")


def tensorflow_threads() -> dict[str, str]:
    """Nothing, as a rule: TensorFlow takes every core that it may run on.

    It counts affinity but not a container's quota. Where the quota is smaller, its pools get that size: else
    64 threads would share the time of two cores.
    """
    quota = cpu_quota()
    if quota is None or quota >= affinity_cores():
        return {}
    cores = str(whole_cores(quota))
    return {"TF_NUM_INTRAOP_THREADS": cores, "TF_NUM_INTEROP_THREADS": cores}


def worker_variables(
    framework: str, uses_gpu: bool = False, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The variables that a process of that framework ("numpy" or "keras") gets besides PATH and folders.

    Without `uses_gpu` TensorFlow sees no GPU, so that the work is done where the CPU clock counts it.
    """
    variables = blas_threads()
    if framework != "keras":
        return variables
    variables |= tensorflow_threads()
    variables |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if uses_gpu:
        return variables | {name: environ[name] for name in GPU_VARIABLES if name in environ}
    return variables | {"CUDA_VISIBLE_DEVICES": "-1"}
