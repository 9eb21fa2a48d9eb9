"""Examples for kata 08: run them with `pytest`. They use the undisguised CartPole-v1 and train for a moment.

`undisguised` stands in for the judge's make_env. The judge's games have other columns, scales and actions.
"""

import gymnasium
import numpy as np
import solution


def undisguised(num_envs=None):
    if num_envs is None:
        return gymnasium.make("CartPole-v1")
    return gymnasium.make_vec("CartPole-v1", num_envs=num_envs, vectorization_mode="vector_entry_point")


def mean_return(policy, episodes=20):
    """Play some episodes with act, all at once, and return the mean number of steps."""
    envs = undisguised(episodes)
    observations, _ = envs.reset(seed=1)
    running, total = np.ones(episodes, bool), np.zeros(episodes)
    while running.any():
        observations, _, terminated, truncated, _ = envs.step(
            np.asarray(solution.act(policy, observations)).astype(int)
        )
        total += running
        running &= ~(terminated | truncated)
    return total.mean()


def test_act_gives_an_action_for_each_row():
    actions = np.asarray(solution.act(solution.build(), np.zeros((7, 4), np.float32)))
    assert actions.shape == (7,)
    assert set(actions.tolist()) <= {0, 1}


def test_training_helps():
    policy = solution.build()
    before = mean_return(policy)
    solution.train(policy, undisguised, seed=0)
    after = mean_return(policy)
    # 475 in each of three games wins a star.
    assert after > 300, f"mean return {before:.0f} before, {after:.0f} after training"
