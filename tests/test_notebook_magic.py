"""A notebook in a real kernel: `%%kata` judges what was run, shows the report, and unlocks as the terminal does."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from checker.catalog import load
from checker.workspace.attempt import start
from checker.workspace.ledger import Ledger
from checker.workspace.workspace import Workspace
from tests.notebooks import notebook
from tests.shell import Shell

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed here")
pytest.importorskip("ipykernel", reason="ipykernel is not installed here")
KATA = load()[0]
RIGHT = KATA.reference.read_text(encoding="utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return start(tmp_path / "mine", load()).workspace


def run(folder: Path, *cells: str, allows_errors: bool = False) -> nbformat.NotebookNode:
    """The notebook after all its cells were run there, in a kernel of its own."""
    made = notebook(*cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = nbclient.NotebookClient(
        made, timeout=300, resources={"metadata": {"path": str(folder)}}, allow_errors=allows_errors
    )
    client.execute()
    return made


def shown(cell: nbformat.NotebookNode, kind: str = "text/html") -> str:
    """What a cell displays in one form."""
    found = [output["data"].get(kind, "") for output in cell.outputs if "data" in output]
    return "".join(part if isinstance(part, str) else "".join(part) for part in found)


def said(cell: nbformat.NotebookNode) -> str:
    """What a cell printed."""
    return "".join(output["text"] for output in cell.outputs if output.output_type == "stream")


def test_a_cell_is_judged_and_unlocks(workspace: Workspace) -> None:
    """With what it needs of the cells above; trials beside it are not judged; the run is in the ledger"""
    made = run(
        workspace.root,
        "%load_ext checker.notebook",
        "import numpy as np\nnever_needed = [n for n in range(3)]",
        f"%%kata 01\n{RIGHT}",
        "predict(np.ones((2, 3)), np.ones(3), 1.0)",
    )
    report = shown(made.cells[2])
    assert 'class="katas-report"' in report and "Passed" in report and "<script" not in report
    assert "data:image/png;base64," in report  # what it learned
    assert "Unlocked: 02" in shown(made.cells[2], "text/plain")
    assert (workspace.root / "02_numpy_mlp" / "solution.py").exists()
    record = Ledger(workspace.ledger_file).last_record(KATA.name)
    assert record is not None and record.files[0].name == "this notebook"
    assert "4." in shown(made.cells[3], "text/plain")  # the cell itself was run too


def test_the_last_version_counts(workspace: Workspace) -> None:
    """A function that was wrong and was run anew; check() judges without a magic; a place is told by the cell's number"""
    made = run(
        workspace.root,
        "%load_ext checker.notebook",
        RIGHT,
        "def predict(x, w, b):\n    return 1 / 0",
        "katas.check('01', quick=True)",
        "def predict(x, w, b):\n    return x @ w + b",
        "katas.check('01', quick=True)",
    )
    assert "cell 3, line 2, in predict" in shown(made.cells[3])
    assert "Passed" in shown(made.cells[5])


def test_mistakes_are_sentences(workspace: Workspace) -> None:
    """No kata of that name, a locked one, no function yet, a cell that fails, no number"""
    made = run(
        workspace.root,
        "%load_ext checker.notebook",
        "katas.check('99')",
        "%%kata 02\nx = 1",
        "%%kata 01\nx = 1",
        "%%kata\nx = 1",
        "%%kata 01\n1 / 0",
        allows_errors=True,
    )
    texts = [said(cell) for cell in made.cells]
    assert "99" in texts[1]
    assert "no cell that defines init" in texts[2]
    assert "no cell that defines predict" in texts[3]
    assert "%%kata 03" in texts[4]
    assert any(output.output_type == "error" for output in made.cells[5].outputs)


def test_outside_of_a_workspace(tmp_path: Path) -> None:
    """It is judged all the same, and unlocks nothing"""
    made = run(tmp_path, "%load_ext checker.notebook", RIGHT, "katas.check('01', quick=True)")
    assert "Passed" in shown(made.cells[2])


def test_a_notebook_is_written(at_home: Shell) -> None:
    """With lesson and stub, in either language; nothing is overwritten"""
    assert at_home("notebook", "01_first") == 0
    file = at_home.folder / "01_first" / "01_first.ipynb"
    made = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(made)
    assert made.cells[0].source.startswith("# First steps")
    assert made.cells[1].source == "%load_ext checker.notebook"
    assert made.cells[-1].source.startswith("%%kata 01\ndef double")
    assert at_home("notebook", "01_first") == 2 and "exists" in at_home.err
    assert at_home("notebook", "01_first", "--lang", "ko", "--out", "ko.ipynb") == 0
    assert "채점합니다" in json.dumps(
        json.loads((at_home.folder / "ko.ipynb").read_text(encoding="utf-8")), ensure_ascii=False
    )
