"""What the network is sure of, what its first layer looks for, and where in a picture it finds it."""

import numpy as np
import pytest

pytestmark = [pytest.mark.picture, pytest.mark.training]
SHOWN, LOOKED_AT = 8, 4
MOST_KERNELS, KERNELS_ABREAST = 64, 16
# The grey patch, as a share of the picture's side, and how far it moves each time.
PATCH, STRIDE = 1 / 4, 1 / 16
RED, TINT = (0.8, 0.15, 0.1), 0.8
# Beyond these logarithmic odds a network is as good as certain.
CERTAIN = 8.0


def surest(answers, y_hidden):
    """The rows of which it is surest, those that are right and those that are wrong."""
    right = (answers > 0.5) == (y_hidden == 1)
    sure = np.argsort(-np.abs(answers - 0.5))
    return [[int(row) for row in sure if right[row] == wanted] for wanted in (True, False)]


def odds(p):
    """Logarithmic odds."""
    p = np.clip(np.asarray(p, np.float64), 1e-9, 1 - 1e-9)
    return np.clip(np.log(p / (1 - p)), -CERTAIN, CERTAIN)


def test_surest(show, pictures, answers):
    """surest right and surest wrong pictures"""
    right, wrong = surest(answers, pictures.y_hidden)
    show.images(
        "surest answers",
        [pictures.as_they_were(pictures.hidden[rows[:SHOWN]]) / 255 for rows in (right, wrong) if rows],
        caption="Above the hidden pictures of which your network is surest and right, below those of which it is surest and "
        "wrong.",
        caption_ko="위는 신경망이 가장 확신하고 맞힌 그림, 아래는 가장 확신했지만 틀린 그림입니다.",
        alt=f"Of {len(answers):,} hidden pictures {len(right):,} are right and {len(wrong):,} wrong.",
        alt_ko=f"숨겨 둔 그림 {len(answers):,}장 가운데 {len(right):,}장을 맞히고 {len(wrong):,}장을 틀렸습니다.",
    )


def test_first_kernels(show, pictures, trained):
    """the first layer's kernels"""
    kernels = next((w for w in trained.weights if w.ndim == 4 and w.shape[2] == 3), None)
    if kernels is None or not np.isfinite(kernels).all() or max(kernels.shape[:2]) < 2:
        return
    each = np.moveaxis(kernels, 3, 0)[:MOST_KERNELS].astype(np.float64)
    size = np.abs(each).max(axis=(1, 2, 3), keepdims=True)
    shown = pictures.as_they_were(0.5 + 0.5 * each / np.maximum(size, 1e-12))
    high, wide = shown.shape[1:3]
    show.images(
        "first kernels",
        [shown[start : start + KERNELS_ABREAST] for start in range(0, len(shown), KERNELS_ABREAST)],
        tile=36,
        gap=8,
        between=16,
        caption="The kernels of the first convolution, each with its colours stretched as far as they go; grey is 0. Some look "
        "for an edge, some for a colour.",
        caption_ko="첫 합성곱의 커널입니다. 커널마다 색을 끝까지 늘려 그렸고, 회색은 0입니다. 어떤 커널은 경계를 찾고, 어떤 "
        "커널은 색을 찾습니다.",
        alt=f"{len(shown)} kernels of {high} x {wide} pixels.",
        alt_ko=f"{high} x {wide} 픽셀 커널 {len(shown)}개입니다.",
    )


def test_where_it_looks(show, pictures, answers, judged, probabilities):
    """what a grey patch hides"""
    right, _ = surest(answers, pictures.y_hidden)
    by_class = [[row for row in right if pictures.y_hidden[row] == kind][:LOOKED_AT] for kind in (0, 1)]
    rows = [row for kind in by_class for row in kind]
    if not rows:
        return
    images = pictures.hidden[rows] / np.float32(255)
    side = images.shape[1]
    patch, step = max(int(side * PATCH), 1), max(int(side * STRIDE), 1)
    places = [(i, j) for i in range(0, side - patch + 1, step) for j in range(0, side - patch + 1, step)]
    hidden = np.repeat(images, len(places), axis=0)
    for number, (i, j) in enumerate(places):
        hidden[number :: len(places), i : i + patch, j : j + patch] = 0.5
    asked = np.concatenate([images, hidden])
    p = odds(probabilities(judged.apply(asked), len(asked), "after training"))
    sign = np.where(pictures.y_hidden[rows] == 1, 1.0, -1.0)
    lost = sign[:, None] * (p[: len(rows), None] - p[len(rows) :].reshape(len(rows), -1))
    heat, seen = np.zeros((len(rows), side, side, 1)), np.zeros((side, side, 1))
    for number, (i, j) in enumerate(places):
        heat[:, i : i + patch, j : j + patch] += lost[:, number, None, None, None]
        seen[i : i + patch, j : j + patch] += 1
    heat = np.maximum(heat / np.maximum(seen, 1), 0)
    heat *= TINT / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-6)
    upright, heat = (
        pictures.as_they_were(np.repeat(part, 3 // part.shape[3], axis=3)) for part in (images, heat)
    )
    pale = upright.mean(axis=3, keepdims=True) * 0.6 + 0.2
    marked = pale * (1 - heat) + np.array(RED) * heat
    moved = lost.max(axis=1)
    show.images(
        "where it looks",
        [upright, marked],
        tile=96,
        caption="Pictures that your network gets right. Below, red is where a grey patch costs it most of its certainty: there "
        "it has found what it goes by. If that is not the animal, it has learned something else.",
        caption_ko="신경망이 맞힌 그림들입니다. 아래 줄에서 빨간 곳은 회색 조각으로 가리면 확신이 가장 많이 줄어드는 곳, 곧 "
        "신경망이 근거로 삼은 곳입니다. 그곳이 동물이 아니라면 다른 것을 배운 것입니다.",
        alt=f"A patch of {patch} x {patch} pixels over the place that matters most lowers the logarithmic odds by "
        f"{moved.min():.1f} to {moved.max():.1f}.",
        alt_ko=f"{patch} x {patch} 픽셀 조각으로 가장 중요한 곳을 가리면 로그 오즈가 {moved.min():.1f}에서 "
        f"{moved.max():.1f}까지 줄어듭니다.",
    )
