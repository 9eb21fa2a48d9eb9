# verdict: passed
# Q-learning by hand in NumPy: 16 environments fill the replay memory, backpropagation and Adam written out, best weights kept.
import numpy as np


def build():
    rng = np.random.default_rng()
    sizes = [(4, 64), (64,), (64, 2), (2,)]
    return [np.ones(4)] + [rng.normal(size=s) / np.sqrt(s[0]) if len(s) == 2 else np.zeros(s) for s in sizes]


def q_values(p, x):
    h = np.maximum(x / p[0] @ p[1] + p[2], 0)
    return h, h @ p[3] + p[4]


def act(policy, observations):
    return q_values(policy, observations)[1].argmax(1)


def greedy_return(p, envs):
    obs, _ = envs.reset()
    n = len(obs)
    alive, total = np.ones(n, bool), np.zeros(n)
    while alive.any():
        obs, _, term, trunc, _ = envs.step(act(p, obs))
        total += alive
        alive &= ~(term | trunc)
    return total.mean()


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    n, gamma, batch = 16, 0.98, 128
    envs, test_envs = make_env(n), make_env(20)
    capacity = 50_000
    S, S2 = np.zeros((capacity, 4)), np.zeros((capacity, 4))
    A, D = np.zeros(capacity, int), np.zeros(capacity)
    filled = 0
    p = [a.copy() for a in policy]
    m, v = [np.zeros_like(a) for a in p], [np.zeros_like(a) for a in p]
    target, updates = [a.copy() for a in p], 0
    best, best_p, log = -1, p, []
    obs, _ = envs.reset(seed=seed)
    fresh = np.zeros(n, bool)  # the step after an end only gives the next first observation
    for step in range(1, 20001):
        epsilon = max(0.05, 1 - step / 1000)
        a = np.where(rng.random(n) < epsilon, rng.integers(2, size=n), act(p, obs))
        obs2, _, term, trunc, _ = envs.step(a)
        rows = np.flatnonzero(~fresh)
        at = (filled + np.arange(len(rows))) % capacity
        S[at], A[at], S2[at], D[at] = obs[rows], a[rows], obs2[rows], term[rows]
        filled += len(rows)
        obs, fresh = obs2, term | trunc
        if step == 64:
            p[0] = S[:filled].std(axis=0)
            target[0] = p[0]
        if step < 64:
            continue
        for _ in range(4):
            i = rng.integers(min(filled, capacity), size=batch)
            goal = -D[i] + gamma * (1 - D[i]) * q_values(target, S2[i])[1].max(1)
            x = S[i] / p[0]
            h, q = q_values(p, S[i])
            dq = np.zeros_like(q)
            dq[np.arange(batch), A[i]] = np.clip(q[np.arange(batch), A[i]] - goal, -1, 1) / batch
            dh = dq @ p[3].T * (h > 0)
            grads = [None, x.T @ dh, dh.sum(0), h.T @ dq, dq.sum(0)]
            updates += 1
            for k in range(1, 5):
                m[k] = 0.9 * m[k] + 0.1 * grads[k]
                v[k] = 0.999 * v[k] + 0.001 * grads[k] ** 2
                p[k] -= 1e-3 * m[k] / (1 - 0.9**updates) / (np.sqrt(v[k] / (1 - 0.999**updates)) + 1e-8)
            if updates % 200 == 0:
                target = [w.copy() for w in p]
        if step % 100 == 0 and step >= 500:
            score = greedy_return(p, test_envs)
            log.append(score)
            if score > best:
                best, best_p = score, [w.copy() for w in p]
            if score >= 499:
                break
    for k in range(5):
        policy[k][:] = best_p[k]
    return {"greedy return": log}
