# verdict: passed
# The convolutional autoencoder of the Keras blog, with a Dense layer on each side to come down to 32 numbers.
import keras
from keras import layers


def build_encoder():
    input_img = keras.Input(shape=(784,))
    x = layers.Reshape((28, 28, 1))(input_img)
    x = layers.Conv2D(16, (3, 3), activation="relu", padding="same")(x)
    x = layers.MaxPooling2D((2, 2), padding="same")(x)
    x = layers.Conv2D(8, (3, 3), activation="relu", padding="same")(x)
    x = layers.MaxPooling2D((2, 2), padding="same")(x)
    x = layers.Flatten()(x)
    encoded = layers.Dense(32)(x)
    return keras.Model(input_img, encoded, name="encoder")


def build_decoder():
    code = keras.Input(shape=(32,))
    x = layers.Dense(7 * 7 * 8, activation="relu")(code)
    x = layers.Reshape((7, 7, 8))(x)
    x = layers.Conv2D(8, (3, 3), activation="relu", padding="same")(x)
    x = layers.UpSampling2D((2, 2))(x)
    x = layers.Conv2D(16, (3, 3), activation="relu", padding="same")(x)
    x = layers.UpSampling2D((2, 2))(x)
    decoded = layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x)
    return keras.Model(code, layers.Flatten()(decoded), name="decoder")


def train(encoder, decoder, x):
    input_img = keras.Input(shape=(784,))
    autoencoder = keras.Model(input_img, decoder(encoder(input_img)))
    autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
    autoencoder.fit(x, x, epochs=3, batch_size=128, shuffle=True)
