# verdict: passed
# A Normalization layer adapted to the training pictures, integer weights and a tf.data pipeline with augmentation.
import keras
import tensorflow as tf
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Normalization(name="norm"),
        layers.RandomTranslation(0.06, 0.06, fill_mode="nearest"),
        layers.Conv2D(24, 3, strides=2, padding="same", activation="elu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(48, 3, padding="same", activation="elu"),
        layers.MaxPooling2D(),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(96, 3, padding="same", activation="elu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.4),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.get_layer("norm").adapt(x_train)
    rows = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(4000).batch(64)
    model.compile(keras.optimizers.Nadam(2e-3), keras.losses.BinaryFocalCrossentropy(), metrics=["accuracy"])
    best = keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True, save_best_only=True, monitor="val_accuracy")
    slower = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=1, factor=0.5)
    model.fit(rows, validation_data=(x_val, y_val), epochs=10, callbacks=[best, slower], verbose=0)
    model.load_weights("best.weights.h5")
