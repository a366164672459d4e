"""Write a call that changes an array in place as the store that it is: ``np.exp(x, out=y)`` as ``y[...] = np.exp(x)``.

>>> from s2sgrad.normalize.wanted import rewriting_at
>>> from s2sgrad.quote import statements, unquote
>>> body = statements("np.add(a, b, out=a)\\ny.fill(0.0)\\nnp.copyto(y, a)")
>>> places = {rewriting_at("store", s.value) for s in body}
>>> _, body = stores_of_calls(body, places, {"np.copyto": np.copyto}.get, "np")
>>> print("".join(map(unquote, body)), end="")
a[...] = np.add(a, b)
y[...] = 0.0
y[...] = a
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import gast
import numpy as np

from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.parts import moved
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.quote import clone, nodes_in, quote, statements, substitute

__all__ = ["output_position", "stores_in_copies", "stores_of_calls"]

Resolve = Callable[[str], Any]

_BY_NAME = {
    "fill": "{y}[...] = {0}",
    "shuffle": "{0}[...] = {0}[{y}.permutation(len({0}))]",
    "copyto": "{0}[...] = {1}",
}
_HOLDING = (gast.stmt, gast.ExceptHandler, gast.match_case)
_SORTS = ("sort", "partition")


_OUTPUTS = {
    1: "conj conjugate fix isneginf isposinf",
    2: "all amax amin any argmax argmin around choose concat concatenate dot max median min nanargmax nanargmin nanmax "
    "nanmedian nanmin outer ptp round round_ stack",
    3: "clip compress cumprod cumsum mean nancumprod nancumsum nanmean nanpercentile nanprod nanquantile nanstd nansum "
    "nanvar percentile prod quantile std sum take var",
    4: "fft fft2 fftn hfft ifft ifft2 ifftn ihfft irfft irfft2 irfftn rfft rfft2 rfftn",
    5: "trace",
}
_POSITIONS = {
    id(getattr(owner, name)): position
    for position, names in _OUTPUTS.items()
    for owner in (np, np.ndarray, np.fft)
    for name in names.split()
    if callable(getattr(owner, name, None))
}
_OF_UFUNCS = {"reduce": 3, "accumulate": 3, "reduceat": 4}


def output_position(function: Any) -> int | None:
    """Which positional argument of a function, or of a method after its object, is ``out``; None where it has none."""
    if isinstance(function, np.ufunc):
        return function.nin
    ufunc = getattr(function, "ufunc", getattr(function, "__self__", None))
    if isinstance(ufunc, np.ufunc):
        return _OF_UFUNCS.get(getattr(function, "name", getattr(function, "__name__", "")))
    return _POSITIONS.get(id(function))


def stores_of_calls(
    body: list[gast.stmt], places: Collection[Rewriting], resolve: Resolve, numpy: str
) -> tuple[list[gast.stmt], list[gast.stmt]]:
    """``body`` with the calls at ``places`` as stores.

    First only with those that become one statement, which may be printed as the user wrote it, then with all.
    """
    if not places:
        return body, body
    rewriting = _Pass(frozenset(places), resolve, numpy)
    rewriting.taken = {n.id for s in body for n in nodes_in(s) if isinstance(n, gast.Name)}
    single = rewriting.block(body)
    rewriting.alone = False
    return single, rewriting.block(single)


def stores_in_copies(
    body: list[gast.stmt], places: Collection[Rewriting], resolve: Resolve, numpy: str
) -> list[gast.stmt]:
    """``body``, in which loops are written out, with the calls that are asked for in one copy alone as stores.

    They stand alone, for they return None: a statement that is anything else was made of one before.
    """
    told = frozenset(r for r in places if r.detail is not None)
    rewriting = _Pass(told, resolve, numpy, gast.Expr)
    rewriting.alone = False
    rewriting.taken = {n.id for s in body for n in nodes_in(s) if isinstance(n, gast.Name)}
    return rewriting.block(body) if told else body


class _Pass:
    def __init__(
        self, places: frozenset[Rewriting], resolve: Resolve, numpy: str, kind: type[gast.stmt] = gast.stmt
    ) -> None:
        self.kind = kind
        self.resolve, self.numpy = resolve, numpy
        self.texts = {r.place: r.detail for r in places}
        self.alone = True
        self.made: list[gast.stmt] = []
        self.taken: set[str] = set()

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        return [new for statement in body for new in self._statement(statement)]

    def _statement(self, statement: Any) -> list[gast.stmt]:
        if any(statement is s for s in self.made):
            return [statement]
        if any(map(_is_block, statement.__dict__.values())):
            return [self._around(statement)]
        nodes = nodes_in(statement) if isinstance(statement, self.kind) else ()
        found = [n for n in nodes if isinstance(n, gast.Call) and self._is_asked(n)]
        return self._rewritten(statement, found) if found else [statement]

    def _around(self, node: Any) -> Any:
        """A compound statement, a handler or a case of ``match`` with the stores in its blocks."""
        new = shallow(node)
        for key, value in node.__dict__.items():
            if _is_block(value):
                parts = isinstance(value[0], gast.stmt)
                setattr(new, key, self.block(value) if parts else [self._around(v) for v in value])
        return new

    def _is_asked(self, call: gast.Call) -> bool:
        return hasattr(call, "lineno") and _place(call) in self.texts

    def _rewritten(self, statement: Any, found: list[gast.Call]) -> list[gast.stmt]:
        call = found[0]
        # The call that gives the object of a method starts where the call of the method does.
        others = [n for n in found[1:] if _place(n) != _place(call)]
        if getattr(statement, "value", None) is not call or others:
            raise Refusal(
                "an array is changed in place inside a larger expression here", "make it a statement of its own", call
            )
        text, holes = self._store(call)
        filled = {f"hole_{name}": tree for name, tree in holes.items()}
        stores = [substitute(moved(s, call), filled) for s in statements(text)]
        rest = [] if isinstance(statement, gast.Expr) else self._named(statement, holes.get("out"), call)
        printed = isinstance(stores[0], gast.Assign) and not isinstance(stores[0].targets[0], gast.Name)
        if self.alone and (rest or not printed):
            return [statement]
        made = [_at(s, statement) for s in [*stores, *rest]]
        self.made += made
        return made

    def _named(self, statement: Any, out: gast.expr | None, call: gast.Call) -> list[gast.stmt]:
        """What else the statement does with the result: another name for the array, or its return."""
        if out is None:
            raise Refusal("this call returns None", "leave the assignment out", call)
        target = statement.targets[0] if isinstance(statement, gast.Assign) and len(statement.targets) == 1 else None
        if isinstance(target, gast.Name) and isinstance(out, gast.Name) and target.id == out.id:
            return []
        new = clone(statement)
        new.value = clone(out)
        return [new]

    def _store(self, call: gast.Call) -> tuple[str, dict[str, gast.expr]]:
        passed = {k.arg: k.value for k in call.keywords}
        if "out" in passed:
            return self._output(call, passed["out"], list(call.args), [k for k in call.keywords if k.arg != "out"])
        position = output_position(self.resolve(gast.unparse(call.func)))
        if position is not None and len(call.args) > position + 1:
            raise Refusal("arguments follow the array for the result here", "give them by keyword", call)
        if position is not None and len(call.args) == position + 1:
            return self._output(call, call.args[position], call.args[:position], list(call.keywords))
        return self._by_name(call, passed)

    def _output(self, call: Any, out: Any, args: Any, keywords: Any) -> tuple[str, dict[str, gast.expr]]:
        if isinstance(out, gast.Tuple) and len(out.elts) == 1:
            out = out.elts[0]
        if not isinstance(out, (gast.Name, gast.Subscript, gast.Attribute)):
            raise Refusal("`out=` must be a variable or a part of one", "name the array first", out)
        value = call.__class__.__new__(call.__class__)
        value.__dict__.update(call.__dict__)
        value.args, value.keywords = args, keywords
        where = next((k.value for k in keywords if k.arg == "where"), None)
        if where is not None and isinstance(self.resolve(gast.unparse(call.func)), np.ufunc):
            value.keywords = [k for k in keywords if k.arg != "where"]
            text = "{y}[...] = {np}.where({where}, {value}, {y})"
            return text, {"y": out, "out": out, "value": value, "where": where, "np": quote(self.numpy)}
        return "{y}[...] = {value}", {"y": out, "out": out, "value": value}

    def _by_name(self, call: Any, passed: dict[str, gast.expr]) -> tuple[str, dict[str, gast.expr]]:
        if not isinstance(call.func, gast.Attribute):
            raise Refusal("an array is changed in place by this call", "give it as `out=`", call)
        name, np_ = call.func.attr, quote(self.numpy)
        holes = {"y": call.func.value, "np": np_, **{f"a{i}": a for i, a in enumerate(call.args)}}
        if name in _SORTS:
            value = quote(f"{{np}}.{name}({{y}})", np=np_, y=call.func.value)
            value.args += call.args
            value.keywords = call.keywords
            return "{y}[...] = {value}", {"y": call.func.value, "value": gast.copy_location(value, call)}
        if name == "copyto" and set(passed) == {"where"} and len(call.args) == 2:
            return "{a0}[...] = {np}.where({m}, {a1}, {a0})", {**holes, "m": passed["where"]}
        if self.resolve(gast.unparse(call.func)) is None:
            args = [call.func.value, *call.args] if name not in ("fill", "shuffle") else call.args
            holes.update({f"a{i}": a for i, a in enumerate(args)})
            call = gast.copy_location(quote("f()"), call)
            call.args = args
        text = self.texts[_place(call)] or _BY_NAME.get(name)
        told = name in ("put_along_axis", "resize")  # the axis, or lengths, are told by the form
        if text is None or passed or (not told and len(call.args) != _count(text)):
            raise Refusal(f"`{name}` is not differentiated in this form", "assign the new value to a slice", call)
        for i, part in enumerate(call.args):
            if text.count(f"{{{i}}}") > 1 and any(isinstance(n, gast.Call) for n in nodes_in(part)):
                raise Refusal(f"this argument of `{name}` is needed twice", "give it a name first", part)
        if "{i}" in text:
            _check_named(call)
            text = text.replace("{i}", "i" if self.alone else fresh("i", self.taken))
        return text.replace("{0}", "{a0}").replace("{1}", "{a1}").replace("{2}", "{a2}"), holes


def _place(call: Any) -> tuple[int, int]:
    return call.lineno, call.col_offset


def _count(text: str) -> int:
    """How many arguments stand in a form."""
    return 1 + max(i for i in range(3) if f"{{{i}}}" in text)


def _check_named(call: Any) -> None:
    """What a loop reads in every round must be a variable or a constant."""
    for part in call.args:
        listed = isinstance(part, (gast.List, gast.Tuple)) and all(isinstance(e, gast.Constant) for e in part.elts)
        if not listed and not isinstance(part, (gast.Name, gast.Constant)):
            raise Refusal("this is needed for one index after the other", "give it a name first", part)


def _is_block(value: Any) -> bool:
    """True for statements, and for handlers and cases, which hold statements."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], _HOLDING)


def _at(statement: Any, place: Any) -> Any:
    """The statement with the position of ``place``; parts taken from the user's text keep theirs."""
    for node in nodes_in(statement):
        if "lineno" in getattr(node, "_attributes", ()) and not hasattr(node, "lineno"):
            gast.copy_location(node, place)
    return gast.copy_location(statement, place)
