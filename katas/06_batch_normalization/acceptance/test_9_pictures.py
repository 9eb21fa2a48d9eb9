"""The same network, without and with the norm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = [pytest.mark.picture, pytest.mark.training]


def test_loss_with_and_without(show: Any, trained: Any) -> None:
    """both losses, epoch by epoch"""
    curves = {}
    for name, part in zip((say("plain"), "with the norm"), trained, strict=True):
        history = part.history if isinstance(part.history, Mapping) else {}
        values = np.asarray(
            next((v for k, v in history.items() if "loss" in str(k).lower()), ()), float
        ).reshape(-1)
        if values.size and np.isfinite(values).any():
            curves[name] = (np.arange(1, len(values) + 1), values)
    if len(curves) < 2:
        return
    show.lines(
        "loss with and without the norm",
        curves,
        x=say("epoch"),
        y="training loss",
        caption="The loss of your two networks, which differ in nothing but the norm.",
        caption_ko="정규화만 다르고 나머지는 똑같은 두 신경망의 손실입니다.",
    )
