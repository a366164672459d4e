import numpy as np


def jvp_gaussian_log_likelihood(x, mu, Sigma, x_dot, mu_dot, Sigma_dot):
    """Value of gaussian_log_likelihood, and its derivative along x_dot, mu_dot, Sigma_dot."""
    L = np.linalg.cholesky(Sigma)
    symmetric = np.tril(Sigma_dot) + np.tril(Sigma_dot, -1).T
    inner = np.linalg.solve(L, np.linalg.solve(L, symmetric).T)
    L_dot = 0.5 * (L @ (np.tril(inner) + np.tril(inner, -1)))
    z = np.linalg.solve(L, x - mu)
    z_dot = np.linalg.solve(L, x_dot - mu_dot - L_dot @ z)
    diag_L = np.diag(L)
    log_det = 2 * np.log(diag_L).sum()
    log_det_dot = 2 * (np.diag(L_dot) / diag_L).sum()
    out_dot = -0.5 * (2 * (z @ z_dot) + log_det_dot)
    return -0.5 * (z @ z + log_det + len(x) * np.log(2 * np.pi)), out_dot
