"""The operands of the sample calls: in a sample, each of these names stands for a value of a fixed shape."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np

__all__ = ["ACTIVE", "SCIPY", "scipy_module", "values"]

SCIPY = ("integrate", "linalg", "math", "signal", "sparse", "stats")
"""What samples call besides NumPy; all but ``math`` are modules of SciPy's, and the rules of that need one too."""


def scipy_module(word: str) -> Any:
    """The module that a word stands for; None where there is no SciPy."""
    try:
        special = importlib.import_module(f"scipy.{'special' if word == 'math' else word}")
    except ImportError:
        return None
    return math if word == "math" else special


ACTIVE = {
    "s": "a Python float", "p": "a Python float", "g": "a NumPy float",
    "v": "4 numbers between 0 and 1", "w": "4 numbers of either sign", "r": "3 numbers", "c": "a column of 2",
    "x": "2 by 3 numbers between 0 and 1", "y": "2 by 3 numbers of either sign", "t": "2 by 3 by 4",
    "A": "a regular 3 by 3 matrix", "B": "another", "S": "a symmetric positive definite one", "C": "a stack of two",
    "z": "4 complex numbers", "Z": "2 by 3 complex numbers", "e": "no row of 3 numbers",
    "f": "4 numbers between 0 and 1 in single precision", "F": "2 by 3 such numbers", "u": "one row of one number",
}  # fmt: skip
"""What carries a derivative."""


def values() -> dict[str, Any]:
    """All operands; the same in every call."""
    rng = np.random.default_rng(0)

    def between(low: float, high: float, *shape: int) -> np.ndarray:
        return rng.uniform(low, high, shape)

    A, B = between(-1, 1, 3, 3) + 2 * np.eye(3), between(-1, 1, 3, 3) - 2 * np.eye(3)
    return {
        "s": 0.7, "p": 1.3, "g": np.float64(0.4),
        "v": between(0.2, 0.9, 4), "w": between(-2, 2, 4), "r": between(-1, 1, 3), "c": between(-1, 1, 2, 1),
        "x": between(0.2, 0.9, 2, 3), "y": between(-2, 2, 2, 3), "t": between(-1, 1, 2, 3, 4),
        "A": A, "B": B, "S": A @ A.T, "C": np.stack([A, B]), "e": np.zeros((0, 3)),
        "z": between(-1, 1, 4) + 1j * between(-1, 1, 4), "Z": between(-1, 1, 2, 3) + 1j * between(-1, 1, 2, 3),
        "f": between(0.2, 0.9, 4).astype(np.float32), "F": between(0.2, 0.9, 2, 3).astype(np.float32),
        "u": between(0.2, 0.9, 1, 1),
        "k": np.array([2, 0, 1, 2]), "m": np.array([[True, False, True], [False, True, True]]),
        "L": scipy_module("sparse") and scipy_module("sparse").csr_array([[1.0, 0.0, 2.0], [0.0, -3.0, 0.0]]),
        "q": np.array([True, False, True, True]), "n": np.array([1, 3, 2, 4]), "i": 2, "j": 3,
    }  # fmt: skip
