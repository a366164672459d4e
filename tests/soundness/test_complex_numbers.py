"""Complex numbers among real ones: each variable gets an adjoint of its own kind, or the program is refused."""

import linecache
import math

import numpy as np
import pytest

from s2sgrad import adjoint, check_grads, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sgrad.errors import ArgumentError, GradientError, Refusal
from tests.differences import check, check_pullback, refused

rng = np.random.default_rng(0)


def real(*shape):
    return rng.uniform(0.3, 1.5, shape) * rng.choice([-1, 1], shape)


def cplx(*shape):
    return real(*shape) + 1j * real(*shape)


x, X, z, Z = real(3), real(2, 3), cplx(3), cplx(2, 3)
x32, z64 = x.astype(np.float32), z.astype(np.complex64)


def broadcast(a, b):
    y = a * b - b / a + a
    return (y.real**2 - y.imag * y.real).sum()


def summed_columns(x, Z):
    y = np.abs(Z[:, :1] * x)
    return y.sum()


def scaled(s, z):
    return abs(s * z + 1j * s).sum()


def literals(x):
    return ((1j * x) ** 2).real.sum() + (2j / x).imag.sum() + (-1j * x * 3).imag.sum() + (x * (1 + 2j)).real.sum()


def buffer(x, z):
    buf = np.zeros(3, complex)
    buf[0] = x[0]
    buf[1:] = x[1:] * z[:2]
    buf[2] *= z[2]
    buf -= 1j * x
    return (np.abs(buf) ** 2).sum()


def stored_again(x, z):
    a = x.copy()
    a[1:] = (z * z).real[1:]
    a[0] += abs(z[0])
    return (a * z).imag.sum()


def accumulated(x, z):
    s = 0.0
    for k in range(len(z)):
        s = s + z[k] * x[k]
    return abs(s) ** 2


def real_at_first(x, z):
    s = x[0]
    t = s * 2
    for k in range(3):
        s = s + z[k] * s
    return abs(s) ** 2 + t


def rebound(s, z):
    s *= 1j
    for v in z:
        s = s * v
    return s.imag


def stacked(x, z):
    y = np.concatenate((np.stack([x, z]), np.where(x > 0, x, z)[None]))
    return (y**3).imag.sum()


def powers(s, z):
    return (z**s + s**z + (z + s) ** 0.5 + z**-2).real.sum()


def in_place(x, z):
    u = z.copy()
    for _ in range(2):
        u[1:-1] = u[1:-1] + 0.1j * (u[2:] - 2 * u[1:-1] + u[:-2]) * x[1:-1]
        u *= x
    return (u * u.conj()).real.sum()


def branches(c, x):
    r = 0.0
    for v in x:
        r = r + (c * v).real if v > 0 else r - (c * v).imag ** 2
    return r


def helper(a, b):
    return a * b + 1j, a * 2


def helped(x, z):
    p, q = helper(x, z)
    return (p * q * p).real.sum()


def lists(x):
    zs = []
    for v in x:
        zs.append(v + 1j * v**2)
    return np.abs(np.array(zs).sum()) ** 2


def repeated(z):
    return (z[np.array([0, 0, 2])] ** 2).imag.sum() + (z[np.abs(z) > 0.1] ** 2).real.sum()


def parts(re, im):
    w = complex(re, im)
    return (w**3).imag


def two_kinds(p):
    return (p["z"] * p["x"] * p["s"]).imag.sum()


def real_part(c):
    return c.real * 2


@pytest.mark.parametrize(
    "program, args",
    [
        (broadcast, (X, z)), (broadcast, (z, X)), (broadcast, (x, Z)), (broadcast, (X.astype(np.float32), z64)),
        (summed_columns, (x, Z)), (scaled, (0.7, z)), (scaled, (0.7 - 0.2j, x)), (scaled, (np.float64(0.7), z)),
        (literals, (x,)), (buffer, (x, z)), (buffer, (x32, z64)), (stored_again, (x, z)), (accumulated, (x, z)),
        (real_at_first, (x, z)), (rebound, (0.4, z)), (stacked, (x, z)), (stacked, (x32, z64)), (powers, (0.7, z)),
        (in_place, (x, z)), (in_place, (x32, z64)), (branches, (0.3 + 1j, x)), (helped, (x, z)), (lists, (x,)),
        (repeated, (z,)), (parts, (0.3, 0.4)), (two_kinds, ({"z": z, "x": x, "s": 0.5},)), (real_part, (0.3 + 1j,)),
        (real_part, (np.complex64(0.3 + 1j),)),
    ],
)  # fmt: skip
def test_right(program, args):
    check(program, *args)


def turned(x, z):
    return np.fft.fft(x * z) * 1j


def test_pullbacks_of_complex_results():
    check_pullback(turned, x, z)
    check_pullback(lambda c, v: c * v[0] + 1j, 0.3 + 1j, x)
    _, pullback = vjp(turned)(x, z)
    with pytest.raises(ArgumentError):
        pullback(np.ones((2, 3), complex))
    assert jvp(turned)(x, z, tangents=x)[1].dtype == complex


def test_second_derivatives_and_vectors():
    def cubed(z, x):
        return (z**3 * x).real.sum() + np.abs(z[0])

    check_grads(cubed, (z, x), order=2)
    check_grads(lambda z: np.fft.fft(z * z), (z,), order=2)
    step = 1e-6
    gradient = grad(cubed)
    expected = (gradient(z + step * z, x) - gradient(z - step * z, x)) / (2 * step)
    np.testing.assert_allclose(hvp(cubed)(z, x, vectors=z), expected, rtol=1e-7)
    flat = gradient.flat(z, x)
    np.testing.assert_allclose(flat(flat.x0).view(complex), gradient(z, x))


# ---- refused ----


def dropped(x, z):
    a = x.copy()
    a[:] = z * x
    return a.sum()


def either(x, k):
    y = x
    for _ in range(k):
        y = y * (1 + 1j)
    return (y.real**2).sum()


def part_written(z, x):
    w = z * 1
    r = w.real
    r[0] = x[0]
    return (w * w).real.sum()


def part_assigned(z, x):
    w = z * 1
    w.imag[1:] = x[1:]
    return (w * w).imag.sum()


def sign(z):
    return np.sign(z).real.sum()


def largest(z):
    return np.max(z).real


def made_complex(x):
    xs = [v * v for v in x]
    return (np.array(xs, complex) * 1j).imag.sum()


def chain(z):
    return np.linalg.multi_dot([z, np.outer(z, z), z]).real


def reinterpreted(z):
    return z.view(float).sum()


@pytest.mark.parametrize(
    "program, args, match",
    [
        (dropped, (x, z), "drops the imaginary part"), (either, (x, 3), "real or complex"), (sign, (z,), "turns"),
        (part_written, (z, x), "memory"), (part_assigned, (z, x), "store"), (largest, (z,), "complex"),
        (made_complex, (x,), "list of real"), (chain, (z,), "complex"), (reinterpreted, (z,), "not known"),
    ],
)  # fmt: skip
def test_refused(program, args, match):
    refused(program, *args, match=match)


def doubled(v):
    return 2 * v


adjoint(doubled)(lambda dy, y, v: 2 * dy)


def by_rule_of_the_user(z):
    return doubled(z).real.sum()


def test_rules_of_users_are_for_real_numbers():
    refused(by_rule_of_the_user, z, match="real numbers")


def test_no_derivative_of_complex_results_as_a_whole():
    for transform in (grad, value_and_grad):
        with pytest.raises(GradientError, match="use vjp"):
            transform(lambda x: (x * 1j).sum())(x)
    for transform in (jacobian, hessian):
        with pytest.raises((ArgumentError, GradientError)):
            transform(lambda z: (z * z.conj()).real.sum())(z)


def test_a_function_of_math_drops_the_imaginary_part():
    def root(c):
        return math.sqrt(c)

    with pytest.raises((Refusal, ArgumentError)):
        grad(root)(np.complex128(0.3 + 1j))


def test_a_global_that_turns_complex_is_noticed():
    text = "def f(x):\n    return abs(x * factor).sum()\n"
    linecache.cache["<turning>"] = (len(text), None, text.splitlines(True), "<turning>")
    scope = {"factor": 2.0}
    exec(compile(text, "<turning>", "exec"), scope)
    gradient = grad(scope["f"])
    np.testing.assert_allclose(gradient(x), 2 * np.sign(x))
    scope["factor"] = 3 + 4j
    np.testing.assert_allclose(gradient(x), 5 * np.sign(x))


# ---- as it reads ----


def rotated(x, k):
    w = np.exp(1j * k * x)
    return np.abs(w.sum()) ** 2


def test_the_text():
    text = grad(rotated, ("x", "k")).source_for(x, 2.0)
    assert "np.conj(w)" in text
    assert ".imag" in text
    assert "float(" not in text.split("return")[0]
    assert "conj(np.conj" not in text
    assert "1.0j" not in text
