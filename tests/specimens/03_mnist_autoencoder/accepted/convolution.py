# verdict: passed
# A strided convolution in the encoder, batch norm and dropout, checkpoints in a temporary file.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([
        keras.Input((784,)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(12, 5, strides=3, activation="relu"),
        layers.Flatten(),
        layers.Dense(192),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("relu"),
        layers.Dense(32),
    ])


def build_decoder():
    return keras.Sequential([
        keras.Input((32,)),
        layers.Dense(256, activation="gelu"),
        layers.Dropout(0.02),
        layers.Dense(784, activation="sigmoid"),
        layers.Reshape((28, 28, 1)),
        layers.Flatten(),
    ])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "binary_crossentropy")
    held = max(1, len(x) // 50)
    best = keras.callbacks.ModelCheckpoint("best.weights.h5", save_best_only=True, save_weights_only=True)
    stop = keras.callbacks.EarlyStopping(patience=2)
    both.fit(x[held:], x[held:], validation_data=(x[:held], x[:held]), epochs=4, batch_size=128, verbose=0, callbacks=[best, stop])
    both.load_weights("best.weights.h5")
