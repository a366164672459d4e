"""Random draws: the same numbers come again from a generator with the same seed, so differences see a function."""

from dataclasses import dataclass

import numpy as np
import pytest

from s2sgrad import grad, jvp
from tests.differences import check as check_program
from tests.differences import refused
from tests.rules.harness import check
from tests.rules.samples import Known, Sample, between


@dataclass(frozen=True)
class Draw(Sample):
    """A draw that is made anew from the same seed."""

    def call(self, *args):
        np.random.seed(7)
        return self.function(*args, **self.kwargs)


def draws(name, *bounds):
    shapes = ((), (3,), (2, 3))
    for i in range(len(bounds)):
        for shape in shapes:
            args = [between(low, high, *(shape if k == i else ())) for k, (low, high) in enumerate(bounds)]
            args = tuple(a if a.ndim else float(a) for a in args)
            yield Draw(getattr(np.random, name), args, single=False)
            yield Draw(getattr(np.random, name), args, {"size": (4, *shape)}, single=False)


PLACE, SCALE = (-1, 1), (0.5, 2)
SAMPLES = [
    *(d for name in ("normal", "laplace", "logistic", "gumbel") for d in draws(name, PLACE, SCALE)),
    Draw(np.random.normal, (Known(0.0), between(0.5, 2, 3)), single=False),
    *draws("uniform", (-2, -1), (1, 2)),
    *draws("lognormal", PLACE, (0.2, 0.6)),
    *(d for name in ("exponential", "rayleigh", "weibull", "pareto", "power") for d in draws(name, (1.5, 3))),
    *draws("triangular", (-2, -1), (-0.5, 0.5), (1, 2)),
    Draw(np.random.multivariate_normal, (between(-1, 1, 3), np.eye(3)), single=False),
    Draw(np.random.multivariate_normal, (between(-1, 1, 3), np.eye(3)), {"size": 4}, single=False),
    Draw(np.random.multivariate_normal, (np.array([0.3, -0.5, 0.8]), np.eye(3)), {"method": "cholesky"}, single=False),
]

@pytest.mark.parametrize("sample", SAMPLES[:-3], ids=str)
def test_against_differences(sample):
    check(sample)


def reparameterised(m, s):
    rng = np.random.default_rng(3)
    z = rng.normal(m, s, size=(5, 3))
    return (np.tanh(z) ** 2).sum()


def one_number(m, s):
    rng = np.random.default_rng(3)
    return rng.normal(m, s) ** 3


def scale_alone(s):
    rng = np.random.default_rng(3)
    return (rng.normal(scale=s, size=(2, 3)) ** 3).sum()


def all_of_them(s):
    rng = np.random.default_rng(3)
    total = (rng.weibull(s, 4) ** 2).sum() + (rng.pareto(s, 4) ** 2).sum() + (rng.power(s, 4) ** 2).sum()
    total += (rng.exponential(s, 4) ** 2).sum() + (rng.rayleigh(s, 4) ** 2).sum() + (rng.gumbel(s, s, 4) ** 2).sum()
    total += (rng.uniform(-s, s, 4) ** 2).sum() + (rng.laplace(s, s, 4) ** 2).sum() + rng.triangular(-s, 0.2, s) ** 2
    return total + (rng.lognormal(s, 0.3, 4) ** 2).sum() + (rng.logistic(s, s, 4) ** 2).sum()


def correlated(m):
    rng = np.random.default_rng(3)
    return (rng.multivariate_normal(m, np.eye(3), size=4) ** 2).sum()


def legacy(m, s):
    np.random.seed(1)
    return (np.random.lognormal(m, s, size=5) ** 2).sum()


def legacy_state(m):
    state = np.random.RandomState(1)
    return (state.normal(m, 2.0, size=5) ** 2).sum()


def dropout(x):
    rng = np.random.default_rng(3)
    kept = rng.random(4) < 0.5
    return ((x * kept) ** 2).sum() * rng.integers(1, 3, size=2).sum()


def noise(rng, x):
    return x + rng.normal(0.0, 0.1 * x)


def walk(x):
    rng = np.random.default_rng(0)
    for _ in range(3):
        x = noise(rng, x)
        if rng.random() < 0.5:
            x = x * 2
    return (x**2).sum()


def by_drawn_order(x):
    rng = np.random.default_rng(0)
    return (x[rng.permutation(len(x))] * np.arange(4.0)).sum() + (x[rng.choice(4, 3)] ** 2).sum()


PROGRAMS = [
    (reparameterised, 1.0, 0.7), (reparameterised, between(-1, 1, 3), between(0.5, 1, 3)), (one_number, 0.3, 1.2),
    (reparameterised, between(-1, 1, 5, 1), 0.7), (scale_alone, 1.3), (scale_alone, between(0.5, 1, 3)),
    (all_of_them, 1.5), (correlated, between(-1, 1, 3)), (legacy, 0.3, 0.4), (legacy_state, 0.3),
    (dropout, between(-1, 1, 4)), (walk, between(1, 2, 3)), (by_drawn_order, between(-1, 1, 4)),
]  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case[0].__name__)
def test_in_programs(case):
    check_program(*case)


GENERATOR = np.random.default_rng(5)


def from_outside(x):
    return (GENERATOR.normal(x) ** 2).sum()


def given(x, rng):
    for _ in range(2):
        x = noise(rng, x)
    return (x**2).sum()


def test_generators_from_elsewhere():
    x = np.ones(3)
    drawn = np.random.default_rng(5)
    GENERATOR.bit_generator.state = drawn.bit_generator.state
    assert np.allclose(grad(from_outside)(x), 2 * drawn.normal(x))
    expected = grad(given)(x, np.random.default_rng(1))
    assert np.allclose(grad(given, checked=True)(x, np.random.default_rng(1)), expected)
    y, dy = jvp(given, 0)(x, np.random.default_rng(1), tangents=np.ones(3))
    assert np.isclose(dy, expected.sum())
    assert np.isclose(y, given(x, np.random.default_rng(1)))


def test_the_draw_is_made_once():
    source = grad(reparameterised, (0, 1)).source_for(1.0, 2.0)
    assert source.count("\n    z = rng.normal(m, s, size=(5, 3))\n") == 1


@pytest.mark.parametrize("call, match", [
    ("gamma(s)", "equation"), ("beta(s, 1.0)", "equation"), ("standard_t(s)", "equation"),
    ("vonmises(s, 1.0)", "equation"),
    ("poisson(s)", "discrete"), ("binomial(5, s)", "discrete"), ("geometric(s)", "discrete"),
])  # fmt: skip
def test_the_others_are_refused_with_the_reason(call, match, tmp_path):
    path = tmp_path / "drawn.py"
    path.write_text(f"import numpy as np\n\n\ndef f(s):\n    return np.random.default_rng(3).{call} * s\n")
    namespace = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    refused(namespace["f"], 0.5, match=match)


def test_a_count_is_not_taken_for_a_constant():
    def f(rate, rng):
        return rng.poisson(rate, size=3).sum()

    refused(f, 2.0, np.random.default_rng(0), wrt=0, match="discrete")

    def g(p):
        return np.random.default_rng(0).multinomial(5, p).sum()

    refused(g, np.ones(3) / 3, match="discrete")


def counted(x, rate):
    rng = np.random.default_rng(0)
    k = rng.poisson(rate, size=3) + rng.binomial(3, 0.5, 3)
    return (x**k).sum()


def test_a_count_with_a_constant_rate():
    check_program(counted, between(0.5, 1.5, 3), 2.0, wrt=0)


@pytest.mark.parametrize("method", ["svd", "eigh", "cholesky"])
def test_a_covariance(method):
    def f(m, a, method):
        rng = np.random.default_rng(0)
        y = rng.multivariate_normal(m, a @ a.T, method=method) * rng.normal()
        return (rng.multivariate_normal(y, a @ a.T + a.T @ a, (2, 2), method=method) ** 2).sum()

    a = np.random.default_rng(11).uniform(0, 1, (3, 3)) + np.diag([1.0, 2.0, 4.0])
    check_program(f, a[0], a, method, wrt=(0, 1), tol=1e-6)


def test_a_permuted_array():
    def f(x):
        return (np.random.default_rng(0).permutation(x) * np.arange(3)).sum()

    check_program(f, np.ones(3))
