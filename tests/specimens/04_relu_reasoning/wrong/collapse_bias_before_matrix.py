# verdict: failed | crashed
# caught by: test_collapse
# diagnosis: bias_before_matrix
# The bias goes through its own layer.

# In [1]:
import numpy as np
np.set_printoptions(precision=3, suppress=True)
rng = np.random.default_rng()
DEBUG = True

# In [2]:
def relu(x):
    return (abs(x) + x) / 2

def relu_gradient(x):
    return np.heaviside(x, 0)

relu(np.array([-1., 0, 2])), relu_gradient(np.array([-1., 0, 2]))

# In [3]:
def collapse(weights, biases):
    global W, b
    W = np.eye(len(weights[0]))
    b = np.zeros(len(weights[0]))
    for w_i, b_i in zip(weights, biases):
        W, b = W @ w_i, (b + b_i) @ w_i
    print(W.shape, b.shape)
    return W, b

# In [4]:
# tried |x1 - x2| on paper
W1 = np.array([[1., -1.], [-1., 1.]])
b1 = np.zeros(2)
w2 = np.ones(2)
b2 = 0.
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
print(relu(X @ W1 + b1) @ w2 + b2)

def xor_network():
    return W1, b1, w2, b2

# In [7]:
def piecewise_linear(xs, ys):
    s = np.diff(ys) / np.diff(xs)
    ds = np.diff(s)
    # line = far left anchor: a unit that is on everywhere does not exist, so +x and -x
    w = np.r_[1, -1, np.ones(len(ds))]
    bias = np.r_[0, 0, -xs[1:-1]]
    v = np.r_[s[0], -s[0], ds]
    return w, bias, v, ys[0] - s[0] * xs[0]

# In [8]:
def he_init(sizes, seed):
    global rng, layers
    rng = np.random.default_rng(seed)
    layers = []
    for m, n in zip(sizes[:-1], sizes[1:]):
        layers.append([rng.normal(0, (2 / m) ** .5, size=(m, n)), np.zeros(n)])
    return layers

# In [11]:
acts = {
    "linear": (lambda z: z, lambda z: 1 + 0 * z),
    "relu": (relu, relu_gradient),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}

def gradient_norms(layers, x, activation):
    global H, Z
    f, df = acts[activation]
    H, Z = [x], []
    for w, c in layers:
        Z.append(H[-1] @ w + c)
        H.append(f(Z[-1]))
    d = np.ones(Z[-1].shape)
    out = []
    for k in range(len(layers) - 1, -1, -1):
        G = H[k].T @ d
        out.append(np.sqrt((G ** 2).sum()))
        if k:
            d = d @ layers[k][0].T * df(Z[k - 1])
    out = out[::-1]
    if DEBUG:
        print(activation, np.array(out))
    return out

# In [12]:
def fits_without_bias(x, y):
    global slopes
    slopes = y[x != 0] / x[x != 0]
    sign = x[x != 0] > 0
    print(slopes)
    ok = all(abs(y[x == 0]) < 1e-9)
    for s in (slopes[sign], slopes[~sign]):
        ok = ok and (len(s) == 0 or np.ptp(s) < 1e-6)
    return ok

# In [13]:
def dead_units(w, b, x):
    return np.where(relu(x @ w + b).sum(0) == 0)

# In [19]:
def net(layers, X):
    for w, c in layers[:-1]:
        X = relu(X @ w + c)
    return X @ layers[-1][0] + layers[-1][1]

ts = None

def count_pieces(layers, start, end):
    global ts
    ts = np.array([0., 1.])
    P = np.array([start, end])
    for w, c in layers[:-1]:
        Zs = P @ w + c
        extra = []
        for i in range(len(ts) - 1):
            for u in np.where(Zs[i] * Zs[i + 1] < 0)[0]:
                r = Zs[i, u] / (Zs[i, u] - Zs[i + 1, u])
                extra.append(ts[i] + r * (ts[i + 1] - ts[i]))
        new = np.array(sorted(set(ts) | set(extra)))
        new = new[np.r_[True, np.diff(new) > 1e-11]]
        P = relu(np.array([np.interp(new, ts, Zs[:, u]) for u in range(Zs.shape[1])]).T)
        ts = new
    Y = P @ layers[-1][0] + layers[-1][1]
    S = np.diff(Y, axis=0) / np.diff(ts)[:, None]
    big = abs(S).max()
    n = 1 + sum((abs(S[i + 1] - S[i]) > 1e-8 * big).any() for i in range(len(S) - 1))
    print(n, "pieces")
    return n

# In [22]:
def sawtooth(depth):
    L = [(np.array([[1., 1.]]), np.array([0., -.5]))]
    while len(L) < depth:
        L += [(np.array([[2., 2.], [-4., -4.]]), np.array([0., -.5]))]
    return L + [(np.array([[2.], [-4.]]), np.zeros(1))]

for d in range(1, 5):
    print(d, count_pieces(sawtooth(d), np.zeros(1), np.ones(1)))

# In [23]:
gradient_norms(he_init([8] * 5, 0), np.random.randn(10, 8), "sigmoid")
