"""Sparse matrices of SciPy's: of one that is not differentiated, what is known is what its products hang on.

>>> is_sparse(Record("object", dict, ()))
False
"""

from __future__ import annotations

from typing import Any

from s2sgrad.analysis.facts import Fact, Record, Static, python
from s2sgrad.objects import is_sparse_class

__all__ = ["READ", "REFUSAL", "is_sparse", "sparse_matrix"]

READ = frozenset(("ndim", "dtype"))
"""The attributes on which the text of a product hangs; its length does not."""

REFUSAL = (
    "of a sparse matrix, only the products `A @ x` and `x @ A` with an array are followed",
    "write it as such a product, or make it dense outside, with `A.toarray()`",
)


def is_sparse(fact: Fact) -> bool:
    """True for a sparse matrix of real numbers."""
    return isinstance(fact, Record) and fact.kind == "object" and is_sparse_class(fact.cls)


def sparse_matrix(value: Any, path: str) -> Record | None:
    """The fact of a sparse matrix of real numbers; None for one of complex numbers, and for a sparse vector."""
    if value.ndim != 2 or value.dtype.kind not in "biuf":
        return None
    return Record("object", type(value), (("ndim", python(int, 2)), ("dtype", Static(value.dtype))), frozenset({path}))
