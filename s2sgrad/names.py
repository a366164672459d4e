"""Every generated name, decided here: a pure function of the user's names and of the tree.

>>> scope = Scope({"x", "y"}, adjoints=["x", "y"])
>>> scope.adjoint("x"), scope.new("diff"), scope.new("diff")
('dx', 'diff', 'diff2')
>>> Scope({"x", "dx"}, adjoints=["x"]).adjoint("x")
'd_x'
"""

from __future__ import annotations

import builtins
import functools
import keyword
import operator
import re
from collections.abc import Iterable
from typing import Any

from s2sgrad.analysis.facts import Record
from s2sgrad.analysis.found import Bound
from s2sgrad.analysis.interpret import Facts
from s2sgrad.analysis.ir import Op
from s2sgrad.request import Path

__all__ = ["Scope", "TangentScope", "called", "helper", "place_name", "temporary"]

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
        self.again = again
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
        """``wanted``, or ``wanted2``, ``wanted3``, ... if that is taken; ``W1_2``, ``W1_3``, ... behind a digit."""
        name, n = wanted, 2
        between = "_" if wanted[-1:].isdigit() else ""
        while name in self.taken or name in _RESERVED:
            name, n = f"{wanted}{between}{n}", n + 1
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

    No two places have one name, even where a variable is called as a part of another one would be.

    >>> place_name(("layers", 0), [("layers", 0), ("layers_0",)])
    'layers_0_part'
    """
    listed = tuple(places)
    return _place_names(listed).get(place) or _noun(place, listed)


@functools.lru_cache(maxsize=256)
def _place_names(places: tuple[Path, ...]) -> dict[Path, str]:
    """A name for each place: variables keep theirs."""
    found: dict[Path, str] = {}
    taken: set[str] = set()
    for place in sorted(dict.fromkeys(places), key=len):
        name = _noun(place, places)
        while name in taken:
            name += "_part"
        taken.add(name)
        found[place] = name
    return found


def _noun(place: Path, places: tuple[Path, ...]) -> str:
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
    owner = _owner(bound, facts)
    args = bound.args[1:] if owner is not None else bound.args
    operand = _operand(args[0], facts) if args else ""
    return f"{_short(function) if owner is None else called(function, owner.cls)}_{operand}".strip("_")


def _owner(bound: Bound, facts: Facts) -> Record | None:
    """The object of which a method is called."""
    fact = facts.of.get(bound.args[0]) if bound.args else None
    if not isinstance(fact, Record) or fact.kind != "object":
        return None
    return fact if getattr(fact.cls, getattr(bound.function, "__name__", ""), None) is bound.function else None


def called(function: Any, cls: type) -> str:
    """What a method is called after: its class, if it is what its objects do when they are called.

    >>> class LayerNorm:
    ...     def __call__(self, x): ...
    ...     def penalty(self): ...
    >>> called(LayerNorm.__call__, LayerNorm), called(LayerNorm.penalty, LayerNorm)
    ('layer_norm', 'penalty')
    """
    return _after_class(function, cls.__name__) or _short(function)


def helper(function: Any, name: str) -> tuple[str, str]:
    """What the generated functions of a helper are called after, and how texts call the helper itself.

    >>> class LayerNorm:
    ...     def __call__(self, x): ...
    >>> helper(LayerNorm.__call__, "__call__"), helper(helper, "helper")
    (('layer_norm', 'LayerNorm.__call__'), ('helper', 'helper'))
    """
    owner = getattr(function, "__qualname__", "").rpartition(".")[0].rpartition(".")[2]
    noun = _after_class(function, owner) if owner.isidentifier() else ""
    return (noun, f"{owner}.{name}") if noun else (name, name)


def _after_class(function: Any, name: str) -> str:
    """The name of a class in small letters, for what its objects do when they are called."""
    if getattr(function, "__name__", "") not in ("__call__", "forward"):
        return ""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).strip("_").lower()


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
    owner = _owner(bound, facts)
    if owner is not None:
        return called(bound.function, owner.cls)
    return NOUNS[bound.function] if bound.function in NOUNS else _short(bound.function)
