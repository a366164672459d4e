"""Least squares and pseudo-inverses of matrices of any rank, while the rank stays: by the product of two full factors.

With ``a = b @ c``, both of full rank, ``pinv(a)`` is ``c.T @ inv(c @ c.T) @ inv(b.T @ b) @ b.T``, whatever cuts off.
"""

import numpy as np
import pytest

from s2sgrad import grad, hvp, jvp, vjp
from tests.differences import check, check_pullback

linalg = np.linalg
SHAPES = [
    (5, 3, 3), (5, 3, 2), (5, 3, 1), (3, 5, 3), (3, 5, 2), (4, 4, 4), (4, 4, 3), (6, 6, 2), (1, 3, 1), (3, 1, 1),
    (30, 20, 7),
]  # fmt: skip
NEW = int(np.__version__.split(".")[0]) >= 2
LSTSQ = {
    "None": lambda a, y: np.linalg.lstsq(a, y, rcond=None)[0],
    "1e-12": lambda a, y: np.linalg.lstsq(a, y, rcond=1e-12)[0],
    "by place": lambda a, y: np.linalg.lstsq(a, y, 1e-13)[0],
}
if NEW:  # before, it was the machine precision alone, which rounding errors exceed
    LSTSQ["default"] = lambda a, y: np.linalg.lstsq(a, y)[0]


def factors(m, n, r, seed=0):
    """Two factors, a right side, and directions of all."""
    rng = np.random.default_rng([m, n, r, seed])
    return [rng.normal(size=shape) for shape in ((m, r), (r, n), (m,)) * 2]


def inverse(b, c):
    return c.T @ linalg.inv(c @ c.T) @ linalg.inv(b.T @ b) @ b.T


def slope(f, at, along):
    """The derivative of a holomorphic function along real directions, by a complex step: no digits are lost."""
    return f(*(x + 1e-30j * d for x, d in zip(at, along, strict=True))).imag / 1e-30


def bend(f, at, along):
    """The second derivative, by differences of complex steps to the fourth order."""
    h = 2e-4

    def first(t):
        return slope(f, [x + t * d for x, d in zip(at, along, strict=True)], along)

    return (8 * (first(h) - first(-h)) - (first(2 * h) - first(-2 * h))) / (12 * h)


def close(found, expected, tol):
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=tol * scale)


@pytest.mark.parametrize("name", LSTSQ)
@pytest.mark.parametrize("m, n, r", SHAPES)
def test_least_squares_of_constant_rank(m, n, r, name):
    b, c, y, db, dc, dy = factors(m, n, r)
    weights = np.arange(1.0, n + 1)
    solve = LSTSQ[name]

    def cubes(b, c, y):
        x = solve(b @ c, y)
        return (weights * x**3).sum()

    def expected(b, c, y):
        return (weights * (inverse(b, c) @ y) ** 3).sum()

    at, along = (b, c, y), (db, dc, dy)
    first = slope(expected, at, along)
    close(sum((g * d).sum() for g, d in zip(grad(cubes, (0, 1, 2))(*at), along, strict=True)), first, 1e-9)
    close(jvp(cubes, (0, 1, 2))(*at, tangents=along)[1], first, 1e-9)
    second = hvp(cubes, (0, 1, 2))(*at, vectors=along)
    close(sum((g * d).sum() for g, d in zip(second, along, strict=True)), bend(expected, at, along), 1e-7)

    def gradient_along(b, c, y):
        return sum([(g * d).sum() for g, d in zip(grad(cubes, (0, 1, 2))(b, c, y), along)])

    found = grad(gradient_along, (0, 1, 2))(*at)
    close(sum((g * d).sum() for g, d in zip(found, along, strict=True)), bend(expected, at, along), 1e-7)


@pytest.mark.parametrize("m, n, r", [(5, 3, 2), (3, 5, 2), (6, 6, 3), (40, 30, 5)])
def test_single_precision_cuts_off_as_the_value_does(m, n, r):
    b, c, y, db, dc, dy = factors(m, n, r)
    b, c = np.round(4 * b), np.round(4 * c)  # of their product, single precision has every digit

    def squares(a, y):
        return (np.linalg.lstsq(a, y, rcond=None)[0] ** 2).sum()

    def expected(b, c, y):
        return ((inverse(b, c) @ y) ** 2).sum()

    gradients = grad(squares, (0, 1))((b @ c).astype(np.float32), y.astype(np.float32))
    assert [g.dtype for g in gradients] == [np.float32] * 2
    found = (gradients[0] * (db @ c + b @ dc)).sum() + (gradients[1] * dy).sum()
    close(found, slope(expected, (b, c, y), (db, dc, dy)), 2e-4)


def test_a_singular_value_between_the_two_defaults():
    u, _ = linalg.qr(np.random.default_rng(3).normal(size=(12, 12)))
    s = np.array([1.0, 0.5, 0.1, 1.8e-15])  # NumPy's lstsq takes what is below 12 * 2.2e-16 for 0, its pinv 1e-15
    a = (u[:, :4] * s) @ u[:4, :4].T
    y = u @ np.arange(1.0, 13)
    expected = linalg.pinv(a, 1e-13)

    def squares(y):
        return (np.linalg.lstsq(a, y, rcond=None)[0] ** 2).sum()

    np.testing.assert_allclose(grad(squares)(y), 2 * expected.T @ (expected @ y), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("m, n, r", SHAPES[:-1])
def test_several_right_sides(m, n, r):
    b, c, _, db, dc, _ = factors(m, n, r, 1)
    rng = np.random.default_rng([m, r])
    y, dy = rng.normal(size=(2, m, 3))

    def squares(b, c, y):
        return (np.linalg.lstsq(b @ c, y, rcond=None)[0] ** 2 * np.arange(1.0, 4)).sum()

    def expected(b, c, y):
        return ((inverse(b, c) @ y) ** 2 * np.arange(1.0, 4)).sum()

    found = grad(squares, (0, 1, 2))(b, c, y)
    total = sum((g * d).sum() for g, d in zip(found, (db, dc, dy), strict=True))
    close(total, slope(expected, (b, c, y), (db, dc, dy)), 1e-9)
    close(jvp(squares, (0, 1, 2))(b, c, y, tangents=(db, dc, dy))[1], total, 1e-9)


@pytest.mark.parametrize("m, n, r", [(4, 3, 2), (3, 4, 2), (3, 3, 1)])
def test_complex_matrices_of_constant_rank(m, n, r):
    rng = np.random.default_rng([m, n, r])
    b, c, y = (rng.normal(size=s) + 1j * rng.normal(size=s) for s in ((m, r), (r, n), (m,)))

    def fitted(b, c, y):
        return np.linalg.lstsq(b @ c, y, rcond=None)[0] ** 2

    def in_full(b, c, y):
        bh, ch = np.conj(b).T, np.conj(c).T
        return (ch @ np.linalg.solve(c @ ch, np.linalg.solve(bh @ b, bh @ y))) ** 2

    check_pullback(fitted, b, c, y)
    dx = rng.normal(size=n) + 1j * rng.normal(size=n)
    pulled = (vjp(f, (0, 1, 2))(b, c, y)[1](dx) for f in (fitted, in_full))
    for found, expected in zip(*pulled, strict=True):
        close(found, expected, 1e-10)


def test_nothing_is_left_of_a_matrix_of_zeros():
    def squares(a, y):
        return (np.linalg.lstsq(a, y, rcond=None)[0] ** 2).sum()

    found = grad(squares, (0, 1))(np.zeros((4, 3)), np.ones(4))
    assert not np.any(found[0]) and not np.any(found[1])


PINV = {
    "default": lambda a: np.linalg.pinv(a),
    "rcond": lambda a: np.linalg.pinv(a, rcond=1e-11),
    "by place": lambda a: np.linalg.pinv(a, 1e-12),
}
if NEW:
    PINV["rtol"] = lambda a: np.linalg.pinv(a, rtol=1e-11)
    PINV["rtol=None"] = lambda a: np.linalg.pinv(a, rtol=None)


@pytest.mark.parametrize("name", PINV)
@pytest.mark.parametrize("m, n, r", SHAPES)
def test_pseudo_inverses_of_constant_rank(m, n, r, name):
    b, c, _, db, dc, _ = factors(m, n, r, 2)
    pinv, weights = PINV[name], np.arange(1.0, 1 + m * n).reshape(n, m) / (m * n)
    if name == "default" and r < min(m, n):
        b, c = np.round(4 * b), np.round(4 * c)  # 1e-15 may be less than the rounding errors of a product

    def cubes(b, c):
        return (weights * pinv(b @ c) ** 3).sum()

    def expected(b, c):
        return (weights * inverse(b, c) ** 3).sum()

    at, along = (b, c), (db, dc)
    if linalg.matrix_rank(b @ c, tol=1.5e-15 * linalg.norm(b @ c, 2)) > r:
        pytest.skip("what is left of the singular values that are 0 counts")
    first = slope(expected, at, along)
    close(sum((g * d).sum() for g, d in zip(grad(cubes, (0, 1))(*at), along, strict=True)), first, 1e-9)
    close(jvp(cubes, (0, 1))(*at, tangents=along)[1], first, 1e-9)
    second = hvp(cubes, (0, 1))(*at, vectors=along)
    close(sum((g * d).sum() for g, d in zip(second, along, strict=True)), bend(expected, at, along), 1e-6)


def test_the_whole_answer_of_a_matrix_of_full_rank():
    def everything(a, y):
        x, error, rank, s = np.linalg.lstsq(a, y, rcond=None)
        return (x**2).sum() + (error**2).sum() + rank + (s**3).sum()

    rng = np.random.default_rng(0)
    check(everything, rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), tol=1e-6)
