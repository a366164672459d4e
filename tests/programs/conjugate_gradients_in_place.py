"""Conjugate gradients with vectors updated in place, as in a textbook in C."""

import numpy as np


def cg_residual(A, b, n_iter):
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    rs = r @ r
    for k in range(n_iter):
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        p *= rs_new / rs
        p += r
        rs = rs_new
    return np.sqrt(rs) + x[0]


PROGRAM = cg_residual
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(7)
    M = rng.normal(size=(4, 4))
    return M @ M.T + 4 * np.eye(4), rng.normal(size=4), 2
