# verdict: passed
# PPO as the single-file implementations write it: 8 environments, 128 steps each, GAE, clipped ratio, entropy bonus.
from types import SimpleNamespace

import keras
import numpy as np
import tensorflow as tf

args = SimpleNamespace(
    total_timesteps=250_000, num_envs=8, num_steps=128, num_minibatches=4, update_epochs=4, learning_rate=1e-3,
    gamma=0.99, gae_lambda=0.95, clip_coef=0.2, ent_coef=0.01, vf_coef=0.5, max_grad_norm=0.5,
)


class Agent(keras.Model):
    def __init__(self):
        super().__init__()

        def layer_init(units, std, activation=None):
            return keras.layers.Dense(units, activation, kernel_initializer=keras.initializers.Orthogonal(std))

        self.critic = keras.Sequential([layer_init(64, 2**0.5, "tanh"), layer_init(64, 2**0.5, "tanh"), layer_init(1, 1.0)])
        self.actor = keras.Sequential([layer_init(64, 2**0.5, "tanh"), layer_init(64, 2**0.5, "tanh"), layer_init(2, 0.01)])

    def call(self, x):
        return self.actor(x), self.critic(x)[:, 0]


def build():
    agent = Agent()
    agent(tf.zeros((1, 4)))
    return agent


def act(policy, observations):
    logits, _ = policy(tf.convert_to_tensor(observations))
    return tf.argmax(logits, -1).numpy()


def train(policy, make_env, seed):
    keras.utils.set_random_seed(seed)
    agent = policy
    envs = make_env(args.num_envs)
    optimizer = keras.optimizers.Adam(args.learning_rate, epsilon=1e-5, global_clipnorm=args.max_grad_norm)

    @tf.function
    def get_action_and_value(x):
        logits, value = agent(x)
        action = tf.random.categorical(logits, 1, dtype=tf.int32)[:, 0]
        return action, -tf.nn.sparse_softmax_cross_entropy_with_logits(action, logits), value

    @tf.function
    def update(obs, actions, logprobs, advantages, returns):
        with tf.GradientTape() as tape:
            logits, newvalue = agent(obs)
            newlogprob = -tf.nn.sparse_softmax_cross_entropy_with_logits(actions, logits)
            ratio = tf.exp(newlogprob - logprobs)
            advantages = (advantages - tf.reduce_mean(advantages)) / (tf.math.reduce_std(advantages) + 1e-8)
            pg_loss = tf.reduce_mean(
                tf.maximum(-advantages * ratio, -advantages * tf.clip_by_value(ratio, 1 - args.clip_coef, 1 + args.clip_coef))
            )
            v_loss = 0.5 * tf.reduce_mean((newvalue - returns) ** 2)
            probs = tf.nn.softmax(logits)
            entropy = -tf.reduce_mean(tf.reduce_sum(probs * tf.nn.log_softmax(logits), axis=1))
            loss = pg_loss - args.ent_coef * entropy + args.vf_coef * v_loss
        grads = tape.gradient(loss, agent.trainable_variables)
        optimizer.apply_gradients(zip(grads, agent.trainable_variables))

    batch_size = args.num_envs * args.num_steps
    minibatch_size = batch_size // args.num_minibatches
    obs = np.zeros((args.num_steps, args.num_envs, 4), np.float32)
    actions = np.zeros((args.num_steps, args.num_envs), np.int32)
    logprobs, rewards, dones, values = (np.zeros((args.num_steps, args.num_envs), np.float32) for _ in range(4))
    next_obs, _ = envs.reset(seed=seed)
    next_done = np.zeros(args.num_envs, np.float32)
    episode, lengths, curve = np.zeros(args.num_envs), [], []
    for iteration in range(args.total_timesteps // batch_size):
        optimizer.learning_rate = (1.0 - iteration * batch_size / args.total_timesteps) * args.learning_rate
        for step in range(args.num_steps):
            obs[step], dones[step] = next_obs, next_done
            actions[step], logprobs[step], values[step] = (t.numpy() for t in get_action_and_value(next_obs))
            next_obs, rewards[step], terminations, truncations, _ = envs.step(actions[step])
            next_done = np.logical_or(terminations, truncations).astype(np.float32)
            episode += rewards[step]
            lengths += episode[next_done > 0].tolist()
            episode[next_done > 0] = 0
        curve.append(float(np.mean(lengths[-20:])) if lengths else 0.0)
        if len(lengths) >= 20 and curve[-1] > 490:
            break
        next_value = get_action_and_value(next_obs)[2].numpy()
        advantages, lastgaelam = np.zeros_like(rewards), 0
        for t in reversed(range(args.num_steps)):
            nextnonterminal = 1.0 - (next_done if t == args.num_steps - 1 else dones[t + 1])
            nextvalues = next_value if t == args.num_steps - 1 else values[t + 1]
            delta = rewards[t] + args.gamma * nextvalues * nextnonterminal - values[t]
            advantages[t] = lastgaelam = delta + args.gamma * args.gae_lambda * nextnonterminal * lastgaelam
        returns = advantages + values
        flat = [a.reshape(-1, *a.shape[2:]) for a in (obs, actions, logprobs, advantages, returns)]
        for epoch in range(args.update_epochs):
            b_inds = np.random.permutation(batch_size)
            for start in range(0, batch_size, minibatch_size):
                mb_inds = b_inds[start : start + minibatch_size]
                update(*(f[mb_inds] for f in flat))
    envs.close()
    return {"episodic_return": curve}
