"""Keras models cross the boundary as weights: trained in one worker, rebuilt and asked in another."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.catalog import Kata, load_kata
from checker.judging.session import JudgeOptions, judge
from checker.verdict import Outcome, Record

pytestmark = pytest.mark.training

TOML = """
[kata]
title = "A line with Keras"
framework = "keras"
[functions]
build = 0
train = 3
[budget.train]
reference_seconds = 5
margin = 3.0
workloads = ["keras_dense"]
[limits]
max_parameters = 1000
"""

SUITE = '''
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.training


@pytest.fixture(scope="session")
def handed_over(submission, expect, data):
    """Train in one worker, rebuild in another."""
    x = np.linspace(-1, 1, 64, dtype=np.float32)[:, None]
    submission.prepare(1)
    with submission.worker("training") as worker:
        model = worker.call("build", keep=True)
        model.build_on(x)
        history = worker.call("train", model, data.share(x), 3 * x + 1, budget="train")
        expect.curves(history)
        before = model.apply(x)
        weights, facts = model.weights(), model.facts()
    with submission.worker("inference") as fresh:
        model = fresh.call("build", keep=True)
        model.build_on(x)
        model.set_weights(weights)
        after = model.apply(x, batch_size=10)
    return before, after, facts, worker


def test_weights_carry_everything(handed_over, expect):
    """the rebuilt model answers as the trained one"""
    before, after, facts, worker = handed_over
    expect.close(after, before, "the rebuilt model", rtol=1e-5)
    expect.that(sum(int(np.prod(s)) for s in facts.weight_shapes) == facts.parameters, "shapes")
    expect.within_budget(worker)


def test_the_judge_has_no_tensorflow(expect):
    """the judge never imports TensorFlow"""
    expect.that(not {"tensorflow", "keras"} & set(sys.modules), "TensorFlow is in the judge")
'''

STYLES = {
    "sequential": "return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])",
    "without an input": "return keras.Sequential([keras.layers.Dense(4, activation='relu'), keras.layers.Dense(1)])",
    "normalization": """
    norm = keras.layers.Normalization(axis=-1)
    norm.adapt(np.array([[-2.0], [4.0]]))
    return keras.Sequential([keras.Input((1,)), norm, keras.layers.Dense(1)])""",
    "dropout and batch norm": """
    layers = [keras.layers.Dense(8), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    return keras.Sequential(layers)""",
    "subclassed": """
    class Line(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1)
        def call(self, x):
            return self.dense(x)
    return Line()""",
}

SOLUTION = """
import keras
import numpy as np

def build():
    {body}

def train(model, x, y):
    model.compile("adam", "mse")
    return model.fit(x, y, epochs=2, verbose=0)
"""


def judged(tmp_path: Path, source: str) -> Record:
    file = tmp_path / "solution.py"
    file.write_text(source, encoding="utf-8")
    return judge(line_kata(tmp_path), file, JudgeOptions(seed=1))


def line_kata(tmp_path: Path) -> Kata:
    folder = tmp_path / "92_line"
    (folder / "acceptance").mkdir(parents=True)
    (folder / "kata.toml").write_text(TOML, encoding="utf-8")
    (folder / "acceptance" / "test_1_line.py").write_text(SUITE, encoding="utf-8")
    return load_kata(folder)


@pytest.mark.parametrize("body", STYLES.values(), ids=STYLES.keys())
def test_every_style_of_model_crosses_the_boundary(tmp_path: Path, body: str) -> None:
    record = judged(tmp_path, SOLUTION.format(body=body))
    assert record.outcome is Outcome.PASSED, record.checks
    assert [curve.name for curve in record.runs[0].curves] == ["loss"]
    assert record.versions["tensorflow"]
    assert record.runs[0].log_tail == "", "TensorFlow's greetings are no output of the learner's"


def test_too_many_parameters_are_refused(tmp_path: Path) -> None:
    record = judged(
        tmp_path,
        SOLUTION.format(body="return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1000)])"),
    )
    assert record.outcome is Outcome.FAILED
    assert "at most 1,000 are allowed" in record.checks[0].message


def test_something_else_than_a_model_is_refused(tmp_path: Path) -> None:
    record = judged(tmp_path, SOLUTION.format(body="return 3"))
    assert record.outcome in (Outcome.CRASHED, Outcome.INVALID)
