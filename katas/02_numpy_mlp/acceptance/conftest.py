"""What the files of this suite share: reading params, judging gradients, and the disguised digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

TRAINING_ROWS, HIDDEN_ROWS = 60_000, 10_000

Params = list[np.ndarray]


@pytest.fixture(scope="session")
def read_params(expect: Any) -> Callable[..., Params]:
    """`read_params(value, what, sizes)` gives the arrays [W1, b1, W2, b2, ...], with the shapes checked."""

    def read(value: Any, what: str, sizes: Sequence[int], finite_hint: str = "") -> Params:
        shapes = [s for a, b in pairwise(sizes) for s in ((a, b), (b,))]
        parts = _parts(expect, value, what)
        if len(parts) != len(shapes):
            expect.invalid(
                f"{what} returned {len(parts)} things; the sizes {list(sizes)} need {len(shapes)}: a matrix and "
                "a bias for each layer.",
                "The list is flat: [W1, b1, W2, b2, ...].",
            )
        arrays = []
        for i, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
            name = f"{'Wb'[i % 2]}{i // 2 + 1} of {what}"
            array = expect.array(part, name, shape=shape, finite=not finite_hint)
            if finite_hint and not np.isfinite(array).all():
                expect.invalid(f"{name} holds numbers that are not finite (NaN or infinity).", finite_hint)
            arrays.append(array)
        return arrays

    return read


@pytest.fixture(scope="session")
def read_classifier(expect: Any, kata: Any, read_params: Any) -> Callable[..., Params]:
    """`read_classifier(value, what)` gives params of any architecture from 784 inputs to 10 outputs."""

    def read(value: Any, what: str) -> Params:
        parts = _parts(expect, value, what)
        matrices = [np.shape(part) for part in parts[::2]]
        if not matrices or not all(len(shape) == 2 for shape in matrices):
            expect.invalid(f"{what} must return [W1, b1, W2, b2, ...]; every other part must be a matrix.")
        sizes = [784, *(shape[1] for shape in matrices[:-1]), 10]
        params = read_params(
            value, what, sizes, "Did the steps grow instead of shrink? Try a smaller learning rate."
        )
        count = sum(p.size for p in params)
        expect.that(
            count <= kata.max_parameters,
            f"{what} returned {count:,} numbers; at most {kata.max_parameters:,} are allowed.",
            "A hidden layer of about a hundred units is enough here.",
        )
        return params

    return read


def _parts(expect: Any, value: Any, what: str) -> list[Any]:
    if value is None:
        expect.invalid(f"{what} returned None.", "Is there a return at the end of the function?")
    if not isinstance(value, (list, tuple)):
        expect.invalid(f"{what} must return a list of arrays; it returned one {type(value).__name__}.")
    return list(value)


@pytest.fixture(scope="session")
def loss_of() -> Callable[[np.ndarray, np.ndarray, str], float]:
    """`loss_of(outputs, y, kind)`: the loss as the lesson defines it, in float64."""

    def loss(outputs: np.ndarray, y: np.ndarray, kind: str) -> float:
        out = outputs.astype(np.float64)
        if kind == "mse":
            return float(np.mean((out - y) ** 2))
        top = out.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(out - top).sum(axis=1))
        return float(np.mean(log_sum - out[np.arange(len(y)), y]))

    return loss


@pytest.fixture(scope="session")
def check_gradients(expect: Any, read_params: Any, loss_of: Any) -> Callable[..., None]:
    """`check_gradients(call, params, x, y, kind, rng)`: loss and gradients agree with the network's own outputs.

    `call(name, *arguments)` calls a function of the submission. For every array of `params` the change of the
    loss along two random directions and along the gradient itself is compared with what the gradient promises.
    The central difference uses several steps and the best one counts: a unit of a ReLU network that bends within
    a step must not decide.
    """

    def check(
        call: Callable[..., Any], params: Params, x: np.ndarray, y: np.ndarray, kind: str, rng: Any
    ) -> None:
        sizes = [params[0].shape[0], *(p.shape[1] for p in params[::2])]
        what = f"loss_and_gradients ({kind}, sizes {sizes})"
        given = call("loss_and_gradients", params, x, y, kind)
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            expect.invalid(f"{what} must return two things, (loss, gradients).")
        gradients = read_params(given[1], f"the gradients of {what}", sizes)

        def loss_at(changed: Params) -> tuple[float, bool]:
            out = expect.array(call("forward", changed, x), "forward(params, x)", shape=(len(x), sizes[-1]))
            return loss_of(out, y, kind), out.dtype == np.float32

        wanted, single = loss_at(params)
        value = expect.number(given[0], f"the loss of {what}")
        expect.close(
            np.float32(value) if single else value, wanted, f"the loss of {what}", hint=LOSS_HINTS[kind]
        )

        steps, share, floor = ((1e-2, 3e-3, 1e-3), 0.03, 2e-4) if single else ((1e-5, 1e-6), 1e-4, 1e-7)
        for i, gradient in enumerate(gradients):
            exact = gradient.astype(np.float64)
            directions = [rng.normal(size=exact.shape), rng.normal(size=exact.shape), exact]
            for direction in (d / np.linalg.norm(d) for d in directions if np.any(d)):
                slope = float(np.sum(exact * direction))
                measured = []
                for h in steps:
                    h *= max(1.0, float(np.linalg.norm(params[i])))
                    there, back = (
                        loss_at([p + s * h * direction if j == i else p for j, p in enumerate(params)])[0]
                        for s in (1, -1)
                    )
                    measured.append((there - back) / (2 * h))
                allowed = floor * max(1.0, wanted) + share * max(abs(slope), *map(abs, measured))
                error = min(abs(slope - m) for m in measured)
                name = f"{'Wb'[i % 2]}{i // 2 + 1}"
                expect.that(error <= allowed, *_wrong_slope(name, kind, sizes, slope, measured[0]))

    return check


LOSS_HINTS = {
    "mse": "The mean goes over all entries, n times k of them. Nothing else is added.",
    "cross_entropy": "For each row: minus the logarithm of the softmax of its right class; then the mean over the rows.",
}


def _wrong_slope(
    name: str, kind: str, sizes: Sequence[int], slope: float, measured: float
) -> tuple[str, str]:
    message = (
        f"The gradient of {name} ({kind}, sizes {list(sizes)}) does not match: a small step in some direction "
        f"changes the loss at a rate of {measured:.4g}; your gradient says {slope:.4g}."
    )
    ratio = slope / measured if measured else 0.0
    if 0.99 < -ratio < 1.01:
        hint = "The sign is turned: the gradient points to where the loss grows."
    elif name == f"W{len(sizes) - 1}" or name == f"b{len(sizes) - 1}":
        factor = f" Here it is {ratio:.3g} times what it should be." if 0 < ratio < 1e4 else ""
        hint = f"This is the last layer: look at the slope of the loss by the outputs, with its 2 and its mean.{factor}"
    elif name.startswith("b"):
        hint = "A bias acts on every row: its gradient is the sum of the errors that reach its layer, over the rows."
    else:
        hint = "On its way down the error goes through W of the layer above, and then through the slope of the activation."
    return message, hint


class Digits(NamedTuple):
    """One draw from MNIST in disguise: the pixels of all images permuted alike, the classes renamed."""

    train: np.ndarray
    train_labels: np.ndarray
    hidden: np.ndarray
    hidden_labels: np.ndarray


@pytest.fixture(scope="session")
def digits(data: Any, seed: int) -> Digits:
    """60,000 digits to learn from and 10,000 hidden ones, uint8 (n, 784), drawn from all 70,000."""
    mnist = data.mnist()
    rng = np.random.default_rng([seed, 2])
    rows, pixels, classes = rng.permutation(70_000), rng.permutation(784), rng.permutation(10)
    data.note_disguise("digits: pixels permuted, classes renamed")
    images, labels = np.asarray(mnist.images).reshape(-1, 784), classes[np.asarray(mnist.labels)]
    hidden, train = rows[:HIDDEN_ROWS], rows[HIDDEN_ROWS : HIDDEN_ROWS + TRAINING_ROWS]
    return Digits(
        np.take(images[train], pixels, axis=1),
        labels[train].astype(np.int64),
        np.take(images[hidden], pixels, axis=1),
        labels[hidden].astype(np.int64),
    )


@pytest.fixture(scope="session")
def share_images(data: Any) -> Callable[[np.ndarray], Any]:
    """`share_images(images)`: uint8 (n, 784) as the submission sees them, float32 in [0, 1]."""
    return lambda images: data.share(images, scale=1 / 255, dtype="float32", shape=images.shape)


@pytest.fixture(scope="session")
def trained(
    submission: Any, digits: Digits, seed: int, share_images: Any, read_classifier: Any
) -> tuple[Params, Any]:
    """(params, time) of train_classifier on 60,000 digits, in a worker of its own that is ended."""
    with submission.worker("training") as worker:
        images = share_images(digits.train)
        value = worker.call(
            "train_classifier", images, digits.train_labels, seed % 2**32, budget="train_classifier"
        )
    return read_classifier(value, "train_classifier"), worker.elapsed
