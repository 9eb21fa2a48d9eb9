"""Korean particles. Their form depends on whether the word before them ends in a consonant, which a value decides.

A translation writes both forms in the usual way, 은(는), 이(가), 을(를), 과(와), (으)로; here one of them is chosen. A number
is read in Korean, a Latin word by its last letter, one without a vowel by that letter's name; brackets and quotes are
looked past.
"""

from __future__ import annotations

import re

# After a consonant, after a vowel.
_PAIRS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)라": ("이라", "라"),
    "(이)나": ("이나", "나"),
    "(이)면": ("이면", "면"),
    "(이)고": ("이고", "고"),
}
_PARTICLE = re.compile("|".join(map(re.escape, _PAIRS)))
_LOOKED_PAST = re.compile(r"""[\s"'`)\]}>,.%]+$""")
_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
# 0 영, 1 일, 3 삼, 6 육, 7 칠, 8 팔 end in a consonant; of these 1, 7 and 8 in ㄹ.
_DIGITS_CLOSED, _DIGITS_RIEUL = "013678", "178"
# Letters whose English word ends in such a sound as a rule: l, m, n, and the stops after a short vowel; and ng, 러닝.
_LETTERS_CLOSED, _LETTERS_RIEUL = "bcklmnpt", "l"
# Without a vowel it is read letter by letter: 엘, 엠, 엔, 알; the names of the others end in a vowel.
_SPELLED = re.compile(r"(?<![A-Za-z])[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]+$")
_NAMES_CLOSED, _NAMES_RIEUL = "lmnr", "lr"


def with_particles(text: str) -> str:
    """The text with one form of each particle."""
    parts: list[str] = []
    end = 0
    for match in _PARTICLE.finditer(text):
        parts.append(text[end : match.start()])
        closed, is_rieul = _ending("".join(parts))
        after_consonant, after_vowel = _PAIRS[match.group()]
        # 로 follows ㄹ as it does a vowel.
        is_closed = closed and not (is_rieul and match.group() == "(으)로")
        parts.append(after_consonant if is_closed else after_vowel)
        end = match.end()
    return "".join([*parts, text[end:]])


def _ending(before: str) -> tuple[bool, bool]:
    """Whether what stands before ends in a consonant, and whether that is ㄹ."""
    word = _LOOKED_PAST.sub("", before)
    # "0.5%" is read 퍼센트.
    if before.rstrip().endswith("%"):
        return False, False
    last = word[-1:].lower()
    if _FIRST <= ord(last or " ") <= _LAST:
        final = (ord(last) - _FIRST) % _FINALS
        return final != 0, final == _RIEUL
    if last.isdigit():
        # Ten, hundred, thousand, ten thousand: 십, 백, 천, 만.
        return last in _DIGITS_CLOSED, last in _DIGITS_RIEUL
    if _SPELLED.search(word):
        return last in _NAMES_CLOSED, last in _NAMES_RIEUL
    is_ng = word[-2:].lower() == "ng"
    return last != "" and (is_ng or last in _LETTERS_CLOSED), last in _LETTERS_RIEUL and last != ""
