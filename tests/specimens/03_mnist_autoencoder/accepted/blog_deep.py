# verdict: passed
# The deep autoencoder of the Keras blog, layer by layer, with the functional API and fewer epochs.
import keras
from keras import layers

encoding_dim = 32


def build_encoder():
    input_img = keras.Input(shape=(784,))
    encoded = layers.Dense(128, activation="relu")(input_img)
    encoded = layers.Dense(64, activation="relu")(encoded)
    encoded = layers.Dense(encoding_dim, activation="relu")(encoded)
    return keras.Model(input_img, encoded)


def build_decoder():
    encoded_input = keras.Input(shape=(encoding_dim,))
    decoded = layers.Dense(64, activation="relu")(encoded_input)
    decoded = layers.Dense(128, activation="relu")(decoded)
    decoded = layers.Dense(784, activation="sigmoid")(decoded)
    return keras.Model(encoded_input, decoded)


def train(encoder, decoder, x):
    input_img = keras.Input(shape=(784,))
    autoencoder = keras.Model(input_img, decoder(encoder(input_img)))
    autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
    history = autoencoder.fit(x, x, epochs=25, batch_size=256, shuffle=True)
    return history
