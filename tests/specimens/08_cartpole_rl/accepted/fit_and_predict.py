# verdict: passed
# What model.fit and model.predict offer and no more: REINFORCE by sample_weight; act calls predict for all rows at once.
import keras
import numpy as np


def build():
    model = keras.Sequential()
    model.add(keras.layers.Input(shape=(4,)))
    model.add(keras.layers.Normalization())
    model.add(keras.layers.Dense(32, activation="tanh"))
    model.add(keras.layers.Dense(2, activation="softmax"))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.02), loss="sparse_categorical_crossentropy")
    return model


def act(policy, observations):
    return policy.predict(observations, verbose=0).argmax(axis=1)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    n_envs = 32
    envs = make_env(n_envs)
    observations, _ = envs.reset(seed=seed)
    first = [observations]
    for _ in range(80):
        observations, *_ = envs.step(envs.action_space.sample())
        first.append(observations)
    policy.layers[0].adapt(np.concatenate(first))

    all_returns = []
    for iteration in range(60):
        observations, _ = envs.reset()
        running = np.ones(n_envs, dtype=bool)
        xs, ys, rs, ms = [], [], [], []
        while running.any():
            probabilities = policy.predict_on_batch(observations)
            actions = (np.random.rand(n_envs) < probabilities[:, 1]).astype("int32")
            xs.append(observations)
            ys.append(actions)
            ms.append(running)
            observations, rewards, terminated, truncated, _ = envs.step(actions)
            rs.append(rewards * running)
            running = running & ~terminated & ~truncated
        all_returns.append(float(np.sum(rs) / n_envs))
        print("iteration", iteration, "mean return", all_returns[-1])
        if all_returns[-1] > 490:
            break
        returns = np.zeros((len(rs), n_envs), dtype="float32")
        g = np.zeros(n_envs)
        for t in reversed(range(len(rs))):
            g = rs[t] + 0.99 * g
            returns[t] = g
        mask = np.array(ms)
        x, y, w = np.array(xs)[mask], np.array(ys)[mask], returns[mask]
        w = (w - w.mean()) / (w.std() + 1e-8)
        policy.fit(x, y, sample_weight=w, batch_size=len(x), epochs=1, verbose=0)
    return {"mean return": all_returns}
