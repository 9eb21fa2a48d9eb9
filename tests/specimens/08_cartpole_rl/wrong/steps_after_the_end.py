# verdict: crashed
# caught by: test_train_plays
# says: call env.reset()
# Ignores terminated and truncated and goes on without reset.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    env = make_env()
    env.reset()
    for _ in range(10000):
        env.step(env.action_space.sample())
