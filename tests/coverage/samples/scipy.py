"""SciPy beyond its special functions: linear algebra, distributions, convolutions; what is not there is refused."""

PLACES = {"uniform": "v", "beta": "v", "pareto": "v + 3"}
SHAPES = {"t": "3.0, ", "gamma": "2.0, ", "chi2": "4.0, ", "beta": "2.0, 3.0, ", "lognorm": "0.7, ", "pareto": "2.0, "}
SHAPES["weibull_min"] = "1.5, "
DENSITIES = "norm t beta gamma chi2 expon laplace logistic cauchy"
LOGARITHMS = f"{DENSITIES} pareto lognorm weibull_min"


def _calls(name: str, method: str) -> list[str]:
    place, shapes = PLACES.get(name, "v"), SHAPES.get(name, "")
    first = f"stats.{name}.{method}({place}, {shapes}".rstrip(", ")
    return [f"{first})", f"{first}, 0.0, s + 1)", f"{first}, loc=-0.1, scale=p)"]


SAMPLES = {
    **{f"stats.{name}.pdf": _calls(name, "pdf") for name in DENSITIES.split()},
    **{f"stats.{name}.logpdf": _calls(name, "logpdf") for name in LOGARITHMS.split()},
    **{f"stats.{name}.cdf": _calls(name, "cdf") for name in f"{DENSITIES} uniform".split()},
    **{f"stats.norm.{name}": _calls("norm", name) for name in ("logcdf", "sf", "logsf", "ppf")},
    "stats.t.logcdf": _calls("t", "logcdf"),
    "stats.truncnorm.logpdf": ["stats.truncnorm.logpdf(v, -2.0, 2.0)"],
    "stats.vonmises.logpdf": ["stats.vonmises.logpdf(v, 2.0)"],
    "stats.poisson.pmf": ["stats.poisson.pmf(k, s)", "stats.poisson.pmf(n, v)"],
    "stats.poisson.logpmf": ["stats.poisson.logpmf(k, s)", "stats.poisson.logpmf(n, mu=v)"],
    "stats.poisson.cdf": ["stats.poisson.cdf(k, s)", "stats.poisson.cdf(n, v)"],
    "stats.binom.logpmf": ["stats.binom.logpmf(n, 5, s)", "stats.binom.logpmf(n, n=5, p=v)"],
    "stats.bernoulli.logpmf": ["stats.bernoulli.logpmf(1, v)"],
    "stats.nbinom.logpmf": ["stats.nbinom.logpmf(k, 3, s)"],
    "stats.multivariate_normal.logpdf": [
        "stats.multivariate_normal.logpdf(r, x[0], np.eye(3))",
        "stats.multivariate_normal.logpdf(x, mean=r, cov=np.eye(3) * 2.0)",
    ],
    "stats.multivariate_normal.entropy": ["stats.multivariate_normal.entropy(r, S)"],
    "stats.dirichlet.logpdf": ["stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), r ** 2 + 1)"],
    "linalg.solve": ["linalg.solve(A, r)", "linalg.solve(A, B)"],
    "linalg.solve_triangular": [
        "linalg.solve_triangular(A, r)",
        "linalg.solve_triangular(A, B, lower=True)",
        "linalg.solve_triangular(A, r, trans='T', lower=True)",
    ],
    "linalg.cholesky": ["linalg.cholesky(A @ A.T)", "linalg.cholesky(A @ A.T, lower=True)"],
    "linalg.cho_factor": ["a, b = linalg.cho_factor(A @ A.T)\nnp.diag(a)"],
    "linalg.cho_solve": [
        "linalg.cho_solve(linalg.cho_factor(A @ A.T), r)",
        "a = linalg.cho_factor(A @ A.T, lower=True)\nlinalg.cho_solve(a, B)",
    ],
    "linalg.inv": ["linalg.inv(A)"],
    "linalg.det": ["linalg.det(A)"],
    "linalg.expm": ["linalg.expm(A)", "linalg.expm(0.1 * B) @ r"],
    "linalg.eigh": ["a, b = linalg.eigh(A + A.T)\na"],
    "linalg.solve_sylvester": ["linalg.solve_sylvester(A, A.T + 5 * np.eye(3), B)"],
    "linalg.toeplitz": ["linalg.toeplitz(v)"],
    "linalg.circulant": ["linalg.circulant(v)"],
    "linalg.logm": ["linalg.logm(S)"],
    "linalg.sqrtm": ["linalg.sqrtm(S)"],
    "linalg.schur": ["linalg.schur(A)[0]"],
    "linalg.polar": ["linalg.polar(A)[0]"],
    "linalg.lu": ["linalg.lu(A)[1]"],
    "linalg.lu_factor": ["linalg.lu_factor(A)[0]"],
    "linalg.qr": ["linalg.qr(A)[1]"],
    "linalg.svd": ["linalg.svd(A)[1]"],
    "linalg.pinv": ["linalg.pinv(A)"],
    "linalg.norm": ["linalg.norm(A)"],
    "linalg.lstsq": ["linalg.lstsq(A, r)[0]"],
    "linalg.block_diag": ["linalg.block_diag(A, B)"],
    "signal.convolve": ["signal.convolve(v, r)", "signal.convolve(x, y, mode='same')", "signal.convolve(t, t)"],
    "signal.fftconvolve": ["signal.fftconvolve(v, r)", "signal.fftconvolve(v, r, 'same')"],
    "signal.correlate": ["signal.correlate(v, r)", "signal.correlate(x, y)"],
    "signal.lfilter": ["signal.lfilter([1.0], [1.0, 0.5], v)"],
    "integrate.odeint": ["integrate.odeint(lambda a, b: -a, s, np.arange(3.0))"],
    "integrate.solve_ivp": ["integrate.solve_ivp(lambda a, b: -b, (0.0, 1.0), v).y"],
    "integrate.quad": ["integrate.quad(lambda a: a, 0.0, s)[0]"],
    "math.gamma": ["math.gamma(s)"],
    "math.lgamma": ["math.lgamma(s)"],
}

MISSING: list[str] = []
