"""Functions that stand in for what Numba has not: written out where a text needs them.

>>> helpers = Helpers({"along"})
>>> helpers.name("largest")
'largest'
>>> helpers.name("added_at") in helpers.text("np")
True
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Helpers"]

_TEXTS = {
    "largest": '''
def largest(x, axis):
    """Largest elements along an axis, which stays with length 1."""
    parts = np.swapaxes(np.expand_dims(x, 0), 0, axis + 1 if axis >= 0 else axis)
    found = parts[0].copy()
    for k in range(1, len(parts)):
        found = np.maximum(found, parts[k])
    return found
''',
    "smallest": '''
def smallest(x, axis):
    """Smallest elements along an axis, which stays with length 1."""
    parts = np.swapaxes(np.expand_dims(x, 0), 0, axis + 1 if axis >= 0 else axis)
    found = parts[0].copy()
    for k in range(1, len(parts)):
        found = np.minimum(found, parts[k])
    return found
''',
    "average": '''
def average(x, axis):
    """Means along an axis, which stays with length 1."""
    total = np.expand_dims(x, axis).sum(axis=axis + 1 if axis >= 0 else axis - 1)
    return total / x.shape[axis]
''',
    "filled_like": '''
def filled_like(x, value):
    """An array like x that holds value, which may be an array."""
    out = np.empty_like(x)
    out[...] = value
    return out
''',
    "added_at": '''
def added_at(x, index, values):
    """Add values to x at an array of indices that may repeat."""
    spread = np.broadcast_to(values, np.shape(x[index]))
    for k in np.ndindex(index.shape):
        x[index[k]] += spread[k]
''',
    "added_at_pairs": '''
def added_at_pairs(x, index, values):
    """Add values to x at a tuple of arrays of indices that may repeat together."""
    places = np.arange(x.size).reshape(x.shape)[index]
    spread = np.broadcast_to(values, places.shape)
    for k in np.ndindex(places.shape):
        x.flat[places[k]] += spread[k]
''',
    "places_of": '''
def places_of(index, shape):
    """Where the elements at a tuple of indices stand in the row of all elements of an array of this shape."""
    return np.arange(np.empty(shape).size).reshape(shape)[index]
''',
    "sum_to": '''
def sum_to(g, shape):
    """Sum g over the axes that broadcasting stretched; the rank stays."""
    if g.ndim != len(shape):
        raise ValueError("a sum to another rank")
    for k in range(len(shape)):
        if shape[k] == 1:
            g = np.expand_dims(g, k).sum(axis=k + 1)
    return g
''',
    "cofactors": '''
def cofactors(a):
    """The derivative of np.linalg.det(a) by each element of a, singular or not."""
    u, s, vh = np.linalg.svd(a)
    others = np.ones_like(s)
    for k in range(len(s)):
        others[:k] *= s[k]
        others[k + 1:] *= s[k]
    return np.linalg.det(u) * np.linalg.det(vh) * np.conj((u * others) @ vh)
''',
    "cofactors_along": '''
def cofactors_along(a, d):
    """How fast cofactors(a) change as a moves along d."""
    u, s, vh = np.linalg.svd(a)
    rate = np.conj(u).T @ d @ np.conj(vh).T
    inner = rate.copy()
    for i in range(len(s)):
        rate[i, i] = 0
        for j in range(len(s)):
            if j != i:
                others = s.copy()
                others[i] = 1
                others[j] = 1
                rate[i, i] += np.prod(others) * inner[j, j]
                rate[i, j] = -np.prod(others) * inner[j, i]
    return np.linalg.det(u) * np.linalg.det(vh) * (np.conj(u) @ rate @ np.conj(vh))
''',
    "pinv_of_rank": '''
def pinv_of_rank(a, rank):
    """The pseudo-inverse of a, of which only so many singular values are not taken for 0."""
    u, s, vh = np.linalg.svd(a, False)
    return np.conj(vh[:rank]).T / s[:rank] @ np.conj(u[:, :rank]).T
''',
    "value_slopes": '''
def value_slopes(a, d):
    """The derivative by a of the sum of its singular values, each times its number in d."""
    u, _, vh = np.linalg.svd(a, False)
    return u * d @ vh
''',
    "power_along": '''
def power_along(a, d, n):
    """How fast np.linalg.matrix_power(a, n) changes as a moves along d."""
    if n == 0:
        return np.zeros_like(d)
    base, along = np.ascontiguousarray(a), np.ascontiguousarray(d)
    if n < 0:
        base = np.ascontiguousarray(np.linalg.inv(base))
        along = -base @ along @ base
    bits = 0
    while abs(n) >> bits > 1:
        bits += 1
    power, rate = base, along.copy()
    for k in range(bits - 1, -1, -1):
        rate = rate @ power + power @ rate
        power = power @ power
        if abs(n) >> k & 1:
            rate = rate @ base + power @ along
            power = power @ base
    return rate
''',
    "nan_if_close": '''
def nan_if_close(x, w):
    """x, but NaN where it may be all rounding errors: of numbers as large as w, the values of matrices."""
    limit = 8 * len(w) * np.finfo(w.dtype).eps * np.abs(w).max()
    return np.where(np.abs(x) <= limit, np.full_like(x, np.nan), x)
''',
    "inverse_or_nan": '''
def inverse_or_nan(a, limit=np.inf):
    """np.linalg.inv(a), but NaN for a matrix that has no inverse, or none within limit."""
    if np.isinf(np.linalg.slogdet(a)[1]):
        return np.full_like(a, np.nan)
    inverse = np.linalg.inv(a)
    if np.abs(inverse).max() > limit:
        return np.full_like(a, np.nan)
    return inverse
''',
}


class Helpers:
    """The helpers that a module uses, under names that nothing else in it has."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.names: dict[str, str] = {}

    def name(self, helper: str) -> str:
        """The name under which ``helper`` is called; from now on it belongs to the module."""
        if helper not in self.names:
            name, n = helper, 1
            while name in self.taken:
                n += 1
                name = f"{helper}{n}"
            self.taken.add(name)
            self.names[helper] = name
        return self.names[helper]

    def texts(self, numpy: str) -> list[str]:
        """The definitions, for a module that calls NumPy by this name."""
        return [self._text(helper, name, numpy) for helper, name in self.names.items()]

    def text(self, numpy: str) -> str:
        """All definitions as one text."""
        return "\n\n".join(self.texts(numpy))

    def _text(self, helper: str, name: str, numpy: str) -> str:
        text = _TEXTS[helper].lstrip("\n").replace(f"def {helper}(", f"def {name}(")
        return re.sub(r"\bnp\.", f"{numpy}.", text)
