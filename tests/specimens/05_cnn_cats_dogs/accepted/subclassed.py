# verdict: passed
# A subclassed model whose shape is only known when it is called; SGD with momentum.
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [layers.Rescaling(4.0, offset=-2.0)]
        for channels in (32, 64, 96):
            self.parts.append(layers.Conv2D(channels, 3, strides=2, padding="same", use_bias=False))
            self.parts.append(layers.BatchNormalization(momentum=0.9))
            self.parts.append(layers.ReLU())
        self.parts += [layers.Conv2D(96, 3, padding="same", activation="relu"), layers.GlobalAveragePooling2D()]
        self.last = layers.Dense(1, activation="sigmoid")

    def call(self, x, training=False):
        for part in self.parts:
            x = part(x, training=training) if isinstance(part, layers.BatchNormalization) else part(x)
        return self.last(x)


def build(image_shape):
    return Net()


def train(model, x_train, y_train, x_val, y_val):
    rate = keras.optimizers.schedules.PolynomialDecay(0.05, 9 * (len(x_train) // 32), 0.0005)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=32, epochs=9, validation_data=(x_val, y_val), verbose=0)
