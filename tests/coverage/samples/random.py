"""Samplers of NumPy's generators."""

ONE = "exponential rayleigh weibull pareto power standard_gamma chisquare standard_t dirichlet"
TWO = "uniform normal laplace logistic gumbel lognormal wald vonmises gamma beta noncentral_chisquare f"
DISCRETE = "poisson geometric logseries zipf"


def seeded(call: str) -> list[str]:
    """A draw from a fresh generator, so that a call with other operands draws the same."""
    return [f"a = np.random.default_rng(3)\na.{call}"]


SAMPLES = {
    **{f"np.random.{name}": seeded(f"{name}({'v' if name == 'dirichlet' else 's'})") for name in ONE.split()},
    **{f"np.random.{name}": seeded(f"{name}(s, p)") for name in TWO.split()},
    **{f"np.random.{name}": seeded(f"{name}(s) * s") for name in DISCRETE.split()},
    "np.random.triangular": seeded("triangular(0.0, s, p)"),
    "np.random.multivariate_normal": [
        *seeded("multivariate_normal(r, A @ A.T)"),
        *seeded("multivariate_normal(r, A @ A.T, size=(2, 2), method='cholesky')"),
        *seeded("multivariate_normal(r, A @ A.T, 4, method='eigh')"),
        "a = np.random.RandomState(3)\na.multivariate_normal(r, A @ A.T, 2)",
    ],
    "np.random.noncentral_f": seeded("noncentral_f(s, p, p)"),
    "np.random.binomial": seeded("binomial(5, s) * s"),
    "np.random.hypergeometric": seeded("hypergeometric(s, 4, 3) * s"),
    "np.random.negative_binomial": seeded("negative_binomial(5, s) * s"),
    "np.random.multinomial": seeded("multinomial(5, v / v.sum()) * v"),
    "np.random.multivariate_hypergeometric": seeded("multivariate_hypergeometric([5, 4], 3) * s"),
    "np.random.permutation": seeded("permutation(v)"),
    "np.random.permuted": [*seeded("permuted(x, axis=1)"), *seeded("permuted(t, axis=0)")],
    "np.random.shuffle": ["a = np.random.default_rng(3)\nb = v * 1.0\na.shuffle(b)\nb"],
    "np.random.choice": seeded("choice(v, 3)"),
    "np.random.random": seeded("random(4) * v"),
    "np.random.standard_normal": seeded("standard_normal(4) * v"),
    "np.random.standard_exponential": seeded("standard_exponential(4) * v"),
    "np.random.standard_cauchy": seeded("standard_cauchy(4) * v"),
    "np.random.integers": seeded("integers(5, size=4) * v"),
    "np.random.default_rng": ["np.random.default_rng(3).random() * s"],
}

MISSING: list[str] = []
