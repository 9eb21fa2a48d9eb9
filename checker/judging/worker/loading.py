"""Loading the submission as the module `solution`, and noticing what it must not do.

The import and process guards are for honest submissions: they turn a forbidden import into a clear message.
A hostile one gets past them; what holds there is the sandbox.
"""

from __future__ import annotations

import inspect
import linecache
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import MappingProxyType
from typing import Any

from checker.languages.texts import say

MODULE_NAME = "solution"
# As deep as anything honest goes; its frames take 50 MB.
MAX_RECURSION = 50_000
JUDGES_OWN = ("checker", "katas", "reference")
# Python's build settings, which `sysconfig` reads: this name, and then the machine's.
PLATFORM_MODULE = "_sysconfigdata_"
PROCESS_EVENTS = frozenset(
    {
        "subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec",
        "os.startfile", "pty.spawn", "_winapi.CreateProcess",
    }
)  # fmt: skip


class ForbiddenImport(ImportError):
    """The submission imports a package that this kata does not allow."""


class ForbiddenProcess(PermissionError):
    """The submission starts a process."""


class MissingFunction(Exception):
    """The submission has no such function, or it is not one."""


def import_guard(allowed: tuple[str, ...]) -> None:
    """From now on refuse imports outside the standard library and `allowed` ("*" allows any), and processes.

    An audit hook cannot be removed from Python code, and it sees only imports that really run: one under
    `if __name__ == "__main__"` is no matter. It does not see `importlib.import_module`; a finder that comes before
    all others does. Errors are subclasses of ImportError and PermissionError, so
    that a library's own optional import or process falls back as it would without the package.
    """
    standard = sys.stdlib_module_names | {MODULE_NAME}
    anything = "*" in allowed

    def refuse(name: str) -> None:
        package = name.partition(".")[0]
        known = package in standard or package.startswith(PLATFORM_MODULE) or package in allowed
        if package in JUDGES_OWN or not (anything or known):
            raise ForbiddenImport(say("import of {package!r}", package=package), name=package)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import":
            refuse(str(arguments[0]))
        elif event in PROCESS_EVENTS:
            raise ForbiddenProcess(say("{event} starts a process", event=event))

    class Refusing(MetaPathFinder):
        """Finds nothing; refuses what must not be imported."""

        def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
            if not _is_only_asked():
                refuse(fullname)

    sys.addaudithook(watch)
    sys.meta_path.insert(0, Refusing())


def _is_only_asked() -> bool:
    """Whether a finder was called by `importlib.util.find_spec`: libraries ask so what is there, importing nothing."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module == "importlib.util":
            return True
        if module not in (__name__, "importlib._bootstrap", "importlib", "importlib._bootstrap_external"):
            return False
        frame = frame.f_back
    return False


@dataclass(frozen=True)
class LoadedModule:
    """The submission's module, loaded."""

    module: types.ModuleType

    def function(self, name: str) -> Callable[..., Any]:
        """The function of that name.

        Raises:
            MissingFunction: it is missing or cannot be called.
        """
        function = getattr(self.module, name, None)
        if not callable(function):
            raise MissingFunction(name)
        result: Callable[..., Any] = function
        return result

    def survey(self, wanted: list[tuple[str, int]]) -> dict[str, Any]:
        """For each wanted function what is wrong with it ("" where nothing is), and the names of those that there are."""
        problems = {name: self._problem(name, count) for name, count in wanted}
        defined = [
            name
            for name, value in vars(self.module).items()
            if inspect.isfunction(value) and value.__module__ == MODULE_NAME
        ]
        return {"problems": problems, "defined": defined[:200]}

    def _problem(self, name: str, count: int) -> tuple[str, str]:
        if not hasattr(self.module, name):
            return "missing", ""
        function = getattr(self.module, name)
        if not callable(function):
            return "kind", type(function).__name__
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return "", ""  # a callable without a signature may still take the arguments
        try:
            signature.bind(*[None] * count)
        except TypeError:
            return "signature", f"{name}{str(signature)[:200]}"
        return "", ""


def _limit_recursion() -> None:
    """Take no higher limit of recursion than this: an endless one would end in the memory's end, without a line."""
    set_limit = sys.setrecursionlimit

    def setrecursionlimit(limit: int) -> None:
        """As `sys.setrecursionlimit`, but at most `MAX_RECURSION`."""
        set_limit(min(limit, MAX_RECURSION) if isinstance(limit, int) else limit)

    sys.setrecursionlimit = setrecursionlimit


class _Beside(MetaPathFinder):
    """Finds the modules that came with the submission, and no other file of its folder."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._files = {name: folder / f"{name}.py" for name in names}

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        file = self._files.get(fullname)
        return spec_from_file_location(fullname, file) if file else None


def load(source: bytes, folder: Path, modules: Mapping[str, bytes] = MappingProxyType({})) -> LoadedModule:
    """Write the sources into `folder` and execute `source` as the module `solution`; the others where it imports them.

    The files are there for tracebacks and for TensorFlow, which reads the source of what it compiles.
    """
    _limit_recursion()
    for name, text in modules.items():
        (folder / f"{name}.py").write_bytes(text)
    # Behind the one that refuses, before those that look for installed packages.
    sys.meta_path.insert(1, _Beside(folder, modules))
    path = folder / f"{MODULE_NAME}.py"
    path.write_bytes(source)
    module = types.ModuleType(MODULE_NAME)
    module.__file__ = str(path)
    sys.modules[MODULE_NAME] = module
    linecache.checkcache(str(path))
    exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
    return LoadedModule(module)
