# verdict: passed
# Half precision as in Keras' guide: the policy mixed_float16, and float32 for the decoder's last step.
import keras
from keras import layers, mixed_precision

mixed_precision.set_global_policy("mixed_float16")


def build_encoder():
    inputs = keras.Input(shape=(784,), name="digits")
    x = layers.Dense(512, activation="relu", name="dense_1")(inputs)
    x = layers.Dense(128, activation="relu", name="dense_2")(x)
    return keras.Model(inputs, layers.Dense(32, name="code")(x))


def build_decoder():
    inputs = keras.Input(shape=(32,), name="code")
    x = layers.Dense(128, activation="relu", name="dense_1")(inputs)
    x = layers.Dense(512, activation="relu", name="dense_2")(x)
    x = layers.Dense(784, name="dense_logits")(x)
    return keras.Model(inputs, layers.Activation("sigmoid", dtype="float32", name="pixels")(x))


def train(encoder, decoder, x):
    model = keras.Sequential([encoder, decoder])
    model.compile(optimizer=keras.optimizers.Adam(), loss="mse")
    return model.fit(x, x, batch_size=128, epochs=4, verbose=2)
