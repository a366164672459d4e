"""Mini-batches of data: the stochastic part of stochastic gradient descent.

>>> x = np.arange(5.0)
>>> [len(rows) for (rows,) in batches(x, size=2, seed=0)]
[2, 2, 1]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.optim.hyper import count_of

__all__ = ["batches"]


def batches(*arrays: Any, size: int, seed: int, epochs: int = 1) -> Iterator[tuple[Any, ...]]:
    """The rows of all arrays, ``size`` at a time, each once per epoch and in another random order in each.

    The arrays, of any dtype and of one length, are left as they are; a batch is a tuple with a new array for each. The
    last batch of an epoch may be shorter. The same seed gives the same batches.

    Raises ArgumentError where there is no array, where the lengths differ or are 0, where ``size`` or ``epochs`` is no
    positive integer, and where ``seed`` is no integer from 0.
    """
    lengths = {len(one) if np.ndim(one) else 0 for one in arrays}
    if len(lengths) != 1 or 0 in lengths:
        shapes = ", ".join(str(np.shape(one)) for one in arrays) or "none"
        raise ArgumentError(f"batches are cut from arrays of one length, at least 1; the shapes are {shapes}")
    numbers = count_of(size, "size"), count_of(epochs, "epochs"), count_of(seed, "seed", least=0)
    return _cut([np.asarray(one) for one in arrays], *numbers)


def _cut(arrays: list[Any], size: int, epochs: int, seed: int) -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(arrays[0]))
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            yield tuple(one[rows] for one in arrays)
