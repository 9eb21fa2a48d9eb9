"""How it learned, and what it does where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = [pytest.mark.picture, pytest.mark.training]
SIDE, MOST = 41, 4_000


def test_course(show: Any, course: Any, games: Any) -> None:
    """return by environment steps"""
    course.trained(0)
    returns = np.asarray(games[0].returns, float)
    if len(returns) < 2:
        return
    steps = np.cumsum(returns)
    width = max(1, len(returns) // 100)
    mean = np.convolve(returns, np.ones(width) / width, "valid")
    every = max(1, len(returns) // MOST)
    show.lines(
        "return by steps",
        {say("mean"): (steps[width - 1 :][::every], mean[::every])},
        points=(steps[::every], returns[::every]),
        x="steps in the environment",
        y="length of an episode",
        caption=say(
            "Each point is an episode of your training in game 1, the line their mean over {width}. 500 is "
            "the longest.",
            width=width,
        ),
        caption_ko=f"점 하나가 첫째 게임에서 학습한 에피소드 하나이고, 선은 {width}개의 평균입니다. 가장 긴 것은 500입니다.",
    )


def test_plane(show: Any, course: Any, games: Any, player: Any, with_weights: Any, answers: Any) -> None:
    """the action by angle and speed"""
    angle, speed = np.linspace(-0.2, 0.2, SIDE), np.linspace(-2, 2, SIDE)
    states = np.zeros((SIDE * SIDE, 4))
    states[:, 2], states[:, 3] = np.repeat(angle, SIDE), np.tile(speed, SIDE)
    shown = games[0].disguise.observations(states).astype(np.float32)
    answered = answers(player, with_weights(player, course.trained(0).weights), shown)
    actions = games[0].disguise.actions(answered)
    show.scatter(
        "actions by angle and speed",
        states[:, 2],
        states[:, 3],
        groups=actions,
        x="angle of the pole",
        y="its angular speed",
        caption="What your policy does in the middle of the track: 0 pushes to the left, 1 to the right. A pole that falls to "
        "the right wants a push to the right.",
        caption_ko="트랙 한가운데에서 정책이 고르는 행동입니다. 0은 왼쪽으로, 1은 오른쪽으로 밉니다. 막대가 오른쪽으로 "
        "넘어질 때는 오른쪽으로 밀어야 합니다.",
    )
