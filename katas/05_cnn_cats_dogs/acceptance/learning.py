"""Whether the network of kata 05 can learn at all, and how far it came: experiments, run after a miss alone.

Shares of right answers are balanced accuracies; chance is 0.5, whatever the pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from checker.suite import Diagnosis, known_numbers, say, together
from checker.suite import training as told

# So many pictures are asked about again: their share of right answers varies by .02 from sample to sample.
LOOKED_AT = 600
# Below this accuracy the opposite answer is clearly the better one: chance gets .5 with a spread of .012 on 1,800.
TURNED_ROUND = 0.4
# By so much, and up to so much, another input or mode must be better for it to be named as the cause.
CLEARLY_BETTER, SEES_SOMETHING = 0.12, 0.68
# Where answers differ by less than this, or half of their logarithmic odds by less than that before training.
NEARLY_THE_SAME, HARDLY_ANYTHING = 0.02, 1e-3
# The easy exercise: so many pictures, and how far apart answers to the two classes are where it is learned, or not.
EASY, EASILY, HARDLY_EASY = 600, 0.3, 0.15
# With less than this share of the reference's time, a training was brief, and very brief; with more than that, long.
BRIEF, VERY_BRIEF, LONG = 1.0, 0.6, 1.2
# Correlation of answers to the same pictures in training mode, where nothing but chance is left.
ALIKE = 0.15
# Adam's usual rate moves weights by this much in twenty steps.
TWENTY_STEPS = 0.02
CHANCE_LOSS = math.log(2)


@dataclass
class Seen:
    """What the judge holds after the miss.

    `ask(images, training)` gives a new model's answers (n,) with the trained weights, `untrained(images)` those of a new
    model. `after_training(x, y)` trains a new one on other pictures, several times, and gives its answers to them each time;
    `in_that_process(images)` are those of the trained weights in a process in which train has run.
    """

    pictures: Any
    answers: np.ndarray
    accuracy: float
    start: list[np.ndarray]
    weights: list[np.ndarray]
    kernels: tuple[tuple[int, ...], ...]
    is_frozen: Callable[[], bool]
    history: Any
    time: Any
    ask: Callable[[np.ndarray, bool], np.ndarray]
    untrained: Callable[[np.ndarray], np.ndarray]
    in_that_process: Callable[[np.ndarray], np.ndarray]
    after_training: Callable[[np.ndarray, np.ndarray], Iterator[np.ndarray]]
    balanced_accuracy: Callable[[np.ndarray, np.ndarray], float]


def as_floats(images: np.ndarray) -> np.ndarray:
    """uint8 pictures as float32 in [0, 1]."""
    return images.astype(np.float32) / 255


class Learning:
    """Experiments on learning; `Causes` has those on the answers."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.sample = as_floats(seen.pictures.hidden[:LOOKED_AT])
        self.labels = seen.pictures.y_hidden[:LOOKED_AT]
        self.accuracy = seen.accuracy

    def is_right(self, images: np.ndarray, labels: np.ndarray, training: bool = False) -> float:
        """The share of right answers of the trained weights; 0 where there is no usable answer."""
        answers = self.seen.ask(images, training)
        if answers.shape != (len(images),) or not np.isfinite(answers).all():
            return 0.0
        return self.seen.balanced_accuracy(labels, answers)

    @property
    def spread(self) -> float:
        return float(np.ptp(self.seen.answers))

    @cached_property
    def right_in_training_mode(self) -> float:
        return self.is_right(self.sample, self.labels, training=True)

    @cached_property
    def on_training(self) -> float:
        """The share of right answers on training pictures, spread over all of them."""
        step = max(len(self.seen.pictures.train) // LOOKED_AT, 1)
        rows = slice(0, step * LOOKED_AT, step)
        return self.is_right(as_floats(self.seen.pictures.train[rows]), self.seen.pictures.y_train[rows])

    # What can be learned at all.

    def scaled_twice(self) -> Diagnosis | None:
        if self.spread > 0.2:
            return None
        few = self.sample[:64]
        now, larger = (_odds(self.seen.untrained(x)) for x in (few, few * 255))
        if np.std(now) > HARDLY_ANYTHING or np.std(larger) < 20 * max(float(np.std(now)), 1e-9):
            return None
        return Diagnosis(
            "scaled_twice",
            say(
                "Hardly anything of a picture arrives: before training the answers to different pictures vary by "
                "{now:.1g}, and for pictures in [0, 255] by {larger:.1g}. The pictures come in [0, 1]; does the "
                "model divide by 255 (Rescaling) once more?",
                now=np.std(now),
                larger=np.std(larger),
            ),
        )

    @property
    def _work(self) -> float:
        return float(self.seen.time.used / self.seen.time.reference)

    def small_steps(self) -> Diagnosis | None:
        if self.accuracy > 0.7:
            return None
        return told.small_steps(
            self.seen.start,
            self.seen.weights,
            self._work < 0.3,
            say(
                "{used:.0f} of the {allowed:.0f} s that are allowed",
                used=self.seen.time.used,
                allowed=self.seen.time.allowed,
            ),
            "Adam: 0.001; plain gradient descent: 0.01 to 0.1, with momentum.",
            TWENTY_STEPS,
        )

    def overgrown(self) -> Diagnosis | None:
        found = told.overgrown(self.moved, say("network"))
        if found is None or self.spread > NEARLY_THE_SAME or told.losses_of(self.seen.history):
            return found
        more = "If the loss is 0 all the time (categorical_crossentropy over one output is), take binary_crossentropy."
        return Diagnosis(found.id, together(found.text, more))

    def constant(self) -> Diagnosis | None:
        if self.spread > NEARLY_THE_SAME:
            return None
        low, high = float(self.seen.answers.min()), float(self.seen.answers.max())
        said = say("Every picture gets nearly the same answer, {low:.3f} to {high:.3f}", low=low, high=high)
        if self.spread < 1e-6:
            return Diagnosis(
                "dead_units",
                say(
                    "{said}: nothing of the picture reaches the output. Units are dead (ReLU) or saturated: steps "
                    "that are too large do that. Try a tenth of the learning rate, and no ReLU on the last unit.",
                    said=said,
                ),
            )
        return self._of_the_easy_exercise(said)

    def learns_nothing(self) -> Diagnosis | None:
        known = self.on_training
        if self.accuracy > 0.56 or known > 0.56:
            return None
        return self._of_the_easy_exercise(
            say(
                "On training pictures it is right for {known:.0%}, on hidden ones for {accuracy:.0%}; chance is "
                "50%",
                known=known,
                accuracy=self.accuracy,
            )
        )

    def _of_the_easy_exercise(self, said: str) -> Diagnosis | None:
        """What a new model learns from pictures that are white for one class and black for the other."""
        easy = np.arange(EASY) * 7 % 11 % 2
        noise = known_numbers("easy pictures").uniform(0, 0.1, (EASY, *self.seen.pictures.image_shape))
        images = np.abs(easy[:, None, None, None] - noise).astype(np.float32)
        apart = 0.0
        for answers in self.seen.after_training(images, easy.astype(np.int64)):
            apart = max(apart, float(answers[easy == 1].mean() - answers[easy == 0].mean()))
            if apart > EASILY and self._work < VERY_BRIEF:
                return Diagnosis(
                    "too_few_steps",
                    say(
                        "{said}. White from black pictures it does learn (the answers are {apart:.2f} apart), so labels "
                        "and loss are right, and train took only {used:.0f} of {allowed:.0f} s: more epochs, or smaller "
                        "batches. A larger network or another learning rate come after that.",
                        said=said,
                        apart=apart,
                        used=self.seen.time.used,
                        allowed=self.seen.time.allowed,
                    ),
                )
            if apart > EASILY:
                return Diagnosis(
                    "learns_only_what_is_easy",
                    say(
                        "{said}. White from black pictures it does learn (the answers are {apart:.2f} apart), so labels "
                        "and loss are right: it is too small, the learning rate does not fit, or it was trained too "
                        "briefly. More and wider convolutions, BatchNormalization, Adam 0.001.",
                        said=said,
                        apart=apart,
                    ),
                )
        if apart > HARDLY_EASY:
            return None
        return Diagnosis(
            "pairs_apart",
            say(
                "{said}. Even trained on {count} pictures that are white for one class and black for the other, "
                "its answers to the two are {apart:.2f} apart, of 1. So pictures and labels do not stay together "
                "in train (shuffled apart?), or the loss compares (n, 1) with (n,), which pairs each answer with "
                "all labels.",
                said=said,
                count=EASY,
                apart=max(apart, 0),
            ),
        )

    # How far training came.

    def drowned_in_dropout(self) -> Diagnosis | None:
        """Answers in training mode that are chance alone: asked twice, pictures do not even keep their order."""
        first, again = (self.seen.ask(self.sample, True) for _ in range(2))
        if self.accuracy > 0.7 or min(first.std(), again.std()) < 0.01:
            return None
        alike = float(np.corrcoef(first, again)[0, 1])
        if alike > ALIKE:
            return None
        return Diagnosis(
            "too_much_dropout",
            say(
                "With training=True, as it learns, the same pictures asked twice get other answers (the two "
                "agree by {alike:.0%}): dropout or noise leave next to nothing of a picture. Dropout of 0.2 to "
                "0.5 is usual, once, near the end.",
                alike=max(alike, 0),
            ),
        )

    def too_much_dropout(self) -> Diagnosis | None:
        if self.right_in_training_mode > self.accuracy - 0.08:
            return None
        return Diagnosis(
            "too_much_dropout",
            say(
                "With training=True, as it learns, it is right for {in_training:.0%}, without for "
                "{accuracy:.0%}: dropout, noise or the variation of pictures leave little to learn from. Make "
                "them weaker.",
                in_training=self.right_in_training_mode,
                accuracy=self.accuracy,
            ),
        )

    def rises(self) -> Diagnosis | None:
        return told.has_risen(self.seen.history)

    def falls(self) -> Diagnosis | None:
        return told.still_falls(self.seen.history)

    def brief(self) -> Diagnosis | None:
        if self._work > BRIEF or self.falls():
            return None
        return Diagnosis(
            "too_few_steps",
            say(
                "On training pictures it is right for {on_training:.0%}, on hidden ones for {accuracy:.0%}: it "
                "has not learned enough yet. train took {used:.0f} of {allowed:.0f} s: more epochs, or smaller "
                "batches.",
                on_training=self.on_training,
                accuracy=self.accuracy,
                used=self.seen.time.used,
                allowed=self.seen.time.allowed,
            ),
        )

    def too_small(self) -> Diagnosis | None:
        if self._work < LONG or told.still_falls(self.seen.history, 0.015):
            return None
        known, looking = self.on_training, [shape for shape in self.seen.kernels if len(shape) == 4]
        count = sum(math.prod(shape) for shape in self.seen.kernels)
        return Diagnosis(
            "network_too_small",
            say(
                "On training pictures it is right for {known:.0%}, on hidden ones for {accuracy:.0%}, after a "
                "long training: it cannot learn more. With {convolutions} convolutions and {weights:,} weights it is too "
                "small, or looks too coarsely: a larger network, three or more convolutions of 32 to 128 "
                "channels.",
                known=known,
                accuracy=self.accuracy,
                convolutions=len(looking),
                weights=count,
            ),
        )

    def nothing_found(self) -> Diagnosis:
        """What to look at, where no experiment explains the accuracy."""
        return Diagnosis(
            "cause_not_found",
            say(
                "No experiment explains it. Look at, in order: the loss of the last epochs (does it still "
                "fall?), the accuracy on training pictures ({on_training:.0%}) against that on hidden ones "
                "({accuracy:.0%}), and the spread of the answers ({spread:.2f}).",
                on_training=self.on_training,
                accuracy=self.accuracy,
                spread=self.spread,
            ),
        )


def _odds(answers: np.ndarray) -> np.ndarray:
    """Logarithmic odds of probabilities."""
    p = np.clip(answers.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))
