# verdict: failed
# caught by: test_balances
# diagnosis: no_exploration
# Always takes the likelier action in training.

import keras
import numpy as np


def build():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Normalization(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model


def act(policy, observations):
    return np.asarray(policy(observations)).argmax(-1).astype("int32")


def probabilities(weights, x):
    """The same network in NumPy: no call of Keras for every step."""
    mean, variance, _, *weights = weights
    x = (x - mean) / np.sqrt(variance)
    for w, b in zip(weights[:-2:2], weights[1:-2:2]):
        x = np.maximum(x @ w + b, 0)
    z = x @ weights[-2] + weights[-1]
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    envs = make_env(num_envs=32)
    envs.reset()
    policy.layers[0].adapt(np.concatenate([envs.step(envs.action_space.sample())[0] for _ in range(100)]))
    lengths = []
    for update in range(30):
        x, _ = envs.reset(seed=seed + update)
        alive = np.ones(32, bool)
        xs, actions, masks = [], [], []
        weights = policy.get_weights()
        while alive.any():
            a = (probabilities(weights, x)[:, 1] > 0.5).astype(int)
            xs.append(x)
            actions.append(a)
            masks.append(alive.copy())
            x, _, terminated, truncated, _ = envs.step(a)
            alive &= ~(terminated | truncated)
        masks = np.array(masks)
        lengths.append(float(masks.sum() / 32))
        if lengths[-1] > 497:
            break
        togo = np.zeros(masks.shape)
        total = np.zeros(32)
        for t in range(len(masks))[::-1]:
            total = (1 + 0.98 * total) * masks[t]
            togo[t] = total
        weight = (togo - togo[masks].mean()) / togo[masks].std()
        # One batch size, so that Keras does not compile anew: drawn with return.
        pick = np.random.randint(masks.sum(), size=2048)
        policy.train_on_batch(
            np.array(xs)[masks][pick], np.array(actions)[masks][pick], sample_weight=weight[masks][pick].astype("float32")
        )
    return {"length": lengths}
