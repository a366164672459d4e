"""Expressions of a generated text for a stack: a rule per kind of node, and whatever has none is not written.

What holds no stack stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.normalize.parts import dotted
from s2sgrad.quote import clone, nodes_in, quote
from s2sgrad.stacked.axes import index, lifted, product, rank_of_product
from s2sgrad.stacked.calls import FUNCTIONS, METHODS, Call
from s2sgrad.stacked.facts import NOTHING, SCALAR, UNKNOWN, WHOLE, NotStacked, Ranked, listed, tupled
from s2sgrad.stacked.ranks import rank_of_call, rank_of_method

__all__ = ["Expressions"]

Read = tuple[Any, Ranked]
_MATRIX = gast.MatMult
_ELEMENT_BY_ELEMENT = (gast.Eq, gast.NotEq, gast.Lt, gast.LtE, gast.Gt, gast.GtE)
_LOOKING = ("len", "range", "reversed", "zip", "enumerate", "list", "tuple", "sum", "min", "max")
_NUMBERS = (int, float, complex)


@dataclass
class Expressions:
    """Reads expressions where the names hold what ``env`` says; ``rows`` is a text that counts the seeds.

    ``helper`` writes the function that a call calls for a stack, and gives its name and what it returns.
    """

    numpy: str
    rows: str
    helper: Callable[[str, list[Ranked]], tuple[str, Ranked]]
    env: dict[str, Ranked] = field(default_factory=dict)

    def read(self, tree: Any) -> Read:
        """The expression for a stack, and what is known of its value."""
        rule = _RULES.get(type(tree))
        if rule is not None:
            return rule(self, tree)
        if any(self.env.get(n.id, UNKNOWN).anywhere for n in nodes_in(tree) if isinstance(n, gast.Name)):
            raise NotStacked(type(tree).__name__)
        return tree, UNKNOWN

    def fact(self, tree: Any) -> Ranked:
        """What is known of the value of an expression."""
        return self.read(tree)[1]

    def bound(self, tree: Any) -> Read:
        """An expression that is given a name: a number out of a stack of arrays is a number of its own."""
        new, fact = self.read(tree)
        if fact.stacked and fact.rank == 0 and isinstance(new, gast.Subscript):
            return quote("{x}.copy()", x=new), fact
        return new, fact

    def aligned(self, reads: list[Read]) -> tuple[list[Any], Ranked]:
        """Operands of an elementwise operation, and its result."""
        facts = [fact for _, fact in reads]
        stacked = any(f.anywhere for f in facts)
        if any(f.rank is None for f in facts):
            if stacked:
                raise NotStacked("an operand of which nothing is known")
            return [tree for tree, _ in reads], UNKNOWN
        rank = max(f.rank or 0 for f in facts)
        return [lifted(tree, fact, rank) for tree, fact in reads], Ranked(rank, stacked)

    # ---- nodes ----

    def _constant(self, tree: Any) -> Read:
        value = tree.value
        known = WHOLE if type(value) is int else SCALAR if type(value) in _NUMBERS else UNKNOWN
        return tree, known

    def _name(self, tree: Any) -> Read:
        return tree, self.env.get(tree.id, UNKNOWN)

    def _tuple(self, tree: Any) -> Read:
        reads = [self.bound(part) for part in tree.elts]
        return self._rebuilt(tree, [new for new, _ in reads]), tupled(*(fact for _, fact in reads))

    def _list(self, tree: Any) -> Read:
        if any(self.fact(part).anywhere for part in tree.elts):
            raise NotStacked("a stack in a list")
        return tree, UNKNOWN if tree.elts else listed(NOTHING)

    def _rebuilt(self, tree: Any, parts: list[Any]) -> Any:
        if all(new is old for new, old in zip(parts, tree.elts, strict=True)):
            return tree
        made = clone(tree)
        made.elts = parts
        return made

    def _binary(self, tree: Any) -> Read:
        left, right = self.read(tree.left), self.read(tree.right)
        if isinstance(tree.op, _MATRIX):
            return self._matmul(tree, left, right)
        (a, b), fact = self.aligned([left, right])
        if not fact.stacked:
            whole = left[1].kind == right[1].kind == "i" and not isinstance(tree.op, (gast.Div, gast.Pow))
            return tree, Ranked(fact.rank, kind="i") if whole and fact.rank is not None else fact
        return self._with(tree, left=a, right=b), fact

    def _matmul(self, tree: Any, left: Read, right: Read) -> Read:
        (x, a), (y, b) = left, right
        if a.stacked or b.stacked:
            new, rank = product(x, a, y, b)
            return new, Ranked(rank, True)
        known = a.rank and b.rank
        return tree, Ranked(rank_of_product(a.rank, b.rank)) if known else UNKNOWN  # type: ignore[arg-type]

    def _unary(self, tree: Any) -> Read:
        new, fact = self.read(tree.operand)
        if fact.anywhere and (not fact.stacked or isinstance(tree.op, gast.Not)):
            raise NotStacked("not")
        if isinstance(tree.op, gast.Not):
            return tree, Ranked(0, kind="b")
        return (self._with(tree, operand=new) if fact.stacked else tree), fact

    def _compare(self, tree: Any) -> Read:
        operands = [self.read(part) for part in (tree.left, *tree.comparators)]
        trees, fact = self.aligned(operands)
        if fact.stacked:
            if len(trees) != 2 or not isinstance(tree.ops[0], _ELEMENT_BY_ELEMENT):
                raise NotStacked("a comparison")
            return self._with(tree, left=trees[0], comparators=[trees[1]]), fact
        return tree, Ranked(fact.rank, kind="b") if fact.rank is not None else UNKNOWN

    def _choice(self, tree: Any) -> Read:
        """A choice that a stack of numbers makes is made for each of them."""
        if not self.fact(_either(tree.test)).stacked:
            if self.fact(tree.body).anywhere or self.fact(tree.orelse).anywhere:
                raise NotStacked("a choice of stacks")
            return tree, UNKNOWN
        parts = [self.read(part) for part in (_either(tree.test), tree.body, tree.orelse)]
        (test, body, orelse), fact = self.aligned(parts)
        return quote("{np}.where({t}, {a}, {b})", np=self.numpy, t=test, a=body, b=orelse), fact

    def _attribute(self, tree: Any) -> Read:
        if dotted(tree)[:1] == (self.numpy,):
            return tree, SCALAR if tree.attr in ("pi", "e", "inf", "nan") else UNKNOWN
        new, fact = self.read(tree.value)
        if not fact.anywhere:
            return tree, _part(tree.attr, fact)
        if tree.attr != "T" or not fact.stacked or fact.rank not in (0, 1, 2):
            raise NotStacked(f".{tree.attr}")
        return (quote("{x}.swapaxes(1, 2)", x=new) if fact.rank == 2 else new), fact

    def _subscript(self, tree: Any) -> Read:
        value, fact = self.read(tree.value)
        if fact.stacked:
            new, rank = index(tree.slice, self.fact, fact.rank or 0)
            made = self._with(tree, value=value)
            made.slice = new
            return made, Ranked(rank, True)
        if self.fact(tree.slice).anywhere:
            raise NotStacked("a stack in an index")
        found = self._item(tree.slice, fact)
        if fact.anywhere and not found.anywhere and found == UNKNOWN:
            raise NotStacked("an item of which nothing is known")
        return tree, found

    def _item(self, place: Any, fact: Ranked) -> Ranked:
        """What is known of a part of what is no stack."""
        number = place.value if isinstance(place, gast.Constant) and type(place.value) is int else None
        if fact.items is not None and number is not None and -len(fact.items) <= number < len(fact.items):
            return fact.items[number]
        if fact.element is not None:
            whole = not isinstance(place, (gast.Slice, gast.Tuple)) and self.fact(place) == WHOLE
            return _present(fact.element) if whole or number is not None or _is_last(place) else UNKNOWN
        if fact.rank is None:
            return UNKNOWN
        try:
            return Ranked(index(place, self.fact, fact.rank)[1], kind=fact.kind)
        except NotStacked:
            return UNKNOWN

    def _call(self, tree: Any) -> Read:
        path = dotted(tree.func)
        if any(isinstance(a, gast.Starred) for a in tree.args) or any(k.arg is None for k in tree.keywords):
            return self._plain(tree)
        if path[:1] == (self.numpy,) and self.numpy not in self.env:
            return self._known(tree, ".".join(path[1:]), FUNCTIONS, rank_of_call, tree.args)
        if isinstance(tree.func, gast.Attribute):
            return self._known(tree, tree.func.attr, METHODS, rank_of_method, [tree.func.value, *tree.args])
        if isinstance(tree.func, gast.Name):
            reads = [self.bound(part) for part in tree.args]
            if any(fact.anywhere for _, fact in reads) and not tree.keywords:
                name, result = self.helper(tree.func.id, [fact for _, fact in reads])
                made = self._with(tree, args=[new for new, _ in reads])
                made.func = quote(name)
                return made, result
            return self._plain(tree)
        return self._plain(tree)

    def _known(self, tree: Any, name: str, table: Any, ranks: Any, parts: list[Any]) -> Read:
        reads = [self.read(part) for part in parts]
        keywords = {k.arg: self.read(k.value) for k in tree.keywords}
        if not any(fact.anywhere for _, fact in (*reads, *keywords.values())):
            given = {key: new for key, (new, _) in keywords.items()}
            return tree, ranks(name, [fact for _, fact in reads], [new for new, _ in reads], given)
        rule = table.get(name)
        if rule is None or any(fact.anywhere for _, fact in keywords.values()):
            raise NotStacked(f"{name}()")
        found: Read = rule(Call(self, tree, name, reads, {key: new for key, (new, _) in keywords.items()}))
        return found

    def _plain(self, tree: Any) -> Read:
        """What must hold no stack."""
        parts = [*tree.args, *(k.value for k in tree.keywords), tree.func]
        if any(self.fact(p.value if isinstance(p, gast.Starred) else p).anywhere for p in parts):
            raise NotStacked("a call of something unknown")
        name = getattr(tree.func, "id", "")
        if name not in _LOOKING and any(self.fact(a).element is not None for a in tree.args):
            raise NotStacked("a call that may change a list")
        if name == "abs" and len(tree.args) == 1:
            return tree, Ranked(self.fact(tree.args[0]).rank)
        return tree, WHOLE if name in ("len", "int") else SCALAR if name == "float" else UNKNOWN

    def _with(self, tree: Any, **parts: Any) -> Any:
        made = tree.__class__.__new__(tree.__class__)
        made.__dict__.update(tree.__dict__, **parts)
        return made


def _either(test: Any) -> Any:
    """``a | b`` for a test ``a or b``, which a stack of numbers cannot be asked."""
    if isinstance(test, gast.BoolOp) and isinstance(test.op, gast.Or) and len(test.values) == 2:
        return quote("{a} | {b}", a=test.values[0], b=test.values[1])
    return test


def _part(name: str, fact: Ranked) -> Ranked:
    """What is known of an attribute of what is no stack."""
    if name == "shape" and fact.rank is not None:
        return tupled(*[WHOLE] * fact.rank)
    if name == "T" and fact.rank is not None:
        return fact
    return WHOLE if name in ("size", "ndim") and fact.rank is not None else UNKNOWN


def _present(element: Ranked) -> Ranked:
    return UNKNOWN if element == NOTHING else element


def _is_last(place: Any) -> bool:
    negative = isinstance(place, gast.UnaryOp) and isinstance(place.op, gast.USub)
    return negative and isinstance(place.operand, gast.Constant)


_RULES: dict[type, Callable[[Expressions, Any], Read]] = {
    gast.Constant: Expressions._constant,
    gast.Name: Expressions._name,
    gast.Tuple: Expressions._tuple,
    gast.List: Expressions._list,
    gast.BinOp: Expressions._binary,
    gast.UnaryOp: Expressions._unary,
    gast.Compare: Expressions._compare,
    gast.IfExp: Expressions._choice,
    gast.Attribute: Expressions._attribute,
    gast.Subscript: Expressions._subscript,
    gast.Call: Expressions._call,
}
