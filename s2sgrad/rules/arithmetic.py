"""Sums, products, quotients, powers, remainders and absolute values, element by element."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from s2sgrad.rules.macros import as_numpy, minus_one, weak, wide
from s2sgrad.rules.registry import adjoint, elementwise, literal, multilinear
from s2sgrad.rules.when import all_of, box, rank, ranks_from, real, value

ARRAY_BY_NUMBER = all_of(ranks_from(1), rank("b", 0))
POWERS = (np.power, operator.pow, np.float_power, math.pow, pow)


@elementwise(np.add, operator.add)
def add(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a + b``."""
    return dy, dy


@elementwise(np.subtract, operator.sub)
def subtract(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a - b``."""
    return dy, -dy


QUOTIENT = {"a": "np.abs(b) > 0", "b": "np.isfinite(y)"}
POWER = {"a": "np.isfinite(as_numpy(a) ** np.where(b == 0, 0, b - 1))", "b": "np.isfinite(y) & (a >= 0)"}

multilinear(np.multiply, operator.mul)


@elementwise(np.multiply, operator.mul)
def multiply(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a * b``."""
    return dy * b, dy * a


@elementwise(np.divide, when=all_of(box("a", "py"), box("b", "py")), finite=QUOTIENT, finite_where=("b", "> 0"))
def divide_python(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of NumPy's quotient of two Python numbers: inf, where Python's own division by zero raises."""
    return dy / as_numpy(b), -dy * y / as_numpy(b)


@adjoint(np.divide, operator.truediv, when=ARRAY_BY_NUMBER, elementwise=True, together=True)
def divide_by_number(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a / b`` for an array and a number: what ``b`` gets is made of what ``a`` gets, and reads no quotient."""
    da = dy / b
    return da, -da * a / b


@elementwise(np.divide, operator.truediv, finite=QUOTIENT, finite_where=("b", "> 0"))
def divide(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a / b``; divides twice rather than by ``b ** 2``, which over- and underflows."""
    return dy / b, -dy * y / b


@elementwise(np.negative, operator.neg)
def negative(dy: Any, y: Any, x: Any) -> Any:
    """Of ``-x``."""
    return -dy


@elementwise(np.positive, operator.pos)
def positive(dy: Any, y: Any, x: Any) -> Any:
    """Of ``+x``."""
    return dy


@elementwise(np.reciprocal, finite={"x": "np.isfinite(y)"}, finite_where=("x", "> 0"))
def reciprocal(dy: Any, y: Any, x: Any) -> Any:
    """Of ``1 / x``."""
    return -dy * y * y


@elementwise(np.square)
def square(dy: Any, y: Any, x: Any) -> Any:
    """Of ``x ** 2``."""
    return dy * 2 * x


@elementwise(np.sqrt, math.sqrt, finite={"x": "y > 0"}, finite_where=("x", "> 0"))
def sqrt(dy: Any, y: Any, x: Any) -> Any:
    """Of the square root: inf at 0."""
    return dy / (2 * as_numpy(y))


@elementwise(
    np.cbrt, *([math.cbrt] if hasattr(math, "cbrt") else []), finite={"x": "np.abs(y) > 0"}, finite_where=("x", "> 0")
)
def cbrt(dy: Any, y: Any, x: Any) -> Any:
    """Of the cube root: inf at 0."""
    return dy / (3 * as_numpy(y) ** 2)


@elementwise(*POWERS, when=literal("b", 0))
def power_0(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** 0``, which is 1 everywhere, at 0 too."""
    return None, dy * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=literal("b", 1))
def power_1(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** 1``."""
    return dy, dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=literal("b", 2))
def power_2(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** 2``."""
    return dy * 2 * a, dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=literal("b", 0.5), finite={"a": "y > 0"}, finite_where=("a", "> 0"))
def power_half(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** 0.5``: inf at 0."""
    return dy / (2 * as_numpy(y)), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=literal("b", 1.5))
def power_three_halves(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** 1.5``; a root is several times faster than a power."""
    return dy * b * np.sqrt(a), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=literal("b", -1), finite={"a": "np.isfinite(y)"}, finite_where=("a", "> 0"))
def power_minus_1(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** -1``."""
    return -dy * y * y, dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=value("b", lambda b: b < 0), finite={"a": "np.isfinite(y)"}, finite_where=("a", "> 0"))
def power_below_zero(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a power with a known negative exponent."""
    return dy * b * y / as_numpy(a), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=value("b", lambda b: b > 1))
def power_above_one(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a power with a known exponent above 1: finite at 0."""
    return dy * b * a ** minus_one(b), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=value("b", lambda b: 0 < b < 1), finite={"a": "a > 0"}, finite_where=("a", "> 0"))
def power_fraction(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a power with a known exponent between 0 and 1: inf at 0."""
    return dy * b * as_numpy(a) ** minus_one(b), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=value("a", lambda a: a > 0))
def power_of_number(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a known positive number to a power."""
    return dy * b * y / a, dy * y * weak(np.log(wide(a)), b)


@elementwise(
    *POWERS,
    when=box("b", "py"),
    finite={"a": "np.isfinite(as_numpy(a) ** (b - 1 if b else 0))", "b": "np.isfinite(y) & (a >= 0)"},
)
def power_scalar(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a power with a Python number as exponent: 0 where that is 0; for the exponent, 0 where ``a == 0``."""
    return dy * b * as_numpy(a) ** (b - 1 if b else 0), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(*POWERS, when=box("a", "py"), finite=POWER)
def power_of_scalar(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a Python number to a power; with respect to the exponent, 0 where the number is 0."""
    return dy * b * as_numpy(a) ** np.where(b == 0, 0, b - 1), dy * y * (weak(np.log(wide(a)), b) if a else 0)


@elementwise(*POWERS, finite=POWER)
def power(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a ** b``: 0 where ``b == 0``; with respect to the exponent, 0 where ``a == 0``."""
    return dy * b * as_numpy(a) ** np.where(b == 0, 0, b - 1), dy * y * np.log(np.where(a == 0, 1, wide(a)))


@elementwise(abs, operator.abs, np.abs, np.fabs, math.fabs, when=real("x"))
def absolute(dy: Any, y: Any, x: Any) -> Any:
    """Of ``abs(x)``: 0 at 0."""
    return dy * np.sign(x)


@elementwise(np.copysign, math.copysign)
def copysign(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the magnitude of ``a`` with the sign of ``b``: 0 where ``a == 0``."""
    return dy * np.sign(a) * np.sign(y), None


@elementwise(np.nextafter)
def nextafter(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of the neighbour of ``x1`` on the side of ``x2``, which moves as ``x1`` does."""
    return dy, None


@elementwise(np.mod, operator.mod, finite={"b": "np.isfinite(y)"}, finite_where=("b", "> 0"))
def mod(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``a % b``, whose result has the sign of ``b``."""
    return dy, -dy * np.floor_divide(a, b)


@elementwise(np.fmod, math.fmod, finite={"b": "np.isfinite(y)"}, finite_where=("b", "> 0"))
def fmod(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the remainder with the sign of ``a``."""
    return dy, -dy * np.trunc(np.divide(a, b))


@elementwise(np.hypot)
def hypot(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of ``sqrt(a ** 2 + b ** 2)``: 0 where both are 0."""
    length = np.where(y == 0, 1, y)
    return dy * a / length, dy * b / length


@elementwise(math.hypot)
def hypot_of_numbers(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """The same of Python numbers, whose length is one: it leaves single precision as it is."""
    length = weak(np.where(y == 0, 1, y), a + b)
    return dy * a / length, dy * b / length


@elementwise(np.conj, when=real("x"))
def conj(dy: Any, y: Any, x: Any) -> Any:
    """Of the conjugate of a real number."""
    return dy


@elementwise(np.real, when=real("val"))
def real_part(dy: Any, y: Any, val: Any) -> Any:
    """Of the real part of a real number."""
    return dy
