"""Why the network with the norm reads too few digits: the experiments of kata 06.

Every method of `Causes` returns a `Diagnosis` with the figures that it measured, or None. Networks get their own weights
back after each experiment.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say, together

ROWS = 2_000
# A what-if explains a low accuracy where it is better by so much, and reads at least so many.
BETTER, READS = 0.2, 0.5
HARDLY, GROWN = 0.02, 8.0
# How many of the first rows are looked at, and by how much more of them have to be read than of others.
FIRST_ROWS = {1_000: 0.2, 200: 0.25, 48: 0.4, 16: 0.5}


class Causes:
    """The experiments on the trained network with the norm (and the plain one, for comparison)."""

    def __init__(self, networks: Any, trained: Any, answers: Any, digits: Any, accuracy_of: Any) -> None:
        self.plain, self.normed = networks
        self.trained_plain, self.trained = trained
        self.answers, self.digits, self.accuracy_of = answers[1], digits, accuracy_of

    def certain(self) -> list[Callable[[], Diagnosis | None]]:
        """With what they find it would read, or it cannot."""
        return [
            self.unmoved,
            self.norms_frozen,
            self.other_labels,
            self.another_range,
            self.right_in_training_mode,
            self.first_rows_only,
            self.overfits,
            self.blown_up,
            self.hardly_moved,
            self.few_norms,
        ]

    def likely(self) -> list[Callable[[], Diagnosis | None]]:
        """What the figures suggest."""
        return [self.layers_unmoved, self.labels_apart, self.one_answer, self.too_little]

    # What is measured once.

    @cached_property
    def labels(self) -> np.ndarray:
        """Labels of the hidden images that are looked at."""
        return self.digits.hidden_labels[:ROWS]

    @cached_property
    def hidden(self) -> np.ndarray:
        """These images."""
        return self.digits.hidden[:ROWS].astype(np.float32) / 255

    @cached_property
    def accuracy(self) -> float:
        """How many of them it reads."""
        return self.reads(self.answers[:ROWS])

    def reads(self, answers: np.ndarray, labels: np.ndarray | None = None) -> float:
        """The share of rows that are read."""
        return float(self.accuracy_of(answers, self.labels if labels is None else labels))

    def ask(self, images: np.ndarray, training: bool = False) -> np.ndarray:
        """What the trained network answers."""
        model = self.normed.model
        model.set_weights(self.trained.weights)
        try:
            return np.asarray(model.apply(images.astype(np.float32), training=training))
        finally:
            model.set_weights(self.normed.fresh)

    @cached_property
    def moves(self) -> list[float]:
        """How far each kernel moved, as a share of its size."""
        return [
            float(np.linalg.norm(self.trained.weights[i] - self.trained.before[i]))
            / max(float(np.linalg.norm(self.trained.before[i])), 1e-12)
            for i in self.normed.kernels
        ]

    @cached_property
    def vectors(self) -> list[int]:
        """Positions of what is no kernel, floats: biases, and the four of each norm."""
        return [
            i
            for i, w in enumerate(self.trained.before)
            if i not in self.normed.kernels and np.size(w) > 1 and np.asarray(w).dtype.kind == "f"
        ]

    @cached_property
    def kept(self) -> list[int]:
        """Positions of the vectors that are not trained: running statistics, if the norms are not frozen."""
        return [i for i in self.vectors if not self.normed.facts.trainable[i]]

    def is_still(self, place: int) -> bool:
        """Whether an array is after training as it was before."""
        return bool(np.array_equal(self.trained.before[place], self.trained.weights[place]))

    def is_better(self, accuracy: float) -> bool:
        """Whether a what-if explains the low accuracy."""
        return accuracy >= max(self.accuracy + BETTER, READS)

    # The experiments.

    def unmoved(self) -> Diagnosis | None:
        """No kernel has changed."""
        if any(self.moves):
            return None
        return Diagnosis(
            "network_unmoved",
            "train left every kernel of the network as it was. Does it train the model that it is given, and not a "
            "copy? Is `trainable` "
            "switched off?",
        )

    def norms_frozen(self) -> Diagnosis | None:
        """Running statistics that training has not changed."""
        still = [i for i in self.kept if self.is_still(i)]
        if not self.kept or len(still) < len(self.kept):
            return None
        in_training = self.reads(self.ask(self.hidden, training=True))
        if self.is_better(in_training):
            return Diagnosis(
                "statistics_not_kept",
                say(
                    "With training=True the network reads {in_training:.0%}, with training=False {accuracy:.0%}: the "
                    "running statistics of its norms are after training as they were before. Are they updated in "
                    "each step (training=True, momentum below 1)?",
                    in_training=in_training,
                    accuracy=self.accuracy,
                ),
            )
        kept_of_plain = sum(not trainable for trainable in self.plain.facts.trainable)
        if len(self.kept) - kept_of_plain > 2 * len(self.normed.kernels):
            return Diagnosis(
                "norms_frozen",
                "Scale, shift and running statistics of the norms are not trainable, and they are after training as "
                "they were before: "
                "a frozen norm does not normalise. Leave `trainable` on.",
            )
        return Diagnosis(
            "statistics_not_kept",
            "The running statistics of all norms are after training as they were before: in training they never saw a "
            "batch. Is the "
            "network called with training=True in the training step, and are the norms not frozen?",
        )

    def right_in_training_mode(self) -> Diagnosis | None:
        """The network reads in training mode alone."""
        in_training = self.reads(self.ask(self.hidden, training=True))
        if not self.is_better(in_training):
            return None
        return Diagnosis(
            "running_statistics_lag",
            say(
                "With training=True the network reads {in_training:.0%} of the hidden digits, with "
                "training=False {accuracy:.0%}. So the running statistics are not what training used: they "
                "follow too slowly (momentum 0.9 instead of 0.99 or more, or more steps), or they are not "
                "updated right.",
                in_training=in_training,
                accuracy=self.accuracy,
            ),
        )

    def other_labels(self) -> Diagnosis | None:
        """The answers are right but for other names of the classes."""
        said = np.argmax(np.nan_to_num(self.answers[:ROWS]), axis=1)
        for step in range(1, 10):
            other = float(np.mean((said + step) % 10 == self.labels))
            if self.is_better(other):
                figures = {"other": other, "accuracy": self.accuracy}
                shifted = (
                    say(
                        "With {step} added to the digit that it answers, {other:.0%} are right instead of {accuracy:.0%}.",
                        step=step,
                        **figures,
                    )
                    if step <= 5
                    else say(
                        "With {step} taken from the digit that it answers, {other:.0%} are right instead of "
                        "{accuracy:.0%}.",
                        step=10 - step,
                        **figures,
                    )
                )
                asked = "Labels go from 0 to 9: does train shift them, or does the model have one output too many?"
                return Diagnosis("labels_shifted", together(shifted, asked))
        table = np.zeros((10, 10))
        np.add.at(table, (said, self.labels), 1)
        chosen = table.argmax(axis=1)
        other = float(table.max(axis=1).sum() / len(said))
        if len(set(chosen.tolist())) == 10 and self.is_better(other):
            return Diagnosis(
                "labels_exchanged",
                say(
                    "If its ten outputs were named otherwise, {other:.0%} would be right instead of {accuracy:.0%}. "
                    "Are labels or rows put in another order in train?",
                    other=other,
                    accuracy=self.accuracy,
                ),
            )
        return None

    def another_range(self) -> Diagnosis | None:
        """The network reads images of another range."""
        train = self.digits.train[:ROWS].astype(np.float32) / 255
        x = self.hidden
        tried = {
            "times 255": x * 255,
            "divided by 255": x / 255,
            "moved to [-1, 1]": 2 * x - 1,
            "less 0.5": x - 0.5,
            "with black and white exchanged": 1 - x,
            "standardised (mean 0, deviation 1)": (x - train.mean()) / train.std(),
            "standardised pixel by pixel": (x - train.mean(axis=0)) / (train.std(axis=0) + 1e-7),
            "each divided by its length": x / np.linalg.norm(x, axis=1, keepdims=True),
        }
        found = {name: self.reads(self.ask(images)) for name, images in tried.items()}
        best = max(found, key=lambda name: found[name])
        if not self.is_better(found[best]):
            return None
        return Diagnosis(
            "another_range",
            say(
                "Of the hidden digits it reads {accuracy:.0%}; {best}, {found:.0%}. So train showed it images in "
                "another range than those that come in, [0, 1]. Scale them inside of the model, or not at all.",
                accuracy=self.accuracy,
                best=best,
                found=found[best],
            ),
        )

    @cached_property
    def on_training(self) -> float:
        """The accuracy on training rows, far from the first."""
        part = slice(10_000, 10_000 + ROWS)
        images = self.digits.train[part].astype(np.float32) / 255
        return self.reads(self.ask(images), self.digits.train_labels[part])

    def first_rows_only(self) -> Diagnosis | None:
        """The first rows are known, the others not."""
        for count, margin in FIRST_ROWS.items():
            images = self.digits.train[:count].astype(np.float32) / 255
            first = self.reads(self.ask(images), self.digits.train_labels[:count])
            if first >= max(self.on_training + margin, 0.6):
                return Diagnosis(
                    "first_rows_only",
                    say(
                        "It reads {first:.0%} of the first {count} training images, {on_training:.0%} of others and "
                        "{accuracy:.0%} of the hidden ones. Does every step take the first rows alone? Go through all of "
                        "x.",
                        first=first,
                        count=count,
                        on_training=self.on_training,
                        accuracy=self.accuracy,
                    ),
                )
        return None

    def overfits(self) -> Diagnosis | None:
        """Training rows are known, hidden ones not."""
        if self.on_training < max(self.accuracy + BETTER, 0.6):
            return None
        return Diagnosis(
            "overfits",
            say(
                "It reads {on_training:.0%} of training images and {accuracy:.0%} of hidden ones: it has learned "
                "them by heart. Fewer epochs or a smaller network.",
                on_training=self.on_training,
                accuracy=self.accuracy,
            ),
        )

    def blown_up(self) -> Diagnosis | None:
        """Kernels that grew beyond all bounds."""
        before, after = (
            [float(np.sqrt(np.mean(np.square(w[i], dtype=np.float64)))) for i in self.normed.kernels]
            for w in (self.trained.before, self.trained.weights)
        )
        grown = [new / max(old, 1e-3) for new, old in zip(after, before, strict=True)]
        if max(grown) < GROWN:
            return None
        return Diagnosis(
            "rate_too_large",
            say(
                "Kernel {place} is {grown:.3g} times as large as before training. The learning rate is too large.",
                place=int(np.argmax(grown)) + 1,
                grown=max(grown),
            ),
        )

    def hardly_moved(self) -> Diagnosis | None:
        """Kernels that moved by next to nothing."""
        if not self.moves or max(self.moves) >= HARDLY:
            return None
        return Diagnosis(
            "hardly_moved",
            say(
                "train changed no kernel by more than {moves:.2%} of its size, and {on_training:.0%} of the "
                "training images are read. The learning rate is far too small, or the steps are far too few.",
                moves=max(self.moves),
                on_training=self.on_training,
            ),
        )

    def few_norms(self) -> Diagnosis | None:
        """Norms behind a few layers only."""
        extra = len(self.trained.before) - len(self.trained_plain.before)
        trained_without = sum(not t for t in self.plain.facts.trainable)
        statistics = sum(not t for t in self.normed.facts.trainable) - trained_without
        norms, layers = statistics // 2, len(self.normed.kernels)
        if extra <= 0 or not 0 < norms < layers / 2:
            return None
        return Diagnosis(
            "few_norms",
            say(
                "Norms behind {norms} of {layers} layers: most of the layers get what no norm has evened out. "
                "Put one behind every hidden layer.",
                norms=norms,
                layers=layers,
            ),
        )

    def layers_unmoved(self) -> Diagnosis | None:
        """Some kernels have not changed."""
        still = sum(move == 0 for move in self.moves)
        if not still:
            return None
        return Diagnosis(
            "layers_unmoved",
            say(
                "{still} of the {count} kernels are after train as they were before. Are these layers switched "
                "off (`trainable`), or is the path of the gradient cut?",
                still=still,
                count=len(self.moves),
            ),
        )

    def labels_apart(self) -> Diagnosis | None:
        """It has learned, and no more than how frequent each digit is."""
        largest = float(np.median(np.nan_to_num(self.answers).max(axis=1)))
        if self.on_training > 0.2 or max(self.moves) < 0.15 or largest > 0.2 or self.is_nearly_constant:
            return None
        return Diagnosis(
            "labels_apart",
            say(
                "Kernels moved by up to {moves:.0%} of their size, and yet {on_training:.0%} of training images "
                "are read and the likeliest digit gets a probability of {largest:.2f} only: it has learned how "
                "frequent each digit is. Are images and labels put in different orders (shuffled apart)?",
                moves=max(self.moves),
                on_training=self.on_training,
                largest=largest,
            ),
        )

    @cached_property
    def is_nearly_constant(self) -> bool:
        """Whether next to nothing of the image reaches the answer."""
        return bool(self.answers.std(axis=0).max() < 1e-3)

    def one_answer(self) -> Diagnosis | None:
        """Nearly always the same digit."""
        said = np.bincount(np.argmax(np.nan_to_num(self.answers), axis=1), minlength=10) / len(self.answers)
        if said.max() < 0.9:
            return None
        spread = float(self.answers.std(axis=0).max())
        return Diagnosis(
            "one_answer",
            together(
                say(
                    "{share:.0%} of the images are read as the same digit; {on_training:.0%} of training images are "
                    "read. Its probabilities differ by {spread:.2g} between images.",
                    share=said.max(),
                    on_training=self.on_training,
                    spread=spread,
                ),
                "Nothing of the image reaches the output: is a norm missing between the layers, or the learning rate too large?"
                if spread < 0.02
                else "Is the learning rate too large, or were there too few steps?",
            ),
        )

    def too_little(self) -> Diagnosis | None:
        """Training images are not read either."""
        if self.on_training > 0.6:
            return None
        return Diagnosis(
            "learned_too_little",
            say(
                "It reads {on_training:.0%} of training images and {accuracy:.0%} of hidden ones, and kernels "
                "moved by up to {moves:.0%} of their size: it has not learned enough yet. More steps (epochs, "
                "smaller batches), or a larger learning rate.",
                on_training=self.on_training,
                accuracy=self.accuracy,
                moves=max(self.moves),
            ),
        )

    def otherwise(self) -> Diagnosis:
        """Where nothing explains it."""
        return Diagnosis(
            "no_cause_found",
            say(
                "No experiment explains it: {on_training:.0%} of training images are read, {accuracy:.0%} of "
                "hidden ones. Look, in this order, at the loss from epoch to epoch, at the accuracy with "
                "training=True and False, and at the learning rate.",
                on_training=self.on_training,
                accuracy=self.accuracy,
            ),
        )
