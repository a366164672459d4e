"""Exponentials, logarithms and their sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sgrad.rules.macros import as_numpy, weak
from s2sgrad.rules.registry import elementwise
from s2sgrad.rules.when import any_of, value


@elementwise(np.exp, math.exp)
def exp(dy: Any, y: Any, x: Any) -> Any:
    """Of ``e ** x``."""
    return dy * y


@elementwise(np.exp2, *([math.exp2] if hasattr(math, "exp2") else []))
def exp2(dy: Any, y: Any, x: Any) -> Any:
    """Of ``2 ** x``."""
    return dy * y * weak(np.log(2), x)


@elementwise(np.expm1, math.expm1)
def expm1(dy: Any, y: Any, x: Any) -> Any:
    """Of ``exp(x) - 1``."""
    return dy * (y + 1)


@elementwise(np.log, math.log, finite={"x": "x > 0"}, finite_where=("x", "> 0"))
def log(dy: Any, y: Any, x: Any) -> Any:
    """Of the natural logarithm."""
    return dy / as_numpy(x)


@elementwise(np.log2, math.log2, finite={"x": "x > 0"}, finite_where=("x", "> 0"))
def log2(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm to base 2."""
    return dy / (as_numpy(x) * weak(np.log(2), x))


@elementwise(np.log10, math.log10, finite={"x": "x > 0"}, finite_where=("x", "> 0"))
def log10(dy: Any, y: Any, x: Any) -> Any:
    """Of the logarithm to base 10."""
    return dy / (as_numpy(x) * weak(np.log(10), x))


@elementwise(np.log1p, math.log1p, finite={"x": "1 + x > 0"}, finite_where=("x", ">= 0"))
def log1p(dy: Any, y: Any, x: Any) -> Any:
    """Of ``log(1 + x)``."""
    return dy / (1 + as_numpy(x))


def _finite(x: float) -> bool:
    return math.isfinite(x)


@elementwise(np.logaddexp, when=any_of(value("a", _finite), value("b", _finite)))
def logaddexp_number(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``log(exp(a) + exp(b))`` where one of the two is a known number, so that the result is not ``-inf``."""
    return dy * np.exp(a - y), dy * np.exp(b - y)


@elementwise(np.logaddexp)
def logaddexp(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``log(exp(a) + exp(b))``: 0 where both are ``-inf``."""
    log_total = np.where(y == -np.inf, 0, y)
    return dy * np.exp(a - log_total), dy * np.exp(b - log_total)


@elementwise(np.logaddexp2)
def logaddexp2(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``log2(2 ** a + 2 ** b)``: 0 where both are ``-inf``."""
    log_total = np.where(y == -np.inf, 0, y)
    return dy * np.exp2(a - log_total), dy * np.exp2(b - log_total)
