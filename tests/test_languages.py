"""What is said to a learner is said in his language: sentences, particles, records, catalogues."""

from __future__ import annotations

import ast
import copy
import io
import pickle
import tokenize
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from pathlib import Path

import click
import click.core
import click.exceptions
import msgspec
import pytest

import checker.cli.app  # noqa: F401 - Click is made to speak
from checker.catalog import Kata, load
from checker.judging.host.failures import from_failure
from checker.judging.job import Job, submission_line, submission_of
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.languages import extract
from checker.languages.particles import with_particles
from checker.languages.texts import Text, restored, said_in, say, together
from checker.languages.translation import Translator, _, use
from checker.record_format import from_json, to_json
from tests.test_golden_records import GOLDEN

KATA = "katas"


@pytest.fixture
def korean(tmp_path: Path) -> Translator:
    """A kata's folder with a small catalogue."""
    (tmp_path / "ko.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{what} is off by {much:.2g}."\nmsgstr "{what}은(는) {much:.2g}만큼 어긋납니다."\n\n'
        'msgid "the mean"\nmsgstr "평균"\n\n'
        'msgid "It adds up."\nmsgstr "합을 구합니다."\n',
        encoding="utf-8",
    )
    return Translator("ko", tmp_path)


def test_a_sentence_in_english_is_a_string_like_others() -> None:
    said = say("{what} is off by {much:.2g}.", what="x", much=0.123)
    assert said == "x is off by 0.12."
    assert said.values == {"what": "x", "much": "0.12"}
    assert str(said) is said, "an exception that carries it keeps the key"
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (again, again.key, again.values) == (said, said.key, said.values)


def test_it_is_said_in_korean_with_its_values(korean: Translator) -> None:
    said = say("{what} is off by {much:.2g}.", what=say("the mean"), much=0.123)
    assert korean(said) == "평균은 0.12만큼 어긋납니다."
    assert korean("the mean") == "평균"
    assert korean(together(said, say("It adds up."))) == "평균은 0.12만큼 어긋납니다. 합을 구합니다."
    assert korean("nobody has said this") == "nobody has said this"
    assert korean(say("{a} is unknown", a="the mean")) == "the mean is unknown", "whole in English, not half"
    assert korean(say("{a}{b}", a="", b=say("the mean"))) == "평균", (
        "nothing stays nothing, not the catalogue's header"
    )


def test_values_of_a_submission_are_no_templates(korean: Translator) -> None:
    said = say("{what} is off by {much:.2g}.", what="{much} {0.__class__}", much=1.0)
    assert korean(said) == "{much} {0.__class__}는 1만큼 어긋납니다."


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("값은(는)", "값은"), ("모드은(는)", "모드는"), ("가중치이(가)", "가중치가"), ("층을(를)", "층을"), ("3을(를)", "3을"),
        ("2을(를)", "2를"), ("0.5%을(를)", "0.5%를"), ("(n, 1)과(와)", "(n, 1)과"), ("w(으)로", "w로"), ("서울(으)로", "서울로"),
        ("1(으)로", "1로"), ("6(으)로", "6으로"),
        ("`forward`은(는)", "`forward`는"), ("`train`이(가)", "`train`이"),
        ("predict(x, w, b)은(는)", "predict(x, w, b)는"), ("db이(가)", "db가"), ("n을(를)", "n을"), ("r(으)로", "r로"),
        ("10과(와)", "10과"), ("update_running은(는)", "update_running은"),
    ],
)  # fmt: skip
def test_particles(before: str, wanted: str) -> None:
    assert with_particles(before) == wanted


def test_a_record_keeps_what_its_sentences_were_made_of(korean: Translator) -> None:
    record = from_json((GOLDEN / "failed.json").read_text(encoding="utf-8"))
    said = say("{what} is off by {much:.2g}.", what=say("the mean"), much=0.123)
    changed = replace(record, checks=tuple(replace(check, message=said) for check in record.checks))
    again = from_json(to_json(changed))
    assert again == changed
    assert isinstance(again.checks[0].message, Text)
    assert korean(again.checks[0].message) == "평균은 0.12만큼 어긋납니다."


@pytest.mark.parametrize(
    "table", [None, [], {"x": 1}, {"x": ["key"]}, {"x": ["key", {"a": 1}]}, {"x": ["{x}", {"x": "x"}]}]
)
def test_a_made_up_table_harms_nobody(table: object, korean: Translator) -> None:
    found = restored({"message": "x"}, table)
    assert found == {"message": "x"}
    assert isinstance(korean(found["message"]), str)


def test_what_was_said_is_found_in_plain_data() -> None:
    inner = say("the mean")
    said = say("{what} is off by {much:.2g}.", what=inner, much=2.0)
    assert said_in({"a": [{"b": said}], "c": "plain"}) == {
        said: ["{what} is off by {much:.2g}.", {"what": "the mean", "much": "2"}],
        inner: ["the mean", {}],
    }


def test_this_process_speaks_one_language() -> None:
    try:
        use("ko")
        assert _("no such sentence, {n}", n=1) == "no such sentence, 1"
    finally:
        use("en")


def test_a_sentence_travels_to_the_judge() -> None:
    """As the reason of a second run, and as what was left out of a notebook."""
    left_out = say("cell {cell} is no Python that can be read", cell=3)
    sent = submission_line(Snapshot(SubmittedFile("solution.py", b"x = 1\n"), left_out=(left_out,)))
    assert submission_of(sent).left_out == ("cell 3 is no Python that can be read",)
    with pytest.raises(TypeError):
        msgspec.json.encode(left_out)
    job = {f.name: "" for f in fields(Job) if f.default is MISSING} | {"reason": left_out}
    assert b'"cell 3 is no Python that can be read"' in Job(**job).to_line()  # type: ignore[arg-type]


def _failure(message: str, **more: object) -> str:
    parts = {"kind": "unsendable", "type": "", "message": message, "lines": [], **more}
    return from_failure(parts, "f()", False, ("numpy",)).message


def test_what_the_worker_says_keeps_its_key() -> None:
    said = say("it holds a {kind}, which is neither a number nor an array", kind="set")
    message = _failure(said, key=said.key, values=dict(said.values))
    assert message == f"f() returned something that cannot be judged: {said}."
    assert Translator("ko")(message) == (
        "f()가 채점할 수 없는 것을 돌려주었습니다: 숫자도 배열도 아닌 set이 들어 있습니다."
    )


@pytest.mark.parametrize(
    ("key", "values"),
    [("passed", {}), ("{x}", {"x": "other"}), ("{x}", {"x": 1}), ("{", {"x": "it"}), (None, None),
     ("it{x}", {"x": "", "y": "y" * 99})],
)  # fmt: skip
def test_a_worker_cannot_have_said_something_else(key: object, values: object) -> None:
    message = _failure("it", key=key, values=values)
    assert message == "f() returned something that cannot be judged: it."
    inner = message.values["message"]
    assert not isinstance(inner, Text)


@pytest.mark.parametrize("number", [1, 2])
def test_click_speaks_the_language_of_this_process(number: int) -> None:
    words = vars(click.core)["ngettext"]
    singular, plural = "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"
    try:
        assert words(singular, plural, number) == (singular, plural)[number - 1]
        use("ko")
        assert words(singular, plural, number).startswith("필요 없는 인자")
        assert (
            vars(click.exceptions)["_"]("a word that a later Click says") == "a word that a later Click says"
        )
    finally:
        use("en")


def test_sentences_are_found_in_a_suite(tmp_path: Path) -> None:
    tree = ast.parse(
        '"""Not this docstring."""\n'
        "CAUSES = {'by_n': 'This divides by n.'}\n"
        "def test_mean(expect):\n"
        '    """the mean is right.\n\n    Not this line."""\n'
        "    x = re.compile('not this one')\n"
        "    expect.that(x, say('{a} is too large', a=f'not {x} this'))\n"
        "    call(x, 'predict(x, w, b)', 'one_word')\n"
    )
    found = set(extract._in_suite(tree))
    assert found == {"This divides by n.", "the mean is right", "{a} is too large"}


def test_every_sentence_is_translated_and_keeps_its_placeholders() -> None:
    for name, file, keys in extract.everything():
        found = extract.problems(keys, extract.read(file))
        assert not found, (
            f"{name}: {len(found)} to do, the first: {found[0]}. python -m checker.languages.extract"
        )


def code(source: str) -> str:
    """A program without what is said in it: docstrings, comments and messages of assertions."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.Assert):
            node.msg = None
    return ast.unparse(tree)


def is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def said(source: str) -> list[str]:
    """What is said in a program: its docstrings, its comments that are not empty, its messages of assertions."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, documented)]
    messages = [ast.unparse(node.msg) for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return [*filter(None, docstrings), *messages, *(text for text in comments if text[1:].strip())]


@pytest.mark.parametrize("kata", load(), ids=lambda kata: kata.number)
@pytest.mark.parametrize("file_in", [Kata.stub_in, Kata.examples_in], ids=["stub", "examples"])
def test_both_languages_have_the_same_code(file_in: Callable[[Kata, str], Path], kata: Kata) -> None:
    english, korean = file_in(kata, "en"), file_in(kata, "ko")
    assert korean != english, f"{english.name} has no translation"
    translated = korean.read_text(encoding="utf-8")
    assert code(english.read_text(encoding="utf-8")) == code(translated)
    assert not [text for text in said(translated) if not is_korean(text)]


def test_hints_are_as_many_in_both_languages() -> None:
    for kata in load():
        assert len(kata.hints("ko")) == len(kata.hints("en")), kata.name
        assert kata.hints("ko") != kata.hints("en"), kata.name
