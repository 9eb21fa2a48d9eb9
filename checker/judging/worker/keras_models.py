"""Keras models inside the worker: weights in and out, answers in batches, and what their structure is."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from checker.languages.texts import say


def start(gpu: bool) -> dict[str, str]:
    """Import TensorFlow and Keras and name their versions; let a GPU's memory grow as it is needed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _quiet_start():
        import keras
        import tensorflow as tf

    from checker.judging.worker.pipelines import copying_without_sendfile, without_autotuning

    without_autotuning()
    copying_without_sendfile()
    if gpu:
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)
    return {"tensorflow": tf.__version__, "keras": keras.__version__}


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Keep TensorFlow's greetings, which come from C++ and which no setting silences, out of the learner's log.

    What was said is shown after all where the import fails.
    """
    with tempfile.TemporaryFile() as said:
        errors = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield
        except BaseException:
            said.seek(0)
            os.write(errors, said.read(64 * 1024))
            raise
        finally:
            os.dup2(errors, 2)
            os.close(errors)


def build_on(model: Any, x: Any) -> None:
    """Call the model on one batch, so that layers without a stated input create their weights."""
    if not callable(model):
        raise TypeError(
            say(
                "this is a {kind} and no model; is there a return at the end of build?",
                kind=type(model).__name__,
            )
        )
    model(np.asarray(x), training=False)


def set_weights(model: Any, arrays: list[Any]) -> None:
    """`model.set_weights`, and what Keras leaves undone: a `Normalization` layer uses what it was given only
    after `finalize_state`."""
    model.set_weights(arrays)
    layers = model._flatten_layers() if hasattr(model, "_flatten_layers") else model.layers
    for layer in layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def apply(model: Any, x: Any, batch_size: int, training: bool = False) -> Any:
    """The model's answers to the rows of `x`, `batch_size` rows at a time; in inference mode unless `training`."""
    x = np.asarray(x)
    parts = [
        _one_output(model(x[start : start + batch_size], training=training))
        for start in range(0, len(x), batch_size)
    ]
    return np.concatenate([part.astype(np.float32) if part.dtype.itemsize == 2 else part for part in parts])


def _one_output(answer: Any) -> Any:
    if isinstance(answer, (list, tuple, dict)):
        raise TypeError(say("the model gives {count} outputs, where one is expected", count=len(answer)))
    return np.asarray(answer)


def facts(model: Any) -> dict[str, Any]:
    """Shapes as plain lists; an input or output shape that Keras does not know is empty."""
    trainable = {id(variable) for variable in model.trainable_variables}
    variables = list(model.weights)
    return {
        "input_shape": _shape_of(model, "input_shape"),
        "output_shape": _shape_of(model, "output_shape"),
        "weight_shapes": [[int(n) for n in variable.shape] for variable in variables],
        "trainable": [id(variable) in trainable for variable in variables],
        "kernel_shapes": [
            [int(n) for n in variable.shape]
            for variable in model.trainable_variables
            if len(variable.shape) >= 2
        ],
    }


def _shape_of(model: Any, name: str) -> list[int]:
    try:
        shape = getattr(model, name)
    except (AttributeError, ValueError):
        return []
    if not isinstance(shape, tuple) or any(isinstance(n, (tuple, list)) for n in shape):
        return []
    return [-1 if n is None else int(n) for n in shape]
