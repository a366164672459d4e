"""Calls with keywords that have no rule of their own, written with what has one: covariances and interpolation.

>>> from s2sgrad.analysis.facts import Dim, array, python
>>> v = array(float, [Dim.of(4)])
>>> form_by_keyword(np.interp, [v, v, v], {"left": python(float, 0.0)}, method=False)
'{np}.where({0} < {1}[0], {left}, {np}.interp({0}, {1}, {2}))'
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Num, Seq
from s2sgrad.analysis.infer.table import is_none
from s2sgrad.analysis.keyword_forms import (
    Args,
    Passed,
    by_keyword,
    flag,
    form_by_keyword,
    is_double,
    is_real_array,
    named,
    names_double,
    spelled,
)

__all__ = ["form_by_keyword"]


@by_keyword(np.cov)
def _cov(name: str, args: Args, passed: Passed) -> str | None:
    """By keywords; of one row of numbers the variance; weighted observations by the formula."""
    found = named(args, passed, "y rowvar bias ddof fweights aweights")
    x = args[0]
    if found is None or not isinstance(x, Num) or x.rank not in (1, 2):
        return None
    holes, facts = found
    given = {k for k in facts if not is_none(facts[k])}
    if "dtype" in given:
        if not (is_double(x) and names_double(facts["dtype"])):
            return None
        return spelled(name, {k: hole for k, hole in holes.items() if k != "dtype"})
    if "y" in given:
        late = len(args) > 2 and not given & {"fweights", "aweights"}
        rest = {k: h for k, h in holes.items() if k in given and k != "y"}
        return spelled(name, rest, "{0}, " + holes["y"]) if late else None
    weights = given & {"fweights", "aweights"}
    if weights:
        return _weighted(x, given, holes, facts) if is_real_array(x) else None
    if x.rank == 2 and x.shape is not None:
        rows = flag(facts, "rowvar", True)
        if rows is None or x.shape[0 if rows else 1].constant != 1:
            return spelled(name, {k: h for k, h in holes.items() if k in given}) if len(args) > 1 else None
        return spelled(name, {k: h for k, h in holes.items() if k in given - {"rowvar"}}, "{np}.ravel({0})")
    return spelled(name, {k: h for k, h in holes.items() if k in given}) if len(args) > 1 else None


def _weighted(x: Num, given: set[str], holes: Mapping[str, str], facts: Passed) -> str | None:
    if len(given & {"fweights", "aweights"}) != 1:
        return None
    rows = flag(facts, "rowvar", True)
    if rows is None or (x.rank == 2 and not _is_matrix_of_covariances(x, rows)):
        return None
    kind = "fweights" if "fweights" in given else "aweights"
    w = facts[kind]
    floats = isinstance(w, Num) and (kind == "fweights" or (w.kind == "f" and not w.maybe_whole))
    hole = holes[kind] if floats else f"{{np}}.asarray({holes[kind]}, float)"
    if (rank_of(w) != 1 and not isinstance(w, Seq)) or ("bias" in given and flag(facts, "bias") is None):
        return None
    ddof = holes["ddof"] if "ddof" in given else "0" if "bias" in given and flag(facts, "bias") else "1"
    first = "{0}" if x.rank == 2 and rows else "{0}.T" if x.rank == 2 else "{0}[None]"
    behind = "" if x.rank == 2 else "[0, 0]"
    word = "counted" if kind == "fweights" else "weighted"
    return f"python_{word}_covariance({first}, {hole}, {ddof}){behind}"


def _is_matrix_of_covariances(x: Num, rows: bool) -> bool:
    """False where there may be one variable, for which NumPy gives a number."""
    return bool(x.shape) and x.shape[0].constant != 1 and x.shape[0 if rows else 1].not_one  # type: ignore[index]


@by_keyword(np.corrcoef)
def _corrcoef(name: str, args: Args, passed: Passed) -> str | None:
    """Of the rows, or the columns, of two matrices: of all of them together."""
    found = named(args, passed, "y rowvar bias ddof")
    if found is None:
        return None
    holes, facts = found
    if "dtype" in facts and is_double(args[0]) and names_double(facts["dtype"]):
        return spelled(name, {k: hole for k, hole in holes.items() if k != "dtype"})
    given = {k: hole for k, hole in holes.items() if not is_none(facts[k])}
    if "y" not in given:
        return spelled(name, given) if len(args) > 2 and set(given) <= {"rowvar"} else None
    if rank_of(args[0]) != 2 or rank_of(facts["y"]) != 2 or not set(given) <= {"y", "rowvar"}:
        return None
    rows = flag(facts, "rowvar", True)
    if rows is None:
        return None
    rest = {k: hole for k, hole in given.items() if k == "rowvar"}
    return spelled(name, rest, f"{{np}}.concatenate(({{0}}, {given['y']}){'' if rows else ', axis=1'})")


@by_keyword(np.interp)
def _interp(name: str, args: Args, passed: Passed) -> str | None:
    """What stands on either side is chosen; places that come again are put in order."""
    found = named(args, passed, "xp fp left right period")
    if found is None or not isinstance(args[0], Num) or args[0].rank is None:
        return None
    holes, facts = found
    given = {k for k in facts if not is_none(facts[k])}
    if "xp" not in given or "fp" not in given or not (given & {"left", "right", "period"} or len(holes) > len(given)):
        return None
    x, xp, fp = "{0}", holes["xp"], holes["fp"]
    plain = f"{{np}}.interp({x}, {xp}, {fp})"
    if "period" in given:
        pairs = ((xp, facts["xp"]), (fp, facts["fp"]))
        knots = [hole if isinstance(fact, Num) else f"{{np}}.asarray({hole})" for hole, fact in pairs]
        return f"python_periodic({x}, {knots[0]}, {knots[1]}, {holes['period']})"
    text = plain
    if "right" in given:
        text = f"{{np}}.where({x} > {xp}[-1], {holes['right']}, {text})"
    if "left" in given:
        text = f"{{np}}.where({x} < {xp}[0], {holes['left']}, {text})"
    return f"{text}[()]" if args[0].rank == 0 and given & {"left", "right"} else text
