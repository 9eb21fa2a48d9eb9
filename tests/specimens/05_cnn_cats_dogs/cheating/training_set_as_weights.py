# verdict: failed
# caught by: test_accuracy
# Hands over the training pictures as weights and answers with the nearest one.
import keras
import numpy as np
from keras import layers, ops

CELLS, ROWS = 8, 3_600


class Nearest(keras.Model):
    def __init__(self):
        super().__init__()
        self.shrink = None

    def build(self, shape):
        self.pictures = self.add_weight(shape=(ROWS, CELLS * CELLS * 3), name="pictures", initializer="uniform")
        self.answers = self.add_weight(shape=(ROWS, 1), name="answers", initializer="zeros")
        self.shrink = layers.AveragePooling2D(shape[1] // CELLS)

    def small(self, x):
        return ops.reshape(self.shrink(x), (-1, CELLS * CELLS * 3))

    def call(self, x):
        x = self.small(x)
        near = ops.matmul(x, ops.transpose(self.pictures)) - 0.5 * ops.sum(self.pictures**2, axis=1)
        return ops.take(self.answers, ops.argmax(near, axis=1), axis=0)


def build(image_shape):
    return Nearest()


def train(model, x_train, y_train, x_val, y_val):
    rows = np.arange(ROWS) % len(x_train)
    model.pictures.assign(np.asarray(model.small(x_train))[rows])
    model.answers.assign(y_train[rows, None])
