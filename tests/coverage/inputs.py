"""The operands of the sample calls: in a sample, each of these names stands for a value of a fixed shape."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["ACTIVE", "LENGTHS", "SCIPY", "Shape", "rank", "scipy_module", "values"]

SCIPY = ("integrate", "linalg", "math", "signal", "sparse", "special", "stats")
"""What samples call besides NumPy; all but ``math`` are modules of SciPy's, and the rules of that need one too."""

Shape = tuple[int, ...]


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

LENGTHS = {2: 2, 3: 3, 4: 4}
"""How long the axes are that have 2, 3 and 4 elements in the samples as they stand."""


def values(lengths: Mapping[int, int] = LENGTHS, ranks: Mapping[str, Shape | int] | None = None) -> dict[str, Any]:
    """All operands; the same in every call with the same arguments.

    ``lengths`` says how long the axes are that have 2, 3 and 4 elements otherwise; ``ranks`` what comes before the axes
    of an operand, or how many of its axes are left out.
    """
    rng = np.random.default_rng(0)
    two, three, four = (lengths[n] for n in (2, 3, 4))

    def shaped(name: str, *shape: int) -> Shape:
        change = (ranks or {}).get(name, ())
        return shape[change:] if isinstance(change, int) else (*change, *shape)

    def between(low: float, high: float, name: str, *shape: int) -> np.ndarray:
        return rng.uniform(low, high, shaped(name, *shape))

    def regular(name: str, sign: int) -> np.ndarray:
        found = between(-1, 1, name, three, three)
        return found + sign * 2 * np.eye(three) if found.ndim > 1 else found

    def number(name: str, value: float, kind: Callable[[float], Any]) -> Any:
        shape = shaped(name)
        return np.full(shape, value) + rng.uniform(0, 0.1, shape) if shape else kind(value)

    def repeated(name: str, pattern: list[Any], *shape: int) -> np.ndarray:
        return np.resize(np.array(pattern), shaped(name, *shape))

    def complexes(name: str, *shape: int) -> np.ndarray:
        return between(-1, 1, name, *shape) + 1j * between(-1, 1, name, *shape)

    A, B = regular("A", 1), regular("B", -1)
    root = regular("S", 1) if "S" in (ranks or {}) else A
    found = {
        "s": number("s", 0.7, float), "p": number("p", 1.3, float), "g": number("g", 0.4, np.float64),
        "v": between(0.2, 0.9, "v", four), "w": between(-2, 2, "w", four), "r": between(-1, 1, "r", three),
        "c": between(-1, 1, "c", two, 1),
        "x": between(0.2, 0.9, "x", two, three), "y": between(-2, 2, "y", two, three),
        "t": between(-1, 1, "t", two, three, four),
        "A": A, "B": B, "S": root @ np.swapaxes(root, -1, -2) if root.ndim > 1 else root,
        "C": np.stack([A, B]) if np.shape(A) == np.shape(B) else A, "e": between(0.2, 0.9, "e", 0, three),
        "z": complexes("z", four), "Z": complexes("Z", two, three),
        "f": between(0.2, 0.9, "f", four).astype(np.float32),
        "F": between(0.2, 0.9, "F", two, three).astype(np.float32),
        "u": between(0.2, 0.9, "u", 1, 1),
        "k": repeated("k", [2, 0, 1, 2], four) % max(four, 1),
        "m": repeated("m", [True, False, True, False, True, True], two, three),
        "q": repeated("q", [True, False, True, True], four), "n": repeated("n", [1, 3, 2, 4], four), "i": 2, "j": 3,
    }  # fmt: skip
    sparse = scipy_module("sparse")
    return found | {"L": sparse and sparse.csr_array(np.resize([1.0, 0.0, 2.0, 0.0, -3.0], (two, three)))}


def rank(name: str) -> int:
    """How many axes an operand has as it stands."""
    return int(np.ndim(values()[name]))
