# verdict: failed
# caught by: test_train_plays
# says: took no step in the environment
# Returns at once: nothing learned.

import numpy as np


def build():
    return [np.zeros(4), np.ones(4)]


def act(policy, observations):
    return (observations / policy[1] @ policy[0] > 0).astype(int)


def train(policy, make_env, seed):
    make_env()
