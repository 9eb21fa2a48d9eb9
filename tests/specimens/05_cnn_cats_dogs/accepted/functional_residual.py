# verdict: passed
# Functional style: residual blocks, learns from the validation part too, keeps the flip in the model.
import keras
import numpy as np
from keras import layers


def block(x, channels):
    short = layers.Conv2D(channels, 1, strides=2, padding="same")(x)
    x = layers.Conv2D(channels, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Activation("swish")(x)
    x = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation("swish")(layers.add([x, short]))


def build(image_shape):
    inputs = keras.Input(image_shape)
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.Conv2D(24, 3, strides=2, padding="same", activation="swish")(x)
    x = block(x, 48)
    x = block(x, 96)
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    model.compile(keras.optimizers.AdamW(2e-3, weight_decay=1e-3), "binary_crossentropy")
    stop = keras.callbacks.LearningRateScheduler(lambda epoch: 2e-3 * 0.75**epoch)
    return model.fit(x, y, batch_size=64, epochs=8, callbacks=[stop], verbose=0).history
