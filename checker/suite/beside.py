"""Modules of a suite that are neither tests nor conftest."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def beside(file: str, name: str) -> ModuleType:
    """The module `name`.py in the folder of `file`: `causes = beside(__file__, "causes")`.

    A suite's folder is not where Python looks for modules, and two katas may have modules of one name.
    """
    path = Path(file).with_name(f"{name}.py")
    name = f"{path.parent.parent.name}.{name}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
