# verdict: passed
# Cells of a notebook joined together: globals, prints, a summary, callbacks that stop and slow down.
# %%
import numpy as np
import tensorflow as tf
from tensorflow import keras
print("TF", tf.__version__)

# %%
BATCH = 256
EPOCHS = 30
LATENT = 30
np.random.seed(42)
tf.random.set_seed(42)
history = None
autoencoder = None

# %%
def build_encoder():
    m = keras.models.Sequential(name="enc")
    m.add(keras.layers.InputLayer(shape=(784,)))
    m.add(keras.layers.Dense(300))
    m.add(keras.layers.LeakyReLU())
    m.add(keras.layers.Dense(100))
    m.add(keras.layers.LeakyReLU())
    m.add(keras.layers.Dense(LATENT))
    m.summary()
    return m

# %%
def build_decoder():
    m = keras.models.Sequential(name="dec")
    m.add(keras.layers.InputLayer(shape=(LATENT,)))
    m.add(keras.layers.Dense(100))
    m.add(keras.layers.LeakyReLU())
    m.add(keras.layers.Dense(300))
    m.add(keras.layers.LeakyReLU())
    m.add(keras.layers.Dense(784, activation="sigmoid"))
    m.summary()
    return m

# %%
def train(encoder, decoder, x):
    global history, autoencoder
    autoencoder = keras.models.Sequential([encoder, decoder])
    autoencoder.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.002), metrics=["mse"])
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, min_delta=0.0005, restore_best_weights=True)
    slow = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.3, patience=1, min_delta=0.0005)
    history = autoencoder.fit(x, x, batch_size=BATCH, epochs=EPOCHS, validation_split=0.1, callbacks=[slow, stop])
    print(history.history.keys())
    print("best", min(history.history["val_loss"]))
    return history
