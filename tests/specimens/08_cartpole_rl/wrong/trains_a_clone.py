# verdict: failed
# caught by: test_train_plays
# says: it is not the policy that train was given
# Trains a second policy and returns it.

import keras
import numpy as np
import tensorflow as tf


class Policy(keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = self.add_weight(shape=(4,), initializer="ones", trainable=False, name="scale")
        self.hidden = keras.layers.Dense(64, activation="tanh")
        self.head = keras.layers.Dense(2, kernel_initializer="zeros")

    def call(self, x):
        return self.head(self.hidden(x / self.scale))


def build():
    return Policy()


def act(policy, observations):
    return np.argmax(policy(observations).numpy(), axis=1)


def train(policy, make_env, seed):
    tf.random.set_seed(seed)
    given = policy
    given(np.zeros((1, 4), "float32"))
    policy = build()
    n = 32
    envs = make_env(n)
    envs.reset(seed=seed)
    seen = np.concatenate([envs.step(envs.action_space.sample())[0] for _ in range(100)])
    policy(seen[:1])
    policy.scale.assign(seen.std(axis=0))
    optimizer = keras.optimizers.Adam(0.02)

    @tf.function(input_signature=[tf.TensorSpec((n, 4))])
    def draw(x):
        return tf.random.categorical(policy(x), 1)[:, 0]

    @tf.function(reduce_retracing=True)
    def update(x, a, weight):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(weight * tf.nn.sparse_softmax_cross_entropy_with_logits(a, policy(x)))
        gradients = tape.gradient(loss, policy.trainable_variables)
        optimizer.apply_gradients(zip(gradients, policy.trainable_variables))

    for _ in range(150):
        x, _ = envs.reset()
        alive = np.ones(n, bool)
        xs, actions, rewards, masks = [], [], [], []
        while alive.any():
            a = draw(x).numpy()
            xs.append(x)
            actions.append(a)
            masks.append(alive)
            x, reward, terminated, truncated, _ = envs.step(a)
            rewards.append(reward * alive)
            alive = alive & ~(terminated | truncated)
        if np.sum(rewards) / n > 495:
            break
        togo = np.zeros((len(rewards), n))
        togo[-1] = rewards[-1]
        for t in range(len(rewards) - 2, -1, -1):
            togo[t] = rewards[t] + 0.99 * togo[t + 1]
        togo, masks = togo, np.array(masks)
        weight = (togo - togo[masks].mean()) / (togo[masks].std() + 1e-8)
        update(np.array(xs)[masks], np.array(actions)[masks], weight[masks].astype(np.float32))
