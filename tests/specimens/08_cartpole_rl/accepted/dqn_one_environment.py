# verdict: passed
# Double DQN on one environment: replay, target network, epsilon decay; the best weights seen in greedy tests are kept.
import collections
import random

import numpy as np
import tensorflow as tf
from tensorflow import keras


class QNetwork(keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = self.add_weight(shape=(4,), initializer="ones", trainable=False, name="scale")
        self.h1 = keras.layers.Dense(64, activation="relu")
        self.h2 = keras.layers.Dense(64, activation="relu")
        self.q = keras.layers.Dense(2)

    def call(self, obs):
        return self.q(self.h2(self.h1(obs / self.scale)))


def build():
    model = QNetwork()
    model(tf.zeros((1, 4)))
    return model


def act(policy, observations):
    return policy(tf.cast(observations, tf.float32)).numpy().argmax(axis=1)


def train(policy, make_env, seed):
    random.seed(seed); np.random.seed(seed); tf.random.set_seed(seed)
    env, test_env = make_env(), make_env()
    gamma, batch = 0.98, 64
    memory = collections.deque(maxlen=30_000)
    target = build()
    optimizer = keras.optimizers.Adam(1e-3)
    loss_fn = keras.losses.Huber()

    greedy = tf.function(lambda o: tf.argmax(policy(o), axis=1), input_signature=[tf.TensorSpec((None, 4))])

    @tf.function
    def learn(o, a, r, o2, terminal):
        best = tf.argmax(policy(o2), axis=1)
        goal = r + gamma * (1.0 - terminal) * tf.gather(target(o2), best, batch_dims=1)
        with tf.GradientTape() as tape:
            q = tf.gather(policy(o), a, batch_dims=1)
            loss = loss_fn(goal, q)
        grads = tape.gradient(loss, policy.trainable_variables)
        optimizer.apply_gradients(zip(grads, policy.trainable_variables))

    def test(n=5):
        total = 0
        for _ in range(n):
            o, _ = test_env.reset()
            while True:
                o, r, te, tr, _ = test_env.step(int(greedy(o[None])[0]))
                total += r
                if te or tr:
                    break
        return total / n

    best, best_weights, steps, epsilon = -1, policy.get_weights(), 0, 1.0
    log = {"episode_return": []}
    obs, _ = env.reset(seed=seed)
    for episode in range(600):
        obs, _ = env.reset()
        episode_return = 0
        while True:
            action = random.randrange(2) if random.random() < epsilon else int(greedy(obs[None])[0])
            nxt, reward, terminated, truncated, _ = env.step(action)
            # -1 for a fall and 0 otherwise keeps the values small; truncation is not an end of the task
            memory.append((obs, action, -float(terminated), nxt, float(terminated)))
            obs = nxt
            episode_return += reward
            steps += 1
            if steps == 1000:
                policy.scale.assign(np.std([m[0] for m in memory], axis=0) + 1e-6)
                target.scale.assign(policy.scale)
            if steps >= 1000:
                epsilon = max(0.05, epsilon - 1 / 4000)
                if steps % 2 == 0:
                    o, a, r, o2, d = zip(*random.sample(memory, batch))
                    learn(tf.constant(np.array(o)), tf.constant(a), tf.constant(r, tf.float32), tf.constant(np.array(o2)), tf.constant(d))
                if steps % 300 == 0:
                    target.set_weights(policy.get_weights())
            if terminated or truncated:
                break
        log["episode_return"].append(float(episode_return))
        if steps > 3000 and episode % 10 == 0:
            value = test()
            if value > best:
                best, best_weights = value, policy.get_weights()
                if value >= 499 and test(15) >= 490:
                    break
        if steps > 40_000:
            break
    policy.set_weights(best_weights)
    return log
