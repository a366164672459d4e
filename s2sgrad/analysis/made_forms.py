"""Calls with keywords that have no rule of their own, written with what has one: arrays made, joined, put in order.

>>> from s2sgrad.analysis.facts import python
>>> form_by_keyword(np.array, [python(float)], {"ndmin": python(int, 2)}, method=False)
'{np}.array({0})[None, None]'
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.arrays import rank_of
from s2sgrad.analysis.facts import Fact, Num, Record, Seq, Static
from s2sgrad.analysis.infer.table import axes, integer, is_none, numpy_functions, truth
from s2sgrad.analysis.keyword_forms import Args, Passed, by_keyword, flag, has_step, is_double, named
from s2sgrad.analysis.series_forms import form_by_keyword
from s2sgrad.errors import Refusal

__all__ = ["form_by_keyword"]


def _text(name: str, args: Args, passed: Passed, without: set[str]) -> str:
    rest = [f"{{{k}}}" for k in range(len(args))] + [f"{k}={{{k}}}" for k in passed if k not in without]
    return f"{{np}}.{name}({', '.join(rest)})"


def _without(name: str, args: Args, passed: Passed, **harmless: Any) -> str | None:
    """Without keywords that have one of the values that change nothing."""
    extra = {k for k in passed if k in harmless}
    if not extra or not all(_is_one_of(passed[k], harmless[k]) for k in extra):
        return None
    return _text(name, args, passed, extra)


def _is_one_of(fact: Fact, values: tuple[Any, ...] | None) -> bool:
    if values is None:
        return True
    value = fact.value if isinstance(fact, Static | Num) else ...
    return any(value is v or (type(value) is type(v) and value == v) for v in values)


# ---- arrays made ----


@by_keyword(np.array)
def _array(name: str, args: Args, passed: Passed) -> str | None:
    """With axes put in front by an index; subclasses and devices there are none of."""
    kept = {k: v for k, v in passed.items() if k not in ("subok", "ndmin")}
    if len(args) > 2 or len(kept) == len(passed):
        return None
    text = _text(name, args, kept, set())
    if "ndmin" not in passed:
        return text
    least, x = integer(passed["ndmin"]), args[0]
    rank = rank_of(x) if isinstance(x, Num) else _depth(x)
    if least is None or rank is None:
        return None
    return text if rank >= least else f"{text}[{', '.join(['None'] * (least - rank))}]"


def _depth(fact: Fact) -> int | None:
    """The rank of the array that becomes of a list."""
    if isinstance(fact, Num):
        return fact.rank
    items = ((fact.element,) if fact.items is None else fact.items) if isinstance(fact, Seq) else ()
    depths = {_depth(item) for item in items}
    depth = depths.pop() if len(depths) == 1 else None
    return None if depth is None else depth + 1


@by_keyword(np.full, np.broadcast_to, np.full_like)
def _filled(name: str, args: Args, passed: Passed) -> str | None:
    """Of another shape than the array has of which it has the dtype; where it lies is no matter."""
    if name == "full_like" and "shape" in passed and not is_none(passed["shape"]) and len(args) == 2:
        dtype = "{dtype}" if "dtype" in passed and not is_none(passed["dtype"]) else "{0}.dtype"
        array = isinstance(args[0], Num) and args[0].box == "array"
        return f"{{np}}.full({{shape}}, {{1}}, dtype={dtype})" if array or dtype == "{dtype}" else None
    return _without(name, args, passed, subok=(False, True, None), device=(None, "cpu"))


@by_keyword(np.reshape)
def _reshape(name: str, args: Args, passed: Passed) -> str | None:
    """A copy is made by its own call."""
    if "copy" not in passed or is_none(passed["copy"]) or not isinstance(args[0], Num) or args[0].box != "array":
        return _without(name, args, passed, copy=(None,))
    return f"{{np}}.copy({_text(name, args, passed, {'copy'})})" if truth(passed["copy"]) else None


@by_keyword(np.pad)
def _pad(name: str, args: Args, passed: Passed) -> str | None:
    """There is nothing to write where a dict tells the widths; without the way to reflect that is the usual one."""
    width = args[1] if len(args) > 1 else passed.get("pad_width")
    if isinstance(width, Record):
        reason = "`pad_width=` of `pad` is a dict, which has no derivative rule"
        raise Refusal(reason, "write it as a tuple of pairs", None)
    return _without(name, args, passed, reflect_type=("even",))


@by_keyword(np.expand_dims)
def _expand_dims(name: str, args: Args, passed: Passed) -> str | None:
    """Axes in a list as a tuple."""
    found = named(args, passed, "axis")
    listed = None if found is None else found[1].get("axis")
    if not isinstance(listed, Seq) or listed.kind != "list" or not isinstance(args[0], Num):
        return None
    return f"{{np}}.expand_dims({{0}}, tuple({found[0]['axis']}))" if found is not None else None


@by_keyword(np.broadcast_arrays, np.meshgrid)
def _broadcast(name: str, args: Args, passed: Passed) -> str | None:
    """Lists as the arrays that NumPy makes of them."""
    lists = [isinstance(a, Seq) and a.kind in ("list", "tuple") for a in args]
    if not any(lists):
        return _without(name, args, passed, copy=(True,), subok=(False,))
    made = [f"{{np}}.array({{{k}}})" if is_list else f"{{{k}}}" for k, is_list in enumerate(lists)]
    return f"{{np}}.{name}({', '.join(made + [f'{k}={{{k}}}' for k in passed])})"


@by_keyword(np.atleast_1d, np.atleast_2d, np.atleast_3d)
def _at_least(name: str, args: Args, passed: Passed) -> str | None:
    """Of several arrays: one call each."""
    if len(args) < 2 or passed:
        return None
    calls = ", ".join(f"{{np}}.{name}({{{k}}})" for k in range(len(args)))
    return f"({calls})" if isinstance(np.atleast_1d(0, 0), tuple) else f"[{calls}]"


@by_keyword(np.linspace)
def _linspace(name: str, args: Args, passed: Passed) -> str | None:
    """Of arrays with its step."""
    found = named(args, passed, "stop num endpoint retstep dtype axis")
    if found is None or not set(found[1]) <= {"stop", "num", "endpoint", "retstep", "axis"}:
        return _without(name, args, passed, device=(None, "cpu"))
    holes, facts = found
    ends = flag(facts, "endpoint", True)
    if not flag(facts, "retstep") or ends is None or not has_step(facts.get("num"), ends):
        return None
    if len(args) == 3 and "axis" not in facts and rank_of(args[0]) == rank_of(args[1]) == 0:
        return None  # is written so already
    if rank_of(args[0]) is None or rank_of(facts["stop"]) is None:
        return None
    rest = ", ".join(f"{k}={hole}" for k, hole in holes.items() if k not in ("stop", "num", "retstep"))
    call = f"{{np}}.linspace({{0}}, {holes['stop']}, {holes['num']}{', ' + rest if rest else ''})"
    parts = f"({holes['num']} - 1)" if ends else holes["num"]
    return f"({call}, ({holes['stop']} - {{0}}) / {parts})"


@by_keyword(np.logspace)
def _logspace(name: str, args: Args, passed: Passed) -> str | None:
    """Of arrays, or of a base that may vary: a power."""
    found = named(args, passed, "stop num endpoint base dtype axis")
    if found is None or "dtype" in found[1] or "stop" not in found[1]:
        return None
    holes, facts = found
    base = facts.get("base")
    varies = isinstance(base, Num) and base.value is None and base.rank == 0
    first, last = rank_of(args[0]), rank_of(facts["stop"])
    if first is None or last is None or (base is not None and rank_of(base) != 0):
        return None
    if not varies and max(first, last) == 0 and len(args) <= 4:
        return None  # has a rule
    rest = [f"{k}={holes[k]}" for k in ("num", "endpoint", "axis") if k in holes]
    return f"{holes.get('base', '10.0')} ** {{np}}.linspace({', '.join(['{0}', holes['stop'], *rest])})"


@by_keyword(np.geomspace)
def _geomspace(name: str, args: Args, passed: Passed) -> str | None:
    """Of arrays: powers of the quotient of the ends."""
    found = named(args, passed, "stop num endpoint dtype axis")
    if found is None or "dtype" in found[1] or "stop" not in found[1]:
        return None
    holes, facts = found
    first, last = rank_of(args[0]), rank_of(facts["stop"])
    if first is None or last is None or not (is_double(args[0]) or is_double(facts["stop"])):
        return None
    rank = max(first, last)
    if rank == 0:
        return None  # has a rule
    place = axes(facts["axis"], rank + 1) if "axis" in facts else (0,)
    if place is None or len(place) != 1:
        return None
    ends = [f"endpoint={holes['endpoint']}"] if "endpoint" in holes else []
    rest = ", ".join(["0", "1", holes.get("num", "50"), *ends])
    index = ", ".join(":" if k == place[0] else "None" for k in range(rank + 1))
    pairs = (("{0}", first), (holes["stop"], last))
    first_last = [f"{{np}}.expand_dims({hole}, {place[0]})" if own == rank else hole for hole, own in pairs]
    for i, (hole, own) in enumerate(pairs):
        if 0 < own < rank:  # as if it had axes in front
            own_axes = [k - (k > place[0]) >= rank - own and k != place[0] for k in range(rank + 1)]
            first_last[i] = f"{hole}[{', '.join(':' if own_axis else 'None' for own_axis in own_axes)}]"
    start, stop = first_last
    return f"{start} * ({stop} / {start}) ** {{np}}.linspace({rest})[{index}]"


# ---- arrays joined and put in order ----


@by_keyword(*numpy_functions("concatenate concat stack vstack hstack"))
def _joined(name: str, args: Args, passed: Passed) -> str | None:
    """Whatever may be cast."""
    return _without(name, args, passed, casting=None)


@by_keyword(np.sort)
def _sort(name: str, args: Args, passed: Passed) -> str | None:
    """There are no fields to sort by."""
    return _without(name, args, passed, order=(None,))


@by_keyword(np.partition)
def _partition(name: str, args: Args, passed: Passed) -> str | None:
    """In whichever way it is found; of all elements in a row."""
    found = named(args, passed, "kth axis kind order")
    if found is None or "kth" not in found[1] or not is_none(found[1].get("order", Static(None))):
        return None
    holes, facts = found
    whole = "axis" in facts and is_none(facts["axis"])
    if not whole and not {"kind", "order"} & set(facts):
        return None
    rest = f", axis={holes['axis']}" if "axis" in holes and not whole else ""
    return f"{{np}}.partition({'{np}.ravel({0})' if whole else '{0}'}, {holes['kth']}{rest})"


@by_keyword(np.diff)
def _diff(name: str, args: Args, passed: Passed) -> str | None:
    """What is put in front and behind, joined to the array first."""
    found = named(args, passed, "n axis prepend append")
    x = args[0]
    if found is None or not isinstance(x, Num) or not x.rank or not is_double(x):
        return None
    holes, facts = found
    more = [k for k in ("prepend", "append") if k in facts]
    if not more or (len(facts) == 1 and x.rank == 1 and isinstance(facts[more[0]], Num)):
        return None  # has a rule
    place = axes(facts["axis"], x.rank) if "axis" in facts else (x.rank - 1,)
    if place is None or len(place) != 1 or ("n" in facts and not integer(facts["n"])):
        return None  # no differences at all are those of the array alone
    parts = {"prepend": "", "x": "{0}", "append": ""}
    for k in more:
        rank = rank_of(facts[k]) if isinstance(facts[k], Num) else _depth(facts[k])
        if rank == 0:
            shape = [f"{{0}}.shape[{m}]" if m != place[0] else "1" for m in range(x.rank)]
            parts[k] = f"{{np}}.broadcast_to({holes[k]}, ({', '.join(shape)},))"
        elif rank == x.rank:
            parts[k] = holes[k] if isinstance(facts[k], Num) else f"{{np}}.array({holes[k]})"
        else:
            return None
    joined = f"{{np}}.concatenate(({', '.join(part for part in parts.values() if part)}), axis={place[0]})"
    count = f", {holes['n']}" if "n" in holes else ""
    return f"{{np}}.diff({joined}{count}, axis={place[0]})"


@by_keyword(np.ediff1d)
def _ediff1d(name: str, args: Args, passed: Passed) -> str | None:
    """By keywords, with arrays for lists."""
    found = named(args, passed, "to_end to_begin")
    if found is None or (len(args) == 1 and not any(isinstance(f, Seq) for f in passed.values())):
        return None
    holes, facts = found
    rest = [f"{k}={{np}}.array({h})" if isinstance(facts[k], Seq) else f"{k}={h}" for k, h in holes.items()]
    return f"{{np}}.ediff1d({', '.join(['{0}', *rest])})"
