"""The second half of ``vjp``: a function from the adjoint of the result to the adjoints of the arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.objects import attributes, is_object

__all__ = ["Container", "Number", "Outline", "Pullback", "conform", "outline", "parts_of", "rebuilt"]


class Pullback:
    """Pulls an adjoint ``dy`` of the result back to the arguments; may be called any number of times.

    ``dy`` has the structure, the shapes and the kind of numbers of ``y``; parts of ``y`` that are no floats
    (integers, strings, None) take None. ``source`` is the text of what runs.
    """

    __slots__ = ("_backward", "_finish", "_like", "_saved", "source")

    def __init__(
        self, backward: Callable[..., Any], saved: Any, y: Any, source: str, finish: Callable[[Any], Any] | None
    ) -> None:
        self._backward = backward
        self._saved = saved
        self._like = outline(y)
        self._finish = finish
        self.source = source

    def __call__(self, dy: Any) -> Any:
        """The adjoints of the arguments, given that of the result."""
        result = self._backward(self._saved, conform(dy, self._like, "dy"))
        return result if self._finish is None else self._finish(result)

    @property
    def saved(self) -> Any:
        """What the forward half kept."""
        return self._saved

    def is_of(self, functions: tuple[Callable[..., Any], ...]) -> bool:
        """True for a pullback that runs the last of these functions, and does nothing besides."""
        return self._backward is functions[-1] and self._finish is None

    def __reduce__(self) -> Any:
        reason = "a pullback is not pickled: it runs code that was generated in this process"
        raise ArgumentError(reason, "pickle the derivative `vjp(f)` and the arguments, and call it there")

    def __copy__(self) -> Pullback:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Pullback:
        return self

    def __repr__(self) -> str:
        return f"<pullback {self._backward.__name__}>"


@dataclass(frozen=True)
class Number:
    """The class, dtype and shape of a number or array in ``y``."""

    kind: type
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it is."""
        return math.prod(self.shape)

    @property
    def count(self) -> int:
        """How many real numbers it is made of: two for each complex one."""
        return 2 * self.size if self.dtype.kind == "c" else self.size

    def __str__(self) -> str:
        return f"{self.dtype} of shape {self.shape}" if self.shape else f"a scalar of {self.dtype}"


@dataclass(frozen=True)
class Container:
    """The class of a container in ``y`` and the outlines of its parts."""

    kind: type
    parts: dict[Any, Outline]


Outline = Number | Container | None


def outline(y: Any) -> Outline:
    """The structure, shapes and dtypes of a result; None for a part that is no float."""
    kind = type(y)
    if kind in (np.ndarray, float, complex) or isinstance(y, np.inexact):
        dtype, shape = (y.dtype, y.shape) if hasattr(y, "dtype") else (np.dtype(kind), ())
        return Number(kind, dtype, shape) if dtype.kind in "fc" else None
    parts = parts_of(y)
    return None if parts is None else Container(kind, {key: outline(part) for key, part in parts.items()})


def parts_of(y: Any) -> dict[Any, Any] | None:
    """The parts of a container by key, index or attribute; None where it is no container."""
    if type(y) is list or isinstance(y, tuple):
        return dict(enumerate(y))
    if type(y) is dict:
        return dict(y)
    return attributes(y) if is_object(y) else None


def conform(dy: Any, like: Outline, place: str) -> Any:
    """``dy`` in the dtype of ``y``; raises where structure, shape or kind of numbers differ."""
    if isinstance(like, Number):
        return _number(dy, like, place)
    if isinstance(like, Container):
        return _container(dy, like, place)
    if dy is not None:
        raise ArgumentError(f"{place} must be None: this part of the result is no float")
    return None


def _number(dy: Any, like: Number, place: str) -> Any:
    if type(dy) not in (np.ndarray, float, complex, int) and not isinstance(dy, np.generic):
        raise ArgumentError(f"{place} is a {type(dy).__name__}, the result is {like}")
    found = np.asarray(dy)
    if found.shape != like.shape or found.dtype.kind not in ("f" if like.dtype.kind == "f" else "fc"):
        raise ArgumentError(f"{place} is {Number(type(dy), found.dtype, found.shape)}, the result is {like}")
    return found.astype(like.dtype, copy=False) if like.kind is np.ndarray else like.kind(found[()])


def _container(dy: Any, like: Container, place: str) -> Any:
    exact = issubclass(like.kind, list | tuple | dict)
    found = parts_of(dy) if type(dy) is like.kind or not exact else None
    if found is None or found.keys() != like.parts.keys():
        keys = ", ".join(map(str, like.parts))
        raise ArgumentError(f"{place} is a {type(dy).__name__}, the result is a {like.kind.__name__} with {keys}")
    parts = {key: conform(found[key], part, f"{place}[{key!r}]") for key, part in like.parts.items()}
    return rebuilt(like.kind, parts)


def rebuilt(kind: type, parts: dict[Any, Any]) -> Any:
    """A container of this class with these parts; a namespace in place of an object."""
    if kind is dict:
        return parts
    if kind is list or kind is tuple:
        return kind(parts.values())
    if issubclass(kind, tuple):
        return kind(*parts.values())
    return SimpleNamespace(**parts)
