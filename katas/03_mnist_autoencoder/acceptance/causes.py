"""Why the drawings of kata 03 are too far off: experiments, run after a miss alone.

Errors are mean squared errors per pixel, as in the checks. Another explanation counts only where it leaves clearly less of
the error, and less than a drawing without the digit would.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from checker.suite import Diagnosis, beside, say
from checker.suite import training as told

explaining, looks = beside(__file__, "explaining"), beside(__file__, "looks")
mean_square, Seen = explaining.mean_square, looks.Seen

# Another reading of drawings or images that leaves less than this share of the error explains it.
CLEARLY_LESS = 0.8
# Blocks of training rows: whoever trained on the first rows only knows some of them better than the others.
BLOCK, BLOCKS = 100, (0, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 49_900)
# What was trained on is known so much better; what was not is as far off as hidden images.
KNOWN, UNKNOWN = 0.6, 0.8
# Of a training of three epochs: with less work than this share of it, a training was brief.
BRIEF = 0.8


class Causes(looks.Looks):
    """The experiments; each gives a Diagnosis or None."""

    @property
    def certain(self) -> list[Callable[[], Diagnosis | None]]:
        """The first of these that speaks is told alone."""
        return [
            self.exploded,
            self.outside_of_the_weights,
            self.another_range,
            self.another_mode,
            self.climbs,
            self.still_layers,
            self.softmax_at_the_end,
            self.one_sided,
            self.not_what_the_curve_says,
            self.overgrown,
            self.shrunk,
            self.black,
            self.dead_layers,
            self.sigmoid_code,
            self.constant_code,
            self.small_steps,
            self.constant_drawings,
            self.apart,
            self.narrow,
            self.linear,
            self.dead_pixels,
            self.few_units,
            self.median,
            self.noise,
        ]

    @property
    def likely(self) -> list[Callable[[], Diagnosis | None]]:
        """Up to two of these are told."""
        return [self.rises, self.falls, self.brief, self.tanh_code, self.flat, self.nearly]

    # What the weights and the process say.

    def exploded(self) -> Diagnosis | None:
        return told.exploded([*self.seen.encoder[1], *self.seen.decoder[1]])

    def outside_of_the_weights(self) -> Diagnosis | None:
        there = mean_square(self.seen.of_the_object(self.pixels.astype(np.float32)) - self.pixels)
        if not self.is_clear(there):
            return None
        return Diagnosis(
            "outside_of_the_weights",
            say(
                "In a process where train() has run, these weights give an error of {there:.3f}; in a new "
                "process of {error:.3f}. So something that train sets is no weight: a global, an attribute of "
                "the model, a statistic of the images. Only get_weights() is carried over.",
                there=there,
                error=self.error,
            ),
        )

    def is_clear(self, other: float) -> bool:
        """Whether an error is so much smaller that it explains the miss, with the digit in the drawings."""
        return bool(other < CLEARLY_LESS * self.error and other < 0.6 * self.of_the_mean)

    @cached_property
    def kernels(self) -> tuple[list[told.Moved], list[told.Moved]]:
        return told.moved(*self.seen.encoder), told.moved(*self.seen.decoder)

    def still_layers(self) -> Diagnosis | None:
        parts = list(zip(self.kernels, ("the encoder", "the decoder"), (0, 1), strict=True))
        # From the last layer backwards: what stops a gradient is right behind the last kernel that stands still.
        for kernels, what, which in reversed(parts):
            if any(kernel.share == 0 for kernel in kernels):
                return told.standing_still(kernels, what, self.seen.is_frozen()[which])
        return None

    @cached_property
    def hidden_layers(self) -> list[tuple[str, np.ndarray]]:
        """The outputs of ReLU layers that could be computed again from the weights, with a name for each."""
        found = []
        ends = (
            ("encoder", self.seen.encoder[1], self.pixels, self.seen.codes[: looks.LOOKED_AT]),
            ("decoder", self.seen.decoder[1], self.seen.codes[: looks.LOOKED_AT], self.drawn),
        )
        for what, arrays, x, answer in ends:
            if (replayed := told.relu_layers(arrays, x, answer)) is not None:
                found += [
                    (say("hidden layer {n} of the {what}", n=n, what=what), h)
                    for n, h in enumerate(replayed[0], 1)
                ]
                if replayed[1] == "relu":
                    found.append((say("the last layer of the {what}", what=what), np.asarray(answer)))
        return found

    def shrunk(self) -> Diagnosis | None:
        return told.shrunk(self.seen.encoder[0], self.seen.encoder[1], say("encoder")) or told.shrunk(
            self.seen.decoder[0], self.seen.decoder[1], say("decoder")
        )

    def dead_layers(self) -> Diagnosis | None:
        for what, outputs in self.hidden_layers:
            if outputs.shape[1] != 784 and told.dead_share(outputs) == 1:
                return Diagnosis(
                    "dead_relu",
                    say(
                        "All {units} units of {what} are 0 for every image: its ReLU is dead, and what comes after it is "
                        "the same for all. Steps that are too large do that (try a tenth of the learning rate), or a "
                        "start with large negative biases.",
                        units=outputs.shape[1],
                        what=what,
                    ),
                )
        return None

    # What would be right.

    def another_range(self) -> Diagnosis | None:
        is_far_off = self.error > 1.5 * self.of_the_mean
        known = (self.pixels, self.mean, self.deviation, is_far_off)
        found = [(*explaining.best_output(self.drawn, *known), None)]
        for way in explaining.inputs(self.pixels, self.mean, self.deviation):
            drawn = self.seen.ask(way.images.astype(np.float32), False)[1].astype(np.float64)
            if np.isfinite(drawn).all():
                error, out = explaining.best_output(drawn, *known, way.images)
                # Two changes explain more than one does: the second has to be worth it.
                found.append((error if error < CLEARLY_LESS * found[0][0] else np.inf, out, way))
        error, out, way = min(found, key=lambda item: item[0])
        if not self.is_clear(error):
            return None
        # Averages that lag behind are near 0, and images without their mean suit those.
        is_like_lag = way is not None and way.id in ("centred", "standardised")
        if self.error_in_training < (1.1 if is_like_lag else 0.9) * error:
            return None
        return explaining.in_words(error, self.error, out, way)

    def climbs(self) -> Diagnosis | None:
        grey = mean_square(self.pixels - 0.5)
        if self.error < 1.5 * grey:
            return None
        return Diagnosis(
            "climbs",
            say(
                "The drawings are off by {error:.2f}, much more than grey paper would be ({grey:.2f}): training "
                "drives them away from the images. Has the loss, or the step of your loop, the wrong sign?",
                error=self.error,
                grey=grey,
            ),
        )

    def another_mode(self) -> Diagnosis | None:
        error = self.error_in_training
        if not self.is_clear(error):
            return None
        return Diagnosis(
            "averages_lag",
            say(
                "With training=True the error is {in_training:.3f}, in inference, which is what counts, {error:.3f}. "
                "The averages of BatchNormalization lag behind: with its momentum of 0.99 they need several "
                "hundred steps. Take 0.9, or more steps.",
                in_training=error,
                error=self.error,
            ),
        )

    @cached_property
    def error_in_training(self) -> float:
        return mean_square(self.seen.ask(self.pixels.astype(np.float32), True)[1] - self.pixels)

    # What was learned, and from what.

    @cached_property
    def known(self) -> np.ndarray:
        """The errors of blocks of training rows."""
        starts = [start for start in BLOCKS if start + BLOCK <= len(self.seen.train)]
        rows = np.concatenate([np.arange(start, start + BLOCK) for start in starts])
        images = self.seen.train[rows].astype(np.float32) / 255
        squares = np.square(self.seen.ask(images, False)[1].astype(np.float64) - images)
        return squares.reshape(len(starts), -1).mean(axis=1)

    def one_sided(self) -> Diagnosis | None:
        well, badly = self.known < KNOWN * self.error, self.known > UNKNOWN * self.error
        # Two blocks at least, but for the very first rows: a hundred digits may be easy ones by chance.
        for first in range(1, len(well)):
            if well[:first].all() and badly[first:].all():
                least, most = BLOCKS[first - 1] + BLOCK, BLOCKS[first]
                rows = say("the first {least} to {most}", least=least, most=most)
                return self._few(rows, self.known[:first], self.known[first:])
        if well[-1] and badly[:-1].all():
            return self._few("the last", self.known[-1:], self.known[:-1])
        known = float(self.known.mean())
        if known < 0.7 * self.error:
            return Diagnosis(
                "learned_by_heart",
                say(
                    "On training images the error is {known:.4f}, on hidden ones {error:.4f}: it knows some images "
                    "by heart. Does train use all 50,000 images, or only some of them many times?",
                    known=known,
                    error=self.error,
                ),
            )
        return None

    def _few(self, rows: str, known: np.ndarray, other: np.ndarray) -> Diagnosis:
        return Diagnosis(
            "few_rows_used",
            say(
                "On {rows} training images the error is {known:.4f}, on the other training images {other:.4f}, as "
                "on hidden ones. So it was trained on those rows alone: is there a slice left in train "
                "(x[:1000]), a batch that never moves on?",
                rows=rows,
                known=known.mean(),
                other=other.mean(),
            ),
        )

    def apart(self) -> Diagnosis | None:
        if self.error < 1.2 * self.of_the_mean or self._varies < 0.3:
            return None
        straight = explaining.straight_line_error(self.seen.codes, self.seen.hidden)
        if straight > 0.7 * self.of_the_mean:
            return None
        return Diagnosis(
            "trained_apart",
            say(
                "The codes hold the digits: straight lines from them give the images back with an error of "
                "{straight:.3f}. The decoder draws, but not these digits ({error:.3f}; the mean image has "
                "{of_the_mean:.3f}): it has learned from other codes. Train encoder and decoder together, as one "
                "model.",
                straight=straight,
                error=self.error,
                of_the_mean=self.of_the_mean,
            ),
        )

    def not_what_the_curve_says(self) -> Diagnosis | None:
        losses = told.losses_of(self.seen.history)
        known = float(self.known.mean())
        if not losses or not 0 < losses[-1] < 0.35 * known:
            return None
        return Diagnosis(
            "not_what_was_trained",
            say(
                "The curve that train returned ends at {last:.4f}; the models that it handed over have an "
                "error of {known:.4f} on the same images. Were other weights put back at the end (a checkpoint, "
                "restore_best_weights with the wrong mode), or is the curve that of another model, of a part of "
                "the images, of another scale?",
                last=losses[-1],
                known=known,
            ),
        )

    # How far training came.

    def rises(self) -> Diagnosis | None:
        return told.has_risen(self.seen.history)

    def falls(self) -> Diagnosis | None:
        return told.still_falls(self.seen.history)

    def flat(self) -> Diagnosis | None:
        return told.is_flat(self.seen.history)

    def small_steps(self) -> Diagnosis | None:
        before, after = ([*self.seen.encoder[i], *self.seen.decoder[i]] for i in (0, 1))
        time = say(
            "{used:.0f} of the {allowed:.0f} s that are allowed",
            used=self.seen.time.used,
            allowed=self.seen.time.allowed,
        )
        return told.small_steps(
            before,
            after,
            self._work < 0.4,
            time,
            "Adam: 0.001; plain gradient descent needs 0.1 to 1 and momentum here.",
        )

    def overgrown(self) -> Diagnosis | None:
        return told.overgrown(self.kernels[1], say("decoder")) or told.overgrown(
            self.kernels[0], say("encoder")
        )

    def brief(self) -> Diagnosis | None:
        known = float(self.known.mean())
        if self._work > BRIEF or known < 0.8 * self.error or self.falls():
            return None
        return Diagnosis(
            "too_few_steps",
            say(
                "On training images it is off by {known:.4f}, on hidden ones by {error:.4f}: it has not learned "
                "by heart, it has not learned enough. train took {used:.0f} of {allowed:.0f} s: more epochs, or "
                "batches of 128.",
                known=known,
                error=self.error,
                used=self.seen.time.used,
                allowed=self.seen.time.allowed,
            ),
        )

    def nearly(self) -> Diagnosis | None:
        known = float(self.known.mean())
        if self.error > 1.2 * self.seen.linear_error or self.brief() or self.falls():
            return None
        return Diagnosis(
            "not_quite_enough",
            say(
                "It is nearly there: {error:.4f} on hidden images, {known:.4f} on training images, so it does "
                "not learn by heart. More epochs, batches of 128, hidden layers of a few hundred units, and all "
                "32 units of the code.",
                error=self.error,
                known=known,
            ),
        )

    def nothing_found(self) -> Diagnosis:
        """What to look at, where no experiment explains the error."""
        return Diagnosis(
            "cause_not_found",
            say(
                "No experiment explains it. Look at, in order: the loss of the last epochs (does it still "
                "fall?); the error on training images, {known:.4f} here, against {error:.4f} on hidden ones; the "
                "spread of each code unit ({used} of {units} vary).",
                known=self.known.mean(),
                error=self.error,
                used=explaining.used_units(self.seen.codes),
                units=self.seen.codes.shape[1],
            ),
        )
