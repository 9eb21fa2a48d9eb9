# verdict: failed
# caught by: test_balances
# diagnosis: action_turned_round
# Plays the opposite of what was learned.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] < 0).astype(int)


def train(policy, make_env, seed):
    """Cross-entropy method over linear policies."""
    rng = np.random.default_rng(seed)
    n = 128
    envs = make_env(n)
    envs.reset(seed=seed)
    scale = np.concatenate([envs.step(rng.integers(2, size=n))[0] for _ in range(60)]).std(axis=0)
    mean, spread, best_mean, best_score = np.zeros(4), np.ones(4), np.zeros(4), 0.0
    for _ in range(60):
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
        if best_score > 499:
            break
        best = candidates[n // 2 :][np.argsort(score[n // 2 :])[-8:]]
        mean, spread = best.mean(axis=0), best.std(axis=0) + 0.05
    policy[0][:], policy[1][:] = best_mean, scale
