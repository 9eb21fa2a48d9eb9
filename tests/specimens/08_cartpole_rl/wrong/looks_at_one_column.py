# verdict: failed
# caught by: test_balances
# diagnosis: columns_unseen
# Searches among policies that look at a single column of the observation.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    envs = make_env(8)
    # Every column with either sign, one in each environment.
    candidates = np.concatenate([np.eye(4), -np.eye(4)])
    score = np.zeros(8)
    for _ in range(5):
        x, _ = envs.reset()
        alive = np.ones(8, bool)
        while alive.any():
            x, reward, terminated, truncated, _ = envs.step((np.sum(x * candidates, axis=1) > 0).astype(int))
            score += reward * alive
            alive &= ~(terminated | truncated)
    policy[0][:] = candidates[np.argmax(score)]
