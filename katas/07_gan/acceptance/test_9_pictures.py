"""What the generator draws."""

import numpy as np
import pytest

from checker.suite import say

pytestmark = [pytest.mark.picture, pytest.mark.training]
COLUMNS, ROWS, NEAREST, WALKS, STEPS = 12, 4, 10, 4, 12
MOST_MOMENTS, MOST_SNAPSHOTS = 12, 6


def test_drawings(show, drawings):
    """a page of drawings"""
    kinds = np.bincount(drawings.classes, minlength=10) / len(drawings.classes)
    page = drawings.images[: COLUMNS * ROWS].reshape(ROWS, COLUMNS, 28, 28)
    show.images(
        say("drawings"),
        list(page),
        caption="What your generator draws from random numbers, as they came.",
        caption_ko="무작위 수에서 생성자가 그린 그림입니다. 고르지 않고 나온 그대로입니다.",
        alt=f"Of all {len(drawings.classes):,} drawings {kinds.min():.0%} are of the rarest digit ({kinds.argmin()}) and "
        f"{kinds.max():.0%} of the most frequent one ({kinds.argmax()}).",
        alt_ko=f"그림 {len(drawings.classes):,}개 가운데 가장 드문 숫자({kinds.argmin()})가 {kinds.min():.0%}, 가장 흔한 "
        f"숫자({kinds.argmax()})가 {kinds.max():.0%}입니다.",
    )


def test_nearest(show, drawings, digits):
    """drawings, and the training digits next to them"""
    drawn = drawings.images[:NEAREST].reshape(NEAREST, -1)
    known = digits.training.reshape(len(digits.training), -1) / np.float32(255)
    distance = (known**2).sum(axis=1)[None] - 2 * drawn @ known.T
    nearest = known[distance.argmin(axis=1)]
    off = np.sqrt(((drawn - nearest) ** 2).mean(axis=1))
    show.images(
        "nearest training digits",
        [drawn.reshape(-1, 28, 28), nearest.reshape(-1, 28, 28)],
        caption="Ten drawings, and below each the training digit that is most like it: alike, and not the same.",
        caption_ko="그림 열 개와, 그 아래에는 각각 가장 닮은 학습 숫자입니다. 닮았지만 똑같지는 않습니다.",
        alt=f"The pixels of the two differ by {off.min():.2f} to {off.max():.2f} (root mean square, 1 is from black to white).",
        alt_ko=f"두 그림의 픽셀 차이는 {off.min():.2f}에서 {off.max():.2f} 사이입니다(제곱 평균의 제곱근, 검정에서 흰색까지가 "
        "1).",
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
        alt=f"{len(walks)} walks of {STEPS} drawings.",
        alt_ko=f"{len(walks)}줄, 줄마다 그림 {STEPS}개입니다.",
    )


def test_snapshots(show, trained, digits):
    """the same z during training, if `train` returned snapshots"""
    taken = trained.history.get("snapshots") if isinstance(trained.history, dict) else None
    try:
        moments = np.asarray(taken, np.float64)
    except (TypeError, ValueError):
        return
    if moments.ndim != 4 or moments.shape[2:] != (28, 28) or not moments.size:
        return
    chosen = np.linspace(0, len(moments) - 1, min(MOST_MOMENTS, len(moments))).astype(int)
    columns = [digits.upright(moments[place][:MOST_SNAPSHOTS]) for place in chosen]
    show.images(
        "snapshots",
        list(np.stack(columns, axis=1)),
        caption="Each row is one z, drawn again and again while your networks trained, from left to right: from noise to a "
        "digit, which may still become another one.",
        caption_ko="줄마다 같은 z 하나를 학습하는 동안 되풀이해 그린 그림입니다. 왼쪽에서 오른쪽으로 가면서 잡음이 숫자가 되고, "
        "그 숫자가 다시 다른 숫자로 바뀌기도 합니다.",
        alt=f"{len(chosen)} of {len(moments)} moments, {columns[0].shape[0]} z.",
        alt_ko=f"{len(moments)}번 가운데 {len(chosen)}번, z {columns[0].shape[0]}개입니다.",
    )
