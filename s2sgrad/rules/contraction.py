"""Sums of products over named axes, written as a person would: ``a @ b.T`` where that is what it is, else an einsum.

A term is an expression with one letter per axis. An axis whose letter stands nowhere else must be left out, and an
axis of length 1 is stretched, as in :func:`numpy.einsum`.

>>> from s2sgrad.analysis.facts import Symbol
>>> from s2sgrad.quote import unquote
>>> i, j, k = (Dim(Symbol(c, not_one=True)) for c in "ijk")
>>> unquote(contract([Term(quote("a"), "ij", (i, j)), Term(quote("b"), "kj", (k, j))], "ik"))
'a @ b.T'
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import gast

from s2sgrad.analysis.facts import Dim
from s2sgrad.quote import quote

__all__ = ["Term", "contract"]


class Term(NamedTuple):
    """An operand of a contraction: its text, a letter for each axis, and the lengths of the axes."""

    tree: gast.expr
    labels: str
    dims: tuple[Dim, ...]


def contract(terms: list[Term], out: str) -> gast.expr:
    """The sum of the products of ``terms`` over all axes but those in ``out``."""
    numbers = [t for t in terms if not t.labels]
    arrays = [t for t in terms if t.labels]
    if numbers and arrays:
        # A number keeps its place in front: it is the incoming adjoint.
        return _product([*numbers, Term(contract(arrays, out), "", ())])
    if len(arrays) > 2 and (fewer := _absorbed(arrays, out)) is not None:
        return contract(fewer, out)
    if len(arrays) > 2:
        spelled = ",".join(t.labels for t in arrays)
        given = {f"a{i}": t.tree for i, t in enumerate(arrays)}
        holes = ", ".join(f"{{{name}}}" for name in given)
        return quote(f"np.einsum({f'{spelled}->{out}'!r}, {holes}, optimize=True)", **given)
    if len(arrays) == 2:
        return _of_two(arrays[0], arrays[1], out)
    return _of_one(arrays[0], out) if arrays else _product(numbers)


def _absorbed(terms: list[Term], out: str) -> list[Term] | None:
    """The terms with one of them multiplied into another that has all the axes that are left; None where none is.

    That makes no array larger than those that are there, whatever the lengths are. The smallest is made first.
    """
    found = []
    for x, y in itertools.permutations(terms, 2):
        others = [t for t in terms if t is not x and t is not y]
        wanted = set(out).union(*(t.labels for t in others))
        left = "".join(c for c in y.labels if c in wanted)
        shared = [c for c in x.labels if c in y.labels]
        plain = all(len(set(t.labels)) == len(t.labels) for t in (x, y))
        if plain and shared and wanted & set(x.labels) <= set(left) and all(_same_length(x, y, c) for c in shared):
            found.append((len(left), len(y.labels), x, y, left, others))
    if not found:
        return None
    *_, x, y, left, others = min(found, key=lambda each: each[:2])
    dims = tuple(d for c, d in zip(y.labels, y.dims, strict=True) if c in left)
    return [Term(_of_two(x, y, left), left, dims), *others]


def _product(terms: list[Term]) -> gast.expr:
    tree = terms[0].tree
    for term in terms[1:]:
        tree = quote("{a} * {b}", a=tree, b=term.tree)
    return tree


def _of_one(term: Term, out: str) -> gast.expr:
    if set(term.labels) - set(out) or len(set(term.labels)) < len(term.labels):
        return quote(f"np.einsum({f'{term.labels}->{out}'!r}, {{x}})", x=term.tree)
    return _permuted(term.tree, [term.labels.index(c) for c in out])


def _permuted(tree: gast.expr, order: list[int]) -> gast.expr:
    if order == sorted(order):
        return tree
    if len(order) == 2:
        return quote("{x}.T", x=tree)
    return quote(f"np.transpose({{x}}, {tuple(order)})", x=tree)


def _of_two(x: Term, y: Term, out: str) -> gast.expr:
    shared = [c for c in x.labels if c in y.labels]
    gone = [c for c in shared if c not in out]
    plain = all(len(set(t.labels)) == len(t.labels) for t in (x, y))
    if (
        not plain
        or not set(out) <= set(x.labels + y.labels)
        or any(c not in out and c not in shared for c in x.labels + y.labels)
    ):
        return _einsum(x, y, out)
    if not gone:
        return _without_sum(x, y, out)
    if not all(_same_length(x, y, c) for c in gone):
        return _einsum(x, y, out)
    if len(gone) == 1 and (matrix := _matrix_product(x, y, gone[0], out)) is not None:
        return matrix
    return _tensordot(x, y, gone, out) if len(gone) == len(shared) else _einsum(x, y, out)


def _einsum(x: Term, y: Term, out: str) -> gast.expr:
    spelled = f"{x.labels},{y.labels}->{out}"
    return quote(f"np.einsum({spelled!r}, {{x}}, {{y}})", x=x.tree, y=y.tree)


def _same_length(x: Term, y: Term, label: str) -> bool:
    a, b = x.dims[x.labels.index(label)], y.dims[y.labels.index(label)]
    return a.equals(b) or (a.not_one and b.not_one)


def _without_sum(x: Term, y: Term, out: str) -> gast.expr:
    """A product element by element, or of all pairs of elements."""
    if len(x.labels) == len(y.labels) == 1 and x.labels != y.labels:
        first, second = (x, y) if x.labels == out[0] else (y, x)
        return quote("np.outer({a}, {b})", a=first.tree, b=second.tree)
    sides = [_aligned(t, out) for t in (x, y)]
    if sides[0] is None or sides[1] is None:
        return _einsum(x, y, out)
    return quote("{a} * {b}", a=sides[0], b=sides[1])


def _aligned(term: Term, out: str) -> gast.expr | None:
    """The term with an axis of length 1 for each of ``out`` that it lacks; None if its axes are in another order."""
    if [c for c in out if c in term.labels] != list(term.labels):
        return None
    if out.endswith(term.labels):
        return term.tree
    start = out.index(term.labels[0])
    index = ", ".join(":" if c in term.labels else "None" for c in out[start:])
    return quote(f"{{x}}[{index}]", x=term.tree)


def _matrix_product(x: Term, y: Term, k: str, out: str) -> gast.expr | None:
    """``x @ y`` for matrices, vectors, and stacks of matrices in the same order; None for anything else."""
    stack = "".join(c for c in x.labels if c in y.labels and c != k)
    ends = [t.labels[len(stack) :] for t in (x, y)]
    if any(not t.labels.startswith(stack) for t in (x, y)) or not out.startswith(stack):
        return None
    least = 2 if stack else 1
    if any(not least <= len(end) <= 2 for end in ends):
        return None
    rest = out[len(stack) :]
    first, second = (x, y) if not rest or rest[0] in x.labels else (y, x)
    if len(rest) == 1 and not stack:  # a vector stands on either side
        matrix, vector = (x, y) if len(ends[0]) == 2 else (y, x)
        first, second = (matrix, vector) if matrix.labels[1] == k else (vector, matrix)
    left = _oriented(first, len(stack), k, last=True)
    right = _oriented(second, len(stack), k, last=False)
    return quote("{a} @ {b}", a=left, b=right)


def _oriented(term: Term, stack: int, k: str, last: bool) -> gast.expr:
    """The term with the axis to be summed last, or last but one; a vector has one axis for both."""
    end = term.labels[stack:]
    if len(end) == 1 or (end[-1] == k) == last:
        return term.tree
    return quote("np.swapaxes({x}, -1, -2)" if stack else "{x}.T", x=term.tree)


def _tensordot(x: Term, y: Term, gone: list[str], out: str) -> gast.expr:
    for first, second in ((x, y), (y, x)):
        made = "".join(c for c in first.labels + second.labels if c not in gone)
        if made == out:
            break
    else:
        first, second = x, y
        made = "".join(c for c in first.labels + second.labels if c not in gone)
    axes = tuple([t.labels.index(c) for c in gone] for t in (first, second))
    count = len(gone)
    rank = len(first.labels)
    at_the_seam = axes == ([*range(rank - count, rank)], [*range(count)])
    spelled = str(count) if at_the_seam else f"({_tuple(axes[0])}, {_tuple(axes[1])})"
    tree = quote(f"np.tensordot({{a}}, {{b}}, axes={spelled})", a=first.tree, b=second.tree)
    return _permuted(tree, [made.index(c) for c in out])


def _tuple(axes: list[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else repr(tuple(axes))
