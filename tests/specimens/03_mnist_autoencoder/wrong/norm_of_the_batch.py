# verdict: failed
# caught by: test_one_image_alone
# diagnosis: batch_statistics
# BatchNormalization that always takes the batch at hand, in the decoder.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    code = keras.Input((32,))
    h = layers.Dense(256)(code)
    h = layers.ReLU()(layers.BatchNormalization()(h, training=True))
    return keras.Model(code, layers.Dense(784, activation="sigmoid")(h))


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
