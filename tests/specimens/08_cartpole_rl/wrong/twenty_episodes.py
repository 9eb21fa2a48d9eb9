# verdict: failed
# caught by: test_balances
# diagnosis: few_episodes
# Two updates from ten episodes each.

import random

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def build():
    w = np.zeros(4)
    scale = np.ones(4)
    return [w, scale]


def act(policy, observations):
    actions = []
    for i in range(len(observations)):
        z = 0
        for j in range(4):
            z = z + policy[0][j] * observations[i][j] / policy[1][j]
        if z > 0:
            actions.append(1)
        else:
            actions.append(0)
    return np.array(actions)


def train(policy, make_env, seed):
    random.seed(seed)
    env = make_env()

    # look at the sizes of the four numbers first
    seen = []
    obs, info = env.reset()
    for i in range(100):
        seen.append(obs)
        obs, reward, terminated, truncated, info = env.step(random.choice([0, 1]))
        if terminated or truncated:
            obs, info = env.reset()
    policy[1][:] = np.std(seen, axis=0)

    w = policy[0]
    all_rewards = []
    for update in range(2):
        batch = []
        lengths = []
        for episode in range(10):
            obs, info = env.reset()
            steps = []
            done = False
            while not done:
                x = obs / policy[1]
                p = sigmoid(w @ x)
                if random.random() < p:
                    action = 1
                else:
                    action = 0
                obs, reward, terminated, truncated, info = env.step(action)
                steps.append((x, action, p, reward))
                done = terminated or truncated
            lengths.append(len(steps))
            # reward to go
            g = 0
            for x, action, p, reward in reversed(steps):
                g = reward + 0.99 * g
                batch.append((x, action, p, g))
        average = sum(lengths) / len(lengths)
        all_rewards.append(average)
        if average > 490:
            break
        gs = [b[3] for b in batch]
        mean = np.mean(gs)
        std = np.std(gs)
        gradient = np.zeros(4)
        for x, action, p, g in batch:
            gradient = gradient + (action - p) * x * (g - mean) / std
        w += 1.0 * gradient / len(batch)
    return {"reward": all_rewards}
