# verdict: failed
# caught by: test_gradients
# diagnosis: logarithm_missing
# The logarithm of the cross-entropy is missing.

import numpy as np


# the activation function
def relu(z):
    return np.maximum(0, z)


# its derivative: 1 where z is positive and 0 where it is not
def relu_derivative(z):
    d = np.zeros(z.shape)
    d[z > 0] = 1
    return d


# turns numbers into probabilities
def softmax(z):
    # subtract the biggest one in every row, otherwise exp gets too large
    biggest = np.max(z, axis=1)
    biggest = biggest.reshape(len(biggest), 1)
    e = np.exp(z - biggest)
    total = np.sum(e, axis=1)
    total = total.reshape(len(total), 1)
    return e / total


# makes the weights and biases
def init(sizes, seed):
    # the same seed shall give the same weights
    np.random.seed(seed)
    params = []
    number_of_layers = len(sizes) - 1
    for i in range(number_of_layers):
        rows = sizes[i]
        columns = sizes[i + 1]
        W = np.random.randn(rows, columns) * np.sqrt(2 / rows)
        b = np.zeros(columns)
        params.append(W)
        params.append(b)
    return params


def forward(params, x):
    number_of_layers = len(params) // 2
    a = x
    for i in range(number_of_layers):
        W = params[2 * i]
        b = params[2 * i + 1]
        z = np.dot(a, W) + b
        if i < number_of_layers - 1:
            a = relu(z)
        else:
            # no activation at the end
            a = z
    return a


def loss_and_gradients(params, x, y, kind):
    number_of_layers = len(params) // 2

    # ---------- forward, but this time we remember everything ----------
    all_z = []
    all_a = [x]
    for i in range(number_of_layers):
        W = params[2 * i]
        b = params[2 * i + 1]
        z = np.dot(all_a[i], W) + b
        all_z.append(z)
        if i < number_of_layers - 1:
            all_a.append(relu(z))
        else:
            all_a.append(z)
    output = all_a[-1]

    # ---------- loss and its derivative with respect to the output ----------
    if kind == "mse":
        difference = output - y
        how_many = difference.shape[0] * difference.shape[1]
        loss = np.sum(difference * difference) / how_many
        d_output = 2 * difference / how_many
    if kind == "cross_entropy":
        n = output.shape[0]
        classes = output.shape[1]
        # one-hot: a row of zeros with a one where the label is
        one_hot = np.zeros((n, classes))
        one_hot[np.arange(n), y] = 1
        # log of the softmax, written so that it is never log(0)
        biggest = np.max(output, axis=1).reshape(n, 1)
        log_total = np.log(np.sum(np.exp(output - biggest), axis=1)).reshape(n, 1)
        log_probabilities = output - biggest - log_total
        loss = -np.sum(one_hot * softmax(output)) / n
        # I looked it up: the derivative is softmax minus one-hot
        d_output = (softmax(output) - one_hot) / n

    # ---------- backward ----------
    gradients = []
    d_z = d_output
    for i in range(number_of_layers - 1, -1, -1):
        d_W = np.dot(all_a[i].T, d_z)
        d_b = np.sum(d_z, axis=0)
        # put them in front because we walk backwards
        gradients.insert(0, d_b)
        gradients.insert(0, d_W)
        if i > 0:
            d_a = np.dot(d_z, params[2 * i].T)
            d_z = d_a * relu_derivative(all_z[i - 1])
    return loss, gradients


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)

    # make x go from -1 to 1 and y have mean 0 and size 1, this trains better
    x_middle = (np.max(x) + np.min(x)) / 2
    x_half = (np.max(x) - np.min(x)) / 2
    y_mean = np.mean(y)
    y_std = np.std(y)
    if y_std == 0:
        y_std = 1
    new_x = (x - x_middle) / x_half
    new_y = (y - y_mean) / y_std

    # every hidden unit gets its kink somewhere between -1 and 1, half look left and half look right
    W1 = params[0]
    for j in range(hidden):
        kink = -1 + 2 * j / hidden
        direction = 1 if j % 2 == 0 else -1
        W1[0, j] = 3 * direction
        params[1][j] = -3 * direction * kink
    params[2] = params[2] * 0.1

    # gradient descent with momentum
    learning_rate = 0.01
    speed = []
    for p in params:
        speed.append(np.zeros(p.shape))
    for step in range(10000):
        loss, gradients = loss_and_gradients(params, new_x, new_y, "mse")
        for k in range(len(params)):
            speed[k] = 0.95 * speed[k] - learning_rate * gradients[k]
            params[k] = params[k] + speed[k]

    # now go back to the old x and y
    W1, b1, W2, b2 = params
    b1 = b1 - W1[0] * x_middle / x_half
    W1 = W1 / x_half
    W2 = W2 * y_std
    b2 = b2 * y_std + y_mean
    return [W1, b1, W2, b2]


def train_classifier(x, y, seed):
    params = init([784, 64, 10], seed)
    learning_rate = 0.2
    batch_size = 50
    number_of_epochs = 15
    n = x.shape[0]
    for epoch in range(number_of_epochs):
        # mix the rows
        order = np.random.permutation(n)
        for start in range(0, n, batch_size):
            which = order[start:start + batch_size]
            batch_x = x[which]
            batch_y = y[which]
            loss, gradients = loss_and_gradients(params, batch_x, batch_y, "cross_entropy")
            for k in range(len(params)):
                params[k] = params[k] - learning_rate * gradients[k]
        # smaller steps towards the end
        learning_rate = learning_rate * 0.85
    return params
