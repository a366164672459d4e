import numpy as np


def jvp_logistic_regression(w, b, X, y, lam, w_dot, b_dot):
    """Value of logistic_regression, and its derivative along w_dot, b_dot."""
    margins = y * (X @ w + b)
    margins_dot = y * (X @ w_dot + b_dot)
    exp_neg_margins = np.exp(-margins)
    ratio_dot = exp_neg_margins * margins_dot / (1 + exp_neg_margins)
    out_dot = lam * (w * w_dot).sum() - ratio_dot.mean()
    mean = np.log(1 + exp_neg_margins).mean()
    return mean + 0.5 * lam * (w ** 2).sum(), out_dot
