"""Calls of NumPy's that pad, accumulate or view an array, in plainer forms: what that is hangs on their axes.

>>> from s2sgrad.analysis.facts import Dim, Static, array, python
>>> v = array(float, [Dim.of(4)])
>>> form_of_pad([v, python(int, 2)], {"mode": Static("mean")})
'python_padded_by({np}.mean, {0}, 2, 2, 0)'
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, FunctionFact, Num, Seq, Static
from s2sgrad.analysis.forms import Args, Passed, forms
from s2sgrad.analysis.infer.table import axes, is_none, truth
from s2sgrad.analysis.infer.ufunc_methods import ufunc_method

__all__ = ["LEAVING_THE_REALS", "complex_form", "form_of_pad", "leaves_the_reals"]

_STATISTICS = {"mean": "mean", "median": "median", "maximum": "max", "minimum": "min"}


@forms(np.pad)
def form_of_pad(args: Args, passed: Passed) -> str | None:
    """Padding with what is found along an axis, one axis after the other, as NumPy does it."""
    x, *rest = args
    mode = rest[1] if len(rest) > 1 else passed.get("mode")
    kind = mode.value if isinstance(mode, Static) else None
    width = rest[0] if rest else passed.get("pad_width")
    if not isinstance(x, Num) or not x.rank or x.kind != "f" or width is None or len(rest) > 2:
        return None
    make = {"linear_ramp": _ramp, "reflect": _odd, "symmetric": _odd}.get(str(kind), _statistic)
    if kind not in (*_STATISTICS, "linear_ramp") and not _is_odd(kind, passed):
        return None
    pairs = [_pair(width, "1" if rest else "pad_width", k, x.rank) for k in range(x.rank)]
    padded = [(k, pair) for k, pair in enumerate(pairs) if pair is not None and pair != ("0", "0")]
    if None in pairs or not padded or (make is _odd and len(padded) == 1):
        return None
    text = "{0}"
    for k, pair in padded:
        made = make(str(kind), text, pair, k, x.rank, passed)
        if made is None:
            return None
        text = made
    return text


def _pair(fact: Fact, hole: str, k: int, rank: int) -> tuple[str, str] | None:
    """How much stands before and behind axis ``k``, as two expressions."""
    if isinstance(fact, Num) and fact.rank == 0:
        word = _word(fact, f"{{{hole}}}")
        return word, word
    if not isinstance(fact, Seq) or not fact.items:
        return None
    if all(isinstance(item, Num) and item.rank == 0 for item in fact.items):
        each = [_word(item, f"{{{hole}}}[{i}]") for i, item in enumerate(fact.items)]
        return (each[0], each[-1]) if len(each) < 3 else None
    if len(fact.items) not in (1, rank):
        return None
    i = k if len(fact.items) > 1 else 0
    return _inner(fact.items[i], f"{{{hole}}}[{i}]")


def _inner(fact: Fact, word: str) -> tuple[str, str] | None:
    if not isinstance(fact, Seq) or not fact.items or len(fact.items) > 2:
        return None
    each = [_word(item, f"{word}[{i}]") for i, item in enumerate(fact.items)]
    return each[0], each[-1]


def _word(fact: Fact, word: str) -> str:
    """A number as it is written, where the program spells it out."""
    known = isinstance(fact, Num) and fact.value is not None and fact.origin is None
    return repr(fact.value) if known and isinstance(fact, Num) else word


def _is_odd(kind: Any, passed: Passed) -> bool:
    odd = passed.get("reflect_type")
    return kind in ("reflect", "symmetric") and isinstance(odd, Static) and odd.value == "odd"


def _statistic(kind: str, text: str, pair: tuple[str, str], k: int, rank: int, passed: Passed) -> str | None:
    function = f"{{np}}.{_STATISTICS[kind]}"
    if "stat_length" not in passed or is_none(passed["stat_length"]):
        return f"python_padded_by({function}, {text}, {pair[0]}, {pair[1]}, {k})" if set(passed) <= _TAKEN else None
    lengths = _pair(passed["stat_length"], "stat_length", k, rank)
    if lengths is None or not set(passed) <= {*_TAKEN, "stat_length"}:
        return None
    return f"python_padded_by_some({function}, {text}, {pair[0]}, {pair[1]}, {k}, {lengths[0]}, {lengths[1]})"


def _ramp(kind: str, text: str, pair: tuple[str, str], k: int, rank: int, passed: Passed) -> str | None:
    ends = _pair(passed["end_values"], "end_values", k, rank) if "end_values" in passed else ("0", "0")
    if ends is None or not set(passed) <= {*_TAKEN, "end_values"}:
        return None
    return f"python_padded_down({text}, {pair[0]}, {pair[1]}, {k}, {ends[0]}, {ends[1]})"


def _odd(kind: str, text: str, pair: tuple[str, str], k: int, rank: int, passed: Passed) -> str | None:
    """One axis at a time; what pads a single axis has a rule."""
    if rank == 1 or not set(passed) <= {*_TAKEN, "reflect_type"}:
        return None
    widths = ", ".join(f"({pair[0]}, {pair[1]})" if i == k else "(0, 0)" for i in range(rank))
    return f'{{f}}({text}, ({widths}), "{kind}", reflect_type="odd")'


_TAKEN = {"mode", "pad_width"}


@forms(np.kaiser)
def _kaiser(args: Args, passed: Passed) -> str | None:
    """Its formula, where the parameter may vary."""
    beta = args[1] if len(args) == 2 else None
    varies = isinstance(beta, Num) and beta.kind == "f" and beta.rank == 0 and beta.value is None
    return "python_kaiser({0}, {1})" if varies and not passed else None


@forms(ufunc_method(np.logaddexp, "accumulate"))
def _logaddexp_accumulate(args: Args, passed: Passed) -> str | None:
    """A loop over the axis."""
    rank = rank_of(args[0])
    axis = args[1] if len(args) > 1 else passed.get("axis", None)
    if not rank or len(args) > 2 or not set(passed) <= {"axis"}:
        return None
    k = (0,) if axis is None else axes(axis, rank)
    if k is None or len(k) != 1:
        return None
    if k == (0,):
        return "python_logs_added({0})"
    moved = f"{{np}}.moveaxis(python_logs_added({{np}}.moveaxis({{0}}, {k[0]}, 0)), 0, {k[0]})"
    return f"{{np}}.ascontiguousarray({moved})"


@forms(np.sort_complex)
def _sort_complex(args: Args, passed: Passed) -> str | None:
    """Complex numbers are sorted as ``np.sort`` does; real ones are made complex."""
    x = args[0]
    if passed or not isinstance(x, Num) or x.box != "array" or x.kind not in "fc":
        return None
    return "{np}.sort({0})" if x.kind == "c" else "{np}.sort({0}).astype(complex)"


@forms(np.ndarray.view)
def _view(args: Args, passed: Passed) -> str | None:
    """The same elements as another array."""
    x, *kind = args
    if not isinstance(x, Num) or x.box != "array" or passed or len(kind) > 1:
        return None
    same = not kind or (isinstance(kind[0], FunctionFact) and kind[0].function is np.ndarray)
    return "{x}[...]" if same or _names_dtype_of(x, kind[0]) else None


def _names_dtype_of(x: Num, kind: Fact) -> bool:
    """True for the dtype that an array has already."""
    named = kind.function if isinstance(kind, FunctionFact) else kind.value if isinstance(kind, Static) else None
    if x.dtype is None or not isinstance(named, np.dtype | type | str):
        return False
    try:
        return np.dtype(named) == x.dtype
    except TypeError:
        return False


@forms(np.poly)
def _poly(args: Args, passed: Passed) -> str | None:
    """Of a real matrix: that of its eigenvalues, which is real."""
    x = args[0]
    real = isinstance(x, Num) and x.rank == 2 and x.kind == "f" and not x.maybe_complex
    return "{f}({np}.linalg.eigvals({0}).astype(complex)).astype(complex).real" if real and not passed else None


@forms(np.histogram)
def _histogram(args: Args, passed: Passed) -> str | None:
    """A density of weights: the sums of weights over the widths of the bins and over their total."""
    return _densities("python_densities", args, passed, most=3)


@forms(np.histogram2d)
def _histogram2d(args: Args, passed: Passed) -> str | None:
    """A density of weights: the sums of weights over the areas of the bins and over their total."""
    return _densities("python_densities_on_plane", args, passed, most=4)


def _densities(function: str, args: Args, passed: Passed, most: int) -> str | None:
    if "weights" not in passed or "density" not in passed or truth(passed["density"]) is not True or len(args) > most:
        return None
    more = [f"{{{k}}}" for k in range(len(args))] + [f"{k}={{{k}}}" for k in passed if k != "density"]
    return f"{function}({{f}}({', '.join(more)}))"


@forms(np.histogramdd)
def _histogramdd(args: Args, passed: Passed) -> str | None:
    """Of points on a line or a plane, by their coordinates."""
    points = args[0]
    columns = points.shape[1].constant if isinstance(points, Num) and points.rank == 2 and points.shape else None
    if columns not in (1, 2) or len(args) > 2 or "weights" not in passed or not set(passed) <= _BINS:
        return None
    bins = args[1] if len(args) > 1 else passed.get("bins")
    bins_word = "{1}" if len(args) > 1 else "{bins}"
    one = isinstance(bins, Num) and bins.rank == 0
    known = isinstance(bins, Seq) and bins.items is not None and len(bins.items) == columns
    if not (bins is None or one or known):
        return None
    dense = "density" in passed and truth(passed["density"])
    part = "" if columns == 2 else "[0]"
    more = "" if bins is None else f", bins={bins_word}{'' if one else part}"
    more += f", range={{range}}{part}" if "range" in passed else ""
    where = "{0}[:, 0], {0}[:, 1]" if columns == 2 else "{0}[:, 0]"
    call = f"{{np}}.histogram{'2d' if columns == 2 else ''}({where}{more}, weights={{weights}})"
    if columns == 2:
        return f"python_apart({f'python_densities_on_plane({call})' if dense else call})"
    return f"python_listed({f'python_densities({call})' if dense else call})"


_BINS = {"bins", "range", "density", "weights"}
_EMATH = "sqrt log log2 log10 logn power arccos arcsin arctanh"
LEAVING_THE_REALS = [
    np.linalg.eigvals, np.roots, np.poly, np.real_if_close, *(vars(np.emath)[name] for name in _EMATH.split()),
]  # fmt: skip
"""Functions whose result is real or complex, as the data has it; those of SciPy's join them when they are met."""


def leaves_the_reals(function: Any) -> bool:
    """True for a function whose result is real or complex, as the data has it."""
    return any(function is other for other in LEAVING_THE_REALS)


def complex_form(function: Any, args: Args, passed: Passed) -> str | None:
    """A call whose result is real or complex, as the data has it, with a result that is complex in any case."""
    complex_ = any(isinstance(a, Num) and (a.kind == "c" or a.maybe_complex) for a in args)
    if passed or complex_ != (function is np.real_if_close or function is np.poly):
        return None
    if function is np.linalg.eig:
        return "python_complex_eig({0})"
    holes = ", ".join(f"{{{k}}}" for k in range(len(args)))
    return f"{{f}}({holes}).astype(complex)" if leaves_the_reals(function) else None
