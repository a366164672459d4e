"""Calls of ``scipy.special`` at which rules are checked, and the check of what is beyond first derivatives."""

import importlib

import numpy as np
import pytest

from s2sgrad import grad, hvp
from s2sgrad.analysis.infer.lazily import AREAS
from tests.differences import check
from tests.rules.samples import Sample, between

pytest.importorskip("scipy.special")

for file in AREAS["special"]:
    importlib.import_module(f"s2sgrad.rules.{file}")


def shapes(function, *ranges, before=(), single=True):
    """Calls with a number and with arrays of several shapes, behind arguments that are not differentiated."""
    for shape in ((), (3,), (2, 3), (0,), (1,)):
        operands = [between(low, high, *shape) for low, high in ranges]
        operands = [o if o.ndim else float(o) for o in operands]
        yield Sample(function, (*before, *operands), single=bool(shape) and not before and single)


def slope_along(function, x, v, h=1e-3):
    """The rate of ``function`` as ``x`` moves along ``v``, from six places: the error is of order ``h ** 6``."""
    weights = {1: 45, 2: -9, 3: 1}
    return sum(w * (function(x + k * h * v) - function(x - k * h * v)) for k, w in weights.items()) / (60 * h)


def check_orders(f, x, tol=1e-7):
    """Assert that first derivatives are right in every mode, and second ones by ``hvp`` and by ``grad`` of ``grad``."""
    check(f, x)
    gradient = grad(f)
    v = np.random.default_rng(5).choice([-0.8, 1.2], np.shape(x))

    def along(x, v):
        return np.sum(gradient(x) * v)

    expected = slope_along(lambda x: gradient(x), x, v)
    np.testing.assert_allclose(hvp(f)(x, vectors=v), expected, rtol=tol, atol=tol)
    np.testing.assert_allclose(grad(along)(x, v), expected, rtol=tol, atol=tol)
