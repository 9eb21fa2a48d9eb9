# verdict: passed
# Functional models with 24 code units, elu, binary cross-entropy and a falling learning rate.
import keras
from keras import layers


def build_encoder():
    pixels = keras.Input((784,))
    hidden = layers.Dense(320, activation="elu")(pixels)
    return keras.Model(pixels, layers.Dense(24, use_bias=False)(hidden))


def build_decoder():
    code = keras.Input((24,))
    hidden = layers.Dense(320, activation="elu")(code)
    return keras.Model(code, layers.Dense(784, activation="sigmoid")(hidden))


def train(encoder, decoder, x):
    pixels = keras.Input((784,))
    both = keras.Model(pixels, decoder(encoder(pixels)))
    steps = 5 * (len(x) // 128 + 1)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    both.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    history = both.fit(x, x, batch_size=128, epochs=5, verbose=0)
    print("last loss", history.history["loss"][-1])
    return {"loss": [float(v) for v in history.history["loss"]]}
