"""The returned gradients: in the structure, the dtype and the order that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.adjoint.accumulate import State, place_expression
from s2sgrad.adjoint.context import Context
from s2sgrad.adjoint.lists import zeros
from s2sgrad.adjoint.product import Product
from s2sgrad.analysis.facts import Fact, Num, Record, Seq, is_active_kind
from s2sgrad.analysis.ir import every_statement
from s2sgrad.analysis.places import slot_fact, slots
from s2sgrad.names import place_name
from s2sgrad.quote import quote, statements, substitute
from s2sgrad.request import Path

if TYPE_CHECKING:
    from s2sgrad.adjoint.writer import Writer

__all__ = ["returned_gradient"]


def returned_gradient(
    writer: Writer,
    context: Context,
    state: State,
    wrt: Sequence[Path],
    single: bool,
    captured: dict[str, str],
    final: bool = True,
) -> tuple[list[gast.stmt], gast.expr]:
    """Last lines, and the expression of all gradients; ``final`` ones get the structure that the user knows."""
    results = _Results(writer, context, state, captured)
    results.final = final
    trees = [results.of(path) for path in wrt]
    if single:
        return results.lines, trees[0]
    display = quote("()")
    display.elts = trees
    return results.lines, display


def _has_place(fact: Fact, slot: Fact) -> bool:
    """True for what the gradient of a value holds, too; attributes of an object that are no floats are left out."""
    if is_active_kind(slot):
        return True
    left_out = isinstance(fact, Record) and fact.kind == "object" and not _is_empty(slot)
    return slots(slot) is not None and not left_out


def _is_empty(fact: Fact) -> bool:
    """True for a container in which there is nothing, or only such."""
    below = slots(fact)
    return below is not None and all(_is_empty(slot) for _, slot in below)


class _Results:
    def __init__(self, writer: Writer, context: Context, state: State, captured: dict[str, str]) -> None:
        self.writer, self.context, self.state, self.captured = writer, context, state, captured
        self.lines: list[gast.stmt] = []
        self.final = True
        self.unmet: set[str] = set()
        self.numpy = quote(context.numpy)
        self.arguments = dict(writer.root.facts.before_entry())

    def of(self, path: Path) -> gast.expr:
        """The gradient with respect to one path."""
        name = str(path[0])
        if name in self.captured:
            return self._local(name)
        return self._structure(path, slot_fact(self.arguments[name], path[1:]))

    def _local(self, name: str) -> gast.expr:
        stack = self.captured[name]
        if self._assigned_in_loop(name):
            return quote(f"{stack}[::-1]")
        return quote(f"{stack}[0]")

    def _assigned_in_loop(self, name: str) -> bool:
        from s2sgrad.analysis.ir import For, While, assigned_names

        loops = [s for s in every_statement(self.writer.root.block) if isinstance(s, (For, While))]
        return any(name in assigned_names(s) for s in loops)

    def _structure(self, path: Path, fact: Fact) -> gast.expr:
        below = slots(fact)
        if below is None:
            return self._leaf(path, fact)
        parts = {key: self._structure((*path, key), slot) for key, slot in below if _has_place(fact, slot)}
        self._value = place_expression(path, self.arguments)
        return self._built(fact, parts)

    def _built(self, fact: Fact, parts: dict[Any, gast.expr]) -> gast.expr:
        if isinstance(fact, Seq):
            tree = quote("()" if fact.kind == "tuple" else "[]")
            tree.elts = list(parts.values())
            return tree
        assert isinstance(fact, Record)
        if fact.kind == "namedtuple":
            items = ", ".join(f"{key}={{p{i}}}" for i, key in enumerate(parts))
            return _filled(f"x._replace({items})", [*parts.values()], x=self._value)
        items = ", ".join(f"{key!r}: {{p{i}}}" for i, key in enumerate(parts))
        return _filled("{" + items + "}", [*parts.values()])

    def _leaf(self, path: Path, fact: Fact) -> gast.expr:
        context = self.context
        value = place_expression(path, self.arguments)
        if path not in self.state.live:
            tree = zeros(fact, value, self.numpy)
            imaginary = isinstance(fact, Num) and fact.kind == "c" and fact.shape == () and fact.box == "np"
            return self._named(path, fact, self._cast(tree, fact) if imaginary else tree)
        if path in self.state.literal:
            tree = self._literal(self.state.literal[path], fact, value)
            return self._named(path, fact, tree)
        name = context.adjoint(path)
        return self._sequence(quote(name), fact) if isinstance(fact, Seq) else self._cast(quote(name), fact)

    def _sequence(self, tree: gast.expr, fact: Seq) -> gast.expr:
        """An adjoint list as what its argument is: a tuple, or a list of tuples."""
        if not self.final:
            return tree
        if isinstance(fact.element, Seq) and fact.element.kind == "tuple":
            tree = quote("[tuple(item) for item in {x}]", x=tree)
        element = fact.element
        if isinstance(element, Num) and element.box == "np" and element.dtype is not None and element.dtype != float:
            tree = quote(f"[{{np}}.{element.dtype.name}(item) for item in {{x}}]", np=self.numpy, x=tree)
        if isinstance(element, Num) and element.box == "py" and element.kind == "c":
            tree = quote("[complex(item) for item in {x}]", x=tree)
        return quote("tuple({x})", x=tree) if fact.kind == "tuple" else tree

    def _literal(self, product: Product, fact: Fact, value: gast.expr) -> gast.expr:
        tree = product.tree(lambda e: True)
        if isinstance(fact, Num) and fact.shape == ():
            return self._cast(tree, fact) if (fact.box == "np" and fact.dtype != float) or fact.kind == "c" else tree
        one = product.sign > 0 and product.number == product.divisor == 1
        template = "{np}.ones_like({x})" if one else "{np}.full_like({x}, {e})"
        return quote(template, np=self.numpy, x=value, e=tree)

    def _named(self, path: Path, fact: Fact, tree: gast.expr) -> gast.expr:
        name = self._name(path)
        self.context.adjoint_facts[name] = fact
        self.lines += statements(f"{name} = {{e}}", e=tree)
        return quote(name)

    def _name(self, path: Path) -> str:
        """The name of an adjoint; one that the sweep never met must not take that of another place."""
        context = self.context
        name = context.adjoint(path)
        if path not in context.places:
            others = {context.adjoint(p) for p in context.places} | self.unmet
            name = context.scope.new(context.scope.prefix + place_name(path, [path, path])) if name in others else name
            self.unmet.add(name)
        return name

    def _cast(self, tree: gast.expr, fact: Fact) -> gast.expr:
        """The gradient in the dtype of its argument, where the text does not guarantee that already."""
        if not isinstance(fact, Num) or fact.dtype is None:
            return tree
        # A scalar sum starts as 0.0, and NumPy before 2.0 widens a float32 scalar added to a Python float.
        narrow = (fact.box == "np" and fact.dtype != float) or (fact.box == "py" and fact.kind == "c")
        if isinstance(tree, gast.Name) and not narrow and self.context.dtypes.get(tree.id, set()) <= {fact.dtype}:
            return tree
        if fact.box == "array":
            return quote(f"{{g}}.astype({{np}}.{fact.dtype.name}, copy=False)", g=tree, np=self.numpy)
        if fact.box == "py":
            return quote("complex({g})" if fact.kind == "c" else "float({g})", g=tree)
        return quote(f"{{np}}.{fact.dtype.name}({{g}})", np=self.numpy, g=tree)


def _filled(text: str, parts: list[gast.expr], **names: gast.expr) -> gast.expr:
    """An expression with ``{p0}``, ``{p1}``, ... filled in; its other braces are Python's own."""
    for i in range(len(parts)):
        text = text.replace(f"{{p{i}}}", f"part_{i}")
    return substitute(quote_plain(text), {**{f"part_{i}": part for i, part in enumerate(parts)}, **names})


def quote_plain(text: str) -> gast.expr:
    """An expression whose braces are Python's."""
    return gast.parse(text, mode="eval").body
