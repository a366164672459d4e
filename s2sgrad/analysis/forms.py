"""Which calls of NumPy's are written in a plainer form, and how: what the form is hangs on facts of the arguments.

>>> from s2sgrad.analysis.facts import Dim, Symbol, array
>>> m = array(float, [Dim(Symbol(c, True)) for c in "nm"])
>>> form_of(np.gradient, [m], {})[1:-1]
'{f}({0}, axis=0), {f}({0}, axis=1)'
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis.arrays import of_arrays, rank_of
from s2sgrad.analysis.facts import Fact, FunctionFact, Num, Seq, Static
from s2sgrad.analysis.infer.lazily import loaded_for
from s2sgrad.analysis.infer.series import SLOPES_ARE_A_TUPLE
from s2sgrad.analysis.infer.slices import SliceFact
from s2sgrad.analysis.infer.table import NONE, axes, integer, is_none, truth
from s2sgrad.analysis.keyword_forms import has_step, of_ufunc
from s2sgrad.analysis.made_forms import form_by_keyword
from s2sgrad.analysis.usual import as_usual

__all__ = ["Args", "Passed", "form_of", "forms", "vectorized"]

Args = Sequence[Fact]
Passed = Mapping[str, Fact]
Maker = Callable[[Args, Passed], "str | None"]
FORMS: dict[int, tuple[Any, Maker]] = {}


def form_of(function: Any, args: Args, passed: Passed, method: bool = False) -> str | None:
    """The form in which a call is to be written, see :func:`s2sgrad.normalize.forms.form`; None: as it stands.

    The first of ``args`` of a ``method`` is its object.
    """
    if isinstance(function, np.ufunc) and set(passed) == {"out", "where"}:
        return _into_new(function, args, passed["out"])
    if isinstance(function, np.ufunc) and (text := of_ufunc(function, args, passed)):
        return text
    plainer = as_usual(function, args, passed, method)
    text = _form_of(function, plainer.args, plainer.passed, method)
    if text is not None:
        return plainer.written(text)
    return plainer.call() if plainer.changed else None


def _form_of(function: Any, args: Args, passed: Passed, method: bool) -> str | None:
    if text := form_by_keyword(function, args, passed, method):
        return text
    if id(function) not in FORMS:
        loaded_for(function)
    known = FORMS.get(id(function))
    text = known[1](args, passed) if known is not None and args else None
    return text if text or method else of_arrays(function, args, passed)


def forms(*functions: Any) -> Callable[[Maker], Maker]:
    """Enter the decorated function, which gives the form from the facts of a call's arguments, for ``functions``."""

    def enter(maker: Maker) -> Maker:
        FORMS.update({id(function): (function, maker) for function in functions})
        return maker

    return enter


def _into_new(function: np.ufunc, args: Args, out: Fact) -> str | None:
    """What a new array holds where ``where=`` leaves it alone. (An array with a name is stored into instead.)"""
    if function.nout != 1 or len(args) != function.nin or not isinstance(out, Num) or out.dtype != float:
        return None
    if not all(isinstance(a, Num) and (a.dtype == float or a.kind in "iu") for a in args):
        return None
    return f"{{np}}.where({{where}}, {{f}}({', '.join(f'{{{k}}}' for k in range(len(args)))}), {{out}})"


def _listed(items: Sequence[str], kind: str) -> str:
    return f"[{', '.join(items)}]" if kind == "list" else f"({', '.join(items)}{',' * (len(items) == 1)})"


@forms(np.gradient)
def _gradient(args: Args, passed: Passed) -> str | None:
    """A call for each axis."""
    f, *spacings = args
    axis = passed.get("axis", NONE)
    if not isinstance(f, Num) or not f.rank:
        return None
    one = f.rank == 1 if is_none(axis) else rank_of(axis) == 0
    places = spacings[0] if len(spacings) == 1 else NONE
    if one and not (isinstance(places, Seq) or (_is_at_places(places) and f.kind == "c")):
        return None  # has a rule
    along = axes(axis, f.rank)
    if along is None or not set(passed) <= {"axis", "edge_order"} or len(spacings) not in (0, 1, len(along)):
        return None
    calls = []
    for i, k in enumerate(along):
        hole = 1 + (i if len(spacings) > 1 else 0)
        calls.append(_slopes(f, k, f"{{{hole}}}" if spacings else "", spacings[hole - 1] if spacings else NONE, passed))
    return calls[0] if len(calls) == 1 else _listed(calls, "tuple" if SLOPES_ARE_A_TUPLE else "list")


def _slopes(f: Num, k: int, hole: str, spacing: Fact, passed: Passed) -> str:
    """Along one axis; at given places both parts of complex numbers apart."""
    more = ", edge_order={edge_order}" if "edge_order" in passed else ""
    if not _is_at_places(spacing):
        return f"{{f}}({{0}}, {hole + ', ' if hole else ''}axis={k}{more})"
    places = f"{{np}}.array({hole})" if isinstance(spacing, Seq) else hole
    text = f"{{f}}({{0}}, {places}, axis={k}{more})"
    if f.kind != "c":
        return text
    return f"{text.replace('{0}', '{0}.real')} + 1j * {text.replace('{0}', '{0}.imag')}"


def _is_at_places(spacing: Fact) -> bool:
    return isinstance(spacing, Seq) or rank_of(spacing) == 1


# ---- arrays spelled by an index ----


@forms(np.r_)
def _rows(args: Args, passed: Passed) -> str | None:
    """What stands between the brackets, end to end."""
    pieces = [_piece(i, fact) for i, fact in enumerate(args)]
    ranks = [_rank(fact) for fact in args]
    if None in pieces or None in ranks or not _is_double(args):
        return None
    most = max(rank or 0 for rank in ranks)
    if most > 1:
        return f"{{np}}.concatenate(({', '.join(map(str, pieces))},))" if set(ranks) == {most} else None
    return f"{{np}}.hstack(({', '.join(map(str, pieces))},))"


@forms(np.c_)
def _columns(args: Args, passed: Passed) -> str | None:
    """What stands between the brackets, side by side."""
    pieces = [_piece(i, fact) for i, fact in enumerate(args)]
    ranks = [_rank(fact) for fact in args]
    if None in pieces or not set(ranks) <= {1, 2} or not _is_double(args):
        return None
    return f"{{np}}.column_stack(({', '.join(map(str, pieces))},))"


def _is_double(args: Args) -> bool:
    """True where numbers beside arrays do not change the precision of the result."""
    numbers = [n for fact in args for n in (fact, *_numbers(fact)) if isinstance(n, Num)]
    return all(fact.dtype == float or fact.kind in "iu" for fact in numbers)


def _numbers(fact: Fact) -> Sequence[Fact]:
    """The items of a list or tuple of numbers; none for anything else."""
    if not isinstance(fact, Seq):
        return ()
    items = (fact.element,) if fact.items is None else fact.items
    return items if all(rank_of(item) == 0 for item in items) else ()


def _rank(fact: Fact) -> int | None:
    return 1 if isinstance(fact, SliceFact) or _numbers(fact) else rank_of(fact)


def _piece(i: int, fact: Fact) -> str | None:
    if not isinstance(fact, SliceFact):
        return f"{{{i}}}" if isinstance(fact, Num) or _numbers(fact) else None
    start = "0" if is_none(fact.start) else f"{{{i}_lower}}"
    if isinstance(fact.step, Num) and fact.step.kind == "c" and fact.step.value is not None:
        return f"{{np}}.linspace({start}, {{{i}_upper}}, {int(abs(fact.step.value))})"
    step = "" if is_none(fact.step) else f", {{{i}_step}}"
    return f"{{np}}.arange({start}, {{{i}_upper}}{step})"


@forms(np.linspace)
def _linspace(args: Args, passed: Passed) -> str | None:
    """With its step: the numbers, and their distance."""
    if not ("retstep" in passed and truth(passed["retstep"])) or not set(passed) <= {"retstep", "endpoint"}:
        return None
    if len(args) != 3 or any(rank_of(a) != 0 for a in args):
        return None
    ends = "endpoint" in passed and not truth(passed["endpoint"])
    if not has_step(args[2], not ends):
        return None
    more = ", endpoint=False" if ends else ""
    return f"({{f}}({{0}}, {{1}}, {{2}}{more}), ({{1}} - {{0}}) / {'{2}' if ends else '({2} - 1)'})"


@forms(np.meshgrid)
def _meshgrid(args: Args, passed: Passed) -> str | None:
    """A sparse grid is made of the vectors themselves."""
    if not ("sparse" in passed and truth(passed["sparse"])) or any(rank_of(a) != 1 for a in args):
        return None
    order = passed.get("indexing")
    swapped = len(args) > 1 and not (isinstance(order, Static) and order.value == "ij")
    shapes = []
    for k in range(len(args)):
        own = 1 - k if swapped and k < 2 else k
        shape = ", ".join("-1" if i == own else "1" for i in range(len(args)))
        shapes.append(f"{{np}}.reshape({{{k}}}, ({shape}{',' * (len(args) == 1)}))")
    return _listed(shapes, "tuple" if isinstance(np.meshgrid(0), tuple) else "list")


# ---- functions of parts ----


def _is_function(fact: Fact) -> bool:
    return isinstance(fact, FunctionFact)


@forms(np.piecewise)
def _piecewise(args: Args, passed: Passed) -> str | None:
    """What NumPy does: each function sees the elements for which its condition holds, and fills their places."""
    if passed or len(args) != 3:
        return None
    x, tests, given = args[0], _items(args[1]), _items(args[2])
    if not (isinstance(x, Num) and x.rank and x.kind == "f") or not tests or len(given) - len(tests) not in (0, 1):
        return None
    if not all(isinstance(test, Num) and test.rank == x.rank and test.kind == "b" for test in tests):
        return None
    places = [f"{{1_{k}}}" for k in range(len(tests))]
    text = "{np}.zeros_like({0})"
    for k, (place, fact) in enumerate(zip([*places, f"~({' | '.join(places)})"], given, strict=False)):
        if not _is_function(fact) and rank_of(fact) != 0:
            return None
        word = "python_computed_where" if _is_function(fact) else "python_put_where"
        text = f"{word}({text}, {place}, {{2_{k}}}" + (", {0})" if _is_function(fact) else ")")
    return text


def _items(fact: Fact) -> tuple[Fact, ...]:
    return (fact.items or ()) if isinstance(fact, Seq) else ()


@forms(np.apply_along_axis)
def _apply_along_axis(args: Args, passed: Passed) -> str | None:
    """A loop over the rows, or the columns, of a matrix."""
    if len(args) != 3 or passed or rank_of(args[2]) != 2 or not _is_function(args[0]):
        return None
    axis = axes(args[1], 2)
    if axis is None:
        return None
    return "python_along_rows({0}, {2})" if axis == (1,) else "python_along_columns({0}, {2})"


def vectorized(args: Args, spelled: str) -> str | None:
    """A call of what ``np.vectorize`` made of a function, which is ``spelled`` so."""
    ranks = [rank_of(arg) for arg in args]
    if not all(isinstance(arg, Num) and arg.kind == "f" for arg in args):
        return None
    word = {(1,): "each", (2,): "each_of_rows", (1, 1): "each_pair"}.get(tuple(ranks))  # type: ignore[arg-type]
    holes = ", ".join(f"{{{k}}}" for k in range(len(args)))
    return None if word is None else f"python_{word}({spelled}, {holes})"


@forms(np.fromfunction)
def _fromfunction(args: Args, passed: Passed) -> str | None:
    """The function of the indices."""
    shape = args[1] if len(args) == 2 else None
    if not isinstance(shape, Seq) or shape.items is None or not 1 <= len(shape.items) <= 3:
        return None
    if not set(passed) <= {"dtype"} or not _is_function(args[0]):
        return None
    dtype = "{dtype}" if "dtype" in passed else "float"
    word = ("on_line", "on_plane", "in_space")[len(shape.items) - 1]
    return f"python_{word}({{0}}, {{np}}.indices({{1}}, dtype={dtype}))"


@forms(np.apply_over_axes)
def _apply_over_axes(args: Args, passed: Passed) -> str | None:
    """Reductions that keep their axes, one after the other."""
    if len(args) != 3 or passed or not isinstance(args[0], FunctionFact):
        return None
    rank = rank_of(args[1])
    known = args[0].function in (np.sum, np.mean, np.prod, np.max, np.min, np.std, np.var)
    over = axes(args[2], rank) if rank and not is_none(args[2]) else None
    if not known or over is None:
        return None
    return functools.reduce(lambda text, k: f"{{0}}({text}, axis={k}, keepdims=True)", over, "{1}")


# ---- elements and draws ----


@forms(np.ndenumerate)
def _ndenumerate(args: Args, passed: Passed) -> str | None:
    """With the lengths of the array behind it, for :mod:`s2sgrad.normalize.iterations`."""
    rank = rank_of(args[0]) if len(args) == 1 else None
    return f"{{f}}({{0}}, {', '.join(f'{{0}}.shape[{k}]' for k in range(rank))})" if rank else None


@forms(np.ndindex)
def _ndindex(args: Args, passed: Passed) -> str | None:
    """The lengths of a shape one by one."""
    shape = args[0] if len(args) == 1 and not passed else None
    if not isinstance(shape, Seq) or not shape.items:
        return None
    return f"{{f}}({', '.join(f'{{0}}[{k}]' for k in range(len(shape.items)))})"


@forms(np.ndarray.item)
def _item(args: Args, passed: Passed) -> str | None:
    """An item by its index, as one of Python's numbers."""
    x, *index = args
    if not isinstance(x, Num) or x.box != "array" or not index or x.kind != "f" or passed:
        return None
    whole = all(isinstance(i, Num) and i.rank == 0 and i.kind in "iu" for i in index)
    if not whole or len(index) not in (1, x.rank):
        return None
    holes = ", ".join(f"{{{k}}}" for k in range(len(index)))
    return f"float({{x}}[{holes}])" if len(index) == x.rank else f"float({{np}}.ravel({{x}})[{holes}])"


@forms(*([np.ndarray.to_device] if hasattr(np.ndarray, "to_device") else []))
def _to_device(args: Args, passed: Passed) -> str | None:
    """The array itself: there is one device."""
    return "{x}"


@forms(np.random.permutation)
def _permutation(args: Args, passed: Passed) -> str | None:
    """Indices are put in disorder in the same way as rows."""
    return _drawn(args, passed) if len(args) == 1 and not passed else None


@forms(np.random.Generator.permuted)
def _permuted(args: Args, passed: Passed) -> str | None:
    """Indices along an axis are put in disorder in the same way as elements; without one, as they lie in memory."""
    x = args[0] if len(args) == 1 and set(passed) == {"axis"} and not is_none(passed["axis"]) else None
    if not isinstance(x, Num) or not x.rank or x.kind != "f":
        return None
    axis = integer(passed["axis"])
    if axis is None or not -x.rank <= axis < x.rank:
        return None
    return f"{{np}}.take_along_axis({{0}}, {{f}}({{np}}.indices({{0}}.shape)[{axis}], axis={axis}), {axis})"


@forms(np.random.choice)
def _drawn(args: Args, passed: Passed) -> str | None:
    """Indices are drawn in the same way as elements."""
    x, *rest = args
    if not isinstance(x, Num) or not x.rank or x.kind != "f" or len(rest) > 3:
        return None
    if not set(passed) <= {"size", "replace", "p"}:
        return None
    more = [f"{{{k}}}" for k in range(1, len(args))] + [f"{k}={{{k}}}" for k in passed]
    return f"{{0}}[{{f}}({', '.join(['len({0})', *more])})]"
