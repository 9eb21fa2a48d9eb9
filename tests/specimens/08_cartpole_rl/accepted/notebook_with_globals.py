# verdict: passed
# Cells of a notebook pasted into one file: globals, prints, an eager model(x) for 32 environments, GradientTape in place.
# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

print(tf.__version__, keras.__version__)

# %%
N = 32
GAMMA = 0.99
opt = None
rewards_log = []
model = None

# %%
def build():
    global model
    model = keras.Sequential([
        keras.layers.Dense(24, activation="relu", input_shape=(4,)),
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ])
    model.summary()
    return model

# %%
def choose(obs):
    p = np.array(model(obs))
    return (np.random.random(len(p)) < p[:, 1]).astype(int)

# %%
def episode(envs):
    s, _ = envs.reset()
    going = np.ones(N)
    S, A, R, M = [], [], [], []
    for t in range(500):
        a = choose(s)
        S.append(s); A.append(a); M.append(going)
        s, r, term, trunc, _ = envs.step(a)
        R.append(r * going)
        going = going * (1 - (term | trunc))
        if going.sum() == 0: break
    return np.array(S), np.array(A), np.array(R), np.array(M)

# %%
def train(policy, make_env, seed):
    global model, opt
    model = policy
    np.random.seed(seed); tf.random.set_seed(seed)
    opt = keras.optimizers.Adam(0.01)
    rewards_log.clear()
    envs = make_env(N)
    best = -1
    for i in range(120):
        S, A, R, M = episode(envs)
        score = R.sum() / N
        rewards_log.append(score)
        if score > best:
            best = score
            best_weights = model.get_weights()
        if i % 5 == 0: print(i, score)
        if score > 490: break
        G = np.zeros_like(R)
        g = 0
        for t in range(len(R))[::-1]:
            g = R[t] + GAMMA * g
            G[t] = g
        keep = M > 0
        adv = (G[keep] - G[keep].mean()) / G[keep].std()
        with tf.GradientTape() as tape:
            logp = tf.math.log(model(S[keep]) + 1e-9)
            chosen = tf.reduce_sum(logp * tf.one_hot(A[keep], 2), axis=1)
            loss = -tf.reduce_mean(chosen * tf.constant(adv, tf.float32))
        opt.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights))
    model.set_weights(best_weights)
    # plt.plot(rewards_log); plt.show()

# %%
def act(policy, observations):
    return np.argmax(policy(observations), axis=1)
