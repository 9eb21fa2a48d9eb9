# verdict: passed
# caught by: test_codes_bear_much_noise
# misses: robust, quality
# says: Do all units of the code carry something?
# The first autoencoder of the Keras blog: one layer each, ReLU on the code, Adam with cross-entropy.
import keras
from keras import layers

# This is the size of our encoded representations
encoding_dim = 32


def build_encoder():
    input_img = keras.Input(shape=(784,))
    encoded = layers.Dense(encoding_dim, activation="relu")(input_img)
    return keras.Model(input_img, encoded)


def build_decoder():
    encoded_input = keras.Input(shape=(encoding_dim,))
    decoded = layers.Dense(784, activation="sigmoid")(encoded_input)
    return keras.Model(encoded_input, decoded)


def train(encoder, decoder, x):
    input_img = keras.Input(shape=(784,))
    autoencoder = keras.Model(input_img, decoder(encoder(input_img)))
    autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
    autoencoder.fit(x, x, epochs=20, batch_size=256, shuffle=True, validation_data=(x[:500], x[:500]))
