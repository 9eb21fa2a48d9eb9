# verdict: invalid | crashed
# caught by: test_build
# says: return at the end of build
# build has no return.
import keras
from keras import layers


def build(image_shape):
    model = keras.Sequential([keras.Input(image_shape), layers.Flatten(), layers.Dense(1, activation="sigmoid")])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
