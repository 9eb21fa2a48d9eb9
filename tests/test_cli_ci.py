"""`katas ci`: what it writes runs as the service would run it, from an empty root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from checker.catalog import Kata
from checker.cli import main
from tests.conftest import RIGHT

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("bash") is None or shutil.which("git") is None,
    reason="the services run bash and git",
)

WRONG = RIGHT.replace("return x + x", "return x * 3")


@pytest.fixture
def surroundings(tmp_path: Path, tiny_kata: Kata) -> dict[str, str]:
    """The environment of a runner that has `katas` installed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    katas = programs / "katas"
    katas.write_text(f'#!/bin/sh\nexec {sys.executable} -m checker "$@"\n')
    katas.chmod(0o755)
    root = Path(__file__).parents[1]
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("GITHUB", "CI_"))},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(root),
        "KATAS_OPTIONS": f"--katas {tiny_kata.folder.parent}",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@x", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A student's repository with one kata, committed."""
    folder = tmp_path / "repository"
    (folder / "91_doubling").mkdir(parents=True)
    (folder / "91_doubling" / "solution.py").write_text(RIGHT)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_github(checkout: Path, surroundings: dict[str, str]) -> None:
    """Only what a push changed is judged; annotations on standard output, a summary, the verdict as exit code"""
    assert main(["ci", "github", str(checkout)]) == 0
    before = git(checkout, "rev-parse", "HEAD")
    summary = checkout / "summary.md"

    def push(text: str) -> subprocess.CompletedProcess[str]:
        (checkout / "91_doubling" / "solution.py").write_text(text)
        git(checkout, "add", ".")
        git(checkout, "commit", "-qm", "more", "--allow-empty")
        return subprocess.run(
            ["bash", ".github/katas.sh", before], cwd=checkout, env=surroundings | {"GITHUB_STEP_SUMMARY": str(summary)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    wrong = push(WRONG)
    assert wrong.returncode == 1, wrong.stderr
    assert "::error file=91_doubling/solution.py,line=4,title=double(x) is twice x::" in wrong.stdout
    assert "91\\_doubling: failed" in summary.read_text(encoding="utf-8")
    assert push(RIGHT + "# more\n").returncode == 0
    before = git(checkout, "rev-parse", "HEAD")
    unchanged = push(RIGHT + "# more\n")
    assert unchanged.returncode == 0 and not unchanged.stdout
    before = ""
    assert push(WRONG).returncode == 1, "without a commit to compare with, everything is judged"


def test_gitlab(checkout: Path, surroundings: dict[str, str]) -> None:
    """JUnit beside the records"""
    assert main(["ci", "gitlab", str(checkout)]) == 0
    (checkout / "91_doubling" / "solution.py").write_text(WRONG)
    ended = subprocess.run(
        ["bash", ".katas-ci.sh", ""], cwd=checkout, env=surroundings | {"KATAS_EXPORT": "junit"}, check=False
    )
    assert ended.returncode == 1
    root = ElementTree.parse(checkout / "katas-records" / "91.xml").getroot()
    assert root.findall(".//failure")


def unpacked(tmp_path: Path) -> Path:
    """The zip file as Gradescope unpacks it."""
    assert main(["ci", "gradescope", str(tmp_path / "made"), "--kata", "01"]) == 0
    root = tmp_path / "autograder"
    with zipfile.ZipFile(tmp_path / "made" / "gradescope_01.zip") as made:
        assert sorted(made.namelist()) == ["run_autograder", "setup.sh"]
        assert all(info.external_attr >> 16 & 0o111 for info in made.infolist())
        made.extractall(root)
    (root / "submission").mkdir()
    return root


@pytest.mark.parametrize(
    ("name", "text", "score"),
    [("solution.py", RIGHT, 100.0), ("anything.py", WRONG, 0.0), (None, "", 0.0)],
    ids=["right", "wrong", "nothing handed in"],
)
def test_gradescope(
    tmp_path: Path, surroundings: dict[str, str], tiny_kata: Kata, name: str | None, text: str, score: float
) -> None:
    """results.json is there whatever happens, and the program ends with 0"""
    root = unpacked(tmp_path)
    run = root / "run_autograder"
    run.write_text(run.read_text().replace("check 01", "check 91").replace("'01*.py'", "'91*.py'"))
    if name:
        (root / "submission" / name).write_text(text)
    ended = subprocess.run(
        ["bash", str(run)],
        cwd=root,
        env=surroundings | {"AUTOGRADER": str(root)},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    if text == RIGHT:
        assert results["score"] >= 80 and {test["status"] for test in results["tests"]} == {"passed"}
    else:
        assert results["score"] == score
    if text == WRONG:
        assert [test["number"] for test in results["tests"]][:2] == ["core.1", "core.2"]


def test_gradescope_has_results_from_the_start(tmp_path: Path, surroundings: dict[str, str]) -> None:
    """Ended from outside in the middle: what stands there says so"""
    root = unpacked(tmp_path)
    run = root / "run_autograder"
    text = run.read_text().partition("file=$(find")[0]
    subprocess.run(["bash", "-c", text], env=surroundings | {"AUTOGRADER": str(root)}, check=True)
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert "too little memory" in results["output"]


def test_classroom50(checkout: Path, surroundings: dict[str, str]) -> None:
    """result.json and the release's text; a verdict is no failure of grading"""
    assert main(["ci", "classroom50", str(checkout), "--kata", "01"]) == 0
    grader = checkout / "grade.sh"
    grader.write_text(grader.read_text().replace("check 01", "check 91"))
    (checkout / "91_doubling" / "solution.py").write_text(WRONG)
    subprocess.run(
        ["bash", "grade.sh"], cwd=checkout, env=surroundings | {"ASSIGNMENT": "kata-91"}, check=True
    )
    result = json.loads((checkout / "result.json").read_text(encoding="utf-8"))
    assert result["schema"] == "classroom50/result/v1" and result["assignment"] == "kata-91"
    assert result["score"] == 0 and result["tests"][0]["passed"] is False
    assert "failed" in (checkout / "release-body.md").read_text(encoding="utf-8")


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second time, and a service that needs a kata"""
    assert main(["ci", "gitlab", str(tmp_path)]) == 0
    assert main(["ci", "gitlab", str(tmp_path)]) == 2
    assert "not overwritten" in capsys.readouterr().err
    assert main(["ci", "gradescope", str(tmp_path)]) == 2
    assert "--kata NN" in capsys.readouterr().err
