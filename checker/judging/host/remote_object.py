"""Objects of the submission that stay in their worker: a Keras model, or a policy's list of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from checker.judging import wire
from checker.judging.host.failures import SubmissionError
from checker.languages.texts import say
from checker.verdict import Outcome


class Asked(Protocol):
    """The worker in which an object stays, as far as it is asked about it."""

    max_parameters: int

    def request(
        self,
        operation: str,
        during: str,
        *,
        max_reply: int | None = None,
        budget: str | None = None,
        **fields: Any,
    ) -> Any:
        """Send one operation and return the value of its reply."""


@dataclass(frozen=True)
class ModelFacts:
    """Structure of a model, in the submission's own words."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    weight_shapes: tuple[tuple[int, ...], ...]
    trainable: tuple[bool, ...]
    kernel_shapes: tuple[tuple[int, ...], ...]

    @property
    def parameters(self) -> int:
        """The number of all weights."""
        return sum(int(np.prod(shape, dtype=np.float64)) for shape in self.weight_shapes)


class RemoteObject:
    """A model or list of arrays that stays in its worker."""

    def __init__(self, worker: Asked, handle: wire.Handle, what: str) -> None:
        self._worker = worker
        self.handle = handle
        self.what = what

    def weights(self) -> list[np.ndarray[Any, Any]]:
        """The weights as arrays: `model.get_weights()`, or the arrays of the list.

        Raises:
            SubmissionError: they are not arrays of finite numbers, or more than the kata's cap.
        """
        most = self._worker.max_parameters
        during = say("handing over the weights of {what}", what=self.what)
        value = self._worker.request("weights", during, max_reply=8 * most + 2**20, handle=self.handle)
        if not isinstance(value, list) or not all(
            isinstance(item, (np.ndarray, float, int)) for item in value
        ):
            raise SubmissionError(
                Outcome.INVALID,
                say("The weights of {what} are not a list of arrays.", what=self.what),
                say("Return a Keras model or a list."),
            )
        arrays = [np.asarray(item) for item in value]
        count = sum(array.size for array in arrays)
        if count > most:
            raise SubmissionError(
                Outcome.FAILED,
                say(
                    "{what} has {count:,} parameters; at most {most:,} are allowed.",
                    what=self.what,
                    count=count,
                    most=most,
                ),
                say("A smaller network is enough here."),
            )
        return arrays

    def set_weights(self, arrays: list[np.ndarray[Any, Any]]) -> None:
        """Put arrays, as `weights` gave them, into the object."""
        self._worker.request(
            "set_weights",
            say("setting the weights of {what}", what=self.what),
            handle=self.handle,
            arrays=list(arrays),
        )

    def build_on(self, x: Any) -> None:
        """Call a model once on a batch, so that it creates its weights."""
        self._worker.request(
            "build_on", say("calling {what} on a batch", what=self.what), handle=self.handle, x=x
        )

    def apply(
        self, x: Any, batch_size: int = 1024, budget: str | None = None, training: bool = False
    ) -> np.ndarray[Any, Any]:
        """A model's answers to the rows of `x`, as an array; shape and values are the caller's to check.

        With `training` the model is called as in training: layers that keep averages change them.
        """
        during = say("calling {what}", what=self.what)
        value = self._worker.request(
            "apply",
            during,
            budget=budget,
            handle=self.handle,
            x=x,
            batch_size=batch_size,
            training=training,
        )
        if not isinstance(value, np.ndarray):
            raise SubmissionError(Outcome.INVALID, say("{what} did not return one array.", what=self.what))
        return value

    def facts(self) -> ModelFacts:
        """Shapes of input, output and weights.

        Raises:
            SubmissionError: it is not a Keras model.
        """
        value = self._worker.request("facts", say("looking at {what}", what=self.what), handle=self.handle)
        try:
            return ModelFacts(
                input_shape=_shape(value["input_shape"]),
                output_shape=_shape(value["output_shape"]),
                weight_shapes=tuple(_shape(shape) for shape in value["weight_shapes"]),
                trainable=tuple(bool(flag) for flag in value["trainable"]),
                kernel_shapes=tuple(_shape(shape) for shape in value["kernel_shapes"]),
            )
        except (KeyError, TypeError, ValueError):
            raise SubmissionError(
                Outcome.INVALID, say("{what} does not say what its shapes are.", what=self.what)
            ) from None


def _shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(n) is int and -1 <= n < 2**31 for n in value):
        raise ValueError("not a shape")
    return tuple(value)
