"""Rules for complex operands: real and imaginary parts, conjugates, magnitudes, powers.

The adjoint of ``z`` is ``dJ/dRe z + 1j * dJ/dIm z``, the direction of steepest ascent. A holomorphic rule is written as
for real numbers: the driver puts in the conjugates, and takes the real part of what goes to a real operand.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.rules.registry import complex_too, elementwise, holomorphic, tangent
from s2sgrad.rules.when import all_of, complex_number, real


@elementwise(np.real, when=complex_number("val"))
def real_part_of_complex(dy: Any, y: Any, val: Any) -> Any:
    """Of the real part."""
    return dy


@tangent(np.real, when=complex_number("val"))
def real_part_of_complex_dot(y: Any, val: Any, *, dval: Any) -> Any:
    """Of the real part."""
    return dval.real


@elementwise(np.imag, when=complex_number("val"))
def imaginary_part_of_complex(dy: Any, y: Any, val: Any) -> Any:
    """Of the imaginary part."""
    return dy * 1j


@tangent(np.imag, when=complex_number("val"))
def imaginary_part_of_complex_dot(y: Any, val: Any, *, dval: Any) -> Any:
    """Of the imaginary part."""
    return dval.imag


@elementwise(np.conj, when=complex_number("x"))
def conj_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the conjugate."""
    return np.conj(dy)


@tangent(np.conj, when=complex_number("x"))
def conj_of_complex_dot(y: Any, x: Any, *, dx: Any) -> Any:
    """Of the conjugate."""
    return np.conj(dx)


@elementwise(abs, operator.abs, np.abs, when=complex_number("x"))
def magnitude(dy: Any, y: Any, x: Any) -> Any:
    """Of the magnitude: 0 at 0."""
    return dy * x / np.where(y == 0, 1, y)


@tangent(abs, operator.abs, np.abs, when=complex_number("x"))
def magnitude_dot(y: Any, x: Any, *, dx: Any) -> Any:
    """Of the magnitude: 0 at 0."""
    return (np.conj(x) * dx).real / np.where(y == 0, 1, y)


complex_too(
    real_part_of_complex, real_part_of_complex_dot, imaginary_part_of_complex, imaginary_part_of_complex_dot,
    conj_of_complex, conj_of_complex_dot, magnitude, magnitude_dot,
)  # fmt: skip


# ---- holomorphic, with other derivatives than those of real numbers have ----


def _is_positive(facts: dict[str, Fact]) -> bool:
    fact = facts["a"]
    return isinstance(fact, Num) and isinstance(fact.value, int | float) and fact.value > 0


@elementwise(
    np.power, operator.pow, np.float_power, pow,
    when=all_of(real("a"), complex_number("b"), lambda facts: not _is_positive(facts)), singular=("a", "b"),
)  # fmt: skip
def power_of_real(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a real number to a complex power, whose logarithm is complex where it is negative; 0 where it is 0."""
    return dy * b * (a + 0j) ** (b - 1), dy * y * np.log(np.where(a == 0, 1, a) + 0j)


@elementwise(np.arcsinh, when=complex_number("x"), singular=("x",))
def arcsinh_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic sine: inf at ``1j`` and ``-1j``."""
    return dy / np.sqrt(1 + x**2)


@elementwise(np.arccosh, when=complex_number("x"), singular=("x",))
def arccosh_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic cosine: inf at -1 and 1."""
    return dy / (np.sqrt(x - 1) * np.sqrt(x + 1))


holomorphic(power_of_real, arcsinh_of_complex, arccosh_of_complex)
