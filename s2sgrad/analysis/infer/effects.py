"""What a call does besides giving a value: does its result share memory with an operand, does it touch anything else.

Nothing is taken for granted: a function is fresh, a view or pure only if a table says so, and the tests check the
tables on arrays of many layouts.

>>> memory_effect(np.exp), memory_effect(np.transpose), memory_effect(np.reshape), memory_effect(print)
('fresh', 'view', 'maybe', 'maybe')
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.analysis.infer.elementwise import is_elementwise_ufunc
from s2sgrad.analysis.infer.logic import COMPARISONS
from s2sgrad.analysis.infer.operators import ARITHMETIC, INPLACE, UNARY
from s2sgrad.analysis.infer.questions import TEXTS
from s2sgrad.analysis.infer.randoms import DRAWS
from s2sgrad.analysis.infer.reductions import REDUCTIONS, RUNNING
from s2sgrad.analysis.infer.spectra import TRANSFORMS
from s2sgrad.analysis.infer.table import handler_of, numpy_functions
from s2sgrad.analysis.infer.ufunc_methods import UFUNCS, ufunc_method
from s2sgrad.printed import OF_RULES, sum_to

__all__ = ["FRESH", "VIEWS", "gives_scalars", "is_pure", "memory_effect", "note_fresh"]

VIEWS = numpy_functions(
    "transpose permute_dims matrix_transpose swapaxes moveaxis rollaxis expand_dims broadcast_to diagonal "
    "flip fliplr flipud rot90 split array_split hsplit vsplit dsplit unstack trim_zeros"
)
VIEWS.append(np.lib.stride_tricks.sliding_window_view)
"""Functions whose result always shares memory with their array."""

FRESH = [
    *REDUCTIONS,
    *RUNNING,
    *ARITHMETIC,
    *COMPARISONS,
    *UNARY,
    operator.pow,
    operator.matmul,
    operator.not_,
    *numpy_functions(
        "average quantile percentile trapz trapezoid sort argsort partition searchsorted unique bincount "
        "nanquantile nanpercentile cumulative_sum cumulative_prod ediff1d compress extract choose cov corrcoef "
        "correlate roots poly polyval polyadd polysub polymul polydiv polyfit vander tri indices bartlett blackman "
        "hamming hanning kaiser lexsort packbits unpackbits argpartition count_nonzero isin "
        "where clip isclose angle i0 sinc isreal iscomplex isposinf isneginf interp select nonzero "
        "matmul dot inner outer vdot kron tensordot trace cross convolve "
        "append delete insert pad resize diagflat vander row_stack "
        "block concatenate concat stack vstack hstack column_stack dstack tile repeat "
        "meshgrid gradient roll tril triu take take_along_axis argwhere flatnonzero copy array "
        "zeros ones empty full zeros_like ones_like empty_like full_like eye identity arange linspace "
        "logspace geomspace shape ndim size array_equal allclose isscalar iscomplexobj isrealobj"
    ),
    *(f for f in TRANSFORMS if f not in (np.fft.fftn, np.fft.ifftn)),  # without axes these give the array itself
    *numpy_functions(
        "inv cholesky pinv det solve slogdet eigh eig eigvalsh eigvals svd svdvals qr norm vector_norm matrix_norm "
        "cond lstsq tensorsolve tensorinv multi_dot cross",
        module=np.linalg,
    ),
    *numpy_functions("sqrt log log2 log10 logn power arccos arcsin arctanh", module=np.emath),
    *(np.ndarray.copy, np.ndarray.flatten, np.ndarray.astype, np.ndarray.item, np.ndarray.tolist, np.ndarray.compress),
    sum_to,
    *OF_RULES.values(),
    *(ufunc_method(ufunc, name) for ufunc in UFUNCS for name in ("reduce", "accumulate", "outer", "reduceat")),
    *(int, float, complex, bool, len, range, round, isinstance, *TEXTS),
]
"""Functions whose result never shares memory with an operand, when called without ``out=`` and ``copy=``."""

_VIEWS = frozenset(map(id, VIEWS))
_FRESH = set(map(id, FRESH))
_SHARING_UFUNCS = (np.conjugate,)  # as a method it returns a real array itself
_IMPURE = frozenset(map(id, (np.empty, np.empty_like, iter, *INPLACE, *DRAWS)))


def memory_effect(function: Any, keywords: Iterable[str] = ()) -> str:
    """Whether a result is ``fresh`` memory, a ``view`` of an operand, or ``maybe`` either.

    ``keywords`` are the names of the keyword arguments of the call: ``out=`` and ``copy=`` forbid a promise.
    """
    if not {"out", "copy", "subok", "like"}.isdisjoint(keywords):
        return "maybe"
    if id(function) in _VIEWS:
        return "view"
    if id(function) in _FRESH or (is_elementwise_ufunc(function) and function not in _SHARING_UFUNCS):
        return "fresh"
    return "maybe"


def note_fresh(*functions: Any) -> None:
    """Declare functions of an optional library whose results never share memory with an operand."""
    FRESH.extend(functions)
    _FRESH.update(map(id, functions))


def gives_scalars(function: Any) -> bool:
    """True for arithmetic, whose result without axes is a scalar even where an operand is an array without axes."""
    return is_elementwise_ufunc(function) or id(function) in _SCALARS


_SCALARS = frozenset(map(id, (*ARITHMETIC, *UNARY, operator.pow, sum)))


def is_pure(function: Any, args: Iterable[Fact] = ()) -> bool:
    """True where a call is known to change nothing and to depend on nothing but its arguments.

    Iterators among ``args`` are used up by whatever reads them.
    """
    if any(isinstance(arg, Seq) and arg.kind == "iterator" for arg in args):
        return False
    if is_elementwise_ufunc(function):
        return True
    if function is str or function is repr:  # what an object of the user's does to describe itself is not known
        return bool(args) and all(isinstance(arg, Num | Seq | Static) for arg in args)
    return id(function) not in _IMPURE and handler_of(function) is not None
