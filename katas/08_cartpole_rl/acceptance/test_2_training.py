"""Three games, three trainings, 100 hidden episodes each."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.training


def test_first_game(first: Any, first_played: Any, judge_game: Any) -> None:
    """After training the policy balances the pole"""
    judge_game(first, first_played)


def test_no_memory(
    submission: Any,
    player: Any,
    first: Any,
    first_played: Any,
    with_weights: Any,
    same_answers: Any,
    rng: Any,
) -> None:
    """The trained policy answers alike in a fresh process: it knows what its weights know"""
    with submission.worker("fresh") as worker:
        fresh = (worker, with_weights(worker, first.weights))
        used = (player, with_weights(player, first.weights))
        same_answers(rng, used, fresh, first_played.observations)


def test_two_more_games(
    submission: Any, games: Any, learn: Any, player: Any, with_weights: Any, play: Any, judge_game: Any
) -> None:
    """The same train learns two more games, with other columns, scales and actions"""
    submission.prepare(2)  # the second training's worker imports TensorFlow while the first one's does
    for number, game in enumerate(games[1:], 1):
        trained = learn(game, number)
        judge_game(trained, play(game, player, with_weights(player, trained.weights)))
