"""Formulas of the lessons, as a terminal shows them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import catalog
from checker.report.formulas import readable, to_unicode


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\hat{y}_i = x_i^2", "ŷᵢ = xᵢ²"),
        (r"\frac{1}{n}\sum_{i=1}^{n} (y_i - \hat y_i)^2", "1/nΣᵢ₌₁ⁿ (yᵢ - ŷᵢ)²"),
        (r"\frac{\partial L}{\partial w} = \frac{2}{n} X^T (Xw - y)", "(∂ L)/(∂ w) = 2/n Xᵀ (Xw - y)"),
        (r"\sigma' \le 1/4, \quad \mathrm{relu}(x) = \max(x, 0)", "σ′ ≤ 1/4,  relu(x) = max(x, 0)"),
        (r"W_{i+1}^\top", "Wᵢ₊₁ᵀ"),
        (r"x_{\text{train}}", "x_train"),
        (r"\sqrt{\sigma^2 + \epsilon}", "√(σ² + ε)"),
        (r"\{(0,0), (1,1)\}", "{(0,0), (1,1)}"),
        (r"10^{-6}", "10⁻⁶"),
        (r"e^{-z/2}", "e^(-z/2)"),
        (r"\lVert a \rVert_2", "‖ a ‖₂"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b ; c = d"),
        (r"x^", "x^()"),
        ("{{x", "x"),
    ],
)
def test_a_formula_becomes_text(formula, text):
    assert to_unicode(formula) == text.replace("ŷ", "y\u0302")


def test_formulas_are_found_and_code_is_left_alone():
    text = "A pair $(W_1, b)$ costs 5 $ or 6 $.\n\n$$y = x \\cdot w$$\n\n`$a_1$`\n\n```\n$b_1$\n```\n"
    assert readable(text) == (
        "A pair (W₁, b) costs 5 $ or 6 $.\n\n\n\n> y = x · w\n\n\n\n`$a_1$`\n\n```\n$b_1$\n```\n"
    )


def test_markdown_does_not_read_a_formula_as_its_own():
    assert readable(r"$a_{Q} * b_{Q}$") == r"a\_Q \* b\_Q"


@given(st.text("\\{}^_$ab1 \n", max_size=60))
def test_no_formula_breaks_it(text):
    readable(f"${text}$")
    to_unicode(text)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_lesson_shows_a_command_of_latex(language):
    for kata in catalog.load():
        shown = readable(kata.lesson(language).read_text(encoding="utf-8"))
        outside_code = re.sub(r"```.*?```|`[^`]*`", "", shown, flags=re.DOTALL)
        assert not re.search(r"\\[a-zA-Z]{2,}|\$\$", outside_code), kata.name
