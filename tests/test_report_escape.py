"""Text of a submission is harmless wherever it is shown."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.report import console, escape

ANYTHING = st.text(st.characters(codec=None), max_size=200)
NASTY = "\x1b[2J\x1b]0;title\x07 \u202egnihtyna\u202c [bold]x[/] \r\n::error::x ##[error]y\x00\ud800"


@given(ANYTHING)
def test_nothing_that_moves_the_cursor_reaches_a_terminal(text):
    shown = escape.terminal(text)
    assert all(c == "\n" or (c.isprintable() and c.isprintable()) or c == " " or ord(c) > 0x9F for c in shown)
    assert not set(shown) & set("\x1b\x07\r\t\x00\x9b\u202e\u2066\u200b\u2028")


def test_ordinary_text_is_left_as_it_is():
    text = "loss 0.31 [bold] <b> 한글 é ✓\nnext"
    assert escape.terminal(text) == text


def test_control_characters_are_spelt_out():
    assert escape.terminal("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"
    assert escape.terminal("a\tb\r\nc\rd") == "a   b\nc\\x0dd"


@given(ANYTHING)
def test_any_text_becomes_well_formed_xml(text):
    element = ElementTree.Element("a", name=escape.xml(text))
    element.text = escape.xml(text)
    back = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (back.text or "").replace("\n", "") == escape.xml(text).replace("\r", "").replace("\n", "")


@given(st.text("a:#[ \n", max_size=40))
def test_no_piece_of_a_line_is_a_workflow_command(text):
    shown = escape.workflow(text)
    assert "::" not in shown
    assert "##[" not in shown


def test_only_a_github_log_breaks_double_colons(monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert console.shown("x[::2]") == "x[::2]"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert console.shown("x[::2]") == "x[: :2]"


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8", "✓"), ("cp1252", "+"), ("ascii", "+"), (None, "+")])
def test_signs_are_those_that_the_console_can_write(encoding, sign):
    class Stream:
        pass

    stream = Stream()
    stream.encoding = encoding
    assert console.signs_for(stream).passed == sign
