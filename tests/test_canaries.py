"""What a canary measures by is not the submission's to choose: huge, tiny and one-sided numbers blind none of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from checker.judging.streams import Streams
from checker.judging.suite.expect import Expect, Missed

KATAS = Path(__file__).resolve().parent.parent / "katas"


def suite(kata: str, file: str) -> ModuleType:
    path = next(KATAS.glob(f"{kata}_*")) / "acceptance" / file
    spec = importlib.util.spec_from_file_location(f"canaries_{kata}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


# 03: codes as large or small as the encoder likes.

SIZES = (1e-4, 1e-2, 1.0, 30.0, 1e4)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mean", (0.0, 3.0))
def test_ordinary_codes_get_one_percent_of_their_spread(
    size: float, mean: float, rng: np.random.Generator
) -> None:
    codes = (size * (mean + rng.normal(size=(5_000, 8)))).astype(np.float32)
    moved = suite("03", "arithmetic.py").with_noise(codes, 0.01, rng)
    share = (moved.astype(np.float64) - codes).std() / size
    assert moved.dtype == np.float32 and share == pytest.approx(0.01, rel=0.05)


PACKED = {
    "times 2^-100": lambda n: n * 2.0**-100,
    "times 2^-140": lambda n: n * 2.0**-140,
    "beside 2^23": lambda n: n % 32 + 2.0**23,
    "beside -2^30": lambda n: 64.0 * (n % 32) - 2.0**30,
    "24 bits": lambda n: n * 1.0,
}


@pytest.mark.parametrize("how", PACKED)
def test_packed_bits_do_not_survive(how: str, rng: np.random.Generator) -> None:
    codes = PACKED[how](rng.integers(2**24, size=(5_000, 4))).astype(np.float32)
    moved = suite("03", "arithmetic.py").with_noise(codes, 0.01, rng)
    assert np.isfinite(moved).all()
    assert np.mean(moved == codes) < 0.05


def test_a_large_number_does_not_hide_the_others(rng: np.random.Generator) -> None:
    varies_by = suite("03", "arithmetic.py").varies_by
    answers = rng.normal(size=(32, 4))
    own = varies_by(answers, 0)
    # A unit beside them that is a thousand times as large, or ten added to all.
    assert varies_by(np.column_stack([answers, 1e3 * answers[:, 0]]), 0)[:, :4] == pytest.approx(own)
    assert (varies_by(answers + 10.0, 0) <= np.maximum(own, 2.0) * 1.0001).all()
    assert (varies_by(np.zeros((3, 4)), 0) > 0).all()


# 06: a network that sees digits and does not read them.


def test_what_can_be_read_is_found_at_any_scale(rng: np.random.Generator) -> None:
    linear_accuracy = suite("06", "test_2_training.py").linear_accuracy
    labels = rng.integers(10, size=4_000)
    seen = np.eye(10)[labels] @ rng.normal(size=(10, 20)) + 0.3 * rng.normal(size=(4_000, 20))
    for scale in (1e-9, 1.0, 1e9):
        assert linear_accuracy(scale * seen + 5 * scale, labels) > 0.9
    assert linear_accuracy(rng.normal(size=(4_000, 20)), labels) < 0.2
    assert linear_accuracy(np.zeros((4_000, 20)), labels) < 0.2


def test_overflow_counts_as_far_apart(rng: np.random.Generator) -> None:
    apart = suite("06", "test_1_two_networks.py").apart
    alike = np.full((8, 10), 0.1)
    assert apart(alike) == 0
    assert apart(np.where(rng.random((8, 10)) < 0.1, np.nan, alike)) > 50
    assert 0.01 < apart(rng.dirichlet(np.full(10, 50.0), size=8)) < 1


# 07: walks hidden among other pictures.


class Generator:
    """In place of a worker and its model: a smooth picture of every z."""

    def __init__(self, smooth: bool = True) -> None:
        self.asked: list[np.ndarray] = []
        self.smooth = smooth

    def __enter__(self) -> Generator:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, *_: object, **__: object) -> Generator:
        return self

    def build_on(self, x: np.ndarray) -> None:
        pass

    def set_weights(self, arrays: list[np.ndarray]) -> None:
        pass

    def apply(self, z: np.ndarray) -> np.ndarray:
        self.asked.append(z)
        waves = np.outer(np.arange(64), np.arange(784)) % 7 - 3
        pictures = 0.5 + 0.5 * np.tanh(z @ waves / 20)
        if not self.smooth and len(z) > 1:
            pictures = (pictures + pictures.mean(axis=0)) / 2
        return pictures.reshape(-1, 28, 28).astype(np.float32)


class Features:
    def features(self, images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), -1)[:, :4]

    def classes_of(self, features: np.ndarray) -> np.ndarray:
        return np.zeros(len(features), np.int64)


@pytest.mark.parametrize("smooth", [True, False])
def test_a_walk_is_asked_in_no_order_and_comes_back_in_its_own(smooth: bool) -> None:
    conftest, streams = suite("07", "conftest.py"), Streams(5)
    digits = conftest.Digits(np.zeros((1, 28, 28)), np.zeros((1, 28, 28)), np.zeros((1, 28, 28)), 1, True)
    model = Generator(smooth)
    submission = SimpleNamespace(prepare=lambda count: None, worker=lambda label: model)
    trained = SimpleNamespace(generator=[])

    def as_pictures(model: Generator, z: np.ndarray, after: str = "", weights: object = None) -> np.ndarray:
        value = model.apply(z)
        assert value.shape == (len(z), 28, 28)
        return value

    drawn = conftest.drawings.__wrapped__(submission, trained, digits, Features(), as_pictures, streams)
    z, path = drawn.z, drawn.path
    assert sorted(map(bytes, model.asked[0])) == sorted(map(bytes, np.concatenate([z, path])))
    steps = np.linalg.norm(np.diff(model.asked[0], axis=0), axis=1)
    assert np.median(steps) > 5, "neighbours on a walk are no neighbours in the batch"
    assert np.linalg.norm(np.diff(drawn.walks, axis=1), axis=2).max() < 5
    assert drawn.raw.shape == (5_000, 28, 28) and drawn.walks.shape == (24, 40, 784)
    together, alone = conftest.drawn_alone.__wrapped__(submission, trained, drawn, as_pictures, streams)
    assert together.shape == alone.shape == (12, 28, 28)
    assert (np.abs(together - alone).max() < 1e-5) == smooth


class TwoLayers:
    """In place of a plain network in a worker: digits that are ten clear points, a hidden layer, a softmax."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        self.weights = weights

    def set_weights(self, arrays: list[np.ndarray]) -> None:
        self.weights = arrays

    def apply(self, x: np.ndarray) -> np.ndarray:
        w, b, v, c = (a.astype(np.float64) for a in self.weights)
        out = np.tanh(x @ w + b) @ v + c
        p = np.exp(out - out.max(axis=1, keepdims=True))
        return (p / p.sum(axis=1, keepdims=True)).astype(np.float32)


START = np.random.default_rng(1).normal(size=(32, 10)) / 6


def plain_after(change: str, rng: np.random.Generator) -> list[np.ndarray]:
    """Weights of a network that reads its last layer, and what other recipes and sabotage make of them."""
    w = rng.normal(size=(784, 32)) / 28
    right = np.linalg.pinv(np.tanh(POINTS @ w))
    v = {
        "": START + 30 * right,
        "slow but right": START + 1e-3 * right,
        "shuffled labels": START + rng.normal(size=START.shape),
        "another last layer": rng.normal(size=START.shape) * 1e-3,
        "tiny steps": START + 1e-7 * right,
    }.get(change, START)
    if change == "nothing gets through":
        w = w * 1e-7
    weights = [w, np.zeros(32), v, np.zeros(10)]
    if change == "not a number":
        weights = [a * np.nan for a in weights]
    return [a.astype(np.float32) for a in weights]


POINTS = np.random.default_rng(0).normal(size=(10, 784))


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ("", False),
        ("slow but right", False),
        ("nothing gets through", False),
        ("not a number", False),
        ("shuffled labels", True),
        ("another last layer", True),
        ("tiny steps", True),
    ],
)
def test_who_sees_digits_must_read_them(change: str, is_refused: bool, rng: np.random.Generator) -> None:
    module = suite("06", "test_2_training.py")
    labels = rng.integers(10, size=20_000)
    images = (POINTS[labels] + 0.5 * rng.normal(size=(20_000, 784))).astype(np.float32)
    weights = plain_after(change, rng)
    network = TwoLayers(weights)
    plain = SimpleNamespace(model=network, kernels=[0, 2], fresh=weights)
    before = [*weights[:2], START.astype(np.float32), weights[3]]
    # The normed network's last kernel moved by about 1; where the rate is small, by less.
    moved = START + rng.normal(size=START.shape) * (1e-4 if change == "slow but right" else 0.3)
    learned = [*weights[:2], moved.astype(np.float32), weights[3]]

    def accuracy(answers: np.ndarray, wanted: np.ndarray) -> float:
        return float(np.mean(answers.argmax(axis=1) == wanted))

    def run() -> None:
        module.test_plain_reads_what_it_sees(
            networks=(plain, SimpleNamespace(kernels=[0, 2])),
            trained=tuple(SimpleNamespace(weights=w, before=before) for w in (weights, learned)),
            put_weights=lambda network, arrays: network.model.set_weights(arrays),
            digits=SimpleNamespace(train=images, train_labels=labels),
            data=SimpleNamespace(share=lambda array, **_: array),
            accuracy_of=accuracy,
            rng=rng,
            expect=Expect({}),
        )

    if is_refused:
        with pytest.raises(Missed, match=r"begun to read is|moved only"):
            run()
    else:
        run()
    assert network.weights is weights
