"""What the checks of kata 03 share: disguised digits, and autoencoders that are built, trained and asked.

Training, encoding and decoding happen in workers of their own. Only weights go from the first to the others,
and only codes from the encoder's to the decoder's, in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import beside, depends_on_company, disguised, say
from checker.suite import training as told

arithmetic = beside(__file__, "arithmetic")
# Both are run after a miss alone.
causes = beside(__file__, "causes")
quick_causes = beside(__file__, "quick_causes")

TRAINING_ROWS, HIDDEN_ROWS, FEW_ROWS = 50_000, 5_000, 300
LARGEST_CODE = 32


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
    """What training handed over, and the time that it took. `start` are both models' weights before."""

    encoder: list[np.ndarray]
    decoder: list[np.ndarray]
    history: Any
    time: Any
    start: tuple[list[np.ndarray], list[np.ndarray]]


class FewRows(NamedTuple):
    """An autoencoder trained on 300 images, and its weights before: [encoder's, decoder's]."""

    model: Autoencoder
    before: list[list[np.ndarray]]
    history: Any
    time: Any


class Drawings(NamedTuple):
    """What the decoder drew, each (5000, 784): from the codes as they are, with a little noise, and with much."""

    plain: np.ndarray
    noisy: np.ndarray
    very_noisy: np.ndarray


@pytest.fixture(scope="session")
def error_of() -> Any:
    """`error_of(images, pixels)` is the mean squared error per pixel of images (n, 784) against uint8 pixels."""
    return lambda images, pixels: arithmetic.mean_square(images - arithmetic.as_floats(pixels))


@pytest.fixture(scope="session")
def digits(data: Any, streams: Any) -> Digits:
    """MNIST, shuffled, split and disguised anew in each run."""
    mnist = data.mnist()
    order = streams.hidden("split").permutation(len(mnist.images))[: TRAINING_ROWS + HIDDEN_ROWS]
    images = disguised(mnist.images[order], data, streams).reshape(-1, 784)
    return Digits(
        images[:TRAINING_ROWS], images[TRAINING_ROWS:], np.asarray(mnist.labels[order[TRAINING_ROWS:]])
    )


@pytest.fixture(scope="session")
def sample(digits: Digits) -> np.ndarray:
    """A few training images as float32 (16, 784)."""
    return arithmetic.as_floats(digits.train[:16])


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
                say(
                    "For {rows} images the encoder answers with the shape {shape}; ({rows}, k) is expected.",
                    rows=rows,
                    shape=codes.shape,
                ),
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


@pytest.fixture(scope="session")
def same_alone(expect: Any, diagnose: Any) -> Any:
    """`same_alone(model, images, codes, drawn, hint)`: images and codes one by one give the codes and drawings of a batch.

    The tolerance is that of the coarser model: a decoder that computes in half precision may answer in float32. It is
    relative to what each unit of the code, and each drawing, varies by: one large number may not hide the others.
    """

    def compare(model: Autoencoder, images: np.ndarray, codes: Any, drawn: Any, hint: str) -> None:
        allowed = (
            arithmetic.ALONE_TOLERANCE_OF_HALVES
            if arithmetic.is_half(codes) or arithmetic.is_half(drawn)
            else arithmetic.ALONE_TOLERANCE
        )
        of_code = "change of the code of one image alone, by what each unit varies by"
        of_drawing = "change of the drawing from one code alone, by what a drawing varies by"
        for rows, part, together, axis, whose, what, change in (
            (images, model.encoder, codes, 0, "The encoder", "the code of one image alone", of_code),
            (codes, model.decoder, drawn, 1, "The decoder", "the drawing from one code alone", of_drawing),
        ):
            alone = expect.array(part.apply(rows, batch_size=1), what, shape=together.shape)
            size = arithmetic.varies_by(together.astype(np.float64), axis)
            look = depends_on_company(part.apply, rows, together, allowed, whose, size)
            expect.at_most(
                float(np.max(np.abs(alone / size - together / size))),
                change,
                allowed,
                hint=hint,
                why=lambda look=look: diagnose(certain=[look]),
            )

    return compare


@pytest.fixture(scope="session")
def finite_weights(expect: Any, diagnose: Any) -> Any:
    """`finite_weights(arrays, what, history)` holds where training left no weight without a value."""

    def look(arrays: list[np.ndarray], what: str, history: Any = None) -> None:
        numbers = [array for array in arrays if array.dtype.kind == "f"]
        lost = sum(int(array.size - np.isfinite(array).sum()) for array in numbers)
        expect.that(
            lost == 0,
            say(
                "After train(encoder, decoder, x) {lost:,} of the {what}'s {all:,} weights are NaN or infinite.",
                lost=lost,
                what=what,
                all=sum(a.size for a in arrays),
            ),
            "The loss grew beyond all bounds. Is the learning rate too large (Adam: 0.001 is a safe start), or does "
            "the loss divide by zero or take a logarithm of it?",
            why=lambda: diagnose(certain=[lambda: told.became_nan(history)]),
        )

    return look


@pytest.fixture(scope="session")
def put_weights(finite_weights: Any, expect: Any) -> Any:
    """`put_weights(model, arrays, what, history)` hands trained weights to a model that was built anew."""

    def put(model: Any, arrays: list[np.ndarray], what: str, history: Any = None) -> None:
        finite_weights(arrays, what, history)
        given, wanted = [a.shape for a in arrays], [a.shape for a in model.weights()]
        expect.that(
            given == wanted,
            say(
                "After training {what} has {count} weight arrays, a new one has {wanted}, or their shapes differ.",
                what=what,
                count=len(given),
                wanted=len(wanted),
            ),
            say(
                "Each call of {function}() must give the same architecture, and train must not add layers.",
                function=f"build_{what}",
            ),
        )
        model.set_weights(arrays)

    return put


@pytest.fixture(scope="session")
def few_rows(first_look: Any, build: Any, digits: Digits) -> FewRows:
    """An autoencoder trained on 300 images."""
    model = build(first_look)
    before = [model.encoder.weights(), model.decoder.weights()]
    images = arithmetic.as_floats(digits.train[:FEW_ROWS])
    history = first_look.call("train", model.encoder, model.decoder, images, budget="train")
    return FewRows(model, before, history, first_look.elapsed)


@pytest.fixture(scope="session")
def changes() -> Any:
    """`changes(few_rows, unchanged)` says why train left encoder or decoder as they were."""
    return quick_causes.of_unchanged_weights


@pytest.fixture(scope="session")
def trained(submission: Any, build: Any, digits: Digits, data: Any) -> Trained:
    """The full training, in a worker that sees nothing else and is ended afterwards."""
    images = data.share(digits.train, scale=1 / 255, dtype="float32")
    with submission.worker("training") as worker:
        _, encoder, decoder = build(worker)
        start = encoder.weights(), decoder.weights()
        history = worker.call("train", encoder, decoder, images, budget="train", in_place=True)
        weights = encoder.weights(), decoder.weights()
    return Trained(*weights, history, worker.elapsed, start)


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
        put_weights(encoder, trained.encoder, "encoder", trained.history)
        answer = encoder.apply(data.share(digits.hidden, scale=1 / 255, dtype="float32"))
    return read_codes(answer, HIDDEN_ROWS)


@pytest.fixture(scope="session")
def decoded(
    submission: Any, trained: Trained, codes: np.ndarray, streams: Any, put_weights: Any, expect: Any
) -> Drawings:
    """The drawings of the hidden images.

    The decoder's worker never sees an image, and gets the codes in an order of its own.
    """
    rng = streams.hidden("noise on the codes")
    moved = [
        arithmetic.with_noise(codes, share, rng)
        for share in (arithmetic.CODE_NOISE, arithmetic.STRONG_CODE_NOISE)
    ]
    every = np.concatenate([codes, *moved])
    order = streams.hidden("order of the codes").permutation(len(every))
    with submission.worker("decoder") as worker:
        decoder = worker.call("build_decoder", keep=True)
        decoder.build_on(codes[:16])
        put_weights(decoder, trained.decoder, "decoder", trained.history)
        answer = expect.array(decoder.apply(every[order]), "The decoder's answer", shape=(len(every), 784))
    images = np.empty_like(answer)
    images[order] = answer
    return Drawings(*images.reshape(3, HIDDEN_ROWS, -1))


@pytest.fixture(scope="session")
def yardsticks(digits: Digits) -> dict[str, float]:
    """Mean squared errors of what needs no network: the mean image, and 32 principal components."""
    train, hidden = arithmetic.as_floats(digits.train[:10_000]), arithmetic.as_floats(digits.hidden)
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
    first_look: Any,
    build: Any,
    few_rows: FewRows,
    trained: Trained,
    codes: np.ndarray,
    decoded: Drawings,
    digits: Digits,
    yardsticks: dict[str, float],
    diagnose: Any,
) -> Any:
    """`why()` names what makes the drawings wrong, from experiments in the process that has seen train on 300 images."""

    def with_trained_weights(model: Autoencoder) -> Autoencoder:
        model.encoder.set_weights(trained.encoder)
        model.decoder.set_weights(trained.decoder)
        return model

    def look() -> Any:
        model = build(first_look)

        def ask(images: np.ndarray, training: bool) -> tuple[np.ndarray, np.ndarray]:
            with_trained_weights(model)  # a call in training may have moved averages
            codes = model.encoder.apply(images, training=training)
            return codes, model.decoder.apply(codes, training=training)

        def of_the_object(images: np.ndarray) -> np.ndarray:
            kept = few_rows.model.encoder.weights(), few_rows.model.decoder.weights()
            try:
                return with_trained_weights(few_rows.model).reconstruct(images)
            finally:
                few_rows.model.encoder.set_weights(kept[0])
                few_rows.model.decoder.set_weights(kept[1])

        found = causes.Causes(
            causes.Seen(
                hidden=arithmetic.as_floats(digits.hidden),
                codes=codes,
                drawn=decoded.plain,
                train=digits.train,
                ask=ask,
                of_the_object=of_the_object,
                encoder=(trained.start[0], trained.encoder),
                decoder=(trained.start[1], trained.decoder),
                is_frozen=lambda: tuple(
                    quick_causes.is_frozen(part) for part in (few_rows.model.encoder, few_rows.model.decoder)
                ),
                history=trained.history,
                time=trained.time,
                used_for_few=few_rows.time.used,
                linear_error=yardsticks["32 principal components"],
            )
        )
        return diagnose(certain=found.certain, likely=found.likely, otherwise=found.nothing_found)

    return look
