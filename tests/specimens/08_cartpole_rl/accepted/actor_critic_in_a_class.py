# verdict: passed
# A tidy class around TensorFlow's actor-critic tutorial: two heads, huber critic, whole episodes of 8 environments, float32.
import keras
import numpy as np
import tensorflow as tf


class ActorCritic(keras.Model):
    """Shared hidden layer, actor and critic on top."""

    def __init__(self, num_actions: int = 2, num_hidden_units: int = 128):
        super().__init__()
        self.common = keras.layers.Dense(num_hidden_units, activation="relu")
        self.actor = keras.layers.Dense(num_actions)
        self.critic = keras.layers.Dense(1)

    def call(self, inputs):
        x = self.common(inputs)
        return self.actor(x), self.critic(x)


class Trainer:
    def __init__(self, model, envs, seed, gamma=0.99, learning_rate=0.01):
        self.model, self.envs, self.gamma = model, envs, gamma
        self.optimizer = keras.optimizers.Adam(learning_rate)
        self.huber = keras.losses.Huber(reduction="sum")
        self.rng = np.random.default_rng(seed)
        self.forward = tf.function(lambda x: tf.nn.softmax(model(x)[0])).get_concrete_function(
            tf.TensorSpec((envs.num_envs, 4), tf.float32)
        )

    def run_episodes(self):
        x, _ = self.envs.reset()
        alive = np.ones(self.envs.num_envs, bool)
        xs, actions, rewards, masks = [], [], [], []
        while alive.any():
            p = self.forward(tf.constant(x)).numpy()
            a = (self.rng.random(len(p)) < p[:, 1]).astype(np.int32)
            xs.append(x)
            actions.append(a)
            masks.append(alive)
            x, r, terminated, truncated, _ = self.envs.step(a)
            rewards.append(np.where(alive, r, 0).astype(np.float32))
            alive = alive & ~(terminated | truncated)
        return map(np.stack, (xs, actions, rewards, masks))

    def expected_return(self, rewards, masks):
        returns = np.zeros_like(rewards)
        discounted = np.zeros_like(rewards[0])
        for t in range(len(rewards) - 1, -1, -1):
            discounted = rewards[t] + self.gamma * discounted
            returns[t] = discounted
        r = returns[masks]
        return (returns - r.mean()) / (r.std() + np.finfo(np.float32).eps)

    @tf.function(reduce_retracing=True)
    def train_step(self, x, a, returns):
        with tf.GradientTape() as tape:
            logits, values = self.model(x)
            advantage = returns - values[:, 0]
            log_probs = -tf.nn.sparse_softmax_cross_entropy_with_logits(a, logits)
            actor_loss = -tf.reduce_sum(log_probs * tf.stop_gradient(advantage))
            loss = actor_loss + self.huber(values, returns[:, None])
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.model.trainable_variables), self.model.trainable_variables))

    def fit(self, updates=250, threshold=475.0):
        curve = []
        for _ in range(updates):
            x, a, rewards, masks = self.run_episodes()
            curve.append(float(rewards.sum(axis=0).mean()))
            if np.mean(curve[-3:]) > threshold:
                break
            self.train_step(x[masks], a[masks], self.expected_return(rewards, masks)[masks])
        return {"reward": curve}


def build():
    model = ActorCritic()
    model(tf.zeros((1, 4)))
    return model


def act(policy, observations):
    logits, _ = policy(observations)
    return np.argmax(logits, axis=-1).astype(np.int32)


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    return Trainer(policy, make_env(8), seed).fit()
