"""Newton's method with conjugate gradients: the Hessian is multiplied by vectors, and never formed.

>>> from s2sgrad import hvp, value_and_grad
>>> def bowl(w):
...     return ((w - 3.0) ** 2).sum()
>>> w, step = newton_cg(value_and_grad(bowl), hvp(bowl), np.zeros(2))
>>> w, step.value, step.products
(array([3., 3.]), 18.0, 1)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.flat import restored, vector
from s2sgrad.optim.hyper import count_of
from s2sgrad.optim.nested import fitting, mapped, structure
from s2sgrad.pullback import Outline

__all__ = ["NewtonStep", "newton_cg"]

Vector = Any
Product = Callable[[Vector], Vector]

SUFFICIENT = 1e-4
"""The share of the decrease that the slope promises with which the line search is content (Armijo, 1966)."""

HALVINGS = 40
"""How often the line search halves a step before it gives up."""


class NewtonStep(NamedTuple):
    """What one step met: value and length of the gradient where it began, and how it was found.

    ``length`` is the share of the full step that the line search took: 1 near a minimum, 0 where nothing lower was
    found. ``products`` counts the Hessian-vector products; ``negative_curvature`` tells that they met a direction along
    which the function bends down.
    """

    value: float
    gradient_norm: float
    length: float
    products: int
    negative_curvature: bool


def newton_cg(
    value_and_grad: Callable[..., Any], hvp: Callable[..., Any], params: Any, *args: Any, products: int | None = None
) -> tuple[Any, NewtonStep]:
    """One step of line search Newton-CG: ``w ← w + α p`` with ``H p ≈ -g`` (Dembo and Steihaug, 1983).

    Algorithm 7.1 of Nocedal and Wright, *Numerical Optimization* (2006): conjugate gradients (Hestenes and Stiefel,
    1952) run until the residual is below ``min(1/2, √‖g‖) ‖g‖``, which makes the whole converge faster than linearly,
    or until they meet a direction d with ``dᵀ H d ≤ 0``; then p is what they have so far, -g at first. α is the first
    of 1, 1/2, 1/4, ... that lowers the value enough (Armijo, 1966).

    ``value_and_grad(params, *args)`` gives value and gradient, ``hvp(params, *args, vectors=v)`` the Hessian times v:
    what the functions of these names make of one function. The parameters are its first argument, a float, an array
    or any nesting; the new ones have their structure, classes and dtypes. ``products`` bounds the number of products;
    by default it is twice the number of parameters. At a stationary point, a saddle included, nothing moves.

    Raises ArgumentError where a gradient or a product does not have the structure and the shapes of the parameters,
    where the value or the gradient is not finite at ``params``, and where ``products`` is not positive.
    """
    like = structure(newton_cg, params)
    value, g = _start(value_and_grad(params, *args), like)
    most = 2 * len(g) if products is None else count_of(products, "products")

    def product(v: Vector) -> Vector:
        return vector(fitting(hvp(params, *args, vectors=restored(v, like)), like, "the product"), like)

    def moved(step: Vector) -> Any:
        return mapped(lambda w, s: w + s, params, restored(step, like))

    p, count, negative = _direction(product, g, most)
    length = _line_search(lambda a: value_and_grad(moved(a * p), *args)[0], value, float(g @ p))
    step = length * p if length else np.zeros_like(p)
    return moved(step), NewtonStep(value, _norm(g), length, count, negative)


def _start(found: Any, like: Outline) -> tuple[float, Vector]:
    """The value and the gradient, as a vector, where the step begins."""
    if type(found) is not tuple or len(found) != 2 or np.ndim(found[0]) != 0:
        raise ArgumentError("the first function does not give a pair (value, gradient)", "pass value_and_grad(f)")
    value, g = found[0], vector(fitting(found[1], like, "the gradient"), like)
    if not (np.isfinite(value) and np.isfinite(g).all()):
        raise ArgumentError(f"value or gradient is not finite where the step begins; the value is {value}")
    return float(value), g


def _direction(product: Product, g: Vector, most: int) -> tuple[Vector, int, bool]:
    """A direction of descent p with H p ≈ -g, how many products it took, and whether they met negative curvature."""
    goal = min(0.5, math.sqrt(_norm(g))) * _norm(g)
    p, r, d = np.zeros_like(g), g, -g
    for count in range(1, most + 1):
        if _norm(r) <= goal:
            return p, count - 1, False
        Hd = product(d)
        curvature = d @ Hd
        if not curvature > 0:
            return (p if count > 1 else -g), count, True
        step = (r @ r) / curvature
        p, last, r = p + step * d, r, r + step * Hd
        d = -r + (r @ r) / (last @ last) * d
    return p, most, False


def _line_search(value_at: Callable[[float], Any], value: Any, slope: float) -> float:
    """The first of 1, 1/2, 1/4, ... at which the value is low enough; 0.0 where none is, as at a minimum."""
    length = 1.0
    for _ in range(HALVINGS):
        if slope < 0 and value_at(length) <= value + SUFFICIENT * length * slope:
            return length
        length /= 2
    return 0.0


def _norm(v: Vector) -> float:
    return float(np.linalg.norm(v))
