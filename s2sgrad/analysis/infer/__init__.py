"""The fact of the result of a call, from the facts of its arguments.

Nothing of the user's is run: a table holds one inference function per function it knows, and NumPy itself is asked
for dtypes on operands of ones. What is not known is said to be unknown.

>>> import numpy as np
>>> from s2sgrad.analysis.facts import Dim, Symbol, array, python
>>> n, name = Dim(Symbol("n", not_one=True)), lambda hint, not_one=False: Dim(Symbol(hint, not_one))
>>> infer(np.sum, [array(np.float32, (n, Dim.of(3)))], {"axis": python(int, 0)}, name)
float32[3]
>>> infer(np.exp, [python(float)], {}, name)
np float64
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Bottom, Fact, Num, Opaque, Record, Seq, Static, holds_complex, roots_of

# Imported for the entries that they make in the table.
from s2sgrad.analysis.infer import (  # noqa: F401
    copies,
    creation,
    growing,
    joining,
    linalg,
    logic,
    operators,
    products,
    python_builtins,
    questions,
    randoms,
    reordering,
    sequences,
    series,
    ufunc_methods,
)
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast, broadcast_axes
from s2sgrad.analysis.infer.effects import gives_scalars, is_pure, memory_effect
from s2sgrad.analysis.infer.elementwise import is_elementwise_ufunc, ufunc
from s2sgrad.analysis.infer.growing import GROWING, as_element, summary
from s2sgrad.analysis.infer.indexing import getitem_effect
from s2sgrad.analysis.infer.instances import instantiate, iterate, join_all, length_of, unpack
from s2sgrad.analysis.infer.lazily import loaded_for
from s2sgrad.analysis.infer.questions import TEXTS
from s2sgrad.analysis.infer.randoms import GENERATORS
from s2sgrad.analysis.infer.slices import SliceFact
from s2sgrad.analysis.infer.spelling import ATTRIBUTES, METHODS, MUTATORS, OTHER_NAMES, UNPACKED
from s2sgrad.analysis.infer.table import Handler, Unknown, call, handler_of
from s2sgrad.analysis.infer.ufunc_methods import FAMILIAR, UfuncMethod, method_of

__all__ = [
    "ATTRIBUTES",
    "GENERATORS",
    "GROWING",
    "METHODS",
    "FAMILIAR",
    "MUTATORS",
    "OTHER_NAMES",
    "SliceFact",
    "TEXTS",
    "UNPACKED",
    "UfuncMethod",
    "as_element",
    "broadcast",
    "broadcast_axes",
    "getitem_effect",
    "gives_scalars",
    "infer",
    "instantiate",
    "is_pure",
    "iterate",
    "join_all",
    "knows",
    "length_of",
    "lenders",
    "makes_new",
    "method_of",
    "memory_effect",
    "summary",
    "unpack",
]

# Functions with a real result for every complex operand, or none at all.
_REAL = frozenset(map(id, (np.abs, abs, np.real, np.imag, np.angle, float, int, len, np.shape, np.size, np.ndim)))


# The items of what these return are those of their operands, with the memory that they have anyway.
_CONTAINERS = frozenset(map(id, (list, tuple, iter, sorted, reversed, enumerate, zip, list.copy, *GROWING)))


def infer(function: Any, args: Sequence[Fact], kwargs: Mapping[str, Fact], fresh: Fresh) -> Fact:
    """The fact of ``function(*args, **kwargs)``; ``fresh(hint, not_one=False)`` names a length of its own.

    Raises NeedValue where it hangs on an integer argument that can be put into the call key by value.
    """
    operands = (*args, *kwargs.values())
    classes = {operand.__class__ for operand in operands}
    if Bottom in classes:
        return Bottom()
    roots = frozenset[str]().union(*map(roots_of, operands))
    handler = _handler(function)
    try:
        if handler is None or (Opaque in classes and not _judges_anything(function, args)):
            return Opaque(roots)
        fact = call(handler, fresh, args, kwargs)
    except Unknown:
        return Opaque(roots)
    if id(function) not in _REAL and any(map(_maybe_complex, operands)):
        fact = _tainted(fact, "f?")
    elif id(function) not in _REAL and any(map(holds_complex, operands)):
        fact = _tainted(fact, "?")
    item = function is operator.getitem and isinstance(args[0], (Seq, Record))
    keeps = item or id(function) in _CONTAINERS or memory_effect(function, kwargs) == "fresh"
    keeps = keeps or makes_new(function, args, kwargs)
    return fact if keeps else _shared(fact, frozenset[str]().union(*map(roots_of, lenders(fact, operands))))


def lenders(result: Fact, operands: Iterable[Fact]) -> list[Fact]:
    """The operands whose memory a result may share: what comes out of a list as a number is not the list itself."""
    if not isinstance(result, Num) or result.box != "any" or result.shape != ():
        return list(operands)
    return [replace(o, roots=frozenset()) if isinstance(o, Seq) and o.kind == "list" else o for o in operands]


def knows(function: Any) -> bool:
    """True where anything is known of the results of ``function``."""
    return _handler(function) is not None


def _handler(function: Any) -> Handler | None:
    found = handler_of(function)
    if found is None and loaded_for(function):
        found = handler_of(function)
    if found is None and is_elementwise_ufunc(function):
        return _UFUNCS.setdefault(id(function), (function, ufunc(function)))[1]
    return found


_UFUNCS: dict[int, tuple[Any, Handler]] = {}


def _judges_anything(function: Any, args: Sequence[Fact]) -> bool:
    """True for the questions whose answer is a bool, or an integer, whatever they are asked of."""
    looked_up = function is operator.getitem and isinstance(args[0], Record)
    return looked_up or any(function is known for known in (operator.is_, operator.is_not, isinstance, len, ord))


def makes_new(function: Any, args: Sequence[Fact], keywords: Collection[str]) -> bool:
    """True for a result that is a new array for operands of these kinds: complex conjugates, transforms, sums.

    A sum of Python's that starts from a number is new with its first item already.
    """
    if function is np.einsum and set(keywords) <= {"optimize"}:
        return _sums(args)
    if function is sum:
        return not keywords and all(isinstance(start, Num) and start.box in ("py", "np") for start in args[1:])
    if keywords or not args or not isinstance(args[0], Num):
        return False
    if function is np.conj:
        return args[0].kind == "c"
    return function in (np.fft.fftn, np.fft.ifftn) and len(args) == 1 and bool(args[0].rank)


def _sums(args: Sequence[Fact]) -> bool:
    """True for an ``einsum`` of several arrays, or of one with a letter less in its result: never a view."""
    subscripts = args[0].value if args and isinstance(args[0], Static) else None
    if not isinstance(subscripts, str):
        return False
    read, arrow, kept = subscripts.partition("->")
    return len(args) > 2 or bool(arrow and "." not in read and set(read.replace(" ", "")) - set(kept))


def _maybe_complex(fact: Fact) -> bool:
    if isinstance(fact, Num):
        return fact.maybe_complex
    if isinstance(fact, Seq):
        return any(map(_maybe_complex, (fact.element, *(fact.items or ()))))
    return isinstance(fact, Record) and any(_maybe_complex(slot) for _, slot in fact.slots)


def _tainted(fact: Fact, kinds: str) -> Fact:
    """The fact of a result that is complex if the operands are: of a part of one of these ``kinds``."""
    if isinstance(fact, Num):
        return replace(fact, maybe_complex=True) if fact.kind in kinds else fact
    return _mapped(fact, lambda part: _tainted(part, kinds))


def _shared(fact: Fact, roots: frozenset[str]) -> Fact:
    """The fact of a result that may share the memory of its operands."""
    if isinstance(fact, Num):
        return fact.in_memory(fact.roots | roots) if fact.box in ("array", "any") else fact
    if isinstance(fact, Opaque):
        return Opaque(fact.roots | roots)
    return _mapped(fact, lambda part: _shared(part, roots))


def _mapped(fact: Fact, change: Any) -> Fact:
    """A container with every fact in it changed."""
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map(change, fact.items))
        return replace(fact, items=items, element=change(fact.element))
    if isinstance(fact, Record):
        return replace(fact, slots=tuple((key, change(slot)) for key, slot in fact.slots))
    return fact
