"""Everything that `katas doctor` says about the machine, as plain data."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from checker.hardware.calibration import REFERENCE_SECONDS, Calibration, CalibrationError, calibrate, missing
from checker.hardware.probe import (
    HardwareError,
    Machine,
    TensorFlowView,
    ask_tensorflow,
    package_version,
    probe,
    tier,
)
from checker.hardware.threads import blas_threads, tensorflow_threads
from checker.languages.texts import say

PACKAGES = ("numpy", "tensorflow", "tensorflow-cpu", "keras", "gymnasium", "pytest")


@dataclass(frozen=True)
class Description:
    """The machine as the checker sees it.

    `threads` are the variables that workers get. `calibration` holds what is known; `not_calibrated` names
    the workloads that are not, and `notes` are sentences with what is wrong or worth knowing, and a next step.
    """

    machine: Machine
    tier: str
    threads: dict[str, str]
    python: str
    versions: dict[str, str]
    tensorflow: TensorFlowView
    calibration: Calibration
    not_calibrated: tuple[str, ...]
    notes: tuple[str, ...]


def describe(measure: bool = False) -> Description:
    """Look at everything. Takes some seconds, since TensorFlow is asked in a child process.

    Args:
        measure: also calibrate what has not been calibrated yet; else only what is known is given.
    """
    machine = probe()
    view = ask_tensorflow()
    notes = [note for note in (view.problem, _gpu_note(machine, view)) if note]
    try:
        chosen = tier(view=view)
    except HardwareError as error:
        chosen = "cpu"
        notes.append(str(error))
    absent = missing(REFERENCE_SECONDS)
    known = [name for name in REFERENCE_SECONDS if name not in absent]
    try:
        calibration = calibrate(REFERENCE_SECONDS if measure else known)
    except CalibrationError as error:
        notes.append(str(error))
        calibration = calibrate(known)
    if calibration.disturbed:
        notes.append(
            say(
                "The machine was busy during calibration; its factors are rough. Run katas calibrate when it is "
                "quiet."
            )
        )
    if machine.cpu_quota is not None:
        notes.append(
            say(
                "A container limits this process to {cpu_quota:g} cores' worth of time.",
                cpu_quota=machine.cpu_quota,
            )
        )
    return Description(
        machine=machine,
        tier=chosen,
        threads=blas_threads() | tensorflow_threads(),
        python=platform.python_version(),
        versions={name: version for name in PACKAGES if (version := package_version(name))},
        tensorflow=view,
        calibration=calibration,
        not_calibrated=tuple(n for n in REFERENCE_SECONDS if n not in calibration.timings),
        notes=tuple(notes),
    )


def _gpu_note(machine: Machine, view: TensorFlowView) -> str:
    """Why a GPU that is there is not used, and what to do about it."""
    if view.gpus or view.problem:
        return ""
    if sys.platform == "win32":
        return say(
            "TensorFlow uses no GPU on native Windows, so the CPU targets apply. Under WSL 2 it does, as on "
            "Linux."
        )
    if machine.gpus:
        return say(
            "There is a GPU ({gpus}), but TensorFlow does not see it, so the CPU targets apply; pip install "
            "'tensorflow[and-cuda]' brings what it needs on Linux.",
            gpus=", ".join(machine.gpus),
        )
    return ""
