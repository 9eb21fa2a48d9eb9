"""Kata 08: CartPole by reinforcement learning.

A pole stands on a cart. At every step you push the cart left or right; every step that the pole stands is worth a
reward of 1; after 500 steps the episode is over. Nobody tells you which push was right.

The game is Gymnasium's CartPole-v1 in disguise. The four numbers of an observation (the cart's place and speed, the
pole's angle and angular speed) come in an order that you do not know, each multiplied by a factor between 1/4 and 4
of either sign, and action 0 may be left or right. All this is drawn once for each training and stays for the
episodes that are judged. Up to three such games are judged, each with a training of its own; their median decides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def build() -> Any:
    """Make the policy, before any training.

    Returns:
        A Keras model, or a list of NumPy arrays. Each call gives the same shapes. For playing, the policy is built
        anew in another process and gets the weights that train left: `model.get_weights()`, or the arrays of the
        list. Nothing else survives, no global and no file. At most 50,000 numbers.
    """
    raise NotImplementedError("A small network with four inputs and two outputs is enough.")


def train(policy: Any, make_env: Callable[..., Any], seed: int) -> None:
    """Learn to balance, by playing.

    Args:
        policy: what build() returned. Change it in place: a model's weights, or the arrays of the list
            (`policy[0][:] = ...` or `policy[0] = ...`), in the same shapes.
        make_env: makes environments, as many as you like (4,096 at a time).
            make_env() is a gymnasium.Env: observations float32 (4,), actions 0 and 1.
            make_env(32) is a gymnasium.vector.VectorEnv of 32 that take their steps together: observations
            float32 (32, 4), actions (32,). Its autoreset is Gymnasium's usual "next step": in the step after an end the
            action is ignored, the reward is 0, and the observation is the first one of a new episode.
            Both end an episode with `terminated` (it fell) or `truncated` (500 steps). The bounds of the observation
            space are infinite, there is nothing to render, and reset takes a seed but no options.
        seed: 0 to 2^32 - 1, for your random numbers.
    Returns:
        None, a Keras History, or a dict of lists of numbers such as {"mean_return": [...]}: the report draws them.
    """
    raise NotImplementedError("Play some episodes with random actions first, and look at the rewards.")


def act(policy: Any, observations: np.ndarray) -> np.ndarray:
    """The policy's action for each of n observations.

    Args:
        policy: as build() made it, with the weights that train left.
        observations: float32 (n, 4); n is 1 to 100 in play, and may be a few hundred.
    Returns:
        Array (n,) of 0 and 1. It may be drawn at random from the policy's probabilities. Each row is answered by
        itself: the rows come in a new order at every step, so there is nothing to remember.
    """
    raise NotImplementedError("One action for each row.")
