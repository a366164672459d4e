"""The checker itself: an honest gradient passes, and every broken promise is found."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from s2sgrad.errors import ArgumentError, Refusal
from tests import differences, trees
from tests.differences import IllConditioned, check, right_or_refused

x, y = np.array([0.5, -1.0, 2.0]), np.array([1.5, 0.3, -0.7])


def cubic(x, y):
    return (x * x * y).sum()


class Honest:
    """What s2sgrad should return for ``cubic``; subclasses break one promise each."""

    def gradient(self, x, y, checked=False):
        return 2 * x * y, x * x

    def value(self, x, y):
        return cubic(x, y)

    def grad(self, f, wrt, checked=False):
        return lambda x, y: self.gradient(x, y, checked)

    def value_and_grad(self, f, wrt, checked=False):
        return lambda x, y: (self.value(x, y), Honest.gradient(self, x, y))

    def vjp(self, f, wrt):
        def call(x, y):
            pull = self.pullback(x, y)
            return self.value(x, y), pull

        return call

    def pullback(self, x, y):
        x, y = x.copy(), y.copy()
        return lambda dy: tuple(dy * g for g in Honest.gradient(self, x, y))


class WrongNumber(Honest):
    def gradient(self, x, y, checked=False):
        return 2 * x * y + 1e-4, x * x


class OneOfTwo(Honest):
    def gradient(self, x, y, checked=False):
        return (2 * x * y,)


class OtherShape(Honest):
    def gradient(self, x, y, checked=False):
        return (2 * x * y)[None], x * x


class OtherDtype(Honest):
    def gradient(self, x, y, checked=False):
        return (2 * x * y).astype(np.longdouble), x * x


class ReadOnly(Honest):
    def gradient(self, x, y, checked=False):
        dx = 2 * x * y
        dx.flags.writeable = False
        return dx, x * x


class SharesAnother(Honest):
    def gradient(self, x, y, checked=False):
        both = np.array([2 * x * y, x * x])
        return both.T[:, 0], both.T[:, 1]


class SharesGradients(Honest):
    def gradient(self, x, y, checked=False):
        z = 2 * x * y
        return z, z


class ChangesItsInput(Honest):
    def gradient(self, x, y, checked=False):
        out = super().gradient(x, y)
        x.flags.writeable = True
        x[0] += 1
        return out


class NeverTheSame(Honest):
    calls = 0

    def gradient(self, x, y, checked=False):
        self.calls += 1
        return 2 * x * y + self.calls * 1e-15, x * x


class CheckedDiffers(Honest):
    def gradient(self, x, y, checked=False):
        return 2 * x * y + 1e-14 * checked, x * x


class OtherValue(Honest):
    def value(self, x, y):
        return np.nextafter(cubic(x, y), 10)


class ReadsLate(Honest):
    def pullback(self, x, y):
        return lambda dy: tuple(dy * g for g in Honest.gradient(self, x, y))


class Consumed(Honest):
    def pullback(self, x, y):
        saved = [Honest.gradient(self, x, y), (x, y)]
        return lambda dy: saved.pop(0)


class LendsWhatIsSaved(Honest):
    def pullback(self, x, y):
        saved = Honest.gradient(self, x, y)
        return lambda dy: saved


def install(monkeypatch, fake):
    differences._cached.cache_clear()
    for name in ("grad", "value_and_grad", "vjp"):
        monkeypatch.setattr(differences, name, getattr(fake, name))


def test_honest(monkeypatch):
    install(monkeypatch, Honest())
    check(cubic, x, y)
    assert right_or_refused(cubic, x, y, expect=(2 * x * y, x * x)) == "right"


BROKEN = [
    WrongNumber, OneOfTwo, OtherShape, OtherDtype, ReadOnly, ChangesItsInput, NeverTheSame, CheckedDiffers, OtherValue,
    ReadsLate, Consumed, LendsWhatIsSaved,
]  # fmt: skip


@pytest.mark.parametrize("fake", BROKEN)
def test_broken_promise(monkeypatch, fake):
    install(monkeypatch, fake())
    with pytest.raises((AssertionError, IndexError)):
        right_or_refused(cubic, x, y)


def test_separate_parts_of_one_array_do_not_share(monkeypatch):
    install(monkeypatch, SharesAnother())
    check(cubic, x, y)


def inner(x, y):
    return (x * y).sum()


@pytest.mark.parametrize("pair", [lambda x, y: (y, x), lambda x, y: (y.copy(), x), lambda x, y: (y * 1.0,) * 2])
def test_borrowed_gradients(monkeypatch, pair):
    class Borrowing(Honest):
        def gradient(self, x, y, checked=False):
            return pair(x, y)

    install(monkeypatch, Borrowing())
    with pytest.raises(AssertionError):
        check(inner, x, x)


def test_stated_number(monkeypatch):
    install(monkeypatch, Honest())
    with pytest.raises(AssertionError):
        check(cubic, x, y, expect=(2 * x * y + 1, x * x))


def test_refusals(monkeypatch):
    class Refusing(Honest):
        def gradient(self, x, y, checked=False):
            raise error

    install(monkeypatch, Refusing())
    error = ArgumentError("no")
    assert right_or_refused(cubic, x, y) == "refused"
    error = Refusal("no place")
    with pytest.raises(AssertionError):
        right_or_refused(cubic, x, y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "f",
    [
        lambda v: np.maximum(v, 1e-6).sum(),
        lambda v: np.inf * v[0],
        lambda v: np.floor(1e4 * v).sum(),
        lambda v: v.sum() if v[0] == 0 else 0.0,
    ],
)
def test_useless_points(f):
    with pytest.raises(IllConditioned):
        check(f, np.array([0.0, 1.0]))


class Point(NamedTuple):
    a: float
    b: list


@dataclass
class Model:
    point: Point
    rate: float


def test_differences_of_a_tree():
    def f(m):
        return m.point.a**2 * m.point.b[1][0] + 3 * m.rate

    model = Model(Point(2.0, [np.ones(2), np.array([5.0])]), 1.0)
    d = differences.differences(f, model)
    assert np.allclose([d.point.a, d.point.b[1][0], d.rate], [20.0, 4.0, 3.0])
    assert np.array_equal(d.point.b[0], [0.0, 0.0])


def test_differences_of_complex_numbers_ascend():
    d = differences.differences(lambda z: abs(z) ** 2, 1 + 2j)
    assert np.allclose(d, 2 + 4j)


def test_copies_keep_what_is_one_object():
    a = np.ones(2)
    first, second = trees.copied([a, a], frozen=True)
    assert first is second and first is not a and not first.flags.writeable
    assert a.flags.writeable
