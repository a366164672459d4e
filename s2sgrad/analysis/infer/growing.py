"""Lists that are changed: the fact of a list after ``append``, ``extend`` and ``insert``.

To the analyses a change gives the list as it is afterwards; that the name still holds the same object is the business
of the memory model.
"""

from __future__ import annotations

from s2sgrad.analysis.facts import Dim, Fact, Seq, join
from s2sgrad.analysis.infer.broadcasting import Fresh, plus, total
from s2sgrad.analysis.infer.instances import element_of, length_of
from s2sgrad.analysis.infer.table import Unknown, infers
from s2sgrad.analysis.separate import stays_apart

__all__ = ["GROWING", "as_element", "summary"]

GROWING = (list.append, list.extend, list.insert, list.pop)
"""Methods that make a list longer or shorter."""


def summary(fact: Fact) -> Fact:
    """A list or tuple that is not followed item by item: one element stands for all. So it is with lists inside."""
    if not isinstance(fact, Seq):
        return fact
    return Seq(fact.kind, None, as_element(element_of(fact)), fact.length, fact.roots, fact.apart)


def as_element(fact: Fact) -> Fact:
    """One item of a list that may grow: a list in it may be longer or shorter than the next, a tuple is a record."""
    return summary(fact) if isinstance(fact, Seq) and fact.kind == "list" else fact


def _list(fact: Fact) -> Seq:
    if not isinstance(fact, Seq) or fact.kind != "list":
        raise Unknown
    return fact


def _longer(xs: Seq, element: Fact, length: Dim, apart: bool = False) -> Seq:
    return Seq("list", None, join(as_element(element_of(xs)), as_element(element)), length, xs.roots, apart)


def _by_one(xs: Seq, fresh: Fresh) -> Dim:
    longer = plus(xs.length, 1)
    return fresh("grown", some=True) if longer is None or longer.anonymous else longer


@infers(list.append)
def _append(fresh: Fresh, xs: Fact, item: Fact) -> Fact:
    return _longer(_list(xs), item, _by_one(_list(xs), fresh), stays_apart(_list(xs), item))


@infers(list.insert)
def _insert(fresh: Fresh, xs: Fact, place: Fact, item: Fact) -> Fact:
    return _longer(_list(xs), item, _by_one(_list(xs), fresh), stays_apart(_list(xs), item))


@infers(list.pop)
def _pop(fresh: Fresh, xs: Fact, place: Fact) -> Fact:
    found = _list(xs)
    return Seq("list", None, element_of(found), found.length.minus(1), found.roots, found.apart)


@infers(list.extend)
def _extend(fresh: Fresh, xs: Fact, items: Fact) -> Fact:
    found = _list(xs)
    return _longer(found, element_of(items), total([found.length, length_of(items)], fresh))
