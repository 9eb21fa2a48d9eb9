"""The judge's end of a worker's pipes."""

from __future__ import annotations

import os

import numpy as np
import pytest

from checker.judging import wire
from checker.judging.host.channel import Channel


def test_each_answer_has_the_limit_of_its_own_question() -> None:
    """The reading thread waits for an answer before the next question is asked; its limit must not be the last one's."""
    questions, asking = os.pipe()
    answers, answering = os.pipe()
    channel = Channel(os.fdopen(asking, "wb"), os.fdopen(answers, "rb", buffering=0))
    with os.fdopen(answering, "wb", buffering=0) as worker, os.fdopen(questions, "rb"):

        def answer(size: int, limit: int) -> wire.Message | None:
            channel.send(wire.encode("n", "request", None), limit)
            for chunk in wire.encode("n", "reply", np.zeros(size, np.uint8)):
                worker.write(chunk)
            return channel.receive(10)

        first, second = answer(10, 100), answer(5_000, 10_000)
        assert first is not None and second is not None
        assert second.value.shape == (5_000,)
        with pytest.raises(wire.WireError, match="at most 100"):
            answer(5_000, 100)
        channel.close()
