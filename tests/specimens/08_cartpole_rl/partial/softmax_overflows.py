# verdict: passed
# misses: robust
# says: not finite
# Draws from a softmax that takes exp() of the raw logits: they overflow where an observation is large.
import numpy as np

rng = np.random.default_rng()


def build():
    return [np.zeros((4, 2)), np.ones(4)]


def probabilities(policy, observations):
    e = np.exp(observations / policy[1] @ policy[0])
    return e / e.sum(axis=1, keepdims=True)


def act(policy, observations):
    p = probabilities(policy, np.asarray(observations, float))
    if np.isnan(p).any():
        raise ValueError("probabilities are not finite")
    return (rng.random(len(p)) < p[:, 1]).astype(int)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    n = 32
    envs = make_env(n)
    envs.reset(seed=seed)
    policy[1][:] = np.concatenate([envs.step(rng.integers(2, size=n))[0] for _ in range(100)]).std(axis=0)
    for update in range(200):
        x, _ = envs.reset()
        alive = np.ones(n, bool)
        xs, grads, rewards, masks = [], [], [], []
        while alive.any():
            p = probabilities(policy, x)
            a = (rng.random(n) < p[:, 1]).astype(int)
            grads.append((x / policy[1])[:, :, None] * (np.eye(2)[a] - p)[:, None, :])
            masks.append(alive.copy())
            x, r, terminated, truncated, _ = envs.step(a)
            rewards.append(r * alive)
            alive &= ~(terminated | truncated)
        if np.sum(rewards, axis=0).mean() > 498:
            break
        togo, total = np.zeros((len(rewards), n)), np.zeros(n)
        for t in range(len(rewards) - 1, -1, -1):
            total = rewards[t] + 0.99 * total
            togo[t] = total
        mask = np.array(masks)
        advantage = (togo - togo[mask].mean()) / (togo[mask].std() + 1e-8)
        gradient = (np.array(grads)[mask] * advantage[mask][:, None, None]).mean(axis=0)
        policy[0][:] += 0.8 * gradient / (np.linalg.norm(gradient) + 1e-8)
