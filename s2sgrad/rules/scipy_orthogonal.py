"""Orthogonal polynomials of ``scipy.special``, differentiated in the argument and not in the degree.

A derivative is a polynomial of a lower degree and another family (DLMF 18.9), without the denominators that vanish at
the ends of the interval. SciPy takes degrees below 0, too: Legendre's of degree ``-n - 1`` is that of degree ``n``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from s2sgrad.rules.macros import minus_one, plus_one
from s2sgrad.rules.registry import elementwise
from s2sgrad.rules.when import given, value


@elementwise(special.eval_legendre, when=value("n", lambda n: n >= 0), operands=("x",))
def eval_legendre(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Legendre polynomial of a known degree (DLMF 18.9.19, 18.7.9)."""
    return dy * special.eval_gegenbauer(minus_one(n), 1.5, x)


@elementwise(special.eval_legendre, operands=("x",))
def eval_legendre_of_any_degree(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Legendre polynomial, whose degree may be below 0."""
    return dy * special.eval_gegenbauer(np.maximum(n, -1 - n) - 1, 1.5, x)


@elementwise(special.eval_gegenbauer, operands=("x",))
def eval_gegenbauer(dy: Any, y: Any, n: Any = 0, alpha: Any = 1.0, x: Any = 0.0) -> Any:
    """Of a Gegenbauer polynomial (DLMF 18.9.19)."""
    return dy * 2 * alpha * special.eval_gegenbauer(minus_one(n), plus_one(alpha), x)


@elementwise(special.eval_jacobi, operands=("x",))
def eval_jacobi(dy: Any, y: Any, n: Any = 0, alpha: Any = 0.0, beta: Any = 0.0, x: Any = 0.0) -> Any:
    """Of a Jacobi polynomial (DLMF 18.9.15)."""
    lower = special.eval_jacobi(minus_one(n), plus_one(alpha), plus_one(beta), x)
    return dy * (n + alpha + beta + 1) / 2 * lower


@elementwise(special.eval_chebyt, operands=("x",))
def eval_chebyt(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Chebyshev polynomial of the first kind (DLMF 18.9.21)."""
    return dy * n * special.eval_chebyu(minus_one(n), x)


@elementwise(special.eval_chebyu, when=value("n", lambda n: n >= 0), operands=("x",))
def eval_chebyu(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Chebyshev polynomial of the second kind, of a known degree: one of Gegenbauer's (DLMF 18.7.4)."""
    return dy * 2 * special.eval_gegenbauer(minus_one(n), 2, x)


@elementwise(special.eval_chebyu, operands=("x",))
def eval_chebyu_of_any_degree(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Chebyshev polynomial of the second kind, which changes its sign with that of ``n + 1``."""
    return dy * 2 * np.where(n < -1, -1, 1) * special.eval_gegenbauer(np.maximum(n, -2 - n) - 1, 2, x)


@elementwise(special.eval_hermite, when=value("n", lambda n: n >= 1), operands=("x",))
def eval_hermite(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of a Hermite polynomial of a known degree (DLMF 18.9.25)."""
    return dy * 2 * n * special.eval_hermite(minus_one(n), x)


@elementwise(special.eval_hermite, operands=("x",))
def eval_hermite_of_any_degree(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of a Hermite polynomial: SciPy has none of degree -1."""
    return dy * 2 * n * special.eval_hermite(np.maximum(n, 1) - 1, x)


@elementwise(special.eval_hermitenorm, when=value("n", lambda n: n >= 1), operands=("x",))
def eval_hermitenorm(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of a normalised Hermite polynomial of a known degree (DLMF 18.9.27)."""
    return dy * n * special.eval_hermitenorm(minus_one(n), x)


@elementwise(special.eval_hermitenorm, operands=("x",))
def eval_hermitenorm_of_any_degree(dy: Any, y: Any, n: Any = 1, x: Any = 0.0) -> Any:
    """Of a normalised Hermite polynomial: SciPy has none of degree -1."""
    return dy * n * special.eval_hermitenorm(np.maximum(n, 1) - 1, x)


@elementwise(special.eval_laguerre, operands=("x",))
def eval_laguerre(dy: Any, y: Any, n: Any = 0, x: Any = 0.0) -> Any:
    """Of a Laguerre polynomial (DLMF 18.9.23)."""
    return -dy * special.eval_genlaguerre(minus_one(n), 1, x)


@elementwise(special.eval_genlaguerre, operands=("x",))
def eval_genlaguerre(dy: Any, y: Any, n: Any = 0, alpha: Any = 0.0, x: Any = 0.0) -> Any:
    """Of a generalised Laguerre polynomial (DLMF 18.9.23)."""
    return -dy * special.eval_genlaguerre(minus_one(n), plus_one(alpha), x)


@elementwise(special.lpmv, when=given("m", 0), operands=("x",))
def lpmv_of_order_0(dy: Any, y: Any, m: Any = 0, v: Any = 0, x: Any = 0.0) -> Any:
    """Of a Legendre function of order 0, also at the ends of the interval."""
    return dy * special.eval_gegenbauer(np.maximum(v, -1 - v) - 1, 1.5, x)


@elementwise(special.lpmv, operands=("x",))
def lpmv(dy: Any, y: Any, m: Any = 0, v: Any = 0, x: Any = 0.0) -> Any:
    """Of an associated Legendre function (DLMF 14.10.2 with 14.10.4), between the ends of the interval."""
    square = (1 - x) * (1 + x)
    return -dy * (m * x * y / square + special.lpmv(plus_one(m), v, x) / np.sqrt(square))
