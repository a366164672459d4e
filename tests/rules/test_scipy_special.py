import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between

special = pytest.importorskip("scipy.special")

import s2sgrad.rules.scipy_special  # noqa: E402, F401

UNARY = {
    (0.3, 3): "gamma gammaln rgamma digamma erf erfc erfcx erfi dawsn ndtr log_ndtr expit log_expit entr exprel cosm1 "
    "exp10 exp2 cbrt log1p expm1 expi exp1 j0 j1 y0 y1 i0 i1 i0e i1e k0 k1",
    (-2, -0.5): "erf erfc dawsn ndtr log_ndtr expit log_expit exprel exp10 i0e i1e j0 j1 cbrt",
    (0.1, 0.9): "erfinv erfcinv ndtri logit spence ellipk ellipe",
}
BINARY = "beta betaln rel_entr kl_div xlogy xlog1py"


def shapes(function, *ranges, before=()):
    for shape in ((), (3,), (2, 3), (0,), (1,)):
        operands = [between(low, high, *shape) for low, high in ranges]
        operands = [o if o.ndim else float(o) for o in operands]
        yield Sample(function, (*before, *operands), single=bool(shape) and not before)


SAMPLES = [
    *(s for bounds, names in UNARY.items() for name in names.split() for s in shapes(getattr(special, name), bounds)),
    *(s for name in BINARY.split() for s in shapes(getattr(special, name), (0.3, 2), (0.3, 2))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_against_differences(sample):
    check(sample)


def poisson(rate, k):
    return (special.xlogy(k, rate) - rate - special.gammaln(k + 1)).sum()


def dirichlet(alpha, x):
    return special.gammaln(alpha.sum()) - special.gammaln(alpha).sum() + special.xlogy(alpha - 1, x).sum()


def cross_entropy(logits, y):
    return -(y * special.log_softmax(logits, axis=1)).sum() + special.logsumexp(logits, axis=0).sum()


def attention(x):
    return (special.softmax(x @ x.T, axis=-1) ** 2).sum() + special.logsumexp(x) ** 2


def quantiles(p):
    return (special.ndtri(p) * special.erf(p) + special.expit(special.logit(p) * 2)).sum()


def smooth(x):
    return (special.gammainc(1.5, x) + special.betainc(1.5, 2.0, x) + special.jv(2, x) + special.huber(0.3, x)).sum()


def other_shapes(x):
    total = special.gammaincc(1.5, x) + special.yv(1.5, x) + special.iv(0.5, x)
    return (total + special.kv(1.5, x) + special.pseudo_huber(0.7, x) + special.boxcox(x, 0.5)).sum()


def in_a_loop(x):
    for _ in range(3):
        x = special.expit(x) + x
    return x.sum()


def density(x):
    return special.log_ndtr(x) - special.gammaln(x)


def in_a_helper(x):
    return (density(x) * density(x + 1)).sum()


PROGRAMS = [
    (poisson, between(0.5, 2, 3), between(1, 3, 3)), (dirichlet, between(0.5, 2, 3), between(0.2, 0.5, 3)),
    (cross_entropy, between(-1, 1, 2, 3), between(0, 1, 2, 3)), (attention, between(-1, 1, 2, 3)),
    (quantiles, between(0.2, 0.8, 3)), (smooth, between(0.4, 0.8, 3)), (in_a_loop, between(-1, 1, 3)),
    (other_shapes, between(0.6, 2, 3)), (in_a_helper, between(0.5, 2, 3)), (quantiles, 0.3 * np.ones((1, 1))),
]  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case[0].__name__)
def test_in_programs(case):
    check_program(*case)


def test_the_text():
    text = grad(dirichlet).source_for(np.ones(3), np.ones(3) / 3)
    assert "special.digamma(alpha)" in text


def test_a_shape_has_no_derivative():
    def f(a, x):
        return special.gammainc(a, x)

    refused(f, 1.5, 0.5, match="`a` of `gammainc`")


def test_a_bare_name_is_known_where_the_file_imports_the_module():
    gammaln = special.gammaln

    def f(x):
        return gammaln(x)

    check_program(f, 1.5)


def test_a_function_without_a_rule_is_refused_by_name():
    def f(x):
        return special.eval_legendre(2, x)

    refused(f, 0.5, match="eval_legendre")
