# verdict: failed
# caught by: test_forward
# diagnosis: divides_by_the_variance
# The root is missing.
import math

import keras
from keras import layers


def to_rows(x):
    """All entries of the last axis, row by row."""
    if not isinstance(x[0], (list, tuple)):
        return [x]
    return [row for part in x for row in to_rows(part)]


def like(x, rows):
    """The rows in the nesting of x."""
    rows = iter(rows)

    def fill(part):
        return next(rows) if not isinstance(part[0], (list, tuple)) else [fill(p) for p in part]

    return fill(x)


def mean(values):
    return sum(values) / len(values)


def stats(rows):
    columns = list(zip(*rows))
    means = [mean(c) for c in columns]
    variances = [mean([(v - m) ** 2 for v in c]) for c, m in zip(columns, means)]
    return means, variances


def apply(x, gamma, beta, means, variances, eps):
    out = []
    for row in to_rows(x):
        out.append([g * (v - m) / (s + eps) + b for v, g, b, m, s in zip(row, gamma, beta, means, variances)])
    return like(x, out)


def batchnorm_forward(x, gamma, beta, eps):
    x = x.tolist()
    return apply(x, gamma, beta, *stats(to_rows(x)), eps)


def batchnorm_backward(dy, x, gamma, eps):
    x, dy = x.tolist(), dy.tolist()
    rows, slopes = to_rows(x), to_rows(dy)
    n, k = len(rows), len(rows[0])
    means, variances = stats(rows)
    r = [math.sqrt(v + eps) for v in variances]
    z = [[(row[c] - means[c]) / r[c] for c in range(k)] for row in rows]
    dbeta = [sum(s[c] for s in slopes) for c in range(k)]
    dgamma = [sum(s[c] * zz[c] for s, zz in zip(slopes, z)) for c in range(k)]
    dx = [[gamma[c] / r[c] * (s[c] - dbeta[c] / n - zz[c] * dgamma[c] / n) for c in range(k)] for s, zz in zip(slopes, z)]
    return like(x, dx), dgamma, dbeta


def update_running(mean, var, x, momentum):
    m, v = stats(to_rows(x.tolist()))
    return ([momentum * a + (1 - momentum) * b for a, b in zip(mean, m)],
            [momentum * a + (1 - momentum) * b for a, b in zip(var, v)])


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return apply(x.tolist(), gamma, beta, mean, var, eps)


def fold(w, b, gamma, beta, mean, var, eps):
    scale = [g / math.sqrt(v + eps) for g, v in zip(gamma, var)]
    w = w.tolist()
    new = like(w, [[a * s for a, s in zip(row, scale)] for row in to_rows(w)])
    return new, [(bb - m) * s + t for bb, m, s, t in zip(b, mean, scale, beta)]


def build(use_batchnorm):
    stack = [keras.Input((784,))]
    for _ in range(14):
        stack += [layers.Dense(48, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.5))]
        if use_batchnorm:
            stack += [layers.BatchNormalization(momentum=0.8)]
        stack += [layers.Activation("tanh")]
    return keras.Sequential(stack + [layers.Dense(10), layers.BatchNormalization(momentum=0.8), layers.Softmax()]
                            if use_batchnorm else stack + [layers.Dense(10), layers.Softmax()])


def train(model, x, y):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, decay_steps=max(1, len(x) // 100), decay_rate=0.6)
    model.compile(keras.optimizers.SGD(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, epochs=6, batch_size=100, verbose=0)
