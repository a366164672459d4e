"""Tangents as values: the terms of each leaf of a value, zeros, and the way from leaves to one expression and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.adjoint.accumulate import place_expression
from s2sgrad.adjoint.lists import zero_array
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Bottom, Fact, Num, Opaque, Record, Seq, Static, is_active_kind, is_scalar
from s2sgrad.analysis.places import leaves, slots
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote, substitute
from s2sgrad.request import Path

__all__ = ["Dot", "Dots", "among", "bare", "built", "part_of", "read_from", "without_nones", "zeros"]


@dataclass(frozen=True)
class Dot:
    """The tangent of a number, an array or a list: a sum of terms.

    ``full`` says that the sum is proven to have the shape of the value, which may else be broadcast to it; ``chosen``
    that it may be an exact zero because something constant was chosen.
    """

    terms: tuple[Product, ...]
    full: bool = True
    chosen: bool = False


Dots = dict[Path, Dot]
"""The tangents of the leaves of a value; one that is missing is zero."""


def bare(tree: gast.expr, chosen: bool = False) -> Dot:
    """The tangent that an expression reads."""
    return Dot((Product(factors=(tree,)),), chosen=chosen)


def part_of(tree: gast.expr, path: Path, fact: Fact) -> gast.expr:
    """The expression of the slot at ``path`` below a value with this fact that ``tree`` reads."""
    return substitute(place_expression(("whole", *path), {"whole": fact}), {"whole": tree})


def read_from(tree: gast.expr, fact: Fact, chosen: bool = False) -> Dots:
    """The tangents of all leaves, read from an expression in the structure of the value."""
    return {path: bare(part_of(tree, path, fact), chosen) for path in leaves(fact)}


def among(like: Fact | None, path: Path) -> Fact | None:
    """What is known of what the part at ``path`` becomes; all numbers in lists that become an array are parts of it."""
    for key in path:
        if not isinstance(like, Num):
            like = like.item(key) if isinstance(like, Seq) and isinstance(key, int) else None
    return like


def zeros(fact: Fact, value: gast.expr, numpy: gast.expr, place: Any = None, like: Fact | None = None) -> gast.expr:
    """A tangent of zeros for a value with this fact, which ``value`` reads; refused at ``place`` where there is none.

    ``like`` is what the value becomes: among floats, an integer has a tangent, too.

    >>> from s2sgrad.analysis.facts import ANY_DIM, Dim, python
    >>> from s2sgrad.quote import unquote
    >>> pairs = Seq("list", None, Seq("tuple", (python(float), python(int)), python(float), Dim.of(2)), ANY_DIM)
    >>> unquote(zeros(pairs, quote("pairs"), quote("np")))
    '[(0.0, None) for item in pairs]'
    """
    if isinstance(fact, Num):
        scalar = fact.box == "py" or (fact.shape == () and fact.box in ("np", "any"))
        return quote("0j" if fact.kind == "c" else "0.0") if scalar else zero_array(fact, value, numpy)
    if isinstance(fact, Static) and fact.value is None:
        return quote("None")
    if isinstance(fact, Seq) and fact.items is None:
        return _zero_list(fact, value, numpy, place, like)
    if slots(fact) is not None:

        def leaf(path: Path, held: Fact) -> gast.expr:
            return zeros(held, part_of(value, path, fact), numpy, place, among(like, path))

        return built(fact, leaf, like=like)
    raise Refusal(
        "the tangent of this would be zeros of a shape that is not known", "give it a value of one kind", place
    )


def _zero_list(fact: Seq, value: gast.expr, numpy: gast.expr, place: Any, like: Fact | None) -> gast.expr:
    element = fact.element
    if isinstance(element, Bottom | Static | Opaque):
        return quote("{x}.copy()" if fact.kind == "list" else "{x}", x=value)
    item = "row" if isinstance(element, Seq) and element.items is None else "item"
    inner = zeros(element, quote(item), numpy, place, among(like, (0,)))
    scalar = isinstance(inner, gast.Constant)
    listed = quote("[0.0] * len({x})" if scalar else f"[{{e}} for {item} in {{x}}]", e=inner, x=value)
    return quote("tuple({x})", x=listed) if fact.kind == "tuple" else listed


def built(
    fact: Fact,
    leaf: Callable[[Path, Fact], gast.expr],
    value: gast.expr | None = None,
    path: Path = (),
    final: bool = False,
    like: Fact | None = None,
) -> gast.expr:
    """The structure of a value with ``leaf(path, fact)`` in place of its leaves; None for what is no float.

    A number that becomes one of the floats of ``like`` is a leaf, too.

    A named tuple and an object are made of the ``value`` that they are the tangent of. In a ``final`` tangent, an
    object is a dict, which whoever called makes an object of; else whatever has its attributes stands for it.
    """
    below = slots(fact)
    if below is None:
        becomes = among(like, path) if isinstance(fact, Num | Seq) else None
        held = is_active_kind(fact) or (becomes is not None and is_active_kind(becomes))
        return leaf(path, fact) if held else quote("None")
    parts = {key: built(slot, leaf, _below(value, key, fact), (*path, key), final, like) for key, slot in below}
    if isinstance(fact, Seq):
        tree = quote("()" if fact.kind == "tuple" else "[]")
        tree.elts = list(parts.values())
        return tree
    assert isinstance(fact, Record)
    table = {f"part_{i}": part for i, part in enumerate(parts.values())}
    if fact.kind == "namedtuple" and value is not None:
        items = ", ".join(f"{key}=part_{i}" for i, key in enumerate(parts))
        return substitute(quote("{x}._replace(" + items + ")", x=value), table)
    if fact.kind != "dict" and value is None:
        raise Refusal("an object inside a list is not differentiated here", "use tuples or arrays", None)
    text = "{" + ", ".join(f"{key!r}: part_{i}" for i, key in enumerate(parts)) + "}"
    if fact.kind == "object" and not final:
        text = f'type("Tangent", (), {text})'
    return substitute(gast.parse(text, mode="eval").body, table)


def without_nones(fact: Fact, tree: gast.expr, like: Fact | None, place: Any) -> gast.expr:
    """The tangent that ``tree`` reads, zero instead of None where a number becomes one of the floats of ``like``.

    >>> from s2sgrad.analysis.facts import ANY_DIM, Dim, python
    >>> from s2sgrad.quote import unquote
    >>> pairs = Seq("list", None, Seq("tuple", (python(float), python(int)), python(float), Dim.of(2)), ANY_DIM)
    >>> unquote(without_nones(pairs, quote("pairs_dot"), python(float), None))
    '[(item[0], 0.0) for item in pairs_dot]'
    """
    if not _has_nones(fact, like):
        return tree
    if isinstance(fact, Seq) and fact.items is not None:
        display = quote("()" if fact.kind == "tuple" else "[]")
        parts = [(held, quote(f"{{x}}[{i}]", x=tree), among(like, (i,))) for i, held in enumerate(fact.items)]
        display.elts = [without_nones(held, part, part_like, place) for held, part, part_like in parts]
        return display
    if isinstance(fact, Seq) and is_active_kind(fact):
        item = "row" if isinstance(fact.element, Seq) and fact.element.items is None else "item"
        inner = without_nones(fact.element, quote(item), among(like, (0,)), place)
        listed = quote(f"[{{e}} for {item} in {{x}}]", e=inner, x=tree)
        return quote("tuple({x})", x=listed) if fact.kind == "tuple" else listed
    if is_scalar(fact):
        return quote("0.0")
    raise Refusal("this holds integers in lists beside floats, and becomes an array", "make them floats", place)


def _has_nones(fact: Fact, like: Fact | None) -> bool:
    """True where a number that has no tangent becomes one of the floats of ``like``."""
    if like is None or not is_active_kind(like):
        return False
    if not is_active_kind(fact):
        return isinstance(fact, Num | Seq)
    if not isinstance(fact, Seq):
        return False
    items = fact.items if fact.items is not None else (fact.element,)
    return any(_has_nones(held, among(like, (i,))) for i, held in enumerate(items))


def _below(value: gast.expr | None, key: Any, fact: Fact) -> gast.expr | None:
    return None if value is None else part_of(value, (key,), fact)
