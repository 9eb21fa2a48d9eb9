"""What a step of kata 08's environment costs over the channel, alone and for 32 environments at once.

    python tests/benchmarks/environment_steps.py

Compares the environments that the judge serves to a worker with Gymnasium's own in the same worker. CPU is what
counts against a learner's budget: the worker's own seconds. Wall is what the learner waits, with the judge's share.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from checker.catalog import load_kata
from checker.games.cartpole import CartPoleGame
from checker.judging import sandbox
from checker.judging.host.circumstances import Circumstances
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.judging.suite.submission import Submission

STEPS = 10_000
TOML = """
[kata]
title = "Steps"
data = "cartpole"
framework = "keras"
[functions]
walk = 3
[budget.walk]
reference_seconds = 100
margin = 1
workloads = ["python_loop"]
"""
SOURCE = """
import gymnasium
import numpy as np


def own(num_envs=None):
    if num_envs is None:
        return gymnasium.make("CartPole-v1")
    return gymnasium.make_vec("CartPole-v1", num_envs=num_envs, vectorization_mode="vector_entry_point")


def walk(make_env, num_envs, steps):
    make_env = make_env or own
    if num_envs:
        envs, actions = make_env(num_envs), np.arange(num_envs) % 2
        envs.reset()
        for _ in range(steps):
            envs.step(actions)
        return
    env = make_env()
    env.reset()
    for step in range(steps):
        *_, terminated, truncated, _ = env.step(step % 2)
        if terminated or truncated:
            env.reset()
"""


def main() -> None:
    """Measure and print one line for each way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "90_steps").mkdir()
        (folder / "90_steps" / "kata.toml").write_text(TOML, encoding="utf-8")
        kata = load_kata(folder / "90_steps")
        level = sandbox.choose("any")
        submission = Submission(
            Circumstances(kata, folder, level, "cpu", {}),
            Snapshot(SubmittedFile("solution.py", SOURCE.encode())),
        )
        print(f"{'':34}{'CPU us a call':>14}{'wall us a call':>16}{'CPU us a step':>15}")
        with submission.worker("steps") as worker:
            for num_envs in (0, 32):
                for served in (False, True):
                    argument = worker.environment(CartPoleGame(1)) if served else None
                    worker.call("walk", argument, num_envs, 100)
                    worker.call("walk", argument, num_envs, STEPS, budget="walk")
                    use = worker.elapsed
                    assert use is not None
                    what = f"{max(num_envs, 1)} environment{'s' if num_envs else ''}, "
                    what += "served by the judge" if served else "Gymnasium's own"
                    cpu, wall = (1e6 * seconds / STEPS for seconds in (use.used, use.wall))
                    print(f"{what:34}{cpu:14.0f}{wall:16.0f}{cpu / max(num_envs, 1):15.1f}")


if __name__ == "__main__":
    main()
