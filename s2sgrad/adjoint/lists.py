"""Adjoints as values: the zeros that they start from, and sums of adjoint lists.

>>> from s2sgrad.analysis.facts import ANY_DIM, Seq, python
>>> from s2sgrad.quote import unquote
>>> xs = Seq("list", None, python(float), ANY_DIM)
>>> unquote(zeros(xs, quote("xs"), quote("np"))), unquote(list_sum(xs, quote("dxs"), quote("dys")))
('[0.0] * len(xs)', '[(a + b) for a, b in zip(dxs, dys)]')
"""

from __future__ import annotations

import gast

from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Fact, Num, Record, Seq, SliceFact
from s2sgrad.errors import Refusal
from s2sgrad.quote import quote

__all__ = ["bare", "item_name", "list_sum", "own_copy", "zero_array", "zeros"]


def zeros(fact: Fact, value: gast.expr, numpy: gast.expr) -> gast.expr:
    """An adjoint of zeros for a value with this fact, which the expression ``value`` reads."""
    if isinstance(fact, Num) and fact.shape == () and fact.box in ("py", "np", "any"):
        return quote("0j" if fact.kind == "c" else "0.0")
    if isinstance(fact, Seq):
        return _zero_list(fact, value, numpy)
    return zero_array(fact, value, numpy)


def zero_array(fact: Fact, value: gast.expr, numpy: gast.expr) -> gast.expr:
    """Zeros of the shape of an array; where it may hold integers, which take no adjoint, they are made floats."""
    kind = isinstance(fact, Num) and not fact.floating and not fact.maybe_complex
    return quote("{np}.zeros_like({x}, dtype=float)" if kind else "{np}.zeros_like({x})", np=numpy, x=value)


def _zero_list(fact: Seq, value: gast.expr, numpy: gast.expr) -> gast.expr:
    element = fact.element
    if isinstance(element, Num) and element.shape == () and element.box != "array":
        return quote("[0.0] * len({x})", x=value)
    item = item_name(element)
    inner = _zero_item(element, quote(item), numpy)
    return quote(f"[{{e}} for {item} in {{x}}]", e=inner, x=value)


def _zero_item(element: Fact, item: gast.expr, numpy: gast.expr) -> gast.expr:
    """Zeros for one item of a list; a tuple becomes a list, whose items can be added to."""
    if not isinstance(element, Seq) or element.items is None:
        if isinstance(element, Record) or item_name(element) == "":
            raise Refusal("a list of these is not differentiated yet", "use lists of arrays", None)
        return zeros(element, item, numpy)
    display = quote("[]")
    display.elts = [_zero_item(f, quote(f"{{x}}[{i}]", x=item), numpy) for i, f in enumerate(element.items)]
    return display


def item_name(element: Fact) -> str:
    """What an item of a list is called, one name for each level of lists in lists; none where they run out."""
    levels = ("item", "row", "rows", "table")
    depth = 0
    while isinstance(element, Seq) and element.items is None:
        depth, element = depth + 1, element.element
    return levels[depth] if depth < len(levels) else ""


def bare(term: Product) -> gast.expr:
    """The list that a term is; adjoints of lists are never scaled."""
    if not term.bare or term.sign < 0:
        raise Refusal("the adjoint of this list is scaled", "use an array", None)
    return term.factors[0]


def list_sum(fact: Fact, a: gast.expr, b: gast.expr, depth: int = 0) -> gast.expr:
    """Item by item, the sum of two adjoint lists of values with this fact."""
    if not isinstance(fact, Seq):
        return quote("{a} + {b}", a=a, b=b)
    x, y = ("ab", "cd", "pq", "uv", "st")[min(depth, 4)]
    if fact.items is not None:
        display = quote("[]")
        display.elts = [
            list_sum(f, quote(f"{{a}}[{i}]", a=a), quote(f"{{b}}[{i}]", b=b), depth + 1)
            for i, f in enumerate(fact.items)
        ]
        return display
    inner = list_sum(fact.element, quote(x), quote(y), depth + 1)
    return quote(f"[{{e}} for {x}, {y} in zip({{a}}, {{b}})]", e=inner, a=a, b=b)


def own_copy(fact: Fact, tree: gast.expr, numpy: gast.expr) -> gast.expr:
    """An adjoint that can be changed without changing the one that ``tree`` reads, down to the arrays in a list."""
    if isinstance(fact, Num):
        scalar = fact.shape == () and fact.box != "array"
        return tree if scalar else quote("{x}.copy()", x=tree) if fact.box == "array" else _any_copy(tree, numpy)
    if isinstance(fact, SliceFact):
        return tree
    if not isinstance(fact, Seq):
        raise Refusal("an adjoint of this structure is not differentiated", "use lists and arrays", None)
    if fact.items is None:
        item = item_name(fact.element) or "item"
        inner = own_copy(fact.element, quote(item), numpy)
        whole = isinstance(inner, gast.Name)
        return quote("{x}.copy()" if whole else f"[{{e}} for {item} in {{x}}]", e=inner, x=tree)
    display = quote("[]")
    display.elts = [own_copy(f, quote(f"{{x}}[{i}]", x=tree), numpy) for i, f in enumerate(fact.items)]
    return display


def _any_copy(tree: gast.expr, numpy: gast.expr) -> gast.expr:
    return quote("{np}.copy({x})[()]", np=numpy, x=tree)
