# verdict: too_slow
# caught by: test_act_in_time
# says: one call of the network is enough for all of them
# Learns well; but act calls the network once for every row.
import keras
import numpy as np


def build():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(2)])


def act(policy, observations):
    return np.array([int(np.argmax(policy(row[None])[0])) for row in observations])


def train(policy, make_env, seed):
    """Searches a line at random, then writes it into the network: small numbers, so that tanh is straight."""
    rng = np.random.default_rng(seed)
    n = 256
    envs = make_env(n)
    envs.reset(seed=seed)
    scale = np.concatenate([envs.step(rng.integers(2, size=n))[0] for _ in range(60)]).std(axis=0)

    def lengths(w):
        x, _ = envs.reset()
        alive, total = np.ones(n, bool), np.zeros(n)
        while alive.any():
            x, _, terminated, truncated, _ = envs.step((np.sum(x / scale * w, axis=1) > 0).astype(int))
            total += alive
            alive &= ~(terminated | truncated)
        return total

    best, best_score = np.zeros(4), 0.0
    while best_score < 499:
        candidates = rng.normal(size=(n, 4))
        for i in np.argsort(lengths(candidates))[-3:]:
            score = lengths(candidates[i : i + 1]).mean()
            if score > best_score:
                best, best_score = candidates[i], score
    w1, b1, w2, b2 = policy.get_weights()
    w1[:], b1[:], w2[:], b2[:] = 0, 0, 0, 0
    w1[:, 0] = 0.01 * best / scale
    w2[0] = -1, 1
    policy.set_weights([w1, b1, w2, b2])
