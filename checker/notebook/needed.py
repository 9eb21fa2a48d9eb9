"""Which statements the functions of a kata need, so that a notebook full of experiments does not train when it is loaded.

A statement is needed if it binds a name that a needed one refers to, or changes what such a name stands for (`layers.append`).
Names inside of functions are told from global ones as Python itself does it (`symtable`). A function that is called while
the notebook is loaded needs what its names stood for *then*; one that is called later needs what they stand for in the end.
"""

from __future__ import annotations

import ast
import symtable
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Settings of a framework hold for everything that comes after: `np.random.seed(1)`, `mixed_precision.set_global_policy(...)`.
FRAMEWORKS = frozenset({"numpy", "keras", "tensorflow", "gymnasium", "random", "warnings", "os"})
_SETTERS = ("set_", "enable_", "disable_", "use_")
_SETTER_NAMES = frozenset(
    {"seed", "seterr", "filterwarnings", "simplefilter", "setdefault", "run_functions_eagerly"}
)
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class _Statement:
    """What a statement at the top does with global names.

    It binds names, needs some at once and others when a function of its is called, changes what some stand for, and sets
    something up in what others stand for. `packages` says for each name that it imports from which package it comes.
    """

    binds: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]
    changes: frozenset[str]
    sets_up: frozenset[str]
    packages: Mapping[str, str]
    is_star: bool


def needed(statements: Sequence[ast.stmt], wanted: Sequence[str]) -> set[int]:
    """The places of the statements that the names `wanted` need, and of settings of frameworks."""
    return _Slice([_look_at(one) for one in statements]).of(wanted)


class _Slice:
    def __init__(self, statements: Sequence[_Statement]) -> None:
        self._statements = statements
        self._binding: dict[str, list[int]] = defaultdict(list)
        self._changing: dict[str, list[int]] = defaultdict(list)
        self._seen: set[tuple[str, int]] = set()
        self._kept: set[tuple[int, int]] = set()
        for place, one in enumerate(statements):
            for name in one.binds:
                self._binding[name].append(place)
            for name in one.changes:
                self._changing[name].append(place)

    def of(self, wanted: Sequence[str]) -> set[int]:
        """The places of all that is needed in the end."""
        end = len(self._statements)
        self._take([(name, end) for name in wanted])
        for place, one in enumerate(self._statements):
            if one.is_star or any(self._is_framework(name) for name in one.sets_up):
                self._take(self._keep(place, end))
        return {place for place, _ in self._kept}

    def _is_framework(self, name: str) -> bool:
        return any(
            self._statements[place].packages.get(name) in FRAMEWORKS for place in self._binding.get(name, ())
        )

    def _take(self, names: Iterable[tuple[str, int]]) -> None:
        """Keep what gives each name its value at the time before that statement."""
        pending = list(names)
        while pending:
            name, before = pending.pop()
            if (name, before) in self._seen:
                continue
            self._seen.add((name, before))
            places = [place for place in self._binding.get(name, ()) if place < before]
            places = places or self._binding.get(name, [])
            if not places:
                continue
            last = places[-1]
            pending += self._keep(last, before)
            if name not in self._statements[last].packages:
                for place in self._changing.get(name, ()):
                    if last < place < before:
                        pending += self._keep(place, before)

    def _keep(self, place: int, before: int) -> Iterator[tuple[str, int]]:
        """Keep a statement; what it needs, and at which time."""
        if (place, before) in self._kept:
            return
        self._kept.add((place, before))
        one = self._statements[place]
        for name in one.now:
            yield name, place
        for name in one.later:
            yield name, before


def _look_at(statement: ast.stmt) -> _Statement:
    top = symtable.symtable(ast.unparse(statement), "cell", "exec")
    is_definition = isinstance(statement, (*_FUNCTIONS, ast.ClassDef))
    symbols = top.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}
    now = {s.get_name() for s in symbols if s.is_referenced()}
    later: set[str] = set()
    for child in top.get_children():
        _look_inside(child, now, later if is_definition else now)
    if isinstance(statement, _COMPOUND):
        now |= binds  # it may leave them as they were
    # `n += 1` reads what it assigns, which the table does not say.
    now |= {_name(n.target) for n in _outside_of_functions(statement) if isinstance(n, ast.AugAssign)} - {""}
    packages = {name: package for node in ast.walk(statement) for name, package in _imported(node)}
    is_star = isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
    changes, sets_up = (set(), set()) if is_definition else _changed(statement)
    return _Statement(
        frozenset(binds),
        frozenset(now),
        frozenset(later),
        frozenset(changes),
        frozenset(sets_up),
        packages,
        is_star,
    )


def _look_inside(table: symtable.SymbolTable, now: set[str], later: set[str]) -> None:
    """Collect the global names that an inner block refers to: a class's body runs at once, a function's when it is called."""
    names = {s.get_name() for s in table.get_symbols() if s.is_global()}
    if table.get_type() == "class":
        now |= names
    else:
        later |= names
    for child in table.get_children():
        _look_inside(child, now if table.get_type() == "class" else later, later)


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with its package."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            package = alias.name.partition(".")[0]
            yield alias.asname or package, package
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, (node.module or "").partition(".")[0]


def _changed(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names whose object a statement changes in place (`x.append(1)`, `x[0] = 1`, `x.rate = 1`, `del x[0]`).

    And those of which it sets something up, if they are frameworks: `x.set_seed(1)`, `x.environ["A"] = "1"`.
    """
    changed: set[str] = set()
    set_up: set[str] = set()
    for node in _outside_of_functions(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute):
                changed |= _root(called)
            last = called.attr if isinstance(called, ast.Attribute) else _name(called)
            if last.startswith(_SETTERS) or last in _SETTER_NAMES:
                set_up |= _root(called)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            changed |= _root(node)
            set_up |= _root(node)
    return changed, set_up


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _outside_of_functions(child)


def _root(node: ast.expr) -> set[str]:
    """The name at which a chain such as `a.b[0].c` begins, if it begins with one."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {_name(node)} - {""}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
