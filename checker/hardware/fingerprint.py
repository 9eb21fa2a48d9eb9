"""What a calibration holds for: the hardware, the thread limits, the versions, the work itself."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path

from checker.hardware import workloads
from checker.hardware.cgroups import cpu_quota
from checker.hardware.probe import affinity_cores, cpu_name, package_version
from checker.hardware.threads import worker_variables

PACKAGES = ("numpy", "tensorflow", "tensorflow-cpu", "keras", "tensorflow-metal")


def fingerprint() -> str:
    """16 hexadecimal digits that change when a factor measured before may no longer hold.

    Versions come from the packages' metadata; nothing is imported for it.
    """
    facts = {
        "cpu": cpu_name(),
        "system": [platform.system(), platform.machine()],
        "cores": affinity_cores(),
        "quota": cpu_quota(),
        "threads": {framework: worker_variables(framework) for framework in ("numpy", "keras")},
        "python": [platform.python_implementation(), platform.python_version()],
        "packages": {name: package_version(name) for name in PACKAGES},
        "work": hashlib.sha256(Path(workloads.__file__).read_bytes()).hexdigest(),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
