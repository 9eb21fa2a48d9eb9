# verdict: passed
# A notebook: globals, prints, things tried and left in comments; ReLU from small normal kernels, RMSprop.
import numpy as np
import tensorflow as tf
from tensorflow import keras

print(tf.__version__)

N_LAYERS = 10
N_UNITS = 50
BATCH = 100
EPOCHS = 6
init = keras.initializers.RandomNormal(stddev=0.01)
# init = "he_normal"      # learns without BN too :(

hist = {}


def ax(x): return tuple(range(x.ndim - 1))


def batchnorm_forward(x, gamma, beta, eps):
    global last_mu, last_var
    last_mu = x.mean(ax(x))
    last_var = x.var(ax(x))
    return (x - last_mu) / np.sqrt(last_var + eps) * gamma + beta


x_ = np.random.randn(6, 3) * 4 + 2
print("check:", batchnorm_forward(x_, np.ones(3), np.zeros(3), 1e-5).std(0))


def batchnorm_backward(dy, x, gamma, eps):
    m = np.prod(x.shape[:-1])
    mu = x.mean(ax(x)); var = x.var(ax(x))
    istd = 1 / np.sqrt(var + eps)
    xh = (x - mu) * istd
    dxh = dy * gamma
    # dx = dxh * istd   <- wrong, mu and var depend on x too
    dx = istd / m * (m * dxh - dxh.sum(ax(x)) - xh * (dxh * xh).sum(ax(x)))
    return dx, (dy * xh).sum(ax(x)), dy.sum(ax(x))


def update_running(mean, var, x, momentum):
    mean = mean * momentum + x.mean(ax(x)) * (1 - momentum)
    var = var * momentum + x.var(ax(x)) * (1 - momentum)
    return mean, var


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return (x - mean) / np.sqrt(var + eps) * gamma + beta


def fold(w, b, gamma, beta, mean, var, eps):
    k = gamma / np.sqrt(var + eps)
    print("fold", w.shape, k.shape)
    return w * k, (b - mean) * k + beta


def build(use_batchnorm):
    model = keras.Sequential()
    model.add(keras.layers.Input(shape=(784,)))
    for i in range(N_LAYERS):
        model.add(keras.layers.Dense(N_UNITS, kernel_initializer=init))
        if use_batchnorm:
            model.add(keras.layers.BatchNormalization(momentum=0.9))
        model.add(keras.layers.ReLU())
        # model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(10, activation="softmax", kernel_initializer=init))
    # model.summary()
    return model


def train(model, x, y):
    global hist
    print(model.name, x.shape, y.shape, np.bincount(y))
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    h = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, validation_split=0.1)
    hist[model.name] = h.history
    print(h.history["val_accuracy"][-1])
    return h
