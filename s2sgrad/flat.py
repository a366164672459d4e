"""Nested values as one vector of their numbers, and back.

>>> vector, restored = flat({"W": np.ones((1, 2)), "b": 3.0})
>>> vector
array([1., 1., 3.])
>>> restored(vector * 2)
{'W': array([[2., 2.]]), 'b': 6.0}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.pullback import Container, Number, Outline, outline, parts_of, rebuilt
from s2sgrad.wrt import value_at

__all__ = ["Flat", "flat", "leaves", "restored", "vector"]

Restore = Callable[[Any], Any]


def flat(value: Any) -> tuple[Any, Restore]:
    """All floats in ``value``, a float, an array or any nesting of these, as a vector; and the way back from one.

    The way back gives the structure of ``value`` (namespaces in place of objects), with its shapes and dtypes.

    Raises ArgumentError where ``value`` holds anything but floats.
    """
    like = outline(value)
    shown = leaves(like)
    if any(one is None for one in shown):
        reason = "only a nesting of floats and arrays of floats becomes a vector"
        raise ArgumentError(reason, "name the parts that are floats in wrt")
    return vector(value, like), lambda numbers: restored(numbers, like)


def leaves(like: Outline) -> list[Number | None]:
    """The numbers and arrays of an outline, in the order of the vector; None for a part that holds no float."""
    if isinstance(like, Container):
        return [leaf for part in like.parts.values() for leaf in leaves(part)]
    return [like]


def vector(value: Any, like: Outline) -> Any:
    """The numbers of a value with this outline; its dtype is the widest of theirs.

    A complex number gives two, its real and its imaginary part.
    """
    found = [_real_numbers(np.ravel(part), leaf) for part, leaf in _values(value, like)]
    return np.concatenate(found) if found else np.zeros(0)


def _real_numbers(part: Any, leaf: Number) -> Any:
    if leaf.dtype.kind != "c":
        return part
    return np.ascontiguousarray(part, leaf.dtype).view(leaf.dtype.type(0).real.dtype)


def _values(value: Any, like: Outline) -> Iterator[tuple[Any, Number]]:
    if isinstance(like, Container):
        held = parts_of(value)
        for key, part in like.parts.items():
            yield from _values((held or {})[key], part)
    elif like is not None:
        yield value, like


def restored(numbers: Any, like: Outline) -> Any:
    """The value with this outline that holds these numbers, in arrays of its own."""
    numbers = np.asarray(numbers)
    wanted = sum(leaf.count for leaf in leaves(like) if leaf is not None)
    if numbers.shape != (wanted,):
        raise ArgumentError(f"a vector of {wanted} numbers is needed, this has the shape {numbers.shape}")
    value, _ = _taken(numbers, like)
    return value


def _taken(numbers: Any, like: Outline) -> tuple[Any, Any]:
    """The value that the first numbers make, and the numbers behind them."""
    if isinstance(like, Container):
        parts = {}
        for key, part in like.parts.items():
            parts[key], numbers = _taken(numbers, part)
        return rebuilt(like.kind, parts), numbers
    if like is None:
        return None, numbers
    own = numbers[: like.count]
    if like.dtype.kind == "c":
        own = np.ascontiguousarray(own, float).view(complex)
    own = own.reshape(like.shape).astype(like.dtype)
    return own if like.kind is np.ndarray else like.kind(own[()]), numbers[like.count :]


class Flat:
    """A derivative as a function of one vector: ``fun(x)`` gives what the derivative gives, gradients as vectors.

    Of ``value_and_grad`` it gives ``(value, vector)``, for ``scipy.optimize.minimize(fun, fun.x0, jac=True)``; of
    ``hvp`` it takes the vector too, ``fun(x, v)``, for ``hessp=``. Arguments behind these are ignored, so that it can
    stand beside a function that is given ``args``.
    """

    def __init__(self, derivative: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        mode = derivative.plan.mode
        if mode not in ("grad", "value_and_grad", "hvp"):
            raise ArgumentError(f"a {mode} has no form of one vector", "use grad, value_and_grad or hvp")
        self._derivative, self._mode = derivative, mode
        self._held = derivative.values(*args, **kwargs)
        plan = derivative.plan
        parts = tuple(value_at(self._held, path) for path in plan.wrt)
        if any(len(path) > 1 for path in plan.wrt):
            raise ArgumentError("wrt names a part of an argument", "name the whole argument")
        self._names = [path[0] for path in plan.wrt]
        self._single = plan.single
        self._like = outline(parts[0] if plan.single else parts)
        self.x0, _ = flat(parts[0] if plan.single else parts)

    def restore(self, x: Any) -> Any:
        """What is differentiated, from a vector: of the structure and the dtypes that it was given in."""
        return restored(x, self._like)

    def __call__(self, x: Any, *more: Any) -> Any:
        """The derivative at ``x``."""
        given = self.restore(x)
        parts = (given,) if self._single else given
        held = {**self._held, **dict(zip(self._names, parts, strict=True))}
        if self._mode == "hvp":
            return self._vector(self._derivative.call(held, vectors=self.restore(more[0])))
        result = self._derivative.call(held)
        return (result[0], self._vector(result[1])) if self._mode == "value_and_grad" else self._vector(result)

    def _vector(self, gradient: Any) -> Any:
        return vector(gradient, self._like)
