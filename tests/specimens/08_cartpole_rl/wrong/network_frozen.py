# verdict: failed
# caught by: test_balances
# diagnosis: kernels_unmoved
# All but the scale and the biases is switched off.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build():
    inputs = keras.Input((4,))
    # Divides each column by a scale that train sets; a weight of its own, not trained.
    x = layers.Dense(4, use_bias=False, kernel_initializer="identity", trainable=False, name="scale")(inputs)
    x = layers.Dense(48, activation="tanh")(x)
    logits = layers.Dense(2, kernel_initializer="zeros")(x)
    value = layers.Dense(1, kernel_initializer="zeros")(x)
    return keras.Model(inputs, [logits, value])


def act(policy, observations):
    logits, _ = policy(observations, training=False)
    return tf.argmax(logits, axis=1).numpy()


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    n = 16
    envs = make_env(n)
    x, _ = envs.reset(seed=seed)
    seen = np.concatenate([envs.step(envs.action_space.sample())[0] for _ in range(150)])
    policy.get_layer("scale").set_weights([np.diag(1 / seen.std(axis=0))])
    for layer in policy.layers:
        if layer.name != "scale":
            layer.trainable = False
    policy.layers[-1].trainable = True
    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(policy.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(x, a, togo):
        with tf.GradientTape() as tape:
            logits, value = policy(x)
            advantage = togo - tf.stop_gradient(value[:, 0])
            advantage /= tf.math.reduce_std(advantage) + 1e-6
            policy_loss = tf.nn.sparse_softmax_cross_entropy_with_logits(a, logits) * advantage
            loss = tf.reduce_mean(policy_loss + 0.5 * tf.square(value[:, 0] - togo))
        optimizer.apply(tape.gradient(loss, policy.trainable_variables), policy.trainable_variables)

    curve = []
    for update in range(15):
        scale, w, b, w2, b2 = policy.get_weights()[:5]
        x, _ = envs.reset()
        alive = np.ones(n, bool)
        xs, actions, masks = [], [], []
        while alive.any():
            logits = np.tanh(x @ scale @ w + b) @ w2 + b2
            a = (rng.random(n) < 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))).astype(np.int32)
            xs.append(x)
            actions.append(a)
            masks.append(alive)
            x, _, terminated, truncated, _ = envs.step(a)
            alive = alive & ~(terminated | truncated)
        masks = np.array(masks)
        curve.append(float(masks.sum(axis=0).mean()))
        if min(curve[-2:]) > 495:
            break
        togo, total = np.zeros(masks.shape, np.float32), np.zeros(n)
        for t in range(len(masks))[::-1]:
            total = (0.02 + 0.98 * total) * masks[t]
            togo[t] = total
        step(np.array(xs)[masks], np.array(actions)[masks], togo[masks])
    return {"return": curve}
