"""Values to facts: what a call tells the generator about each argument.

>>> describe(2.5, "rate"), describe(np.zeros((3, 1)), "W")
(py float64, float64[W.0, 1])
>>> describe([np.zeros(3), np.zeros(5)], "Ws").element
float64[?]
"""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import (
    ANY_DIM,
    ANY_DIM_NOT_ONE,
    Bottom,
    Dim,
    Fact,
    FunctionFact,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    Static,
    Symbol,
    array,
    join,
    numpy_scalar,
    python,
)
from s2sgrad.objects import attributes, is_callable, is_plain, is_sparse_class

__all__ = ["MOST_ITEMS", "always_opaque", "blur", "describe", "describe_all", "fits"]

MOST_ITEMS = 32
"""Tuples and mixed lists up to this length are described item by item."""
_MOST_KEYS = 256
_DEEPEST = 12
_NUMERIC = "biufc"


def describe(value: Any, path: str, by_value: Iterable[str] = ()) -> Fact:
    """The fact of ``value``, found at ``path``; the integers and lengths at the paths ``by_value`` are told exactly."""
    return _Describer(frozenset(by_value)).of(value, path)


def describe_all(values: Mapping[str, Any], by_value: Iterable[str] = (), sized: bool = False) -> dict[str, Fact]:
    """The fact of every argument, by the name of its parameter; ``sized`` tells lengths and integers of 0 apart."""
    describer = _Describer(frozenset(by_value), sized)
    return {name: describer.of(value, name) for name, value in values.items()}


def fits(value: Any, fact: Fact, path: str) -> bool:
    """True where ``fact`` holds of ``value``; ``path`` is the one under which the fact was made."""
    found = describe(value, path)
    found = blur(found) if path.endswith("[]") else found
    return join(fact, found) == fact


def always_opaque(kind: type) -> bool:
    """True where nothing is ever known of the values of a class."""
    return _method_for(kind) is _Describer.of_opaque


def blur(fact: Fact) -> Fact:
    """The same fact about some element of a list: lengths are forgotten, save for being 1 or not."""
    if isinstance(fact, Num):
        shape = fact.shape if fact.shape is None else tuple(d if d.is_one else ANY_DIM_NOT_ONE for d in fact.shape)
        return replace(fact, shape=shape, length=None, origin=None)
    if isinstance(fact, Seq):
        items = fact.items if fact.items is None else tuple(map(blur, fact.items))
        return replace(fact, items=items, element=blur(fact.element), length=_blur_dim(fact.length))
    if isinstance(fact, Record):
        return replace(fact, slots=tuple((key, blur(slot)) for key, slot in fact.slots))
    if isinstance(fact, RangeFact):
        return RangeFact(ANY_DIM)
    return fact


def _blur_dim(dim: Dim) -> Dim:
    if dim.symbol is None:
        return dim
    return ANY_DIM_NOT_ONE if dim.not_one else ANY_DIM


class _Describer:
    """One walk over the arguments of one call; remembers where it stands, so that a cycle ends as an opaque value."""

    def __init__(self, by_value: frozenset[str], sized: bool = False) -> None:
        self.by_value, self.sized = by_value, sized
        self.open: set[int] = set()

    def of(self, value: Any, path: str) -> Fact:
        kind: Any = type(value)
        return _method_for(kind)(self, value, path)

    def of_opaque(self, value: Any, path: str) -> Fact:
        return Opaque(frozenset({path}))

    def of_static(self, value: Any, path: str) -> Fact:
        return Static(value)

    def of_slice(self, value: Any, path: str) -> Fact:
        plain = all(part is None or type(part) is int for part in (value.start, value.stop, value.step))
        return Static(value) if plain else self.of_opaque(value, path)

    def of_bool(self, value: Any, path: str) -> Fact:
        return python(bool, value)

    def of_int(self, value: Any, path: str) -> Fact:
        if path in self.by_value:
            return python(int, value)
        return python(int, length=Dim(Symbol(path, some=self.sized and value > 0)), origin=path)

    def of_float(self, value: Any, path: str) -> Fact:
        return python(float)

    def of_complex(self, value: Any, path: str) -> Fact:
        return python(complex)

    def of_generic(self, value: Any, path: str) -> Fact:
        return numpy_scalar(value.dtype)

    def of_array(self, value: Any, path: str) -> Fact:
        if value.dtype.kind not in _NUMERIC:
            return self.of_opaque(value, path)
        dims = (self._dim(n, f"{path}.{axis}") for axis, n in enumerate(value.shape))
        return array(value.dtype, dims, roots=frozenset({path}))

    def _dim(self, n: int, name: str) -> Dim:
        known = n == 1 or (self.sized and n == 0) or name in self.by_value
        return Dim.of(n) if known else Dim(Symbol(name, not_one=True, some=self.sized))

    def of_range(self, value: Any, path: str) -> Fact:
        return RangeFact(Dim(Symbol(f"{path}.len")))

    def of_function(self, value: Any, path: str) -> Fact:
        return FunctionFact(value)

    def of_method(self, value: Any, path: str) -> Fact:
        return FunctionFact(value.__func__, self.of(value.__self__, f"{path}.__self__"))

    def of_list(self, value: Any, path: str) -> Fact:
        return self._guarded(value, path, self._list)

    def of_tuple(self, value: Any, path: str) -> Fact:
        return self._guarded(value, path, self._tuple)

    def of_dict(self, value: Any, path: str) -> Fact:
        if len(value) > _MOST_KEYS or not {str, int}.issuperset(map(type, value)):
            return self.of_opaque(value, path)
        return self._guarded(value, path, self._dict)

    def of_namedtuple(self, value: Any, path: str) -> Fact:
        return self._guarded(value, path, self._namedtuple)

    def of_object(self, value: Any, path: str) -> Fact:
        return self._guarded(value, path, self._object)

    def of_generator(self, value: Any, path: str) -> Fact:
        """A generator of random numbers: what it draws is known by its class."""
        return Record("object", type(value), ())

    def of_sparse(self, value: Any, path: str) -> Fact:
        """A sparse matrix: it is constant, and what is in it does not matter."""
        from s2sgrad.analysis.sparse import sparse_matrix  # few programs have one

        return sparse_matrix(value, path) or self.of_opaque(value, path)

    def _guarded(self, value: Any, path: str, inside: Callable[[Any, str], Fact]) -> Fact:
        """Describe a container unless the walk is inside it already, or too deep for the text to reach."""
        if id(value) in self.open or len(self.open) >= _DEEPEST:
            return self.of_opaque(value, path)
        self.open.add(id(value))
        try:
            return inside(value, path)
        finally:
            self.open.discard(id(value))

    def _list(self, value: Any, path: str) -> Fact:
        roots = frozenset({path})
        if not value:
            return Seq("list", (), Bottom(), Dim.of(0), roots)
        blurred = self._elements(value, path)
        element = functools.reduce(join, blurred)
        # Objects and dicts are known one by one: each of their parts has a derivative of its own.
        if len(value) > MOST_ITEMS or (_alike(blurred) and not isinstance(element, Record)):
            return Seq("list", None, element, Dim(Symbol(f"{path}.len", some=True)), roots)
        return Seq("list", self._items(value, path), element, Dim.of(len(value)), roots)

    def _tuple(self, value: Any, path: str) -> Fact:
        nothing: Fact = Bottom()
        element = functools.reduce(join, self._elements(value, path), nothing)
        if len(value) > MOST_ITEMS:
            return Seq("tuple", None, element, Dim(Symbol(f"{path}.len", some=True)))
        return Seq("tuple", self._items(value, path), element, Dim.of(len(value)))

    def _items(self, value: Any, path: str) -> tuple[Fact, ...]:
        return tuple(self.of(item, f"{path}[{i}]") for i, item in enumerate(value))

    def _elements(self, value: Any, path: str) -> list[Fact]:
        """What is known of the items whatever their place, each fact once for a run of plain numbers."""
        kinds = set(map(type, value))
        some = value[:1] if len(kinds) == 1 and kinds <= {float, int, complex} else value
        return [blur(self.of(item, f"{path}[]")) for item in some]

    def _dict(self, value: Any, path: str) -> Fact:
        slots = tuple((key, self.of(item, f"{path}[{key!r}]")) for key, item in value.items())
        return Record("dict", dict, slots, frozenset({path}))

    def _namedtuple(self, value: Any, path: str) -> Fact:
        pairs = zip(type(value)._fields, value, strict=True)
        return Record("namedtuple", type(value), tuple((key, self.of(item, f"{path}.{key}")) for key, item in pairs))

    def _object(self, value: Any, path: str) -> Fact:
        slots = tuple((name, self.of(item, f"{path}.{name}")) for name, item in attributes(value).items())
        return Record("object", type(value), slots, frozenset({path}))


def _alike(facts: list[Fact]) -> bool:
    """True where the items differ in nothing but their lengths."""
    first, *others = map(_without_lengths, facts)
    return all(other == first for other in others)


def _without_lengths(fact: Fact) -> Fact:
    if isinstance(fact, Num) and fact.shape is not None:
        return replace(fact, shape=(ANY_DIM,) * len(fact.shape))
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map(_without_lengths, fact.items))
        return replace(fact, items=items, element=_without_lengths(fact.element))
    if isinstance(fact, Record):
        return replace(fact, slots=tuple((key, _without_lengths(slot)) for key, slot in fact.slots))
    return fact


_Method = Callable[[_Describer, Any, str], Fact]
_EXACT: dict[type, _Method] = {
    type(None): _Describer.of_static,
    type(...): _Describer.of_static,
    type(NotImplemented): _Describer.of_static,
    str: _Describer.of_static,
    bytes: _Describer.of_static,
    slice: _Describer.of_slice,
    bool: _Describer.of_bool,
    int: _Describer.of_int,
    float: _Describer.of_float,
    complex: _Describer.of_complex,
    np.ndarray: _Describer.of_array,
    list: _Describer.of_list,
    tuple: _Describer.of_tuple,
    dict: _Describer.of_dict,
    range: _Describer.of_range,
    types.MethodType: _Describer.of_method,
    types.SimpleNamespace: _Describer.of_object,
    functools.partial: _Describer.of_function,
}


@functools.lru_cache(1024)
def _method_for(kind: Any) -> _Method:
    """How values of a class are described; decided once per class."""
    if kind in _EXACT:
        return _EXACT[kind]
    if issubclass(kind, enum.Enum | types.ModuleType | type | np.dtype):
        return _Describer.of_static
    if issubclass(kind, np.number | np.bool_):
        return _Describer.of_generic if kind.__module__ == "numpy" else _Describer.of_opaque
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _Describer.of_namedtuple
    if kind.__module__.startswith("numpy.random.") and kind.__name__ in ("Generator", "RandomState"):
        return _Describer.of_generator
    if is_sparse_class(kind):
        return _Describer.of_sparse
    if is_plain(kind):
        return _Describer.of_object
    return _Describer.of_function if is_callable(kind) else _Describer.of_opaque
