"""What comes back from 32 numbers, and where the digits lie among the codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say
from checker.suite.disguises import upright

pytestmark = [pytest.mark.picture, pytest.mark.training]
SHOWN, POINTS, STEPS = 10, 1_000, 9


def test_what_comes_back(show: Any, digits: Any, decoded: Any, streams: Any) -> None:
    """digits above, what comes back below"""
    chosen = [int(np.flatnonzero(digits.hidden_labels == digit)[0]) for digit in range(SHOWN)]
    given = digits.hidden[chosen].reshape(-1, 28, 28) / 255
    back, noisy = (part[chosen].reshape(-1, 28, 28) for part in (decoded.plain, decoded.noisy))
    show.images(
        "reconstructions",
        [upright(row, streams) for row in (given, back, noisy)],
        caption="Above ten hidden digits, in the middle what your decoder makes of their codes, below what it makes of "
        "codes with a little noise.",
        caption_ko="위는 숨겨 둔 숫자 열 개, 가운데는 그 코드에서 디코더가 되살린 그림, 아래는 코드에 잡음을 조금 더했을 때의 "
        "그림입니다.",
    )


def test_codes_in_the_plane(show: Any, digits: Any, codes: np.ndarray) -> None:
    """codes by digit"""
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    plane = (centred @ axes[:2].T)[:POINTS]
    show.scatter(
        "codes in the plane",
        plane[:, 0],
        plane[:, 1],
        groups=digits.hidden_labels[:POINTS],
        x="first principal component",
        y=say("second"),
        caption=f"The codes of {POINTS} hidden digits, seen from where they spread most. Nobody told the network which digit is "
        "which; colours do.",
        caption_ko=f"숨겨 둔 숫자 {POINTS}개의 코드를 가장 넓게 퍼진 방향에서 본 모습입니다. 어느 숫자인지는 신경망에 알려 준 "
        "적이 없고, 색으로만 표시했습니다.",
    )
