"""Which names own their memory: what an in-place operation may read while it writes elsewhere.

Numba runs ``a[1:] += a[:-1]`` element by element, and reads what it has just written. So the right side of such a
statement must be made anew, or be a name that owns memory of its own.

>>> text = "def f(x):\\n    y = 2 * x\\n    z = y\\n    for i in range(3):\\n        w = x[i]"
>>> sorted(owned_names(gast.parse(text).body[0]))
['i', 'y']
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.quote import nodes_in

__all__ = ["is_fresh", "may_overlap", "owned_names"]

_NEW = frozenset(
    [
        *("copy", "dot", "sum", "mean", "max", "min", "abs", "where", "maximum", "minimum"),
        *("sqrt", "exp", "log", "sin", "cos", "tanh", "sign"),
        *("zeros", "ones", "full", "zeros_like", "ones_like", "full_like"),
    ]
)
"""NumPy's functions and methods whose result is always new memory, or a number."""
_NUMBERS = frozenset(["float", "int", "len"])


def is_fresh(node: gast.expr) -> bool:
    """True for an expression whose value shares memory with nothing: a number, or the result of an operation."""
    if isinstance(node, gast.UnaryOp | gast.BinOp | gast.Compare):
        return True
    if isinstance(node, gast.Constant):
        return isinstance(node.value, int | float | complex)
    if not isinstance(node, gast.Call):
        return False
    # A function of the user's may have any name, and return a view.
    return getattr(node.func, "attr", "") in _NEW or getattr(node.func, "id", "") in _NUMBERS


def owned_names(function: gast.FunctionDef) -> frozenset[str]:
    """The names that every assignment binds to new memory."""
    bound: dict[str, bool] = {n.id: False for n in nodes_in(function.args) if isinstance(n, gast.Name)}
    certain: set[int] = set()
    for node in nodes_in(function):
        for target, fresh in _bindings(node):
            bound[target.id] = bound.get(target.id, True) and fresh
            certain.add(id(target))
    for node in nodes_in(function):
        if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store | gast.Del) and id(node) not in certain:
            bound[node.id] = False
    return frozenset(name for name, owned in bound.items() if owned)


def _bindings(node: Any) -> list[tuple[gast.Name, bool]]:
    """The names that a statement binds alone, and whether to new memory; an augmented one rebinds what was there."""
    if isinstance(node, gast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], gast.Name):
        return [(node.targets[0], is_fresh(node.value))]
    if isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
        return [(node.target, True)]
    if isinstance(node, gast.For) and isinstance(node.target, gast.Name):
        return [(node.target, _counts(node.iter))]
    return []


def _counts(node: gast.expr) -> bool:
    """True for a range, run forwards or backwards: its items are integers."""
    if not (isinstance(node, gast.Call) and isinstance(node.func, gast.Name)):
        return False
    return node.func.id == "range" or (node.func.id == "reversed" and _counts(node.args[0]))


def may_overlap(statement: gast.AugAssign, owned: frozenset[str], parameters: frozenset[str]) -> bool:
    """True where the right side of ``target += value`` may be a view of what is written."""
    value, root = statement.value, _root(statement.target)
    if is_fresh(value):
        return False
    if isinstance(value, gast.Name) and value.id in owned:
        return value.id == root or not (root in owned or root in parameters)
    return True


def _root(target: Any) -> str:
    while not isinstance(target, gast.Name):
        target = target.value
    return str(target.id)
