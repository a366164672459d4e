"""Compute again in the backward pass instead of saving in the forward pass.

>>> @checkpoint
... def block(x):
...     return x * x
>>> block(3.0), is_recomputed(block), list(checkpointed(range(3), snapshots=2))
(9.0, True, [0, 1, 2])
"""

from __future__ import annotations

import functools
import inspect
import operator
import types
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from s2sgrad.errors import ArgumentError

__all__ = ["checkpoint", "checkpointed", "is_recomputed"]

F = TypeVar("F", bound=Callable[..., Any])

_MARKED: weakref.WeakSet[types.FunctionType] = weakref.WeakSet()
_TWINS: weakref.WeakKeyDictionary[types.FunctionType, types.FunctionType] = weakref.WeakKeyDictionary()


def checkpoint(f: F) -> F:
    """``f``, of which nothing is saved where a differentiated function calls it: the backward pass runs it again.

    It saves memory and costs one more call. Written as a decorator, ``checkpoint(f)(x)``, or under a name of its own.
    Everywhere else the result is as good as ``f``. Raises ArgumentError for what is no function written in Python.

    Running it again must do nothing but give the same values: where ``f`` prints, changes what it is given or calls
    something unknown, a derivative through it is refused. What it draws from a generator that it is given is drawn
    again from a copy; draws from other generators are refused.
    """
    if isinstance(f, types.MethodType):
        return types.MethodType(checkpoint(f.__func__), f.__self__)  # type: ignore[return-value]
    if not isinstance(f, types.FunctionType):
        raise ArgumentError(f"checkpoint takes a function written in Python, not {f!r}", "wrap it in a `def`")
    if inspect.isgeneratorfunction(f) or inspect.iscoroutinefunction(f):
        raise ArgumentError(f"{f.__name__} is a generator or a coroutine", "checkpoint a function that returns")
    if f in _MARKED:
        return f
    if f not in _TWINS:
        _TWINS[f] = _twin(f)
        _MARKED.add(_TWINS[f])
    return _TWINS[f]  # type: ignore[return-value]


def _twin(f: types.FunctionType) -> types.FunctionType:
    """Another function of the same code, globals and closure; it keeps nothing of ``f`` alive that ``f`` does not."""
    twin = types.FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, f.__closure__)
    functools.update_wrapper(twin, f)
    del twin.__dict__["__wrapped__"]  # it is no wrapper: its text is that of ``f``
    twin.__kwdefaults__ = f.__kwdefaults__
    return twin


def is_recomputed(function: Any) -> bool:
    """True for what :func:`checkpoint` returned."""
    return isinstance(function, types.FunctionType) and function in _MARKED


def checkpointed(steps: range, *, snapshots: int) -> range:
    """``steps`` itself: ``for i in checkpointed(range(n), snapshots=k):`` is a loop that saves little for its gradient.

    Of what the rounds hand on, no more than ``snapshots`` copies are kept at a time, and what one round saves; the
    backward pass computes the rounds between them again, as few as can be [Griewank and Walther, Algorithm 799].

    Raises ArgumentError unless ``steps`` is a range that counts up from 0 by ones and ``snapshots`` is at least 1.
    """
    if not isinstance(steps, range) or steps.start != 0 or steps.step != 1:
        raise ArgumentError(f"checkpointed takes range(n), not {steps!r}", "count from 0, and compute other indices")
    try:
        count = operator.index(snapshots)
    except TypeError:
        raise ArgumentError(f"snapshots is a number of copies, not {snapshots!r}", "give an integer") from None
    if count < 1:
        raise ArgumentError(f"snapshots is {count}, and at least the state before the loop is kept", "give 1 or more")
    return steps
