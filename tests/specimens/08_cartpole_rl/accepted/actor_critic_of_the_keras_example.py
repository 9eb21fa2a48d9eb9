# verdict: passed
# The actor-critic of Keras' own example: one network, two heads, one environment, an update per episode; both compiled.
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

gamma = 0.99
eps = np.finfo(np.float32).eps.item()
num_inputs = 4
num_actions = 2
num_hidden = 128


def build():
    inputs = layers.Input(shape=(num_inputs,))
    normal = layers.Normalization()(inputs)
    common = layers.Dense(num_hidden, activation="relu")(normal)
    action = layers.Dense(num_actions, activation="softmax")(common)
    critic = layers.Dense(1)(common)
    return keras.Model(inputs=inputs, outputs=[action, critic])


def act(policy, observations):
    action_probs, _ = policy(ops.convert_to_tensor(observations))
    return np.argmax(action_probs, axis=1)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    env = make_env()
    model = policy
    optimizer = keras.optimizers.Adam(learning_rate=0.01)
    huber_loss = keras.losses.Huber(reduction="sum")

    # the scales of the four columns, from random play
    seen = []
    while len(seen) < 300:
        state, _ = env.reset()
        done = False
        while not done:
            seen.append(state)
            state, _, terminated, truncated, _ = env.step(np.random.randint(num_actions))
            done = terminated or truncated
    model.layers[1].adapt(np.array(seen))

    @tf.function(input_signature=[tf.TensorSpec((1, 4), tf.float32)])
    def probabilities(state):
        return model(state)[0][0]

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, 4), tf.float32),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None,), tf.float32),
        ]
    )
    def learn(states, actions, returns):
        with tf.GradientTape() as tape:
            action_probs, critic_value = model(states)
            log_probs = tf.math.log(tf.gather(action_probs, actions, batch_dims=1) + eps)
            critic_value = critic_value[:, 0]
            diff = returns - tf.stop_gradient(critic_value)
            actor_loss = tf.reduce_sum(-log_probs * diff)
            critic_loss = huber_loss(returns[:, None], critic_value[:, None])
            loss_value = actor_loss + critic_loss
        grads = tape.gradient(loss_value, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))

    running_reward = 0
    best_reward, best_weights = 0, model.get_weights()
    history = {"running reward": []}
    for episode_count in range(1, 1001):
        state, _ = env.reset()
        states, actions, rewards = [], [], []
        done = False
        while not done:
            probs = probabilities(state[None, :]).numpy()
            action = np.random.choice(num_actions, p=probs / probs.sum())
            states.append(state)
            actions.append(action)
            state, reward, terminated, truncated, _ = env.step(action)
            rewards.append(reward)
            done = terminated or truncated
        running_reward = 0.05 * sum(rewards) + (1 - 0.05) * running_reward
        history["running reward"].append(running_reward)
        if running_reward > best_reward:
            best_reward, best_weights = running_reward, model.get_weights()

        returns = []
        discounted_sum = 0
        for r in rewards[::-1]:
            discounted_sum = r + gamma * discounted_sum
            returns.insert(0, discounted_sum)
        returns = np.array(returns)
        returns = (returns - np.mean(returns)) / (np.std(returns) + eps)
        learn(np.array(states), np.array(actions, np.int32), returns.astype(np.float32))

        if episode_count % 10 == 0:
            print("running reward: {:.2f} at episode {}".format(running_reward, episode_count))
        if running_reward > 475:
            print("Solved at episode {}!".format(episode_count))
            break
    model.set_weights(best_weights)
    return history
