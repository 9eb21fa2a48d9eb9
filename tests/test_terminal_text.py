"""Logs are read by people: what a progress bar printed is its last state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.judging.host.terminal_text import last_state

KERAS_BAR = (
    "Epoch 1/2\n"
    "\r\x1b[1m 1/10\x1b[0m \x1b[32m━━\x1b[0m\x1b[37m━━\x1b[0m \x1b[1m3s\x1b[0m 360ms/step - loss: 0.2315"
    "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b"
    "\r\x1b[1m10/10\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m 12ms/step - loss: 0.0811 \n"
)


def test_the_bar_of_keras_is_one_line_an_epoch():
    assert last_state(KERAS_BAR) == "Epoch 1/2\n10/10 ━━━━ 0s 12ms/step - loss: 0.0811\n"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\ntext", "plain\ntext"),
        ("50 %\r100 %", "100 %"),
        ("100 %\r50", "500 %"),
        ("100 %\r\x1b[K50", "50"),
        ("abc\b\bX", "aXc"),
        ("\b\bok", "ok"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("abc\x1b[2DX", "aXc"),
        ("abc\x1b[1GX", "Xbc"),
        ("abc\x1b[2KX", "   X"),
        ("\x1b[Aup", "up"),
        ("\r\n\r\n", "\n\n"),
        ("\x1b", "\x1b"),
        ("\x07bell", "\x07bell"),
    ],
)
def test_it_reads_as_on_a_terminal(printed, shown):
    assert last_state(printed) == shown


@given(st.text(alphabet="ab\r\b\n\x1b[0123;KmCDGA]\x07", max_size=60))
def test_any_text_has_a_state_that_stays(text):
    once = last_state(text)
    assert once.count("\n") == text.count("\n")
    assert "\r" not in once and "\b" not in once


@given(st.text(alphabet=st.characters(exclude_characters="\r\b\x1b")))
def test_text_without_moves_is_left_alone(text):
    assert last_state(text) == text
