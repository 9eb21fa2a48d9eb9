# verdict: passed
# misses: speed
# says: At 50 steps a second
# Cross-entropy method with 1,000 policies at a time, each tried for three whole episodes: half a million steps a round.
import numpy as np


def build():
    return [np.zeros(4)]


def act(policy, observations):
    return (observations @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    n = 1000
    envs = make_env(n)
    envs.reset(seed=seed)
    scale = np.concatenate([envs.step(rng.integers(2, size=n))[0] for _ in range(20)]).std(axis=0)

    def lengths(w):
        total = np.zeros(n)
        for _ in range(3):
            x, _ = envs.reset()
            alive = np.ones(n, bool)
            while alive.any():
                x, _, terminated, truncated, _ = envs.step((np.sum(x * w, axis=1) > 0).astype(int))
                total += alive
                alive &= ~(terminated | truncated)
        return total / 3

    mean, spread = np.zeros(4), 1 / scale
    curve = []
    for _ in range(30):
        candidates = mean + spread * rng.normal(size=(n, 4))
        score = lengths(candidates)
        best = candidates[np.argsort(score)[-100:]]
        mean, spread = best.mean(axis=0), best.std(axis=0)
        curve.append(float(lengths(np.tile(mean, (n, 1))).mean()))
        if curve[-1] > 499.5:
            break
    policy[0][:] = mean
    return {"return of the mean": curve}
