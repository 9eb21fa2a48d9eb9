# verdict: invalid
# caught by: test_encoder
# says: Flatten
# The last convolution's output is left as a stack of small pictures.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Reshape((28, 28, 1)), layers.Conv2D(2, 7, strides=7)])


def build_decoder():
    return keras.Sequential([keras.Input((4, 4, 2)), layers.Flatten(), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
