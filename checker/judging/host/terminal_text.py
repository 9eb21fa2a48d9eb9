"""What a terminal would show of printed text: progress bars in their last state, without colours.

A bar is drawn by going back to the start of its line, or by backspaces, and writing over it. As text that is hundreds of
copies of a line with control characters between; in a terminal it is one line.
"""

from __future__ import annotations

import re

# Control sequences (colours, moves, erasing), titles of windows, and other escapes of one letter.
_ESCAPE = re.compile(r"\x1b\[([0-9;?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_=>a-z]")
_TOKEN = re.compile(rf"(?P<escape>{_ESCAPE.pattern})|(?P<move>[\r\b])|(?P<text>[^\x1b\r\b]+|\x1b)")
_MOVES = re.compile("[\r\b\x1b]")


def last_state(text: str) -> str:
    """The text as it stands on a terminal at the end, line by line; other control characters are left as they are."""
    return "\n".join(_line(line) if _MOVES.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    shown: list[str] = []
    column = 0
    for token in _TOKEN.finditer(line):
        if written := token["text"]:
            shown += " " * (column - len(shown))
            shown[column : column + len(written)] = written
            column += len(written)
        elif token["move"] == "\r":
            column = 0
        elif token["move"] == "\b":
            column = max(column - 1, 0)
        else:
            column = _after_escape(token["escape"], shown, column)
    return "".join(shown).rstrip(" ")


def _after_escape(escape: str, shown: list[str], column: int) -> int:
    """Erase what an escape erases in this line; where the cursor then stands. Colours and other lines do not matter."""
    sequence = _ESCAPE.fullmatch(escape)
    if sequence is None or not sequence[2]:
        return column
    number = int(sequence[1]) if sequence[1].isdecimal() else 0
    if sequence[2] == "K":
        if number == 0:
            del shown[column:]
        else:
            erased = min(column + 1, len(shown)) if number == 1 else len(shown)
            shown[:erased] = " " * erased
    elif sequence[2] == "C":
        return min(column + max(number, 1), len(shown))
    elif sequence[2] == "D":
        return max(column - max(number, 1), 0)
    elif sequence[2] == "G":
        return min(max(number, 1) - 1, len(shown))
    return column
