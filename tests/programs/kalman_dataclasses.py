"""Kalman filter and smoother with dataclasses for states, a list of them, and a step method."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Gaussian:
    mean: np.ndarray
    cov: np.ndarray

    def logpdf(self, x):
        d = x - self.mean
        _, logdet = np.linalg.slogdet(self.cov)
        return -0.5 * (d @ np.linalg.solve(self.cov, d) + logdet + len(d) * np.log(2 * np.pi))


@dataclass
class LinearModel:
    F: np.ndarray
    Q: np.ndarray
    H: np.ndarray
    R: np.ndarray

    def predict(self, state):
        return Gaussian(self.F @ state.mean, self.F @ state.cov @ self.F.T + self.Q)

    def update(self, state, z):
        y = Gaussian(self.H @ state.mean, self.H @ state.cov @ self.H.T + self.R)
        K = state.cov @ self.H.T @ np.linalg.inv(y.cov)
        post = Gaussian(state.mean + K @ (z - y.mean), (np.eye(len(state.mean)) - K @ self.H) @ state.cov)
        return post, y.logpdf(z)


def smooth(model, prior, zs):
    filtered, predicted = [], []
    state = prior
    loglik = 0.0
    for z in zs:
        pred = model.predict(state)
        state, ll = model.update(pred, z)
        loglik += ll
        predicted.append(pred)
        filtered.append(state)
    smoothed = [filtered[-1]]
    for f, p in zip(reversed(filtered[:-1]), reversed(predicted[1:])):
        G = f.cov @ model.F.T @ np.linalg.inv(p.cov)
        nxt = smoothed[-1]
        smoothed.append(Gaussian(f.mean + G @ (nxt.mean - p.mean), f.cov + G @ (nxt.cov - p.cov) @ G.T))
    return smoothed[::-1], loglik


def loss(F, Q, R, zs, truth):
    model = LinearModel(F, Q, np.array([[1.0, 0.0]]), R)
    states, loglik = smooth(model, Gaussian(np.zeros(2), np.eye(2)), zs)
    err = 0.0
    for s, x in zip(states, truth):
        err += np.sum((s.mean - x) ** 2) + np.trace(s.cov)
    return err - 0.1 * loglik


PROGRAM = loss
WRT = ("F", "Q", "R", "zs")


def args():
    rng = np.random.default_rng(2)
    F = np.array([[1.0, 0.3], [0.0, 0.9]])
    return F, 0.1 * np.eye(2), 0.3 * np.eye(1), rng.normal(size=(4, 1)), rng.normal(size=(4, 2))
