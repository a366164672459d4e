"""Calls with keywords that have no rule of their own, written with what has one: reductions and elements.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> v = array(float, [Dim.of(4)])
>>> form_by_keyword(np.nansum, [v], {"initial": python(float, 2.0)}, method=False)
'{np}.nansum({0}) + {initial}'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, FunctionFact, NeedValue, Num, Seq, Static
from s2sgrad.analysis.infer.promotion import BY_VALUE
from s2sgrad.analysis.infer.table import Unknown, axes, integer, is_none, numpy_functions, truth
from s2sgrad.errors import Refusal

__all__ = [
    "Args", "Passed", "by_keyword", "call", "flag", "form_by_keyword", "has_step", "is_double", "is_real_array",
    "named", "named_dtype", "names_double", "of_ufunc", "spelled",
]  # fmt: skip

Args = Sequence[Fact]
Passed = Mapping[str, Fact]
DOUBLE = np.dtype(float)
Maker = Callable[[str, Args, Passed], "str | None"]
FORMS: dict[int, tuple[Any, Maker, bool]] = {}


def form_by_keyword(function: Any, args: Args, passed: Passed, method: bool) -> str | None:
    """The form of a call; the first of ``args`` of a ``method`` is its object."""
    known = FORMS.get(id(function))
    if known is None or not args:
        return None
    function, maker, asks = known
    try:
        text = maker(function.__name__, args, passed)
    except Unknown:
        return None
    except NeedValue:
        if asks:
            raise
        return None
    return _of_method(text) if text and method else text


def _of_method(text: str) -> str:
    """The form with the holes of a method: its object, and the arguments behind it."""
    return re.sub(r"\{(\d+)(\w*)\}", lambda m: f"{{{int(m[1]) - 1}{m[2]}}}" if int(m[1]) else f"{{x{m[2]}}}", text)


def by_keyword(*functions: Any, asks: bool = False) -> Callable[[Maker], Maker]:
    """Enter the decorated function, which gives the form from the name and the facts of a call's arguments.

    One that ``asks`` has integers and lengths that it needs put into the key.
    """

    def enter(maker: Maker) -> Maker:
        FORMS.update({id(function): (function, maker, asks) for function in functions})
        return maker

    return enter


def call(name: str, first: str, args: Args, passed: Passed, without: Collection[str] = (), **more: str) -> str:
    """A call of a function of NumPy's with another first argument, and without some of the keywords."""
    parts = [first, *(f"{{{k}}}" for k in range(1, len(args)))]
    parts += [f"{k}={{{k}}}" for k in passed if k not in without] + [f"{k}={text}" for k, text in more.items()]
    return f"{{np}}.{name}({', '.join(parts)})"


def named(args: Args, passed: Passed, order: str) -> tuple[dict[str, str], dict[str, Fact]] | None:
    """All arguments but the first by their names in ``order``: the holes they stand in, and their facts."""
    names = order.split()
    if len(args) - 1 > len(names):
        return None
    by_place = {name: f"{{{k}}}" for k, name in enumerate(names, 1) if k < len(args)}
    facts = dict(zip(names, args[1:], strict=False)) | dict(passed)
    return by_place | {k: f"{{{k}}}" for k in passed}, facts


def flag(facts: Passed, name: str, default: bool = False) -> bool | None:
    """The value of a flag; None where it is not known."""
    return truth(facts[name]) if name in facts else default


def is_real_array(fact: Fact) -> bool:
    """True for an array, or a NumPy number, of real floats."""
    return isinstance(fact, Num) and fact.kind == "f" and fact.box in ("np", "array") and not fact.maybe_complex


def has_step(num: Fact | None, ends: bool) -> bool:
    """True where so many numbers, with the end or without it, surely have a distance."""
    count = None if num is None else integer(num)
    return count is not None and count >= (2 if ends else 1)


def is_double(fact: Fact) -> bool:
    """True for a float, or floats, of double precision."""
    return isinstance(fact, Num) and fact.dtype == float and not fact.maybe_complex


def named_dtype(fact: Fact) -> np.dtype[Any] | None:
    """What a ``dtype=`` names, of floats or complex numbers; None for any other, and where it is not known."""
    value = fact.function if isinstance(fact, FunctionFact) else fact.value if isinstance(fact, Static) else None
    try:
        dtype = np.dtype(value) if value is not None and isinstance(value, str | type | np.dtype) else None
    except TypeError:
        return None
    return dtype if dtype is not None and dtype.kind in "fc" else None


def names_double(fact: Fact) -> bool:
    """True for a ``dtype=`` of double precision."""
    return named_dtype(fact) == DOUBLE


def spelled(name: str, holes: Mapping[str, str], first: str = "{0}") -> str:
    """A call of a function of NumPy's with these keywords, by the holes in which they stand."""
    return f"{{np}}.{name}({', '.join([first, *(f'{k}={hole}' for k, hole in holes.items())])})"


# ---- elementwise functions ----


def of_ufunc(function: np.ufunc, args: Args, passed: Passed) -> str | None:
    """Without what changes no number: where the result lies, what may be cast, and a dtype that is the one at hand."""
    extra = set(passed) & {"where", "order", "casting", "subok", "dtype"}
    if not extra or "out" in passed or len(args) != function.nin or (function.nout != 1 and "dtype" in extra):
        return None
    if "where" in extra and (rank_of(passed["where"]) != 0 or truth(passed["where"]) is not True):
        return None
    holes = [f"{{{k}}}" for k in range(len(args))]
    if "dtype" in extra and not is_none(passed["dtype"]):
        cast = _cast(function, args, passed)
        if cast is None:
            return None
        holes = [hole + suffix for hole, suffix in zip(holes, cast, strict=True)]
    elif "dtype" in extra and not all(isinstance(a, Num) and a.kind in "fiu" and not a.maybe_complex for a in args):
        return None
    more = [f"{k}={{{k}}}" for k in passed if k not in extra]
    return f"{{f}}({', '.join([*holes, *more])})"


def _cast(function: np.ufunc, args: Args, passed: Passed) -> list[str] | None:
    """What turns each operand into the dtype in which a ufunc is to compute."""
    dtype = named_dtype(passed["dtype"])
    if dtype is None or f"{dtype.char * function.nin}->{dtype.char}" not in function.types:
        return None
    is_double, one_array = dtype == DOUBLE, any(isinstance(a, Num) and a.box == "array" for a in args)
    if not is_double and ("casting" in passed or not one_array):
        return None
    out: list[str] = []
    for fact in args:
        if not isinstance(fact, Num) or fact.kind not in "fiu" or fact.maybe_complex:
            return None
        weak = fact.box == "py" and one_array and (is_double or not BY_VALUE or _is_small(fact.value))
        if fact.dtype != dtype and fact.box != "array" and not weak:
            return None
        kept = fact.dtype == dtype or weak
        out.append("" if kept else ".astype(float)" if is_double else ".astype({dtype})")
    return out


def _is_small(value: Any) -> bool:
    """True for a known number that NumPy 1 takes into single precision."""
    return isinstance(value, int | float) and abs(value) < 1e30


# ---- reductions ----


_NAN = "nansum nanprod nanmean nanvar nanstd nanmax nanmin"
_ORDER = {
    **dict.fromkeys(_NAN.split(), "axis dtype out keepdims"),
    **dict.fromkeys(("nanmax", "nanmin"), "axis out keepdims"),
    **dict.fromkeys(("nanvar", "nanstd"), "axis dtype out ddof keepdims"),
    **dict.fromkeys(("nancumsum", "nancumprod"), "axis dtype out"),
}
_ELSEWHERE = {"nansum": "0.0", "nanprod": "1.0"}
_JOINED = {
    "nansum": "{y} + {i}", "nanprod": "{y} * {i}",
    "sum": "{y} + {i}", "prod": "{y} * {i}",
    "max": "{{np}}.maximum({y}, {i})", "min": "{{np}}.minimum({y}, {i})",
}  # fmt: skip
"""A reduction from a value to start with, made of the one without."""


@by_keyword(*numpy_functions(f"{_NAN} nancumsum nancumprod"))
def _past_nans(name: str, args: Args, passed: Passed) -> str | None:
    """``where=`` and ``initial=`` apart from the reduction; a dtype that is that of the numbers; complex numbers."""
    found = named(args, passed, _ORDER[name])
    x = args[0]
    if found is None or not isinstance(x, Num):
        return None
    holes, facts = found
    if "out" in facts and not is_none(facts["out"]):
        return None
    first = "{0}"
    if x.kind == "c" and name in ("nansum", "nanprod", "nancumsum", "nancumprod"):
        zero = 0 if "sum" in name else 1
        return spelled(name.removeprefix("nan"), holes, f"{{np}}.where({{np}}.isnan({{0}}), {zero}, {{0}})")
    if not is_real_array(x):
        return None
    if name in ("nanmax", "nanmin") and "initial" in facts and not is_none(facts["initial"]):
        return _extreme_from_a_value(name, x, holes, facts)
    changed = "out" in holes
    if "dtype" in facts and not is_none(facts["dtype"]):
        dtype = named_dtype(facts["dtype"])
        if dtype is None or dtype.kind != "f" or (dtype != DOUBLE and name in ("nanvar", "nanstd")):
            return None
        if x.dtype != dtype:
            first = "{0}.astype(float)" if dtype == DOUBLE else f"{{0}}.astype({holes['dtype']})"
    changed |= "dtype" in facts
    if "correction" in facts and "ddof" not in facts:
        holes["ddof"], changed = holes.pop("correction"), True
    if "where" in facts:
        first, changed = f"{{np}}.where({{where}}, {first}, {_ELSEWHERE.get(name, '{np}.nan')})", True
    if not changed and "initial" not in facts:
        return None
    for word in ("out", "dtype", "where", "initial"):
        holes.pop(word, None)
    text = spelled(name, holes, first)
    if "initial" in facts and not is_none(facts["initial"]):
        start, double = facts["initial"], is_double(x) or ".astype(float)" in first
        if _is_over_nothing(facts.get("axis")) or not (double or (isinstance(start, Num) and start.box == "py")):
            return None
        text = _JOINED[name].replace("{y}", text).replace("{i}", "{initial}").replace("{{", "{").replace("}}", "}")
    return text


def _extreme_from_a_value(name: str, x: Num, holes: Mapping[str, str], facts: Passed) -> str | None:
    """With what loses against every number for NaN: there may be no numbers, of which `np.nanmax` knows no largest."""
    start = facts["initial"]
    if _is_over_nothing(facts.get("axis")) or not isinstance(start, Num) or not (is_double(x) or start.box == "py"):
        return None
    kept = {k: hole for k, hole in holes.items() if k != "out"}
    least = "-{np}.inf" if name == "nanmax" else "{np}.inf"
    first = f"{{np}}.where({{np}}.isnan({{0}}), {least}, {{0}})"
    if start.value is not None and not np.isnan(start.value):
        return spelled(name[3:], kept, first)
    return f"{{np}}.f{name[3:]}({spelled(name[3:], {**kept, 'initial': least}, first)}, {{initial}})"


@by_keyword(np.sum, np.prod, np.max, np.min)
def _from_a_value(name: str, args: Args, passed: Passed) -> str | None:
    """A value to start with that may vary is put in behind; a product over no axis is the array."""
    axis = args[1] if len(args) > 1 else passed.get("axis")
    if name == "prod" and isinstance(axis, Seq) and axis.items == () and set(passed) <= {"axis", "keepdims"}:
        return "{np}.positive({0})" if len(args) <= 2 else None
    initial = passed.get("initial")
    dtype = args[2] if len(args) > 2 else passed.get("dtype", Static(None))
    if _is_over_nothing(axis) or not (is_none(dtype) or names_double(dtype)):
        return None
    if not isinstance(initial, Num) or initial.rank != 0 or initial.value is not None or not is_double(initial):
        return None
    if "out" in passed or not is_double(args[0]):
        return None
    more = {} if name in ("sum", "prod") else {"initial": "-{np}.inf" if name == "max" else "{np}.inf"}
    text = call(name, "{0}", args, passed, ("initial",), **more)
    return _JOINED[name].replace("{y}", text).replace("{i}", "{initial}").replace("{{", "{").replace("}}", "}")


def _is_over_nothing(axis: Fact | None) -> bool:
    """True for no axis at all, where NumPy starts from a value or not as the array lies in memory."""
    return isinstance(axis, Seq) and axis.items == ()


@by_keyword(np.median, np.nanmedian)
def _median(name: str, args: Args, passed: Passed) -> str | None:
    """Without the place for the result, by keywords."""
    return _plainly(name, args, passed, "axis out overwrite_input keepdims")


@by_keyword(np.quantile, np.nanquantile, np.percentile, np.nanpercentile)
def _quantile(name: str, args: Args, passed: Passed) -> str | None:
    """Without the place for the result, by keywords."""
    order = "q axis out overwrite_input method keepdims"
    text = _plainly(name, args, passed, order)
    return text.replace("q={1}", "{1}") if text else None


def _plainly(name: str, args: Args, passed: Passed, order: str) -> str | None:
    found = named(args, passed, order)
    if found is None:
        return None
    holes, facts = found
    extra = set(facts) & {"out", "overwrite_input"}
    if not extra or flag(facts, "overwrite_input") is not False or not is_none(facts.get("out", Static(None))):
        return None
    return spelled(name, {k: hole for k, hole in holes.items() if k not in extra})


@by_keyword(np.average)
def _average(name: str, args: Args, passed: Passed) -> str | None:
    """With the sum of the weights beside it; weights of several axes in the place of these."""
    found = named(args, passed, "axis weights returned")
    if found is None:
        return None
    holes, facts = found
    x, weights, axis = args[0], facts.get("weights", Static(None)), facts.get("axis", Static(None))
    order = axes(axis, rank_of(x) or 0) if isinstance(axis, Seq) and not is_none(weights) else ()
    if order is not None and list(order) != sorted(order) and rank_of(weights) == rank_of(x):
        reason = "NumPy puts the weights in the order of these axes or not, as their shape is another or the same"
        raise Refusal(reason, "give the axes in their order", None)
    if "returned" in holes:
        known = flag(facts, "returned")
        del holes["returned"]
        mean = spelled(name, holes)
        if not known:
            return mean if known is False else None
        rank, kept = rank_of(weights), "" if "keepdims" not in holes else ", keepdims={keepdims}"
        along = f"axis={holes['axis']}" if "axis" in holes else "axis=None"
        if is_none(weights):
            return f"({mean}, {{np}}.sum({{np}}.ones_like({{0}}), {along}{kept}))" if is_double(x) else None
        if rank == 1 and (rank_of(x) or 0) > 1 and not kept and is_double(x) and is_double(weights):
            return f"python_beside_total({mean}, {{np}}.sum({holes['weights']}))"
        same = rank is not None and rank == rank_of(x) != 0
        return f"({mean}, {{np}}.sum({holes['weights']}, {along}{kept}))" if same and is_double(weights) else None
    rank, own = rank_of(x), rank_of(weights)
    if rank is None or own is None or own == rank or own < 2:
        return spelled(name, holes) if len(args) > 2 else None
    over = axes(axis, rank)
    if over is None or len(over) != own:
        return None
    swapped = [over.index(k) for k in sorted(over)]
    turned = holes["weights"]
    if swapped != sorted(swapped):
        turned = f"{{np}}.transpose({turned}, {tuple(swapped)})"
    behind = ", ".join(":" if k in over else "None" for k in range(rank))
    full = f"{{np}}.broadcast_to({turned}[{behind}], {{0}}.shape)"
    return spelled(name, {**holes, "weights": full})
