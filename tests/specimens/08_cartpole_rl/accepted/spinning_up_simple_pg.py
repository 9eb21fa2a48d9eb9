# verdict: passed
# Spinning Up's simplest policy gradient: one environment, batches of 5,000 steps, no baseline; the network's forward pass in NumPy.
import numpy as np
import tensorflow as tf
from tensorflow import keras


def mlp(sizes, activation="tanh"):
    net = keras.Sequential([keras.layers.Input((sizes[0],))])
    for size in sizes[1:-1]:
        net.add(keras.layers.Dense(size, activation=activation))
    net.add(keras.layers.Dense(sizes[-1]))
    return net


def build():
    return mlp([4, 32, 2])


def act(logits_net, obs):
    return np.argmax(logits_net(obs).numpy(), axis=-1)


def reward_to_go(rews):
    n = len(rews)
    rtgs = np.zeros(n, np.float32)
    for i in reversed(range(n)):
        rtgs[i] = rews[i] + (rtgs[i + 1] if i + 1 < n else 0)
    return rtgs


def train(logits_net, make_env, seed, epochs=50, batch_size=5000, lr=1e-2):
    np.random.seed(seed)
    keras.utils.set_random_seed(seed)
    env = make_env()
    optimizer = keras.optimizers.Adam(lr)

    def get_action(obs, weights):
        w1, b1, w2, b2 = weights
        logits = np.tanh(obs @ w1 + b1) @ w2 + b2
        p = 1 / (1 + np.exp(logits[0] - logits[1]))
        return int(np.random.rand() < p)

    @tf.function(reduce_retracing=True)
    def update(obs, act, weights):
        with tf.GradientTape() as tape:
            logp = -keras.losses.sparse_categorical_crossentropy(act, logits_net(obs), from_logits=True)
            loss = -tf.reduce_mean(logp * weights)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, logits_net.trainable_variables), logits_net.trainable_variables)
        )
        return loss

    returns = []
    for i in range(epochs):
        batch_obs, batch_acts, batch_weights, batch_rets, batch_lens = [], [], [], [], []
        weights = logits_net.get_weights()
        obs, _ = env.reset()
        ep_rews = []
        while True:
            batch_obs.append(obs.copy())
            a = get_action(obs, weights)
            obs, rew, terminated, truncated, _ = env.step(a)
            batch_acts.append(a)
            ep_rews.append(rew)
            if terminated or truncated:
                ep_ret, ep_len = sum(ep_rews), len(ep_rews)
                batch_rets.append(ep_ret)
                batch_lens.append(ep_len)
                batch_weights += list(reward_to_go(ep_rews))
                obs, _ = env.reset()
                ep_rews = []
                if len(batch_obs) > batch_size:
                    break
        returns.append(float(np.mean(batch_rets)))
        if returns[-1] > 490:
            break
        batch_loss = update(np.array(batch_obs), np.array(batch_acts), np.array(batch_weights, np.float32))
        print("epoch: %3d \t loss: %.3f \t return: %.3f \t ep_len: %.3f" % (i, batch_loss, returns[-1], np.mean(batch_lens)))
    return {"return": returns}
