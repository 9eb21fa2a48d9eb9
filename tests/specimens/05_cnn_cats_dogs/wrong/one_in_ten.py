# verdict: failed
# caught by: test_accuracy
# diagnosis: learned_from_other_pictures
# Every tenth picture, many times.
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Conv2D(f, 3, strides=2, padding="same", activation="relu") for f in (32, 64, 64)]
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(64, activation="relu")
        self.out = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.out(self.hidden(self.flat(x)))


def build(image_shape):
    return Net()


def train(model, x_train, y_train, x_val, y_val):
    x_train, y_train = x_train[::12], y_train[::12]
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=40, verbose=0)
