"""The analyses made last, for the next derivative of the same function called with the same kind of arguments.

What was found of a function holds as long as a text made from it may be used: the guard of that text decides. So
``value_and_grad(f)`` after ``grad(f)``, a Hessian product, or the checked build, start from what is known of ``f``.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Known", "Recent", "recent"]

_MOST = 4
"""So few that a function which nobody holds any more is not kept alive for long."""


@dataclass(frozen=True)
class Known:
    """What was ``found`` of a function that was analysed as ``asked``: its arguments' facts and the options."""

    asked: tuple[Any, ...]
    found: Any


@dataclass(frozen=True)
class _Kept:
    function: types.FunctionType
    body: list[Any]
    accepts: Callable[[dict[str, Any]], bool]
    known: Known


class Recent:
    """A few analyses, the latest first; asked and filled by one thread at a time."""

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=_MOST)

    def usable(self, function: types.FunctionType, values: Mapping[str, Any]) -> tuple[Known, ...]:
        """What is known of ``function`` and still true when it is called with these arguments by name."""
        own = [one for one in self._kept if one.function is function and _same(one.body, _body(function))]
        return tuple(one.known for one in own if one.accepts(dict(values)))

    def keep(self, function: types.FunctionType, accepts: Callable[[dict[str, Any]], bool], known: Known) -> None:
        """Keep what is known of ``function`` while ``accepts`` says of its arguments that it is true."""
        if not any(one.known.found is known.found for one in self._kept):
            self._kept.appendleft(_Kept(function, _body(function), accepts, known))

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()


def _body(function: types.FunctionType) -> list[Any]:
    """What Python runs when it calls ``function``, and the values of its defaults."""
    return [function.__code__, function.__defaults__, *(function.__kwdefaults__ or {}).values()]


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


recent = Recent()
"""The one store of the process; whoever reads or fills it holds the lock of generation."""
