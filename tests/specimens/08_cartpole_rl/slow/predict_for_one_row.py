# verdict: too_slow
# caught by: test_train_in_time
# says: predict 43 ms
# model.predict for every single observation of a single environment.

import keras
import numpy as np


def build():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(32, "tanh"), keras.layers.Dense(2, "softmax")])


def act(policy, observations):
    return np.argmax(policy(observations), axis=1)


def train(policy, make_env, seed):
    rng = np.random.default_rng(seed)
    policy.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    env = make_env()
    for episode in range(2000):
        observation, _ = env.reset()
        observations, actions, done = [], [], False
        while not done:
            probabilities = policy.predict(observation[None], verbose=0)[0]
            action = int(rng.random() < probabilities[1])
            observations.append(observation)
            actions.append(action)
            observation, _, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
        weight = np.arange(len(actions), 0, -1) / 50 - 0.5
        policy.fit(np.array(observations), np.array(actions), sample_weight=weight, verbose=0)
