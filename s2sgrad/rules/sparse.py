"""Products with a sparse matrix of SciPy's, which is constant."""

from __future__ import annotations

import operator
from typing import Any

from s2sgrad.analysis.facts import Fact
from s2sgrad.analysis.sparse import is_sparse
from s2sgrad.rules.registry import adjoint
from s2sgrad.rules.when import all_of, rank, real


def _is_left(facts: dict[str, Fact]) -> bool:
    return is_sparse(facts["a"])


def _is_right(facts: dict[str, Fact]) -> bool:
    return is_sparse(facts["b"])


@adjoint(operator.matmul, when=all_of(_is_left, rank("b", 1, 2), real("b")), unstretched=True)
def sparse_from_left(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a sparse matrix times a column, or several."""
    return None, a.T @ dy


@adjoint(operator.matmul, when=all_of(_is_right, rank("a", 1, 2), real("a")), unstretched=True)
def sparse_from_right(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a row, or several, times a sparse matrix."""
    return dy @ b.T, None
