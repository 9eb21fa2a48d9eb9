"""Kata 08, reference: REINFORCE, the plainest policy gradient, on 32 CartPoles at once.

Play a batch of episodes, ask of every action whether it did better or worse than usual, and make the
better ones likelier. Nobody says which action would have been right.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

NUM_ENVS = 32
MAX_STEPS = 500
DISCOUNT = 0.99
UPDATES = 150


def build():
    """The policy: observations (n, 4) -> logits of the two actions (n, 2)."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            # Columns of any scale become columns of scale one; `train` sets mean and variance.
            keras.layers.Normalization(),
            keras.layers.Dense(64, activation="tanh"),
            keras.layers.Dense(2, kernel_initializer="zeros"),
        ]
    )


def act(policy, observations):
    """The likelier action for every observation. While learning we sample; when it counts we do not."""
    logits = policy(np.asarray(observations, np.float32), training=False)
    return np.argmax(logits, axis=1)


def train(policy, make_env, seed):
    """Learn by playing; returns the mean return of every batch of episodes."""
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    envs = make_env(NUM_ENVS)
    normalize_observations(policy, envs, rng)

    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(policy.trainable_variables)

    # Compiled once: a Keras call outside of tf.function costs ten times as much on so few rows.
    @tf.function(input_signature=[tf.TensorSpec((None, 4))])
    def probability_of_one(observations):
        return tf.nn.softmax(policy(observations))[:, 1]

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, 4)),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None,)),
        ]
    )
    def update(observations, actions, advantages):
        with tf.GradientTape() as tape:
            # log pi(a | s), weighted: the gradient of its mean is the policy gradient.
            log_probability = -tf.nn.sparse_softmax_cross_entropy_with_logits(actions, policy(observations))
            loss = -tf.reduce_mean(log_probability * advantages)
        gradients = tape.gradient(loss, policy.trainable_variables)
        optimizer.apply(gradients, policy.trainable_variables)

    history = {"mean_return": []}
    for _ in range(UPDATES):
        observations, actions, rewards, alive = play(envs, probability_of_one, rng)
        history["mean_return"].append(float(rewards.sum(axis=0).mean()))
        # Hardly a fall with dice: without them, as `act` plays, it is better still.
        if history["mean_return"][-1] > 495:
            break
        advantages = standardize(rewards_to_go(rewards), alive)
        update(observations[alive], actions[alive], advantages[alive])
    envs.close()
    return history


def normalize_observations(policy, envs, rng):
    """Show the normalization layer what a random player sees."""
    observations = [envs.reset(seed=int(rng.integers(2**31)))[0]]
    for _ in range(100):
        observations.append(envs.step(rng.integers(2, size=NUM_ENVS))[0])
    policy.layers[0].adapt(np.concatenate(observations))


def play(envs, probability_of_one, rng):
    """Play one episode in every environment, with actions drawn from the policy.

    Returns observations (t, n, 4), actions (t, n), rewards (t, n), and alive (t, n): whether the episode was
    still running when the step was taken. After its end an environment begins a new one by itself; that part
    is masked out.
    """
    observation, _ = envs.reset()
    running = np.ones(NUM_ENVS, bool)
    steps = []
    while running.any() and len(steps) < MAX_STEPS:
        action = (rng.random(NUM_ENVS) < probability_of_one(observation).numpy()).astype(np.int32)
        following, reward, terminated, truncated, _ = envs.step(action)
        steps.append((observation, action, reward * running, running.copy()))
        running &= ~(terminated | truncated)
        observation = following
    return tuple(np.stack(column) for column in zip(*steps, strict=True))


def rewards_to_go(rewards):
    """G_t = r_t + discount * G_(t+1): an action is not praised for what happened before it."""
    returns = np.zeros_like(rewards)
    following = np.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        following = rewards[t] + DISCOUNT * following
        returns[t] = following
    return returns


def standardize(returns, alive):
    """Better or worse than usual, in units of the usual spread: the baseline that calms the gradient."""
    usual = returns[alive]
    return ((returns - usual.mean()) / (usual.std() + 1e-8)).astype(np.float32)
