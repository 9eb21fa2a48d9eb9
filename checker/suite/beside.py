"""A suite's own modules: what its files share and what is too long for conftest.py."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def beside(file: str, name: str) -> ModuleType:
    """The module `name`.py that lies beside `file`: `causes = beside(__file__, "causes")` in a suite's conftest.py.

    A suite is no package and its folder is on no path, so an import statement does not find it.

    Raises:
        ImportError: there is no such file.
    """
    path = Path(file).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"suite_{path.parent.parent.name}_{name}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ImportError(f"{path} is not there")
    if spec.name in sys.modules:
        return sys.modules[spec.name]
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up there.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
