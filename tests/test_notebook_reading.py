"""What of a notebook is judged: what the kata's functions need, and nothing that only tries them out."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from checker.catalog import Kata
from checker.judging.session import JudgeOptions, judge
from checker.judging.snapshot import MAX_BYTES, Snapshot, SubmissionProblem, read_submission
from checker.notebook import reading
from checker.verdict import Outcome
from tests.notebooks import notebook, write

IMPORTS = "import numpy as np\nimport matplotlib.pyplot as plt"
DOUBLE = "def double(x):\n    return x + x"
TOTAL = "def total(values, repeats):\n    return float(np.sum(values))"
BOOM = "raise SystemExit('this would train for an hour')"


@pytest.fixture
def read(tmp_path: Path, tiny_kata: Kata):
    """A notebook of these cells, read for the tiny kata."""

    def reader(*cells: str, whole: bool = False, tags: dict[int, str] | None = None) -> Snapshot:
        return read_submission(
            write(tmp_path / "mine.ipynb", *cells, tags=tags), tiny_kata, whole_notebook=whole
        )

    return reader


def run(snapshot: Snapshot) -> dict:
    """What the source defines when it is executed."""
    names: dict = {"__name__": "solution"}
    exec(snapshot.entry.source.decode(), names)
    return names


# Cells, and whether the second function comes out as it should; everything that is not needed would end the program.
ORDINARY = {
    "plain": (IMPORTS, DOUBLE, TOTAL, BOOM),
    "text between": ("#: # My notes", IMPORTS, "#: see $x^2$", DOUBLE, TOTAL, BOOM),
    "experiments before": (IMPORTS, BOOM, DOUBLE, "x = double(3)\nassert x == 7, 'no'", TOTAL),
    "functions before their imports": (DOUBLE, TOTAL, IMPORTS, BOOM),
    "all in one cell": (f"{IMPORTS}\n{DOUBLE}\n{TOTAL}\nprint(total([1, 2], 1 / 0))",),
    "shell and magics": ("!pip install -q numpy", "%matplotlib inline\nimport numpy as np", DOUBLE, TOTAL, "ls\n%cd /tmp\n?np"),
    "a magic alone in a block": ("import numpy as np\nif 'google' in 'colab':\n    !pip install x\n    %cd /", DOUBLE, TOTAL),
    "a shell line that goes on": ("!pip install \\\n    numpy\nimport numpy as np", DOUBLE, TOTAL),
    "timed": ("import numpy as np", "%%time\n" + DOUBLE, "%%capture out\n" + TOTAL, "%time double(1 / 0)"),
    "another language": (IMPORTS, DOUBLE, TOTAL, "%%bash\nrm -rf /", "%%html\n<b>x</b>", "%%writefile x.py\n1 / 0"),
    "a scratch cell that is no Python": (IMPORTS, DOUBLE, TOTAL, "def half(:\n  pass", "await something()"),
    "defined twice": (IMPORTS, "def double(x):\n    return old[x]\nold = 1 / 0", DOUBLE, TOTAL),
    "run out of order": (TOTAL, "SCALE = 2", "def double(x):\n    return SCALE * x", "import numpy as np"),
    "a helper of a helper": ("import numpy as np", "def one(x):\n    return two(x)",
                             "def two(x):\n    return THREE * x", "THREE = 2", "def double(x):\n    return one(x)", TOTAL, BOOM),
    "a table that is filled": ("import numpy as np\nparts = []", "parts.append(1)\nfor k in range(1):\n    parts.append(k + 1)",
                               "def double(x):\n    return sum(parts) * x", TOTAL, "parts_of_a_plot = 1 / 0"),
    "a dictionary that is changed": ("import numpy as np\nsettings = {}", "settings['scale'] = 2",
                                     "def double(x):\n    return settings['scale'] * x", TOTAL),
    "called while loading": ("import numpy as np", "def make():\n    return BASE + 1", "BASE = 1", "SCALE = make()",
                             "def double(x):\n    return SCALE * x", TOTAL, "BASE = 5"),
    "a name used in a function and outside": ("import numpy as np", "model = 1 / 0",
                                              "def double(x):\n    model = 2\n    return model * x", TOTAL),
    "a comprehension's own name": ("import numpy as np", "x = 1 / 0", "double = lambda x: [x + x for x in [x]][0]", TOTAL),
    "a class": ("import numpy as np", "class Twice:\n    by = BY\n    def of(self, x):\n        return self.by * x", "BY = 2",
                "def double(x):\n    return Twice().of(x)", TOTAL),
    "decorated": ("import numpy as np", "import functools\n@functools.cache\ndef two():\n    return 2",
                  "def double(x):\n    return two() * x", TOTAL),
    "tried and caught": ("try:\n    import nothing_like_it as np\nexcept ImportError:\n    import numpy as np", DOUBLE, TOTAL),
    "counted up": ("import numpy as np\nn = 0\nn += 1\nn += 1", "def double(x):\n    return n * x", TOTAL),
    "a star": ("from math import *\nimport numpy as np", "def double(x):\n    return floor(2.5) * x", TOTAL),
    "only if it is the program": (IMPORTS, DOUBLE, TOTAL, "if __name__ == '__main__':\n    1 / 0"),
    "two on a line": ("import numpy as np; twice = 2", "def double(x): return twice * x", TOTAL),
    "korean": ("import numpy as np", "두배 = 2  # 배수", "def double(x):\n    return 두배 * x", TOTAL),
    "a form of Colab": ("#@title 설정 { run: \"auto\" }\nscale = 2 #@param {type:\"number\"}\nimport numpy as np",
                        "def double(x):\n    return scale * x", TOTAL, "from google.colab import drive\ndrive.mount('/content')"),
}  # fmt: skip


@pytest.mark.parametrize("cells", ORDINARY.values(), ids=ORDINARY.keys())
def test_what_the_functions_need_is_taken(read, cells: tuple[str, ...]) -> None:
    """They work, and nothing else runs"""
    if "class Twice" in "".join(cells):
        cells = (cells[0], cells[2], cells[1], *cells[3:])  # a class's body needs its names at once
    names = run(read(*cells))
    assert names["double"](4) == 8 and names["total"]([1, 2], 1) == 3.0


def test_what_is_left_out_is_named(read) -> None:
    """Whole cells, parts of cells, and cells with a mark, each with its reason"""
    snapshot = read(
        IMPORTS, DOUBLE, "plt.plot([1])", "plt.show()", f"{TOTAL}\nprint(1)\nprint(2)\n\nprint(3)",
        "%%bash\nls", "1 +", "def double(x):\n    return None",
        tags={7: "katas-skip"},
    )  # fmt: skip
    assert snapshot.left_out == (
        "cell 6 begins with %%bash",
        "cell 7 is no Python that can be read",
        "cell 8 is tagged katas-skip, with double in it",
        "cells 3 to 4: nothing in them is needed",
        "cell 1, line 2: not needed",
        "cell 5, lines 3 to 4, 6: not needed",
    )
    assert read(IMPORTS, DOUBLE, TOTAL, "x = 1", whole=True).left_out == ()
    documented = f'"""What this is.\n\nAnd why."""\nimport numpy as np\n{DOUBLE}\n{TOTAL}'
    assert read(documented).left_out == ()


def test_settings_of_frameworks_stay(read) -> None:
    """A seed, a policy and a variable hold for all that comes; a plot's style does not"""
    kept = read(
        IMPORTS, "import os, random\nos.environ['A'] = '1'\nnp.random.seed(1)\nrandom.seed(2)",
        "import seaborn\nseaborn.set_theme()\nplt.rcParams['x'] = 1", DOUBLE, TOTAL,
    ).entry.source.decode()  # fmt: skip
    assert "os.environ" in kept and "np.random.seed" in kept and "random.seed(2)" in kept
    assert "seaborn" not in kept and "rcParams" not in kept and "matplotlib" not in kept


def test_marked_cells(read) -> None:
    """%%kata chooses: marked ones, and unmarked ones before them"""
    old, new = "def double(x):\n    return 1 / 0", f"%%kata 91\n{DOUBLE}"
    other = "%%kata 02\ndef double(x):\n    return 5"
    snapshot = read(IMPORTS, old, new, f"%%kata 91\n{TOTAL}", other, old)
    assert run(snapshot)["double"](4) == 8
    assert "cell 5 is marked for kata 02, with double in it" in snapshot.left_out
    assert "cell 6 comes after the last one marked with %%kata 91, with double in it" in snapshot.left_out


def test_old_formats(tmp_path: Path, tiny_kata: Kata) -> None:
    """A notebook of format 3, with worksheets, and one without cells' ids"""
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[nbformat.v3.new_code_cell(input=f"{IMPORTS}\n{DOUBLE}\n{TOTAL}")]
            )
        ]
    )
    file = tmp_path / "old.ipynb"
    file.write_text(
        json.dumps({**old, "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}), encoding="utf-8"
    )
    assert run(read_submission(file, tiny_kata))["double"](4) == 8
    bare = json.loads(nbformat.writes(notebook(IMPORTS, DOUBLE, TOTAL)))
    for cell in bare["cells"]:
        del cell["id"]
    file.write_text("\ufeff" + json.dumps(bare), encoding="utf-8")
    assert run(read_submission(file, tiny_kata))["total"]([1], 1) == 1.0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a notebook"),
        (b"[]", "cannot be read as a notebook"),
        (b"\xff\xfe", "cannot be read as a notebook"),
        (b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "cannot be read as a notebook"),
        (b'{"nbformat": 9, "cells": []}', "cannot be read as a notebook"),
        (b"def double(x): return x", "cannot be read as a notebook"),
        (nbformat.writes(notebook()).encode(), "no cell that defines double and total"),
        (nbformat.writes(notebook("x = 1", "#: only text")).encode(), "no cell that defines double and total"),
        (nbformat.writes(notebook(f"T = '{'a' * MAX_BYTES}'\ndef double(x):\n    return T")).encode(), "longer than 16 KiB"),
    ],
)  # fmt: skip
def test_bad_input(tmp_path: Path, tiny_kata: Kata, content: bytes, said: str) -> None:
    """One sentence with the reason and the next step"""
    file = tmp_path / "mine.ipynb"
    file.write_bytes(content)
    with pytest.raises(SubmissionProblem, match=said):
        read_submission(file, tiny_kata)


def test_too_large_a_file(tmp_path: Path, tiny_kata: Kata, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs make it large: they can be cleared"""
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1000)
    with pytest.raises(SubmissionProblem, match="Clear its outputs"):
        read_submission(write(tmp_path / "mine.ipynb", "#" * 2000), tiny_kata)


def test_it_is_judged(tmp_path: Path, tiny_kata: Kata) -> None:
    """As a file would be; a mistake's place is told by cell, and the record says what was left out"""
    right = judge(tiny_kata, write(tmp_path / "mine.ipynb", IMPORTS, DOUBLE, "double(1 / 0)", TOTAL))
    assert right.outcome is Outcome.PASSED and right.files[0].name == "mine.ipynb"
    assert right.left_out == ("cell 3: nothing in it is needed", "cell 1, line 2: not needed")
    wrong = "\n\ndef double(x):\n    y = 1\n    return y / 0"
    said = judge(
        tiny_kata, write(tmp_path / "mine.ipynb", IMPORTS, TOTAL, f"z = 3{wrong}"), JudgeOptions(quick=True)
    )
    assert "cell 3, line 5, in double: return y / 0" in said.checks[0].message
    broken = judge(tiny_kata, write(tmp_path / "mine.ipynb", TOTAL, f"\n{DOUBLE})"), JudgeOptions(quick=True))
    assert broken.outcome is Outcome.INVALID and "cell 2, line 2" in broken.checks[0].message
