import numpy as np
import pytest

from s2sgrad import grad, hvp
from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Sample, between
from tests.rules.special_samples import check_orders, shapes

special = pytest.importorskip("scipy.special")

UNARY = {
    (0.3, 3): "expit log_expit entr exprel cosm1 exp10 exp2 cbrt log1p expm1 wrightomega",
    (-2, -0.5): "expit log_expit exprel exp10 cbrt wrightomega",
    (0.1, 0.9): "logit",
}
BINARY = "rel_entr kl_div xlogy xlog1py"
SAMPLES = [
    *(s for bounds, names in UNARY.items() for name in names.split() for s in shapes(getattr(special, name), bounds)),
    *(s for name in BINARY.split() for s in shapes(getattr(special, name), (0.3, 2), (0.3, 2))),
    *(
        Sample(f, (o, lmbda), single=False)
        for f in (special.boxcox, special.boxcox1p, special.inv_boxcox, special.inv_boxcox1p)
        for lmbda in (0.0, 0.5, -0.3, 2)
        for o in (0.7, between(0.3, 0.9, 2, 3), np.array([0.5, 3.0]))
        if not (lmbda < 0 and np.max(o) > 2)
    ),
    *(s for f in (special.huber, special.pseudo_huber) for s in shapes(f, (-2, 2), before=(1.2,))),
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


ORDERS = {
    "`a` of `gammainc`": lambda a, x: special.gammainc(a, x),
    "`n` of `polygamma`": lambda n, x: special.polygamma(n, x),
    "`x` of `zeta`": lambda a, x: special.zeta(a, x),
    "`d` of `multigammaln`": lambda d, x: special.multigammaln(x, d),
    "`lmbda` of `tklmbda`": lambda a, x: special.tklmbda(x, a),
    "`v` of `ive`": lambda v, x: special.ive(v, x),
    "`n` of `yn`": lambda n, x: special.yn(n, x),
    "`n` of `kn`": lambda n, x: special.kn(n, x),
    "`v` of `struve`": lambda v, x: special.struve(v, x),
    "`n` of `expn`": lambda n, x: special.expn(n, x),
    "`c` of `hyp2f1`": lambda c, x: special.hyp2f1(0.5, 1.5, c, x),
    "`b` of `hyp1f1`": lambda b, x: special.hyp1f1(0.5, b, x),
    "`v` of `lpmv`": lambda v, x: special.lpmv(1, v, x),
    "`n` of `eval_legendre`": lambda n, x: special.eval_legendre(n, x),
    "`n` of `eval_chebyt`": lambda n, x: special.eval_chebyt(n, x),
    "`alpha` of `eval_jacobi`": lambda a, x: special.eval_jacobi(2, a, 0.5, x),
    "`n` of `eval_laguerre`": lambda n, x: special.eval_laguerre(n, x),
    "`df` of `stdtr`": lambda df, x: special.stdtr(df, x),
    "`dfd` of `fdtr`": lambda df, x: special.fdtr(2, df, x),
    "`v` of `chdtr`": lambda v, x: special.chdtr(v, x),
    "`k` of `pdtr`": lambda k, x: special.pdtr(k, x),
    "`b` of `gdtr`": lambda b, x: special.gdtr(1.5, b, x),
    "`m` of `ellipkinc`": lambda m, x: special.ellipkinc(x, m),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_or_a_shape_has_no_derivative(name):
    refused(ORDERS[name], 1.5, 0.5, match=name)


def test_of_complex_numbers_what_has_no_rule_is_refused():
    refused(lambda x: special.wrightomega(x + 1j).real, 0.5, match="`wrightomega` has no derivative rule for complex")
    refused(lambda x: special.ive(1, x + 1j).real, 0.5, match="`ive` has no derivative rule for complex")
    refused(lambda x: special.fresnel(x + 1j)[0].real, 0.5, match="`fresnel` has no derivative rule for complex")


def test_a_bare_name_is_known_where_the_file_imports_the_module():
    gammaln = special.gammaln

    def f(x):
        return gammaln(x)

    check_program(f, 1.5)


def test_a_function_without_a_rule_is_refused_by_name():
    def f(x):
        return special.kolmogorov(x)

    refused(f, 0.5, match="kolmogorov")


SECOND = {
    "lambertw": lambda x: (special.lambertw(x).real * x).sum(),
    "lambertw, another branch": lambda x: (
        special.lambertw(-x / 3, -1).real * special.lambertw(-x / 3, k=-1)
    ).real.sum(),
    "lambertw, complex": lambda x: abs(special.lambertw(x + 1j * x**2) * special.lambertw(-2 * x)).sum(),
    "wrightomega": lambda x: (special.wrightomega(x) * special.wrightomega(-5 * x)).sum(),
    "inverses of box and cox": lambda x: (special.inv_boxcox(x, 0.3) * special.inv_boxcox1p(x, 0.0)).sum(),
    "box and cox in both": lambda x: (special.boxcox(x, 2 * x - 1.2) * special.boxcox1p(x, -x)).sum(),
    "inverses in both": lambda x: (special.inv_boxcox(x, 2 * x - 1.2) * special.inv_boxcox1p(3 * x, 0.9 - x)).sum(),
    "box and cox": lambda x: (special.boxcox(x, 0.3) * special.boxcox1p(x, 0.0)).sum(),
}


@pytest.mark.parametrize("name", SECOND)
def test_orders_of(name):
    check_orders(SECOND[name], np.array([0.35, 0.6, 0.9]), tol=1e-6)


def derivatives_in_lmbda(f, lmbda):
    return [grad(f, "lmbda")(2.5, lmbda), hvp(f, wrt="lmbda")(2.5, lmbda, vectors=1.0)]


def test_the_power_of_a_transformation_at_0_and_near_it():
    # By the series of (exp(u) - 1) / u and of log(1 + u) / u.
    L = np.log(2.5)
    for lmbda in (0.0, 1e-12, -1e-7):
        got = derivatives_in_lmbda(lambda x, lmbda: special.boxcox(x, lmbda), lmbda)
        np.testing.assert_allclose(got, [L**2 / 2 + lmbda * L**3 / 3, L**3 / 3 + lmbda * L**4 / 4], rtol=1e-12)
        got = derivatives_in_lmbda(lambda x, lmbda: np.log(special.inv_boxcox(x, lmbda)), lmbda)
        expected = [-(2.5**2) / 2 + lmbda * 2.5**3 * 2 / 3, 2.5**3 * 2 / 3 - lmbda * 2.5**4 * 3 / 2]
        np.testing.assert_allclose(got, expected, rtol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_the_power_of_a_transformation_of_0():
    slope = grad(lambda lmbda: special.boxcox(0.0, lmbda) + special.boxcox1p(-1.0, lmbda))
    np.testing.assert_allclose([slope(2.0), slope(1.9)], [2 / 2.0**2, 2 / 1.9**2])
    assert not np.isfinite(slope(-2.0)) and not np.isfinite(slope(0.0))


def test_lamberts_function_at_0():
    def f(x):
        return special.lambertw(x).real.sum()

    assert grad(f)(np.zeros(1)) == 1 and hvp(f)(np.zeros(1), vectors=np.ones(1)) == -2


def test_single_precision_stays_behind_complex_numbers():
    x = np.array([0.5, 1.5], np.float32)
    slope = grad(lambda x: (special.lambertw(x).real * special.wofz(x).imag).sum())(x)
    assert slope.dtype == np.float32 and np.all(np.isfinite(slope))


def test_sinc_is_that_of_numpy():
    check_program(lambda x: (special.sinc(x) * x).sum(), np.array([0.3, -1.2]))
    assert grad(lambda x: special.sinc(x))(0.0) == 0
