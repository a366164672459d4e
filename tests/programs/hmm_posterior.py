"""A hidden Markov model as a class: scaled forward pass that may end early, backward pass, entropy of the posterior."""

import numpy as np


class HMM:
    def __init__(self, logits_A, logits_B, logits_pi):
        self.A = self._softmax(logits_A)
        self.B = self._softmax(logits_B)
        self.pi = self._softmax(logits_pi[None])[0]

    @staticmethod
    def _softmax(L):
        E = np.exp(L - L.max(axis=-1, keepdims=True))
        return E / E.sum(axis=-1, keepdims=True)

    def forward(self, obs):
        T, N = len(obs), len(self.pi)
        alpha = np.zeros((T, N))
        scale = np.zeros(T)
        alpha[0] = self.pi * self.B[:, obs[0]]
        scale[0] = alpha[0].sum()
        alpha[0] /= scale[0]
        for t in range(1, T):
            alpha[t] = (alpha[t - 1] @ self.A) * self.B[:, obs[t]]
            scale[t] = alpha[t].sum()
            if scale[t] == 0:
                return alpha, -np.inf
            alpha[t] /= scale[t]
        return alpha, np.log(scale).sum()

    def posterior(self, obs):
        alpha, ll = self.forward(obs)
        T, N = alpha.shape
        beta = np.ones((T, N))
        for t in reversed(range(T - 1)):
            beta[t] = self.A @ (self.B[:, obs[t + 1]] * beta[t + 1])
            beta[t] /= beta[t].sum()
        gamma = alpha * beta
        gamma /= gamma.sum(axis=1, keepdims=True)
        return gamma, ll


def hmm_objective(LA, LB, lp):
    obs = [0, 2, 1, 3, 2]
    model = HMM(LA, LB, lp)
    gamma, ll = model.posterior(obs)
    entropy = -np.sum(gamma * np.log(gamma + 1e-12))
    return -ll + 0.1 * entropy


PROGRAM = hmm_objective
WRT = ("LA", "LB", "lp")


def args():
    rng = np.random.default_rng(1)
    return rng.normal(size=(3, 3)), rng.normal(size=(3, 4)), rng.normal(size=3)
