"""The four graphs of Figure 6.8 of the Deep Learning book, as functions."""

import numpy as np

from s2sgrad import grad, vjp


def product(x, y):
    z = x * y
    return z


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def logistic_regression(x, w, b):
    yhat = sigmoid(x @ w + b)
    return yhat


def relu_layer(X, W, b):
    H = np.maximum(0, X @ W + b)
    return H


def weight_decay(x, w, lam):
    yhat = x @ w
    penalty = lam * np.sum(w**2)
    return yhat, penalty


X, W = np.arange(6.0).reshape(2, 3), np.ones((3, 4))

FIGURES = {
    "product": lambda: grad(product, (0, 1)).graph(2.0, 3.0),
    "logistic_regression": lambda: grad(logistic_regression, ("w", "b")).graph(X[0], W[:, 0], 0.5).folded(),
    "relu_layer": lambda: vjp(relu_layer, ("W", "b")).graph(X, W, W[0]),
    "weight_decay": lambda: vjp(weight_decay, "w").graph(X, W[:, 0], 0.1),
}
