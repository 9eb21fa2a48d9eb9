"""Attacks on the judge: each is judged in a house of its own, and the house is looked over afterwards.

An attack is a file in `tests/specimens/attacks/FAMILY/`. Most give right answers only where their trick worked,
so that a pass means that the judge was fooled. The header says what must come out:

    # One line that says what it tries.
    # kata: 01
    # verdict: invalid | crashed     (at the levels that stop it)
    # levels: bubblewrap landlock    (those levels)
    # at plain: passed               (what comes out at the plain level, if it is not stopped there)
    # run: full                      (the whole suite instead of its quick checks; "slow": quick, but a minute)
    # runs: 2                        (one after the other: what one leaves behind must not help the next)
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from checker.catalog import Kata, find
from checker.judging.sandbox import Level, landlock
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.verdict import Outcome, Record

_HEADER = re.compile(r"^#\s*(kata|verdict|levels|at plain|run|runs)\s*:\s*(.+?)\s*$", re.IGNORECASE)
# By the clock on the wall, on a machine that has other things to do as well.
_LONGEST_SECONDS = {"quick": 180.0, "slow": 300.0, "full": 300.0}
_MARKS = ("katas-attack-was-here", "katas-attack-mark")
_GONE_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Attack:
    """One attack and what must come of it."""

    file: Path
    what: str
    kata: str
    verdicts: tuple[Outcome, ...]
    levels: tuple[Level, ...]
    at_plain: str
    run: str
    runs: int

    @property
    def name(self) -> str:
        """Family and name: "network/udp"."""
        return f"{self.file.parent.name}/{self.file.stem}"

    def wanted(self, level: Level) -> tuple[Outcome, ...]:
        """The outcomes that are right at a level; none where it is not to be run there.

        With Landlock on top of it the level of another user stops what Landlock stops; without, nothing is promised.
        """
        if level is Level.USER:
            return self.wanted(Level.LANDLOCK) if not landlock.missing() else ()
        if level in self.levels:
            return self.verdicts
        return () if self.at_plain.startswith("not run") else _outcomes(self.at_plain)


@dataclass(frozen=True)
class AttackResult:
    """What came of one attack at one level; `problem` is empty if it was as it must be."""

    attack: Attack
    level: Level
    record: Record | None
    problem: str
    seconds: float


def attacks_in(folder: Path) -> list[Attack]:
    """All attacks in `folder/FAMILY/*.py`.

    Raises:
        ValueError: a header is wrong; the text names the file.
    """
    return [_read(file) for file in sorted(folder.glob("*/*.py"))]


def verify_attacks(
    attacks: Sequence[Attack], katas: Sequence[Kata], level: Level, jobs: int = 1
) -> Iterator[AttackResult]:
    """Judge each attack that is to be tried at a level, `jobs` at a time, and look at the machine afterwards."""
    chosen = [attack for attack in attacks if attack.wanted(level)]
    orders = [(attack, find(list(katas), attack.kata), level, attack.wanted(level)) for attack in chosen]
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(_verify, *order) for order in orders]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _verify(attack: Attack, kata: Kata, level: Level, wanted: tuple[Outcome, ...]) -> AttackResult:
    started = time.monotonic()
    problems: list[str] = []
    record = None
    with tempfile.TemporaryDirectory(prefix="katas-house-") as folder:
        house = House(Path(folder), attack.file, kata)
        for _ in range(attack.runs):
            options = JudgeOptions(quick=attack.run != "full", sandbox=level.value)
            record = judge(
                kata, house.submission, options, surroundings=Surroundings(scratch=house.temporary)
            )
            if record.outcome not in wanted:
                reason = next((c.message for c in record.checks if c.outcome is record.outcome), "")
                names = " or ".join(str(outcome) for outcome in wanted)
                problems.append(f"got {record.outcome}, wanted {names}: {reason.splitlines()[:1]}")
            problems += house.damage()
    seconds = time.monotonic() - started
    longest = _LONGEST_SECONDS[attack.run] * attack.runs
    if seconds > longest:
        problems.append(f"it took {seconds:.0f} s; {longest:.0f} are allowed")
    return AttackResult(attack, level, record, "; ".join(problems), seconds)


class House:
    """A place for judging that is looked over afterwards: workspace, ledger, cache and temporary folder."""

    def __init__(self, folder: Path, submission: Path, kata: Kata) -> None:
        self.folder = folder
        workspace = folder / "home" / "workspace"
        (workspace / ".katas").mkdir(parents=True)
        (folder / "home" / "cache").mkdir()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.submission = workspace / f"{kata.name}.py"
        self.submission.write_bytes(submission.read_bytes())
        (workspace / ".katas" / "ledger.sqlite").write_bytes(b"SQLite format 3\0 every run so far")
        (folder / "home" / "cache" / "mnist.npz").write_bytes(b"hidden digits")
        self._kata = kata
        self._before = self._look()

    def damage(self) -> list[str]:
        """What is not as it was before: one sentence each."""
        found = []
        after = self._look()
        changed = sorted(k for k in self._before.keys() | after.keys() if self._before.get(k) != after.get(k))
        if changed:
            found.append(f"changed: {', '.join(changed)[:300]}")
        if left := [path.name for path in self.temporary.iterdir()]:
            found.append(f"left in the temporary folder: {', '.join(left)[:300]}")
        if marks := [str(path) for path in _marked_places() if path.exists()]:
            found.append(f"marks outside: {', '.join(marks)[:300]}")
        if processes := self._processes_left():
            found.append(f"processes left: {processes}")
        return found

    def _look(self) -> dict[str, str]:
        files = [path for path in (self.folder / "home").rglob("*") if path.is_file()]
        files += self._kata.suite.rglob("*.py")
        return {
            str(path): f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in files
        }

    def _processes_left(self) -> list[int]:
        """Processes that were started with this house's temporary folder in their orders."""
        deadline = time.monotonic() + _GONE_WITHIN_SECONDS
        while True:
            left = [process.pid for process in psutil.process_iter() if self._is_ours(process)]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.05)

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                return any(str(self.temporary) in word for word in process.cmdline())
        return False


def _marked_places() -> Iterator[Path]:
    for place in (Path.home(), Path.cwd(), Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/")):
        for mark in _MARKS:
            yield place / mark


def _read(file: Path) -> Attack:
    lines = file.read_text(encoding="utf-8").splitlines()
    keys: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            break
        if match := _HEADER.match(line):
            keys[match[1].lower()] = match[2]
    try:
        levels = tuple(Level(word) for word in keys["levels"].split())
        attack = Attack(
            file=file,
            what=lines[0].lstrip("# "),
            kata=keys["kata"],
            verdicts=_outcomes(keys["verdict"]),
            levels=levels,
            at_plain=keys.get("at plain", ""),
            run=keys.get("run", "quick"),
            runs=int(keys.get("runs", "1")),
        )
        if attack.run not in _LONGEST_SECONDS:
            raise ValueError(f"run is {attack.run!r}; it is one of {', '.join(_LONGEST_SECONDS)}")
        if (Level.PLAIN in levels) == bool(attack.at_plain):
            raise ValueError("either its levels name plain, or `# at plain:` says what comes out there")
        if Outcome.PASSED in attack.verdicts:
            raise ValueError("an attack must not pass where it is stopped")
        attack.wanted(Level.PLAIN)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{file}: its header is wrong or incomplete: {error}") from error
    return attack


def _outcomes(text: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(part.split("(")[0].strip()) for part in text.split("|"))
