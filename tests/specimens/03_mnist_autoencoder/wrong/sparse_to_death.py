# verdict: failed
# caught by: test_reconstruction
# diagnosis: constant_code
# The Keras blog's sparse variant with a penalty so large that the code is cheapest when it says nothing.
import keras
from keras import layers, regularizers


def build_encoder():
    return keras.Sequential([
        keras.Input((784,)),
        layers.Dense(32, activation="relu", activity_regularizer=regularizers.l1(1e-2)),
    ])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "binary_crossentropy")
    both.fit(x, x, batch_size=256, epochs=4, verbose=0)
