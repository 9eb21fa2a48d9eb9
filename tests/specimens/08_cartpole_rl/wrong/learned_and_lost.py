# verdict: failed
# caught by: test_balances
# diagnosis: learned_and_lost
# A decay that grows turns the weights round at the end, and the last ones are handed over.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    """Cross-entropy method over linear policies."""
    rng = np.random.default_rng(seed)
    n = 128
    envs = make_env(n)
    envs.reset(seed=seed)
    scale = np.concatenate([envs.step(rng.integers(2, size=n))[0] for _ in range(15)]).std(axis=0)
    mean, spread, best_mean, best_score = np.zeros(4), np.ones(4), np.zeros(4), 0.0
    for turn in range(24):
        # The first half tries the mean itself, the second half candidates around it.
        candidates = mean + spread * rng.normal(size=(n, 4))
        candidates[: n // 2] = mean
        observation, _ = envs.reset()
        alive, score = np.ones(n, bool), np.zeros(n)
        while alive.any():
            action = (np.sum(observation / scale * candidates, axis=1) > 0).astype(int)
            observation, reward, terminated, truncated, _ = envs.step(action)
            score += reward * alive
            alive &= ~(terminated | truncated)
        if score[: n // 2].mean() > best_score:
            best_mean, best_score = mean, score[: n // 2].mean()
        best = candidates[n // 2 :][np.argsort(score[n // 2 :])[-8:]]
        mean, spread = best.mean(axis=0), best.std(axis=0) + 0.05
        if turn >= 14:
            mean = mean * (1 - 0.5 * (turn - 13))
    policy[0][:], policy[1][:] = mean, scale
