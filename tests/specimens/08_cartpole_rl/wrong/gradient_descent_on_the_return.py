# verdict: failed
# caught by: test_balances
# diagnosis: unlearns
# Descends where it should climb.

import numpy as np



def build():
    return (np.zeros(5), np.ones(4))


def probability(w, scale, observations):
    return 1 / (1 + np.exp(-np.clip(observations / scale @ w[:4] + w[4], -30, 30)))


def act(policy, observations):
    return (probability(policy[0], policy[1], np.asarray(observations, float)) > 0.5).astype(int)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    w, scale = policy
    n = 32
    envs = make_env(n)
    envs.reset(seed=seed)
    scale[:] = np.concatenate([envs.step(envs.action_space.sample())[0] for _ in range(100)]).std(axis=0)
    for update in range(40):
        x, _ = envs.reset()
        alive = np.ones(n, bool)
        xs, grads, rewards, masks = [], [], [], []
        while alive.any():
            p = probability(w, scale, x)
            a = (rng.random(n) < p).astype(int)
            z = np.concatenate([x / scale, np.ones((n, 1))], axis=1)
            grads.append((a - p)[:, None] * z)
            masks.append(alive.copy())
            x, r, terminated, truncated, _ = envs.step(a)
            rewards.append(r * alive)
            alive &= ~(terminated | truncated)
        lengths = np.sum(rewards, axis=0)
        if lengths.mean() == 500:
            break
        togo = np.zeros_like(rewards)
        total = np.zeros(n)
        for t in range(len(rewards) - 1, -1, -1):
            total = rewards[t] + 0.99 * total
            togo[t] = total
        mask = np.array(masks)
        advantage = (togo - togo[mask].mean()) / (togo[mask].std() + 1e-8)
        gradient = (np.array(grads)[mask] * advantage[mask][:, None]).mean(axis=0)
        w -= 0.8 * gradient / (np.linalg.norm(gradient) + 1e-8)
    return {"length": [float(v) for v in lengths]}
