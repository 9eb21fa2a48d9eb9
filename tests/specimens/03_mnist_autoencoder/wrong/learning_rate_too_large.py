# verdict: failed
# caught by: test_train_changes_both_models
# says: learning rate too large
# Plain gradient descent with a rate of 10^8 and raw outputs: the weights become NaN.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784)])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.SGD(1e8), "mse")
    both.fit(x, x, batch_size=32, epochs=2, verbose=0)
