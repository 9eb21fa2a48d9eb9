"""The experiments of katas 03 and 05 on networks that are made up here: each cause is named, and nothing where all is "
"well."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from checker.suite import beside

KATAS = Path(__file__).parents[1] / "katas"
TIME = SimpleNamespace(used=12.0, allowed=168.0, reference=12.0)


def causes_of(kata: str) -> Any:
    (folder,) = KATAS.glob(f"{kata}_*")
    return beside(str(folder / "acceptance" / "conftest.py"), "causes")


# Kata 03: images of two grey bars, and "networks" that see and draw them in some other way.


@pytest.fixture(scope="module")
def bars() -> np.ndarray:
    """uint8 (500, 784)."""
    rng = np.random.default_rng(3)
    images = np.zeros((500, 28, 28))
    for image in images:
        top, left = rng.integers(2, 18, 2)
        image[top : top + rng.integers(3, 9), left : left + 3] = rng.uniform(0.4, 1)
        image[left : left + 3, top : top + 8] = rng.uniform(0.4, 1)
    return (255 * images).astype(np.uint8).reshape(-1, 784)


def autoencoder(bars: np.ndarray, see: Any = None, draw: Any = None, **changes: Any) -> Any:
    """The causes of kata 03 for a network that gets back `see(images)` and draws `draw` of that."""
    module, rng = causes_of("03"), np.random.default_rng(4)
    see, draw = see or (lambda x: x), draw or (lambda x: x)
    mix = rng.normal(size=(784, 32))

    def ask(images: np.ndarray, training: bool = False) -> tuple[np.ndarray, np.ndarray]:
        seen = np.clip(see(images.astype(np.float64)), 0, 1)
        blur = 0.02 * np.random.default_rng(len(images)).normal(size=images.shape)
        return np.tanh(0.1 * seen @ mix) * 3, draw(seen + blur)

    hidden = bars[:300].astype(np.float32) / 255
    codes, drawn = ask(hidden)
    kernels = [rng.normal(size=(784, 64)) * 0.1, rng.normal(size=(64, 32)) * 0.1]
    moved = [kernel + rng.normal(size=kernel.shape) * 0.1 for kernel in kernels]
    given: dict[str, Any] = {
        "hidden": hidden,
        "codes": codes,
        "drawn": drawn,
        "train": bars,
        "ask": ask,
        "of_the_object": lambda images: ask(images)[1],
        "encoder": (kernels, moved),
        "decoder": (kernels, moved),
        "is_frozen": lambda: (False, False),
        "history": None,
        "time": TIME,
        "used_for_few": 1.0,
        "linear_error": 0.0173,
    }
    return module.Causes(module.Seen(**{**given, **changes}))


def logits(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 0.01, 0.99)
    return np.log(p / (1 - p))


def transposed(p: np.ndarray) -> np.ndarray:
    return p.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(p.shape)


@pytest.mark.parametrize(
    ("see", "draw", "cause"),
    [
        (None, logits, "logits"),
        (None, lambda p: 2 * p - 1, "another_range"),
        (None, lambda p: 255 * p, "another_range"),
        (None, lambda p: 1 - p, "another_range"),
        (None, transposed, "turned_images"),
        (None, lambda p: p / np.linalg.norm(p, axis=1, keepdims=True), "another_brightness"),
        (lambda x: x / 255, None, "scaled_in_train_in_0_to_255"),
        (lambda x: (x + 1) / 2, lambda p: 2 * p - 1, "scaled_in_train_in_minus_one_to_one"),
        (None, None, ""),
    ],
)
def test_drawings_that_are_right_in_another_range(bars: np.ndarray, see: Any, draw: Any, cause: str) -> None:
    found = autoencoder(bars, see, draw).another_range()
    assert (found.id if found else "") == cause


def test_an_autoencoder_that_is_all_right_has_no_cause(bars: np.ndarray) -> None:
    causes = autoencoder(bars)
    said = [name.__name__ for name in causes.certain if name.__name__ != "linear" and name() is not None]
    assert said == []


def test_drawings_without_their_digit(bars: np.ndarray) -> None:
    mean = bars.mean(axis=0) / 255
    flat = autoencoder(bars, draw=lambda p: np.tile(mean, (len(p), 1)) + 1e-3 * p)
    assert flat.constant_drawings().id == "draws_the_mean_image"
    assert autoencoder(bars, draw=lambda p: 1e-3 * p).black().id == "draws_black"
    assert autoencoder(bars, draw=lambda p: p / 255).black().id == "divided_by_255_again"
    assert autoencoder(
        bars, draw=lambda p: np.exp(9 * p) / np.exp(9 * p).sum(axis=1, keepdims=True)
    ).softmax_at_the_end()
    assert autoencoder(bars, draw=lambda p: 1.4 - 1.8 * p).climbs() is not None


def test_codes_that_say_little(bars: np.ndarray) -> None:
    codes = np.random.default_rng(1).normal(size=(300, 32))
    assert autoencoder(bars, codes=np.zeros((300, 32))).constant_code().id == "constant_code"
    assert autoencoder(bars, codes=codes[:, :4]).few_units().id == "code_too_small"
    assert autoencoder(bars, codes=codes * (np.arange(32) < 5)).few_units().id == "dead_code_units"
    assert autoencoder(bars, codes=codes[:, :6] @ codes[:6]).narrow().id == "narrow_layer"
    assert autoencoder(bars, codes=1 / (1 + np.exp(-codes))).sigmoid_code().id == "squeezed_code"
    assert autoencoder(bars, codes=codes).sigmoid_code() is None


def test_what_the_autoencoder_was_trained_on(bars: np.ndarray) -> None:
    causes = autoencoder(bars, draw=lambda p: 0.5 * p)
    error = causes.error
    for known, cause in (
        ([0.1, 0.1, 0.1, 1.0, 1.1, 0.9, 1.0, 1.0, 1.0, 1.0], "few_rows_used"),
        ([1.0, 1.0, 1.1, 1.0, 1.1, 0.9, 1.0, 1.0, 1.0, 0.1], "few_rows_used"),
        ([0.5, 0.4, 0.5, 0.6, 0.5, 0.5, 0.4, 0.5, 0.5, 0.5], "learned_by_heart"),
        ([1.0, 0.9, 1.1, 1.0, 1.1, 0.9, 1.0, 1.0, 1.0, 1.0], ""),
    ):
        causes.known = error * np.array(known)
        found = causes.one_sided()
        assert (found.id if found else "") == cause
    curve = autoencoder(bars, draw=lambda p: 0.5 * p, history={"loss": [0.01, 0.0001]})
    assert curve.not_what_the_curve_says().id == "not_what_was_trained"


# Kata 05: answers that are a function of the label and of chance.


def network(right: float = 0.6, **changes: Any) -> Any:
    module, rng = causes_of("05"), np.random.default_rng(2)
    labels = {
        part: rng.integers(0, 2, n) for part, n in (("train", 1_200), ("validation", 300), ("hidden", 900))
    }
    pictures = SimpleNamespace(
        **{
            part: (100 * y[:, None, None, None] + rng.integers(0, 155, (len(y), 4, 4, 3))).astype(np.uint8)
            for part, y in labels.items()
        },
        **{f"y_{part}": y for part, y in labels.items()},
        image_shape=(4, 4, 3),
    )

    def balanced(y: np.ndarray, scores: np.ndarray) -> float:
        return float(np.mean([np.mean((scores[y == kind] > 0.5) == kind) for kind in (0, 1)]))

    def ask(images: np.ndarray, training: bool = False) -> np.ndarray:
        truth = images.mean(axis=(1, 2, 3)) > 0.5
        chance = np.random.default_rng(len(images)).random(len(images)) < 2 * right - 1
        return np.where(chance, truth, np.random.default_rng(9).random(len(images)) > 0.5) * 0.6 + 0.2

    kernels = [rng.normal(size=(3, 3, 3, 8)), rng.normal(size=(8, 1))]
    given: dict[str, Any] = {
        "pictures": pictures,
        "answers": ask(pictures.hidden / 255),
        "start": kernels,
        "weights": [kernel * 1.5 for kernel in kernels],
        "kernels": ((3, 3, 3, 8), (8, 1)),
        "is_frozen": lambda: False,
        "history": None,
        "time": TIME,
        "ask": ask,
        "untrained": lambda images: 0.5 + 0.05 * images.mean(axis=(1, 2, 3)),
        "in_that_process": ask,
        "after_training": lambda images, y: iter([y * 0.9]),
        "balanced_accuracy": balanced,
        **changes,
    }
    given["accuracy"] = balanced(pictures.y_hidden, given["answers"])
    return module.Causes(module.Seen(**given))


def test_a_network_that_sees_something_has_no_certain_cause() -> None:
    assert [cause.__name__ for cause in network(0.75).certain if cause() is not None] == []


def test_answers_that_are_constant_or_turned_round() -> None:
    turned = network(0.9)
    assert network(answers=1 - turned.seen.answers).turned_round().id == "labels_turned_round"
    ones = np.ones(900)
    one = network(answers=ones, untrained=lambda images: np.ones(len(images)))
    assert one.always_one().id == "softmax_of_one"
    assert (
        network(answers=ones * 0.97, ask=lambda images, training: np.full(len(images), 0.97)).leans().id
        == "leans_to_one_class"
    )
    assert network(answers=ones * 0.5 + 1e-9).constant().id == "dead_units"


def test_the_easy_exercise_tells_pairs_that_are_apart() -> None:
    nothing = network(0.5)
    assert nothing.learns_nothing().id == "learns_only_what_is_easy"
    apart = network(0.5, after_training=lambda images, y: iter([0.5 + 0.02 * y] * 3))
    assert apart.learns_nothing().id == "pairs_apart"
    brief = network(0.5, time=SimpleNamespace(used=2.0, allowed=168.0, reference=12.0))
    assert brief.learns_nothing().id == "too_few_steps" and brief.too_small() is None
    between = network(0.5, after_training=lambda images, y: iter([0.5 + 0.2 * y] * 3))
    assert between.learns_nothing() is None


def test_curves_and_weights_of_another_network() -> None:
    curve = {"val_accuracy": [0.7, 0.95], "loss": [0.5, 0.1]}
    assert network(0.6, history=curve).curve_of_another_model().id == "not_what_was_trained"
    right = network(0.95).seen.ask
    elsewhere = network(0.6, history=curve, in_that_process=right)
    assert elsewhere.curve_of_another_model().id == "outside_of_the_weights"
    assert (
        network(0.6, history={"accuracy": [0.99]}).curve_of_other_pictures().id
        == "learned_from_other_pictures"
    )
    same = network(0.6).seen.start
    assert network(0.6, weights=same).still_kernels().id == "another_model_trained"
    assert (
        network(0.6, history={"loss": [0.0, 0.0]}, answers=np.zeros(900)).loss_of_zero().id == "loss_always_0"
    )
    assert network(0.6, kernels=((8, 1),)).no_convolution().id == "no_convolution"
    assert network(0.6, kernels=((1, 1, 3, 8), (8, 1))).no_convolution().id == "no_neighbours"


def test_a_picture_of_which_hardly_anything_arrives() -> None:
    faint = network(
        answers=np.full(900, 0.5),
        untrained=lambda images: 1 / (1 + np.exp(-1e-3 * images.mean(axis=(1, 2, 3)))),
    )
    assert faint.scaled_twice().id == "scaled_twice"
    assert network(answers=np.full(900, 0.5)).scaled_twice() is None
