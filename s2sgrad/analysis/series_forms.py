"""Calls with keywords that have no rule of their own, written with what has one: integrals and fits of series.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> rows, places = array(float, [Dim.of(5), Dim.of(4)]), array(float, [Dim.of(1), Dim.of(4)])
>>> name = getattr(np, "trapezoid", None) or np.trapz
>>> form_by_keyword(name, [rows, places], {}, method=False)
'({np}.diff({1}) * ({0}[:, 1:] + {0}[:, :-1]) / 2.0).sum(axis=-1)'
"""

from __future__ import annotations

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, Num, Seq, Static
from s2sgrad.analysis.infer.broadcasting import is_unstretched
from s2sgrad.analysis.infer.table import MINUS_ONE, integer, is_none, numpy_functions
from s2sgrad.analysis.keyword_forms import Args, Passed, by_keyword, flag, is_double, named, spelled
from s2sgrad.analysis.matrix_forms import form_by_keyword

__all__ = ["form_by_keyword"]


# ---- integrals ----


@by_keyword(*numpy_functions("trapezoid trapz"))
def _trapezoid(name: str, args: Args, passed: Passed) -> str | None:
    """By its formula where axes are stretched or numbers are complex; lists as arrays; by the names that rules know."""
    found = named(args, passed, "x dx axis")
    if found is None:
        return None
    holes, facts = found
    if any(isinstance(fact, Seq) for fact in (args[0], facts.get("x"))):
        values, *places = (
            f"{{np}}.array({hole})" if isinstance(fact, Seq) else hole
            for hole, fact in (("{0}", args[0]), *((holes[k], facts[k]) for k in ("x",) if k in facts))
        )
        rest = {k: hole for k, hole in holes.items() if k != "x"}
        return spelled(name, rest, ", ".join((values, *places)))
    width = "dx" if is_none(facts.get("x", Static(None))) else "x"
    if width == "dx":
        return _between_even_places(name, args, holes, facts)
    if _has_rule(args[0], facts["x"]):
        rest = {k: hole for k, hole in holes.items() if k == "axis"}
        return spelled(name, rest, f"{{0}}, {holes['x']}") if "x" in passed or "dx" in facts else None
    axis = integer(facts.get("axis", MINUS_ONE))
    rank = rank_of(facts["x"])
    along = None if axis is None else _with_axes_behind(f"{{np}}.diff({holes['x']})", rank, axis, rank_of(args[0]))
    if rank is not None and rank > 1:
        along = f"{{np}}.diff({holes['x']})" if axis == -1 else f"{{np}}.diff({holes['x']}, axis={axis})"
    return None if along is None else _formula(along, args[0], axis)


def _has_rule(values: Fact, places: Fact) -> bool:
    if not isinstance(values, Num) or not isinstance(places, Num):
        return False
    real = all(x.kind != "c" and not x.maybe_complex for x in (values, places))
    return real and (places.rank == 1 or is_unstretched(values.shape, places.shape))


def _between_even_places(name: str, args: Args, holes: dict[str, str], facts: Passed) -> str | None:
    rank = rank_of(facts["dx"]) if "dx" in facts else 0
    if rank:
        return _formula(holes["dx"], args[0], integer(facts.get("axis", MINUS_ONE)))
    if len(args) == 1:
        return None  # has a rule
    return spelled(name, {k: hole for k, hole in holes.items() if k != "x"})


def _with_axes_behind(widths: str, rank: int | None, axis: int, of_values: int | None) -> str | None:
    """A vector of widths along an axis of the values."""
    if rank != 1 or of_values is None or not -of_values <= axis < of_values:
        return None
    behind = of_values - 1 - axis % of_values
    return f"{widths}[{', '.join([':', *['None'] * behind])}]" if behind else widths


def _formula(widths: str, values: Fact, axis: int | None) -> str | None:
    rank = rank_of(values)
    if not rank or axis is None or not -rank <= axis < rank:
        return None
    before = ":, " * (axis % rank)
    return f"({widths} * ({{0}}[{before}1:] + {{0}}[{before}:-1]) / 2.0).sum(axis={axis})"


# ---- fits ----


@by_keyword(np.polyfit)
def _polyfit(name: str, args: Args, passed: Passed) -> str | None:
    """Of several series, with weights, with all that least squares tell, or with the covariance."""
    found = named(args, passed, "y deg rcond full w cov")
    if found is None or not {"y", "deg"} <= set(found[1]):
        return None
    holes, facts = found
    full, cov = flag(facts, "full"), _covariance(facts)
    given = {k for k in ("rcond", "w") if not is_none(facts.get(k, Static(None)))}
    several = rank_of(facts["y"]) == 2
    if full is None or cov is ... or rank_of(facts["deg"]) != 0:
        return None
    if not (full or cov or given or several):
        return f"{{np}}.polyfit({{0}}, {holes['y']}, {holes['deg']})" if len(facts) > 2 else None
    weighted = rank_of(facts["w"]) == 1 or isinstance(facts["w"], Seq) if "w" in given else True
    if not (is_double(args[0]) and is_double(facts["y"]) and rank_of(args[0]) == 1 and weighted):
        return None
    if isinstance(w := facts.get("w"), Num) and w.dtype != float and w.kind not in "iub":
        return None
    powers, values = f"{{np}}.vander({{0}}, {holes['deg']} + 1)", holes["y"]
    if "w" in given:
        weights = f"{{np}}.array({holes['w']})" if isinstance(facts["w"], Seq) else holes["w"]
        powers, values = f"{powers} * {weights}[:, None]", f"{values} * {weights}{'[:, None]' * several}"
    rcond = holes["rcond"] if "rcond" in given else "None"
    least = holes["rcond"] if "rcond" in given else f"len({{0}}) * {np.finfo(float).eps}"
    word = "full_" if full else "unscaled_" if cov == "unscaled" else "measured_" if cov else ""
    more = f", {least}" if full else ""
    return f"python_{word}{'fits' if several else 'fit'}({powers}, {values}, {rcond}{more})"


def _covariance(facts: Passed) -> object:
    """What ``cov=`` asks for; ``...`` where that is not known."""
    fact = facts.get("cov", Static(False))
    if isinstance(fact, Static):
        return fact.value
    return fact.value if isinstance(fact, Num) and fact.value is not None else ...
