"""Derivatives against differences, for users who wrote a rule or want to be sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sgrad.api import Function, Wrt, grad, jvp, vjp
from s2sgrad.errors import ArgumentError, GradientError
from s2sgrad.flat import leaves, restored, vector
from s2sgrad.pullback import Container, Outline, outline
from s2sgrad.wrt import path_text, value_at

__all__ = ["compare"]

MODES = ("fwd", "rev")


def compare(
    f: Function, args: Sequence[Any], wrt: Wrt | None, order: int, modes: Sequence[str], tol: float | None, seed: int
) -> None:
    """What :func:`s2sgrad.check_grads` does."""
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown or order not in (1, 2):
        raise ArgumentError(f"order is {order!r} and modes are {tuple(modes)!r}", "order is 1 or 2, modes 'fwd', 'rev'")
    chosen = _floats(args) if wrt is None else wrt
    if wrt is None and not chosen:
        raise ArgumentError("no argument is made of floats alone", "name some in wrt")
    point = _Point(f, tuple(args), chosen, tol, seed)
    point.check(modes, getattr(f, "__name__", "f"))
    if order == 2:
        _second(point, modes)


def _floats(args: Sequence[Any]) -> tuple[int, ...]:
    found = [leaves(outline(a)) for a in args]
    return tuple(i for i, each in enumerate(found) if each and all(leaf is not None for leaf in each))


def _second(point: _Point, modes: Sequence[str]) -> None:
    """The same of the gradient of ``f``, made scalar by a projection on random numbers."""
    f = point.f
    like = outline(point.value)
    if isinstance(like, Container) or like is None:
        raise ArgumentError(f"{f.__name__} gives a structure", "check it with order=1, or a function of one part of it")
    if like.shape or like.dtype.kind == "c":
        weights = np.random.default_rng(point.seed + 1).normal(size=like.shape).astype(like.dtype)
        if like.dtype.kind == "c":
            weights = weights - 1j * np.random.default_rng(point.seed + 2).normal(size=like.shape)
        f = (_projected_to_real if like.dtype.kind == "c" else _projected)(f, weights.astype(like.dtype))
    first = grad(f, point.wrt)
    _Point(first, point.args, point.wrt, point.tol, point.seed + 2).check(modes, f"the gradient of {point.f.__name__}")


def _projected(f: Any, weights: Any) -> Any:
    def projection(*args):  # type: ignore[no-untyped-def]
        return (f(*args) * weights).sum()

    return projection


def _projected_to_real(f: Any, weights: Any) -> Any:
    def projection(*args):  # type: ignore[no-untyped-def]
        return (f(*args) * weights).real.sum()

    return projection


@dataclass
class _Point:
    """A function at arguments; vectors hold what is differentiated, or what the function gives."""

    f: Any
    args: tuple[Any, ...]
    wrt: Any
    tol: float | None
    seed: int

    def __post_init__(self) -> None:
        self.forward = jvp(self.f, self.wrt)
        plan = self.forward.plan
        held = self.forward.values(*self.args)
        found = [outline(value_at(held, path)) for path in plan.wrt]
        self.paths = plan.wrt
        self.x: Outline = found[0] if plan.single else Container(tuple, dict(enumerate(found)))
        parts = [value_at(held, path) for path in plan.wrt]
        self.start = vector(parts[0] if plan.single else tuple(parts), self.x)
        self.held = held
        if any(len(path) > 1 and not isinstance(path[1], int) for path in plan.wrt):
            raise ArgumentError("wrt names a part of an argument", "name the whole argument")
        self.value = self.at(self.start)
        self.y = outline(self.value)
        self.single = any(leaf is not None and np.finfo(leaf.dtype).bits < 64 for leaf in leaves(self.x))

    def at(self, x: Any) -> Any:
        """The value of the function where what is differentiated is ``x``."""
        value = restored(x, self.x)
        parts = (value,) if self.forward.plan.single else value
        held = dict(self.held)
        for path, part in zip(self.paths, parts, strict=True):
            if len(path) == 1:
                held[path[0]] = part
            else:
                items = list(held[path[0]])
                items[path[1]] = part
                held[path[0]] = tuple(items)
        args, kwargs = self.forward.spread(held)
        return self.f(*args, **kwargs)

    def check(self, modes: Sequence[str], name: str) -> None:
        """Both modes against differences along a random direction, and element by element where they fail."""
        rng = np.random.default_rng(self.seed)
        direction, seed = rng.normal(size=self.start.shape), rng.normal(size=vector(self.value, self.y).shape)
        expected = self._along(direction)
        if "fwd" in modes:
            _, tangent = self.forward(*self.args, tangents=restored(direction, self.x))
            self._compare(vector(tangent, self.y), expected, self.y, f"jvp of {name}: the tangent")
        if "rev" in modes:
            _, pullback = vjp(self.f, self.wrt)(*self.args)
            found = vector(pullback(restored(seed, self.y)), self.x)
            if not self._agree(found @ direction, seed @ expected, float(np.abs(seed) @ np.abs(expected))):
                each = np.array([seed @ self._along(unit) for unit in np.eye(len(direction))])
                named = Container(dict, {path_text(p): part for p, part in zip(self.paths, self._parts(), strict=True)})
                self._compare(found, each, named, f"vjp of {name}: the adjoint", sure=True)

    def _parts(self) -> list[Outline]:
        if self.forward.plan.single:
            return [self.x]
        assert isinstance(self.x, Container)
        return list(self.x.parts.values())

    def _along(self, direction: Any) -> Any:
        """The derivative of the result along a direction, by five points."""
        scale = max(1.0, float(np.abs(self.start).max(initial=0.0)))
        h = scale * (2e-2 if self.single else 1e-3) / max(1.0, float(np.abs(direction).max(initial=0.0)))
        moved = [vector(self.at(self.start + k * h * direction), self.y) for k in (1, -1, 2, -2)]
        near, far = (np.asarray(a, float) - b for a, b in (moved[:2], moved[2:]))
        return (8 * near - far) / (12 * h)

    def _agree(self, found: Any, expected: Any, scale: float) -> bool:
        tol = self.tol if self.tol is not None else 2e-2 if self.single else 1e-5
        return bool(np.all(np.abs(found - expected) <= tol * max(scale, 1e-3)))

    def _compare(self, found: Any, expected: Any, like: Outline, what: str, sure: bool = False) -> None:
        """Raise with the worst element; ``sure``: there is a mistake, however small it looks element by element."""
        scale = float(np.abs(expected).max(initial=0.0))
        if not sure and self._agree(found, expected, scale):
            return
        worst = int(np.argmax(np.where(np.isfinite(found - expected), np.abs(found - expected), np.inf)))
        place = _place(like, worst, what.endswith("adjoint"))
        raise GradientError(
            f"{what}{place} is wrong: {found[worst]:.8g}, and {expected[worst]:.8g} by differences",
            "mend the rule; away from kinks and jumps the two agree",
        )


def _place(like: Outline, position: int, top: bool = False) -> str:
    """Where in a structure a number of its vector stands."""
    if isinstance(like, Container):
        for key, part in like.parts.items():
            size = sum(leaf.count for leaf in leaves(part) if leaf is not None)
            if position < size:
                inner = _place(part, position)
                return f" of {key}{inner}" if top else f"[{key!r}]{inner}"
            position -= size
    if like is None or isinstance(like, Container):
        return ""
    half = "" if like.dtype.kind != "c" else " (imaginary part)" if position % 2 else " (real part)"
    if not like.shape:
        return half
    index = tuple(map(int, np.unravel_index(position // 2 if half else position, like.shape)))
    return str(list(index)) + half
