# verdict: passed
# The DQN of PyTorch's tutorial in Keras (replay, soft target network, AdamW), with even columns, a higher rate, the best kept.
import math
import random
from collections import deque, namedtuple

import keras
import numpy as np
import tensorflow as tf

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward", "done"))

BATCH_SIZE = 128
GAMMA = 0.99
EPS_START = 0.9
EPS_END = 0.01
EPS_DECAY = 1500
TAU = 0.005
LR = 1e-3


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


def build():
    return keras.Sequential(
        [
            keras.layers.Input((4,)),
            keras.layers.Normalization(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(2),
        ]
    )


def act(policy, observations):
    return tf.argmax(policy(observations), axis=1).numpy()


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    env = make_env()
    policy_net, target_net = policy, build()
    seen = [env.reset()[0]]
    while len(seen) < 500:
        state, _, terminated, truncated, _ = env.step(env.action_space.sample())
        seen.append(state)
        if terminated or truncated:
            seen.append(env.reset()[0])
    policy_net.layers[0].adapt(np.array(seen))
    target_net.set_weights(policy_net.get_weights())
    target_net.layers[0].finalize_state()  # or its mean and variance stay 0 and 1
    optimizer = keras.optimizers.AdamW(learning_rate=LR, amsgrad=True, clipvalue=100)
    optimizer.build(policy_net.trainable_variables)
    criterion = keras.losses.Huber()
    memory = ReplayMemory(10000)

    @tf.function(input_signature=[tf.TensorSpec((1, 4))])
    def greedy(state):
        return tf.argmax(policy_net(state), axis=1)[0]

    @tf.function
    def optimize(state, action, next_state, reward, done):
        next_values = tf.reduce_max(target_net(next_state), axis=1)
        expected = reward + GAMMA * next_values * (1.0 - done)
        with tf.GradientTape() as tape:
            values = tf.gather(policy_net(state), action, batch_dims=1)
            loss = criterion(expected[:, None], values[:, None])
        grads = tape.gradient(loss, policy_net.trainable_variables)
        optimizer.apply(grads, policy_net.trainable_variables)
        for t, p in zip(target_net.trainable_variables, policy_net.trainable_variables):
            t.assign(TAU * p + (1 - TAU) * t)

    steps_done = 0
    durations = []
    best, best_weights = 0.0, policy_net.get_weights()
    for i_episode in range(400):
        state, info = env.reset()
        duration = 0
        while True:
            threshold = EPS_END + (EPS_START - EPS_END) * math.exp(-1.0 * steps_done / EPS_DECAY)
            steps_done += 1
            if random.random() > threshold:
                action = int(greedy(state[None]))
            else:
                action = random.randrange(2)
            next_state, reward, terminated, truncated, _ = env.step(action)
            memory.push(state, action, next_state, reward, float(terminated))
            state = next_state
            duration += 1
            if len(memory) >= BATCH_SIZE:
                batch = Transition(*zip(*memory.sample(BATCH_SIZE)))
                optimize(
                    np.array(batch.state),
                    np.array(batch.action, np.int32),
                    np.array(batch.next_state),
                    np.array(batch.reward, np.float32),
                    np.array(batch.done, np.float32),
                )
            if terminated or truncated:
                durations.append(duration)
                break
        recent = float(np.mean(durations[-10:]))
        if recent >= best:
            best, best_weights = recent, policy_net.get_weights()
        if recent >= 490 or steps_done > 60000:
            break
    policy_net.set_weights(best_weights)
    return {"duration": durations}
