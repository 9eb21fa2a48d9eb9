"""The parts of the katas' experiments that need no trained network: modules beside a suite, what a source says, recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checker.games.cartpole import CartPoleGame
from checker.suite import beside, explained
from checker.suite.diagnosis import Answer

KATAS = Path(__file__).parents[1] / "katas"


def module(kata: str, name: str) -> Any:
    """A module of a kata's suite."""
    return beside(str(KATAS / kata / "acceptance" / "conftest.py"), name)


def test_modules_beside_a_suite(tmp_path: Path) -> None:
    """Two katas have modules of one name; one that is missing is an error"""
    for kata in ("01_a", "02_b"):
        folder = tmp_path / kata / "acceptance"
        folder.mkdir(parents=True)
        (folder / "causes.py").write_text(f"NAME = {kata!r}")
        assert kata == beside(str(folder / "conftest.py"), "causes").NAME
        assert beside(str(folder / "test_1.py"), "causes") is beside(str(folder / "conftest.py"), "causes")
    with pytest.raises(ImportError):
        beside(str(tmp_path / "01_a" / "acceptance" / "conftest.py"), "others")


GRAPH = """
import numpy as np
import tensorflow as tf

rng = np.random.default_rng()

@tf.function
def step(real):
    z = {inside}
    return z

def train(g, d, x):
    order = np.random.permutation(len(x))
    z = rng.normal(size=(64, 64))
"""


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("tf.random.normal((64, 64))", ""),
        ("np.random.normal(size=(64, 64))", "step"),
        ("rng.normal(size=(64, 64))", "step"),
    ],
)
def test_numpy_random_in_a_graph(inside: str, name: str) -> None:
    """NumPy's random numbers are found inside of a tf.function alone"""
    look = module("07_gan", "studio").numpy_random_in_graph
    assert look(GRAPH.format(inside=inside)) == name
    assert look("import tensorflow\n" + GRAPH.format(inside=inside).replace("@tf.function", "")) == ""


LOOP = """
import numpy as np
BATCH = 64

def train(g, d, x):
    z = np.random.normal(size=({rows}, 64))
    for start in range(0, len(x), BATCH):
        {inside}
        step(x[np.random.permutation(len(x))[:BATCH]], z)
"""


def test_latents_drawn_before_the_steps() -> None:
    """Drawn once for a batch, and never again: that is named; for all of x, or for a look at the drawings, it is not"""
    look = module("07_gan", "studio").latents_outside_of_steps
    assert look(LOOP.format(rows="BATCH", inside="pass"))
    assert look(LOOP.format(rows="BATCH", inside="new = np.random.randn(BATCH, 64)")) == ""
    assert look(LOOP.format(rows="len(x)", inside="pass")) == ""
    assert look("def train(g, d, x):\n    pass") == ""


def test_an_end_that_nobody_reads() -> None:
    """An end counts as read if any line looks at it"""
    look = module("08_cartpole_rl", "measured").unread_end
    step = "x, r, {name}, truncated, _ = env.step(a)\n"
    assert look(step.format(name="terminated")) == "terminated"
    assert look(step.format(name="terminated") + "done = terminated or truncated") == ""
    assert look("x, _, _, _, _ = env.step(0)\n" + step.format(name="done") + "if done: pass") == ""
    assert look("step = env.step(a)") == ""


def test_recorder_keeps_the_first_and_the_last_steps() -> None:
    """A recorder answers as the game does, and does not grow with the training"""
    measured = module("08_cartpole_rl", "measured")
    game = CartPoleGame(3)
    recorder = measured.Recorder(game)
    number = recorder.answer({"do": "make", "num_envs": 64})
    recorder.answer({"do": "reset", "env": number})
    rng = np.random.default_rng(1)
    for _ in range(400):
        reply = recorder.answer({"do": "step", "env": number, "action": rng.integers(2, size=64)})
    assert game.steps == 400 * 64
    first, last = measured.rows_of(recorder.first), measured.rows_of(recorder.last)
    for observations, actions in (first, last):
        assert observations.shape == (len(actions), 4)
        assert measured.KEPT_STEPS - 64 <= len(actions) <= measured.KEPT_STEPS + 64
    recorder.answer({"do": "step", "env": number, "action": rng.integers(2, size=64)})
    assert np.array_equal(measured.rows_of(recorder.last)[0][-64:], reply[:, :4])


def test_look_alikes_of_batch_normalization_differ() -> None:
    """Every look-alike of kata 06 is named by its own id, and the right answer is none of them"""
    alike, backward = (
        module("06_batch_normalization", name) for name in ("look_alikes", "look_alikes_backward")
    )
    rng = np.random.default_rng(4)
    x, dy = rng.normal(size=(2, 3, 5, 6, 2)) + 1
    gamma, beta, mean = rng.normal(size=(3, 2)) + 0.5
    var = rng.uniform(0.3, 2, size=2)
    tables = [
        (alike.FORWARD, alike.of_forward(x, gamma, beta, 0.01)),
        (alike.INFERENCE, alike.of_inference(x, gamma, beta, mean, var, 0.01)),
        (alike.RUNNING, alike.of_running_mean(mean, var, x, 0.9)),
        (alike.RUNNING, alike.of_running_variance(mean, var, x, 0.9)),
        (alike.FOLD, alike.of_folded_kernel(rng.normal(size=(3, 2, 2, 2)), gamma, var, 0.01)),
        (alike.FOLD, alike.of_folded_bias(beta, gamma, beta[::-1], mean, var, 0.01)),
        *((backward.BACKWARD, part) for part in backward.of_backward(dy, x, gamma, 0.01).values()),
    ]
    for sentences, values in tables:
        assert set(values) <= set(sentences)
        for name, value in values.items():
            for form in value if isinstance(value, tuple) else [value]:
                if form is None or not np.isfinite(form).all():
                    continue
                answer = Answer("y", np.asarray(form), np.asarray(form) + 1.0, 1e-9, values)
                assert name in [d.id for d in explained([answer], sentences)]
