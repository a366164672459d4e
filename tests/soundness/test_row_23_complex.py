"""Row 23: complex numbers on the way of a real argument."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1])
z = np.array([0.3 + 0.2j, -1.0 + 0.5j, 0.8j])


def phase(x):
    return (np.abs(np.exp(1j * x) + 2) ** 2).sum()


def real_of_product(x):
    return (x * z).real.sum()


def imaginary_of_product(x):
    return np.imag(x * x * z).sum()


def scalar_times_complex(x):
    s = x[0]
    w = s * (1 + 2j)
    return (w * w).real


def added_to_complex(x):
    w = z + x
    return (w * np.conj(w)).real.sum()


def complex_buffer(x):
    buf = np.zeros(3, dtype=complex)
    buf[:] = x * 1j
    return (buf * z).real.sum()


def conjugated(x):
    return (np.conj(x * z) * z).real.sum()


def angle(x):
    return np.angle(x + 1j).sum()


def fourier(x):
    return (np.abs(np.fft.fft(x)) ** 2).sum()


PROGRAMS = [
    phase, real_of_product, imaginary_of_product, scalar_times_complex, added_to_complex, complex_buffer, conjugated,
    angle, fourier,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_real_argument(program):
    right_or_refused(program, x)


def steepest(z):
    return (z * z.conj()).real.sum() + (z * z).imag.sum()


def magnitude(z):
    return np.abs(z).sum()


@pytest.mark.parametrize("program", [steepest, magnitude])
def test_complex_argument(program):
    right_or_refused(program, z)


def cube_root(x):
    return x ** (1 / 3)


def power(x, p):
    return x**p


def test_roots_of_negative_python_floats():
    for wrt in (0, (0,)):
        with pytest.raises(S2SGradError):
            grad(cube_root, wrt)(-8.0)
    with pytest.raises(S2SGradError):
        grad(power, (0, 1))(-8.0, 1 / 3)
    right_or_refused(cube_root, 8.0)
    right_or_refused(power, 8.0, 1 / 3)
    right_or_refused(power, -8.0, 3.0, wrt=0)


def real_part_of_root(x):
    return (x**0.5).real * 2


def test_roots_behind_real():
    right_or_refused(real_part_of_root, 4.0)
    right_or_refused(abs_of_root, -4.0)


def abs_of_root(x):
    return abs(x**0.5)


def largest_eigenvalue(A):
    return np.linalg.eigvals(A).real.max()


def sum_of_squares_of_eigenvalues(A):
    return (np.linalg.eigvals(A) ** 2).sum().real


@pytest.mark.parametrize("A", [np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[0.0, 1.0], [-1.0, 0.0]])])
def test_eigenvalues(A):
    right_or_refused(sum_of_squares_of_eigenvalues, A)
    if A[0, 0]:
        right_or_refused(largest_eigenvalue, A)


def complex_result(x):
    return (x * 1j).sum()


def test_complex_result_is_refused():
    with pytest.raises(S2SGradError):
        grad(complex_result)(x)
