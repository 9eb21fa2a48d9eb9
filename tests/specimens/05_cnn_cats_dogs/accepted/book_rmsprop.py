# verdict: passed
# As the well-known book builds it: four convolutions with pooling between them, Flatten, dropout, RMSprop, mirrored and turned pictures.
import keras
from keras import layers

data_augmentation = keras.Sequential([
    layers.RandomFlip("horizontal"),
    layers.RandomRotation(0.05),
    layers.RandomZoom(0.1),
])


def build(image_shape):
    inputs = keras.Input(shape=image_shape)
    x = data_augmentation(inputs)
    x = layers.Conv2D(filters=32, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=64, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=128, kernel_size=3, activation="relu")(x)
    x = layers.Conv2D(filters=128, kernel_size=3, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    return keras.Model(inputs=inputs, outputs=outputs)


def train(model, x_train, y_train, x_val, y_val):
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    callbacks = [
        keras.callbacks.ModelCheckpoint(filepath="convnet.keras", save_best_only=True, monitor="val_loss"),
    ]
    history = model.fit(x_train, y_train, epochs=20, batch_size=32, validation_data=(x_val, y_val), callbacks=callbacks)
    test_model = keras.models.load_model("convnet.keras")
    model.set_weights(test_model.get_weights())
    return history
