"""Which variables surely hold an array whose elements lie in memory row by row: flattening one then gives a view.

>>> import gast
>>> from s2sgrad.analysis.lower import lower
>>> text = "def f(x):\\n    A = np.zeros((2, 3))\\n    B = x.copy()\\n    C = 2 * x\\n    return A, B, C"
>>> sorted(row_by_row(lower(gast.parse(text).body[0]), lambda path: getattr(np, path[-1], None)))
['A', 'B']
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.analysis.ir import Assign, Block, Enter, For, NameTarget, Op, every_statement

__all__ = ["row_by_row"]

_FRESH = (np.zeros, np.ones, np.empty, np.full, np.eye, np.identity)
"""Functions that make an array in C order unless they are told another."""
_ORDER = {np.zeros: 3, np.ones: 3, np.empty: 3, np.full: 4, np.eye: 5}
"""By how many arguments the order is given by position."""


def row_by_row(block: Block, resolve: Callable[[tuple[str, ...]], Any]) -> frozenset[str]:
    """The variables to which nothing is assigned but arrays that are made in C order, by a known call.

    ``resolve`` gives what a dotted name of the module stands for.
    """
    made: dict[str, bool] = {}
    for statement in every_statement(block):
        if isinstance(statement, (Assign, For, Enter)):
            kept = isinstance(statement, Assign) and statement.augmented
            for target in () if kept else statement.targets:
                if isinstance(target, NameTarget):
                    good = isinstance(statement, Assign) and _is_fresh(target.value, resolve)
                    made[target.name] = made.get(target.name, True) and good
    return frozenset(name for name, good in made.items() if good)


def _is_fresh(op: Op, resolve: Callable[[tuple[str, ...]], Any]) -> bool:
    if op.form != "call" or any(name == "order" for name, _ in op.keywords):
        return False
    function, args = op.payload, op.args
    if function is None:
        callee, *args = op.args  # type: ignore[assignment]
        if callee.form == "attribute":
            return bool(callee.payload == "copy" and not args and not op.keywords)  # the method copies into C order
        function = resolve(callee.payload) if callee.form == "global" else None
    if function is np.array:
        return bool(args) and args[0].form in ("list", "tuple")
    known = any(function is f for f in _FRESH)
    return known and len(args) < _ORDER.get(function, 9) and not any(name == "like" for name, _ in op.keywords)
