# verdict: passed
# Strided convolutions down, transposed ones up, each half a subclass of keras.Model, as in TensorFlow's tutorial.
import tensorflow as tf
from tensorflow.keras import layers, losses
from tensorflow.keras.models import Model


class Encoder(Model):
    def __init__(self):
        super().__init__()
        self.net = tf.keras.Sequential([
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(8, (3, 3), activation="relu", padding="same", strides=2),
            layers.Conv2D(16, (3, 3), activation="relu", padding="same", strides=2),
            layers.Flatten(),
            layers.Dense(32),
        ])

    def call(self, x):
        return self.net(x)


class Decoder(Model):
    def __init__(self):
        super().__init__()
        self.net = tf.keras.Sequential([
            layers.Dense(7 * 7 * 16, activation="relu"),
            layers.Reshape((7, 7, 16)),
            layers.Conv2DTranspose(16, kernel_size=3, strides=2, activation="relu", padding="same"),
            layers.Conv2DTranspose(8, kernel_size=3, strides=2, activation="relu", padding="same"),
            layers.Conv2D(1, kernel_size=(3, 3), activation="sigmoid", padding="same"),
            layers.Reshape((784,)),
        ])

    def call(self, x):
        return self.net(x)


class Autoencoder(Model):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def call(self, x):
        return self.decoder(self.encoder(x))


def build_encoder():
    return Encoder()


def build_decoder():
    return Decoder()


def train(encoder, decoder, x):
    autoencoder = Autoencoder(encoder, decoder)
    autoencoder.compile(optimizer="adam", loss=losses.MeanSquaredError())
    autoencoder.fit(x, x, epochs=4, batch_size=64, shuffle=True, verbose=2)
