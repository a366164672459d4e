"""What generated code calls besides NumPy and itself: helpers, printed above it where they cannot be done without.

>>> sum_to(np.ones((2, 3)), (1, 3))
array([[2., 2., 2.]])
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "COPY_GENERATOR",
    "OBJECT_OF",
    "SUM_TO",
    "copy_generator",
    "is_copy_generator",
    "is_object_of",
    "is_sum_to",
    "object_of",
    "sum_to",
]

SUM_TO = '''
def sum_to(g, shape):
    """Sum g over the axes that broadcasting added or stretched."""
    g = g.sum(axis=tuple(range(np.ndim(g) - len(shape))))
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=ones, keepdims=True)
'''


OBJECT_OF = '''
def object_of(cls, **attributes):
    """An object of a class with these attributes, made without its __init__."""
    made = object.__new__(cls)
    made.__dict__.update(attributes)
    return made
'''


COPY_GENERATOR = '''
def copy_generator(rng):
    """A generator that draws the numbers that rng is about to draw, and leaves rng alone."""
    from copy import deepcopy

    return deepcopy(rng)
'''


def _made(name: str, text: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec("import numpy as np\n" + text, scope)  # as in a file: what is imported above is called in another way
    made: Callable[..., Any] = scope[name]
    return made


sum_to: Any = _made("sum_to", SUM_TO)
"""The helper as a function, by which the facts and the rule of every printed copy are found."""

object_of: Any = _made("object_of", OBJECT_OF)
"""What stands for a call of a class whose ``__init__`` was written out, where the object is needed as a whole."""


copy_generator: Any = _made("copy_generator", COPY_GENERATOR)
"""What keeps a generator of random numbers as it was, so that the backward pass draws the same numbers again."""


def is_sum_to(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, sum_to)


def is_object_of(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, object_of)


def is_copy_generator(value: Any) -> bool:
    """True for a copy of the helper that was compiled from generated text, which may stand in a file of the user's."""
    return _is_copy(value, copy_generator)


def _is_copy(value: Any, helper: Any) -> bool:
    if not isinstance(value, types.FunctionType) or value.__name__ != helper.__name__:
        return False
    generated = value.__code__.co_filename.startswith("<s2sgrad generated ")
    return generated or (value.__globals__.get("np") is np and _steps(value.__code__) == _steps(helper.__code__))


def _steps(code: types.CodeType) -> tuple[Any, ...]:
    """What a function does, wherever it stands."""
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    constants = tuple(const for const in code.co_consts if not isinstance(const, types.CodeType))
    return code.co_code, code.co_names, code.co_varnames, constants, *map(_steps, inner)
