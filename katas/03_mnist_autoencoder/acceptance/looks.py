"""What the drawings and codes of kata 03 look like where they are too far off: constant, black, squeezed, linear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from checker.suite import Diagnosis, beside, say, together
from checker.suite import training as told

explaining = beside(__file__, "explaining")
mean_square = explaining.mean_square

LARGEST_CODE = 32
# So many hidden images are asked about again.
LOOKED_AT = 1_000
# Constant outputs: the share of the images' own variance.
HARDLY_VARIES = 0.05
# By so much noise or dropout in training makes drawings worse where they are too strong; noise of .1 on pixels by 1.02.
NOISY = 1.1


@dataclass
class Seen:
    """What the judge holds after the miss. Images are (n, 784) in [0, 1].

    `ask(images, training)` gives codes and drawings from a model with the trained weights; `of_the_object(images)` gives the
    drawings of the very models that train was given in that process, with these weights.
    """

    hidden: np.ndarray
    codes: np.ndarray
    drawn: np.ndarray
    train: np.ndarray
    ask: Callable[[np.ndarray, bool], tuple[np.ndarray, np.ndarray]]
    of_the_object: Callable[[np.ndarray], np.ndarray]
    encoder: tuple[list[np.ndarray], list[np.ndarray]]
    decoder: tuple[list[np.ndarray], list[np.ndarray]]
    is_frozen: Callable[[], tuple[bool, bool]]
    history: Any
    time: Any
    used_for_few: float
    linear_error: float


class Looks:
    """Experiments that ask nothing anew; `Causes` has those that do."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.pixels = seen.hidden[:LOOKED_AT].astype(np.float64)
        self.drawn = seen.drawn[:LOOKED_AT].astype(np.float64)
        self.mean = seen.train[::10].astype(np.float64).mean(axis=0) / 255
        self.deviation = seen.train[::10].std(axis=0, dtype=np.float64) / 255
        self.error = mean_square(self.drawn - self.pixels)
        self.of_the_mean = mean_square(self.pixels - self.mean)

    @property
    def _work(self) -> float:
        """CPU seconds that 50,000 images took more than 300, as a share of the reference's time."""
        return max(self.seen.time.used - self.seen.used_for_few, 0.0) / self.seen.time.reference

    # What the drawings look like.

    @property
    def _varies(self) -> float:
        """The drawings' variance as a share of the images'."""
        return float(self.drawn.var(axis=0).mean() / self.pixels.var(axis=0).mean())

    def softmax_at_the_end(self) -> Diagnosis | None:
        of_drawing = (
            "The numbers of each drawing add up to 1: a softmax is at the end of the decoder. It makes pixels share one unit "
            "of ink; each pixel needs a value of its own: a sigmoid."
        )
        of_code = (
            "The numbers of each code add up to 1: a softmax is at the end of the encoder. It makes units compete, and "
            "nearly all are near 0; a code needs no activation."
        )
        for answers, where, told_so in (
            (self.drawn, "drawing", of_drawing),
            (self.seen.codes[:LOOKED_AT].astype(np.float64), "code", of_code),
        ):
            if answers.shape[1] > 1 and answers.min() >= 0 and np.max(np.abs(answers.sum(axis=1) - 1)) < 0.02:
                return Diagnosis(f"softmax_on_the_{where}", told_so)
        return None

    def constant_code(self) -> Diagnosis | None:
        spread = self.seen.codes.std(axis=0, dtype=np.float64)
        size = float(np.abs(self.seen.codes).max())
        if spread.max() > 1e-3 * max(size, 1e-3) and not (
            spread.max() < 0.03 and self._varies < HARDLY_VARIES
        ):
            return None
        if size == 0:
            what = "Every code is 0 in all its units: they have died (ReLU), or a penalty pressed them to 0."
        elif 0.99 < size <= 1 and np.abs(np.abs(self.seen.codes[:LOOKED_AT]) - 0.5).min() > 0.45:
            what = "Every image gets the same code, at the ends of its range: sigmoid or tanh is saturated."
        else:
            what = say(
                "All images get nearly the same code: its units vary by {most:.2g} at most.",
                most=spread.max(),
            )
        return Diagnosis(
            "constant_code",
            together(
                what,
                "So the decoder cannot know what to draw. Is a penalty on the code too large (L1, L2, the divergence of a "
                "variational code, which must weigh little against the error's mean over pixels)? Is the learning rate too "
                "large?",
            ),
        )

    def constant_drawings(self) -> Diagnosis | None:
        if self._varies > HARDLY_VARIES:
            return None
        one = self.drawn.mean(axis=0)
        varies, away = float(self.drawn.std(axis=0).max()), mean_square(one - self.mean)
        if varies < 1e-6:
            return Diagnosis(
                "decoder_ignores_the_code",
                "The codes differ, and the decoder draws exactly the same for all of them. Does the code reach its "
                "output? A layer that is dead (ReLU, too large a rate) or saturated stops it.",
            )
        if away > 0.1 * self.of_the_mean or np.quantile(self.drawn, 0.999) < 0.1:
            return None
        losses = told.losses_of(self.seen.history)
        if (losses[1:] and losses[-1] < 0.97 * losses[-2]) or (len(losses) < 2 and self._work < 0.4):
            return None
        return Diagnosis(
            "draws_the_mean_image",
            say(
                "Whatever the code, the drawing is nearly the mean image (off by {away:.4f}). That is the best "
                "answer to a target that is not the image that went in: are inputs and targets in the same "
                "order, is one of them shuffled or noise? Or does a penalty leave the code nothing to say?",
                away=away,
            ),
        )

    def black(self) -> Diagnosis | None:
        bright = float(np.quantile(self.drawn, 0.999))
        if bright >= 0.1 or self.drawn.min() < -0.1:
            return None
        mean, wanted = float(self.drawn.mean()), float(self.pixels.mean())
        if 0.4 < 255 * mean / wanted < 2.5:
            return Diagnosis(
                "divided_by_255_again",
                say(
                    "The drawings are black: on average {drawn:.2g}, where the pixels have {wanted:.2g}, 255 times as "
                    "much. train divides the images by 255; they come in [0, 1] already.",
                    drawn=mean,
                    wanted=wanted,
                ),
            )
        return Diagnosis(
            "draws_black",
            say(
                "The drawings are black: hardly a pixel is brighter than {bright:.1g}. Were the targets black? "
                "Divided by 255 once more (they come in [0, 1]) or cast to whole numbers, images are. Or is the "
                "loss an absolute error (MAE)? It is content with black, as most pixels are.",
                bright=bright,
            ),
        )

    def dead_pixels(self) -> Diagnosis | None:
        dead = (self.drawn == 0).all(axis=0) & (self.mean > 0.1)
        share = float(dead.sum() / max((self.mean > 0.1).sum(), 1))
        if share < 0.05:
            return None
        return Diagnosis(
            "dead_relu_at_the_end",
            say(
                "{share:.0%} of the pixels that digits often use are exactly 0 in every drawing: a ReLU at the "
                "end of the decoder that has died there. A sigmoid fits pixels from 0 to 1.",
                share=share,
            ),
        )

    def median(self) -> Diagnosis | None:
        ratio = float(self.drawn.mean() / self.pixels.mean())
        if not 0.05 < ratio < 0.85 or self.drawn.min() < -0.2:
            return None
        return Diagnosis(
            "learns_the_median",
            say(
                "The drawings are too dark: {drawn:.3f} on average, the images {images:.3f}. Squared error and "
                "cross-entropy get the average right; an absolute error (MAE) learns the median of a pixel, "
                "which is mostly black.",
                drawn=self.drawn.mean(),
                images=self.pixels.mean(),
            ),
        )

    # What the code and the network can bear.

    def narrow(self) -> Diagnosis | None:
        codes = self.seen.codes.astype(np.float64)
        size = codes.shape[1]
        for arrays, what in ((self.seen.encoder[1], "encoder"), (self.seen.decoder[1], "decoder")):
            inner = [a.shape[1] for a in arrays if a.ndim == 2 and a.shape[1] not in (size, 784)]
            if inner and min(inner) < min(size, LARGEST_CODE // 2):
                return Diagnosis(
                    "narrow_layer",
                    say(
                        "A layer of the {what} has {units} units, fewer than the code's {size}, and is the true "
                        "bottleneck: nothing wider can come through it. Hidden layers want a few hundred units.",
                        what=what,
                        units=min(inner),
                        size=size,
                    ),
                )
        values = np.linalg.svd((codes - codes.mean(axis=0))[::3], compute_uv=False)
        rank = int(np.sum(values > 1e-4 * values[0]))
        if rank < explaining.used_units(codes) and rank <= LARGEST_CODE // 2:
            return Diagnosis(
                "narrow_layer",
                say(
                    "The {size} numbers of a code hold only {rank} independent ones: something before them in the "
                    "encoder is as narrow as that, and is the true bottleneck. Make it wider.",
                    size=size,
                    rank=rank,
                ),
            )
        return None

    def few_units(self) -> Diagnosis | None:
        size, used = self.seen.codes.shape[1], explaining.used_units(self.seen.codes)
        if used > LARGEST_CODE // 2:
            return None
        if used == size:
            return Diagnosis(
                "code_too_small",
                say(
                    "The code has {size} numbers; up to {most} are allowed, and each of them helps.",
                    size=size,
                    most=LARGEST_CODE,
                ),
            )
        return Diagnosis(
            "dead_code_units",
            say(
                "Only {used} of the code's {size} units differ between images; the others are the same for all. "
                "ReLU on the code does that, or a penalty: leave them out.",
                used=used,
                size=size,
            ),
        )

    def linear(self) -> Diagnosis | None:
        rest = explaining.share_not_straight(self.seen.hidden, self.seen.drawn)
        if rest > 1e-3:
            return None
        return Diagnosis(
            "linear",
            say(
                "The drawings are straight-line functions of the pixels (all but {rest:.1g} of them): the "
                "network is a linear one, and the best of those leaves {linear_error:.4f}. Layers need an "
                "activation that bends (ReLU) between them.",
                rest=rest,
                linear_error=self.seen.linear_error,
            ),
        )

    def sigmoid_code(self) -> Diagnosis | None:
        codes = self.seen.codes
        # Of 32 codes that may be any number, about half would be negative; ReLU gives exact zeros.
        if codes.shape[1] < 6 or not 0 < codes.min() < codes.max() <= 1:
            return None
        return self._squeezed("sigmoid")

    def tanh_code(self) -> Diagnosis | None:
        codes = np.abs(self.seen.codes)
        if codes.max() > 1 or np.mean(codes > 0.99) < 0.2 or self.seen.codes.min() > -0.9:
            return None
        return self._squeezed("tanh")

    def _squeezed(self, name: str) -> Diagnosis:
        low, high = float(self.seen.codes.min()), float(self.seen.codes.max())
        return Diagnosis(
            "squeezed_code",
            say(
                "All codes lie between {low:.2g} and {high:.2g}: a {activation} squeezes them, and its flat ends let "
                "little gradient through. A code may be any number: leave its activation out, or train much "
                "longer.",
                low=low,
                high=high,
                activation=name,
            ),
        )

    def noise(self) -> Diagnosis | None:
        if self.error_in_training < NOISY * self.error:
            return None
        return Diagnosis(
            "too_much_noise",
            say(
                "With training=True, as in training, the error is {in_training:.3f}, without {error:.3f}: "
                "dropout, noise or sampling hide so much that little is left to learn from. Make it weaker, "
                "above all on the code.",
                in_training=self.error_in_training,
                error=self.error,
            ),
        )
