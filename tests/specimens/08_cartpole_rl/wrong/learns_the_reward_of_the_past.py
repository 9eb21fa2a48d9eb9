# verdict: failed
# caught by: test_balances
# diagnosis: credited_wrongly
# Policy gradient with the rewards before an action instead of those after it.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    w, n = policy[0], 32
    envs = make_env(n)
    for _ in range(25):
        x, _ = envs.reset()
        alive, past, grads, weights = np.ones(n, bool), np.zeros(n), [], []
        while alive.any():
            p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
            a = (rng.random(n) < p).astype(int)
            grads.append(((a - p)[:, None] * x)[alive])
            weights.append(past[alive].copy())
            x, reward, terminated, truncated, _ = envs.step(a)
            past += reward
            alive &= ~(terminated | truncated)
        weight = np.concatenate(weights)
        weight = (weight - weight.mean()) / (weight.std() + 1e-8)
        gradient = (np.concatenate(grads) * weight[:, None]).mean(axis=0)
        w += 0.3 * gradient / (np.linalg.norm(gradient) + 1e-8)
