# verdict: failed
# caught by: test_accuracy
# diagnosis: no_convolution
# Half of the network is a global that training fills; only weights of the model are carried over.
import keras
from keras import layers

EYES = [
    layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
    layers.BatchNormalization(momentum=0.9),
    layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
    layers.GlobalAveragePooling2D(),
]


def see(x):
    for layer in EYES:
        x = layer(x)
    return x


class Head(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.dense(see(x))


def build(image_shape):
    return Head()


def train(model, x_train, y_train, x_val, y_val):
    inputs = keras.Input(x_train.shape[1:])
    both = keras.Model(inputs, model.dense(see(inputs)))
    both.compile("adam", "binary_crossentropy")
    both.fit(x_train, y_train, batch_size=64, epochs=6, verbose=0)
