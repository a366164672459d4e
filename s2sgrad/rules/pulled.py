"""Words of the rule language for the adjoints of sums of products, which are sums of products themselves.

>>> from s2sgrad.analysis.facts import Dim, Static, array, python
>>> from s2sgrad.quote import quote, unquote
>>> from s2sgrad.rules.macros import EXPANDERS
>>> a, b = array(float, (Dim.of(3), Dim.of(4))), array(float, (Dim.of(4), Dim.of(5)))
>>> args, facts = [*map(quote, ("0", "s", "dy", "a", "b"))], [python(int, 0), Static("ij,jk->ik"), a, a, b]
>>> unquote(EXPANDERS[pulled](args, facts))
'dy @ b.T'
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import gast
import numpy as np

from s2sgrad.analysis.facts import ANY_DIM, Dim, Fact, Num, Seq, Static
from s2sgrad.analysis.infer.broadcasting import broadcast
from s2sgrad.analysis.infer.products import contracted_axes, explicit
from s2sgrad.quote import quote
from s2sgrad.rules.contraction import Term, contract
from s2sgrad.rules.macros import expands

__all__ = ["known_contraction", "pulled", "pulled_dot", "pulled_inner", "pulled_tensordot"]


# ---- as functions ----


def pulled(position: int, subscripts: str, dy: Any, *operands: Any) -> Any:
    """The adjoint of operand ``position`` of ``np.einsum(subscripts, *operands)``, as a sum of products itself."""
    return _run(position, *explicit(subscripts, [np.ndim(x) for x in operands]), dy, operands)


def pulled_tensordot(position: int, axes: Any, dy: Any, a: Any, b: Any) -> Any:
    """The adjoint of operand ``position`` of ``np.tensordot(a, b, axes)``."""
    return _run(position, *_tensordot_labels(np.ndim(a), np.ndim(b), *_pairs(axes, np.ndim(a))), dy, (a, b))


def pulled_dot(position: int, dy: Any, a: Any, b: Any) -> Any:
    """The adjoint of operand ``position`` of ``np.dot(a, b)``."""
    return _run(position, *_dot_labels(np.ndim(a), np.ndim(b)), dy, (a, b))


def pulled_inner(position: int, dy: Any, a: Any, b: Any) -> Any:
    """The adjoint of operand ``position`` of ``np.inner(a, b)``, neither of which is a number."""
    return pulled_tensordot(position, (-1, -1), dy, a, b)


def _pairs(axes: Any, rank: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(rank - axes, rank)), list(range(axes))
    left, right = ([side] if isinstance(side, int) else list(side) for side in axes)
    return left, right


def _run(position: int, terms: list[str], out: str, dy: Any, operands: Sequence[Any]) -> Any:
    own, added = _apart(terms[position], "".join(terms) + out)
    given = [(dy, out), *((x, t) for i, (x, t) in enumerate(zip(operands, terms, strict=True)) if i != position)]
    shape = np.shape(operands[position])
    given += [(np.eye(shape[i], dtype=np.result_type(dy)), own[i] + own[j]) for i, j in added]
    kept = "".join(c for c in own if any(c in labels for _, labels in given))
    spelled = ",".join(labels for _, labels in given)
    total = np.einsum(f"{spelled}->{kept}", *(x for x, _ in given))
    return np.expand_dims(total, tuple(i for i, c in enumerate(own) if c not in kept))


def _apart(labels: str, taken: str) -> tuple[str, list[tuple[int, int]]]:
    """``labels`` with a letter of its own for each axis, and the pairs of axes that had the same."""
    free = iter(c for c in string.ascii_letters if c not in taken)
    own: list[str] = []
    pairs = []
    for j, label in enumerate(labels):
        if label in own:
            pairs.append((own.index(label), j))
        own.append(next(free) if label in own else label)
    return "".join(own), pairs


def _tensordot_labels(left: int, right: int, a_axes: list[int], b_axes: list[int]) -> tuple[list[str], str]:
    letters = string.ascii_letters
    a = list(letters[:left])
    b = list(letters[left : left + right])
    for i, j in zip(a_axes, b_axes, strict=True):
        b[j] = a[i]
    out = [c for c in (*a, *b) if not (c in a and c in b)]
    return ["".join(a), "".join(b)], "".join(out)


def _dot_labels(left: int, right: int) -> tuple[list[str], str]:
    if not left or not right:
        return _tensordot_labels(left, right, [], [])
    return _tensordot_labels(left, right, [left - 1], [max(right - 2, 0)])


# ---- as text ----


@expands(pulled)
def _pulled(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    subscripts = facts[1]
    assert isinstance(subscripts, Static)
    ranks = [len(_dims(fact)) for fact in facts[3:]]
    return _written(args, facts, *explicit(subscripts.value, ranks))


@expands(pulled_tensordot)
def _pulled_tensordot(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    a, b = len(_dims(facts[3])), len(_dims(facts[4]))
    gone = contracted_axes(facts[1], a, b)
    assert gone is not None
    return _written(args, facts, *_tensordot_labels(a, b, *map(list, gone)))


@expands(pulled_dot)
def _pulled_dot(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _of_pair(args, facts, _dot_labels(len(_dims(facts[2])), len(_dims(facts[3]))))


@expands(pulled_inner)
def _pulled_inner(args: list[gast.expr], facts: list[Fact]) -> gast.expr:
    return _of_pair(args, facts, _tensordot_labels(len(_dims(facts[2])), len(_dims(facts[3])), [-1], [-1]))


def _of_pair(args: list[gast.expr], facts: list[Fact], labels: tuple[list[str], str]) -> gast.expr:
    return _written([args[0], args[0], *args[1:]], [facts[0], facts[0], *facts[1:]], *labels)


def _dims(fact: Fact) -> tuple[Dim, ...]:
    assert isinstance(fact, Num) and fact.shape is not None
    return fact.shape


def _written(args: list[gast.expr], facts: list[Fact], terms: list[str], out: str) -> gast.expr:
    """The adjoint of the operand at the position that the first argument is; the operands are the fourth and on."""
    position = facts[0]
    assert isinstance(position, Num) and isinstance(position.value, int)
    k = position.value
    own, added = _apart(terms[k], "".join(terms) + out)
    operands = [Term(*each) for each in zip(args[3:], terms, map(_dims, facts[3:]), strict=True)]
    lengths = _lengths(operands)
    given = [Term(args[2], out, tuple(lengths[c] for c in out)), *(t for i, t in enumerate(operands) if i != k)]
    given += [_eye(operands[k], facts[3 + k], own, pair) for pair in added]
    short = _stretched(operands[k]._replace(labels=own), given)
    kept = "".join(c for c in own if c not in short and any(c in term.labels for term in given))
    if any(set(term.labels) - set(kept) for term in given):
        given = [_squeezed(term, given) for term in given]
    total = contract(given, kept)
    if kept not in ("", own):
        index = ", ".join(":" if c in kept else "None" for c in own)
        total = quote(f"{{x}}[{index}]", x=total)
    if any(_may_be_short(operands[k], c, operands[:k] + operands[k + 1 :]) for c in kept if c not in out):
        return quote("{x} * np.ones_like({a})", x=total, a=args[3 + k])
    return total


def _stretched(term: Term, others: list[Term]) -> str:
    """The axes of a term that are known to have length 1, and not to have it in all the other terms that have them."""
    lengths = _lengths(others)
    ones = (c for c, dim in zip(term.labels, term.dims, strict=True) if dim.is_one and c in lengths)
    return "".join(c for c in ones if not lengths[c].is_one)


def _squeezed(term: Term, terms: list[Term]) -> Term:
    """The term without its axes of length 1 that others are stretched along: these are taken at 0."""
    short = _stretched(term, [t for t in terms if t is not term])
    if not short or len(set(term.labels)) < len(term.labels):
        return term
    index = ", ".join("0" if c in short else ":" for c in term.labels).rstrip(", :") or "0"
    left = [(c, d) for c, d in zip(term.labels, term.dims, strict=True) if c not in short]
    tree = quote(f"{{x}}[{index}]", x=term.tree)
    return Term(tree, "".join(c for c, _ in left), tuple(d for _, d in left))


def _may_be_short(own: Term, label: str, others: list[Term]) -> bool:
    """True where axis ``label`` may be longer than in the others, which were stretched along it before the sum."""
    if label not in own.labels:
        return False
    length = own.dims[own.labels.index(label)]
    found = [t.dims[t.labels.index(label)] for t in others if label in t.labels]
    return not length.is_one and bool(found) and not any(d.equals(length) or d.not_one for d in found)


def _lengths(terms: list[Term]) -> dict[str, Dim]:
    """The length of each axis once axes of length 1 are stretched."""
    found: dict[str, Dim] = {}
    for term in terms:
        for label, dim in zip(term.labels, term.dims, strict=True):
            (found[label],) = broadcast([(found.get(label, Dim.of(1)),), (dim,)], lambda *_, **__: ANY_DIM) or (dim,)
    return found


def _eye(term: Term, fact: Fact, own: str, pair: tuple[int, int]) -> Term:
    i, j = pair
    length = "len({x})" if i == 0 else f"{{x}}.shape[{i}]"
    double = isinstance(fact, Num) and fact.dtype == float
    tree = quote(f"np.eye({length}" + (")" if double else ", dtype={x}.dtype)"), x=term.tree)
    return Term(tree, own[i] + own[j], (term.dims[i], term.dims[j]))


def known_contraction(facts: dict[str, Fact]) -> bool:
    """True where the axes of a ``tensordot`` and the ranks of its operands are known."""
    a, b, axes = facts["a"], facts["b"], facts["axes"]
    if not isinstance(a, Num) or not isinstance(b, Num) or a.rank is None or b.rank is None:
        return False
    return isinstance(axes, Num | Seq) and contracted_axes(axes, a.rank, b.rank) is not None
