# verdict: passed
# A variational autoencoder with a small weight of the divergence: it samples in training, the mean is the code.
import keras
from keras import layers, ops


class Code(layers.Layer):
    def __init__(self, weight=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight
        self.seeds = keras.random.SeedGenerator(1337)

    def call(self, parts, training=None):
        mean, log_var = parts
        if not training:
            return mean
        kl = -0.5 * ops.mean(ops.sum(1 + log_var - ops.square(mean) - ops.exp(log_var), axis=1))
        self.add_loss(self.weight * kl)
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seeds)


def build_encoder():
    inputs = keras.Input(shape=(784,))
    h = layers.Dense(400, activation="relu")(inputs)
    mean = layers.Dense(32, name="z_mean")(h)
    log_var = layers.Dense(32, name="z_log_var", bias_initializer=keras.initializers.Constant(-4.0))(h)
    return keras.Model(inputs, Code()([mean, log_var]), name="encoder")


def build_decoder():
    latent = keras.Input(shape=(32,))
    h = layers.Dense(400, activation="relu")(latent)
    return keras.Model(latent, layers.Dense(784, activation="sigmoid")(h), name="decoder")


def train(encoder, decoder, x):
    vae = keras.Sequential([encoder, decoder])
    vae.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    vae.fit(x, x, epochs=6, batch_size=128, verbose=0)
