# verdict: failed
# caught by: test_accuracy
# diagnosis: loss_always_0
# categorical_crossentropy over one output is always 0.
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
    model.compile("adam", "categorical_crossentropy")
    return model.fit(x_train, y_train.reshape(-1, 1), batch_size=32, epochs=4, verbose=0)
