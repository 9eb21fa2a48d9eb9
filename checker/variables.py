"""Which environment variables a process of ours keeps: everything else belongs to the learner's world.

PYTEST_* and PYTHON* are never among them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

# Windows programs do not start without these.
SYSTEM = (
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
)
# Where the user's own folders are: for the cache of data and calibrations.
PLACES = (
    "HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "TMPDIR", "XDG_CACHE_HOME",
    "KATAS_CACHE",
)  # fmt: skip
# How the network is reached, for data sets.
NETWORK = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
)  # fmt: skip
# Libraries that Python needs, and what is known of the machine's devices.
MACHINE = (
    "PATH",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "KATAS_TIER",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
LANGUAGE = ("LANG", "LC_ALL")


def kept(*groups: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Those of these variables that are set."""
    return {name: environ[name] for group in groups for name in group if name in environ}
