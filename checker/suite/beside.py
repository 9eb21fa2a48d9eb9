"""Modules that lie beside a suite's conftest.py, so that experiments need not stand in it.

Pytest imports each file of a suite by itself and puts no folder on the path; two suites may use one name.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def beside(file: str, name: str) -> ModuleType:
    """The module `name`.py from the folder of `file`: `causes = beside(__file__, "causes")` in a conftest.py.

    Raises:
        ImportError: there is no such file.
    """
    path = Path(file).resolve().with_name(f"{name}.py")
    full_name = f"suite_{path.parent.parent.name}_{name}"
    if (known := sys.modules.get(full_name)) is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(full_name, path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up while they are made.
    sys.modules[full_name] = module
    spec.loader.exec_module(module)
    return module
