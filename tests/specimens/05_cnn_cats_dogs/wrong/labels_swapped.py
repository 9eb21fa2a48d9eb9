# verdict: failed
# caught by: test_accuracy
# diagnosis: labels_turned_round
# Someone wanted a dog to be 0 and a cat 1; it learns well, and answers the other way round.
import keras
from keras import layers


def build(image_shape):
    stack = [keras.Input(shape=image_shape)]
    for filters, strides in ((32, 2), (64, 2), (64, 1)):
        stack.append(layers.Conv2D(filters, 3, strides=strides, padding="same"))
        stack.append(layers.BatchNormalization(momentum=0.9))
        stack.append(layers.Activation("relu"))
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(1, activation="sigmoid")])


def train(model, x_train, y_train, x_val, y_val):
    is_cat = 1 - y_train
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, is_cat, validation_data=(x_val, 1 - y_val), epochs=4, batch_size=64, verbose=2)
