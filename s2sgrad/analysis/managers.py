"""Context managers of which it is known that they swallow no exception: what is saved and put back stays in step.

>>> import contextlib
>>> import numpy as np
>>> swallows_nothing(np.errstate), swallows_nothing(contextlib.suppress)
(True, False)
"""

from __future__ import annotations

import contextlib
import inspect
import threading
import types
import warnings
from typing import Any

import gast
import numpy as np

from s2sgrad.errors import S2SGradError
from s2sgrad.parse import parse
from s2sgrad.quote import nodes_in

__all__ = ["is_lock", "swallows_nothing"]

_KNOWN: tuple[Any, ...] = (
    np.errstate,
    np.printoptions,
    warnings.catch_warnings,
    contextlib.nullcontext,
    contextlib.redirect_stdout,
    contextlib.redirect_stderr,
    contextlib.closing,
    open,
)
_LOCKS = (type(threading.Lock()), type(threading.RLock()), threading.Condition, threading.Semaphore)


def is_lock(value: Any) -> bool:
    """True for an object of ``threading`` that is held for the time of a block."""
    return isinstance(value, _LOCKS)


def swallows_nothing(maker: Any) -> bool:
    """True where ``with maker(...)`` lets every exception through."""
    if any(maker is known for known in _KNOWN):
        return True
    if isinstance(maker, type):
        return _exit_returns_nothing(maker)
    generator = inspect.unwrap(maker) if isinstance(maker, types.FunctionType) else maker
    is_manager = getattr(maker, "__code__", None) is _MANAGER_CODE
    return bool(is_manager and isinstance(generator, types.FunctionType) and _yields_in_the_open(generator))


@contextlib.contextmanager
def _example() -> Any:
    yield


_MANAGER_CODE: Any = _example.__code__


def _exit_returns_nothing(cls: type) -> bool:
    """True for a class in Python whose ``__exit__`` returns nothing, or False."""
    leave = getattr(cls, "__exit__", None)
    if not isinstance(leave, types.FunctionType):
        return False
    nodes = _nodes(leave)
    returned = [n.value for n in nodes if isinstance(n, gast.Return)]
    return bool(nodes) and all(v is None or (isinstance(v, gast.Constant) and not v.value) for v in returned)


def _yields_in_the_open(function: types.FunctionType) -> bool:
    """True for a generator that catches no exception."""
    nodes = _nodes(function)
    return (
        bool(nodes)
        and not any(isinstance(n, gast.Try) and n.handlers for n in nodes)
        and not any(
            isinstance(n, (gast.With, gast.Return)) or type(n).__name__ == "TryStar" or _returns_in_finally(n)
            for n in nodes
        )
    )


def _returns_in_finally(node: Any) -> bool:
    return isinstance(node, gast.Try) and any(
        isinstance(n, (gast.Return, gast.Break, gast.Continue)) for s in node.finalbody for n in nodes_in(s)
    )


def _nodes(function: types.FunctionType) -> list[Any]:
    try:
        return [n for s in parse(function, generators=True).tree.body for n in nodes_in(s)]
    except S2SGradError:
        return []
