"""What generated code calls besides NumPy and itself: helpers, printed above it where they cannot be done without.

>>> sum_to(np.ones((2, 3)), (1, 3))
array([[2., 2., 2.]])
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "COFACTORS",
    "COFACTORS_ALONG",
    "COPY_GENERATOR",
    "INVERSE_OR_NAN",
    "PINV_OF_RANK",
    "NAN_IF_CLOSE",
    "OBJECT_OF",
    "OF_RULES",
    "POWER_ALONG",
    "SUM_TO",
    "VALUE_SLOPES",
    "cofactors",
    "cofactors_along",
    "copy_generator",
    "inverse_or_nan",
    "is_copy_generator",
    "is_object_of",
    "is_sum_to",
    "object_of",
    "original_of",
    "pinv_of_rank",
    "power_along",
    "sum_to",
    "nan_if_close",
    "value_slopes",
]

SUM_TO = '''
def sum_to(g, shape):
    """Sum g over the axes that broadcasting added or stretched."""
    g = g.sum(axis=tuple(range(np.ndim(g) - len(shape))))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=ones, keepdims=True)
'''


OBJECT_OF = '''
def object_of(cls, **attributes):
    """An object of a class with these attributes, made without its __init__."""
    made = object.__new__(cls)
    made.__dict__.update(attributes)
    return made
'''


COPY_GENERATOR = '''
def copy_generator(rng):
    """A generator that draws the numbers that rng is about to draw, and leaves rng alone."""
    from copy import deepcopy

    return deepcopy(rng)
'''


COFACTORS = '''
def cofactors(a):
    """The derivative of np.linalg.det(a) by each element of a, singular or not."""
    try:
        inverse = np.linalg.inv(a)
        size = float(np.vdot(a, a).real) * float(np.vdot(inverse, inverse).real)
        regular = size < 1 / np.finfo(a.dtype).eps
    except np.linalg.LinAlgError:
        regular = False
    if regular:
        det = np.asarray(np.linalg.det(a))
        return det[..., None, None] * np.swapaxes(inverse, -1, -2)
    finite = np.isfinite(a).all(axis=(-2, -1), keepdims=True)
    u, s, vh = np.linalg.svd(np.where(finite, a, 0))
    sign = np.asarray(np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    diagonal = np.eye(a.shape[-1], dtype=bool)
    others = np.where(diagonal, 1, s[..., None, :]).prod(axis=-1)
    return np.where(finite, sign * np.conj(u * others[..., None, :] @ vh), np.nan)
'''


COFACTORS_ALONG = '''
def cofactors_along(a, d):
    """How fast cofactors(a) change as a moves along d."""
    try:
        inverse = np.linalg.inv(a)
        size = float(np.vdot(a, a).real) * float(np.vdot(inverse, inverse).real)
        regular = size < np.finfo(a.dtype).eps ** -0.5
    except np.linalg.LinAlgError:
        regular = False
    if regular:
        det = np.asarray(np.linalg.det(a))
        turned = inverse @ d
        trace = np.asarray(np.trace(turned, 0, -2, -1))[..., None, None]
        rate = trace * inverse - turned @ inverse
        return det[..., None, None] * np.swapaxes(rate, -1, -2)
    finite = np.isfinite(a).all(axis=(-2, -1), keepdims=True)
    u, s, vh = np.linalg.svd(np.where(finite, a, 0))
    sign = np.asarray(np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    inner = np.swapaxes(np.conj(u), -1, -2) @ d @ np.swapaxes(np.conj(vh), -1, -2)
    diagonal = np.eye(a.shape[-1], dtype=bool)
    pairs = np.zeros(s.shape + s.shape[-1:], s.dtype)
    for k in range(a.shape[-1]):
        others = np.where(diagonal | diagonal[k], 1, s[..., None, :]).prod(axis=-1)
        pairs[..., k, :] = np.where(diagonal[k], 0, others)
    total = np.einsum("...ij,...jj->...i", pairs, inner)[..., None]
    rate = np.where(diagonal, total, -pairs * np.swapaxes(inner, -1, -2))
    return np.where(finite, sign * (np.conj(u) @ rate @ np.conj(vh)), np.nan)
'''


POWER_ALONG = '''
def power_along(a, d, n):
    """How fast np.linalg.matrix_power(a, n) changes as a moves along d."""
    if n == 0:
        return np.zeros_like(d)
    if n < 0:
        a = np.linalg.inv(a)
        d = -a @ d @ a
    power, rate = a, d.copy()
    for bit in bin(abs(n))[3:]:
        power, rate = power @ power, rate @ power + power @ rate
        if bit == "1":
            power, rate = power @ a, rate @ a + power @ d
    return rate
'''


INVERSE_OR_NAN = '''
def inverse_or_nan(a, limit=None):
    """np.linalg.inv(a), but NaN for a matrix that has no inverse, or none within limit."""
    try:
        inverse = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        regular = np.isfinite(np.linalg.slogdet(a)[1])[..., None, None]
        inverse = np.linalg.inv(np.where(regular, a, np.nan))
    if limit is None:
        return inverse
    size = np.abs(inverse).max(axis=(-2, -1), keepdims=True, initial=0)
    return np.where(size < limit, inverse, np.nan)
'''


PINV_OF_RANK = '''
def pinv_of_rank(a, rank):
    """The pseudo-inverse of a, of which only so many singular values are not taken for 0."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.conj(vh[:rank]).T / s[:rank] @ np.conj(u[:, :rank]).T
'''


VALUE_SLOPES = '''
def value_slopes(a, d):
    """The derivative by a of the sum of its singular values, each times its number in d."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return u * d[..., None, :] @ vh
'''


NAN_IF_CLOSE = '''
def nan_if_close(x, w):
    """x, but NaN where it may be all rounding errors: of numbers as large as w, the values of matrices."""
    limit = 8 * w.shape[-1] * np.finfo(w.dtype).eps * np.abs(w).max(axis=-1, initial=0)
    limit = np.reshape(limit, np.shape(limit) + (1,) * (np.ndim(x) - np.ndim(limit)))
    return np.where(np.abs(x) <= limit, np.nan, x)
'''


def _made(name: str, text: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec("import numpy as np\n" + text, scope)  # as in a file: what is imported above is called in another way
    made: Callable[..., Any] = scope[name]
    return made


sum_to: Any = _made("sum_to", SUM_TO)
"""The helper as a function, by which the facts and the rule of every printed copy are found."""

object_of: Any = _made("object_of", OBJECT_OF)
"""What stands for a call of a class whose ``__init__`` was written out, where the object is needed as a whole."""


copy_generator: Any = _made("copy_generator", COPY_GENERATOR)
"""What keeps a generator of random numbers as it was, so that the backward pass draws the same numbers again."""


cofactors: Any = _made("cofactors", COFACTORS)
"""The gradient of a determinant: by the inverse where the matrix is far from singular, else by singular values.

The determinant is the product of the singular values ``s`` but for a sign, and so are its cofactors, in the bases of
the singular vectors, the products of all of them but one. That divides by nothing, and nothing is lost in it where two
or more are 0. Far from singular: the inverse has half of the digits, or more.
"""

cofactors_along: Any = _made("cofactors_along", COFACTORS_ALONG)
"""The second derivative of a determinant, which is symmetric: the rule of `cofactors` in both modes.

In the bases of the singular vectors ``a`` is diagonal, and its cofactors change by the products of all singular values
but two: ``(i, i)`` by that of all but i and j times ``d[j, j]``, for each j, ``(i, j)`` by minus it times ``d[j, i]``.
"""

power_along: Any = _made("power_along", POWER_ALONG)
"""The derivative of a power of a matrix, by squaring: the rule of ``np.linalg.matrix_power`` in both modes.

``rate`` is the sum of ``a**i @ d @ a**(m - 1 - i)`` over all i where ``power`` is ``a**m``: twice m, and m + 1, take
two products each on top of those of the power.
"""

inverse_or_nan: Any = _made("inverse_or_nan", INVERSE_OR_NAN)
"""The gradient of the logarithm of a determinant, which does not raise where that is -inf and there is none.

With a limit, what eigenvectors of length 1 are multiplied by: where they do not span the space, or hardly, they are all
that is computed of the matrix, and what else its eigenvalues hang on is lost.
"""

pinv_of_rank: Any = _made("pinv_of_rank", PINV_OF_RANK)
"""What ``np.linalg.lstsq`` multiplies by, whatever its ``rcond`` is: ``np.linalg.pinv`` cuts off elsewhere."""

nan_if_close: Any = _made("nan_if_close", NAN_IF_CLOSE)
"""What is divided by, of eigenvalues or singular values ``w``: the gaps between them, or themselves.

LAPACK is off by about as many eps of the largest as there are values; a smaller gap is that of two which may be equal,
and a quotient by it is noise.
"""

value_slopes: Any = _made("value_slopes", VALUE_SLOPES)
"""The gradient of what is made of the singular values of a complex matrix.

The vectors are known up to a factor of magnitude 1, and have no derivative that would hold for it: what is made of both
vectors of each value has one.
"""

OF_RULES = {
    "cofactors": cofactors,
    "cofactors_along": cofactors_along,
    "inverse_or_nan": inverse_or_nan,
    "pinv_of_rank": pinv_of_rank,
    "power_along": power_along,
    "nan_if_close": nan_if_close,
    "value_slopes": value_slopes,
}
"""The helpers that templates of rules call by their names."""


def original_of(value: Any) -> Any:
    """The helper of this module that a function is a printed copy of, or itself; None for any other."""
    known = (sum_to, object_of, copy_generator, *OF_RULES.values())
    return next((helper for helper in known if value is helper or _is_copy(value, helper)), None)


def is_sum_to(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, sum_to)


def is_object_of(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, object_of)


def is_copy_generator(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, copy_generator)


def _is_copy(value: Any, helper: Any) -> bool:
    if not isinstance(value, types.FunctionType) or value.__name__ != helper.__name__:
        return False
    generated = value.__code__.co_filename.startswith("<s2sgrad generated ")
    return generated or (value.__globals__.get("np") is np and _steps(value.__code__) == _steps(helper.__code__))


def _steps(code: types.CodeType) -> tuple[Any, ...]:
    """What a function does, wherever it stands."""
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    constants = tuple(const for const in code.co_consts if not isinstance(const, types.CodeType))
    return code.co_code, code.co_names, code.co_varnames, constants, *map(_steps, inner)
