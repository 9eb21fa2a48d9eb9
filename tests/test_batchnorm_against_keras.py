"""The judge's own batch normalization of kata 06, against Keras's layer and against finite differences."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from checker.catalog import default_folder, find, load

EPS = 1e-3
SHAPES = {"rows": (12, 5), "images": (3, 4, 5, 2), "one image": (1, 4, 4, 3)}


@pytest.fixture(scope="module")
def judges() -> ModuleType:
    """The suite's conftest, in which the functions stand."""
    kata = find(load(default_folder()), "06")
    spec = importlib.util.spec_from_file_location("batchnorm_of_the_judge", kata.suite / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The reference solution."""
    kata = find(load(default_folder()), "06")
    spec = importlib.util.spec_from_file_location("reference_06", kata.reference)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(shape: tuple[int, ...]) -> tuple[Any, ...]:
    """x, dy, gamma and beta."""
    rng = np.random.default_rng(len(shape))
    count = shape[-1]
    x = rng.normal(size=shape) * 3 + 10
    return x, rng.normal(size=shape), rng.normal(size=count), rng.normal(size=count)


@pytest.mark.parametrize("kind", SHAPES)
def test_backward_agrees_with_finite_differences(judges: ModuleType, kind: str) -> None:
    x, dy, gamma, beta = numbers(SHAPES[kind])
    dx, dgamma, dbeta = judges.backward(dy, x, gamma, EPS)
    h = 1e-5
    for part, wanted in ((0, dx), (1, dgamma), (2, dbeta)):
        numeric = np.empty_like(wanted)
        for place in np.ndindex(wanted.shape):
            ends = []
            for step in (h, -h):
                moved = [x.copy(), gamma.copy(), beta.copy()]
                moved[part][place] += step
                ends.append(np.sum(dy * judges.forward(*moved, EPS)))
            numeric[place] = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose(wanted, numeric, atol=1e-7)


@pytest.mark.training
@pytest.mark.parametrize("kind", SHAPES)
def test_keras_computes_the_same(judges: ModuleType, kind: str) -> None:
    """Forward, gradients, running statistics and inference of `keras.layers.BatchNormalization` in float64."""
    import keras
    import tensorflow as tf

    x, dy, gamma, beta = numbers(SHAPES[kind])
    layer = keras.layers.BatchNormalization(momentum=0.9, epsilon=EPS, dtype="float64")
    layer.build(x.shape)
    mean, var = np.full(len(gamma), 2.0), np.full(len(gamma), 3.0)
    layer.set_weights([gamma, beta, mean, var])

    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = layer(inputs, training=True)
        loss = tf.reduce_sum(y * dy)
    gradients = tape.gradient(loss, [inputs, layer.gamma, layer.beta])

    np.testing.assert_allclose(y, judges.forward(x, gamma, beta, EPS), atol=1e-10)
    for came, wanted in zip(judges.backward(dy, x, gamma, EPS), gradients, strict=True):
        np.testing.assert_allclose(came, wanted, atol=1e-10)

    batch_mean, batch_var = judges.statistics(x)
    new_mean, new_var = layer.get_weights()[2:]
    np.testing.assert_allclose(new_mean, 0.9 * mean + 0.1 * batch_mean, rtol=1e-10)
    np.testing.assert_allclose(new_var, 0.9 * var + 0.1 * batch_var, rtol=1e-10)

    layer.set_weights([gamma, beta, mean, var])
    wanted = judges.inference(x, gamma, beta, mean, var, EPS)
    np.testing.assert_allclose(layer(inputs, training=False), wanted, rtol=1e-10)


@pytest.mark.training
def test_a_folded_convolution_is_the_convolution_and_the_norm(reference: ModuleType) -> None:
    import keras

    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 6, 6, 3)).astype(np.float32)
    convolution, norm = keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization(epsilon=EPS)
    norm(convolution(x))
    norm.set_weights(
        [rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), rng.uniform(0.5, 2, size=4)]
    )
    wanted = np.asarray(norm(convolution(x), training=False))
    convolution.set_weights(reference.fold(*convolution.get_weights(), *norm.get_weights(), EPS))
    np.testing.assert_allclose(convolution(x), wanted, atol=1e-4)
