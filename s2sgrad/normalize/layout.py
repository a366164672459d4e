"""How the objects in a list are written as tuples, and what stands for their slots where a loop takes them apart.

>>> from s2sgrad.quote import quote, unquote
>>> point = Layout("Point", (("x", None), ("y", None)))
>>> unquote(point.packed(quote("p"))), unquote(point.unpacked([quote("a"), quote("b")]))
('(p.x, p.y)', 'Point(x=a, y=b)')
>>> unquote(Slots("p", point, ["p_x", "p_y"]).visit(quote("p.x + p.norm()")))
'p_x + p.norm()'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.quote import clone, nodes_in, quote

__all__ = ["Layout", "Slots", "tuple_of"]


@dataclass(frozen=True)
class Layout:
    """How an object is written: the text of its class (``""`` for a dict), and its slots, some of them objects too.

    ``helper``: it is put together by ``object_of``, not by a call of its class; ``in_order``: a call of the class takes
    the slots in their order.
    """

    text: str
    slots: tuple[tuple[Any, Layout | None], ...]
    helper: bool = False
    in_order: bool = True

    def packed(self, tree: gast.expr) -> gast.expr:
        """The tuple that stands for the object that ``tree`` reads."""
        items = [self.slot(tree, key) for key, _ in self.slots]
        pairs = zip(items, self.slots, strict=True)
        return tuple_of([item if below is None else below.packed(item) for item, (_, below) in pairs])

    def unpacked(self, items: list[gast.expr]) -> gast.expr:
        """The object anew, from expressions for its items."""
        values = [
            v if below is None else below.unpacked([quote(f"{{x}}[{i}]", x=clone(v)) for i in range(len(below.slots))])
            for v, (_, below) in zip(items, self.slots, strict=True)
        ]
        if not self.text:
            display = quote("{}")
            display.keys, display.values = [quote(repr(key)) for key, _ in self.slots], values
            return display
        given = ", ".join(f"{key}={{v{i}}}" for i, (key, _) in enumerate(self.slots))
        holes = {f"v{i}": value for i, value in enumerate(values)}
        return quote(f"object_of({self.text}, {given})" if self.helper else f"{self.text}({given})", **holes)

    def slot(self, tree: gast.expr, key: Any) -> gast.expr:
        """The expression that reads a slot of the object that ``tree`` reads."""
        return quote(f"{{x}}.{key}" if self.text else f"{{x}}[{key!r}]", x=clone(tree))

    def place(self, tree: Any) -> int | None:
        """Which slot ``tree`` reads of an object, None if it reads none."""
        if self.text:
            key = tree.attr if isinstance(tree, gast.Attribute) else None
        else:
            key = getattr(tree.slice, "value", None) if isinstance(tree, gast.Subscript) else None
        return next((i for i, (k, _) in enumerate(self.slots) if k == key and type(k) is type(key)), None)


def tuple_of(items: list[gast.expr]) -> gast.expr:
    """A tuple display of expressions."""
    display = quote("()")
    display.elts = items
    return display


@dataclass
class Slots:
    """Reads of the slots of an item as reads of the variables that hold them."""

    name: str
    layout: Layout
    items: list[str]
    whole: bool = False

    def visit(self, tree: Any) -> Any:
        """The tree anew."""
        if not any(isinstance(n, gast.Name) and n.id == self.name for n in nodes_in(tree)):
            return tree
        base = getattr(tree, "value", None)
        mine = isinstance(base, gast.Name) and base.id == self.name
        place = self.layout.place(tree) if mine and isinstance(tree, (gast.Attribute, gast.Subscript)) else None
        if place is not None and isinstance(tree.ctx, gast.Load) and self.layout.slots[place][1] is None:
            return moved(quote(self.items[place]), tree)
        if self.whole and isinstance(tree, gast.Name):
            return moved(self.layout.unpacked([quote(i) for i in self.items]), tree)
        new = shallow(tree)
        for key, value in tree.__dict__.items():
            if isinstance(value, list):
                new.__dict__[key] = [self.visit(v) if isinstance(v, gast.AST) else v for v in value]
            elif isinstance(value, gast.AST) and not isinstance(value, gast.expr_context):
                new.__dict__[key] = self.visit(value)
        return new
