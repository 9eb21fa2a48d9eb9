"""The path: which katas there are, read from one `kata.toml` per folder.

Adding a kata means adding a folder; no list of katas stands anywhere else.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.datasets.sources import SOURCES, Source
from checker.errors import KatasError
from checker.languages.texts import say

WORKLOADS = (
    "python_loop",
    "small_arrays",
    "float32_matmul",
    "float64_matmul",
    "keras_small",
    "keras_dense",
    "keras_conv",
)
TIERS = ("cpu", "gpu")
_KATA_KEYS = ("title", "title_ko", "data", "framework", "allowed_imports")
_BUDGET_KEYS = ("reference_seconds", "margin", "workloads", "spread")
_LIMIT_KEYS = ("max_parameters", "memory_mb", "call_seconds")
_FOLDER_NAME = re.compile(r"^(\d\d)_([a-z][a-z0-9_]*)$")


class CatalogError(KatasError):
    """A kata folder or the choice of a kata is wrong; the text is one sentence for the user."""


@dataclass(frozen=True)
class Budget:
    """The time of one step: reference CPU seconds on the machine whose factor is 1, times a margin.

    `workloads` are the kinds of work that a learner's program consists of. The slowest of them on this machine
    carries the figure over to it: a machine that multiplies matrices twice as fast may run loops hardly faster.
    `spread` is the relative standard deviation of the reference's time over ten runs.
    """

    step: str
    reference_seconds: float
    margin: float
    workloads: tuple[str, ...]
    spread: float

    def factor(self, factors: Mapping[str, float]) -> float | None:
        """This machine's factor for the step: that of its slowest kind of work; None where one is not known."""
        known = [factors[name] for name in self.workloads if name in factors]
        return max(known) if len(known) == len(self.workloads) else None


@dataclass(frozen=True)
class Function:
    """A function that the submission must define, with the number of arguments it is called with."""

    name: str
    arguments: int


@dataclass(frozen=True)
class Kata:
    """One stage of the path, as its `kata.toml` describes it."""

    number: str
    slug: str
    folder: Path
    title: str
    title_ko: str
    data: str
    framework: str
    allowed_imports: tuple[str, ...]
    functions: tuple[Function, ...]
    budgets: dict[str, Budget]
    targets: dict[str, dict[str, float]]
    spread: dict[str, float]
    max_parameters: int
    memory_mb: int
    call_seconds: float

    @property
    def name(self) -> str:
        """The folder's name, such as "03_mnist_autoencoder"."""
        return f"{self.number}_{self.slug}"

    def titled(self, language: str) -> str:
        """Its title in "en" or "ko"."""
        return self.title_ko if language == "ko" and self.title_ko else self.title

    @property
    def source(self) -> Source:
        """What is special about its data."""
        return SOURCES[self.data]

    @property
    def suite(self) -> Path:
        """The folder with the hidden tests."""
        return self.folder / "acceptance"

    @property
    def stub(self) -> Path:
        """The file that the learner starts from."""
        return self.folder / "stub.py"

    @property
    def reference(self) -> Path:
        """The exemplary solution: inside the kata's folder, or in `reference/` beside `katas/`."""
        inside = self.folder / "reference.py"
        return inside if inside.exists() else self.folder.parent.parent / "reference" / f"{self.name}.py"

    def lesson(self, language: str) -> Path:
        """The lesson's file in "en" or "ko"; English where a translation is missing."""
        korean = self.folder / "lesson.ko.md"
        return korean if language == "ko" and korean.exists() else self.folder / "lesson.md"

    def after(self, language: str) -> str:
        """What a pass means and what to try next, Markdown in "en" or "ko"; empty where the kata says nothing."""
        for name in ("after.ko.md", "after.md") if language == "ko" else ("after.md",):
            if (self.folder / name).exists():
                return (self.folder / name).read_text(encoding="utf-8")
        return ""

    def stub_in(self, language: str) -> Path:
        """The stub with its explanations in "en" or "ko"; English where a translation is missing."""
        korean = self.folder / "stub.ko.py"
        return korean if language == "ko" and korean.exists() else self.stub

    def examples_in(self, language: str) -> Path:
        """The visible examples with their explanations in "en" or "ko"; English where a translation is missing."""
        korean = self.folder / "test_examples.ko.py"
        return korean if language == "ko" and korean.exists() else self.folder / "test_examples.py"

    def hints(self, language: str = "en") -> list[str]:
        """The hints in order: the parts of `hints.md` (`hints.ko.md`) that start with a second-level heading."""
        korean = self.folder / "hints.ko.md"
        file = korean if language == "ko" and korean.exists() else self.folder / "hints.md"
        text = file.read_text(encoding="utf-8")
        return [part.strip() for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]]

    def suite_sha256(self) -> str:
        """A hash over `kata.toml` and every file of the suite, names included."""
        digest = hashlib.sha256()
        files = [self.folder / "kata.toml", *sorted(self.suite.rglob("*.py"))]
        for file in files:
            digest.update(file.relative_to(self.folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def default_folder() -> Path:
    """Where the katas are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_content" / "katas"
    return installed if installed.is_dir() else package.parent / "katas"


def load(folder: Path | None = None, *more: Path) -> list[Kata]:
    """All katas in order of their numbers, from `folder` (the built-in ones if None) and `more` folders.

    Raises:
        CatalogError: a folder is missing or holds no kata, a `kata.toml` is broken, or a number is taken twice.
    """
    katas: dict[str, Kata] = {}
    for root in (folder or default_folder(), *more):
        if not root.is_dir():
            raise CatalogError(say("There is no folder of katas at {root}.", root=root))
        found = [load_kata(entry) for entry in sorted(root.iterdir()) if (entry / "kata.toml").is_file()]
        if not found:
            raise CatalogError(
                say("{root} holds no kata: a kata is a folder NN_name with a kata.toml in it.", root=root)
            )
        for kata in found:
            if kata.number in katas:
                raise CatalogError(
                    f"Kata number {kata.number} is taken twice: {katas[kata.number].folder} and {kata.folder}."
                )
            katas[kata.number] = kata
    return [katas[number] for number in sorted(katas)]


def find(katas: list[Kata], wanted: str) -> Kata:
    """The kata with that number ("3", "03") or name; a part of the name that no other has serves too.

    Raises:
        CatalogError: there is none, or there are several; the text lists them.
    """
    for kata in katas:
        if wanted in (kata.name, kata.slug) or (wanted.isdecimal() and int(wanted) == int(kata.number)):
            return kata
    part = "" if wanted.isdecimal() else wanted.lower().replace("-", "_").replace(" ", "_").strip("/_")
    # A whole word says more than letters inside one: "gan" is 07, whatever else has these letters.
    by_word = [kata for kata in katas if part in kata.slug.split("_")]
    close = by_word or [kata for kata in katas if part and part in kata.name]
    if len(close) == 1:
        return close[0]
    known = ", ".join(f"{k.number} {k.slug}" for k in close or katas)
    raise CatalogError(
        say("{wanted!r} can mean several katas: {known}.", wanted=wanted, known=known)
        if close
        else say("There is no kata {wanted!r}; there are {known}.", wanted=wanted, known=known)
    )


def load_kata(folder: Path) -> Kata:
    """Read one kata folder.

    Raises:
        CatalogError: the folder's name or its `kata.toml` is wrong; the text names the key.
    """
    match = _FOLDER_NAME.match(folder.name)
    if not match:
        raise CatalogError(f"The kata folder {folder.name!r} must be named like 09_my_kata.")
    file = folder / "kata.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{file} cannot be read: {error}.") from error
    return _Reader(file, content).kata(match[1], match[2], folder)


class _Reader:
    """Takes typed values out of a parsed `kata.toml` and names the key when one is wrong."""

    def __init__(self, file: Path, content: dict[str, Any]) -> None:
        self.file = file
        self.content = content

    def kata(self, number: str, slug: str, folder: Path) -> Kata:
        self.only_known("", self.content, ("kata", "functions", "budget", "targets", "spread", "limits"))
        self.only_known("kata.", self.table("kata"), _KATA_KEYS)
        self.only_known("limits.", self.table("limits"), _LIMIT_KEYS)
        framework = self.text("kata", "framework")
        if framework not in ("numpy", "keras"):
            raise self.wrong("kata.framework", f"is {framework!r}; it must be 'numpy' or 'keras'")
        data = self.text("kata", "data", "generated")
        if data not in SOURCES:
            raise self.wrong("kata.data", f"is {data!r}; known are {', '.join(SOURCES)}")
        title = self.text("kata", "title")
        return Kata(
            number=number,
            slug=slug,
            folder=folder,
            title=title,
            title_ko=self.text("kata", "title_ko", title),
            data=data,
            framework=framework,
            allowed_imports=self.allowed_imports(framework),
            functions=self.functions(),
            budgets=self.budgets(),
            targets=self.targets(),
            spread={name: self.number("spread", name) for name in self.table("spread")},
            max_parameters=int(self.number("limits", "max_parameters", 5_000_000)),
            memory_mb=int(self.number("limits", "memory_mb", 4_000)),
            call_seconds=self.number("limits", "call_seconds", 10.0),
        )

    def wrong(self, key: str, reason: str) -> CatalogError:
        return CatalogError(f"{self.file}: {key} {reason}.")

    def only_known(self, prefix: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                raise self.wrong(prefix + key, f"is not known; known are {', '.join(known)}")

    def table(self, name: str) -> dict[str, Any]:
        value = self.content.get(name, {})
        if not isinstance(value, dict):
            raise self.wrong(name, "must be a table")
        return value

    def text(self, table: str, key: str, default: str | None = None) -> str:
        value = self.table(table).get(key, default)
        if not isinstance(value, str) or not value:
            raise self.wrong(f"{table}.{key}", f"must be a text, got {value!r}")
        return value

    def number(self, table: str, key: str, default: float | None = None) -> float:
        return self._positive(f"{table}.{key}", self.table(table).get(key, default))

    def _positive(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            raise self.wrong(key, f"must be a positive number, got {value!r}")
        return float(value)

    def allowed_imports(self, framework: str) -> tuple[str, ...]:
        value = self.table("kata").get("allowed_imports", ["numpy"] if framework == "numpy" else ["*"])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong("kata.allowed_imports", f"must be a list of package names, got {value!r}")
        return tuple(value)

    def functions(self) -> tuple[Function, ...]:
        table = self.table("functions")
        if not table:
            raise self.wrong("functions", "must name at least one function with its number of arguments")
        for name, count in table.items():
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise self.wrong(f"functions.{name}", f"must be a number of arguments, got {count!r}")
        return tuple(Function(name, count) for name, count in table.items())

    def budgets(self) -> dict[str, Budget]:
        budgets = {}
        for step, table in self.table("budget").items():
            if not isinstance(table, dict):
                raise self.wrong(f"budget.{step}", "must be a table")
            self.only_known(f"budget.{step}.", table, _BUDGET_KEYS)
            key = f"budget.{step}"
            kinds = table.get("workloads")
            if not isinstance(kinds, list) or not kinds:
                raise self.wrong(f"{key}.workloads", f"must be a list of kinds of work, got {kinds!r}")
            for kind in kinds:
                if kind not in WORKLOADS:
                    raise self.wrong(f"{key}.workloads", f"holds {kind!r}; known are {', '.join(WORKLOADS)}")
            budgets[step] = Budget(
                step=step,
                reference_seconds=self._positive(f"{key}.reference_seconds", table.get("reference_seconds")),
                margin=self._positive(f"{key}.margin", table.get("margin")),
                workloads=tuple(kinds),
                spread=self._positive(f"{key}.spread", table.get("spread", 0.05)),
            )
        return budgets

    def targets(self) -> dict[str, dict[str, float]]:
        tables = self.table("targets")
        if unknown := set(tables) - set(TIERS):
            raise self.wrong(f"targets.{sorted(unknown)[0]}", f"is no tier; tiers are {', '.join(TIERS)}")
        for tier, table in tables.items():
            if not isinstance(table, dict):
                raise self.wrong(f"targets.{tier}", "must be a table")
        cpu, gpu = (
            {name: self._value(f"targets.{tier}.{name}", v) for name, v in tables.get(tier, {}).items()}
            for tier in TIERS
        )
        return {"cpu": cpu, "gpu": {**cpu, **gpu}}

    def _value(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.wrong(key, f"must be a number, got {value!r}")
        return float(value)
