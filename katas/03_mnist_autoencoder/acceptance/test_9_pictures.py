"""What comes back from 32 numbers, and where the digits lie among the codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say
from checker.suite.disguises import upright

pytestmark = [pytest.mark.picture, pytest.mark.training]
SHOWN, POINTS = 10, 1_000
# From each of these digits to the other, in so many pictures.
WALKS, STEPS = ((0, 1), (3, 8), (4, 9), (7, 2)), 11


def test_what_comes_back(show: Any, digits: Any, decoded: Any, streams: Any, error_of: Any) -> None:
    """digits above, what comes back below"""
    chosen = [int(np.flatnonzero(digits.hidden_labels == digit)[0]) for digit in range(SHOWN)]
    given = digits.hidden[chosen].reshape(-1, 28, 28) / 255
    back, noisy = (part[chosen].reshape(-1, 28, 28) for part in (decoded.plain, decoded.noisy))
    errors = [error_of(part, digits.hidden) for part in (decoded.plain, decoded.noisy)]
    show.images(
        "reconstructions",
        [upright(row, streams) for row in (given, back, noisy)],
        caption="Above ten hidden digits, in the middle what your decoder makes of their codes, below what it makes of "
        "codes with a little noise.",
        caption_ko="위는 숨겨 둔 숫자 열 개, 가운데는 그 코드에서 디코더가 되살린 그림, 아래는 코드에 잡음을 조금 더했을 때의 "
        "그림입니다.",
        alt=f"Mean squared error per pixel of all {len(digits.hidden):,} hidden digits: {errors[0]:.4f}, with noise on the "
        f"codes {errors[1]:.4f}.",
        alt_ko=f"숨겨 둔 숫자 {len(digits.hidden):,}개 전체의 픽셀당 평균 제곱 오차: {errors[0]:.4f}, 코드에 잡음을 더하면 "
        f"{errors[1]:.4f}.",
    )


def test_codes_in_the_plane(show: Any, digits: Any, codes: np.ndarray) -> None:
    """codes by digit"""
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    share = float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-300))
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
        alt=f"The plane holds {share:.0%} of what the {codes.shape[1]} numbers of a code vary by.",
        alt_ko=f"이 평면에는 코드를 이루는 수 {codes.shape[1]}개의 분산 가운데 {share:.0%}가 담겨 있습니다.",
    )


def test_walks_through_the_code(
    show: Any, digits: Any, codes: Any, trained: Any, first_look: Any, build: Any, expect: Any, streams: Any
) -> None:
    """from one digit to another through the code"""
    ends = [[int(np.flatnonzero(digits.hidden_labels == digit)[0]) for digit in pair] for pair in WALKS]
    parts = np.linspace(0, 1, STEPS)[:, None]
    walks = np.concatenate([codes[a] + parts * (codes[b] - codes[a]) for a, b in ends]).astype(np.float32)
    # In a process that is there already; nothing is asked of it after this.
    decoder = build(first_look).decoder
    decoder.set_weights(trained.decoder)
    drawn = expect.array(decoder.apply(walks), "The decoder's answer", shape=(len(walks), 784))
    rows = drawn.reshape(len(WALKS), STEPS, 28, 28)
    show.images(
        "from digit to digit",
        [upright(row, streams) for row in rows],
        caption="On the left what comes of the code of one hidden digit, on the right that of another; between them lie the "
        "codes on the straight way from one to the other. What is drawn there no image has ever asked for.",
        caption_ko="왼쪽 끝과 오른쪽 끝은 숨겨 둔 두 숫자의 코드에서 되살린 그림이고, 그 사이는 두 코드를 잇는 직선 위의 "
        "코드에서 그린 그림입니다. 가운데 그림은 어느 이미지에서 온 것도 아닙니다.",
        alt="Row by row: " + ", ".join(f"from {a} to {b}" for a, b in WALKS) + f", in {STEPS} drawings each.",
        alt_ko="윗줄부터 "
        + ", ".join(f"{a}에서 {b}까지" for a, b in WALKS)
        + f", 줄마다 그림 {STEPS}개입니다.",
    )
