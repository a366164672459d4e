"""Hypergeometric functions of ``scipy.special``, differentiated in the argument and not in the parameters."""

from __future__ import annotations

from typing import Any

from scipy import special

from s2sgrad.rules.macros import plus_one
from s2sgrad.rules.registry import elementwise


@elementwise(special.hyp2f1, operands=("z",))
def hyp2f1(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, c: Any = 1.0, z: Any = 0.0) -> Any:
    """Of Gauss's function (DLMF 15.5.1)."""
    return dy * a * b / c * special.hyp2f1(plus_one(a), plus_one(b), plus_one(c), z)


@elementwise(special.hyp1f1, operands=("x",))
def hyp1f1(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of Kummer's function (DLMF 13.3.15)."""
    return dy * a / b * special.hyp1f1(plus_one(a), plus_one(b), x)


@elementwise(special.hyperu, operands=("x",))
def hyperu(dy: Any, y: Any, a: Any = 1.0, b: Any = 1.0, x: Any = 0.0) -> Any:
    """Of Tricomi's function (DLMF 13.3.22)."""
    return -dy * a * special.hyperu(plus_one(a), plus_one(b), x)


@elementwise(special.hyp0f1, operands=("z",))
def hyp0f1(dy: Any, y: Any, v: Any = 1.0, z: Any = 0.0) -> Any:
    """Of the confluent limit function (DLMF 16.3.1)."""
    return dy / v * special.hyp0f1(plus_one(v), z)
