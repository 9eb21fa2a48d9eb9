"""Do trainings with TensorFlow's input pipelines stand still beside busy neighbours, and what does the judge make of it?

    python tests/benchmarks/standstill.py --log standstill.jsonl > tests/benchmarks/standstill.md
    python tests/benchmarks/standstill.py --log standstill.jsonl --times 0    # the table again

Real workers train beside two busy loops: the convolutional GAN as tutorials write it (an own loop over a shuffled
`tf.data` pipeline), and `fit` on a pipeline. "As TensorFlow does it" takes back what `worker/pipelines.py` sets. Standing:
seconds in which the worker computed nothing and no thread of it was ready to. The log gets one line a training.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from neighbours import busy_neighbours

from checker.catalog import load_kata
from checker.hardware.probe import probe
from checker.judging import sandbox
from checker.judging.host.circumstances import Circumstances
from checker.judging.host.failures import SubmissionError
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.judging.suite.submission import Submission

TOML = """
[kata]
title = "Standing"
framework = "keras"
[functions]
work = 2
[budget.work]
reference_seconds = 1000
margin = 1.0
workloads = ["keras_conv"]
"""
SOURCE = """
import keras
import numpy as np
import tensorflow as tf

x = np.random.default_rng(0).random((20_000, 28, 28, 1), dtype=np.float32)


def pipeline(values, autotune):
    data = tf.data.Dataset.from_tensor_slices(values).shuffle(20_000).batch(64)
    if autotune:
        options = tf.data.Options()
        options.autotune.enabled = True
        data = data.with_options(options)
    return data


def discriminator():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(8, 5, strides=2, activation="leaky_relu"),
                             keras.layers.Conv2D(16, 5, strides=2, activation="leaky_relu"), keras.layers.Flatten(),
                             keras.layers.Dense(1)])


def gan(steps, autotune):
    generator = keras.Sequential([keras.Input((32,)), keras.layers.Dense(7 * 7 * 8, activation="relu"),
                                  keras.layers.Reshape((7, 7, 8)),
                                  keras.layers.Conv2DTranspose(8, 5, strides=2, padding="same", activation="relu"),
                                  keras.layers.Conv2DTranspose(1, 5, strides=2, padding="same", activation="sigmoid")])
    critic = discriminator()
    g, d = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def step(images):
        with tf.GradientTape() as tape_g, tf.GradientTape() as tape_d:
            drawn = generator(tf.random.normal((64, 32)), training=True)
            real, fake = critic(images, training=True), critic(drawn, training=True)
            loss_g = entropy(tf.ones_like(fake), fake)
            loss_d = entropy(tf.ones_like(real), real) + entropy(tf.zeros_like(fake), fake)
        g.apply_gradients(zip(tape_g.gradient(loss_g, generator.trainable_variables), generator.trainable_variables))
        d.apply_gradients(zip(tape_d.gradient(loss_d, critic.trainable_variables), critic.trainable_variables))

    done = 0
    while done < steps:
        for images in pipeline(x, autotune):
            if len(images) == 64:
                step(images)
                done += 1
            if done >= steps:
                break


def fit(steps, autotune):
    model = discriminator()
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit(pipeline((x, np.ones(len(x))), autotune).repeat(), steps_per_epoch=steps, epochs=1, verbose=0)


def work(kind, steps):
    (gan if kind.startswith("gan") else fit)(steps, kind.endswith("tuned"))
    return steps
"""
KINDS = {
    "gan": "own loop over tf.data, as the judge does it",
    "fit": "fit on tf.data, as the judge does it",
    "gan tuned": "own loop over tf.data, as TensorFlow does it",
    "fit tuned": "fit on tf.data, as TensorFlow does it",
}


@dataclass(frozen=True)
class Training:
    """One training: what came of it, and how long it stood."""

    kind: str
    outcome: str
    cpu: float
    wall: float
    stood: float
    load: float


def train(kind: str, steps: int) -> Training:
    """One training in a real worker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "90_standing"
        folder.mkdir()
        (folder / "kata.toml").write_text(TOML, encoding="utf-8")
        circumstances = Circumstances(
            load_kata(folder), Path(name), sandbox.choose("any"), "cpu", {"keras_conv": 1.0}
        )
        submission = Submission(circumstances, Snapshot(SubmittedFile("solution.py", SOURCE.encode())))
        outcome, cpu, started = "finished", 0.0, time.monotonic()
        try:
            with submission.worker("work") as worker:
                started = time.monotonic()
                worker.call("work", kind, steps, budget="work")
                use = worker.elapsed
                assert use is not None
                cpu = use.used
        except SubmissionError as error:
            outcome = f"{error.outcome}: {error.message}"
        finally:
            submission.end()
        wall = time.monotonic() - started
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return Training(kind, outcome, cpu, wall, circumstances.waiting.in_run, load)


def report(trainings: list[Training]) -> str:
    """The table as Markdown."""
    machine = probe()
    lines = [
        "# Standing still",
        "",
        f"Made by `tests/benchmarks/standstill.py`, {time.strftime('%Y-%m-%d')}, {machine.cpu}, {machine.cores} cores, "
        f"{os.confstr('CS_GNU_LIBC_VERSION') if hasattr(os, 'confstr') else 'another C library'}, beside two busy loops.",
        "",
        "| training | trained | finished | ended or open | longest standing, s | standing in all, s | of wall s | load |",
        "| --- " * 8 + "|",
    ]
    for kind, words in KINDS.items():
        same = [t for t in trainings if t.kind == kind]
        if same:
            finished = sum(t.outcome == "finished" for t in same)
            stood = [t.stood for t in same]
            lines.append(
                f"| {words} | {len(same)} | {finished} | {len(same) - finished} | {max(stood):.1f} | {sum(stood):.1f} "
                f"| {sum(t.wall for t in same):.0f} | {min(t.load for t in same):.1f} to {max(t.load for t in same):.1f} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Train and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--times", type=int, default=20, help="trainings of each kind")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    arguments = parser.parse_args()
    with busy_neighbours("two busy"):
        for _ in range(arguments.times):
            for kind in arguments.kinds:
                training = train(kind, arguments.steps)
                with arguments.log.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(asdict(training)) + "\n")
    known = arguments.log.read_text(encoding="utf-8").splitlines() if arguments.log.exists() else []
    print(report([Training(**json.loads(line)) for line in known]), end="")


if __name__ == "__main__":
    main()
