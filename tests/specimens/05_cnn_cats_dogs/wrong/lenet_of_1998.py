# verdict: failed
# caught by: test_accuracy
# diagnosis: network_too_small
# LeNet-5 from the lecture, with its six filters, tanh and mean pooling: it stays near chance (accuracy .58 after 20 epochs).
from keras.layers import AveragePooling2D, Conv2D, Dense, Flatten, Input
from keras.models import Sequential


def build(image_shape):
    lenet = Sequential()
    lenet.add(Input(image_shape))
    lenet.add(Conv2D(6, 5, activation="tanh"))
    lenet.add(AveragePooling2D((2, 2)))
    lenet.add(Conv2D(16, 5, activation="tanh"))
    lenet.add(AveragePooling2D((2, 2)))
    lenet.add(Flatten())
    lenet.add(Dense(120, activation="tanh"))
    lenet.add(Dense(84, activation="tanh"))
    lenet.add(Dense(1, activation="sigmoid"))
    return lenet


def train(model, x_train, y_train, x_val, y_val):
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=20, validation_data=(x_val, y_val))
