"""How it learned, and what it does where."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

from checker.suite.beside import beside
from checker.suite.show import FRAMES

film = beside(__file__, "film")

pytestmark = [pytest.mark.picture, pytest.mark.training]
SIDE, MOST = 41, 4_000
# A frame of the film for every so many steps; it ends early where act is slow.
EVERY, MOST_SECONDS = 4, 3.0


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
        {"mean": (steps[width - 1 :][::every], mean[::every])},
        points=(steps[::every], returns[::every]),
        x="steps in the environment",
        y="length of an episode",
        caption=f"Each point is an episode of your training in game 1, the line their mean over {width}. 500 is the longest.",
        caption_ko=f"점 하나가 첫째 게임에서 학습한 에피소드 하나이고, 선은 {width}개의 평균입니다. 가장 긴 것은 500입니다.",
        alt=f"{len(returns):,} episodes in {steps[-1]:,.0f} steps: {mean[0]:.0f} long at first, {mean[-1]:.0f} in the end, "
        f"{mean.max():.0f} at best.",
        alt_ko=f"{steps[-1]:,.0f}단계 동안 에피소드 {len(returns):,}개: 처음에는 길이 {mean[0]:.0f}, 끝에는 {mean[-1]:.0f}, "
        f"가장 좋을 때 {mean.max():.0f}입니다.",
    )


def test_plane(show: Any, course: Any, games: Any, player: Any, with_weights: Any, answers: Any) -> None:
    """the action by angle and speed"""
    angle, speed = np.linspace(-0.2, 0.2, SIDE), np.linspace(-2, 2, SIDE)
    states = np.zeros((SIDE * SIDE, 4))
    states[:, 2], states[:, 3] = np.repeat(angle, SIDE), np.tile(speed, SIDE)
    shown = games[0].disguise.observations(states).astype(np.float32)
    answered = answers(player, with_weights(player, course.trained(0).weights), shown)
    actions = games[0].disguise.actions(answered)
    to_the_right = float(np.mean(actions))
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
        alt=f"It pushes to the right in {to_the_right:.0%} of {len(actions):,} states.",
        alt_ko=f"상태 {len(actions):,}개 가운데 {to_the_right:.0%}에서 오른쪽으로 밉니다.",
    )


def test_episode(
    show: Any,
    course: Any,
    games: Any,
    player: Any,
    with_weights: Any,
    answers: Any,
    untrained: Any,
    streams: Any,
) -> None:
    """an episode before training, and one after it, from the same start"""
    disguise = games[0].disguise
    policies = [untrained, with_weights(player, course.trained(0).weights)]
    seed = int(streams.hidden("film").integers(2**31))
    began = player.cpu_seconds
    plays = [Play(seed), Play(seed)]
    frames = []
    last = (FRAMES - 1) * EVERY
    for step in range(last + 1):
        if step % EVERY == 0:
            frames.append(film.frame([(play.state, play.is_over) for play in plays]))
        if step == last or player.cpu_seconds - began > MOST_SECONDS:
            break
        for play, policy in zip(plays, policies, strict=True):
            if not play.is_over:
                shown = disguise.observations(play.state[None]).astype(np.float32)
                play.take(int(disguise.actions(answers(player, policy, shown))[0]))
    before, after = (play.steps for play in plays)
    show.animation(
        "an episode",
        frames,
        caption="Above your policy as build() made it, below after training, both from the same start and in real time. Red says "
        "that the pole leans too far, and the episode is over.",
        caption_ko="위는 build()로 만든 그대로의 정책, 아래는 학습한 뒤의 정책입니다. 같은 상태에서 시작했고 실제 속도로 "
        "보여 줍니다. 빨간색은 막대가 너무 기울어 에피소드가 끝났다는 뜻입니다.",
        alt=f"Within the first {step} steps: untrained it lasts {before}, trained {after}.",
        alt_ko=f"처음 {step}단계 가운데 학습 전에는 {before}단계, 학습한 뒤에는 {after}단계를 버팁니다.",
    )


class Play:
    """One episode of the plain game."""

    def __init__(self, seed: int) -> None:
        self._env = gymnasium.make("CartPole-v1")
        self.state = np.asarray(self._env.reset(seed=seed)[0], np.float64)
        self.is_over, self.steps = False, 0

    def take(self, action: int) -> None:
        state, _, fell, ended, _ = self._env.step(action)
        self.state, self.is_over = np.asarray(state, np.float64), bool(fell or ended)
        self.steps += 1
