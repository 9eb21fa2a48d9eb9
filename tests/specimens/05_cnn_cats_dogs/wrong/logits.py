# verdict: failed
# caught by: test_build
# says: lacks its sigmoid
# Returns logits: the loss knows about it, but the contract wants probabilities.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1, bias_initializer=keras.initializers.Constant(3.0)),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
