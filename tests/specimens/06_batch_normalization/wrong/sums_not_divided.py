# verdict: failed
# caught by: test_backward
# diagnosis: sums_not_divided
# The sums of the two paths are not divided by N.
import numpy as np
from tensorflow.keras import Sequential, initializers, layers, losses, optimizers


def _flat(x):
    return x.reshape(-1, x.shape[-1])


def _forward(x, gamma, beta, eps):
    N, D = x.shape
    # step 1: mean
    mu = 1.0 / N * np.sum(x, axis=0)
    # step 2: subtract mean
    xmu = x - mu
    # step 3: square
    sq = xmu**2
    # step 4: variance
    var = 1.0 / N * np.sum(sq, axis=0)
    # step 5: add eps, then sqrt
    sqrtvar = np.sqrt(var + eps)
    # step 6: invert sqrtwar
    ivar = 1.0 / sqrtvar
    # step 7: normalize
    xhat = xmu * ivar
    # step 8 and 9: transform
    gammax = gamma * xhat
    out = gammax + beta
    cache = (xhat, gamma, xmu, ivar, sqrtvar, var, eps)
    return out, cache


def _backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
    N, D = dout.shape
    # step 9
    dbeta = np.sum(dout, axis=0)
    dgammax = dout
    # step 8
    dgamma = np.sum(dgammax * xhat, axis=0)
    dxhat = dgammax * gamma
    # step 7
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    # step 6
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    # step 5
    dvar = 0.5 * 1.0 / np.sqrt(var + eps) * dsqrtvar
    # step 4
    dsq = np.ones((N, D)) * dvar
    # step 3
    dxmu2 = 2 * xmu * dsq
    # step 2
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    # step 1
    dx2 = np.ones((N, D)) * dmu
    # step 0
    dx = dx1 + dx2
    return dx, dgamma, dbeta


def batchnorm_forward(x, gamma, beta, eps):
    out, _ = _forward(_flat(x), gamma, beta, eps)
    return out.reshape(x.shape)


def batchnorm_backward(dy, x, gamma, eps):
    _, cache = _forward(_flat(x), gamma, np.zeros_like(gamma), eps)
    dx, dgamma, dbeta = _backward(_flat(dy), cache)
    return dx.reshape(x.shape), dgamma, dbeta


def update_running(mean, var, x, momentum):
    sample_mean = np.mean(_flat(x), axis=0)
    sample_var = np.var(_flat(x), axis=0)
    running_mean = momentum * mean + (1 - momentum) * sample_mean
    running_var = momentum * var + (1 - momentum) * sample_var
    return running_mean, running_var


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    out = (x - mean) / np.sqrt(var + eps)
    return gamma * out + beta


def fold(w, b, gamma, beta, mean, var, eps):
    std = np.sqrt(var + eps)
    return w * (gamma / std), (b - mean) * (gamma / std) + beta


def build(use_batchnorm):
    weight_scale = 1e-2
    model = Sequential()
    model.add(layers.Input((784,)))
    for hidden_dim in [100] * 9:
        model.add(layers.Dense(hidden_dim, kernel_initializer=initializers.RandomNormal(0, weight_scale)))
        if use_batchnorm:
            model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        model.add(layers.ReLU())
    model.add(layers.Dense(10, kernel_initializer=initializers.RandomNormal(0, weight_scale)))
    model.add(layers.Softmax())
    return model


def train(model, x, y):
    model.compile(optimizer=optimizers.SGD(1e-2, momentum=0.9), loss=losses.SparseCategoricalCrossentropy())
    history = model.fit(x, y, batch_size=50, epochs=5, shuffle=True, verbose=0)
    return history.history
