# verdict: failed
# caught by: test_balances
# diagnosis: unlearns
# Each step is stored with the other action and the observation after it.

import keras
import numpy as np
import tensorflow as tf


def build():
    return keras.Sequential([
        keras.Input((4,)),
        keras.layers.Normalization(),
        keras.layers.Dense(32, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
    ])


def act(policy, observations):
    p = policy(np.asarray(observations, "float32"), training=False).numpy()[:, 0]
    return (p > 0.5).astype(int)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    envs = make_env(32)
    envs.reset(seed=1)
    policy.layers[0].adapt(np.concatenate([envs.step(envs.action_space.sample())[0] for _ in range(30)]))
    optimizer = keras.optimizers.Adam(0.02)

    @tf.function(reduce_retracing=True)
    def ask(x):
        return policy(x)[:, 0]

    @tf.function(reduce_retracing=True)
    def learn(x, a, advantage):
        with tf.GradientTape() as tape:
            p = policy(x)[:, 0]
            log_p = tf.math.log(tf.where(a == 1, p, 1 - p) + 1e-8)
            loss = -tf.reduce_mean(log_p * advantage)
        optimizer.apply_gradients(zip(tape.gradient(loss, policy.trainable_variables), policy.trainable_variables))

    history = []
    for update in range(30):
        x, _ = envs.reset()
        alive = np.ones(32, bool)
        xs, actions, masks = [], [], []
        while alive.any():
            a = (np.random.rand(32) < ask(tf.constant(x)).numpy()).astype("int32")
            actions.append(1 - a); masks.append(alive.copy())
            x, reward, terminated, truncated, _ = envs.step(a)
            xs.append(x)
            alive &= ~(terminated | truncated)
        masks = np.array(masks)
        history.append(float(masks.sum(0).mean()))
        if history[-1] > 490:
            break
        togo, g = np.zeros(masks.shape), np.zeros(32)
        for t in reversed(range(len(masks))):
            g = (1 + 0.99 * g) * masks[t]
            togo[t] = g
        adv = (togo - togo[masks].mean()) / (togo[masks].std() + 1e-8)
        learn(np.array(xs)[masks], np.array(actions)[masks], adv[masks].astype("float32"))
    return {"mean_return": history}
