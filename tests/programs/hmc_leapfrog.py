"""Hamiltonian Monte Carlo: the energy error of a trajectory of Bayesian logistic regression, momentum drawn inside."""

import numpy as np


def log_posterior(w, X, t, alpha):
    a = X @ w
    return np.sum(t * a - np.logaddexp(0.0, a)) - 0.5 * alpha * np.dot(w, w)


def grad_log_posterior(w, X, t, alpha):
    return X.T @ (t - 1.0 / (1.0 + np.exp(-(X @ w)))) - alpha * w


def hamiltonian(w, p, mass, X, t, alpha):
    return -log_posterior(w, X, t, alpha) + 0.5 * np.sum(p**2 / mass)


def trajectory_error(w, step, mass, alpha, X, t, n_steps, seed=0):
    rng = np.random.default_rng(seed)
    total = 0.0
    for _ in range(2):
        p = rng.standard_normal(w.shape) * np.sqrt(mass)
        start = hamiltonian(w, p, mass, X, t, alpha)
        q = w.copy()
        p = p + 0.5 * step * grad_log_posterior(q, X, t, alpha)
        for i in range(n_steps):
            q += step * p / mass
            if i != n_steps - 1:
                p += step * grad_log_posterior(q, X, t, alpha)
        p += 0.5 * step * grad_log_posterior(q, X, t, alpha)
        error = hamiltonian(q, -p, mass, X, t, alpha) - start
        total += error**2 - 0.1 * np.sum((q - w) ** 2)
        w = q
    return total


PROGRAM = trajectory_error
WRT = ("w", "step", "mass", "alpha")


def args():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(6, 3))
    return rng.normal(size=3), 0.1, np.array([1.0, 2.0, 0.5]), 0.7, X, (X.sum(axis=1) > 0) * 1.0, 4
