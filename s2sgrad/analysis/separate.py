"""Which lists hold items that share no memory with each other: a store into one item then changes no other.

>>> from s2sgrad.analysis.facts import ANY_DIM, python
>>> def row(root):
...     return Seq("list", None, python(float), ANY_DIM, frozenset([root]))
>>> all_apart([row("f:1"), row("f:2")]), all_apart([row("f:1"), row("f:1")])
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable

from s2sgrad.analysis.facts import Bottom, Fact, Num, Seq, Static, is_scalar, roots_of

__all__ = ["all_apart", "can_store_into", "is_made_inside", "stays_apart"]


def all_apart(items: Iterable[Fact]) -> bool:
    """True where no two of these values share memory, and none of them holds a thing twice."""
    seen: frozenset[str] = frozenset()
    for item in items:
        if not _is_own(item) or roots_of(item) & seen:
            return False
        seen |= roots_of(item)
    return True


def stays_apart(sequence: Seq, item: Fact) -> bool:
    """True where the items of a list still share nothing once ``item`` is one of them."""
    held = roots_of(Seq(sequence.kind, sequence.items, sequence.element, sequence.length))
    return sequence.apart and _is_own(item) and not roots_of(item) & held


def is_made_inside(item: Fact, around: Iterable[Fact]) -> bool:
    """True for the item of a comprehension that each round makes anew, of nothing that is held ``around`` it."""
    own = roots_of(item)
    return _is_own(item) and all(":" in r for r in own) and not any(own & roots_of(fact) for fact in around)


def can_store_into(sequence: Seq) -> bool:
    """True for a list each of whose items may be changed in place without changing another."""
    return sequence.kind == "list" and sequence.apart


def _is_own(fact: Fact) -> bool:
    """True for a value whose memory is known to the last piece, and that holds none of it twice."""
    if isinstance(fact, Num):
        return is_scalar(fact) or (fact.box != "any" and bool(fact.roots))
    if isinstance(fact, Seq):
        known = bool(fact.roots) or fact.kind == "tuple"
        return known and (fact.apart or all(map(_is_fixed, fact.items or (fact.element,))))
    return isinstance(fact, (Bottom, Static))


def _is_fixed(fact: Fact) -> bool:
    """True for a value that nobody can change."""
    return is_scalar(fact) or isinstance(fact, (Bottom, Static))
