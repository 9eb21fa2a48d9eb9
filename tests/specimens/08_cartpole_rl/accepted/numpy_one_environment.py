# verdict: passed
# Random search with one environment in a plain loop: try a change, keep it if the episodes got longer.
import gymnasium
import numpy as np


def build():
    return [np.zeros((4,), np.float32)]


def act(policy, observations):
    return [int(row @ policy[0] > 0) for row in observations]


def episodes(env, w, count):
    total = 0
    for _ in range(count):
        observation, info = env.reset()
        done = False
        while not done:
            observation, reward, terminated, truncated, info = env.step(int(observation @ w > 0))
            done = terminated or truncated
        total += info["episode"]["r"]
    return total / count


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    env = gymnasium.wrappers.RecordEpisodeStatistics(make_env())
    seen = []
    for _ in range(30):
        observation, _ = env.reset()
        done = False
        while not done:
            seen.append(observation)
            observation, _, terminated, truncated, _ = env.step(env.action_space.sample())
            done = terminated or truncated
    scale = 1 / np.std(seen, axis=0)
    best, best_score, spread = np.zeros(4), 0.0, 1.0
    for trial in range(3000):
        w = best + spread * rng.normal(size=4) * scale
        score = episodes(env, w, 4)
        if score >= best_score:
            best, best_score, spread = w, score, max(0.3 * np.linalg.norm(w / scale) / 2, 0.1)
        if best_score > 450:
            best_score = episodes(env, best, 40)
            if best_score >= 499:
                break
    policy[0] = best.astype(np.float32)
    env.close()
