"""Whole records, one for each outcome, and what is made of them: terminal and JUnit, compared letter by letter.

After a change that is meant, look at what `KATAS_REWRITE_GOLDEN=1 python -m pytest tests/test_golden_records.py` writes.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from checker.catalog import Kata, load
from checker.record_format import RecordError, from_json, to_json
from checker.report.console import ASCII, print_trimmed
from checker.report.junit import to_junit
from checker.report.terminal import report
from checker.verdict import FORMAT_VERSION, Outcome, Record

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(file.stem for file in GOLDEN.glob("*.json"))


def golden(name: str) -> Record:
    """The record of that name."""
    return from_json((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def kata_of(record: Record) -> Kata:
    """The kata that it is about."""
    return next(kata for kata in load() if kata.name == record.kata)


def in_terminal(record: Record) -> str:
    """The whole report at 80 columns, in ASCII signs and without colours."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, color_system=None, legacy_windows=False)
    for part in report(record, kata_of(record), ASCII, verbose=True):
        print_trimmed(console, part)
    return stream.getvalue()


def compare(file: Path, text: str) -> None:
    """Whether a file holds that text; it is written anew where that was asked for."""
    if os.environ.get("KATAS_REWRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


def test_there_is_one_for_each_outcome() -> None:
    """Every outcome of a judgement has its record"""
    wanted = {outcome for outcome in Outcome if outcome is not Outcome.NOT_RUN}
    assert {golden(name).outcome for name in NAMES} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_what_is_made_of_a_record(name: str) -> None:
    """Terminal and JUnit are made of the record and of nothing else"""
    record = golden(name)
    compare(GOLDEN / f"{name}.txt", in_terminal(record))
    compare(GOLDEN / f"{name}.xml", to_junit(record).decode())


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_written_as_it_was_read(name: str) -> None:
    """Nothing is lost on the way, and an older one is written in the newest format"""
    record = golden(name)
    assert from_json(to_json(record)) == record
    assert json.loads(to_json(record))["format_version"] == FORMAT_VERSION


def test_records_of_all_versions_are_read() -> None:
    """A ledger of last year shows last year's runs"""
    versions = {
        data.get("format_version", data.get("version"))
        for data in (json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES)
    }
    assert versions == set(range(1, FORMAT_VERSION + 1))


WRONG = {
    "no JSON": lambda data: "nothing",
    "a list": lambda data: "[]",
    "a newer version": lambda data: json.dumps(data | {"format_version": FORMAT_VERSION + 1}),
    "seconds are a word": lambda data: json.dumps(data | {"seconds": "soon"}),
    "an unknown outcome": lambda data: json.dumps(data | {"outcome": "splendid"}),
    "a field is missing": lambda data: json.dumps({k: v for k, v in data.items() if k != "checks"}),
    "a check is a number": lambda data: json.dumps(data | {"checks": [3]}),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_record_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    """With one sentence that names the place"""
    data = json.loads(to_json(golden("passed")))
    with pytest.raises(RecordError) as caught:
        from_json(spoil(data))
    assert "\n" not in str(caught.value)
