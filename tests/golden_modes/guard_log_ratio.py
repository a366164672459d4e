"""A gradient that names the line at which the first NaN arises."""

import numpy as np


def log_ratio(x, y):
    ratio = x / y
    total = np.log(ratio).sum()
    return np.sqrt(total)


MODE = "guard"
WRT = ("x", "y")


def args():
    rng = np.random.default_rng(6)
    return rng.uniform(2.0, 3.0, 4), rng.uniform(0.5, 1.5, 4)


# What s2sgrad generates:


def check_finite(value, name, line):
    """Raise where a value is NaN or infinite."""
    known = isinstance(value, (float, complex, np.inexact, np.ndarray))
    if known and not np.all(np.isfinite(value)):
        raise FloatingPointError(f"{name} is not finite: {line}")


def check_nan(value, name, line):
    """Raise where a value that is computed forward is NaN."""
    known = isinstance(value, (float, complex, np.inexact, np.ndarray))
    if known and np.any(value != value):
        raise FloatingPointError(f"{name} is NaN: {line}")


def grad_log_ratio(x, y):
    """Gradient of log_ratio with respect to x, y."""
    ratio = x / y
    check_nan(ratio, "ratio", "guard_log_ratio.py:7: ratio = x / y")
    total = np.log(ratio).sum()
    check_nan(
        total, "total", "guard_log_ratio.py:8: total = np.log(ratio).sum()")
    sqrt_total = np.sqrt(total)
    check_nan(sqrt_total, "sqrt_total",
        "guard_log_ratio.py:9: return np.sqrt(total)")

    # return np.sqrt(total)
    dtotal = 1 / (2 * sqrt_total)
    check_finite(
        dtotal, "dtotal", "guard_log_ratio.py:9: return np.sqrt(total)")

    # total = np.log(ratio).sum()
    dratio = dtotal / ratio
    check_finite(
        dratio, "dratio", "guard_log_ratio.py:8: total = np.log(ratio).sum()")

    # ratio = x / y
    dx = dratio / y
    check_finite(dx, "dx", "guard_log_ratio.py:7: ratio = x / y")
    dy = -dratio * ratio / y
    check_finite(dy, "dy", "guard_log_ratio.py:7: ratio = x / y")
    return dx, dy
