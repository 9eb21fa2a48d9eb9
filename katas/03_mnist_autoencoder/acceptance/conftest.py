"""What the checks of kata 03 share: disguised digits, and autoencoders that are built, trained and asked.

Training, encoding and decoding happen in workers of their own. Only weights go from the first to the others,
and only codes from the encoder's to the decoder's, in another order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

TRAINING_ROWS, HIDDEN_ROWS, FEW_ROWS = 50_000, 5_000, 300
LARGEST_CODE = 32
# Noise on the codes, as a share of each unit's standard deviation over the hidden images.
CODE_NOISE = 0.01

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
    """Both models, kept in one worker, and the size of the code."""

    worker: Any
    encoder: Any
    decoder: Any
    code_size: int

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What comes out for images (n, 784)."""
        return self.decoder.apply(self.encoder.apply(images))


class Trained(NamedTuple):
    """What training handed over, and the time that it took."""

    encoder: list[np.ndarray]
    decoder: list[np.ndarray]
    history: Any
    time: Any


def as_floats(images: np.ndarray) -> np.ndarray:
    """uint8 pixels as float32 in [0, 1]."""
    return images.astype(np.float32) / 255


@pytest.fixture(scope="session")
def digits(data: Any, seed: int) -> Digits:
    """MNIST, shuffled, split and disguised anew in each run."""
    mnist = data.mnist()
    rng = np.random.default_rng([seed, 1])
    disguise = sorted(DISGUISES)[rng.integers(len(DISGUISES))]
    data.note_disguise(f"images {disguise}")
    order = rng.permutation(len(mnist.images))[: TRAINING_ROWS + HIDDEN_ROWS]
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
    with submission.worker("first look") as worker:
        yield worker


@pytest.fixture(scope="session")
def read_codes(expect: Any) -> Any:
    """`read_codes(value, rows)` gives codes (rows, k) with their form checked."""

    def read(value: Any, rows: int) -> np.ndarray:
        codes = expect.array(value, "The encoder's answer")
        if codes.ndim != 2 or len(codes) != rows:
            expect.invalid(
                f"For {rows} images the encoder answers with the shape {codes.shape}; ({rows}, k) is expected.",
                "One row of numbers per image. After a convolution, Flatten helps.",
            )
        return codes

    return read


@pytest.fixture(scope="session")
def build(sample: np.ndarray, read_codes: Any, expect: Any) -> Any:
    """`build(worker)` gives a new Autoencoder in that worker, whose forms fit together."""

    def build_both(worker: Any) -> Autoencoder:
        encoder = worker.call("build_encoder", keep=True)
        encoder.build_on(sample)
        codes = read_codes(encoder.apply(sample), len(sample))
        decoder = worker.call("build_decoder", keep=True)
        decoder.build_on(codes)
        expect.array(decoder.apply(codes), "The decoder's answer", shape=sample.shape)
        return Autoencoder(worker, encoder, decoder, codes.shape[1])

    return build_both


@pytest.fixture(scope="session")
def put_weights(expect: Any) -> Any:
    """`put_weights(model, arrays, what)` hands trained weights to a model that was built anew."""

    def put(model: Any, arrays: list[np.ndarray], what: str) -> None:
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
        history = worker.call("train", encoder, decoder, images, budget="train")
        return Trained(encoder.weights(), decoder.weights(), history, worker.elapsed)


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


@pytest.fixture(scope="session")
def decoded(
    submission: Any, trained: Trained, codes: np.ndarray, seed: int, put_weights: Any, expect: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 784) from the codes as they are, and from codes with noise.

    The decoder's worker never sees an image, and gets the codes in an order of its own.
    """
    rng = np.random.default_rng([seed, 2])
    noise = CODE_NOISE * codes.std(axis=0) * rng.normal(size=codes.shape)
    both = np.concatenate([codes, (codes + noise).astype(codes.dtype)])
    order = rng.permutation(len(both))
    with submission.worker("decoder") as worker:
        decoder = worker.call("build_decoder", keep=True)
        decoder.build_on(codes[:16])
        put_weights(decoder, trained.decoder, "decoder")
        answer = expect.array(decoder.apply(both[order]), "The decoder's answer", shape=(len(both), 784))
    images = np.empty_like(answer)
    images[order] = answer
    return images[:HIDDEN_ROWS], images[HIDDEN_ROWS:]


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
