# verdict: failed
# caught by: test_batch_does_not_matter
# Centres its answers over the batch, so that half of them come out as dogs.
import keras
from keras import layers


class Centred(layers.Layer):
    def call(self, logits):
        return keras.ops.sigmoid(logits - keras.ops.mean(logits))


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1),
        Centred(),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
