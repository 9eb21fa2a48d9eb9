"""Other ways to read a drawing: in which numbers, which way round, from which inputs it would be right."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from checker.suite import Diagnosis, say


class Way(NamedTuple):
    """Images in another form: how the sentence calls it, and the images."""

    id: str
    words: str
    images: Any


def mean_square(difference: np.ndarray) -> float:
    """The mean of the squares, which even numbers near the end of float32's range do not overflow."""
    return float(np.mean(np.square(difference, dtype=np.float64)))


def used_units(codes: np.ndarray) -> int:
    """How many units differ between images."""
    spread = codes.std(axis=0, dtype=np.float64)
    return int(np.sum(spread > 1e-6 * max(float(np.abs(codes).max()), 1e-30)))


def _lengths(images: np.ndarray) -> np.ndarray:
    return np.maximum(np.linalg.norm(images, axis=1, keepdims=True), 1e-9)


def inputs(pixels: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> list[Way]:
    """The images as training may have seen them, if it changed them first; the commonest ways first."""
    squares = pixels.reshape(-1, 28, 28)
    return [
        Way("in_minus_one_to_one", "in [-1, 1]", 2 * pixels - 1),
        Way("divided_by_255_again", "divided by 255 once more", pixels / 255),
        Way("in_0_to_255", "in [0, 255]", pixels * 255),
        Way("standardised", "standardised (mean 0, deviation 1)", (pixels - pixels.mean()) / pixels.std()),
        Way("centred", "with the mean image taken away", pixels - mean),
        Way("standardised", "standardised pixel by pixel", (pixels - mean) / (deviation + 1e-3)),
        Way(
            "standardised",
            "standardised pixel by pixel",
            (pixels - mean) / np.where(deviation > 0, deviation, 1),
        ),
        Way("inverted", "with black and white exchanged", 1 - pixels),
        Way("normed_rows", "each divided by its length", pixels / _lengths(pixels)),
        Way("turned_images", "transposed", squares.transpose(0, 2, 1).reshape(pixels.shape)),
    ]


def outputs(drawn: np.ndarray, pixels: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> list[Way]:
    """The drawings read in other ways: `id` of the mistake, words, and what they would be then."""
    factor, shift = _straight(drawn, pixels)
    squares = drawn.reshape(-1, 28, 28)
    sigmoid = 0.5 * (1 + np.tanh(0.5 * np.clip(drawn, -60, 60)))
    factors = np.sum(drawn * pixels, axis=1, keepdims=True) / np.maximum(
        np.sum(drawn**2, axis=1, keepdims=True), 1e-12
    )
    ways = [
        Way(
            "another_range",
            say("times {factor:.3g} plus {shift:.2g}", factor=factor, shift=shift),
            factor * drawn + shift,
        ),
        Way("centred", "with the mean image added", drawn + mean),
        Way("standardised", "times each pixel's deviation plus the mean image", drawn * deviation + mean),
        Way("another_brightness", "each with a brightness of its own", factors * drawn),
    ]
    if np.quantile(drawn, 0.01) < -0.5:
        ways.insert(0, Way("logits", "sent through a sigmoid", sigmoid))
    turned = {
        "mirrored left to right": squares[:, :, ::-1],
        "mirrored top to bottom": squares[:, ::-1],
        "turned by 180 degrees": squares[:, ::-1, ::-1],
        "transposed": squares.transpose(0, 2, 1),
        "turned to the left": squares.transpose(0, 2, 1)[:, ::-1],
        "turned to the right": squares.transpose(0, 2, 1)[:, :, ::-1],
    }
    return ways + [
        Way("turned_images", words, images.reshape(drawn.shape)) for words, images in turned.items()
    ]


def _straight(drawn: np.ndarray, pixels: np.ndarray) -> tuple[float, float]:
    """Factor and shift of the straight line from drawings to pixels."""
    d, p = drawn.mean(), pixels.mean()
    variance = float(np.mean((drawn - d) ** 2))
    factor = float(np.mean((drawn - d) * (pixels - p))) / variance if variance > 0 else 0.0
    return factor, float(p - factor * d)


def best_output(
    drawn: np.ndarray,
    pixels: np.ndarray,
    mean: np.ndarray,
    deviation: np.ndarray,
    is_far_off: bool = False,
    same: np.ndarray | None = None,
) -> tuple[float, Way | None]:
    """The smallest error of the drawings, as they are or read in another way, and which way that is.

    Drawings that are far off may have gone to the end of a sigmoid. `same` are the images as they went in: a target of that form
    is looked for too. Errors that another target explains are
    told relative to its own variance, as if it were that of pixels.
    """
    found: list[tuple[float, Way | None]] = [(mean_square(drawn - pixels), None)]
    for way in outputs(drawn, pixels, mean, deviation):
        error = mean_square(way.images - pixels)
        # A later way must be clearly better than what was found before.
        if error < 0.8 * found[-1][0]:
            found.append((error, way))
    targets = (
        [] if same is not None else [Way("binarised", "the images rounded to 0 and 1", np.round(pixels))]
    )
    if is_far_off:
        ink = (pixels > 0).astype(np.float64)
        ever = np.tile(mean > 1 / 255, (len(pixels), 1)).astype(np.float64)
        targets.append(Way("far_above_one", "1 wherever there is ink", ink))
        targets.append(Way("far_above_one", "1 wherever any image has ink", ever))
    if same is not None:
        targets.append(Way("same_as_input", "what went in", same))
    for way in targets:
        error = mean_square(drawn - way.images) * float(pixels.var() / max(way.images.var(), 1e-12))
        if error < 0.7 * found[-1][0]:
            found.append((error, way))
    return found[-1]


def in_words(error: float, before: float, out: Way | None, way: Way | None) -> Diagnosis:
    """The sentence for drawings that are right from other inputs, read in another way, or both."""
    if out is not None and out.id == "far_above_one":
        return Diagnosis(
            "targets_far_above_one",
            say(
                "The drawings go to {words} (off from that by {error:.4f}, from the images by {before:.4f}). So the targets "
                "were larger than 1, such as [0, 255], and the sigmoid went to its end. Targets are in [0, 1].",
                words=out.words,
                error=error,
                before=before,
            )
            if way is None
            else say(
                "The drawings go to {words} (off from that by {error:.4f}, from the images by {before:.4f}; asked with "
                "images {asked}). So the targets were larger than 1, such as [0, 255], and the sigmoid went to its end. "
                "Targets are in [0, 1].",
                words=out.words,
                error=error,
                before=before,
                asked=way.words,
            ),
        )
    if way is not None and (out is None or out.id == "same_as_input"):
        return Diagnosis(
            f"scaled_in_train_{way.id}" if way.id != "turned_images" else "turned_images",
            say(
                "Given the images {words}, the error is {error:.4f}; as they come, in [0, 1], {before:.4f}. So "
                "train changed them before it learned, and whoever asks the models does not. Leave the scaling "
                "out of train, or put it into the encoder.",
                words=way.words,
                error=error,
                before=before,
            )
            if out is None
            else say(
                "Given the images {words}, the error is {error:.4f}; as they come, in [0, 1], {before:.4f}. So "
                "train changed them before it learned, and whoever asks the models does not. Leave the scaling "
                "out of train, or put it into the encoder and undo it in the decoder.",
                words=way.words,
                error=error,
                before=before,
            ),
        )
    assert out is not None
    if way is not None:
        return Diagnosis(
            f"scaled_in_train_{way.id}",
            say(
                "Given the images {words}, and with the drawings {read}, the error is {error:.4f}; as they come, "
                "in [0, 1], {before:.4f}. So train scaled the images. The judge's are in [0, 1], and the "
                "drawings must be too.",
                words=way.words,
                read=_read(out),
                error=error,
                before=before,
            ),
        )
    if out.id == "logits":
        return Diagnosis(
            "logits",
            say(
                "Sent through a sigmoid the drawings would be off by {error:.4f}, as they are by {before:.4f}. "
                "They are logits: the sigmoid at the end of build_decoder is missing (and from_logits=True must "
                "then go).",
                error=error,
                before=before,
            ),
        )
    if out.id == "turned_images":
        return Diagnosis(
            "turned_images",
            say(
                "The drawings are {words}: turned back they would be off by {error:.4f}, as they are by "
                "{before:.4f}. Is the order of axes changed by a reshape or a transpose in train or in the "
                "decoder?",
                words=out.words,
                error=error,
                before=before,
            ),
        )
    if out.id == "binarised":
        return Diagnosis(
            "targets_rounded",
            say(
                "The drawings are nearer to the images rounded to 0 and 1 ({error:.4f}) than to the images "
                "({before:.4f}). Targets must keep their grey: no threshold, no cast to whole numbers.",
                error=error,
                before=before,
            ),
        )
    if out.id == "another_brightness":
        return Diagnosis(
            "another_brightness",
            say(
                "With a brightness of its own for each drawing the error would be {error:.4f}, as they are "
                "{before:.4f}. The loss does not see how bright a drawing is (cosine similarity, categorical "
                "cross-entropy, images divided by their length): take squared error on the images as they come.",
                error=error,
                before=before,
            ),
        )
    return Diagnosis(
        "another_range" if out.id == "another_range" else f"{out.id}_drawings",
        say(
            "The drawings, {words}, would be off by {error:.4f}; as they are, by {before:.4f}. They show the "
            "digits in other numbers: does train scale the images? Is the decoder's end made for [-1, 1]? "
            "Drawings must be in [0, 1], as the images are.",
            words=out.words,
            error=error,
            before=before,
        ),
    )


def _read(out: Way) -> str:
    if out.id in ("binarised", "far_above_one", "same_as_input"):
        return say("compared with {words}", words=out.words)
    return out.words


def straight_line_error(x: np.ndarray, y: np.ndarray) -> float:
    """The error of the best straight lines from x to y on rows that they were not fitted to."""
    x1 = np.hstack([x.astype(np.float64), np.ones((len(x), 1))])
    y = y.astype(np.float64)
    half = len(x) // 2
    lines, *_ = np.linalg.lstsq(x1[:half], y[:half], rcond=1e-6)
    return mean_square(x1[half:] @ lines - y[half:])


def share_not_straight(x: np.ndarray, y: np.ndarray) -> float:
    """The share of y's variance that straight lines from x leave, on rows that they were not fitted to."""
    variance = float(np.mean(y.astype(np.float64).var(axis=0)))
    return straight_line_error(x, y) / variance if variance > 0 else 1.0
