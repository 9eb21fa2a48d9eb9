"""Why a pair of networks draws badly: the experiments of kata 07.

Every method of `Causes` returns a `Diagnosis` with the figures that it measured, or None. Both networks stand in a
worker of the experiments' own, so that nothing that a check uses is touched.
"""

import numpy as np

from checker.suite import Diagnosis, beside, say, together

studio = beside(__file__, "studio")
end_of_network, ranked_above = studio.end_of_network, studio.ranked_above
OfTheNetworks = beside(__file__, "causes_networks").OfTheNetworks


class Causes(OfTheNetworks):
    """The experiments, for one pair of trained networks."""

    def of_the_discriminator(self):
        """The certain ones, where the discriminator does not know digits from what is none."""
        return [
            self.one_unit_with_softmax,
            self.discriminator_unmoved,
            self.blown_up,
            self.shown_another_range,
            self.labels_exchanged,
            self.discriminator_right_in_training_mode,
            self.discriminator_saturated,
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
            self.mean_image,
            self.shown_another_range,
            self.generator_helps,
            self.latents_unused,
            self.other_latents,
            self.generator_right_in_training_mode,
            self.labels_exchanged,
            self.one_answer_to_all,
            self.discriminator_saturated,
            self.first_rows_only,
            self.too_few_steps,
        ]

    def likely(self):
        """What the figures suggest, without proof."""
        return [self.cannot_tell, self.brief, self.collapsed, self.far_ahead, self.saturated]

    def latents_drawn_once(self):
        """NumPy's random numbers inside of a tf.function, by the source."""
        name = studio.numpy_random_in_graph(self.source)
        if name:
            return Diagnosis(
                "latents_drawn_once",
                say(
                    "{name}() runs as a graph and calls NumPy's random numbers: they are drawn once, while it is "
                    "traced, and every step gets the same z. Take tf.random.normal there, or hand z in.",
                    name=name,
                ),
            )
        call = studio.latents_outside_of_steps(self.source)
        if call:
            return Diagnosis(
                "latents_drawn_once",
                say(
                    "`{call}` stands before the steps, and no other line draws random numbers: every step gets the "
                    "same z. Draw new ones in each step.",
                    call=call,
                ),
            )
        return None

    def drawn_in_another_range(self):
        """Drawings that are digits once they are moved to [0, 1]."""
        x = self.drawn
        low, high = float(x.min()), float(x.max())
        if float(np.quantile(x, 0.999)) < 0.02:
            digits = self.shown["hidden digits"]
            dark = float(np.mean(self.studio.probabilities(digits / np.float32(255))))
            usual = float(np.mean(self.said["hidden digits"]))
            if dark > usual + 0.2:
                return Diagnosis(
                    "real_pictures_in_another_range",
                    say(
                        "Nearly all pixels of the drawings are below {brightest:.2g}, and the discriminator calls hidden "
                        "digits divided by 255 real with {dark:.2f} on average, as they are with {usual:.2f}. So train "
                        "divides x by 255 (1 / 255 is 0.0039), and it comes in [0, 1] already.",
                        brightest=np.quantile(x, 0.999),
                        dark=dark,
                        usual=usual,
                    ),
                )
        tried = {}
        if np.median(x) > 0.5:
            tried["with black and white exchanged"] = 1 - x
        if np.quantile(x, 0.05) > 0.3:
            tried["moved from [0.5, 1] to [0, 1]"] = 2 * x - 1
        if 0.001 < high - low < 0.9:
            tried[say("stretched from [{low:.2g}, {high:.2g}] to [0, 1]", low=low, high=high)] = (x - low) / (
                high - low
            )
        if not tried:
            return None
        found = {name: self.distance_of(images) for name, images in tried.items()}
        best = min(found, key=found.get)
        if not self._explains(found[best]):
            return None
        return Diagnosis(
            "drawn_in_another_range",
            say(
                "The drawings have a Fréchet distance of {distance:.0f}; {best}, of {found:.0f}. So the "
                "generator learned pictures in another range than the judge's, [0, 1]. What does train do to x?",
                distance=self.distance,
                best=best,
                found=found[best],
            ),
        )

    def _explains(self, other):
        return other < min(self.distance / studio.BETTER, studio.STILL_BAD)

    def generator_right_in_training_mode(self):
        """Drawings that are digits in training mode alone."""
        other = self.distance_of(self.studio.draw(self.z, training=True))
        if not self._explains(other):
            return None
        return Diagnosis(
            "running_statistics_lag",
            say(
                "With training=True the drawings have a Fréchet distance of {other:.0f}, with training=False of "
                "{distance:.0f}. The running statistics of batch norm lag behind (a momentum of 0.9 follows "
                "within some dozen steps; training=True in every step of the generator updates them), or dropout "
                "is left on.",
                other=other,
                distance=self.distance,
            ),
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
        # A larger or smaller z changes any blurred drawing a little: only digits explain.
        if not self._explains(found[best]) or found[best] > studio.GOOD:
            return None
        return Diagnosis(
            "latents_of_another_distribution",
            say(
                "From z that is {best} the drawings have a Fréchet distance of {found:.0f}; from a standard "
                "normal z, as the contract has it, of {distance:.0f}. Train with standard normal z: mean 0, "
                "deviation 1, all 64 of them.",
                best=best,
                found=found[best],
                distance=self.distance,
            ),
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
                together(
                    say(
                        "No number of z changes the drawing; before training pictures differed by "
                        "{at_the_start:.2g} between z.",
                        at_the_start=at_the_start,
                    ),
                    "Does z reach the output at all?"
                    if at_the_start < 1e-4
                    else "All units that see z have died, or the end is saturated: a smaller rate.",
                ),
            )
        if used <= count // 2:
            return Diagnosis(
                "latents_unused",
                say(
                    "Only {used} of the {count} numbers of z change the drawing. Is z cut, or set to 0 in train? "
                    "Each of them gives the generator room for something to vary.",
                    used=used,
                    count=count,
                ),
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
                say(
                    "The drawings have a correlation of {likeness:.2f} with the mean of all training pictures. A "
                    "squared or absolute difference to real pictures teaches that; the generator's loss is to come "
                    "from the discriminator alone.",
                    likeness=likeness,
                ),
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
        share = float(np.mean(nearest < studio.FIRST_ROWS))
        if share > 0.5 and len(np.unique(nearest[nearest < studio.FIRST_ROWS])) >= 8:
            largest = int(np.quantile(nearest, 0.9)) if share > 0.9 else studio.FIRST_ROWS
            return Diagnosis(
                "trained_on_first_rows",
                say(
                    "For {share:.0%} of the drawings the most similar of {count:,} training pictures is among the "
                    "first {rows:,} of x; by chance it would be {chance:.0%}. Does every step take the same batch, "
                    "or only a few of them? Shuffle, and go through all of x.",
                    share=share,
                    count=len(train),
                    rows=max(largest + 1, 64),
                    chance=studio.FIRST_ROWS / len(train),
                ),
            )
        first = float(np.mean(self.studio.probabilities(self.digits.training[:64] / np.float32(255))))
        other = float(np.mean(self.said["hidden digits"]))
        if first - other > 0.4:
            return Diagnosis(
                "trained_on_first_rows",
                say(
                    "The discriminator calls the first 64 pictures of x real with {first:.2f} on average and hidden "
                    "digits with {other:.2f}. Does every step take the same batch? Shuffle, and go through all of x.",
                    first=first,
                    other=other,
                ),
            )
        return None

    def generator_helps(self):
        """Drawings that have become easier to find out."""
        start = self.studio.draw(self.z[: studio.SHOWN], untrained=True)
        before, after = (
            studio.log_odds(p) for p in (self.studio.probabilities(start), self.said["drawings"])
        )
        if after < before - 3 and after < -6:
            return Diagnosis(
                "generator_helps_the_discriminator",
                say(
                    "The discriminator finds the drawings easier to tell than those of the untrained generator "
                    "(log-odds of real {after:.1f} after, {before:.1f} before). So the generator learns to be found "
                    "out: its loss is to pull the discriminator's answer for drawn ones towards 1. Look at its "
                    "labels and its sign.",
                    after=after,
                    before=before,
                ),
            )
        return None

    def brief(self):
        """A training that took less than any that draws well."""
        return self.too_few_steps(studio.RATHER_BRIEF)

    def too_few_steps(self, share=studio.BRIEF):
        """A training that was over before it began."""
        time = self.trained.time
        if time.used < share * time.allowed:
            return Diagnosis(
                "too_few_steps",
                say(
                    "Training took {used:.1f} of the {allowed:.0f} {clock} seconds that are allowed. That is too "
                    "little to learn to draw: more epochs or smaller batches, some thousand steps in all.",
                    used=time.used,
                    allowed=time.allowed,
                    clock=time.clock,
                ),
            )
        return None

    def collapsed(self):
        """Drawings of one digit, or of few."""
        classes = self.network.classes_of(self.network.features(np.clip(self.drawn, 0, 1)))
        shares = np.bincount(classes, minlength=10) / len(classes)
        order = np.argsort(-shares)
        often = [digit for digit in order if shares[digit] >= 0.05]
        is_drawn = (
            float(self.drawn.max(axis=(1, 2)).mean()) > 0.8 and float(studio.edges(self.drawn).mean()) < 0.05
        )
        if is_drawn and (shares[order[0]] > 0.4 or len(often) <= 4):
            told = ", ".join(f"{digit} ({shares[digit]:.0%})" for digit in often[:4])
            return Diagnosis(
                "mode_collapse",
                say(
                    "The drawings are read as {told}: the generator has settled on what gets through at the moment. "
                    "Let the discriminator learn more slowly, take smaller steps, or average the generator's weights.",
                    told=told,
                ),
            )
        return None

    def cannot_tell(self):
        """A discriminator that gives digits and bad drawings the same."""
        digits, drawings = (self.said[kind] for kind in ("hidden digits", "drawings"))
        ranking = studio.ranked_above(digits, drawings)
        if self.distance > studio.STILL_BAD and ranking < 0.7:
            return Diagnosis(
                "discriminator_cannot_tell",
                say(
                    "The drawings are far from digits (Fréchet distance {distance:.0f}), yet the discriminator ranks "
                    "a digit above a drawing in {ranking:.0%} of the pairs only, so it teaches the generator little. "
                    "Does the generator's step change the discriminator too (freeze it there)? Is the "
                    "discriminator's rate too small?",
                    distance=self.distance,
                    ranking=ranking,
                ),
            )
        return None

    def far_ahead(self):
        """A discriminator that is always right."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        if digits > 0.9 and drawings < 0.05:
            return Diagnosis(
                "discriminator_far_ahead",
                say(
                    "The discriminator gives digits {digits:.2f} and drawings {drawings:.2g} on average: it is far "
                    "ahead, and its slope tells the generator little. As many steps for both, a smaller rate for the "
                    "discriminator, and the generator's loss as -log D(drawn), not log(1 - D(drawn)).",
                    digits=digits,
                    drawings=drawings,
                ),
            )
        return None

    def saturated(self):
        """Pixels at the corners of the range."""
        share = float(np.mean((self.drawn < 1e-3) | (self.drawn > 1 - 1e-3)))
        if share > 0.98:
            return Diagnosis(
                "saturated_end",
                say(
                    "{share:.0%} of all pixels are 0 or 1 but for a thousandth: the generator's last activation is "
                    "saturated, and no gradient gets through it. A smaller rate helps, and a normalisation before "
                    "the last layer.",
                    share=share,
                ),
            )
        return None

    def otherwise(self):
        """Where nothing explains it."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        return Diagnosis(
            "no_cause_found",
            say(
                "No experiment explains it. Look, in this order, at both losses over the steps (does one run to "
                "0?), at some drawings after each epoch, and at the discriminator's answers (here {digits:.2f} "
                "for digits, {drawings:.2f} for drawings on average).",
                digits=digits,
                drawings=drawings,
            ),
        )
