"""Calls of NumPy's functions and of methods on a stack: one rule each, and no call without a rule.

A rule gets the call with its operands read, and gives what it is for a stack. What axes a call names are constants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from s2sgrad.quote import quote
from s2sgrad.stacked.axes import axes_of, lifted, product, shifted
from s2sgrad.stacked.facts import NOTHING, NotStacked, Ranked
from s2sgrad.stacked.ranks import LIKE, REDUCTIONS, is_elementwise

__all__ = ["FUNCTIONS", "METHODS", "Call"]

Read = tuple[Any, Ranked]


@dataclass
class Call:
    """A call: ``reads`` are its positional operands, the object of a method among them."""

    around: Any
    tree: Any
    name: str
    reads: list[Read]
    keywords: dict[str, Any]

    def only(self, *names: str, most: int = 9) -> None:
        """Raise NotStacked for keywords that the rule does not know, or more operands than it takes."""
        if set(self.keywords) - set(names) or len(self.reads) > most:
            raise NotStacked(f"{self.name}() with other arguments")

    def first(self) -> tuple[Any, Ranked, int]:
        """The first operand, which is a stack, and its rank."""
        tree, fact = self.reads[0]
        if not fact.stacked or fact.rank is None or any(f.anywhere for _, f in self.reads[1:]):
            raise NotStacked(f"{self.name}() of something else")
        return tree, fact, fact.rank

    def axes(self, place: int) -> tuple[int, ...] | None:
        """The axes that are given by position or by name."""
        given = self.reads[place][0] if len(self.reads) > place else None
        return axes_of(self.keywords.get("axis", given))


def _reduced(call: Call) -> Read:
    call.only("axis", "keepdims", most=2)
    x, _, rank = call.first()
    axes, keeps = call.axes(1), call.keywords.get("keepdims")
    keep = bool(keeps is not None and gast.literal_eval(keeps))
    if rank == 0:
        if axes is None:
            return x, Ranked(0, True)
        raise NotStacked("an axis of a number")
    whole = tuple(range(rank)) if axes is None else axes
    new = quote(f"{{x}}.{call.name}(axis={{a}})", x=x, a=shifted(whole))
    if keep:
        new.keywords += quote("f(keepdims=True)").keywords
    return new, Ranked(rank if keep else rank - len(whole), True)


def _elementwise(call: Call) -> Read:
    call.only()
    if len(call.reads) != (3 if call.name == "where" else getattr(np, call.name).nin):
        raise NotStacked(f"{call.name}() with an array for its result")
    trees, fact = call.around.aligned(call.reads)
    return quote(f"{{f}}({', '.join(f'{{x{i}}}' for i in range(len(trees)))})", f=call.tree.func, **_named(trees)), fact


def _named(trees: list[Any]) -> dict[str, Any]:
    return {f"x{i}": tree for i, tree in enumerate(trees)}


def _same(call: Call) -> Read:
    """Of what makes an array like another, and of copies."""
    call.only(most=1)
    _, fact, _ = call.first()
    made = quote("{f}({x})" if not _is_method(call) else "{x}.copy()", f=call.tree.func, x=call.reads[0][0])
    return made, fact


def _copied(call: Call) -> Read:
    """Of a stack, or of a list of stacks."""
    fact = call.reads[0][1]
    return (call.tree, fact) if fact.element is not None and not call.keywords else _same(call)


def _is_method(call: Call) -> bool:
    return len(call.reads) > len(call.tree.args)


def _full_like(call: Call) -> Read:
    call.only(most=2)
    (like, a), (value, b) = call.reads
    if a.stacked or not b.stacked or a.rank is None or b.rank is None or b.rank > a.rank:
        raise NotStacked("full_like()")
    new = quote("{d} * {np}.ones_like({x})", d=lifted(value, b, a.rank), np=quote(call.around.numpy), x=like)
    return new, Ranked(a.rank, True)


def _outer(call: Call) -> Read:
    call.only(most=2)
    (x, a), (y, b) = call.reads
    if a.rank != 1 or b.rank != 1 or (a.stacked and b.stacked):
        raise NotStacked("outer()")
    text = "{x}[:, :, None] * {y}" if a.stacked else "{x}[:, None] * {y}[:, None, :]"
    return quote(text, x=x, y=y), Ranked(2, True)


def _dot(call: Call) -> Read:
    call.only(most=2)
    (x, a), (y, b) = call.reads
    new, rank = product(x, a, y, b)
    return new, Ranked(rank, True)


def _expand_dims(call: Call) -> Read:
    call.only("axis", most=2)
    x, _, rank = call.first()
    axes = call.axes(1)
    if axes is None or len(axes) != 1:
        raise NotStacked("expand_dims()")
    return quote("{f}({x}, {a})", f=call.tree.func, x=x, a=shifted(axes)), Ranked(rank + 1, True)


def _swapaxes(call: Call) -> Read:
    call.only(most=3)
    x, fact, _ = call.first()
    axes = [axes_of(tree) for tree, _ in call.reads[1:]]
    if len(axes) != 2 or any(a is None or len(a) != 1 for a in axes):
        raise NotStacked("swapaxes()")
    a, b = (shifted(found) for found in axes if found is not None)
    return quote("{x}.swapaxes({a}, {b})", x=x, a=a, b=b), fact


def _reshape(call: Call) -> Read:
    call.only(most=2)
    x, _, _ = call.first()
    shape, fact = call.reads[1]
    rows = quote(call.around.rows)
    if isinstance(shape, gast.Attribute) and shape.attr == "shape":
        rank = call.around.fact(shape.value).rank
        if rank is not None and not call.around.fact(shape.value).anywhere:
            return quote("{x}.reshape({n}, *{s})", x=x, n=rows, s=shape), Ranked(rank, True)
    parts = shape.elts if isinstance(shape, gast.Tuple) else [shape]
    if fact.items is None and fact.rank != 0:
        raise NotStacked("reshape()")
    new = quote("{x}.reshape({n})", x=x, n=rows)
    new.args += parts
    return new, Ranked(len(parts), True)


def _ravel(call: Call) -> Read:
    call.only(most=1)
    x, _, _ = call.first()
    return quote("{x}.reshape({n}, -1)", x=x, n=quote(call.around.rows)), Ranked(1, True)


def _broadcast_to(call: Call) -> Read:
    call.only(most=2)
    x, fact, rank = call.first()
    shape, axes = call.reads[1]
    if axes.items is None or len(axes.items) < rank:
        raise NotStacked("broadcast_to()")
    wanted = len(axes.items)
    new = quote(
        "{f}({x}, ({n}, *{s}))", f=call.tree.func, x=lifted(x, fact, wanted), n=quote(call.around.rows), s=shape
    )
    return new, Ranked(wanted, True)


def _transpose(call: Call) -> Read:
    call.only(most=1)
    x, fact, rank = call.first()
    if rank > 2:
        raise NotStacked("transpose()")
    return (quote("{x}.swapaxes(1, 2)", x=x) if rank == 2 else x), fact


def _last_two(call: Call) -> Read:
    """Of what is done to every matrix of a stack."""
    call.only("k", most=2)
    x, fact, rank = call.first()
    if rank < 2:
        raise NotStacked(f"{call.name}()")
    made = quote("{f}({x})", f=call.tree.func, x=x)
    made.args += call.tree.args[1:]
    made.keywords = call.tree.keywords
    return made, fact


def _along(call: Call) -> Read:
    """Of what goes along one axis and keeps all."""
    call.only("axis", most=2)
    x, fact, rank = call.first()
    axes = call.axes(1)
    if axes is None or len(axes) != 1 or not rank:
        raise NotStacked(f"{call.name}()")
    return quote(f"{{np}}.{call.name}({{x}}, axis={{a}})", np=quote(call.around.numpy), x=x, a=shifted(axes)), fact


def _solve(call: Call) -> Read:
    call.only(most=2)
    (matrix, a), (d, b) = call.reads
    if a.stacked or a.rank != 2 or not b.stacked or b.rank not in (1, 2):
        raise NotStacked("solve()")
    text = "{f}({a}, {d}.T).T" if b.rank == 1 else "{f}({a}, {d})"
    return quote(text, f=call.tree.func, a=matrix, d=d), b


def _einsum(call: Call) -> Read:
    """One more letter in front of each stack and of the result."""
    call.only()
    (text, _), *operands = call.reads
    spelled = text.value if isinstance(text, gast.Constant) and isinstance(text.value, str) else ""
    inputs, arrow, result = spelled.replace(" ", "").partition("->")
    parts = inputs.split(",")
    if not arrow or "." in spelled or len(parts) != len(operands):
        raise NotStacked("einsum()")
    letter = next(c for c in "zyxwvutsrq" if c not in spelled)
    for part, (_, fact) in zip(parts, operands, strict=True):
        if fact.anywhere and fact.rank != len(part):
            raise NotStacked("einsum()")
    new = [letter + p if fact.stacked else p for p, (_, fact) in zip(parts, operands, strict=True)]
    trees = [quote(repr(f"{','.join(new)}->{letter}{result}")), *(tree for tree, _ in operands)]
    called = quote(f"{{f}}({', '.join(f'{{x{i}}}' for i in range(len(trees)))})", f=call.tree.func, **_named(trees))
    return called, Ranked(len(result), True)


_ELEMENTWISE = [name for name in dir(np) if is_elementwise(name)]
FUNCTIONS: dict[str, Callable[[Call], Read]] = {
    **dict.fromkeys([*_ELEMENTWISE, "where"], _elementwise),
    **dict.fromkeys(REDUCTIONS, _reduced),
    **dict.fromkeys(LIKE, _same),
    **dict.fromkeys(("cumsum", "flip"), _along),
    **dict.fromkeys(("tril", "triu"), _last_two),
    "broadcast_to": _broadcast_to,
    "transpose": _transpose,
    "full_like": _full_like,
    "outer": _outer,
    "dot": _dot,
    "matmul": _dot,
    "expand_dims": _expand_dims,
    "swapaxes": _swapaxes,
    "reshape": _reshape,
    "ravel": _ravel,
    "einsum": _einsum,
    "linalg.solve": _solve,
}
"""By the name behind NumPy's."""


def _popped(call: Call) -> Read:
    """Of the last item of a list of stacks."""
    call.only(most=1)
    element = call.reads[0][1].element
    if element is None or element == NOTHING:
        raise NotStacked("pop() of something else")
    return call.tree, element


METHODS: dict[str, Callable[[Call], Read]] = {
    **dict.fromkeys(REDUCTIONS, _reduced),
    "copy": _copied,
    "pop": _popped,
    "dot": _dot,
    "swapaxes": _swapaxes,
    "reshape": _reshape,
    "ravel": _ravel,
    "flatten": _ravel,
    "cumsum": _along,
    "transpose": _transpose,
}
"""By their names; the object comes first."""
