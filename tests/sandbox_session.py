"""Runs a few lines of Python in a sandbox and says what came out; used by the tests of the sandbox."""

from __future__ import annotations

import dataclasses
import json
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checker.judging import sandbox
from checker.judging.sandbox import Level, SandboxSpec
from checker.judging.sandbox.levels import availability

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """How a sandboxed script ended."""

    code: int
    output: str
    log: str

    @property
    def answer(self) -> Any:
        """The last line of output, as JSON."""
        lines = self.output.strip().splitlines()
        assert lines, f"nothing came out; exit code {self.code}; log: {self.log}"
        return json.loads(lines[-1])


class Session:
    """One level, one scratch folder, and a way to run scripts there."""

    def __init__(self, level: Level, folder: Path) -> None:
        found = availability(level)
        if not found.is_available:
            pytest.skip(f"the sandbox level {level} is not available here: {found.reason_missing}")
        self.level = level
        self.folder = folder
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.spec = SandboxSpec(level, self.scratch, packages="numpy", scratch_mb=64, file_size_mb=8)

    def start(self, code: str, **changes: Any) -> sandbox.SandboxedProcess:
        """Start a script; `changes` go to the SandboxSpec. It finds `report(value)`, which prints JSON."""
        script = self.folder / "script.py"
        prelude = "import json, os, sys\ndef report(value):\n    print(json.dumps(value), flush=True)\n"
        script.write_text(prelude + textwrap.dedent(code), encoding="utf-8")
        spec = dataclasses.replace(self.spec, **changes)
        spec = dataclasses.replace(spec, readable=(*spec.readable, script))
        line = f"import runpy; runpy.run_path({str(script)!r})"
        return sandbox.start([sys.executable, "-m", "timeit", "-n1", "-r1", line], spec)

    def run(self, code: str, **changes: Any) -> Ended:
        """Run a script to its end."""
        process = self.start(textwrap.dedent(code) + "\nsys.stdout.flush(); os._exit(0)\n", **changes)
        output, log = process.communicate(timeout=PATIENCE_SECONDS)
        return Ended(process.returncode, output.decode(), log.decode())

    def tries(self, *attempts: str, **changes: Any) -> dict[str, str]:
        """Run lines that must fail, one after the other: the name of each exception, or "went through"."""
        code = f"""
        results = {{}}
        for attempt in {[textwrap.dedent(lines) for lines in attempts]!r}:
            try:
                exec(attempt)
            except BaseException as error:
                results[attempt] = type(error).__name__
            else:
                results[attempt] = "went through"
        report(results)
        """
        answer: dict[str, str] = self.run(code, **changes).answer
        return answer
