# verdict: failed
# caught by: test_accuracy
# diagnosis: network_too_small
# The smallest thing, left as it was: two convolutions and a mean see too little, however many epochs.
import keras


def build(image_shape):
    model = keras.Sequential()
    model.add(keras.layers.Input(shape=image_shape))
    model.add(keras.layers.Conv2D(32, kernel_size=5, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(64, kernel_size=5, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    return model


def train(model, x_train, y_train, x_val, y_val):
    optimizer = keras.optimizers.Adam(learning_rate=0.003)
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x_train, y_train, epochs=25, batch_size=32, validation_data=(x_val, y_val), verbose=2)
    return history
