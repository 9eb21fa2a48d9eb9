# verdict: passed
# The TensorFlow tutorial on image classification: augmentation layers in front, dropout, a cached tf.data pipeline.
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential

AUTOTUNE = tf.data.AUTOTUNE
batch_size = 32
epochs = 15


def build(image_shape):
    img_height, img_width, _ = image_shape
    data_augmentation = Sequential(
        [
            layers.RandomFlip("horizontal", input_shape=(img_height, img_width, 3)),
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.1),
        ]
    )
    model = Sequential([
        data_augmentation,
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(1, activation="sigmoid", name="outputs"),
    ])
    return model


def train(model, x_train, y_train, x_val, y_val):
    train_ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)).cache().shuffle(1000).batch(batch_size).prefetch(buffer_size=AUTOTUNE)
    val_ds = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(batch_size).cache().prefetch(buffer_size=AUTOTUNE)
    model.compile(optimizer="adam", loss=tf.keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    model.summary()
    history = model.fit(train_ds, validation_data=val_ds, epochs=epochs)
    return history
