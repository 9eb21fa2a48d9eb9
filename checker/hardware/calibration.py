"""This machine's speed for each kind of work, as a factor on the reference seconds of the budgets.

A factor is the CPU seconds of a workload here, divided by those on the machine whose factor is 1: 2.0 means
half as fast, so that a budget doubles. `measured.md` beside this file is the table from which the constants
below come; `tests/benchmarks/calibration_spread.py` makes it.

A submission cannot reach a measurement: it runs in a process of its own (`python -I`, an environment made
from nothing, an empty temporary folder as home and working directory), while no worker runs. A file in the
cache is believed only if it is whole, belongs to this machine, and its figures agree with each other.
"""

from __future__ import annotations

import contextlib
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.cache_folder import cache_folder
from checker.errors import KatasError
from checker.hardware import workloads as workload_module
from checker.hardware.fingerprint import fingerprint
from checker.hardware.threads import worker_variables
from checker.languages.texts import say
from checker.variables import SYSTEM, kept
from checker.whole_files import whole_file

# CPU seconds of one repetition on the machine whose factor is 1; from measured.md. Those of small_arrays and keras_small
# were carried over from another machine, by its factors for the interpreter and for small training steps.
REFERENCE_SECONDS = {
    "python_loop": 0.252,
    "small_arrays": 0.265,
    "float32_matmul": 0.297,
    "float64_matmul": 0.289,
    "keras_small": 0.260,
    "keras_dense": 0.270,
    "keras_conv": 0.274,
}
# A wider relative standard deviation of the repetitions is called disturbed; see measured.md.
WIDEST_SPREAD = 0.15
ATTEMPTS = 3
# What was measured on a disturbed machine is used, but not for long.
DISTURBED_LASTS = 600.0
CHILD_TIMEOUT = 600.0
# No machine that runs this is so fast or so slow; such a file was damaged or made up.
PLAUSIBLE = (0.02, 100.0)

# Takes names of workloads, gives the CPU seconds of each repetition.
Measure = Callable[[Sequence[str]], dict[str, list[float]]]


class CalibrationError(KatasError):
    """This machine could not be measured. The message is one sentence for the user."""


@dataclass(frozen=True)
class Timing:
    """One workload on this machine.

    `seconds` are the CPU seconds of all repetitions that count, `spread` their relative standard deviation.
    `disturbed` means that they still differed too much after `attempts` measurements; `factor` is then the
    median of all of them. `measured_at` is in seconds since the epoch.
    """

    workload: str
    seconds: tuple[float, ...]
    attempts: int
    disturbed: bool
    measured_at: float

    @property
    def factor(self) -> float:
        """CPU seconds here per CPU second on the machine whose factor is 1."""
        return statistics.median(self.seconds) / REFERENCE_SECONDS[self.workload]

    @property
    def spread(self) -> float:
        """Relative standard deviation of the repetitions."""
        return spread_of(self.seconds)


@dataclass(frozen=True)
class Calibration:
    """The timings of some workloads on the machine of that fingerprint."""

    fingerprint: str
    timings: dict[str, Timing]

    @property
    def factors(self) -> dict[str, float]:
        """The factor of each workload."""
        return {name: timing.factor for name, timing in self.timings.items()}

    @property
    def disturbed(self) -> bool:
        """Whether any of them was measured on a machine that others kept busy."""
        return any(timing.disturbed for timing in self.timings.values())

    def factor_for(self, workload: str) -> float:
        """The factor of one workload.

        Raises:
            KeyError: this calibration does not hold it.
        """
        return self.timings[workload].factor


def calibrate(
    workloads: Iterable[str],
    *,
    run: Measure | None = None,
    again: bool = False,
    folder: Path | None = None,
) -> Calibration:
    """The calibration for these workloads: from the cache, and measured where that has none.

    Args:
        workloads: names; only these are measured, so TensorFlow is started only if one needs it.
        run: measures workloads; `measure_in_child` if None.
        again: measure even what the cache holds.
        folder: the cache; "calibration" in the cache folder if None.

    Raises:
        CalibrationError: a name is not known, or a measurement failed.
    """
    wanted = list(dict.fromkeys(workloads))
    for name in wanted:
        if name not in REFERENCE_SECONDS:
            raise CalibrationError(
                say(
                    "There is no workload {name!r}; there are {names}.",
                    name=name,
                    names=", ".join(REFERENCE_SECONDS),
                )
            )
    folder = folder or cache_folder() / "calibration"
    machine = fingerprint()
    found = {} if again else {name: t for name in wanted if (t := _load(folder, machine, name))}
    absent = [name for name in wanted if name not in found]
    for timing in _measure_until_quiet(absent, run or measure_in_child):
        _save(folder, machine, timing)
        found[timing.workload] = timing
    return Calibration(machine, {name: found[name] for name in wanted})


def missing(workloads: Iterable[str], folder: Path | None = None) -> list[str]:
    """Those workloads that `calibrate` would have to measure: some seconds that a user should be told of."""
    folder = folder or cache_folder() / "calibration"
    machine = fingerprint()
    return [name for name in dict.fromkeys(workloads) if _load(folder, machine, name) is None]


def factor_for(workload: str) -> float:
    """This machine's factor for one workload, measured if it is not known yet.

    Raises:
        CalibrationError: there is no such workload, or it could not be measured.
    """
    return calibrate([workload]).factor_for(workload)


def spread_of(seconds: Sequence[float]) -> float:
    """The relative standard deviation of some measurements; at least two of them, all positive."""
    return statistics.stdev(seconds) / statistics.median(seconds)


def measure_in_child(names: Sequence[str]) -> dict[str, list[float]]:
    """Measure workloads in processes of their own: one for those of NumPy, one for those of Keras.

    Raises:
        CalibrationError: a process could not do it; the text gives its last words.
    """
    results: dict[str, list[float]] = {}
    for framework in ("numpy", "keras"):
        if mine := [name for name in names if name.startswith("keras_") == (framework == "keras")]:
            results |= _run_child(mine, child_environment(framework))
    return results


def child_environment(framework: str) -> dict[str, str]:
    """What the measuring process gets: nothing of the user's but where programs are, and the worker's threads."""
    return kept(SYSTEM, ("PATH", "LD_LIBRARY_PATH")) | {"LC_ALL": "C.UTF-8"} | worker_variables(framework)


def _run_child(names: list[str], environment: dict[str, str]) -> dict[str, list[float]]:
    what = say("This machine's speed could not be measured ({names})", names=", ".join(names))
    with tempfile.TemporaryDirectory(prefix="katas-calibration-") as home:
        folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), home)
        try:
            child = subprocess.run(
                [sys.executable, "-I", "-B", str(Path(workload_module.__file__).resolve()), *names],
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
                env=environment | folders,
                cwd=home,
                timeout=CHILD_TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise CalibrationError(
                say(
                    "{what}: no result within {most:.0f} seconds; try again when less is running.",
                    what=what,
                    most=CHILD_TIMEOUT,
                )
            ) from None
        except OSError as error:
            raise CalibrationError(f"{what}: {error}.") from error
    try:
        result = json.loads(child.stdout.strip().splitlines()[-1])
        return {name: [float(value) for value in result[name]] for name in names}
    except (IndexError, KeyError, TypeError, ValueError):
        last = (
            child.stderr.strip().splitlines()
            or [say("it ended with exit code {returncode}", returncode=child.returncode)]
        )[-1]
        raise CalibrationError(say("{what}: {last}; katas doctor says more.", what=what, last=last)) from None


def _measure_until_quiet(names: list[str], run: Measure) -> list[Timing]:
    """Measure; again, at most twice more, what spread too widely. Never the best of three: see `Timing`."""
    pooled: dict[str, list[float]] = {name: [] for name in names}
    timings: dict[str, Timing] = {}
    for attempt in range(1, ATTEMPTS + 1):
        open_names = [name for name in names if name not in timings]
        if not open_names:
            break
        for name, seconds in run(open_names).items():
            if len(seconds) < 2 or not all(math.isfinite(s) and s > 0 for s in seconds):
                raise CalibrationError(
                    say(
                        "Measuring {name} gave {seconds}, which are no times; try again.",
                        name=name,
                        seconds=seconds,
                    )
                )
            pooled[name] += seconds
            if spread_of(seconds) <= WIDEST_SPREAD:
                timings[name] = Timing(name, tuple(seconds), attempt, False, time.time())
            elif attempt == ATTEMPTS:
                timings[name] = Timing(name, tuple(pooled[name]), attempt, True, time.time())
    return [timings[name] for name in names]


def _file(folder: Path, machine: str, workload: str) -> Path:
    """One file per machine and workload: two processes at once overwrite each other's with as good a one."""
    return folder / f"{machine}-{workload}.json"


def _load(folder: Path, machine: str, workload: str) -> Timing | None:
    """What the cache holds; None if that is nothing, damaged, implausible, or too old for a disturbed one."""
    try:
        data = json.loads(_file(folder, machine, workload).read_text(encoding="utf-8"))
        if data["workload"] != workload or data["fingerprint"] != machine:
            return None
        seconds = tuple(float(value) for value in data["seconds"])
        timing = Timing(
            workload, seconds, int(data["attempts"]), data["disturbed"] is True, float(data["measured_at"])
        )
        is_whole = len(seconds) >= 2 and all(math.isfinite(s) and s > 0 for s in seconds)
        if not is_whole or not PLAUSIBLE[0] <= timing.factor <= PLAUSIBLE[1]:
            return None
        if timing.spread > WIDEST_SPREAD and not timing.disturbed:
            return None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    age = time.time() - timing.measured_at
    return None if timing.disturbed and not 0 <= age <= DISTURBED_LASTS else timing


def _save(folder: Path, machine: str, timing: Timing) -> None:
    """Write a timing so that a reader sees all of it or nothing; without a writable cache it is not kept."""
    data = {
        "workload": timing.workload,
        "fingerprint": machine,
        "seconds": list(timing.seconds),
        "attempts": timing.attempts,
        "disturbed": timing.disturbed,
        "measured_at": timing.measured_at,
    }
    # It is measured again the next time. On Windows another process may hold the file open just now.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(_file(folder, machine, timing.workload)) as file:
            file.write(json.dumps(data).encode())
