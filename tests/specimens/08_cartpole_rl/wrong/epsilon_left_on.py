# verdict: failed
# caught by: test_balances
# diagnosis: act_draws_lots
# act keeps an epsilon of 0.6.

import keras
import numpy as np
import tensorflow as tf

GAMMA = 0.95


def build():
    return keras.Sequential([
        keras.Input((4,)),
        keras.layers.Normalization(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(2),
    ])


def act(policy, observations):
    best = np.argmax(policy(np.asarray(observations, "float32"), training=False).numpy(), axis=1)
    explore = np.random.rand(len(best)) < 0.6
    return np.where(explore, np.random.randint(2, size=len(best)), best)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    n, size = 16, 30_000
    envs = make_env(n)
    target = build()
    optimizer = keras.optimizers.Adam(1e-3)
    states, following = np.zeros((size, 4), "float32"), np.zeros((size, 4), "float32")
    actions, rewards, ends = np.zeros(size, "int32"), np.zeros(size, "float32"), np.zeros(size, "float32")

    @tf.function(reduce_retracing=True)
    def greedy(x):
        return tf.argmax(policy(x), axis=1)

    @tf.function(reduce_retracing=True)
    def learn(s, a, r, s2, d):
        goal = r + GAMMA * (1.0 - d) * tf.reduce_max(target(s2), axis=1)
        with tf.GradientTape() as tape:
            q = tf.gather(policy(s), a, batch_dims=1)
            loss = tf.reduce_mean(keras.losses.huber(goal[:, None], q[:, None]))
        grads = tape.gradient(loss, policy.trainable_variables)
        optimizer.apply_gradients(zip(grads, policy.trainable_variables))

    x, _ = envs.reset(seed=seed)
    fresh = np.zeros(n, bool)
    filled, lengths, running = 0, [], np.zeros(n)
    for step in range(2500):
        epsilon = max(0.05, 1 - step / 800)
        a = np.where(np.random.rand(n) < epsilon, np.random.randint(2, size=n), greedy(tf.constant(x)).numpy())
        x2, r, terminated, truncated, _ = envs.step(a)
        rows = np.flatnonzero(~fresh)
        at = (filled + np.arange(len(rows))) % size
        states[at], actions[at], rewards[at], following[at], ends[at] = x[rows], a[rows], r[rows], x2[rows], terminated[rows]
        filled += len(rows)
        running += r
        fresh = terminated | truncated
        lengths += running[fresh].tolist()
        running[fresh] = 0
        x = x2
        if step == 60:
            policy.layers[0].adapt(states[:filled])
            target.layers[0].adapt(states[:filled])
        if step > 60:
            for _ in range(4):
                i = np.random.randint(min(filled, size), size=64)
                learn(states[i], actions[i], rewards[i], following[i], ends[i])
            if step % 50 == 0:
                target.set_weights(policy.get_weights())
        if len(lengths) > 20 and np.mean(lengths[-20:]) > 400:
            break
    return {"length": lengths}
