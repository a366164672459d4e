"""Matrices at which rules of linear algebra are checked."""

from __future__ import annotations

import numpy as np

from tests.rules.samples import between

__all__ = ["apart", "positive", "regular"]


def regular(n: int) -> np.ndarray:
    """A matrix far from singular ones, whose eigenvalues are far from the negative numbers."""
    return between(-1, 1, n, n) + n * np.eye(n)


def positive(n: int) -> np.ndarray:
    """A symmetric matrix with positive eigenvalues."""
    a = between(-1, 1, n, n)
    return np.asarray(a @ a.T + n * np.eye(n))


def apart(*shape: int) -> np.ndarray:
    """Matrices with singular values, and with eigenvalues, that are real and lie well apart."""
    a = between(-1, 1, *shape) / 3
    k = min(shape[-2:])
    a[..., range(k), range(k)] += np.arange(1, k + 1)
    return a
