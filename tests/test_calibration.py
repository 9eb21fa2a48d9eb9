"""Calibration: measured where needed, kept, measured again when disturbed, never a crash for a bad cache."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from checker.catalog import WORKLOADS
from checker.hardware import calibration, describe, fingerprint, workloads
from checker.hardware.calibration import REFERENCE_SECONDS, CalibrationError, calibrate, missing
from checker.hardware.probe import TensorFlowView

QUIET = [1.0, 1.01, 0.99, 1.0, 1.02]
WIDE = [1.0, 1.9, 0.6, 1.0, 2.2]


class Machine:
    """Stands in for the measuring process: gives each workload `slowness` times the reference's seconds."""

    def __init__(self, slowness: float = 1.0, **patterns: list[list[float]]) -> None:
        self.slowness = slowness
        self.patterns = patterns
        self.asked: list[list[str]] = []

    def __call__(self, names: Sequence[str]) -> dict[str, list[float]]:
        self.asked.append(list(names))
        result = {}
        for name in names:
            left = self.patterns.get(name)
            pattern = left.pop(0) if left else QUIET
            result[name] = [self.slowness * REFERENCE_SECONDS[name] * value for value in pattern]
        return result


def refuses(names: Sequence[str]) -> dict[str, list[float]]:
    raise AssertionError(f"measured {names}, although the cache has it")


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_every_workload_that_a_kata_may_name_can_be_measured() -> None:
    assert set(WORKLOADS) == set(REFERENCE_SECONDS) == set(workloads.WORKLOADS)


def test_a_factor_is_the_time_here_over_the_time_there(tmp_path: Path) -> None:
    found = calibrate(["python_loop", "keras_conv"], run=Machine(2.5), folder=tmp_path)
    assert found.factors == pytest.approx({"python_loop": 2.5, "keras_conv": 2.5})
    assert found.factor_for("keras_conv") == pytest.approx(2.5)
    assert not found.disturbed


def test_only_what_is_needed_is_measured_and_only_once(tmp_path: Path) -> None:
    machine = Machine()
    assert missing(["python_loop"], tmp_path) == ["python_loop"]
    first = calibrate(["python_loop"], run=machine, folder=tmp_path)
    assert missing(["python_loop", "keras_dense"], tmp_path) == ["keras_dense"]
    assert calibrate(["python_loop"], run=refuses, folder=tmp_path) == first
    calibrate(["python_loop", "float32_matmul"], run=machine, folder=tmp_path)
    assert machine.asked == [["python_loop"], ["float32_matmul"]]


def test_it_can_be_measured_again_on_demand(tmp_path: Path) -> None:
    calibrate(["python_loop"], run=Machine(), folder=tmp_path)
    calibrate(["python_loop"], run=Machine(3.0), folder=tmp_path, again=True)
    assert calibrate(["python_loop"], run=refuses, folder=tmp_path).factors["python_loop"] == pytest.approx(3)


def test_what_spreads_too_widely_is_measured_again_and_nothing_else(tmp_path: Path) -> None:
    machine = Machine(python_loop=[WIDE, QUIET])
    found = calibrate(["python_loop", "float64_matmul"], run=machine, folder=tmp_path)
    timing = found.timings["python_loop"]
    assert machine.asked == [["python_loop", "float64_matmul"], ["python_loop"]]
    assert (timing.attempts, timing.disturbed) == (2, False)
    assert timing.factor == pytest.approx(1.0)


def test_a_disturbed_machine_is_called_so_and_all_measurements_count(tmp_path: Path) -> None:
    slower = [2 * value for value in WIDE]
    machine = Machine(python_loop=[WIDE, slower, WIDE])
    found = calibrate(["python_loop"], run=machine, folder=tmp_path)
    timing = found.timings["python_loop"]
    assert len(machine.asked) == 3
    assert found.disturbed
    assert timing.factor == pytest.approx(statistics.median(WIDE + slower + WIDE))
    assert timing.spread > calibration.WIDEST_SPREAD


def test_what_a_disturbed_machine_gave_does_not_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calibrate(["python_loop"], run=Machine(python_loop=[WIDE, WIDE, WIDE]), folder=tmp_path)
    assert calibrate(["python_loop"], run=refuses, folder=tmp_path).disturbed
    monkeypatch.setattr(calibration, "DISTURBED_LASTS", -1.0)
    assert not calibrate(["python_loop"], run=Machine(), folder=tmp_path).disturbed


def changed(**values: object) -> bytes:
    """A cache file with some values replaced."""
    good = {
        "workload": "python_loop",
        "fingerprint": fingerprint.fingerprint(),
        "seconds": [0.3, 0.3, 0.3],
        "attempts": 1,
        "disturbed": False,
        "measured_at": 1.0,
    }
    return json.dumps(good | values).encode()


def test_a_whole_file_is_believed(tmp_path: Path) -> None:
    calibrate(["python_loop"], run=Machine(), folder=tmp_path)
    only_file(tmp_path).write_bytes(changed())
    factor = calibrate(["python_loop"], run=refuses, folder=tmp_path).factors["python_loop"]
    assert factor == pytest.approx(0.3 / REFERENCE_SECONDS["python_loop"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[1, 2]",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        changed()[:-20],
        changed(seconds=[]),
        changed(seconds="0.3"),
        changed(seconds=[0.3, -0.3, 0.3]),
        changed(seconds=[0.3, float("nan"), 0.3]),
        changed(seconds=[1e9, 1e9, 1e9]),
        changed(seconds=[1e-9, 1e-9, 1e-9]),
        changed(seconds=[0.3, 3.0, 0.03]),
        changed(seconds=[0.3, {}]),
        changed(fingerprint="0" * 16),
        changed(workload="keras_conv"),
        changed(attempts=[]),
    ],
)
def test_a_damaged_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    calibrate(["python_loop"], run=Machine(), folder=tmp_path)
    file = only_file(tmp_path)
    file.write_bytes(content)
    found = calibrate(["python_loop"], run=Machine(2.0), folder=tmp_path)
    assert found.factors["python_loop"] == pytest.approx(2.0)
    assert calibrate(["python_loop"], run=refuses, folder=tmp_path) == found


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    in_the_way = tmp_path / "calibration"
    in_the_way.write_text("a file where a folder should be")
    assert calibrate(["python_loop"], run=Machine(), folder=in_the_way).factors["python_loop"] > 0
    folder = tmp_path / "other"
    file = folder / f"{fingerprint.fingerprint()}-python_loop.json"
    file.mkdir(parents=True)
    assert calibrate(["python_loop"], run=Machine(), folder=folder).factors["python_loop"] > 0
    assert list(folder.iterdir()) == [file], "nothing half-written is left"


def test_the_cache_is_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KATAS_CACHE", str(tmp_path))
    monkeypatch.setattr(calibration, "measure_in_child", Machine(2.0))
    assert calibration.factor_for("keras_dense") == pytest.approx(2.0)
    assert only_file(tmp_path / "calibration").name.endswith("-keras_dense.json")


def test_many_at_once_never_see_half_a_file(tmp_path: Path) -> None:
    calibrate(["python_loop"], run=Machine(), folder=tmp_path)
    failures: list[BaseException] = []

    def work(is_writer: bool) -> None:
        try:
            for _ in range(60):
                run = Machine() if is_writer else refuses
                found = calibrate(["python_loop"], run=run, folder=tmp_path, again=is_writer)
                assert found.factors["python_loop"] == pytest.approx(1.0)
        except BaseException as error:
            failures.append(error)

    crowd = [threading.Thread(target=work, args=(number % 2 == 0,)) for number in range(6)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert not failures
    assert only_file(tmp_path), "no new-*.json is left"


@pytest.mark.parametrize("change", ["packages", "quota", "cores"])
def test_another_machine_or_version_is_measured_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    calibrate(["python_loop"], run=Machine(), folder=tmp_path)
    if change == "packages":
        monkeypatch.setattr(fingerprint, "package_version", lambda name: "99.0")
    elif change == "quota":
        monkeypatch.setattr(fingerprint, "cpu_quota", lambda: 1.25)
    else:
        monkeypatch.setattr(fingerprint, "affinity_cores", lambda: 99)
    assert missing(["python_loop"], tmp_path) == ["python_loop"]


def test_an_unknown_workload_is_named() -> None:
    with pytest.raises(CalibrationError, match=r"no workload 'quantum'; there are python_loop"):
        calibrate(["quantum"], run=refuses)


@pytest.mark.parametrize("seconds", [[], [0.3], [0.0, 0.3], [float("nan"), 0.3]])
def test_times_that_cannot_be_are_refused(tmp_path: Path, seconds: list[float]) -> None:
    with pytest.raises(CalibrationError, match="python_loop"):
        calibrate(["python_loop"], run=lambda names: {"python_loop": seconds}, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_real_measurement_is_not_influenced_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake NumPy and a startup file in every place where Python might look do not reach the child."""
    trap = "raise SystemExit('the trap was reached')"
    for name in ("numpy.py", "json.py", "sitecustomize.py", "usercustomize.py"):
        (tmp_path / name).write_text(trap)
    # Python looks beside the script first, unless it is isolated.
    beside = tmp_path / "workloads.py"
    beside.write_bytes(Path(workloads.__file__).read_bytes())
    monkeypatch.setattr(workloads, "__file__", str(beside))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "64")
    result = calibration.measure_in_child(["float64_matmul"])
    assert list(result) == ["float64_matmul"]
    assert len(result["float64_matmul"]) == workloads.REPETITIONS
    assert all(0 < value < 60 for value in result["float64_matmul"])


def test_the_child_gets_the_worker_s_threads_and_nothing_of_the_user_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PYTHONPATH", "PYTHONHASHSEED", "TF_NUM_INTRAOP_THREADS", "XLA_FLAGS", "KERAS_HOME"):
        monkeypatch.setenv(name, "the user's")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    environment = calibration.child_environment("keras")
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert "the user's" not in environment.values()


def test_a_child_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise ModuleNotFoundError('No module named numpy')")
    monkeypatch.setattr(workloads, "__file__", str(broken))
    with pytest.raises(CalibrationError, match=r"python_loop.*No module named numpy"):
        calibration.measure_in_child(["python_loop"])


def test_a_workload_s_time_is_cpu_time_of_each_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def burn() -> None:
        calls.append(sum(value * value for value in range(200_000)))

    monkeypatch.setitem(workloads.WORKLOADS, "burn", lambda: burn)
    seconds = workloads.measure("burn", repetitions=3)
    assert len(seconds) == 3
    assert len(calls) == 4, "the first one warms up and does not count"
    assert all(value > 0 for value in seconds)


def test_asking_for_no_or_an_unknown_workload_is_a_usage_error() -> None:
    for names in ([], ["quantum"]):
        with pytest.raises(SystemExit, match="NAME among python_loop"):
            workloads.main(names)


def test_the_description_holds_what_doctor_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KATAS_CACHE", str(tmp_path))
    monkeypatch.setenv("KATAS_TIER", "tpu")
    monkeypatch.setattr(calibration, "measure_in_child", Machine(2.0))
    monkeypatch.setattr(describe, "ask_tensorflow", lambda: TensorFlowView("2.21.0", problem="It is broken."))
    before = describe.describe()
    assert before.not_calibrated == tuple(REFERENCE_SECONDS)
    assert "It is broken." in before.notes
    assert any("KATAS_TIER is 'tpu'" in note for note in before.notes)
    assert before.tier == "cpu"
    after = describe.describe(measure=True)
    assert after.not_calibrated == ()
    assert after.calibration.factors["keras_conv"] == pytest.approx(2.0)
