"""Makes text from a submission harmless in the place where it is shown.

A submission chooses exception messages, class names, history keys and what it prints. None of it may move
the cursor, colour a verdict, close an XML element or give a command to a CI system.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters; format characters (they turn the reading direction or are invisible); lone
# surrogates; private use; line and paragraph separators.
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# What XML 1.0 cannot hold, not even as a character reference: https://www.w3.org/TR/xml/#charsets. Compiled when it is
# first needed, since that takes longer than `katas status` has.
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def terminal(text: str) -> str:
    """The text with everything invisible spelt out, such as \\x1b; newlines stay, tabs become spaces."""
    text = text.replace("\r\n", "\n").expandtabs(4)
    return "".join(c if c == "\n" or unicodedata.category(c) not in _UNPRINTABLE else _spelt(c) for c in text)


def _spelt(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def xml(text: str) -> str:
    """The text as for a terminal, since people look at such files there, and without the characters that XML 1.0 cannot
    hold; markup is left to the XML writer."""
    return re.sub(_NOT_XML, "", terminal(text))


def workflow(text: str) -> str:
    """The text for a log that GitHub reads: no line of it can be taken for a workflow command.

    The runner takes `::name::` at the start of a line and `##[name]` anywhere; Azure's takes `##vso[name]`. A report may
    wrap a line at any place, so the marks are broken wherever they stand.
    """
    text = text.replace("::", ": :").replace("::", ": :").replace("##[", "## [")
    return text.replace("##vso[", "## vso[")
