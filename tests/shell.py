"""A learner's terminal for tests of commands, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import cli

SOLVED = "def double(x):\n    return 2 * x\n"


class Shell:
    """A learner's terminal: the current folder, and what the last command printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        self.monkeypatch.chdir(self.folder)
        code = cli.main(arguments)
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file
