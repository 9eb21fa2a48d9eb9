"""Why the accuracy of kata 05 is low: experiments, run after a miss alone.

Shares of right answers are balanced accuracies; chance is 0.5, whatever the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from checker.suite import Diagnosis, beside, say
from checker.suite import training as told

learning = beside(__file__, "learning")
Seen, as_floats = learning.Seen, learning.as_floats

# By so much what was trained on is known better than what was not.
KNOWN_BETTER = 0.1
BLOCK = 100
# 1 but for rounding.
ALL_BUT_1 = 1 - 1e-5
# Below this share nothing has been learned that chance does not give.
CHANCE = 0.56


class Causes(learning.Learning):
    """The experiments; each gives a Diagnosis or None."""

    @property
    def certain(self) -> list[Callable[[], Diagnosis | None]]:
        """The first of these that speaks is told alone."""
        return [
            self.always_one,
            self.turned_round,
            self.exploded,
            self.loss_of_zero,
            self.still_kernels,
            self.another_range,
            self.another_mode,
            self.no_convolution,
            self.curve_of_another_model,
            self.overgrown,
            self.shrunk,
            self.scaled_twice,
            self.small_steps,
            self.other_rows,
            self.leans,
            self.curve_of_other_pictures,
            self.rises,
            self.drowned_in_dropout,
            self.constant,
            self.by_heart,
            self.learns_nothing,
        ]

    @property
    def likely(self) -> list[Callable[[], Diagnosis | None]]:
        """Up to two of these are told."""
        return [self.too_much_dropout, self.falls, self.brief, self.too_small]

    # What the answers and the weights say.

    def always_one(self) -> Diagnosis | None:
        if self.seen.answers.min() < ALL_BUT_1 or self.seen.untrained(self.sample[:16]).min() < ALL_BUT_1:
            return None
        return Diagnosis(
            "softmax_of_one",
            "Every picture gets exactly 1, before training too: a softmax over one unit is always 1, whatever comes "
            "in. One unit wants a sigmoid.",
        )

    def turned_round(self) -> Diagnosis | None:
        if self.accuracy >= learning.TURNED_ROUND:
            return None
        return Diagnosis(
            "labels_turned_round",
            say(
                "The answer is turned round: 1 minus what the network says is right for {opposite:.0%}. It is to be "
                "the probability of class 1. Are the labels exchanged somewhere (1 - y), or is the output that "
                "of class 0?",
                opposite=1 - self.accuracy,
            ),
        )

    def exploded(self) -> Diagnosis | None:
        return told.exploded(self.seen.weights)

    @cached_property
    def moved(self) -> list[told.Moved]:
        return told.moved(self.seen.start, self.seen.weights)

    def loss_of_zero(self) -> Diagnosis | None:
        losses = told.losses_of(self.seen.history)
        if not losses or max(map(abs, losses)) > 1e-5 or self.accuracy > 0.6:
            return None
        return Diagnosis(
            "loss_always_0",
            say(
                "The loss is 0 in each of the {count} epochs, so there is nothing to learn from. Over one "
                "output, categorical_crossentropy is always 0: take binary_crossentropy.",
                count=len(losses),
            ),
        )

    def still_kernels(self) -> Diagnosis | None:
        still = [kernel for kernel in self.moved if kernel.share == 0]
        if not still or len(still) < len(self.moved):
            return told.standing_still(self.moved, "the network", bool(still) and self.seen.is_frozen())
        others = any(
            not np.array_equal(a, b) for a, b in zip(self.seen.start, self.seen.weights, strict=True)
        )
        if others:
            return Diagnosis(
                "no_gradient",
                "No kernel has changed, though averages of the model have: it was called in training, and no gradient "
                "arrived. Is `trainable` switched off, is the loss one that does not depend on the answer?",
            )
        return Diagnosis(
            "another_model_trained",
            say(
                "train() worked for {used:.0f} s and left all weights of the model that it was given as they "
                "were. Does it train a copy, a new model, a global one? Train the model that comes in, in place.",
                used=self.seen.time.used,
            ),
        )

    def shrunk(self) -> Diagnosis | None:
        return told.shrunk(self.seen.start, self.seen.weights, say("network"))

    def no_convolution(self) -> Diagnosis | None:
        looking = [shape for shape in self.seen.kernels if len(shape) == 4]
        if not looking:
            return Diagnosis(
                "no_convolution",
                "There is no convolution among the trainable weights of the model, and only weights of the model are "
                "carried over: what sees places instead of shapes gets no further here.",
            )
        if all(shape[:2] == (1, 1) for shape in looking):
            return Diagnosis(
                "no_neighbours",
                say(
                    "All {count} convolutions have kernels of 1 x 1: they see colours, one point at a time, and no "
                    "shapes. Use 3 x 3.",
                    count=len(looking),
                ),
            )
        return None

    # What would be right.

    def another_range(self) -> Diagnosis | None:
        """Right answers to pictures in another form: training saw another one than the judge gives."""
        sample, train = self.sample, self.seen.pictures.train
        mean, deviation = (getattr(train, name)(axis=(0, 1, 2)) / 255 for name in ("mean", "std"))
        each = train[::10].astype(np.float32) / 255
        own = sample.mean(axis=(1, 2, 3), keepdims=True)
        grey = np.repeat(sample.mean(axis=-1, keepdims=True), 3, axis=-1)
        forms = {
            "in [0, 255]": sample * 255,
            "in [-1, 1]": sample * 2 - 1,
            "divided by 255 once more": sample / 255,
            "with their mean taken away": sample - sample.mean(),
            "standardised (mean 0, deviation 1)": (sample - mean) / deviation,
            "standardised point by point": (sample - each.mean(axis=0)) / (each.std(axis=0) + 1e-3),
            "standardised one by one": (sample - own) / (sample.std(axis=(1, 2, 3), keepdims=True) + 1e-7),
            "with light and dark exchanged": 1 - sample,
            "with the colours in the opposite order": sample[..., ::-1],
            "with rows and columns exchanged": sample.transpose(0, 2, 1, 3),
            "upside down": sample[:, ::-1],
            "in grey": grey,
        }
        found = {name: self.is_right(x.astype(np.float32), self.labels) for name, x in forms.items()}
        best = max(found, key=lambda name: found[name])
        if found[best] < max(self.accuracy + learning.CLEARLY_BETTER, learning.SEES_SOMETHING):
            return None
        # Averages that lag behind are near 0, and pictures without their mean suit those.
        is_like_lag = best.startswith(("with their mean", "standardised"))
        if self.right_in_training_mode > found[best] + (-0.05 if is_like_lag else 0.05):
            return None
        if self.is_right_elsewhere:
            return self._outside(
                say("Given the pictures {form}, it is right for {found:.0%}", form=best, found=found[best])
            )
        return Diagnosis(
            "scaled_in_train" if best in list(forms)[:8] else "changed_in_train",
            say(
                "Given the pictures {form}, it is right for {found:.0%}; as they come, in [0, 1], for "
                "{accuracy:.0%}. So train changed them, and whoever asks the model does not. Put that into the "
                "model (a Rescaling or Normalization layer), or leave it out.",
                form=best,
                found=found[best],
                accuracy=self.accuracy,
            ),
        )

    def another_mode(self) -> Diagnosis | None:
        found = self.right_in_training_mode
        if found < max(self.accuracy + learning.CLEARLY_BETTER, learning.SEES_SOMETHING):
            return None
        return Diagnosis(
            "averages_lag",
            say(
                "With training=True it is right for {found:.0%}, in inference, which is what counts, for "
                "{accuracy:.0%}. The averages that BatchNormalization uses there lag behind: with its momentum "
                "of 0.99 they need several hundred steps. A momentum of 0.9 keeps up.",
                found=found,
                accuracy=self.accuracy,
            ),
        )

    @cached_property
    def is_right_elsewhere(self) -> bool:
        """Whether the same weights are clearly better in a process where train has run."""
        try:
            there = self.seen.in_that_process(self.sample)
        except Exception:
            # A training on few pictures that fails says nothing about this; what was found before stands.
            return False
        if there.shape != self.labels.shape:
            return False
        return self.seen.balanced_accuracy(self.labels, there) > self.accuracy + learning.CLEARLY_BETTER

    def _outside(self, said: str) -> Diagnosis:
        return Diagnosis(
            "outside_of_the_weights",
            say(
                "{said}; as they come it is right for {accuracy:.0%}, and for more in a process where train() "
                "has run. So something that train sets is no weight: a global, an attribute, a mean. Only "
                "get_weights() is carried over.",
                said=said,
                accuracy=self.accuracy,
            ),
        )

    def curve_of_another_model(self) -> Diagnosis | None:
        """The submission's own accuracy on the validation pictures against that of the weights it handed over."""
        name = next(
            (
                n
                for n in ("val_accuracy", "val_acc", "val_binary_accuracy")
                if told.losses_of(self.seen.history, n)
            ),
            None,
        )
        if name is None:
            return None
        curve = told.losses_of(self.seen.history, name)
        pictures = self.seen.pictures
        answers = self.seen.ask(as_floats(pictures.validation), False)
        now = float(np.mean((answers > 0.5) == pictures.y_validation))
        if not curve[-1] > now + learning.CLEARLY_BETTER:
            return None
        said = say(
            "Your curve ends at a validation accuracy of {last:.2f}; the weights that came out have "
            "{now:.2f} on the same pictures",
            last=curve[-1],
            now=now,
        )
        if self.is_right_elsewhere:
            return self._outside(said)
        return Diagnosis(
            "not_what_was_trained",
            say(
                "{said}. Were other weights put back at the end (restore_best_weights or a checkpoint with the "
                "wrong mode), is the curve another model's, or are the pictures changed before train measures?",
                said=said,
            ),
        )

    # From what it was learned.

    def other_rows(self) -> Diagnosis | None:
        """Training on the validation pictures, or on the first few."""
        pictures = self.seen.pictures
        validation = self.is_right(as_floats(pictures.validation), pictures.y_validation)
        first = self.is_right(as_floats(pictures.train[:BLOCK]), pictures.y_train[:BLOCK])
        known = self.on_training
        if validation > max(known, self.accuracy) + KNOWN_BETTER:
            return Diagnosis(
                "trained_on_validation",
                say(
                    "On the validation pictures it is right for {validation:.0%}, on the training pictures for "
                    "{known:.0%}, on hidden ones for {accuracy:.0%}. So it was trained on x_val, which is there to "
                    "look at, instead of x_train.",
                    validation=validation,
                    known=known,
                    accuracy=self.accuracy,
                ),
            )
        if first > known + 1.5 * KNOWN_BETTER and known < self.accuracy + 1.5 * KNOWN_BETTER and first > 0.85:
            return Diagnosis(
                "few_rows_used",
                say(
                    "On the first {rows} training pictures it is right for {first:.0%}, on all of them for "
                    "{known:.0%}, on hidden ones for {accuracy:.0%}. So it was trained on the first ones alone: is "
                    "there a slice left in train (x_train[:500]), a batch that never moves on, steps_per_epoch?",
                    rows=BLOCK,
                    first=first,
                    known=known,
                    accuracy=self.accuracy,
                ),
            )
        return None

    def by_heart(self) -> Diagnosis | None:
        if self.on_training < self.accuracy + KNOWN_BETTER:
            return None
        return Diagnosis(
            "learned_by_heart",
            say(
                "On training pictures it is right for {on_training:.0%}, on hidden ones for {accuracy:.0%}: it "
                "learns by heart. Vary the pictures (mirror them, move them), use dropout, or fewer weights "
                "behind Flatten. Does it see all pictures?",
                on_training=self.on_training,
                accuracy=self.accuracy,
            ),
        )

    def curve_of_other_pictures(self) -> Diagnosis | None:
        """The submission's own accuracy in training against that on the training pictures as they are."""
        names = ("accuracy", "acc", "binary_accuracy", "train_accuracy")
        curve = next((c for n in names if (c := told.losses_of(self.seen.history, n))), [])
        if not curve or not curve[-1] > self.on_training + 1.5 * KNOWN_BETTER:
            return None
        said = say(
            "Your curve ends at an accuracy of {last:.2f} in training; on the training pictures as they are "
            "it is right for {on_training:.0%}, on hidden ones for {accuracy:.0%}",
            last=curve[-1],
            on_training=self.on_training,
            accuracy=self.accuracy,
        )
        exercise = self._of_the_easy_exercise(said) if self.accuracy < CHANCE else None
        if exercise is not None and exercise.id == "pairs_apart":
            return exercise
        return Diagnosis(
            "learned_from_other_pictures",
            say(
                "{said}. So it learned something else by heart: a part of the pictures (a slice, a random "
                "choice, steps_per_epoch), pictures that train changes, or labels that do not belong to them.",
                said=said,
            ),
        )

    def leans(self) -> Diagnosis | None:
        answers, labels = self.seen.answers, self.seen.pictures.y_hidden
        right = [float(np.mean((answers[labels == kind] > 0.5) == kind)) for kind in (0, 1)]
        mean = float(np.mean(answers))
        if max(right) - min(right) < 0.6 or 0.36 < mean < 0.64:
            return None
        in_training = float(np.mean(self.seen.ask(self.sample, True)))
        if 0.3 < in_training < 0.7 and abs(in_training - mean) > 0.25:
            return Diagnosis(
                "averages_lag",
                say(
                    "The mean answer is {mean:.2f}, with training=True {in_training:.2f}. The averages that "
                    "BatchNormalization uses in inference lag behind: with its momentum of 0.99 they need several "
                    "hundred steps. Train longer, or take 0.9.",
                    mean=mean,
                    in_training=in_training,
                ),
            )
        one = int(right[1] > right[0])
        return Diagnosis(
            "leans_to_one_class",
            say(
                "It leans to one class: of class {one} {most:.0%} are right, of class {other} {least:.0%}; the "
                "mean answer is {mean:.2f}. Does each batch hold both classes (sorted by label and not "
                "shuffled?), do both weigh the same in the loss, was one left out?",
                one=one,
                most=max(right),
                other=1 - one,
                least=min(right),
                mean=mean,
            ),
        )
