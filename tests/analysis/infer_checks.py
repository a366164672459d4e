"""Checks that a fact holds of a value, and that inference is right on facts of every degree of vagueness."""

import functools
import itertools
import operator
import warnings
from collections.abc import Iterator, Mapping

import numpy as np

from s2sgrad.analysis.facts import (
    ANY_DIM,
    ANY_DIM_NOT_ONE,
    Bottom,
    Dim,
    NeedValue,
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
from s2sgrad.analysis.infer import SliceFact, getitem_effect, infer, memory_effect

DTYPES = (np.float64, np.float32, np.int64, np.bool_, np.uint8)
NUMBERS = (bool, int, float, complex)


class Wrong(AssertionError):
    """A fact that does not hold."""


# ---- does a fact hold of a value? ----


class Binding:
    """What the symbols stand for; an unbound one is bound at its first use."""

    def __init__(self):
        self.of = {}

    def dim(self, dim, length, what):
        if dim.symbol is None:
            return self.demand(length == max(0, dim.offset), what, dim, length)
        if dim.anonymous:
            self.demand(not dim.symbol.some or length > 0, what, dim, length)
            return self.demand(not dim.symbol.not_one or length != 1, what, dim, length)
        bound = self.of.setdefault(dim.symbol.name, length - dim.offset)
        self.demand(length == max(0, bound + dim.offset), what, dim, length)
        self.demand(not dim.symbol.not_one or bound != 1, what, dim, length)
        self.demand(not dim.symbol.not_one or bound >= 0, what, dim, length)
        self.demand(not dim.symbol.some or bound > 0, what, dim, length)
        self.demand(not dim.some or length > 0, what, dim, length)

    def integer(self, dim, value, what):
        """The integer is ``symbol + offset``, or lies between that and 0 where it is negative."""
        if dim.symbol is None or dim.anonymous:
            return self.demand(dim.anonymous or dim.offset == value, what, dim, value)
        linear = self.of.setdefault(dim.symbol.name, value - dim.offset) + dim.offset
        self.demand(value == linear if linear >= 0 else linear <= value <= 0, what, dim, value)

    def demand(self, truth, what, fact, value):
        if not truth:
            raise Wrong(f"{what}: {fact!r} does not hold of {value!r} (symbols: {self.of})")

    def check(self, fact, value, what="value"):
        getattr(self, "_" + type(fact).__name__)(fact, value, what)

    def _Opaque(self, fact, value, what):
        pass

    def _Bottom(self, fact, value, what):
        self.demand(False, what, fact, value)

    def _Num(self, fact, value, what):
        self.demand(_box(value) is not None, what, fact, value)
        self.demand(fact.box in ("any", _box(value)), what + " box", fact, value)
        dtype = np.dtype(type(value)) if type(value) in NUMBERS else value.dtype
        excused = fact.maybe_complex and dtype.kind == "c"
        self.demand(fact.dtype in (None, dtype) or excused, f"{what} dtype {dtype}", fact, value)
        if fact.shape is not None:
            self.demand(len(fact.shape) == np.ndim(value), what + " rank", fact, value)
            for dim, length in zip(fact.shape, np.shape(value)):
                self.dim(dim, length, what + " shape")
        if fact.value is not None:
            same = type(fact.value) is type(value) and (fact.value == value or value != value)
            self.demand(same, what + " value", fact, value)
        if fact.length is not None:
            self.integer(fact.length, int(value), what + " length")

    def _Static(self, fact, value, what):
        self.demand(fact.value is value or fact.value == value, what, fact, value)

    def _FunctionFact(self, fact, value, what):
        self.demand(fact.function is value, what, fact, value)

    def _RangeFact(self, fact, value, what):
        self.demand(type(value) is range, what, fact, value)
        self.dim(fact.length, len(value), what + " length")

    def _Seq(self, fact, value, what):
        kinds = {"list": list, "tuple": tuple}
        self.demand(fact.kind not in kinds or type(value) is kinds[fact.kind], what + " kind", fact, type(value))
        items = list(value)
        self.dim(fact.length, len(items), what + " length")
        for i, item in enumerate(items):
            self.check(fact.element, item, f"{what} element {i}")
        if fact.items is not None:
            self.demand(len(items) == len(fact.items), what + " count", fact, items)
            for i, (inner, item) in enumerate(zip(fact.items, items)):
                self.check(inner, item, f"{what}[{i}]")

    def _Record(self, fact, value, what):
        self.demand(type(value) is fact.cls, what + " class", fact, value)
        for key, slot in fact.slots:
            self.check(slot, value[key] if isinstance(value, dict) else getattr(value, key), f"{what}.{key}")


def _box(value):
    if type(value) is np.ndarray:
        return "array"
    if isinstance(value, np.generic):
        return "np"
    return "py" if type(value) in NUMBERS else None


# ---- facts of values, from exact to vague ----


class Describer:
    """Facts that hold of values; ``rng`` None: as a call key tells them, else blurred at random."""

    def __init__(self, rng=None):
        self.rng = rng
        self.binding = Binding()
        self.names = itertools.count()

    def chance(self, p):
        return self.rng is not None and self.rng.random() < p

    def symbol(self, length, not_one):
        symbol = Symbol(f"s{next(self.names)}", not_one, length > 0 and self.chance(0.5))
        self.binding.of[symbol.name] = length
        return symbol

    def dim(self, n):
        if self.chance(0.15):
            return Dim(Symbol("?", n != 1 and self.chance(0.5), n > 0 and self.chance(0.3)))
        if self.chance(0.3):
            k = self.rng.integers(-1, 3)
            return Dim(self.symbol(n + k, False), -k)
        if n == 1 or self.chance(0.3):
            return Dim.of(n)
        return Dim(self.symbol(n, True))

    def of(self, value):
        for kind, describe in self._kinds():
            if isinstance(value, kind):
                return describe(value)
        return Static(value)

    def _kinds(self):
        yield np.ndarray, self._array
        yield np.generic, self._scalar
        yield NUMBERS, self._python
        yield (list, tuple), self._sequence
        yield range, lambda value: RangeFact(self.dim(len(value)))
        yield dict, lambda value: Record("dict", dict, tuple((k, self.of(v)) for k, v in value.items()))

    def _array(self, value):
        fact = array(value.dtype, map(self.dim, value.shape), frozenset(["root"]))
        return self._blurred(fact)

    def _scalar(self, value):
        return self._blurred(numpy_scalar(value.dtype))

    def _blurred(self, fact):
        shape = None if self.chance(0.15) else fact.shape
        dtype = None if self.chance(0.15) else fact.dtype
        box = "any" if self.chance(0.2) or (shape is None and fact.box == "np") else fact.box
        return Num(dtype, box, shape, fact.value, fact.length, fact.origin, fact.roots)

    def _python(self, value):
        if type(value) is int and self.chance(0.6):
            if self.chance(0.5):
                return python(int)
            k = int(self.rng.integers(0, 3))
            return python(int, length=Dim(self.symbol(value + k, False), -k))
        if type(value) in (float, complex) and not self.chance(0.3):
            return self._blurred(python(type(value))) if self.chance(0.3) else python(type(value))
        fact = python(type(value), value)
        return self._blurred(fact) if self.chance(0.1) and type(value) is not int else fact

    def _sequence(self, value):
        kind = type(value).__name__
        items = tuple(map(self.of, value))
        if kind == "tuple" or not self.chance(0.4):
            return Seq(kind, items, joined(items), Dim.of(len(items)))
        return Seq(kind, None, joined(map(anonymous, items)), Dim(self.symbol(len(items), False)))

    def index(self, index):
        if isinstance(index, tuple):
            items = tuple(map(self.index, index))
            return Seq("tuple", items, Opaque(), Dim.of(len(items)))
        if isinstance(index, slice):
            return SliceFact(*(self.of(part) for part in (index.start, index.stop, index.step)))
        return self.of(index)


def joined(facts):
    return functools.reduce(join, facts, Bottom())


def anonymous(fact):
    """The fact with its lengths forgotten, as it stands in the summary of a list."""
    if isinstance(fact, Num):
        shape = None if fact.shape is None else tuple(map(_anonymous_dim, fact.shape))
        return Num(fact.dtype, fact.box, shape, roots=fact.roots)
    if isinstance(fact, Seq):
        items = None if fact.items is None else tuple(map(anonymous, fact.items))
        return Seq(fact.kind, items, anonymous(fact.element), _anonymous_dim(fact.length))
    return fact


def _anonymous_dim(dim):
    if dim.symbol is None:
        return dim
    return ANY_DIM_NOT_ONE if dim.not_one else ANY_DIM


# ---- inference against a run ----


def namer():
    numbers = itertools.count()
    return lambda hint, not_one=False, some=False: Dim(Symbol(f"fresh.{next(numbers)}.{hint}", not_one, some))


def attempt(function, args, kwargs):
    """The value, or None where NumPy refuses."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)
    except (TypeError, ValueError, IndexError, ArithmeticError, AttributeError, KeyError, np.exceptions.AxisError):
        return None


def check(function, *args, vague=4, seed=0, sharing=True, known=True, **kwargs):
    """Run the function, and infer its result from exact and from vague facts. Returns the exact fact."""
    value = attempt(function, args, kwargs)
    if value is None:
        return None
    if isinstance(value, Iterator):
        value = list(value)
    if sharing:
        check_sharing(function, args, kwargs, value)
    exact = check_once(function, args, kwargs, value, Describer())
    if known:
        assert not isinstance(exact, Opaque), f"nothing known: {function.__name__}({shown(args)}, {shown(kwargs)})"
    for i in range(vague):
        rng = np.random.default_rng([seed, i])
        check_once(function, args, kwargs, value, Describer(rng))
    return exact


def check_once(function, args, kwargs, value, describer):
    facts = [describer.of(a) for a in args]
    if function is operator.getitem:
        facts[1] = describer.index(args[1])
    keywords = {k: describer.of(v) for k, v in kwargs.items()}
    what = f"{getattr(function, '__name__', function)}({shown(args)}, {shown(kwargs)}) from {facts} {keywords}"
    try:
        fact = infer(function, facts, keywords, namer())
    except NeedValue:
        return None
    except Exception as error:
        raise Wrong(what) from error
    describer.binding.check(fact, value, what)
    return fact


def shown(value):
    """A short text for a message."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(shown, value))})"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}={shown(v)}" for k, v in value.items())
    return repr(value)


def check_sharing(function, args, kwargs, value):
    indexing = function is operator.getitem
    effect = getitem_effect(Describer().index(args[1])) if indexing else memory_effect(function, kwargs)
    sources = [leaf for a in (*args, *kwargs.values()) for leaf in leaves(a)]
    results = list(leaves(value))
    shares = [any(np.shares_memory(r, s) for s in sources) for r in results if r.size]
    what = f"{effect}: {getattr(function, '__name__', function)}({shown(args)}, {shown(kwargs)})"
    if effect == "fresh":
        assert not any(shares), what
    elif effect == "view" and any(isinstance(a, np.ndarray) for a in args[:1]):
        assert all(shares), what


def leaves(value):
    """Every array in a value."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)


# ---- operands ----


def values(shape, dtype, seed=0):
    """An array of small positive numbers, all different where they can be."""
    rng = np.random.default_rng([seed, *shape])
    if np.dtype(dtype).kind == "b":
        return rng.random(shape) < 0.5
    if np.dtype(dtype).kind == "c":
        return (rng.random(shape) + 1j * rng.random(shape)).astype(dtype)
    small = rng.integers(1, 5, shape) if np.dtype(dtype).kind in "iu" else rng.random(shape) + 0.5
    return np.asarray(small).astype(dtype)


SHAPES = ((), (1,), (3,), (0,), (2, 3), (1, 3), (3, 1), (0, 3), (1, 1), (2, 1, 3), (2, 3, 2), (1, 2, 3, 1), (2,) * 4)


def layouts(x):
    """The same array in several layouts."""
    yield x
    yield np.asfortranarray(x)
    if x.ndim:
        yield np.repeat(x, 2, axis=0)[::2]
        yield x[::-1]
        yield np.broadcast_to(x[:1], x.shape) if len(x) else x


def scalars(dtype):
    """A NumPy scalar and a 0-d array of a dtype, and Python's scalar of its kind."""
    x = values((), dtype)
    yield x
    yield x[()]
    yield x[()].item()
