"""Rewrite a generated function into the part of Python that Numba types; what it types already keeps its text.

>>> text = "def f(xs):\\n    for x in reversed(range(len(xs))):\\n        # a remark\\n        pass\\n"
>>> print(to_numba(text, "np", Helpers([])), end="")
def f(xs):
    for x in range(len(xs) - 1, -1, -1):
        # a remark
        pass
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2sgrad.dialects.call import Call
from s2sgrad.dialects.helpers import Helpers
from s2sgrad.dialects.owned import may_overlap, owned_names
from s2sgrad.dialects.reductions import extreme, summed
from s2sgrad.dialects.spans import Edit, replaced_text
from s2sgrad.errors import Refusal
from s2sgrad.printed import OF_RULES
from s2sgrad.quote import clone, nodes_in, quote, statements, structure

__all__ = ["to_numba"]


def to_numba(text: str, numpy: str, helpers: Helpers) -> str:
    """The text of functions in Numba's subset; helpers that it calls are noted in ``helpers``."""
    edits: list[Edit] = []
    for function in gast.parse(text).body:
        if isinstance(function, gast.FunctionDef):
            edits += _Function(function, numpy, helpers).edits()
    return replaced_text(text, edits)


class _Function:
    """The edits that one function needs."""

    def __init__(self, function: gast.FunctionDef, numpy: str, helpers: Helpers) -> None:
        self.function, self.numpy, self.helpers = function, numpy, helpers
        self.owned = owned_names(function)
        self.parameters = frozenset(n.id for n in nodes_in(function.args) if isinstance(n, gast.Name))

    def edits(self) -> list[Edit]:
        """What to replace, statement by statement."""
        return self._block(self.function.body)

    def _block(self, block: list[gast.stmt]) -> list[Edit]:
        return [edit for statement in block for edit in self._statement(statement)]

    def _statement(self, statement: Any) -> list[Edit]:
        blocks = [getattr(statement, key, None) for key in ("body", "orelse", "finalbody")]
        if not any(isinstance(block, list) for block in blocks):
            return self._simple(statement)
        edits = [edit for block in blocks if block for edit in self._block(block)]
        heads = [getattr(statement, key, None) for key in ("iter", "test")]
        return edits + [edit for head in heads if head is not None for edit in self._expression(head)]

    def _expression(self, node: gast.expr) -> list[Edit]:
        new = self._rewritten(node)
        return [] if structure(new) == structure(node) else [(node, new)]

    def _simple(self, statement: Any) -> list[Edit]:
        if isinstance(statement, gast.AugAssign) and may_overlap(statement, self.owned, self.parameters):
            return [(statement, _apart(self._rewritten(statement)))]
        new = self._rewritten(statement)
        return [] if structure(new) == structure(statement) else [(statement, [new])]

    def _rewritten(self, node: Any) -> Any:
        """A copy of ``node`` with every expression in Numba's terms, inner ones first."""
        new = clone(node)
        for found in reversed(nodes_in(new)):
            for key, value in list(found.__dict__.items()):
                if isinstance(value, gast.AST):
                    setattr(found, key, self._one(value))
                elif isinstance(value, list):
                    setattr(found, key, [self._one(v) if isinstance(v, gast.AST) else v for v in value])
        return self._one(new)

    def _one(self, node: Any) -> Any:
        _refuse_other_numbers(node, self.numpy)
        if not isinstance(node, gast.Call):
            return node
        call = Call(node, self.numpy, self.helpers)
        _refuse_outputs(call)
        rewrite = _REWRITES.get(call.function)
        return (rewrite and rewrite(call)) or node


def _apart(statement: Any) -> list[gast.stmt]:
    """``a[i] += e`` as ``a[i] = a[i] + e``, and ``a += e`` as ``a += +e``: the right side is made before the left."""
    if isinstance(statement.target, gast.Name) or any(isinstance(n, gast.Call) for n in nodes_in(statement.target)):
        statement.value = quote("+{e}", e=statement.value)
        return [statement]
    new = statements("{t} = {v}", t=clone(statement.target), v=quote("a + b"))[0]
    read = clone(statement.target)
    read.ctx = gast.Load()
    new.value.left, new.value.op, new.value.right = read, statement.op, statement.value
    return [new]


def _refuse_other_numbers(node: Any, numpy: str) -> None:
    if isinstance(node, gast.Attribute) and node.attr == "random" and getattr(node.value, "id", "") == numpy:
        raise Refusal(
            "Numba draws other random numbers than NumPy", "draw them outside, or from a generator that is passed in"
        )
    if isinstance(node, gast.Call) and getattr(node.func, "id", "") == "copy_generator":
        raise Refusal("Numba cannot copy a generator of random numbers", "draw outside of what is checkpointed")


def _refuse_outputs(call: Call) -> None:
    """``np.add(a, b, c)`` writes into ``c`` element by element: where they overlap, Numba's numbers are others."""
    ufunc = getattr(np, call.function.removeprefix("np."), None) if call.function.startswith("np.") else None
    if isinstance(ufunc, np.ufunc) and len(call.node.args) > ufunc.nin:
        raise Refusal(f"`{call.function}` with an array for its result differs in Numba", "assign the result")


def _reversed(call: Call) -> gast.expr | None:
    if len(call.node.args) != 1:
        return None
    (of,) = call.node.args
    if isinstance(of, gast.Call) and getattr(of.func, "id", "") == "range" and not of.keywords:
        return _backwards(of)
    return quote("{x}[::-1]", x=of)


def _backwards(of: gast.Call) -> gast.expr:
    if len(of.args) == 1:
        return quote("range({n}, -1, -1)", n=_less_one(of.args[0]))
    start, stop, *step = of.args
    if not step:
        return quote("range({b}, {a}, -1)", b=_less_one(stop), a=_less_one(start))
    last = quote("{a} + (len({r}) - 1) * {k}", a=start, r=of, k=step[0])
    return quote("range({last}, {a} - {k}, -{k})", last=last, a=start, k=step[0])


def _less_one(node: gast.expr) -> gast.expr:
    if isinstance(node, gast.Constant) and isinstance(node.value, int):
        return quote(str(node.value - 1)) if node.value > 0 else quote("-{n}", n=quote(str(1 - node.value)))
    return quote("{n} - 1", n=node)


def _at(call: Call) -> gast.expr | None:
    """``np.add.at(x, i, v)``; another function's ``at`` is left for Numba to refuse."""
    inner = call.node.func.value
    plain = isinstance(inner, gast.Attribute) and inner.attr == "add" and getattr(inner.value, "id", "") == call.numpy
    pairs = plain and isinstance(call.node.args[1], gast.Tuple)
    return call.help("added_at_pairs" if pairs else "added_at", *call.node.args) if plain else None


def _ravel_multi_index(call: Call) -> gast.expr | None:
    """What gradients ask for: indices that are known to lie inside, the negative ones counted from the end."""
    mode = [getattr(k.value, "value", None) for k in call.node.keywords if k.arg == "mode"]
    wrapped = mode == ["wrap"] and len(call.node.keywords) == 1 and len(call.node.args) == 2
    return call.help("places_of", *call.node.args) if wrapped else None


def _full_like(call: Call) -> gast.expr | None:
    """Numba fills with numbers only."""
    plain = len(call.node.args) == 2 and not call.node.keywords
    number = plain and isinstance(call.node.args[1], gast.Constant)
    return call.help("filled_like", *call.node.args) if plain and not number else None


def _astype(call: Call) -> gast.expr:
    new = clone(call.node)
    new.keywords = [k for k in new.keywords if k.arg != "copy"]
    return new


def _sum_to(call: Call) -> gast.expr:
    return call.help("sum_to", *call.node.args)


def _of_rules(name: str, call: Call) -> gast.expr:
    return call.help(name, *call.node.args)


_REWRITES: dict[str, Callable[[Call], gast.expr | None]] = {
    "reversed": _reversed,
    "sum_to": _sum_to,
    **{name: functools.partial(_of_rules, name) for name in OF_RULES},
    ".at": _at,
    ".astype": _astype,
    "np.full_like": _full_like,
    "np.ravel_multi_index": _ravel_multi_index,
    ".sum": summed,
    "np.sum": summed,
    ".max": extreme,
    "np.max": extreme,
    "np.amax": extreme,
    ".min": extreme,
    "np.min": extreme,
    "np.amin": extreme,
    ".mean": extreme,
    "np.mean": extreme,
}
