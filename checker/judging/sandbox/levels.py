"""Which sandbox levels this machine has, found out by starting a worker in each."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from checker.judging.sandbox import bubblewrap, landlock, other_user, probe, seccomp
from checker.judging.sandbox.spec import Level, SandboxError, SandboxSpec
from checker.judging.sandbox.start import start
from checker.languages.texts import say, shortened, together

_PROBE = (sys.executable, "-I", "-B", "-m", probe.__name__)
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Availability:
    """Whether a level can be used; if not, why, as part of a sentence."""

    level: Level
    reason_missing: str = ""

    @property
    def is_available(self) -> bool:
        """Whether workers can be started at this level."""
        return not self.reason_missing


def available_levels() -> tuple[Availability, ...]:
    """All levels, best first, each tried for real (about 0.2 s each, once per process)."""
    return tuple(availability(level) for level in Level)


@functools.cache
def availability(level: Level) -> Availability:
    """Whether workers can be started at `level` on this machine."""
    if level is Level.PLAIN:
        return Availability(level)
    if level is Level.USER:
        reason = other_user.missing()
    else:
        first = bubblewrap.missing() if level is Level.BUBBLEWRAP else landlock.missing()
        reason = seccomp.missing() or first
    return Availability(level, reason or _try(level))


def choose(minimum: str = "any") -> Level:
    """The best level that this machine has.

    Args:
        minimum: "any", "strict" (bubblewrap or Landlock, nothing less), or the name of a level, which is then
            the one to use.

    Raises:
        SandboxError: what was asked for cannot be had; the message says why and what to do.
    """
    if minimum in ("any", "strict"):
        missing = []
        for level in Level:
            found = availability(level)
            if found.is_available and (level.is_strict or minimum == "any"):
                return level
            missing.append(say("{level} ({reason})", level=level, reason=found.reason_missing))
        raise SandboxError(
            say(
                "No strict sandbox is available here: {missing}. Install bubblewrap, or use --sandbox any for code "
                "that you trust.",
                missing=together(*missing[:2], between="; "),
            )
        )
    if minimum not in set(Level):
        names = ", ".join(("any", "strict", *(level.value for level in Level)))
        raise SandboxError(
            say("There is no sandbox {minimum!r}; choose one of {names}.", minimum=minimum, names=names)
        )
    found = availability(Level(minimum))
    if not found.is_available:
        raise SandboxError(
            say(
                "The sandbox {minimum!r} is not available here: {reason}.",
                minimum=minimum,
                reason=found.reason_missing,
            )
        )
    return found.level


def _try(level: Level) -> str:
    with tempfile.TemporaryDirectory(prefix="katas-probe-") as folder:
        process = start(_PROBE, SandboxSpec(level, Path(folder), packages="numpy"))
        try:
            output, log = process.communicate(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return say("a trial did not come up within {seconds} s", seconds=_PATIENCE_SECONDS)
    if process.returncode == 0 and output.startswith(probe.READY.encode()):
        return ""
    lines = log.decode("utf-8", "replace").strip().splitlines() or [
        say("exit code {code}", code=process.returncode)
    ]
    return say("a trial failed: {last}", last=shortened(lines[-1], 200))
