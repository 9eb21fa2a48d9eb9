"""What the answers of this kata look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.picture
DEPTH, WIDTH = 20, 64


def test_gradients_by_layer(show: Any, submission: Any, rng: Any) -> None:
    """gradient sizes through a deep network"""
    layers = [(rng.normal(size=(WIDTH, WIDTH)) * np.sqrt(2 / WIDTH), np.zeros(WIDTH)) for _ in range(DEPTH)]
    x = rng.normal(size=(32, WIDTH))
    norms = {
        name: np.asarray(submission.gradient_norms(layers, x, name), float).reshape(-1)
        for name in ("relu", "sigmoid")
    }
    show.lines(
        "gradients by layer",
        {name: (np.arange(1, len(found) + 1), found) for name, found in norms.items()},
        log=True,
        x="layer",
        y="size of the gradient",
        caption=f"What your gradient_norms says of {DEPTH} layers with weights as by he_init. Backwards through sigmoids the "
        "gradient shrinks at each layer; the first layers learn nothing.",
        caption_ko=f"he_init 가중치를 가진 {DEPTH}층 신경망에 대해 gradient_norms가 구한 값입니다. 시그모이드를 거꾸로 "
        "지날 때마다 그레이디언트가 줄어들어, 앞쪽 층은 아무것도 배우지 못합니다.",
    )


def test_relu_and_its_slope(show: Any, submission: Any) -> None:
    """the hinge"""
    z = np.linspace(-2, 2, 201)
    show.lines(
        "relu and its gradient",
        {
            "relu(z)": (z, np.asarray(submission.relu(z), float)),
            "relu_gradient(z)": (z, np.asarray(submission.relu_gradient(z), float)),
        },
        x="z",
        caption="Your relu and its gradient. Each half is a straight line; all that is not linear happens in one point.",
        caption_ko="여러분의 relu와 그 기울기입니다. 양쪽은 모두 직선이고, 비선형인 일은 한 점에서만 일어납니다.",
    )
