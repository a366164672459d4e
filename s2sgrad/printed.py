"""What generated code calls besides NumPy and itself: one helper, printed above it where a shape cannot be known.

>>> sum_to(np.ones((2, 3)), (1, 3))
array([[2., 2., 2.]])
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["SUM_TO", "is_sum_to", "sum_to"]

SUM_TO = '''
def sum_to(g, shape):
    """Sum g over the axes that broadcasting added or stretched."""
    g = g.sum(axis=tuple(range(np.ndim(g) - len(shape))))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=ones, keepdims=True)
'''


def _made() -> Callable[[Any, Any], Any]:
    scope: dict[str, Any] = {}
    exec("import numpy as np\n" + SUM_TO, scope)  # as in a file: what is imported above is called in another way
    made: Callable[[Any, Any], Any] = scope["sum_to"]
    return made


sum_to: Any = _made()
"""The helper as a function, by which the facts and the rule of every printed copy are found."""


def is_sum_to(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    if not isinstance(value, types.FunctionType) or value.__name__ != "sum_to":
        return False
    generated = value.__code__.co_filename.startswith("<s2sgrad generated ")
    return generated or (value.__globals__.get("np") is np and _steps(value.__code__) == _steps(sum_to.__code__))


def _steps(code: types.CodeType) -> tuple[Any, ...]:
    """What a function does, wherever it stands."""
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    constants = tuple(const for const in code.co_consts if not isinstance(const, types.CodeType))
    return code.co_code, code.co_names, code.co_varnames, constants, *map(_steps, inner)
