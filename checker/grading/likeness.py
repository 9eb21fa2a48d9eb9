"""Which submissions are alike beyond what a kata makes alike: ranked pairs to look at, not accusations, and never points.

A kata's functions are few and short, so honest solutions share most of their lines, and a fixed threshold accuses them.
What counts here are only passages that are rare in the class: sequences of tokens with names, numbers and texts folded, that
neither the stub nor the lesson nor the reference holds, and that next to nobody else wrote.

Fingerprints are chosen by winnowing: Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003.
"""

from __future__ import annotations

import builtins
import io
import keyword
import re
import tokenize
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.languages.catalogues import LANGUAGES

# Tokens in a passage, and how many passages next to each other give one fingerprint.
PASSAGE, WINDOW = 14, 5
# A passage that more than this share of a class wrote is nobody's own; two may always share it.
RARE_SHARE, RARE_AT_LEAST = 0.05, 2
# Fewer shared passages are chance.
LEAST_SHARED = 4
_KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Pair:
    """Two students with passages in common that are rare in the class: how many, and of how many of the one with fewer."""

    kata: str
    one: str
    other: str
    shared: int
    of: int

    @property
    def share(self) -> float:
        """The shared part, 0 to 1."""
        return self.shared / self.of if self.of else 0.0


def alike(kata: Kata, sources: Mapping[str, str]) -> list[Pair]:
    """The pairs of a class for one kata, those with most in common first.

    Args:
        kata: what its stub, lesson and reference hold is taken out.
        sources: each student's source.
    """
    given = set().union(*(fingerprints(text) for text in _given(kata)))
    own = {student: fingerprints(text) - given for student, text in sources.items()}
    written = Counter(print_ for prints in own.values() for print_ in prints)
    most = max(RARE_AT_LEAST, RARE_SHARE * len(sources))
    rare = {student: {p for p in prints if written[p] <= most} for student, prints in own.items()}
    holders: dict[int, list[str]] = {}
    for student, prints in rare.items():
        for print_ in prints:
            holders.setdefault(print_, []).append(student)
    shared: Counter[tuple[str, str]] = Counter()
    for students in holders.values():
        for i, one in enumerate(sorted(students)):
            for other in sorted(students)[i + 1 :]:
                shared[one, other] += 1
    pairs = [
        Pair(kata.number, one, other, count, min(len(rare[one]), len(rare[other])))
        for (one, other), count in shared.items()
        if count >= LEAST_SHARED
    ]
    return sorted(pairs, key=lambda pair: (-pair.shared * pair.share, pair.one, pair.other))


def fingerprints(source: str) -> set[int]:
    """The fingerprints of a source; of one that is no Python, of its words."""
    tokens = _folded(source)
    hashes = [
        zlib.crc32(" ".join(tokens[i : i + PASSAGE]).encode())
        for i in range(max(1, len(tokens) - PASSAGE + 1))
    ]
    if len(tokens) < PASSAGE:
        return set()
    return {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1))}


def _folded(source: str) -> list[str]:
    """The tokens, with names of one's own, numbers and texts folded: renaming changes nothing."""
    tokens: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in _SKIPPED:
                continue
            after_dot = bool(tokens) and tokens[-1] == "."
            if token.type == tokenize.NAME:
                # What stands behind a dot is a library's, mostly.
                tokens.append(token.string if token.string in _KEPT or after_dot else "name")
            elif token.type == tokenize.NUMBER:
                tokens.append("0")
            elif token.type == tokenize.STRING:
                tokens.append("text")
            else:
                tokens.append(token.string.strip() or tokenize.tok_name[token.type])
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return re.findall(r"\w+|\S", source)
    return tokens


def _given(kata: Kata) -> Iterable[str]:
    """What everybody was given: the stub, the reference, and the code in the lesson."""
    for file in (*map(kata.stub_in, LANGUAGES), kata.reference):
        if file.is_file():
            yield file.read_text(encoding="utf-8")
    for lesson in (kata.lesson("en"), kata.lesson("ko")):
        if lesson.is_file():
            yield from re.findall(r"```\w*\n(.*?)```", lesson.read_text(encoding="utf-8"), flags=re.DOTALL)


def as_csv(pairs: Iterable[Pair]) -> str:
    """The pairs as a table."""
    lines = ["kata,one,other,passages,share"]
    for pair in pairs:
        names = ('"' + name.replace('"', '""') + '"' for name in (pair.one, pair.other))
        lines.append(f"{pair.kata},{','.join(names)},{pair.shared},{pair.share:.2f}")
    return "\n".join(lines) + "\n"


def lay_flat(folder: Path, kata: Kata, sources: Mapping[str, str]) -> None:
    """A file a student in one folder a kata, and what was given beside it: as MOSS, JPlag and Dolos read it."""
    from checker.grading.exports import file_name, write

    for student, text in sources.items():
        write(folder / kata.name / f"{file_name(student)}.py", text)
    for number, text in enumerate(_given(kata)):
        write(folder / f"{kata.name}_given" / f"{number}.py", text)
