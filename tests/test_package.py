"""The package as a stranger gets it: the wheel holds everything, and names its command and licence."""

from __future__ import annotations

import gettext
import os
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from checker import catalog

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_command_is_katas(project):
    assert project["project"]["scripts"] == {"katas": "checker.cli:main"}


def test_the_licence_is_there(project):
    assert project["project"]["license"] == "MIT"
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_version_is_said_once(project):
    from checker import __version__

    assert project["project"]["version"] == __version__


def test_the_readme_names_both_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python -m pip install . && katas demo" in text
    assert 'python -m pip install -e ".[dev]" && python -m pytest' in text


def test_the_readme_links_to_files_that_exist():
    import re

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", text):
        assert (ROOT / target).exists(), target


def test_nothing_of_this_machine_is_named():
    """No file of the product names the folder that it lies in, the environment, or the home of its author."""
    places = (str(ROOT), sys.prefix, f"{Path.home()}{os.sep}")
    for folder in ("checker", "katas", "reference"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".md", ".toml", ".template"):
                text = file.read_text(encoding="utf-8")
                assert not [place for place in places if place in text], file


def test_the_wheel_holds_katas_references_and_templates(tmp_path):
    """Built with the backend itself, so neither network nor an environment is needed."""
    hatchling = pytest.importorskip("hatchling.build", reason="hatchling is not installed here")

    before = Path.cwd()
    os.chdir(ROOT)
    try:
        wheel = tmp_path / hatchling.build_wheel(str(tmp_path))
    finally:
        os.chdir(before)
    names = set(zipfile.ZipFile(wheel).namelist())
    for kata in catalog.load():
        for part in (
            "kata.toml",
            "stub.py",
            "lesson.md",
            "lesson.ko.md",
            "learned.webp",
            "after.md",
            "after.ko.md",
            "hints.md",
            "hints.ko.md",
            "stub.ko.py",
            "ko.po",
            "ko.mo",
            "test_examples.py",
        ):
            assert f"checker/_content/katas/{kata.name}/{part}" in names
        assert f"checker/_content/reference/{kata.name}.py" in names
        for suite in kata.suite.glob("*.py"):
            assert f"checker/_content/katas/{kata.name}/acceptance/{suite.name}" in names
    assert "checker/templates/kata/kata.toml.template" in names
    assert "checker/templates/AUTHORS.md" in names
    assert {"checker/templates/report/report.html.j2", "checker/templates/report/report.css"} <= names
    assert "checker/datasets/digit_features.npz" in names
    with zipfile.ZipFile(wheel) as packed, packed.open("checker/languages/ko.mo") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("passed") == "통과"
    assert "checker/templates/contest/codes.html.j2" in names
    migrations = {"env.py", "script.py.mako", "versions/0001_first.py"}
    assert {f"checker/contest/migrations/{name}" for name in migrations} <= names
    assert not [name for name in names if "specimens" in name and "template" not in name]
    assert not [name for name in names if name.endswith(".pyc")]
