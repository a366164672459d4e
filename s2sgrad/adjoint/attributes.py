"""Which stores into attributes are left alone: those of names that the text of a function does not read.

>>> (tree,) = gast.parse("def f(self, x):\\n    self.x = x\\n    self.z = x * self.w\\n    return self.z").body
>>> tree.body, held = values_held(tree, (), set())
>>> sorted(held), sorted(read_attributes(tree)), may_note(tree, (), set())("self", "x")
(['z'], ['w'], True)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import gast

from s2sgrad.normalize.forwarded import forwarded
from s2sgrad.normalize.wanted import FOLLOWED, Rewriting
from s2sgrad.quote import nodes_below

__all__ = ["count_stores", "may_note", "read_attributes", "values_held"]


def values_held(
    tree: gast.FunctionDef, rewritings: Collection[Rewriting], noted: set[str] | None
) -> tuple[list[gast.stmt], frozenset[str]]:
    """The body with what is stored into attributes and read behind it in variables, and these attributes."""
    stores = any(n.__class__ is gast.Attribute and isinstance(n.ctx, gast.Store) for n in nodes_below(tree))
    return forwarded(tree) if stores and noted is not None and FOLLOWED not in rewritings else (tree.body, frozenset())


def count_stores(tree: gast.FunctionDef, attributes: Collection[str]) -> int:
    """How often something is stored into one of the attributes."""
    if not attributes:
        return 0
    nodes = (n for n in nodes_below(tree) if isinstance(n, gast.Attribute) and n.attr in attributes)
    return sum(not isinstance(n.ctx, gast.Load) for n in nodes)


def may_note(
    tree: gast.FunctionDef, rewritings: Collection[Rewriting], noted: set[str] | None
) -> Callable[[str, str], bool]:
    """Whether a store into an attribute may be left alone because nothing reads that attribute; such are ``noted``.

    What an ``__init__`` that was written out stores is there to be read.
    """
    assigned = (n for n in nodes_below(tree) if isinstance(n, gast.Assign))
    made = {t.id for n in assigned if _is_blank(n.value) for t in n.targets}
    read = read_attributes(tree)

    def notes(base: str, attribute: str) -> bool:
        left_alone = noted is not None and FOLLOWED not in rewritings and attribute not in read and base not in made
        if noted is not None and left_alone:
            noted.add(attribute)
        return left_alone

    return notes


def read_attributes(tree: gast.FunctionDef) -> frozenset[str]:
    """The names of all attributes that a text reads, wherever."""
    nodes = (n for n in nodes_below(tree) if n.__class__ is gast.Attribute)
    return frozenset(n.attr for n in nodes if isinstance(n.ctx, gast.Load))


def _is_blank(value: Any) -> bool:
    """True for ``object.__new__(cls)``, which begins an ``__init__`` that is written out."""
    return isinstance(value, gast.Call) and getattr(value.func, "attr", "") == "__new__"
