"""Why a pair of networks draws badly: the experiments of kata 07.

Every method of `Causes` returns a `Diagnosis` with the figures that it measured, or None. Both networks stand in a
worker of the experiments' own, so that nothing that a check uses is touched.
"""

import ast
from functools import cached_property

import numpy as np

from checker.suite import Diagnosis

DRAWN, SHOWN = 1_000, 500
KINDS = ("hidden digits", "uniform noise", "shuffled pixels")
# A what-if explains bad drawings where it makes their distance so many times smaller, and not just less bad.
BETTER, STILL_BAD = 2.0, 130.0
# Probabilities of pictures: what counts as real to the discriminator, and as drawn.
SURE, UNSURE = 0.8, 0.3
# A kernel that has moved by less than this share of its own size has learned next to nothing.
HARDLY = 0.02
GROWN = 8.0
# Of the time that is allowed: the reference takes a sixth, a twentieth is where drawings begin to be legible.
BRIEF = 0.03
FIRST_ROWS = 2_000


class Studio:
    """Both trained networks in a worker of their own, started when an experiment first asks for one."""

    def __init__(self, submission, trained, digits, rebuild):
        self._submission, self._trained, self._digits, self._rebuild = submission, trained, digits, rebuild
        self._worker = None
        self._networks = {}

    def _network(self, kind):
        if kind not in self._networks:
            if self._worker is None:
                self._worker = self._submission.worker("experiments")
            self._networks[kind] = self._rebuild(self._worker, kind, getattr(self._trained, kind))
        return self._networks[kind]

    def draw(self, z, training=False, untrained=False):
        """Upright pictures (n, 28, 28) for these z."""
        raw = self._ask("generator", z.astype(np.float32), training, untrained)
        if raw.shape != (len(z), 28, 28) or not np.isfinite(raw).all():
            raise ValueError("no pictures")
        return self._digits.upright(raw)

    def probabilities(self, images, training=False, untrained=False):
        """What the discriminator says of upright pictures, (n,)."""
        shown = self._digits.disguise(images).astype(np.float32)
        p = self._ask("discriminator", shown, training, untrained)
        if p.shape != (len(images), 1) or not np.isfinite(p).all():
            raise ValueError("no probabilities")
        return p[:, 0].astype(np.float64)

    def _ask(self, kind, x, training, untrained):
        model, trained = self._network(kind), getattr(self._trained, kind)
        if untrained:
            model.set_weights(getattr(self._trained, f"{kind}_at_the_start"))
        try:
            return model.apply(x, training=training)
        finally:
            if untrained or training:  # averages of batch norm move in training mode
                model.set_weights(trained)

    def end(self):
        """End the worker."""
        if self._worker is not None:
            self._worker.end()


class Causes:
    """The experiments, for one pair of trained networks."""

    def __init__(self, submission, trained, digits, network, real, rebuild, rng):
        self.trained, self.digits, self.network, self.real = trained, digits, network, real
        self.source = submission.source
        self.studio = Studio(submission, trained, digits, rebuild)
        self.rng = rng

    def of_the_discriminator(self):
        """The certain ones, where the discriminator does not know digits from what is none."""
        return [
            self.one_unit_with_softmax,
            self.discriminator_unmoved,
            self.blown_up,
            self.shown_another_range,
            self.labels_exchanged,
            self.discriminator_right_in_training_mode,
            self.one_answer_to_all,
            self.hardly_moved,
        ]

    def of_the_drawings(self):
        """The certain ones, where the drawings are bad."""
        return [
            self.unmoved,
            self.one_unit_with_softmax,
            self.blown_up,
            self.hardly_moved,
            self.latents_drawn_once,
            self.drawn_in_another_range,
            self.generator_right_in_training_mode,
            self.other_latents,
            self.latents_unused,
            self.mean_image,
            self.first_rows_only,
            self.shown_another_range,
            self.labels_exchanged,
            self.one_answer_to_all,
            self.generator_helps,
            self.too_few_steps,
        ]

    def likely(self):
        """What the figures suggest, without proof."""
        return [self.collapsed, self.cannot_tell, self.far_ahead, self.saturated]

    # What is measured once.

    @cached_property
    def z(self):
        """Standard normal z, as the judge draws from."""
        return self.rng.normal(size=(DRAWN, 64))

    @cached_property
    def drawn(self):
        """Pictures drawn from them."""
        return self.studio.draw(self.z)

    @cached_property
    def distance(self):
        """Their Fréchet distance."""
        return self.distance_of(self.drawn)

    def distance_of(self, images):
        """Fréchet distance of pictures to hidden digits; what lies outside of [0, 1] is cut off."""
        return self.network.frechet_distance(self.real, self.network.features(np.clip(images, 0, 1)))

    @cached_property
    def shown(self):
        """Pictures of several kinds, upright."""
        hidden = self.digits.hidden[:SHOWN] / np.float32(255)
        shuffled = self.rng.permuted(hidden.reshape(SHOWN, -1), axis=1).reshape(hidden.shape)
        kinds = (hidden, self.rng.random(hidden.shape, np.float32), shuffled)
        return dict(zip(KINDS, kinds, strict=True))

    @cached_property
    def said(self):
        """The discriminator's probabilities for these, and for the drawings."""
        said = {kind: self.studio.probabilities(images) for kind, images in self.shown.items()}
        said["drawings"] = self.studio.probabilities(self.drawn[:SHOWN])
        return said

    @cached_property
    def moves(self):
        """How far each kernel moved, as a share of its size, by network."""
        return {
            kind: [
                float(np.linalg.norm(new - old) / max(np.linalg.norm(old), 1e-12))
                for old, new in zip(
                    getattr(self.trained, f"{kind}_at_the_start"), getattr(self.trained, kind), strict=True
                )
                if np.ndim(old) >= 2 and np.shape(old) == np.shape(new)
            ]
            for kind in ("generator", "discriminator")
        }

    # The experiments.

    def unmoved(self):
        """Kernels that are after training as they were before."""
        still = {kind: [move == 0 for move in moves] for kind, moves in self.moves.items() if moves}
        names = [kind for kind, flags in still.items() if all(flags)]
        if len(names) == 2:
            return Diagnosis(
                "networks_unmoved",
                "train() left every kernel of both networks as it was. Does it train the two networks that it is given, and "
                "not copies or new ones?",
            )
        if names:
            name = names[0]
            return Diagnosis(
                f"{name}_unmoved",
                f"train() left every kernel of the {name} as it was; those of the other network moved. Is `trainable` switched "
                f"off for it (and never on again, or before compile)? Does its own optimiser get the {name}'s variables?",
            )
        for name, flags in still.items():
            if any(flags):
                return Diagnosis(
                    "layers_unmoved",
                    f"{sum(flags)} of the {len(flags)} kernels of the {name} are after train() as they were before. Are these "
                    "layers switched off (`trainable`), or is the path of the gradient cut?",
                )
        return None

    def discriminator_unmoved(self):
        """The same, where it concerns the discriminator."""
        return self.unmoved() if any(move == 0 for move in self.moves["discriminator"]) else None

    def hardly_moved(self):
        """Kernels that moved by next to nothing."""
        for name, moves in self.moves.items():
            if moves and max(moves) < HARDLY:
                return Diagnosis(
                    f"{name}_hardly_moved",
                    f"train() changed no kernel of the {name} by more than {max(moves):.2%} of its size. Its rate is far too "
                    "small, or the steps are far too few.",
                )
        return None

    def blown_up(self):
        """Weights that grew beyond all bounds."""
        for name in ("generator", "discriminator"):
            pairs = zip(
                getattr(self.trained, f"{name}_at_the_start"), getattr(self.trained, name), strict=True
            )
            grown = max(
                (_size(new) / max(_size(old), 1e-6) for old, new in pairs if np.ndim(old) >= 2), default=0
            )
            if grown > GROWN:
                return Diagnosis(
                    "rate_too_large",
                    f"A kernel of the {name} is {grown:.3g} times as large as before training. The learning rate is too "
                    "large: with Adam start from 0.0002 to 0.002.",
                )
        return None

    def one_unit_with_softmax(self):
        """A discriminator that says exactly 1, before and after."""
        p = np.concatenate([self.studio.probabilities(i) for i in self.shown.values()])
        before = self.studio.probabilities(self.shown["uniform noise"], untrained=True)
        if min(p.min(), before.min()) > 1 - 1e-5:
            return Diagnosis(
                "softmax_of_one_unit",
                "The discriminator says exactly 1 to every picture, before training too. A softmax over one unit is always 1: "
                "take a sigmoid.",
            )
        return None

    def shown_another_range(self):
        """Digits that are real to the discriminator in another range alone."""
        digits = self.shown["hidden digits"]
        usual = float(np.mean(self.said["hidden digits"]))
        if usual > UNSURE:
            return None
        mean, deviation = float(digits.mean()), float(digits.std())
        ranges = {
            "moved to [-1, 1]": 2 * digits - 1,
            "times 255": digits * 255,
            "divided by 255": digits / 255,
            "with black and white exchanged": 1 - digits,
            "standardised (mean 0, deviation 1)": (digits - mean) / deviation,
        }
        found = {name: float(np.mean(self.studio.probabilities(x))) for name, x in ranges.items()}
        least = max(SURE * max(found.values()), usual + 0.4)
        fit = {name: p for name, p in found.items() if p >= least}
        if not fit or np.mean(self.said["drawings"]) > max(found.values()) + 0.1:
            return None
        told = " or ".join(f"{name}, with {p:.2f}" for name, p in list(fit.items())[:3])
        return Diagnosis(
            "real_pictures_in_another_range",
            f"The discriminator calls hidden digits real with {usual:.2f} on average; {told}. So train showed it real "
            "pictures in "
            "another range than the generator's and the judge's, [0, 1]. Leave x as it comes.",
        )

    def labels_exchanged(self):
        """Drawings that are more real than digits."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        ranking = ranked_above(self.said["hidden digits"], self.said["drawings"])
        above = [ranked_above(self.said["hidden digits"], self.said[kind]) for kind in KINDS[1:]]
        if drawings - digits > 0.3 or (ranking < 0.3 and max(above) < 0.2 and drawings > UNSURE):
            return Diagnosis(
                "labels_exchanged",
                f"The discriminator gives the generator's drawings {drawings:.2f} on average and hidden digits "
                f"{digits:.2f}: it "
                "is the other way round. Its loss must pull real ones towards 1 and drawn ones towards 0 (and the "
                "generator's loss drawn ones towards 1). Look at labels and sign.",
            )
        if max(above) < 0.2 and self.distance < STILL_BAD:
            return Diagnosis(
                "labels_exchanged",
                f"The drawings are like digits (Fréchet distance {self.distance:.0f}), and yet the discriminator ranks "
                "hidden digits "
                f"above noise in {max(above):.0%} of the pairs at most: it gives the probability of drawn. Real ones "
                "are to be 1 and "
                "drawn ones 0, in the losses of both networks.",
            )
        return None

    def one_answer_to_all(self):
        """The same answer to digits, noise and drawings."""
        means = {kind: float(np.mean(p)) for kind, p in self.said.items()}
        digits, noise, drawings = (means[kind] for kind in ("hidden digits", "uniform noise", "drawings"))
        low, high = min(digits, noise, drawings), max(digits, noise, drawings)
        told = f"The discriminator gives hidden digits {digits:.3f}, noise {noise:.3f} and drawings {drawings:.3f} on average"
        if low > 0.95:
            return Diagnosis(
                "says_real_to_all",
                f"{told}: all is real to it. Does its loss have a part for drawn ones, with the label 0? Does only its "
                "own step "
                "change it, and not the generator's step too?",
            )
        if high < 0.05:
            return Diagnosis(
                "says_drawn_to_all",
                f"{told}: nothing is real to it. Does its loss have a part for real ones, with the label 1?",
            )
        if high - low < 0.02:
            return Diagnosis(
                "discriminator_constant",
                f"{told}: one answer to all. Do real and drawn ones get different labels, does the gradient reach its first "
                "layer, is its rate so large that all units died?",
            )
        return None

    def discriminator_right_in_training_mode(self):
        """A discriminator that tells digits from the rest in training mode alone."""
        usual, training = (
            float(np.mean([ranked_above(said[KINDS[0]], said[kind]) for kind in KINDS[1:]]))
            for said in (
                self.said,
                {kind: self.studio.probabilities(x, training=True) for kind, x in self.shown.items()},
            )
        )
        if training > 0.9 and usual < 0.6:
            return Diagnosis(
                "running_statistics_lag",
                f"With training=True the discriminator ranks digits above noise in {training:.0%} of the pairs, with "
                f"training=False in {usual:.0%}. The running statistics of its batch norm are not those of the batches "
                "that it was trained on. Leave batch norm out of it.",
            )
        return None

    def latents_drawn_once(self):
        """NumPy's random numbers inside of a tf.function, by the source."""
        name = numpy_random_in_graph(self.source)
        if name:
            return Diagnosis(
                "latents_drawn_once",
                f"{name}() runs as a graph and calls NumPy's random numbers: they are drawn once, while it is traced, "
                "and every "
                "step gets the same z. Take tf.random.normal there, or hand z in.",
            )
        return None

    def drawn_in_another_range(self):
        """Drawings that are digits once they are moved to [0, 1]."""
        x = self.drawn
        low, high = float(x.min()), float(x.max())
        if high < 0.02:
            digits = self.shown["hidden digits"]
            dark = float(np.mean(self.studio.probabilities(digits / np.float32(255))))
            usual = float(np.mean(self.said["hidden digits"]))
            if dark > usual + 0.2:
                return Diagnosis(
                    "real_pictures_in_another_range",
                    f"The brightest pixel of all drawings is {high:.2g}, and the discriminator calls hidden digits "
                    "divided by 255 real "
                    f"with {dark:.2f} on average, as they are with {usual:.2f}. So train divides x by 255 (1 / 255 is "
                    "0.0039), and it "
                    "comes in [0, 1] already.",
                )
        tried = {
            "with black and white exchanged": 1 - x,
            "moved from [0.5, 1] to [0, 1]": 2 * x - 1,
        }
        if 0.001 < high - low < 0.9:
            tried[f"stretched from [{low:.2g}, {high:.2g}] to [0, 1]"] = (x - low) / (high - low)
        found = {name: self.distance_of(images) for name, images in tried.items()}
        best = min(found, key=found.get)
        if not self._explains(found[best]):
            return None
        return Diagnosis(
            "drawn_in_another_range",
            f"The drawings have a Fréchet distance of {self.distance:.0f}; {best}, of {found[best]:.0f}. So the generator "
            "learned pictures in another range than the judge's, [0, 1]. What does train do to x?",
        )

    def _explains(self, other):
        return other < min(self.distance / BETTER, STILL_BAD)

    def generator_right_in_training_mode(self):
        """Drawings that are digits in training mode alone."""
        other = self.distance_of(self.studio.draw(self.z, training=True))
        if not self._explains(other):
            return None
        return Diagnosis(
            "running_statistics_lag",
            f"With training=True the drawings have a Fréchet distance of {other:.0f}, with training=False of "
            f"{self.distance:.0f}. The running statistics of batch norm lag behind (a momentum of 0.9 follows within some "
            "dozen steps; training=True in every step of the generator updates them), or dropout is left on.",
        )

    def other_latents(self):
        """Drawings that are digits from z of another distribution."""
        shape = self.z.shape
        tried = {
            "uniform in [0, 1]": self.rng.random(shape),
            "uniform in [-1, 1]": self.rng.uniform(-1, 1, shape),
            "normal with a deviation of 0.1": self.z * 0.1,
            "normal with a deviation of 0.3": self.z * 0.3,
            "normal with a deviation of 4": self.z * 4,
            "of length 1": self.z / np.linalg.norm(self.z, axis=1, keepdims=True),
            "0 but for the first two": self.z * (np.arange(64) < 2),
            "0 but for the first ten": self.z * (np.arange(64) < 10),
        }
        found = {name: self.distance_of(self.studio.draw(z)) for name, z in tried.items()}
        best = min(found, key=found.get)
        if not self._explains(found[best]):
            return None
        return Diagnosis(
            "latents_of_another_distribution",
            f"From z that is {best} the drawings have a Fréchet distance of {found[best]:.0f}; from a standard normal z, as "
            f"the contract has it, of {self.distance:.0f}. Train with standard normal z: mean 0, deviation 1, all 64 of them.",
        )

    def latents_unused(self):
        """Random numbers that change nothing."""
        rows, count = 16, self.z.shape[1]
        z = np.repeat(self.z[None, :rows], count, axis=0)
        for column in range(count):
            z[column, :, column] = self.z[rows : 2 * rows, column]
        changed = self.studio.draw(z.reshape(-1, count)).reshape(count, rows, -1)
        used = int(np.sum(np.abs(changed - self.drawn[:rows].reshape(rows, -1)).max(axis=(1, 2)) > 1e-4))
        if used == 0:
            before = self.studio.draw(self.z[:100], untrained=True)
            at_the_start = float(before.std(axis=0).max())
            return Diagnosis(
                "latents_unused",
                f"No number of z changes the drawing; before training pictures differed by {at_the_start:.2g} between z. "
                + (
                    "Does z reach the output at all?"
                    if at_the_start < 1e-4
                    else "All units that see z have died, or the end is saturated: a smaller rate."
                ),
            )
        if used <= count // 2:
            return Diagnosis(
                "latents_unused",
                f"Only {used} of the {count} numbers of z change the drawing. Is z cut, or set to 0 in train? Each of them "
                "gives the generator room for something to vary.",
            )
        return None

    def mean_image(self):
        """Drawings that are all the mean of the digits."""
        mean = self.digits.training[:10_000].mean(axis=0) / 255
        images = self.drawn[:200]
        likeness = float(np.median([np.corrcoef(image.ravel(), mean.ravel())[0, 1] for image in images]))
        if likeness > 0.9:
            return Diagnosis(
                "draws_the_mean_image",
                f"The drawings have a correlation of {likeness:.2f} with the mean of all training pictures. A squared "
                "or absolute "
                "difference to real pictures teaches that; the generator's loss is to come from the discriminator alone.",
            )
        return None

    def first_rows_only(self):
        """Drawings that are like the first rows of x alone."""
        train = self.digits.training.reshape(-1, 784)
        pictures = self.drawn[:200].reshape(200, -1)
        centre = train[:5_000].mean(axis=0) / np.float32(255)
        _, directions = np.linalg.eigh(np.cov(train[:5_000] / np.float32(255), rowvar=False))
        directions = directions[:, -40:].astype(np.float32)
        known = np.concatenate(
            [(part / np.float32(255) - centre) @ directions for part in np.array_split(train, 12)]
        )
        nearest = np.argmin(
            (known**2).sum(axis=1) - 2 * ((pictures - centre) @ directions).astype(np.float32) @ known.T,
            axis=1,
        )
        share = float(np.mean(nearest < FIRST_ROWS))
        if share > 0.5 and len(np.unique(nearest[nearest < FIRST_ROWS])) >= 8:
            largest = int(np.quantile(nearest, 0.9)) if share > 0.9 else FIRST_ROWS
            return Diagnosis(
                "trained_on_first_rows",
                f"For {share:.0%} of the drawings the most similar of {len(train):,} training pictures is among the first "
                f"{max(largest + 1, 64):,} of x; by chance it would be {FIRST_ROWS / len(train):.0%}. Does every step "
                "take the same batch, "
                "or only a few of them? Shuffle, and go through all of x.",
            )
        first = float(np.mean(self.studio.probabilities(self.digits.training[:64] / np.float32(255))))
        other = float(np.mean(self.said["hidden digits"]))
        if first - other > 0.4:
            return Diagnosis(
                "trained_on_first_rows",
                f"The discriminator calls the first 64 pictures of x real with {first:.2f} on average and hidden digits with "
                f"{other:.2f}. Does every step take the same batch? Shuffle, and go through all of x.",
            )
        return None

    def generator_helps(self):
        """Drawings that have become easier to find out."""
        start = self.studio.draw(self.z[:SHOWN], untrained=True)
        before, after = (log_odds(p) for p in (self.studio.probabilities(start), self.said["drawings"]))
        if after < before - 3 and after < -6:
            return Diagnosis(
                "generator_helps_the_discriminator",
                f"The discriminator finds the drawings easier to tell than those of the untrained generator (log-odds of real "
                f"{after:.1f} after, {before:.1f} before). So the generator learns to be found out: its loss is to pull the "
                "discriminator's answer for drawn ones towards 1. Look at its labels and its sign.",
            )
        return None

    def too_few_steps(self):
        """A training that was over before it began."""
        time = self.trained.time
        if time.used < BRIEF * time.allowed:
            return Diagnosis(
                "too_few_steps",
                f"Training took {time.used:.1f} of the {time.allowed:.0f} {time.clock} seconds that are allowed. That "
                "is too little "
                "to learn to draw: more epochs or smaller batches, some thousand steps in all.",
            )
        return None

    def collapsed(self):
        """Drawings of one digit, or of few."""
        classes = self.network.classes_of(self.network.features(np.clip(self.drawn, 0, 1)))
        shares = np.bincount(classes, minlength=10) / len(classes)
        order = np.argsort(-shares)
        often = [digit for digit in order if shares[digit] >= 0.05]
        is_drawn = float(self.drawn.max(axis=(1, 2)).mean()) > 0.8 and float(edges(self.drawn).mean()) < 0.05
        if is_drawn and (shares[order[0]] > 0.4 or len(often) <= 4):
            told = ", ".join(f"{digit} ({shares[digit]:.0%})" for digit in often[:4])
            return Diagnosis(
                "mode_collapse",
                f"The drawings are read as {told}: the generator has settled on what gets through at the moment. Let the "
                "discriminator learn more slowly, take smaller steps, or average the generator's weights.",
            )
        return None

    def cannot_tell(self):
        """A discriminator that gives digits and bad drawings the same."""
        digits, drawings = (self.said[kind] for kind in ("hidden digits", "drawings"))
        ranking = ranked_above(digits, drawings)
        if self.distance > STILL_BAD and ranking < 0.7:
            return Diagnosis(
                "discriminator_cannot_tell",
                f"The drawings are far from digits (Fréchet distance {self.distance:.0f}), yet the discriminator ranks a digit "
                f"above a drawing in {ranking:.0%} of the pairs only, so it teaches the generator little. Does the "
                "generator's step "
                "change the discriminator too (freeze it there)? Is the discriminator's rate too small?",
            )
        return None

    def far_ahead(self):
        """A discriminator that is always right."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        if digits > 0.9 and drawings < 0.05:
            return Diagnosis(
                "discriminator_far_ahead",
                f"The discriminator gives digits {digits:.2f} and drawings {drawings:.2g} on average: it is far ahead, and its "
                "slope tells the generator little. As many steps for both, a smaller rate for the discriminator, and the "
                "generator's loss as -log D(drawn), not log(1 - D(drawn)).",
            )
        return None

    def saturated(self):
        """Pixels at the corners of the range."""
        share = float(np.mean((self.drawn < 1e-3) | (self.drawn > 1 - 1e-3)))
        if share > 0.98:
            return Diagnosis(
                "saturated_end",
                f"{share:.0%} of all pixels are 0 or 1 but for a thousandth: the generator's last activation is saturated, and "
                "no gradient gets through it. A smaller rate helps, and a normalisation before the last layer.",
            )
        return None

    def of_one_order(self, rankings):
        """Where nothing explains a discriminator that does not rank digits first; `rankings` by kind of picture."""
        told = ", ".join(f"{kind} in {ranking:.0%}" for kind, ranking in rankings.items())
        return Diagnosis(
            "prefers_no_digits",
            f"Of all pairs it ranks a hidden digit above {told}. Look, in this order, at its loss for real and for drawn ones "
            "apart, at its answers for both after each epoch, and at its learning rate.",
        )

    def otherwise(self):
        """Where nothing explains it."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        return Diagnosis(
            "no_cause_found",
            f"No experiment explains it. Look, in this order, at both losses over the steps (does one run to 0?), at some "
            f"drawings after each epoch, and at the discriminator's answers (here {digits:.2f} for digits, {drawings:.2f} for "
            "drawings on average).",
        )


def ranked_above(digits, others):
    """Share of all pairs in which the digit gets the higher probability; ties count half."""
    higher = digits[:, None] > others[None, :]
    return float(np.mean(higher) + np.mean(digits[:, None] == others[None, :]) / 2)


def edges(images):
    """The margin of pictures, black in every digit."""
    return np.concatenate([images[:, :3], images[:, -3:]], axis=1)


def log_odds(p):
    """The median log-odds of probabilities."""
    p = np.clip(p, 1e-30, 1 - 1e-7)
    return float(np.median(np.log(p) - np.log1p(-p)))


def _size(array):
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if np.size(array) else 0.0


def numpy_random_in_graph(source):
    """The function that runs as a graph (tf.function, or a model's train_step) and calls numpy.random; empty if none."""
    if "run_eagerly" in source or "run_functions_eagerly" in source:
        return ""
    tree = ast.parse(source)
    generators = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_numpy_random(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith(("default_rng", "RandomState"))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (
            node.name == "train_step" or any("tf.function" in ast.unparse(d) for d in node.decorator_list)
        ):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and (
                    _is_numpy_random(call)
                    or (
                        isinstance(call.func, ast.Attribute)
                        and isinstance(call.func.value, ast.Name)
                        and call.func.value.id in generators
                    )
                ):
                    return node.name
    return ""


def _is_numpy_random(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("np.random.", "numpy.random."))


def end_of_network(apply, inputs, name):
    """Which end a network has whose answers leave [0, 1]: its answers to inputs that grow tell.

    Args:
        apply: the network.
        inputs: a batch.
        name: "generator" or "discriminator".
    """
    usual, far = apply(inputs), apply((inputs * 1e4).astype(np.float32))
    if not (np.isfinite(usual).all() and np.isfinite(far).all()):
        return None
    low, high = float(min(usual.min(), far.min())), float(max(usual.max(), far.max()))
    told = f"For inputs of any size the {name}'s answers stay between {low:.3g} and {high:.3g}"
    if abs(low + 1) < 1e-3 and abs(high - 1) < 1e-3:
        return Diagnosis(
            "tanh_end",
            f"{told}: that is the range of a tanh. Here it is to be [0, 1]: a sigmoid. Real pictures stay in [0, 1] too.",
        )
    if abs(high - 255) < 0.5 and low > -1e-3:
        return Diagnosis(
            "pictures_up_to_255",
            f"{told}. Pictures are to lie in [0, 1]: leave the factor of 255 out, in train too.",
        )
    if high > 50 or low < -50:
        if low > -1e-6:
            return Diagnosis(
                "relu_end",
                f"The {name}'s answers are never negative and grow with its input (up to {high:.2g}): it ends in a ReLU. "
                "A sigmoid ends between 0 and 1.",
            )
        return Diagnosis(
            "no_activation_at_the_end",
            f"The {name}'s answers grow with its input, from {low:.2g} to {high:.2g}: its last layer has no activation that "
            "bounds them. A sigmoid ends between 0 and 1.",
        )
    return None
