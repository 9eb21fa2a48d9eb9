"""The catalog: a folder is all it takes to add a kata, and what is wrong in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import catalog
from checker.catalog import CatalogError
from tests.small_path import TOML, write_kata, write_path

FULL = """\
[kata]
title = "Full"
framework = "keras"
data = "mnist"
[functions]
train = 2
[budget.train]
reference_seconds = 20
margin = 4
workloads = ["keras_dense"]
[targets.cpu]
error = 0.0115
[targets.gpu]
error = 0.01
[spread]
error = 0.0002
[limits]
memory_mb = 2500
"""


def load_text(folder: Path, text: str, name: str = "09_extra") -> catalog.Kata:
    kata = write_kata(folder / name)
    (kata / "kata.toml").write_text(text, encoding="utf-8")
    return catalog.load_kata(kata)


def test_a_kata_from_outside_joins_the_path(tmp_path):
    inside, outside = write_path(tmp_path / "inside"), tmp_path / "outside"
    write_kata(outside / "09_extra")
    katas = catalog.load(inside, outside)
    assert [k.name for k in katas] == ["01_first", "02_second", "03_third", "09_extra"]
    assert catalog.find(katas, "9") == catalog.find(katas, "extra") == katas[-1]


def test_every_key_is_read(tmp_path):
    kata = load_text(tmp_path, FULL)
    assert (kata.number, kata.slug, kata.data, kata.framework) == ("09", "extra", "mnist", "keras")
    assert kata.title_ko == "Full"
    assert kata.budgets["train"].reference_seconds * kata.budgets["train"].margin == 80
    assert kata.targets == {"cpu": {"error": 0.0115}, "gpu": {"error": 0.01}}
    assert kata.spread == {"error": 0.0002}
    assert kata.memory_mb == 2500
    assert kata.allowed_imports == ("*",)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("[kata]", "[kata", "cannot be read"),
        ('title = "Full"', "title = 3", "kata.title must be a text, got 3"),
        ('framework = "keras"', 'framework = "torch"', "kata.framework is 'torch'"),
        ("[functions]\ntrain = 2", "[functions]", "functions must name at least one"),
        ("train = 2", 'train = "two"', "functions.train must be a number of arguments, got 'two'"),
        (
            "reference_seconds = 20",
            "reference_seconds = -1",
            "budget.train.reference_seconds must be a positive",
        ),
        ("margin = 4", "margin = nan", "budget.train.margin must be a positive number, got nan"),
        ('workloads = ["keras_dense"]', 'workloads = ["magic"]', "budget.train.workloads holds 'magic'"),
        ("[targets.cpu]", "[targets.tpu]", "targets.tpu is no tier"),
        ("error = 0.0115", 'error = "low"', "targets.cpu.error must be a number, got 'low'"),
        ("[targets.cpu]\nerror = 0.0115", "[targets]\ncpu = 3", "targets.cpu must be a table"),
        ("memory_mb = 2500", "memory_gb = 2", "limits.memory_gb is not known; known are max_parameters"),
        ("memory_mb = 2500", "memory_mb = inf", "limits.memory_mb must be a positive number, got inf"),
        ("margin = 4", "margn = 4", "budget.train.margn is not known"),
        ("[spread]", "[colour]\nred = 1\n[spread]", "colour is not known"),
    ],
)
def test_a_broken_kata_toml_names_the_file_and_the_key(tmp_path, before, after, named):
    assert before in FULL
    with pytest.raises(CatalogError) as caught:
        load_text(tmp_path, FULL.replace(before, after, 1))
    assert "kata.toml" in str(caught.value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value).strip()


def test_a_kata_toml_that_is_not_utf8_is_one_sentence(tmp_path):
    kata = write_kata(tmp_path / "09_extra")
    (kata / "kata.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogError, match="cannot be read"):
        catalog.load_kata(kata)


def test_a_folder_with_a_wrong_name_is_named(tmp_path):
    with pytest.raises(CatalogError, match="'Extra' must be named like 09_my_kata"):
        load_text(tmp_path, TOML.format(title="x", title_ko="x"), name="Extra")


def test_one_number_for_two_katas_is_refused(tmp_path):
    write_kata(tmp_path / "a" / "05_one")
    write_kata(tmp_path / "b" / "05_two")
    with pytest.raises(CatalogError, match="number 05 is taken twice"):
        catalog.load(tmp_path / "a", tmp_path / "b")


def test_a_folder_without_katas_is_refused(tmp_path):
    with pytest.raises(CatalogError, match="holds no kata"):
        catalog.load(tmp_path)
    with pytest.raises(CatalogError, match="There is no folder of katas"):
        catalog.load(tmp_path / "nowhere")


def test_an_unknown_kata_is_answered_with_those_there_are(tmp_path):
    katas = catalog.load(write_path(tmp_path))
    with pytest.raises(CatalogError, match="There is no kata '7'; there are 01 first, 02 second, 03 third"):
        catalog.find(katas, "7")


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("seco", "02"), ("Second", "02"), ("third/", "03"), ("03_third", "03"), ("02_", "02"), ("3", "03")],
)
def test_a_part_of_the_name_is_enough_where_no_other_has_it(tmp_path, wanted, number):
    assert catalog.find(catalog.load(write_path(tmp_path)), wanted).number == number


@pytest.mark.parametrize(
    ("wanted", "number"), [("gan", "07"), ("autoencoder", "03"), ("relu", "04"), ("mnist", "03")]
)
def test_the_katas_are_found_by_what_they_are_about(wanted, number):
    assert catalog.find(catalog.load(), wanted).number == number


@pytest.mark.parametrize("wanted", ["ir", "", "_", "0_", " "])
def test_a_part_that_several_have_or_none_is_refused(tmp_path, wanted):
    with pytest.raises(CatalogError):
        catalog.find(catalog.load(write_path(tmp_path)), wanted)


def test_the_suite_hash_changes_with_every_part_of_it(tmp_path):
    folder = write_kata(tmp_path / "09_extra")
    kata = catalog.load_kata(folder)
    seen = {kata.suite_sha256()}
    (folder / "acceptance" / "test_2_more.py").write_text("")
    seen.add(kata.suite_sha256())
    (folder / "acceptance" / "test_2_more.py").rename(folder / "acceptance" / "test_3_more.py")
    seen.add(kata.suite_sha256())
    (folder / "kata.toml").write_text(FULL)
    seen.add(kata.suite_sha256())
    (folder / "lesson.md").write_text("another lesson")
    seen.add(kata.suite_sha256())
    assert len(seen) == 4


def test_hints_are_the_parts_of_the_file(tmp_path):
    kata = catalog.load_kata(write_kata(tmp_path / "09_extra"))
    assert kata.hints() == ["Add it to itself.", "Or multiply."]


def test_the_built_in_katas_are_whole():
    """Each folder has all its parts, and its English and Korean title."""
    for kata in catalog.load():
        for file in ("lesson.md", "lesson.ko.md", "hints.md", "stub.py", "test_examples.py"):
            assert (kata.folder / file).is_file(), f"{kata.name}/{file}"
        assert kata.reference.is_file(), kata.reference
        assert len(kata.hints()) >= 2
        assert list(kata.suite.glob("test_*.py"))
        compile(kata.stub.read_text(encoding="utf-8"), str(kata.stub), "exec")
