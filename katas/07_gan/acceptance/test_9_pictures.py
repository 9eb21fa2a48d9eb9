"""What the generator draws."""

import numpy as np
import pytest

from checker.suite import say

pytestmark = [pytest.mark.picture, pytest.mark.training]
COLUMNS, ROWS, NEAREST, WALKS, STEPS = 12, 4, 10, 4, 12


def test_drawings(show, drawings):
    """a page of drawings"""
    page = drawings.images[: COLUMNS * ROWS].reshape(ROWS, COLUMNS, 28, 28)
    show.images(
        say("drawings"),
        list(page),
        caption="What your generator draws from random numbers, as they came.",
        caption_ko="무작위 수에서 생성자가 그린 그림입니다. 고르지 않고 나온 그대로입니다.",
    )


def test_nearest(show, drawings, digits):
    """drawings, and the training digits next to them"""
    drawn = drawings.images[:NEAREST].reshape(NEAREST, -1)
    known = digits.training.reshape(len(digits.training), -1) / np.float32(255)
    distance = (known**2).sum(axis=1)[None] - 2 * drawn @ known.T
    show.images(
        "nearest training digits",
        [drawn.reshape(-1, 28, 28), known[distance.argmin(axis=1)].reshape(-1, 28, 28)],
        caption="Ten drawings, and below each the training digit that is most like it: alike, and not the same.",
        caption_ko="그림 열 개와, 그 아래에는 각각 가장 닮은 학습 숫자입니다. 닮았지만 똑같지는 않습니다.",
    )


def test_walks(show, drawings):
    """from one z to another"""
    walks = drawings.walks.reshape(len(drawings.walks), -1, 28, 28)[:WALKS]
    steps = np.linspace(0, walks.shape[1] - 1, STEPS).astype(int)
    show.images(
        say("walks"),
        list(walks[:, steps]),
        caption="From one z on the left to another on the right, in small steps: one digit becomes the other.",
        caption_ko="왼쪽의 z에서 오른쪽의 z까지 조금씩 옮겨 가며 그린 그림입니다. 한 숫자가 다른 숫자로 바뀝니다.",
    )
