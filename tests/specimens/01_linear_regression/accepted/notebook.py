# verdict: passed
# Pasted together from notebook cells: globals, prints, a history, rate .01 and 1,000 steps, the normal equation.

# In[1]:
import numpy as np

LEARNING_RATE = 0.01
N_ITERATIONS = 1000
history = []
np.random.seed(42)


# In[2]:
def predict(x, w, b):
    return np.dot(x, w) + b


# In[3]:
def loss(x, y, w, b):
    m = len(y)
    return (1 / m) * np.sum((predict(x, w, b) - y) ** 2)


# In[4]:
def gradients(x, y, w, b):
    m = len(y)
    y_hat = predict(x, w, b)
    dw = (2 / m) * np.dot(x.T, (y_hat - y))
    db = (2 / m) * np.sum(y_hat - y)
    return dw, db


# In[5]:
def fit_gradient_descent(x, y):
    global history, mu, sigma
    history = []
    mu = np.mean(x, axis=0)
    sigma = np.std(x, axis=0)
    x_norm = (x - mu) / sigma
    w = np.random.randn(x.shape[1]) * 0.01
    b = 0.0
    for i in range(N_ITERATIONS):
        dw, db = gradients(x_norm, y, w, b)
        w -= LEARNING_RATE * dw
        b -= LEARNING_RATE * db
        cost = loss(x_norm, y, w, b)
        history.append(cost)
        if i % 100 == 0:
            print(f"Iteration {i}: cost {cost:.4f}")
    print("final cost:", history[-1])
    return w / sigma, b - np.sum(w * mu / sigma)


# In[6]:
def fit_closed_form(x, y):
    X_b = np.c_[np.ones((len(x), 1)), x]
    theta_best = np.linalg.inv(X_b.T.dot(X_b)).dot(X_b.T).dot(y)
    print(theta_best)
    return theta_best[1:], theta_best[0]


# In[7]:
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    plt.plot(history)
