"""Methods and attributes of arrays as the NumPy functions that they spell.

>>> METHODS["sum"] is np.sum, ATTRIBUTES["T"] is np.transpose, "fill" in MUTATORS
(True, True, True)
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["ATTRIBUTES", "METHODS", "MUTATORS", "OTHER_NAMES", "UNPACKED"]

_SAME_NAME = (
    "sum prod mean std var max min all any argmax argmin cumsum cumprod dot trace diagonal transpose swapaxes "
    "reshape ravel squeeze repeat take clip round argsort argpartition nonzero searchsorted conj conjugate copy "
    "choose"
)

METHODS: dict[str, Any] = {
    **{name: getattr(np, name) for name in _SAME_NAME.split()},
    "astype": np.ndarray.astype,
    "compress": np.ndarray.compress,
    "flatten": np.ndarray.flatten,
    "item": np.ndarray.item,
    "tolist": np.ndarray.tolist,
    "view": np.ndarray.view,
    **({"to_device": np.ndarray.to_device} if hasattr(np.ndarray, "to_device") else {}),
}
"""Methods of arrays and NumPy scalars that change nothing. ``clip`` takes its bounds by other names as a method."""

_MUTATORS = (
    "fill sort put resize partition itemset setfield setflags byteswap __setitem__ __delitem__ __iadd__ __isub__ "
    "__imul__ __imatmul__ __itruediv__ __ifloordiv__ __imod__ __ipow__ __ilshift__ __irshift__ __iand__ __ixor__ "
    "__ior__ __setattr__ __delattr__ __setstate__ __init__ __array_finalize__ __array_ufunc__ __array_function__ "
    "__getattribute__"
)

MUTATORS = frozenset(_MUTATORS.split())
"""Methods that change the array, or may."""

ATTRIBUTES: dict[str, Any] = {
    "T": np.transpose,
    "shape": np.shape,
    "size": np.size,
    "ndim": np.ndim,
    "real": np.real,
    "imag": np.imag,
    **({"mT": np.matrix_transpose} if hasattr(np, "matrix_transpose") else {}),
}
"""Attributes of arrays and NumPy scalars, as functions of the array."""

OTHER_NAMES: dict[int, Any] = {id(np.amax): np.max, id(np.amin): np.min}
"""Functions that are others under another name, by identity."""

UNPACKED: dict[int, Any] = {}
"""Functions whose first argument is a tuple, as functions of its items, by identity."""
