"""A fixed number of conjugate gradient iterations, differentiated through."""

import numpy as np


def cg_objective(A, b, n_iter):
    x = np.zeros_like(b)
    r = b - A @ x
    p = r
    rs_old = r @ r
    for _ in range(n_iter):
        Ap = A @ p
        alpha = rs_old / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rs_new = r @ r
        p = r + (rs_new / rs_old) * p
        rs_old = rs_new
    return 0.5 * x @ A @ x - b @ x


PROGRAM = cg_objective
WRT = ("A", "b")


def args():
    rng = np.random.default_rng(6)
    M = rng.normal(size=(4, 4))
    return M @ M.T + 4 * np.eye(4), rng.normal(size=4), 3
