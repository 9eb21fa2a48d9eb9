"""Find every sentence that a learner can meet, and bring the catalogues up to date.

    python -m checker.languages.extract            # adds what is new, drops what is gone, says what has no translation
    python -m checker.languages.extract --check    # changes nothing; exit code 1 where something is missing

In the checker these are the first arguments of `say` and `_`, and the help of commands. In suites, whose texts stand in tables,
every string that reads like a sentence or a name is one too, and so are the titles of checks and the kata's own names.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from checker.catalog import Kata, load
from checker.languages.catalogues import HERE
from checker.languages.foreign_words import CLICK, REASONS
from checker.report.figures import label

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CHECKER = HERE.parent
SAYING = ("say", "_")
# What draws says its captions in both languages itself, and letters inside a picture need no font but Latin's.
PICTURES = "test_9_pictures.py"
# Their readers write katas, grade classes or host contests; what they read is English. A contest's pages have tables of both.
NOT_FOR_LEARNERS = (
    "cli/ci.py",
    "cli/contest.py",
    "cli/export.py",
    "cli/grade.py",
    "cli/new.py",
    "cli/verify.py",
    "contest/",
    "grading/",
    "languages/",
    "suite/plots.py",
    "suite/show.py",
    "templates/",
    "verification/",
)
# Called with texts for a program or an author.
_NOT_TOLD = frozenset(
    {
        "AssertionError",
        "KeyError",
        "TypeError",
        "ValueError",
        "beside",
        "compile",
        "field",
        "getattr",
        "hidden",
        "mark",
    }
    | {
        "handed_out",
        "known_numbers",
        "worker",
        "replace",
        "split",
        "startswith",
        "endswith",
        "encode",
        "skipif",
        "fixture",
        "star",
    }
)
_CODE = re.compile(r"^[\w.\[\]{}]+\(.*\)$|^[\w./-]+$|^[\W\d_]*$")
_WORD = re.compile(r"[a-z]{2,}")


def of_kata(kata: Kata) -> dict[str, set[str]]:
    """The sentences of a kata, each with the files that it stands in."""
    found: dict[str, set[str]] = {}
    for file in sorted(kata.suite.rglob("*.py")):
        if file.name == PICTURES:
            continue
        for key in _in_suite(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(key, set()).add(file.relative_to(kata.folder).as_posix())
    settings = tomllib.loads((kata.folder / "kata.toml").read_text(encoding="utf-8"))
    for name in settings.get("spread", {}):
        found.setdefault(label(name), set()).add("kata.toml")
    return found


def of_checker() -> dict[str, set[str]]:
    """The sentences of the checker for learners, each with the files that it stands in."""
    found: dict[str, set[str]] = {}
    for file in sorted(CHECKER.rglob("*.py")):
        place = file.relative_to(CHECKER).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if place.startswith(NOT_FOR_LEARNERS):
            # Those of commands stand in the list of all commands.
            keys = [*_first_lines(tree)] if place.startswith("cli/") else []
        else:
            keys = [*_in_suite(tree)] if place.startswith("suite/") else [*_said(tree), *_help(tree)]
        for key in keys:
            found.setdefault(key, set()).add(place)
    for key in (*CLICK, *REASONS):
        found.setdefault(key, set()).add("languages/foreign_words.py")
    for kata in load():
        for key in _of_stub(ast.parse(kata.stub.read_text(encoding="utf-8"))):
            found.setdefault(key, set()).add(f"katas/{kata.name}/stub.py")
    return found


def _of_stub(tree: ast.AST) -> Iterator[str]:
    """What a stub's functions say as long as they are not written: code, so the same in the stubs of all languages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "NotImplementedError" and node.args:
            yield from _keys(node.args[0])


def _first_lines(tree: ast.AST) -> Iterator[str]:
    """The first paragraph of each command's docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_is_command(d) for d in node.decorator_list):
            yield next(_paragraphs(ast.get_docstring(node) or ""))


def _said(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SAYING and node.args:
            yield from _keys(node.args[0])


def _keys(argument: ast.expr) -> Iterator[str]:
    """The key that is said, or each of two between which a condition chooses."""
    if isinstance(argument, ast.IfExp):
        yield from (*_keys(argument.body), *_keys(argument.orelse))
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def _help(tree: ast.AST) -> Iterator[str]:
    """Docstrings of commands, and the help of their options."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_is_command(d) for d in node.decorator_list):
            yield from _paragraphs(ast.get_docstring(node) or "")
        if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def _paragraphs(text: str) -> Iterator[str]:
    yield from (" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _is_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) in ("command", "group")


def _in_suite(tree: ast.AST) -> Iterator[str]:
    yield from _said(tree)
    yield from _titles(tree)
    yield from _plain(tree)


def _titles(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _draws(node):
            doc = ast.get_docstring(node)
            if doc:
                yield doc.splitlines()[0].rstrip(".")


def _plain(node: ast.AST) -> Iterator[str]:
    """Strings that read like sentences or names; docstrings, annotations and texts for programs are left out."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and is_told(node.value):
            yield node.value
        return
    if isinstance(node, (ast.JoinedStr, ast.Compare, ast.Assert, ast.Import, ast.ImportFrom)):
        return
    if isinstance(node, ast.Call) and _name(node.func) in _NOT_TOLD:
        return
    if isinstance(node, ast.FunctionDef) and _draws(node):
        return
    for child in _children(node):
        yield from _plain(child)


def _draws(function: ast.FunctionDef) -> bool:
    """Whether a test is marked `picture`: it is no check."""
    return any(_name(decorator) == "picture" for decorator in function.decorator_list)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
        with_docstring = bool(node.body) and _is_text(node.body[0])
        yield from node.body[1:] if with_docstring else node.body
        if isinstance(node, ast.FunctionDef):
            yield from node.args.defaults
            yield from (default for default in node.args.kw_defaults if default is not None)
            yield from (d for d in node.decorator_list if _name(getattr(d, "func", d)) == "parametrize")
    elif isinstance(node, ast.AnnAssign):
        yield from [node.value] if node.value else []
    elif isinstance(node, ast.Dict):
        # Keys are names for programs where they have no space: `is_told` sees to that.
        yield from (part for part in (*node.keys, *node.values) if part is not None)
    elif isinstance(node, ast.Expr) and _is_text(node):
        return
    else:
        yield from ast.iter_child_nodes(node)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def is_told(text: str) -> bool:
    """Whether a string reads like something that is told to a person: words with a space between them."""
    is_korean = any("가" <= letter <= "힣" for letter in text)
    return (
        " " in text.strip() and bool(_WORD.search(text)) and not is_korean and not _CODE.match(text.strip())
    )


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def placeholders(text: str) -> set[str]:
    """The names of the placeholders in a key or in its translation."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def problems(keys: Mapping[str, set[str]], catalogue: Catalog) -> list[str]:
    """What is missing in a catalogue, or does not fit: a line each."""
    found = []
    for key in keys:
        message = catalogue.get(key)
        told = str(message.string) if message else ""
        if not told:
            found.append(f"no translation: {key!r}")
        elif _has_placeholders(key, keys) and placeholders(key) != placeholders(told):
            found.append(f"other placeholders: {key!r} and {told!r}")
    return found


def _has_placeholders(key: str, keys: Mapping[str, set[str]]) -> bool:
    """Whether the braces of a key are placeholders; a plain string may show a set or a dict."""
    try:
        names = placeholders(key)
    except ValueError:
        return False
    return bool(names) and all(name.isidentifier() for name in names)


def updated(source: Path, keys: Mapping[str, set[str]]) -> Catalog:
    """The catalogue with exactly these keys; translations that are there stay."""
    from babel.messages.catalog import Catalog

    before = read(source)
    made = Catalog(locale="ko", project="deep-learning-katas", header_comment="", charset="utf-8")
    for key in sorted(keys, key=lambda key: (sorted(keys[key]), key)):
        known = before.get(key)
        made.add(key, known.string if known else "", locations=[(file, 0) for file in sorted(keys[key])])
    return made


def read(source: Path) -> Catalog:
    """The catalogue of a file, or an empty one."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not source.exists():
        return Catalog(locale="ko")
    with source.open("rb") as stream:
        return read_po(stream, locale="ko", abort_invalid=True)


def write(source: Path, catalogue: Catalog) -> None:
    """Write it without what changes at each run: dates and line numbers."""
    from babel.messages.pofile import generate_po

    lines = ['msgid ""', 'msgstr ""', '"Language: ko\\n"', '"Content-Type: text/plain; charset=utf-8\\n"']
    lines += ['"Plural-Forms: nplurals=1; plural=0;\\n"', ""]
    body = "".join(generate_po(catalogue, omit_header=True, include_lineno=False, width=100))
    source.write_text("\n".join(lines) + "\n" + body, encoding="utf-8")


def everything() -> Iterator[tuple[str, Path, dict[str, set[str]]]]:
    """Each catalogue's name, its file and its sentences."""
    yield "checker", HERE / "ko.po", of_checker()
    for kata in load():
        yield kata.name, kata.folder / "ko.po", of_kata(kata)


def main() -> int:
    """Bring the catalogues up to date, or only look."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", metavar="NN", help="checker, or the numbers of katas; all without"
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--show", action="store_true", help="print each line that is missing")
    arguments = parser.parse_args()
    missing = 0
    for name, file, keys in everything():
        if arguments.names and not name.startswith(tuple(arguments.names)):
            continue
        catalogue = read(file)
        if not arguments.check:
            catalogue = updated(file, keys)
            write(file, catalogue)
        found = problems(keys, catalogue)
        missing += len(found)
        print(f"{name}: {len(keys)} sentences, {len(found)} to be translated or mended")
        if arguments.show:
            print("\n".join(f"  {line}" for line in found))
    return int(missing > 0 and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
