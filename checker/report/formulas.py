"""LaTeX formulas of a lesson as a terminal can show them: `$\\hat{y}_i = x_i^2$` as ŷᵢ = xᵢ²."""

from __future__ import annotations

import re

_SYMBOLS = {
    "cdot": "·", "times": "×", "odot": "⊙", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "approx": "≈", "sim": "~", "propto": "∝", "pm": "±", "sum": "Σ", "prod": "∏", "int": "∫", "partial": "∂",
    "nabla": "∇", "infty": "∞", "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "Rightarrow": "⇒",
    "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "ll": "≪", "gg": "≫",
    "ldots": "…", "dots": "…", "cdots": "…", "mid": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "lvert": "|",
    "rvert": "|", "vert": "|", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "top": "ᵀ", "prime": "′", "circ": "∘", "ast": "∗", "star": "⋆", "ell": "ℓ", "colon": ":", "lbrace": "{", "rbrace": "}",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "quad": "   ", "qquad": "      ", ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "{": "{", "}": "}", "|": "‖",
    "%": "%", "_": "_", "#": "#", "&": "&", "$": "$", "\\": ";",
}  # fmt: skip
_DROPPED = {
    "left",
    "right",
    "big",
    "Big",
    "bigl",
    "bigr",
    "Bigl",
    "Bigr",
    "displaystyle",
    "limits",
    "nolimits",
}
# Commands whose argument is shown as it is.
_PLAIN = {"mathrm", "text", "textrm", "textbf", "textit", "operatorname", "mathbf", "boldsymbol", "mathit"} | {
    "mathbb", "mathcal", "mathsf", "mathtt", "texttt", "underbrace", "overbrace"
}  # fmt: skip
_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
}
_RAISED = dict(
    zip("0123456789+-=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True)
)
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_RAISED |= {"ᵀ": "ᵀ", "′": "′", "∗": "*"}
_FORMULA = re.compile(
    r"(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|(?<![\\$A-Za-z0-9])\$(?!\s)([^$\n]+?(?:\n[^$\n]+?)?)(?<!\s)\$(?![A-Za-z0-9])",
    re.DOTALL,
)


def readable(markdown: str) -> str:
    """The Markdown with its formulas in Unicode; code is left alone."""

    def replace(match: re.Match[str]) -> str:
        code, display, inline = match.groups()
        if code is not None:
            return code
        text = _escaped(to_unicode(inline if display is None else display))
        return text if display is None else f"\n\n> {text}\n\n"

    return _FORMULA.sub(replace, markdown)


def to_unicode(formula: str) -> str:
    """One formula, without its dollar signs, as plain text."""
    formula = re.sub(r"\\(begin|end)\{[^}]*\}(\{[lcr|]*\})?", "", formula).replace("&", "")
    text = _Parser(formula).everything()
    return re.sub(r" {2,}", "  ", re.sub(r"\s*\n\s*", " ", text)).strip()


def _escaped(text: str) -> str:
    """Keeps Markdown from reading a formula's signs as its own."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


class _Parser:
    """Reads a formula from left to right; braces may nest."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0

    def everything(self, end: str = "") -> str:
        """Up to the closing `end`, or to the end of the formula."""
        parts = []
        while self.place < len(self.source):
            if end and self.source[self.place] == end:
                self.place += 1
                break
            parts.append(self.one())
        return "".join(parts)

    def one(self) -> str:
        """The next character, group, command, exponent or index."""
        character = self.source[self.place]
        self.place += 1
        if character == "{":
            return self.everything("}")
        if character == "^":
            return _set(self.argument(), _RAISED, "^")
        if character == "_":
            return _set(self.argument(), _LOWERED, "_")
        if character == "'":
            return "′"
        if character == "~":
            return " "
        return self.command() if character == "\\" else character

    def argument(self) -> str:
        """What a command, an exponent or an index applies to; nothing at the end of the formula."""
        while self.place < len(self.source) and self.source[self.place].isspace():
            self.place += 1
        return self.one() if self.place < len(self.source) else ""

    def command(self) -> str:
        match = re.compile(r"[A-Za-z]+|.", re.DOTALL).match(self.source, self.place)
        if match is None:
            return ""
        self.place = match.end()
        name = match[0]
        if name in _DROPPED:
            return ""
        if name in ("frac", "dfrac", "tfrac"):
            return f"{_bracketed(self.argument())}/{_bracketed(self.argument())}"
        if name == "sqrt":
            return f"√{_bracketed(self.argument())}"
        if name in _PLAIN:
            return self.argument()
        if name in _ACCENTS:
            content = self.argument()
            return content + _ACCENTS[name] if len(content) == 1 else content
        # What is not known is a function's name, as in \log.
        return _SYMBOLS.get(name, name)


def _set(text: str, signs: dict[str, str], mark: str) -> str:
    """The text raised or lowered; with a mark in front where Unicode lacks a sign."""
    text = text.strip()
    is_word = text.isalpha() and len(text) > 2
    if text and not is_word and all(character in signs for character in text):
        return "".join(signs[character] for character in text)
    return mark + _bracketed(text)


def _bracketed(text: str) -> str:
    """The text in brackets, unless it is one number, one name or bracketed already."""
    text = text.strip()
    is_simple = re.fullmatch(r"\w+|\w[^\w\s]?|\d+\.\d+", text) or (
        text[:1] == "(" and text.find(")") == len(text) - 1
    )
    return text if is_simple else f"({text})"
