"""Reductions over axes: Numba has ``sum`` over one axis, and neither ``keepdims`` nor ``max`` over an axis.

>>> from s2sgrad.dialects.helpers import Helpers
>>> from s2sgrad.quote import unquote
>>> def shown(text, rewrite): return unquote(rewrite(Call(quote(text), "np", Helpers([]))))
>>> shown("x.sum(axis=1, keepdims=True)", summed)
'np.expand_dims(x, 1).sum(axis=2)'
>>> shown("np.sum(x, axis=(0, 2))", summed)
'x.sum(axis=2).sum(axis=0)'
>>> shown("x.max(axis=-1)", extreme)
'largest(x, -1)[..., 0]'
"""

from __future__ import annotations

import gast

from s2sgrad.dialects.call import Call
from s2sgrad.quote import quote

__all__ = ["extreme", "summed"]

_HELPERS = {"max": "largest", "amax": "largest", "min": "smallest", "amin": "smallest", "mean": "average"}


def summed(call: Call) -> gast.expr | None:
    """``sum`` with ``keepdims`` or over several axes; None where Numba has it as it stands."""
    found = _arguments(call)
    if found is None:
        return None
    x, axes, keepdims = found
    if len(axes) == 1 and not keepdims:
        return None
    if not keepdims and (min(axes) < 0) != (max(axes) < 0):
        return None
    for n, axis in enumerate(sorted(axes, reverse=True)):
        if keepdims:
            x = quote(f"{{np}}.expand_dims({{x}}, {axis})", np=call.numpy, x=x)
            axis += 1 if axis >= 0 else -1
        at = quote(str(axis + n if axis < 0 and not keepdims else axis))
        x = quote("{x}.sum(axis={k})", x=x, k=at)
    return x


def extreme(call: Call) -> gast.expr | None:
    """``max``, ``min`` and ``mean`` over one axis; None where Numba has it as it stands."""
    found = _arguments(call)
    if found is None or len(found[1]) != 1:
        return None
    x, (axis,), keepdims = found
    kept = call.help(_HELPERS[call.function.split(".")[-1]], x, quote(str(axis)))
    if keepdims:
        return kept
    before = [":"] * axis if axis >= 0 else ["..."]
    return quote(f"{{x}}[{', '.join([*before, '0', *[':'] * (-axis - 1)])}]", x=kept)


def _arguments(call: Call) -> tuple[gast.expr, list[int], bool] | None:
    """What is reduced, over which axes, and whether they stay; None where that is not written out."""
    args = list(call.node.args)
    x = args.pop(0) if call.function.startswith("np.") and args else getattr(call.node.func, "value", None)
    given = {k.arg: k.value for k in call.node.keywords}
    if args:
        given["axis"] = args.pop(0)
    if args or x is None or not given.keys() <= {"axis", "keepdims"} or "axis" not in given:
        return None
    axes, keepdims = _literal(given["axis"]), _literal(given.get("keepdims", quote("False")))
    axes = (axes,) if type(axes) is int else axes
    if not (isinstance(axes, tuple) and axes and all(type(k) is int for k in axes) and isinstance(keepdims, bool)):
        return None
    return x, list(axes), keepdims


def _literal(node: gast.expr) -> object:
    if isinstance(node, gast.Constant):
        return node.value
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        value = _literal(node.operand)
        return -value if isinstance(value, int) else None
    return tuple(map(_literal, node.elts)) if isinstance(node, gast.Tuple) else None
