"""Every generated name, decided here: a pure function of the user's names and of the tree.

>>> scope = Scope({"x", "y"}, adjoints=["x", "y"])
>>> scope.adjoint("x"), scope.new("diff"), scope.new("diff")
('dx', 'diff', 'diff2')
>>> Scope({"x", "dx"}, adjoints=["x"]).adjoint("x")
'd_x'
"""

from __future__ import annotations

import builtins
import keyword
import operator
from collections.abc import Iterable
from typing import Any

from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.request import Path

__all__ = ["Scope", "TangentScope", "place_name", "temporary"]

PREFIXES = ("d", "d_", "grad_", "adjoint_of_")
SUFFIXES = ("_dot", "_tangent", "_dot2", "_dot3")
AGAIN = tuple(f"d{n}" for n in range(2, 9))
"""The prefixes of adjoints in the derivative of a text that has adjoints already."""
NOUNS: dict[Any, str] = {
    operator.add: "total",
    operator.sub: "diff",
    operator.mul: "prod",
    operator.truediv: "ratio",
    operator.matmul: "prod",
    operator.pow: "power",
    operator.mod: "rest",
    operator.neg: "neg",
}
_RESERVED = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"_"}


class Scope:
    """The names in use in one generated function; hands out new ones."""

    def __init__(self, taken: Iterable[str], adjoints: Iterable[str] = (), again: bool = False) -> None:
        self.taken = set(taken)
        wanted = list(adjoints)
        prefixes = (*AGAIN, *PREFIXES) if again else PREFIXES
        free = (p for p in prefixes if not any(p + w in self.taken or p + w in _RESERVED for w in wanted))
        self.prefix = next(free, "adjoint_of_")
        self.own: dict[str, str] = {}

    def adjoint(self, name: str) -> str:
        """The one name of the adjoint of ``name``."""
        if name not in self.own:
            self.own[name] = self.new(self.prefix + name)
        return self.own[name]

    def new(self, wanted: str) -> str:
        """``wanted``, or ``wanted2``, ``wanted3``, ... if that is taken."""
        name, n = wanted, 2
        while name in self.taken or name in _RESERVED:
            name, n = f"{wanted}{n}", n + 1
        self.taken.add(name)
        return name


class TangentScope(Scope):
    """The names in use in one function of forward mode.

    >>> TangentScope({"x"}, ["x"]).adjoint("x"), TangentScope({"x", "x_dot"}, ["x", "x_dot"]).adjoint("x_dot")
    ('x_dot', 'x_dot_tangent')
    """

    def __init__(self, taken: Iterable[str], tangents: Iterable[str] = ()) -> None:
        super().__init__(taken)
        wanted = list(tangents)
        free = (s for s in SUFFIXES if not any(w + s in self.taken for w in wanted))
        self.suffix = next(free, "_dot4")

    def adjoint(self, name: str) -> str:
        """The one name of the tangent of ``name``."""
        if name not in self.own:
            self.own[name] = self.new(name + self.suffix)
        return self.own[name]

    def tangent(self, noun: str) -> str:
        """A new name for the tangent of what is called ``noun``."""
        return self.new(noun + self.suffix)


def place_name(place: Path, places: Iterable[Path]) -> str:
    """The user's word for a place: the variable's name, or the last attribute or key if no other place ends so.

    >>> place_name(("params", "W1"), [("params", "W1"), ("x",)])
    'W1'
    >>> place_name(("layers", 0), [("layers", 0)])
    'layers_0'
    """
    if len(place) == 1:
        return str(place[0])
    last = place[-1]
    alone = sum(p[-1] == last for p in places) <= 1
    if isinstance(last, str) and last.isidentifier() and alone:
        return last
    return "_".join(str(p) if str(p).isidentifier() or isinstance(p, int) else "item" for p in place)


def temporary(op: Op, parent: Op | None, facts: Facts) -> str:
    """What a person would call the value of an unnamed subexpression.

    A call is ``<function>_<operand>``; an operator expression inside a call is ``<function>_arg``; any other is the
    noun of its operation.
    """
    bound = facts.calls.get(op)
    function = bound.function if bound is not None else None
    if op.form in ("read", "attribute", "global"):
        return _operand(op, facts)
    if function in NOUNS:
        if function is operator.neg:
            return "neg_" + _operand(op.args[0], facts)
        outer = facts.calls.get(parent) if parent is not None else None
        if outer is not None and not _is_operator(outer.function):
            return _short(outer.function) + "_arg"
        return NOUNS[function]
    if bound is None:
        return "value"
    if function is operator.getitem:
        return "item_" + _operand(bound.args[0], facts) if bound.args[0].form == "read" else "item"
    operand = _operand(bound.args[0], facts) if bound.args else ""
    return f"{_short(function)}_{operand}".rstrip("_")


def _is_operator(function: Any) -> bool:
    return getattr(function, "__module__", "") == "_operator"


def _short(function: Any) -> str:
    name = str(getattr(function, "__name__", "call")).strip("_<>")
    return {"amax": "max", "amin": "min", "absolute": "abs"}.get(name, name if name.isidentifier() else "call")


def _operand(op: Op, facts: Facts) -> str:
    """The noun for an operand inside the name of a call."""
    if op.form == "read":
        return str(op.payload)
    if op.form == "global":
        return str(op.payload[-1])
    if op.form == "attribute":
        base = _operand(op.args[0], facts)
        return base if op.payload == "T" else str(op.payload)
    bound = facts.calls.get(op)
    if bound is None:
        return ""
    if bound.function is operator.neg:
        return "neg_" + _operand(bound.args[0], facts)
    if bound.function is operator.getitem:
        return _operand(bound.args[0], facts)
    return NOUNS[bound.function] if bound.function in NOUNS else _short(bound.function)
