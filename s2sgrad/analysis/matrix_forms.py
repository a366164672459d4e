"""Calls with keywords that have no rule of their own, written with what has one: products, norms and factors.

>>> from s2sgrad.analysis.facts import Dim, array
>>> m, v = (array(float, [Dim.of(2)] * rank) for rank in (2, 1))
>>> form_by_keyword(np.kron, [m, v], {}, method=False)
'{np}.reshape({0}[:, None, :, None] * {1}[None, None, None, :], ({0}.shape[0] * 1, {0}.shape[1] * {1}.shape[0]))'
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.cross_forms import form_by_keyword
from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.analysis.infer.table import axes, integer, is_none, numpy_functions
from s2sgrad.analysis.infer.ufunc_methods import ufunc_method
from s2sgrad.analysis.keyword_forms import (
    Args,
    Passed,
    by_keyword,
    flag,
    is_double,
    is_real_array,
    named,
    named_dtype,
    names_double,
    spelled,
)

__all__ = ["form_by_keyword"]


def _is_complex(fact: Fact) -> bool:
    return isinstance(fact, Num) and fact.kind == "c"


# ---- products ----


@by_keyword(np.kron)
def _kron(name: str, args: Args, passed: Passed) -> str | None:
    """Of other than two vectors or two matrices: every element times the other array, in one block after the other."""
    ranks = [rank_of(a) for a in args]
    if len(args) != 2 or passed or None in ranks or not all(isinstance(a, Num) for a in args):
        return None
    if 0 in ranks:
        plain = not any(isinstance(a, Num) and a.box == "py" for a in args)
        double = all(isinstance(a, Num) and (a.box == "py" or a.dtype in (float, complex)) for a in args)
        return "{np}.multiply({0}, {1})" if plain or double else None  # a number of Python's is an array there
    if ranks in ([1, 1], [2, 2]):
        return None
    n = max(ranks)  # type: ignore[type-var]
    index: tuple[list[str], list[str]] = ([], [])
    shape: list[str] = []
    for k in range(n):  # type: ignore[arg-type]
        own = [k - (n - rank) for rank in ranks]  # type: ignore[operator]
        index[0].extend([":" if own[0] >= 0 else "None", "None"])
        index[1].extend(["None", ":" if own[1] >= 0 else "None"])
        lengths = [f"{{{i}}}.shape[{m}]" if m >= 0 else "1" for i, m in enumerate(own)]
        shape.append(" * ".join(lengths))
    stretched = " * ".join(f"{{{i}}}[{', '.join(index[i])}]" for i in range(2))
    return f"{{np}}.reshape({stretched}, ({', '.join(shape)}))"


@by_keyword(np.einsum)
def _einsum(name: str, args: Args, passed: Passed) -> str | None:
    """By a text instead of lists of axes; without a layout, and a dtype that is the one at hand."""
    if isinstance(args[0], Static):
        extra = {k for k in passed if k in ("order", "casting", "dtype")}
        if not extra or ("dtype" in extra and not all(map(is_double, args[1:]))):
            return None
        if "dtype" in extra and not is_none(passed["dtype"]) and not names_double(passed["dtype"]):
            return None
        rest = [f"{{{k}}}" for k in range(len(args))] + [f"{k}={{{k}}}" for k in passed if k not in extra]
        return f"{{np}}.einsum({', '.join(rest)})"
    labels = [_labels(fact) for fact in args[1::2]] + ([_labels(args[-1])] if len(args) % 2 else [])
    if None in labels or len(args) < 2:
        return None
    inputs = len(args) // 2
    text = ",".join(map(str, labels[:inputs])) + (f"->{labels[inputs]}" if len(args) % 2 else "")
    rest = [f"{{{2 * k}}}" for k in range(inputs)] + [f"{k}={{{k}}}" for k in passed]
    return f"{{np}}.einsum({text!r}, {', '.join(rest)})"


def _labels(fact: Fact) -> str | None:
    if not isinstance(fact, Seq) or fact.items is None:
        return None
    found = [integer(item) for item in fact.items]
    known = [k for k in found if k is not None and 0 <= k < 26]
    return "".join(chr(97 + k) for k in known) if len(known) == len(found) else None


@by_keyword(np.trace)
def _trace(name: str, args: Args, passed: Passed) -> str | None:
    """Of the elements in the dtype in which they are added."""
    dtype = named_dtype(passed.get("dtype", Static(None)))
    if dtype is None or "out" in passed or not is_real_array(args[0]):
        return None
    first = "{0}" if is_double(args[0]) and names_double(passed["dtype"]) else "{0}.astype({dtype})"
    rest = [f"{{{k}}}" for k in range(1, len(args))] + [f"{k}={{{k}}}" for k in passed if k != "dtype"]
    return f"{{np}}.trace({', '.join([first, *rest])})"


@by_keyword(*numpy_functions("trace", np.linalg))
def _trace_of_stacks(name: str, args: Args, passed: Passed) -> str | None:
    """As the one of a matrix, along the last axes."""
    text = _trace(name, args, passed)
    return text.replace("{np}.trace", "{np}.linalg.trace") if text else None


@by_keyword(*(ufunc_method(function, "outer") for function in (np.add, np.subtract, np.multiply, np.divide, np.power)))
def _outer(name: str, args: Args, passed: Passed) -> str | None:
    """Without a dtype that is the one at hand."""
    if len(args) != 2 or set(passed) != {"dtype"} or not all(map(is_double, args)):
        return None
    return f"{{np}}.{name}({{0}}, {{1}})" if is_none(passed["dtype"]) or names_double(passed["dtype"]) else None


# ---- norms ----

_LINE = {1: ("sum", "max"), -1: ("sum", "min"), np.inf: ("sum", "max"), -np.inf: ("sum", "min")}


def _order(fact: Fact) -> Any:
    """The ``ord=`` of a norm, None for none; ``...`` where it is not known."""
    if isinstance(fact, Static):
        return fact.value
    return fact.value if isinstance(fact, Num) and fact.value is not None else ...


@by_keyword(np.linalg.norm, *numpy_functions("matrix_norm", module=np.linalg))
def _norm(name: str, args: Args, passed: Passed) -> str | None:
    """Of matrices in a stack, by the sums of their rows or by their singular values; of magnitudes if complex."""
    stacked = name == "matrix_norm"
    found = named(args, passed, "keepdims ord" if stacked else "ord axis keepdims")
    x = args[0]
    if found is None or not isinstance(x, Num) or not x.rank or x.maybe_complex:
        return None
    holes, facts = found
    order = _order(facts.get("ord", Static("fro" if stacked else None)))
    kept = flag(facts, "keepdims")
    axis = Static(None) if stacked else facts.get("axis", Static(None))
    places = (x.rank - 2, x.rank - 1) if stacked else axes(axis, x.rank)
    if order is ... or kept is None or places is None:
        return None
    matrices = len(places) == 2 and (_is_complex(x) or places != (x.rank - 2, x.rank - 1))
    if matrices and order in (2, -2, "nuc"):
        return _by_singular_values(x, order, places, kept)
    if matrices and order in _LINE:
        return _by_lines(order, places, kept)
    if _is_complex(x) and order not in (None, "fro", 2):
        rest = ", ".join(["{np}.abs({0})", *(f"{k}={hole}" for k, hole in holes.items())])
        return f"{{np}}.linalg.norm({rest})"
    if stacked and _is_complex(x):
        rest = f", keepdims={holes['keepdims']}" if "keepdims" in holes else ""
        return f"{{np}}.linalg.norm({{0}}, axis=({places[0]}, {places[1]}){rest})"
    if isinstance(axis, Seq) and len(places) == 1:
        return spelled("linalg.norm", {**holes, "axis": str(places[0])})
    return None


def _by_lines(order: Any, places: tuple[int, ...], kept: bool) -> str:
    over, along = places if abs(order) == 1 else places[::-1]
    extreme = _LINE[order][1]
    if kept:
        return f"{{np}}.sum({{np}}.abs({{0}}), axis={over}, keepdims=True).{extreme}(axis={along}, keepdims=True)"
    return f"{{np}}.sum({{np}}.abs({{0}}), axis={over}).{extreme}(axis={along - (along > over)})"


def _by_singular_values(x: Num, order: Any, places: tuple[int, ...], kept: bool) -> str:
    assert x.rank is not None
    last = places == (x.rank - 2, x.rank - 1)
    turned = "{0}" if last else f"{{np}}.moveaxis({{0}}, {places}, (-2, -1))"
    extreme = {2: "max", -2: "min", "nuc": "sum"}[order]
    text = f"{{np}}.linalg.svd({turned}, compute_uv=False).{extreme}(axis=-1)"
    return f"{{np}}.expand_dims({text}, {tuple(sorted(places))})" if kept else text


@by_keyword(np.linalg.cond)
def _cond(name: str, args: Args, passed: Passed) -> str | None:
    """By its formula where there is no rule: a quotient of singular values, or a norm times that of the inverse."""
    found = named(args, passed, "p")
    x = args[0]
    if found is None or not isinstance(x, Num) or not x.rank or x.rank < 2 or x.maybe_complex:
        return None
    holes, facts = found
    order = _order(facts.get("p", Static(None)))
    if order in (None, 2, -2):
        values = "{np}.linalg.svd({0}, compute_uv=False)"
        ends = ("max", "min") if order != -2 else ("min", "max")
        return f"{values}.{ends[0]}(axis=-1) / {values}.{ends[1]}(axis=-1)" if _is_complex(x) else None
    if order != "nuc" and not _is_complex(x):
        return None
    if order in _LINE:
        text = _by_lines(order, (x.rank - 2, x.rank - 1), False)
    elif order == "nuc":
        text = "{np}.linalg.svd({0}, compute_uv=False).sum(axis=-1)"
    elif order == "fro":
        text = f"{{np}}.linalg.norm({{0}}, {holes['p']}, axis=(-2, -1))"
    else:
        return None
    return f"{text} * {text.replace('{0}', '{np}.linalg.inv({0})')}"


# ---- factors, powers, equations ----


@by_keyword(np.linalg.svd)
def _svd(name: str, args: Args, passed: Passed) -> str | None:
    """The singular values of a symmetric matrix, as NumPy finds them: by its eigenvalues."""
    found = named(args, passed, "full_matrices compute_uv hermitian")
    if found is None or "hermitian" not in found[1]:
        return None
    holes, facts = found
    if flag(facts, "hermitian") is False:
        return spelled("linalg.svd", {k: hole for k, hole in holes.items() if k != "hermitian"})
    if not flag(facts, "hermitian") or flag(facts, "compute_uv", True) is not False:
        return None
    return "{np}.sort({np}.abs({np}.linalg.eigvalsh({0})), axis=-1)[..., ::-1]"


@by_keyword(np.linalg.qr)
def _qr(name: str, args: Args, passed: Passed) -> str | None:
    """One factor of two; of a matrix that is not tall, all of its factors are the reduced ones."""
    found = named(args, passed, "mode")
    x = args[0]
    if found is None or not isinstance(x, Num) or not x.rank or x.rank < 2 or x.shape is None:
        return None
    mode = found[1].get("mode")
    kind = mode.value if isinstance(mode, Static) else None
    if kind == "r":
        return "{np}.linalg.qr({0})[1]"
    rows, columns = x.shape[-2:]
    high, wide = rows.constant, columns.constant
    flat = rows.equals(columns) or (high is not None and wide is not None and high <= wide)
    return "{np}.linalg.qr({0})" if kind == "complete" and flat else None


@by_keyword(np.linalg.tensorsolve)
def _tensorsolve(name: str, args: Args, passed: Passed) -> str | None:
    """With some axes moved to the end first."""
    found = named(args, passed, "b axes")
    rank = rank_of(args[0])
    if found is None or rank is None or "axes" not in found[1] or "b" not in found[1]:
        return None
    holes, facts = found
    if is_none(facts["axes"]):
        return f"{{np}}.linalg.tensorsolve({{0}}, {holes['b']})"
    moved = axes(facts["axes"], rank)
    if moved is None:
        return None
    order = list(range(rank))
    for k in moved:
        order.remove(k)
        order.insert(rank, k)
    return f"{{np}}.linalg.tensorsolve({{np}}.transpose({{0}}, {tuple(order)}), {holes['b']})"
