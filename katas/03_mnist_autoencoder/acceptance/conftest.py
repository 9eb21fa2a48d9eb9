"""What the checks of kata 03 share: disguised digits, and autoencoders that are built, trained and asked.

Training, encoding and decoding happen in workers of their own. Only weights go from the first to the others,
and only codes from the encoder's to the decoder's, in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

TRAINING_ROWS, HIDDEN_ROWS, FEW_ROWS = 50_000, 5_000, 300
LARGEST_CODE = 32
# Noise on the codes, as a share of each unit's standard deviation over the hidden images.
CODE_NOISE, STRONG_CODE_NOISE = 0.01, 0.2
# The encoder chooses how large its codes are, so the noise is never less than this share of the code itself, and never
# less than this in units of the code: else what float32 rounds away would carry bits, or a spread near 0 no noise.
# Codes that were learned vary by .1 to 30 around a mean of about that size.
LEAST_NOISE_OF_A_CODE, LEAST_NOISE = 2e-4, 1e-7

# One image alone against a batch, relative to the largest number. Honest float32 differs by 2e-6, mixed_float16 by up to
# 1e-3 (its last bit), mixed_bfloat16 by up to 2e-3. A place in the batch that shows through differs by far more.
ALONE_TOLERANCE, ALONE_TOLERANCE_OF_HALVES = 1e-3, 2e-2

# Every symmetry of the square but the one that changes nothing.
DISGUISES = {
    "mirrored left to right": lambda images: images[:, :, ::-1],
    "mirrored top to bottom": lambda images: images[:, ::-1],
    "turned by 180 degrees": lambda images: images[:, ::-1, ::-1],
    "mirrored along the diagonal": lambda images: images.transpose(0, 2, 1),
    "mirrored along the other diagonal": lambda images: images[:, ::-1, ::-1].transpose(0, 2, 1),
    "turned to the left": lambda images: images.transpose(0, 2, 1)[:, ::-1],
    "turned to the right": lambda images: images.transpose(0, 2, 1)[:, :, ::-1],
}


class Digits(NamedTuple):
    """Disguised digits, uint8 (n, 784). `hidden_labels` (n,) never leave the judge."""

    train: np.ndarray
    hidden: np.ndarray
    hidden_labels: np.ndarray


class Autoencoder(NamedTuple):
    """Both models, kept in one worker."""

    worker: Any
    encoder: Any
    decoder: Any

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What comes out for images (n, 784)."""
        return self.decoder.apply(self.encoder.apply(images))


class Trained(NamedTuple):
    """What training handed over, and the time that it took."""

    encoder: list[np.ndarray]
    decoder: list[np.ndarray]
    history: Any
    time: Any


class Drawings(NamedTuple):
    """What the decoder drew, each (5000, 784): from the codes as they are, with a little noise, and with much."""

    plain: np.ndarray
    noisy: np.ndarray
    very_noisy: np.ndarray


def as_floats(images: np.ndarray) -> np.ndarray:
    """uint8 pixels as float32 in [0, 1]."""
    return images.astype(np.float32) / 255


def mean_square(difference: np.ndarray) -> float:
    """The mean of the squares, which even numbers near the end of float32's range do not overflow."""
    return float(np.mean(np.square(difference, dtype=np.float64)))


@pytest.fixture(scope="session")
def error_of() -> Any:
    """`error_of(images, pixels)` is the mean squared error per pixel of images (n, 784) against uint8 pixels."""
    return lambda images, pixels: mean_square(images - as_floats(pixels))


@pytest.fixture(scope="session")
def digits(data: Any, streams: Any) -> Digits:
    """MNIST, shuffled, split and disguised anew in each run."""
    mnist = data.mnist()
    disguise = sorted(DISGUISES)[streams.hidden("disguise").integers(len(DISGUISES))]
    data.note_disguise(f"images {disguise}")
    order = streams.hidden("split").permutation(len(mnist.images))[: TRAINING_ROWS + HIDDEN_ROWS]
    images = np.ascontiguousarray(DISGUISES[disguise](mnist.images[order])).reshape(-1, 784)
    return Digits(
        images[:TRAINING_ROWS], images[TRAINING_ROWS:], np.asarray(mnist.labels[order[TRAINING_ROWS:]])
    )


@pytest.fixture(scope="session")
def sample(digits: Digits) -> np.ndarray:
    """A few training images as float32 (16, 784)."""
    return as_floats(digits.train[:16])


@pytest.fixture(scope="session")
def first_look(submission: Any) -> Iterator[Any]:
    """A worker for what needs no trained model. It sees no hidden image before training is over."""
    with submission.worker("first look", shared=True) as worker:
        yield worker


@pytest.fixture(scope="session")
def read_codes(expect: Any) -> Any:
    """`read_codes(value, rows)` gives codes (rows, k), float32 as the decoder gets them, with their form checked."""

    def read(value: Any, rows: int) -> np.ndarray:
        codes = expect.array(value, "The encoder's answer")
        if codes.ndim != 2 or len(codes) != rows:
            expect.invalid(
                f"For {rows} images the encoder answers with the shape {codes.shape}; ({rows}, k) is expected.",
                "One row of numbers per image. After a convolution, Flatten helps.",
            )
        with np.errstate(over="ignore"):
            return expect.array(codes.astype(np.float32), "The encoder's answer in float32")

    return read


def said_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """`make`, whose first error is raised again by later calls: one fault is one message, the other checks wait."""
    errors: list[Exception] = []

    def made(*arguments: Any) -> Any:
        if errors:
            raise errors[0]
        try:
            return make(*arguments)
        except Exception as error:
            errors.append(error)
            raise

    return made


@pytest.fixture(scope="session")
def build_encoder(sample: np.ndarray, read_codes: Any) -> Any:
    """`build_encoder(worker)` gives a new encoder in that worker, and its codes (16, k) of the sample."""

    def build_one(worker: Any) -> tuple[Any, np.ndarray]:
        encoder = worker.call("build_encoder", keep=True)
        encoder.build_on(sample)
        return encoder, read_codes(encoder.apply(sample), len(sample))

    return said_once(build_one)


@pytest.fixture(scope="session")
def build(build_encoder: Any, sample: np.ndarray, expect: Any) -> Any:
    """`build(worker)` gives a new Autoencoder in that worker, whose forms fit together."""

    def build_both(worker: Any) -> Autoencoder:
        encoder, codes = build_encoder(worker)
        decoder = worker.call("build_decoder", keep=True)
        decoder.build_on(codes)
        expect.array(decoder.apply(codes), "The decoder's answer", shape=sample.shape)
        return Autoencoder(worker, encoder, decoder)

    return said_once(build_both)


def is_half(answer: np.ndarray) -> bool:
    """Whether half precision holds every value, float16 or bfloat16: that is how a model shows that it computes in it."""
    values = np.ascontiguousarray(answer, dtype=np.float32)
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16).astype(np.float32)
    return np.array_equal(values, halves) or not np.any(values.view(np.uint32) & 0xFFFF)


def varies_by(answers: np.ndarray, axis: int) -> np.ndarray:
    """How far apart the values of each column (axis 0) or row (axis 1) are, where they are not all but one number."""
    apart, largest = np.ptp(answers, axis=axis), np.abs(answers).max(axis=axis)
    size = np.maximum(np.maximum(apart, 0.1 * largest), max(1e-3 * float(largest.max()), 1e-30))
    return np.expand_dims(size, axis)


@pytest.fixture(scope="session")
def same_alone(expect: Any) -> Any:
    """`same_alone(model, images, codes, drawn, hint)`: images and codes one by one give the codes and drawings of a batch.

    The tolerance is that of the coarser model: a decoder that computes in half precision may answer in float32. It is
    relative to what each unit of the code, and each drawing, varies by: one large number may not hide the others.
    """

    def compare(model: Autoencoder, images: np.ndarray, codes: Any, drawn: Any, hint: str) -> None:
        allowed = ALONE_TOLERANCE_OF_HALVES if is_half(codes) or is_half(drawn) else ALONE_TOLERANCE
        for rows, part, together, axis, what in (
            (images, model.encoder, codes, 0, "the code of one image alone"),
            (codes, model.decoder, drawn, 1, "the drawing from one code alone"),
        ):
            alone = expect.array(part.apply(rows, batch_size=1), what, shape=together.shape)
            size = varies_by(together.astype(np.float64), axis)
            name = f"{what}, by what {'each unit' if axis == 0 else 'a drawing'} varies by,"
            expect.close(alone / size, together / size, name, atol=allowed, hint=hint)

    return compare


@pytest.fixture(scope="session")
def finite_weights(expect: Any) -> Any:
    """`finite_weights(arrays, what)` holds where training left no weight without a value."""

    def look(arrays: list[np.ndarray], what: str) -> None:
        numbers = [array for array in arrays if array.dtype.kind == "f"]
        lost = sum(int(array.size - np.isfinite(array).sum()) for array in numbers)
        expect.that(
            lost == 0,
            f"After train(encoder, decoder, x) {lost:,} of the {what}'s {sum(a.size for a in arrays):,} weights are NaN "
            "or infinite.",
            "The loss grew beyond all bounds. Is the learning rate too large (Adam: 0.001 is a safe start), or does "
            "the loss divide by zero or take a logarithm of it?",
        )

    return look


@pytest.fixture(scope="session")
def put_weights(finite_weights: Any, expect: Any) -> Any:
    """`put_weights(model, arrays, what)` hands trained weights to a model that was built anew."""

    def put(model: Any, arrays: list[np.ndarray], what: str) -> None:
        finite_weights(arrays, what)
        given, wanted = [a.shape for a in arrays], [a.shape for a in model.weights()]
        expect.that(
            given == wanted,
            f"After training {what} has {len(given)} weight arrays, a new one has {len(wanted)}, or their shapes differ.",
            f"Each call of build_{what}() must give the same architecture, and train must not add layers.",
        )
        model.set_weights(arrays)

    return put


@pytest.fixture(scope="session")
def few_rows(first_look: Any, build: Any, digits: Digits) -> tuple[Autoencoder, list[list[np.ndarray]]]:
    """An autoencoder trained on 300 images, and its weights before: [encoder's, decoder's]."""
    model = build(first_look)
    before = [model.encoder.weights(), model.decoder.weights()]
    images = as_floats(digits.train[:FEW_ROWS])
    first_look.call("train", model.encoder, model.decoder, images, budget="train")
    return model, before


@pytest.fixture(scope="session")
def trained(submission: Any, digits: Digits, data: Any) -> Trained:
    """The full training, in a worker that sees nothing else and is ended afterwards."""
    images = data.share(digits.train, scale=1 / 255, dtype="float32")
    with submission.worker("training") as worker:
        encoder = worker.call("build_encoder", keep=True)
        decoder = worker.call("build_decoder", keep=True)
        history = worker.call("train", encoder, decoder, images, budget="train", in_place=True)
        weights = encoder.weights(), decoder.weights()
    return Trained(*weights, history, worker.elapsed)


@pytest.fixture(scope="session")
def codes(
    submission: Any,
    trained: Trained,
    digits: Digits,
    data: Any,
    sample: np.ndarray,
    put_weights: Any,
    read_codes: Any,
) -> np.ndarray:
    """Codes of the hidden images (5000, k), from a worker that has only the encoder."""
    submission.prepare(2)  # the decoder's worker imports TensorFlow meanwhile
    with submission.worker("encoder") as worker:
        encoder = worker.call("build_encoder", keep=True)
        encoder.build_on(sample)
        put_weights(encoder, trained.encoder, "encoder")
        answer = encoder.apply(data.share(digits.hidden, scale=1 / 255, dtype="float32"))
    return read_codes(answer, HIDDEN_ROWS)


def with_noise(codes: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Codes with noise of that share of each unit's spread, and never less than rounding and tiny numbers would hide."""
    exact = codes.astype(np.float64)
    least = np.maximum(LEAST_NOISE_OF_A_CODE * np.abs(exact), LEAST_NOISE)
    noise = np.maximum(share * exact.std(axis=0), least)
    return (exact + noise * rng.normal(size=codes.shape)).astype(codes.dtype)


@pytest.fixture(scope="session")
def decoded(
    submission: Any, trained: Trained, codes: np.ndarray, streams: Any, put_weights: Any, expect: Any
) -> Drawings:
    """The drawings of the hidden images.

    The decoder's worker never sees an image, and gets the codes in an order of its own.
    """
    rng = streams.hidden("noise on the codes")
    moved = [with_noise(codes, share, rng) for share in (CODE_NOISE, STRONG_CODE_NOISE)]
    every = np.concatenate([codes, *moved])
    order = streams.hidden("order of the codes").permutation(len(every))
    with submission.worker("decoder") as worker:
        decoder = worker.call("build_decoder", keep=True)
        decoder.build_on(codes[:16])
        put_weights(decoder, trained.decoder, "decoder")
        answer = expect.array(decoder.apply(every[order]), "The decoder's answer", shape=(len(every), 784))
    images = np.empty_like(answer)
    images[order] = answer
    return Drawings(*images.reshape(3, HIDDEN_ROWS, -1))


@pytest.fixture(scope="session")
def yardsticks(digits: Digits) -> dict[str, float]:
    """Mean squared errors of what needs no network: the mean image, and 32 principal components."""
    train, hidden = as_floats(digits.train[:10_000]), as_floats(digits.hidden)
    mean = train.mean(axis=0)
    _, axes = np.linalg.eigh((train - mean).T @ (train - mean))
    axes = axes[:, -LARGEST_CODE:]
    flat = (hidden - mean) @ axes @ axes.T + mean
    return {
        "mean image": float(np.mean((hidden - mean) ** 2)),
        "32 principal components": float(np.mean((hidden - flat) ** 2)),
    }


@pytest.fixture(scope="session")
def why(
    trained: Trained, codes: np.ndarray, decoded: Drawings, digits: Digits, yardsticks: dict[str, float]
) -> Any:
    """`why()` is what can be said about drawings that are too far off: one sentence on the likeliest cause."""

    def say() -> str:
        drawn, pixels = decoded.plain.astype(np.float64), as_floats(digits.hidden)
        return (
            _dead_code(codes)
            or _another_range(drawn, pixels)
            or _all_alike(drawn, pixels)
            or _few_units(codes)
            or _still_falling(trained.history)
            or _worse_than_linear(mean_square(drawn - pixels), yardsticks["32 principal components"])
            or "Near the principal components, the model is still a linear one or was trained too briefly: "
            "hidden layers that bend, enough of the 32 units, a few epochs more."
        )

    return say


def _used_units(codes: np.ndarray) -> int:
    """How many units differ between images."""
    spread = codes.std(axis=0, dtype=np.float64)
    return int(np.sum(spread > 1e-6 * max(float(np.abs(codes).max()), 1e-30)))


def _dead_code(codes: np.ndarray) -> str:
    if _used_units(codes):
        return ""
    return (
        "Every image gets the same code, so the decoder cannot know what to draw. Did all units die (ReLU, a large "
        "learning rate), or does no gradient reach the encoder?"
    )


def _another_range(drawn: np.ndarray, pixels: np.ndarray) -> str:
    """Drawings that show the digit in other numbers: logits, -1 to 1, 0 to 255, black for white."""
    if np.quantile(drawn, 0.999) < 0.1:
        return (
            f"The drawings are black: hardly a pixel is brighter than {np.quantile(drawn, 0.999):.2g}. Does train scale the "
            "images? They come in [0, 1]; divided by 255 once more, they are black too. Or has the decoder died?"
        )
    error, mean_image = mean_square(drawn - pixels), mean_square(pixels - pixels.mean(axis=0))
    ends = (
        f"The decoder's numbers run from {np.quantile(drawn, 0.001):.3g} to {np.quantile(drawn, 0.999):.3g}"
    )
    squashed = mean_square(1 / (1 + np.exp(-np.clip(drawn, -30, 30))) - pixels)
    factor, shift = np.polyfit(drawn[:500].ravel(), pixels[:500].ravel(), 1)
    stretched = mean_square(factor * drawn + shift - pixels)
    best = min(squashed, stretched)
    # The digit must be in them, and the other range must be what most of the error comes from.
    if best > 0.5 * error or best > 0.6 * mean_image:
        return ""
    if squashed <= stretched:
        return (
            f"{ends}; sent through a sigmoid they would be off by {squashed:.4f} only. They are logits: is the sigmoid at "
            "the end of build_decoder missing?"
        )
    return (
        f"{ends}; the pixels from 0 to 1. Times {factor:.3g} plus {shift:.2g} they would be off by {stretched:.4f} only. "
        "Does train scale the images? The judge's are in [0, 1], and the drawings must be too."
    )


def _all_alike(drawn: np.ndarray, pixels: np.ndarray) -> str:
    if drawn.var(axis=0).mean() > 0.1 * pixels.var(axis=0).mean():
        return ""
    return (
        "The drawings hardly differ from each other, as if the code arrived nowhere. Does the loss fall? Is the rate "
        "far too large or too small, or was it hardly trained?"
    )


def _few_units(codes: np.ndarray) -> str:
    size, used = codes.shape[1], _used_units(codes)
    if used > LARGEST_CODE // 2:
        return ""
    if used == size:
        return f"The code has {size} numbers; up to {LARGEST_CODE} are allowed, and each of them helps."
    return (
        f"Only {used} of the code's {size} units differ between images; the others are wasted. ReLU on the code does "
        "that: leave its activation out."
    )


def _still_falling(history: Any) -> str:
    losses = history.get("loss") if isinstance(history, dict) else None
    try:
        before, last = (float(value) for value in losses[-2:])
    except (TypeError, ValueError, KeyError):
        return ""
    if not 0 < last < 0.98 * before:
        return ""
    return f"The loss still fell by {1 - last / before:.0%} in the last epoch: train longer, or with a larger rate."


def _worse_than_linear(error: float, linear: float) -> str:
    if error < 1.1 * linear:
        return ""
    return (
        "This is worse than the best linear code. It was trained too briefly, or something holds it back: a small or "
        "a fading learning rate, tanh, sigmoid or ReLU on the code, or a loss other than squared error and cross-entropy."
    )
