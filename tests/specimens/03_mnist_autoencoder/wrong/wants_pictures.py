# verdict: crashed
# caught by: test_encoder
# says: calling what build_encoder() returned
# The encoder wants (28, 28) pictures; rows of 784 come.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    x = x.reshape(-1, 28, 28)
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x.reshape(-1, 784), batch_size=128, epochs=3, verbose=0)
