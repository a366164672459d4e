"""Rules for complex operands: real and imaginary parts, conjugates, magnitudes, powers.

The adjoint of ``z`` is ``dJ/dRe z + 1j * dJ/dIm z``, the direction of steepest ascent. A holomorphic rule is written as
for real numbers: the driver puts in the conjugates, and takes the real part of what goes to a real operand.
"""

from __future__ import annotations

import cmath
import operator
from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.table import numpy_functions
from s2sgrad.rules import arithmetic, exponential, trigonometry
from s2sgrad.rules.macros import freedom, shape_of, unreduce
from s2sgrad.rules.registry import adjoint, complex_too, elementwise, holomorphic, linear, ranks, refuse, tangent
from s2sgrad.rules.when import all_of, any_of, complex_number, given, integer, number, rank, real

VECDOT = numpy_functions("vecdot") + numpy_functions("vecdot", module=np.linalg)
VECTOR_NORM = numpy_functions("vector_norm", module=np.linalg)
PAIR = any_of(complex_number("a"), complex_number("b"))
EITHER = any_of(complex_number("x1"), complex_number("x2"))
SERIES = all_of(rank("a", 1), rank("v", 1), any_of(complex_number("a"), complex_number("v")))
OF_VECTORS = any_of(rank("x", 1), integer("axis"))
EUCLIDEAN = all_of(complex_number("x"), any_of(given("ord", None, "fro"), all_of(given("ord", 2), OF_VECTORS)))


refuse(np.sign, reason="of a complex number it turns with it", instead="write `z / np.abs(z)`", complex_only=True)


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


# ---- angles, products with conjugates, norms and moments ----


@elementwise(np.angle, when=all_of(complex_number("z"), given("deg", False)))
def angle_of_complex(dy: Any, y: Any, z: Any, deg: Any = False) -> Any:
    """Of the angle: 0 at 0."""
    return dy * 1j * z / np.where(z == 0, 1, np.abs(z) ** 2)


@tangent(np.angle, when=all_of(complex_number("z"), given("deg", False)))
def angle_of_complex_dot(y: Any, z: Any, deg: Any = False, *, dz: Any) -> Any:
    """Of the angle: 0 at 0."""
    return (np.conj(z) * dz).imag / np.where(z == 0, 1, np.abs(z) ** 2)


@elementwise(np.angle, when=all_of(complex_number("z"), given("deg", True)))
def angle_in_degrees(dy: Any, y: Any, z: Any, deg: Any = False) -> Any:
    """Of the angle in degrees: 0 at 0."""
    return dy * 180 / np.pi * 1j * z / np.where(z == 0, 1, np.abs(z) ** 2)


@tangent(np.angle, when=all_of(complex_number("z"), given("deg", True)))
def angle_in_degrees_dot(y: Any, z: Any, deg: Any = False, *, dz: Any) -> Any:
    """Of the angle in degrees: 0 at 0."""
    return (np.conj(z) * dz).imag * 180 / np.pi / np.where(z == 0, 1, np.abs(z) ** 2)


@adjoint(complex, operands=("real", "imag"))
def of_two_parts(dy: Any, y: Any, real: Any, imag: Any = 0) -> Any:
    """Of a number made of two parts, which may be complex themselves."""
    return dy, -1j * dy


linear(complex)


@adjoint(np.complex64, np.complex128, when=number("x"))
def made_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the same number as a complex one."""
    return dy


linear(np.complex64, np.complex128)


@adjoint(np.vdot, when=all_of(ranks(1, 1), PAIR))
def vdot_of_complex_vectors(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the sum of products with conjugates of the first vector."""
    return np.conj(dy) * b, dy * a


@adjoint(np.vdot, when=all_of(number("a"), number("b"), PAIR))
def vdot_of_complex(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of the sum of products with conjugates of the first array."""
    return np.conj(dy) * np.reshape(b, shape_of(a)), dy * np.reshape(a, shape_of(b))


@adjoint(*VECDOT, when=all_of(given("axis", -1), EITHER))
def vecdot_of_complex(dy: Any, y: Any, x1: Any, x2: Any, axis: Any = -1) -> Any:
    """Of the sums of products with conjugates of the rows of the first array."""
    rows = np.expand_dims(dy, -1)
    return np.conj(rows) * x2, rows * x1


@adjoint(*numpy_functions("vecmat"), when=all_of(ranks(1, 2), EITHER))
def vecmat_of_complex(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """Of the conjugate of a vector times a matrix."""
    return x2 @ np.conj(dy), np.outer(x1, dy)


@adjoint(np.convolve, when=all_of(SERIES, given("mode", "valid")), exact=True)
def convolve_whole_of_complex(dy: Any, y: Any, a: Any, v: Any, mode: Any = "full") -> Any:
    """Of the convolution of two series where the shorter one lies within the longer one."""
    longer = len(a) >= len(v)
    da = np.correlate(dy, v, "full") if longer else np.conj(np.correlate(v, dy))[::-1]
    dv = np.conj(np.correlate(a, dy))[::-1] if longer else np.correlate(dy, a, "full")
    return da, dv


@adjoint(np.correlate, when=all_of(SERIES, given("mode", "full")), exact=True)
def correlate_of_complex(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation with conjugates of the second series at every lag."""
    return np.convolve(dy, v, "valid"), np.convolve(a, np.conj(dy[::-1]), "valid")


@adjoint(np.correlate, when=all_of(SERIES, given("mode", "valid")), exact=True)
def correlate_whole_of_complex(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation with conjugates of the second series where the shorter one lies within the longer one."""
    longer = len(a) >= len(v)
    da = np.convolve(dy, v) if longer else np.convolve(dy, v, "valid")
    dv = np.convolve(a, np.conj(dy[::-1]), "valid") if longer else np.convolve(a, np.conj(dy[::-1]))
    return da, dv


@adjoint(np.correlate, when=all_of(SERIES, given("mode", "same")), exact=True)
def correlate_part_of_complex(dy: Any, y: Any, a: Any, v: Any, mode: Any = "valid") -> Any:
    """Of the correlation with conjugates of the second series at the lags in the middle."""
    cut = len(a) + len(v) - 1 - len(y)
    front = cut // 2 if len(a) >= len(v) else cut - cut // 2
    whole = np.pad(dy, (front, cut - front))
    return np.convolve(whole, v, "valid"), np.convolve(a, np.conj(whole[::-1]), "valid")


@tangent(np.linalg.norm, when=EUCLIDEAN)
def norm_of_complex_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the Euclidean norm of vectors, the Frobenius norm of matrices: 0 at 0."""
    return (np.conj(x) * dx).real.sum(axis=axis, keepdims=keepdims) / np.where(y == 0, 1, y)


@tangent(*VECTOR_NORM, when=all_of(complex_number("x"), given("ord", 2)))
def vector_norm_of_complex_dot(
    y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2, dx: Any
) -> Any:
    """Of the Euclidean norm: 0 at 0."""
    return (np.conj(x) * dx).real.sum(axis=axis, keepdims=keepdims) / np.where(y == 0, 1, y)


@adjoint(np.linalg.norm, when=all_of(complex_number("x"), given("ord", 1), OF_VECTORS))
def norm_1_of_complex(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Of the sum of magnitudes: 0 at 0."""
    return unreduce(dy, x, axis, keepdims) * x / np.where(x == 0, 1, np.abs(x))


@tangent(np.linalg.norm, when=all_of(complex_number("x"), given("ord", 1), OF_VECTORS))
def norm_1_of_complex_dot(y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, *, dx: Any) -> Any:
    """Of the sum of magnitudes: 0 at 0."""
    return ((np.conj(x) * dx).real / np.where(x == 0, 1, np.abs(x))).sum(axis=axis, keepdims=keepdims)


@tangent(np.var, when=complex_number("a"))
def var_of_complex_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the variance, the mean square distance from the mean."""
    centered = a - np.mean(a, axis=axis, keepdims=True)
    return 2 * (np.conj(centered) * da).real.sum(axis=axis, keepdims=keepdims) / freedom(a, axis, ddof)


@tangent(np.std, when=complex_number("a"))
def std_of_complex_dot(y: Any, a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, da: Any) -> Any:
    """Of the standard deviation: 0 where all elements are equal."""
    centered = a - np.mean(a, axis=axis, keepdims=True)
    scale = np.where(y == 0, 1, y)
    return (np.conj(centered) * da).real.sum(axis=axis, keepdims=keepdims) / scale / freedom(a, axis, ddof)


complex_too(
    angle_of_complex, angle_of_complex_dot, angle_in_degrees, angle_in_degrees_dot, of_two_parts, made_complex,
    vdot_of_complex_vectors, vdot_of_complex, vecdot_of_complex, vecmat_of_complex, correlate_of_complex,
    correlate_whole_of_complex, correlate_part_of_complex, convolve_whole_of_complex, norm_of_complex_dot,
    vector_norm_of_complex_dot, norm_1_of_complex,
    norm_1_of_complex_dot, var_of_complex_dot, std_of_complex_dot,
)  # fmt: skip


# ---- holomorphic, with other derivatives than those of real numbers have ----


def _is_positive(facts: dict[str, Fact]) -> bool:
    fact = facts["a"]
    return isinstance(fact, Num) and isinstance(fact.value, int | float) and fact.value > 0


@elementwise(
    np.power, operator.pow, np.float_power, pow,
    when=all_of(real("a"), complex_number("b"), lambda facts: not _is_positive(facts)),
    finite={"a": "np.isfinite((a + 0j) ** (b - 1))", "b": "np.isfinite(y)"},
)  # fmt: skip
def power_of_real(dy: Any, y: Any, a: Any, b: Any) -> Any:
    """Of a real number to a complex power, whose logarithm is complex where it is negative; 0 where it is 0."""
    return dy * b * (a + 0j) ** (b - 1), dy * y * np.log(np.where(a == 0, 1, a) + 0j)


@elementwise(np.arcsinh, when=complex_number("x"), finite={"x": "1 + x**2 > 0"})
def arcsinh_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic sine: inf at ``1j`` and ``-1j``."""
    return dy / np.sqrt(1 + x**2)


@elementwise(np.arccosh, when=complex_number("x"), finite={"x": "x**2 - 1 > 0"})
def arccosh_of_complex(dy: Any, y: Any, x: Any) -> Any:
    """Of the inverse hyperbolic cosine: inf at -1 and 1."""
    return dy / (np.sqrt(x - 1) * np.sqrt(x + 1))


holomorphic(power_of_real, arcsinh_of_complex, arccosh_of_complex)


# ---- the functions of ``cmath`` ----


@elementwise(cmath.rect)
def rect(dy: Any, y: Any, r: Any, phi: Any) -> Any:
    """Of the number with a magnitude and an angle."""
    return dy * np.exp(1j * phi), dy * 1j * y


holomorphic(rect)
for _function, _template in (
    (cmath.exp, exponential.exp), (cmath.log, exponential.log), (cmath.log10, exponential.log10),
    (cmath.sqrt, arithmetic.sqrt), (cmath.sin, trigonometry.sin), (cmath.cos, trigonometry.cos),
    (cmath.tan, trigonometry.tan), (cmath.atan, trigonometry.arctan), (cmath.sinh, trigonometry.sinh),
    (cmath.cosh, trigonometry.cosh), (cmath.tanh, trigonometry.tanh), (cmath.atanh, trigonometry.arctanh),
):  # fmt: skip
    elementwise(_function)(_template)
for _function, _template in (
    (cmath.asin, trigonometry.arcsin), (cmath.acos, trigonometry.arccos), (cmath.asinh, arcsinh_of_complex),
    (cmath.acosh, arccosh_of_complex),
):  # fmt: skip
    elementwise(_function, when=complex_number("x"))(_template)
elementwise(cmath.phase, when=complex_number("z"))(angle_of_complex)
tangent(cmath.phase, when=complex_number("z"))(angle_of_complex_dot)
