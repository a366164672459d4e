"""The lattice of facts: what is known of a value before the program runs.

A fact is a frozen value. ``Bottom`` is below every other fact (nothing was seen yet), ``Opaque`` is
above them (anything at all). ``join`` is the least upper bound that the lattice can express; a loop
is analysed by joining until nothing changes.

>>> n = Dim(Symbol("n", not_one=True))
>>> array(float, (n, Dim.of(3)))
float64[n, 3]
>>> join(array(float, (n,)), array(float, (Dim.of(3),)))
float64[?]
>>> n.minus(1).minus(1) == n.minus(2)
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from s2sgrad.analysis.local import LOST, LocalFunction

__all__ = [
    "ANY_DIM",
    "Bottom",
    "Dim",
    "Fact",
    "FunctionFact",
    "NeedValue",
    "Num",
    "Opaque",
    "RangeFact",
    "Record",
    "Seq",
    "SliceFact",
    "Static",
    "Symbol",
    "array",
    "as_slice",
    "either",
    "holds_complex",
    "holds_local",
    "is_active_kind",
    "is_scalar",
    "join",
    "like_any",
    "may_be_complex",
    "may_be_none",
    "numpy_scalar",
    "python",
    "unprimed",
]


class Symbol(NamedTuple):
    """A length that is the same wherever this symbol stands.

    ``not_one`` when the call key excludes 1, ``some`` when it is proven not to be 0.
    """

    name: str
    not_one: bool = False
    some: bool = False


class Dim(NamedTuple):
    """The length ``max(0, symbol + offset)``, or the constant ``offset`` when there is no symbol.

    An anonymous dim (symbol named ``?``) stands for some length: it equals nothing, itself included.
    """

    symbol: Symbol | None
    offset: int = 0

    @staticmethod
    def of(n: int) -> Dim:
        """The constant length ``n``."""
        return Dim(None, n)

    @property
    def constant(self) -> int | None:
        """The length itself where it is a constant."""
        return self.offset if self.symbol is None else None

    @property
    def anonymous(self) -> bool:
        """True for a length about which nothing but ``not_one`` and ``some`` may be known."""
        return self.symbol is not None and self.symbol.name == "?"

    @property
    def not_one(self) -> bool:
        """True where this length is proven to differ from 1."""
        if self.symbol is None:
            return self.offset != 1
        return self.symbol.not_one and self.offset == 0

    @property
    def some(self) -> bool:
        """True where this length is proven to be positive."""
        if self.symbol is None:
            return self.offset > 0
        least = self.symbol.not_one + self.symbol.some if self.symbol.some else 0
        return (self.symbol.not_one or self.symbol.some) and least + self.offset > 0

    @property
    def is_one(self) -> bool:
        """True where this length is proven to be 1."""
        return self.symbol is None and self.offset == 1

    def equals(self, other: Dim) -> bool:
        """True where both lengths are proven to be equal."""
        return self == other and not self.anonymous

    def minus(self, k: int) -> Dim:
        """The length left when ``k >= 0`` elements are cut off: ``max(0, self - k)``."""
        if self.symbol is None:
            return Dim(None, max(0, self.offset - k))
        if k == 0 or not self.anonymous:
            return Dim(self.symbol, self.offset - k)
        return ANY_DIM

    def __repr__(self) -> str:
        if self.symbol is None:
            return str(self.offset)
        name = self.symbol.name
        return name if self.offset == 0 else f"{name}{self.offset:+d}"


ANY_DIM = Dim(Symbol("?"))
ANY_DIM_NOT_ONE = Dim(Symbol("?", not_one=True))


def like_any(*dims: Dim) -> Dim:
    """A length of which is known what is known of all of these, but not which it is.

    >>> like_any(Dim.of(2), Dim.of(3)).some, like_any(Dim.of(1), Dim.of(0)).some
    (True, False)
    """
    return Dim(Symbol("?", all(dim.not_one for dim in dims), all(dim.some for dim in dims)))


@dataclass(frozen=True)
class Bottom:
    """No value was seen here (an unbound name, the back edge of a loop before its first round)."""


@dataclass(frozen=True)
class Opaque:
    """Anything. Never carries a derivative."""

    roots: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, init=False)
class Num:
    """A number or an array of numbers.

    ``box`` is what holds it: ``py`` (a Python scalar, weak in NumPy's promotion), ``np`` (a NumPy
    scalar), ``array`` (an ndarray, of rank 0 too), or ``any`` (not known which). ``dtype`` is None, ``shape`` is
    None, where unknown. ``value`` is the number itself when the call key fixes it (``None``: not known).
    ``length`` is a Python integer's symbolic value (``len(x)``, ``n + 1``); ``origin`` is the path of the
    argument whose value an integer is, so that it can be put into the key by value.
    ``roots`` names the memory that an array may share. ``maybe_none``: a variable that held None before holds it yet,
    or a number or an array of which all the rest is known. ``maybe_whole``: it may hold whole numbers, where the
    dtype is not known, or that of what is held later by a variable for which an integer was written before.
    """

    dtype: np.dtype[Any] | None
    box: str
    shape: tuple[Dim, ...] | None
    value: bool | int | float | complex | None = None
    length: Dim | None = None
    origin: str | None = None
    roots: frozenset[str] = frozenset()
    maybe_complex: bool = False
    maybe_none: bool = False
    maybe_whole: bool | None = None
    kind: str = field(init=False)
    """NumPy's one-letter kind of the dtype, ``?`` if the dtype is unknown."""

    def __init__(
        self,
        dtype: np.dtype[Any] | None,
        box: str,
        shape: tuple[Dim, ...] | None,
        value: bool | int | float | complex | None = None,
        length: Dim | None = None,
        origin: str | None = None,
        roots: frozenset[str] = frozenset(),
        maybe_complex: bool = False,
        maybe_none: bool = False,
        maybe_whole: bool | None = None,
    ) -> None:
        # Most facts are of this class, and the __init__ of a frozen dataclass takes twice as long.
        own = self.__dict__
        own["dtype"], own["box"], own["shape"] = dtype, box, shape
        own["value"], own["length"], own["origin"] = value, length, origin
        own["roots"], own["maybe_complex"] = roots, maybe_complex
        own["maybe_none"], own["maybe_whole"] = maybe_none, dtype is None if maybe_whole is None else maybe_whole
        own["kind"] = "?" if dtype is None else dtype.kind

    def _key(self) -> tuple[Any, ...]:
        # A dtype equals None in NumPy (None means float64 there), and True equals 1 in Python: neither may do so here.
        dtype = None if self.dtype is None else self.dtype.str
        value = (type(self.value), repr(self.value))
        more = self.maybe_complex, self.maybe_none, self.maybe_whole
        return dtype, self.box, self.shape, value, self.length, self.origin, self.roots, more

    def __eq__(self, other: object) -> bool:
        # Most pairs are one and the same, or differ in their shape; the whole key takes longer.
        if self is other:
            return True
        return isinstance(other, Num) and self.shape == other.shape and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def in_memory(self, roots: frozenset[str]) -> Num:
        """The same with other memory; ``dataclasses.replace`` takes five times as long."""
        known = self.dtype, self.box, self.shape, self.value, self.length, self.origin
        return Num(*known, roots, self.maybe_complex, self.maybe_none, self.maybe_whole)

    def of_shape(self, shape: tuple[Dim, ...] | None) -> Num:
        """The same with another shape."""
        known = self.dtype, self.box, shape, self.value, self.length, self.origin
        return Num(*known, self.roots, self.maybe_complex, self.maybe_none, self.maybe_whole)

    @property
    def rank(self) -> int | None:
        """Number of axes, None if unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def floating(self) -> bool:
        """True where the value is proven to be float or complex."""
        return self.kind in "fc"

    @property
    def holds_floats(self) -> bool:
        """True where no integer is held, although it may not be known in which precision."""
        return self.floating or (self.kind == "?" and not self.maybe_whole)

    def __repr__(self) -> str:
        dtype = "number" if self.dtype is None else str(self.dtype)
        shape = "[...]" if self.shape is None else "[" + ", ".join(map(repr, self.shape)) + "]"
        box = {"py": "py ", "np": "np ", "any": "any ", "array": ""}[self.box]
        value = "" if self.value is None else f"={self.value!r}"
        none = "None or " if self.maybe_none else ""
        return f"{none}{box}{dtype}{value}" + (shape if self.box in ("array", "any") else "")


@dataclass(frozen=True)
class Static:
    """A value known exactly: None, a string, a dtype, ``slice``, ``...``, a module, a class."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and (
            self.value is other.value or (type(self.value) is type(other.value) is str and self.value == other.value)
        )

    def __hash__(self) -> int:
        return hash(self.value) if isinstance(self.value, str) else id(self.value)

    def __repr__(self) -> str:
        return f"static {self.value!r}"


@dataclass(frozen=True)
class FunctionFact:
    """A callable known by identity; ``bound`` is the fact of ``self`` for a bound method.

    ``spelled`` is an expression that gives the same method wherever it stands in the function.
    """

    function: Any
    bound: Fact | None = None
    spelled: str = ""


@dataclass(frozen=True)
class RangeFact:
    """A ``range``; ``length`` is its symbolic number of items where known."""

    length: Dim
    start: Num | None = None


@dataclass(frozen=True)
class Seq:
    """A list or tuple: item by item (``items``), or one summary ``element`` and a symbolic ``length``.

    ``apart``: no two items share memory.
    """

    kind: str
    items: tuple[Fact, ...] | None
    element: Fact
    length: Dim
    roots: frozenset[str] = frozenset()
    apart: bool = False

    def item(self, i: int) -> Fact:
        """The fact of item ``i``: its own where items are known, else the summary."""
        if self.items is not None and -len(self.items) <= i < len(self.items):
            return self.items[i]
        return self.element


@dataclass(frozen=True)
class Record:
    """A dict with constant keys, a named tuple, a dataclass or a plain object: one fact per slot.

    ``kind`` is ``dict``, ``namedtuple`` or ``object``; ``cls`` the class.
    """

    kind: str
    cls: Any
    slots: tuple[tuple[Any, Fact], ...]
    roots: frozenset[str] = frozenset()

    def slot(self, key: Any) -> Fact | None:
        """The fact of the slot ``key``, None where there is no such slot."""
        return next((fact for k, fact in self.slots if k == key and type(k) is type(key)), None)


@dataclass(frozen=True)
class SliceFact:
    """A slice in an index; ``Static(None)`` stands for a part that is not written."""

    start: Fact = Static(None)
    stop: Fact = Static(None)
    step: Fact = Static(None)


Fact: TypeAlias = "Bottom | Opaque | Num | Static | FunctionFact | RangeFact | Seq | Record | SliceFact"


class NeedValue(Exception):
    """Raised by inference when the shape of a result hangs on an integer argument, or on a length, at ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


_PYTHON_DTYPE = {bool: np.dtype(bool), int: np.dtype(int), float: np.dtype(float), complex: np.dtype(complex)}


def python(kind: type, value: Any = None, length: Dim | None = None, origin: str | None = None) -> Num:
    """The fact of a Python scalar of type ``kind`` (bool, int, float or complex)."""
    if kind is int and length is None and isinstance(value, int):
        length = Dim.of(int(value))
    return Num(_PYTHON_DTYPE[kind], "py", (), value, length, origin)


def numpy_scalar(dtype: Any) -> Num:
    """The fact of a NumPy scalar."""
    return Num(np.dtype(dtype), "np", ())


def array(dtype: Any, shape: Iterable[Dim] | None, roots: frozenset[str] = frozenset()) -> Num:
    """The fact of an ndarray; ``dtype`` or ``shape`` None where unknown."""
    return Num(
        None if dtype is None else np.dtype(dtype), "array", None if shape is None else tuple(shape), roots=roots
    )


def is_active_kind(fact: Fact) -> bool:
    """True where a value with this fact may carry a derivative."""
    if isinstance(fact, Num):
        return fact.kind in "fc?"
    if isinstance(fact, Seq):
        items = fact.items if fact.items is not None else (fact.element,)
        return any(map(is_active_kind, items))
    if isinstance(fact, Record):
        return any(is_active_kind(slot) for _, slot in fact.slots)
    return False


def may_be_complex(fact: Fact) -> bool:
    """True where a number, or what an array holds, is not proven to be real."""
    return isinstance(fact, Num) and (fact.kind == "c" or fact.maybe_complex)


def may_be_none(fact: Fact | None) -> bool:
    """True for a value that is a number or an array, or None."""
    return isinstance(fact, Num) and fact.maybe_none


def holds_complex(fact: Fact) -> bool:
    """True where a value is complex, or holds something that is."""
    if isinstance(fact, Num):
        return fact.kind == "c"
    if isinstance(fact, Seq):
        return any(map(holds_complex, (fact.element, *(fact.items or ()))))
    return isinstance(fact, Record) and any(holds_complex(slot) for _, slot in fact.slots)


def is_scalar(fact: Fact) -> bool:
    """True for what is proven to be a Python or a NumPy scalar: it shares no memory with anything."""
    return isinstance(fact, Num) and fact.shape == () and fact.box != "array" and not fact.roots


def _join_dim(a: Dim, b: Dim) -> Dim:
    return a if a == b else like_any(a, b)


def _join_num(a: Num, b: Num) -> Num:
    same = a.dtype is not None and b.dtype is not None and a.dtype.str == b.dtype.str
    if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
        shape = None
    else:
        shape = tuple(map(_join_dim, a.shape, b.shape))
    same_value = a.value is not None and type(a.value) is type(b.value) and a.value == b.value
    return Num(
        a.dtype if same else None,
        a.box if a.box == b.box else "any",
        shape,
        a.value if same_value else None,
        a.length if a.length == b.length else None,
        a.origin if a.origin == b.origin else None,
        a.roots | b.roots,
        a.maybe_complex or b.maybe_complex or ("c" in (a.kind, b.kind) and not same),
        a.maybe_none or b.maybe_none,
        a.maybe_whole or b.maybe_whole or a.holds_floats != b.holds_floats,
    )


def _join_seq(a: Seq, b: Seq) -> Fact:
    if a.kind != b.kind:
        return _unknown(a, b)
    if a.items is not None and b.items is not None and len(a.items) == len(b.items):
        items = tuple(map(join, a.items, b.items))
    else:
        items = None
    length = _join_dim(a.length, b.length)
    return Seq(a.kind, items, join(a.element, b.element), length, a.roots | b.roots, a.apart and b.apart)


def _same_layout(a: Record, b: Record) -> bool:
    keys, others = [k for k, _ in a.slots], [k for k, _ in b.slots]
    return (a.kind, a.cls) == (b.kind, b.cls) and keys == others


def roots_of(fact: Fact) -> frozenset[str]:
    """Every piece of memory that a value with this fact may reach."""
    if fact.__class__ is Num or fact.__class__ is Opaque:
        return fact.roots
    if isinstance(fact, Seq):
        items = fact.items if fact.items is not None else (fact.element,)
        return fact.roots.union(*map(roots_of, items))
    if isinstance(fact, Record):
        return fact.roots.union(*(roots_of(slot) for _, slot in fact.slots))
    return frozenset()


def unprimed(roots: frozenset[str]) -> frozenset[str]:
    """Roots without the marks of earlier iterations."""
    return frozenset(r.rstrip("'") for r in roots)


def join(a: Fact, b: Fact) -> Fact:
    """The least fact that holds of every value of which ``a`` or ``b`` holds."""
    if a == b or isinstance(b, Bottom):
        return a
    if isinstance(a, Bottom):
        return b
    if isinstance(a, Num) and isinstance(b, Num):
        return _join_num(a, b)
    if isinstance(a, Seq) and isinstance(b, Seq):
        return _join_seq(a, b)
    if isinstance(a, RangeFact) and isinstance(b, RangeFact):
        return RangeFact(ANY_DIM)
    if (one := as_slice(a)) is not None and (other := as_slice(b)) is not None:
        return SliceFact(*map(either, *((s.start, s.stop, s.step) for s in (one, other))))
    if isinstance(a, Record) and isinstance(b, Record) and _same_layout(a, b):
        slots = tuple((k, join(x, y)) for (k, x), (_, y) in zip(a.slots, b.slots, strict=True))
        return replace(a, slots=slots, roots=a.roots | b.roots)
    return _unknown(a, b)


def as_slice(fact: Any) -> SliceFact | None:
    """The parts of an index that is a slice, None for any other."""
    if isinstance(fact, SliceFact):
        return fact
    if not isinstance(fact, Static) or not isinstance(fact.value, slice):
        return None
    parts = (fact.value.start, fact.value.stop, fact.value.step)
    return SliceFact(*(Static(None) if part is None else python(int, int(part)) for part in parts))


def either(a: Fact, b: Fact) -> Fact:
    """What is known of a variable whose value has one of two facts, one of which may be that of None."""
    return _none_start(a, b) or _none_start(b, a) or join(a, b)


def _none_start(a: Fact, b: Fact) -> Fact | None:
    """A variable that is None before it holds a number or an array."""
    if not isinstance(a, Static) or a.value is not None or not isinstance(b, Num):
        return None
    return replace(b, value=None, length=None, origin=None, maybe_none=True)


def _unknown(a: Fact, b: Fact) -> Fact:
    """Of two values that have nothing in common; what a function captures must not get lost with it."""
    if holds_local(a) or holds_local(b):
        return FunctionFact(LOST)
    return Opaque(roots_of(a) | roots_of(b))


def holds_local(fact: Fact) -> bool:
    """True where a value is, or holds, a function that captures what may carry a derivative."""
    if isinstance(fact, FunctionFact):
        return isinstance(fact.function, LocalFunction) or (fact.bound is not None and is_active_kind(fact.bound))
    if isinstance(fact, Seq):
        return any(map(holds_local, fact.items if fact.items is not None else (fact.element,)))
    if isinstance(fact, Record):
        return any(holds_local(slot) for _, slot in fact.slots)
    return False
