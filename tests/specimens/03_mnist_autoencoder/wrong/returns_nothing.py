# verdict: crashed
# caught by: test_encoder
# says: is there a return
# build_encoder forgets its return.
import keras
from keras import layers


def build_encoder():
    model = keras.Sequential([keras.Input((784,)), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    pass
