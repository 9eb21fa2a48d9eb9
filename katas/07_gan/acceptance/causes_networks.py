"""Experiments of kata 07 on the weights and on the discriminator's answers."""

import numpy as np

from checker.suite import Diagnosis, beside, say, together

studio = beside(__file__, "studio")


class OfTheNetworks(studio.Measured):
    """What training did to both networks, and what the discriminator says."""

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
                say(
                    "train() left every kernel of the {name} as it was; those of the other network moved. Is "
                    "`trainable` switched off for it (and never on again, or before compile)? Does its own optimiser "
                    "get the {name}'s variables?",
                    name=name,
                ),
            )
        for name, flags in still.items():
            if any(flags):
                return Diagnosis(
                    "layers_unmoved",
                    say(
                        "{still} of the {count} kernels of the {name} are after train() as they were before. Are these "
                        "layers switched off (`trainable`), or is the path of the gradient cut?",
                        still=sum(flags),
                        count=len(flags),
                        name=name,
                    ),
                )
        return None

    def discriminator_unmoved(self):
        """The same, where it concerns the discriminator."""
        return self.unmoved() if any(move == 0 for move in self.moves["discriminator"]) else None

    def hardly_moved(self):
        """Kernels that moved by next to nothing."""
        for name, moves in self.moves.items():
            if moves and max(moves) < studio.HARDLY:
                return Diagnosis(
                    f"{name}_hardly_moved",
                    say(
                        "train() changed no kernel of the {name} by more than {moves:.2%} of its size. Its rate is far "
                        "too small, or the steps are far too few.",
                        name=name,
                        moves=max(moves),
                    ),
                )
        return None

    def blown_up(self):
        """Weights that grew beyond all bounds."""
        for name in studio.NETWORKS:
            pairs = zip(
                getattr(self.trained, f"{name}_at_the_start"), getattr(self.trained, name), strict=True
            )
            grown = max(
                (
                    studio.size_of(new) / max(studio.size_of(old), 1e-6)
                    for old, new in pairs
                    if np.ndim(old) >= 2
                ),
                default=0,
            )
            if grown > studio.GROWN:
                return Diagnosis(
                    "rate_too_large",
                    say(
                        "A kernel of the {name} is {grown:.3g} times as large as before training. The learning rate is "
                        "too large: with Adam start from 0.0002 to 0.002.",
                        name=name,
                        grown=grown,
                    ),
                )
            moves = self.moves[name]
            if moves and np.median(moves) > studio.FAR:
                return Diagnosis(
                    "rate_too_large",
                    say(
                        "Half of the {name}'s kernels moved by more than {typical:.1f} times their own size. The learning "
                        "rate is too large: with Adam start from 0.0002 to 0.002.",
                        name=name,
                        typical=np.median(moves),
                    ),
                )
        return None

    def discriminator_saturated(self):
        """Answers of 0 and 1 alone, after steps as large as the kernels themselves."""
        every = np.concatenate(list(self.said.values()))
        share = float(np.mean((every < 1e-4) | (every > 1 - 1e-4)))
        largest = max(self.moves["discriminator"], default=0)
        if share < 0.97 or largest < 2:
            return None
        return Diagnosis(
            "rate_too_large",
            say(
                "{share:.0%} of the discriminator's answers to digits, noise and drawings are 0 or 1 but for "
                "0.0001, and a kernel moved by {largest:.1f} times its size: it is saturated and cannot be "
                "taught any more. The learning rate is too large: with Adam start from 0.0002 to 0.002.",
                share=share,
                largest=largest,
            ),
        )

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
        # Where noise is real to it, it is turned round rather.
        if max(usual, *(float(np.mean(self.said[kind])) for kind in studio.KINDS[1:])) > studio.UNSURE:
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
        least = max(studio.SURE * max(found.values()), usual + 0.4)
        drawn = float(np.mean(self.said["drawings"]))
        # In the game's balance real and drawn ones get the same: then the drawings say which range it was.
        even = {name: p for name, p in found.items() if p > usual + 0.3 and abs(p - drawn) < 0.1}
        fit = even or {name: p for name, p in found.items() if p >= least}
        if not fit or drawn > max(found.values()) + 0.1:
            return None
        told = together(
            *(say("{name} with {p:.2f}", name=name, p=p) for name, p in list(fit.items())[:3]), between=", "
        )
        return Diagnosis(
            "real_pictures_in_another_range",
            say(
                "The discriminator calls hidden digits real with {usual:.2f} on average; {told}. So train showed "
                "it real pictures in another range than the generator's and the judge's, [0, 1]. Leave x as it "
                "comes.",
                usual=usual,
                told=told,
            ),
        )

    def labels_exchanged(self):
        """Drawings that are more real than digits."""
        digits, drawings = (float(np.mean(self.said[kind])) for kind in ("hidden digits", "drawings"))
        ranking = studio.ranked_above(self.said["hidden digits"], self.said["drawings"])
        above = [
            studio.ranked_above(self.said["hidden digits"], self.said[kind]) for kind in studio.KINDS[1:]
        ]
        if drawings - digits > 0.3 or (ranking < 0.3 and max(above) < 0.2 and drawings > studio.UNSURE):
            return Diagnosis(
                "labels_exchanged",
                say(
                    "The discriminator gives the generator's drawings {drawings:.2f} on average and hidden digits "
                    "{digits:.2f}: it is the other way round. Its loss must pull real ones towards 1 and drawn ones "
                    "towards 0 (and the generator's loss drawn ones towards 1). Look at labels and sign.",
                    drawings=drawings,
                    digits=digits,
                ),
            )
        others = min(float(np.mean(self.said[kind])) for kind in studio.KINDS[1:])
        if others - digits > 0.5:
            return Diagnosis(
                "labels_exchanged",
                say(
                    "The discriminator gives noise and shuffled pixels {others:.2f} and more on average, and hidden "
                    "digits {digits:.2f}: it is the other way round. Its loss must pull real ones towards 1 and "
                    "drawn ones towards 0. Look at labels and sign.",
                    others=others,
                    digits=digits,
                ),
            )
        if max(above) < 0.2 and self.distance < studio.STILL_BAD:
            return Diagnosis(
                "labels_exchanged",
                say(
                    "The drawings are like digits (Fréchet distance {distance:.0f}), and yet the discriminator ranks "
                    "hidden digits above noise in {above:.0%} of the pairs at most: it gives the probability of "
                    "drawn. Real ones are to be 1 and drawn ones 0, in the losses of both networks.",
                    distance=self.distance,
                    above=max(above),
                ),
            )
        return None

    def one_answer_to_all(self):
        """The same answer to digits, noise and drawings."""
        means = {kind: float(np.mean(p)) for kind, p in self.said.items()}
        digits, noise, drawings = (means[kind] for kind in ("hidden digits", "uniform noise", "drawings"))
        low, high = min(digits, noise, drawings), max(digits, noise, drawings)
        told = say(
            "The discriminator gives hidden digits {digits:.3f}, noise {noise:.3f} and drawings "
            "{drawings:.3f} on average",
            digits=digits,
            noise=noise,
            drawings=drawings,
        )
        if low > 0.95:
            return Diagnosis(
                "says_real_to_all",
                say(
                    "{told}: all is real to it. Does its loss have a part for drawn ones, with the label 0? Does "
                    "only its own step change it, and not the generator's step too?",
                    told=told,
                ),
            )
        if high < 0.05:
            return Diagnosis(
                "says_drawn_to_all",
                say(
                    "{told}: nothing is real to it. Does its loss have a part for real ones, with the label 1?",
                    told=told,
                ),
            )
        if high - low < 0.02:
            return Diagnosis(
                "discriminator_constant",
                say(
                    "{told}: one answer to all. Do real and drawn ones get different labels, does the gradient reach "
                    "its first layer, is its rate so large that all units died?",
                    told=told,
                ),
            )
        return None

    def discriminator_right_in_training_mode(self):
        """A discriminator that tells digits from the rest in training mode alone."""
        usual, training = (
            float(
                np.mean([studio.ranked_above(said[studio.KINDS[0]], said[kind]) for kind in studio.KINDS[1:]])
            )
            for said in (
                self.said,
                {kind: self.studio.probabilities(x, training=True) for kind, x in self.shown.items()},
            )
        )
        if training > 0.9 and usual < 0.6:
            return Diagnosis(
                "running_statistics_lag",
                say(
                    "With training=True the discriminator ranks digits above noise in {training:.0%} of the pairs, "
                    "with training=False in {usual:.0%}. The running statistics of its batch norm are not those of "
                    "the batches that it was trained on. Leave batch norm out of it.",
                    training=training,
                    usual=usual,
                ),
            )
        return None

    def of_one_order(self, rankings):
        """Where nothing explains a discriminator that does not rank digits first; `rankings` by kind of picture."""
        told = together(
            *(
                say("{kind} in {ranking:.0%}", kind=kind, ranking=ranking)
                for kind, ranking in rankings.items()
            ),
            between=", ",
        )
        return Diagnosis(
            "prefers_no_digits",
            say(
                "Of all pairs it ranks a hidden digit above {told}. Look, in this order, at its loss for real "
                "and for drawn ones apart, at its answers for both after each epoch, and at its learning rate.",
                told=told,
            ),
        )
