"""SciPy beyond its special functions: linear algebra, distributions, convolutions, sparse matrices; or refused."""

PLACES = {"uniform": "v", "beta": "v", "pareto": "v + 3"}
SHAPES = {"t": "3.0, ", "gamma": "2.0, ", "chi2": "4.0, ", "beta": "2.0, 3.0, ", "lognorm": "0.7, ", "pareto": "2.0, "}
SHAPES["weibull_min"] = "1.5, "
DENSITIES = "norm t beta gamma chi2 expon laplace logistic cauchy"
SINES = "sinm cosm tanm sinhm coshm tanhm"
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
    "stats.truncnorm.logpdf": [
        "stats.truncnorm.logpdf(v, -2.0, 2.0)",
        "stats.truncnorm.logpdf(v, -s - 2, p + 2, s, p)",
        "stats.truncnorm.logpdf(w, a=-4.0, b=c + 5, loc=0.1, scale=p)",
        "stats.truncnorm.logpdf(v, -s, np.inf)",
    ],
    "stats.vonmises.logpdf": [
        "stats.vonmises.logpdf(v, 2.0)",
        "stats.vonmises.logpdf(w, v, s, p)",
        "stats.vonmises.logpdf(w, kappa=v, loc=c)",
    ],
    "stats.poisson.pmf": ["stats.poisson.pmf(k, s)", "stats.poisson.pmf(n, v)"],
    "stats.poisson.logpmf": ["stats.poisson.logpmf(k, s)", "stats.poisson.logpmf(n, mu=v)"],
    "stats.poisson.cdf": ["stats.poisson.cdf(k, s)", "stats.poisson.cdf(n, v)"],
    "stats.binom.logpmf": ["stats.binom.logpmf(n, 5, s)", "stats.binom.logpmf(n, n=5, p=v)"],
    "stats.bernoulli.logpmf": ["stats.bernoulli.logpmf(1, v)"],
    "stats.nbinom.logpmf": ["stats.nbinom.logpmf(k, 3, s)"],
    "stats.multivariate_normal.logpdf": [
        "stats.multivariate_normal.logpdf(r, x[0], np.eye(3))",
        "stats.multivariate_normal.logpdf(x, mean=r, cov=np.eye(3) * 2.0)",
        "stats.multivariate_normal.logpdf(x, r, A @ A.T)",
    ],
    "stats.multivariate_normal.entropy": [
        "stats.multivariate_normal.entropy(r, A @ A.T)",
        "stats.multivariate_normal.entropy(cov=A @ A.T)",
    ],
    "stats.dirichlet.logpdf": [
        "stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), r ** 2 + 1)",
        "stats.dirichlet.logpdf(v / np.sum(v), w ** 2 + 1)",
        "stats.dirichlet.logpdf(v / np.sum(v), v + p)",
        "a = x[0] / np.sum(x[0])\nstats.dirichlet.logpdf(a, r ** 2 + 1)",
        "a = A ** 2 / np.sum(A ** 2, axis=0)\nstats.dirichlet.logpdf(a, alpha=r ** 2 + 1)",
    ],
    "linalg.solve": ["linalg.solve(A, r)", "linalg.solve(A, B)"],
    "linalg.solve_triangular": [
        "linalg.solve_triangular(A, r)",
        "linalg.solve_triangular(A, B, lower=True)",
        "linalg.solve_triangular(A, r, trans='T', lower=True)",
        "linalg.solve_triangular(A, r, unit_diagonal=True)",
        "linalg.solve_triangular(A, B, trans=1, lower=True, unit_diagonal=True)",
    ],
    "linalg.cholesky": ["linalg.cholesky(A @ A.T)", "linalg.cholesky(A @ A.T, lower=True)"],
    "linalg.cho_factor": ["a, b = linalg.cho_factor(A @ A.T)\nnp.diag(a)"],
    "linalg.cho_solve": [
        "linalg.cho_solve(linalg.cho_factor(A @ A.T), r)",
        "a = linalg.cho_factor(A @ A.T, lower=True)\nlinalg.cho_solve(a, B)",
    ],
    "linalg.inv": ["linalg.inv(A)"],
    "linalg.det": ["linalg.det(A)"],
    "linalg.expm": ["linalg.expm(A)", "linalg.expm(A / 2) + p", "r @ linalg.expm(-A)", "linalg.expm(0.1 * B) @ r"],
    "linalg.eigh": [
        "a, b = linalg.eigh(A + A.T)\na",
        "a, b = linalg.eigh(A + A.T, lower=False)\na * b ** 2",
        "linalg.eigh(A + A.T, eigvals_only=True)",
    ],
    "linalg.eigvalsh": ["linalg.eigvalsh(A + A.T)", "linalg.eigvalsh(A, lower=False)"],
    "linalg.solve_sylvester": ["linalg.solve_sylvester(A, A.T + 5 * np.eye(3), B)"],
    "linalg.toeplitz": ["linalg.toeplitz(v)"],
    "linalg.circulant": ["linalg.circulant(v)"],
    **{f"linalg.{name}": [f"linalg.{name}(0.3 * A)", f"linalg.{name}(A / 4) @ r"] for name in SINES.split()},
    "linalg.expm_frechet": ["linalg.expm_frechet(A, B, compute_expm=False)"],
    "linalg.logm": [
        "linalg.logm(S)",
        "linalg.logm(S * p)",
        "p * linalg.logm(A @ A.T)",
        "r @ linalg.logm(S)",
        "linalg.logm(A) @ r",
        "linalg.expm(linalg.logm(A) / 3)",
    ],
    "linalg.sqrtm": ["linalg.sqrtm(S)", "linalg.sqrtm(A) @ r", "linalg.inv(linalg.sqrtm(A))"],
    "linalg.schur": [
        "linalg.schur(S)[0]",
        "linalg.schur(S * p)[0]",
        "p * linalg.schur(A @ A.T)[0]",
        "a, b = linalg.schur(A @ A.T + np.diag(r))\na * b",
        "linalg.schur(S)[1]",
    ],
    "linalg.polar": [
        "linalg.polar(A)[0]",
        "linalg.polar(A)[1] * p",
        "linalg.polar(A * s, 'left')[1]",
        "a, b = linalg.polar(A, side='left')\na * b",
        "a, b = linalg.polar(x.T)\nnp.sum(a) * b",
        "a, b = linalg.polar(x, 'left')\nnp.sum(a) * b",
    ],
    "linalg.lu": ["linalg.lu(A)[1]", "a, b, h = linalg.lu(A[::-1])\nb * h", "linalg.lu(B, check_finite=False)[2]"],
    "linalg.lu_factor": ["linalg.lu_factor(A)[0]", "linalg.lu_factor(A[::-1], check_finite=False)[0]"],
    "linalg.lu_solve": [
        "linalg.lu_solve(linalg.lu_factor(A), r)",
        "a, b = linalg.lu_factor(A[::-1])\nlinalg.lu_solve((a, b), B, trans=1)",
    ],
    "linalg.qr": [
        "linalg.qr(A)[1]",
        "a, b = linalg.qr(x)\na @ b ** 2",
        "a, b = linalg.qr(x.T, mode='economic')\na @ b ** 2",
        "a, b, h = linalg.qr(x.T, mode='economic', pivoting=True)\na @ b ** 2",
    ],
    "linalg.svd": [
        "linalg.svd(A)[1]",
        "a, b, h = linalg.svd(x)\na * b",
        "linalg.svd(x, compute_uv=False)",
        "a, b, h = linalg.svd(x.T, full_matrices=False, check_finite=False)\na * b @ h ** 2",
    ],
    "linalg.svdvals": ["linalg.svdvals(A)", "linalg.svdvals(x, check_finite=False)"],
    "linalg.pinv": ["linalg.pinv(A)", "linalg.pinv(x)", "linalg.pinv(x.T, rtol=1e-12)"],
    "linalg.norm": [
        *(f"linalg.norm(A, {order})" for order in ("1", "-1", "2", "-2", "np.inf", "-np.inf", "'fro'", "'nuc'")),
        *(f"linalg.norm(w, {order})" for order in ("1", "2", "3", "np.inf", "-np.inf", "None")),
        "linalg.norm(A)",
        "linalg.norm(v)",
        "linalg.norm(f)",
        "linalg.norm(F, 1)",
        "linalg.norm(x, axis=1)",
        "linalg.norm(C, axis=(1, 2), keepdims=True)",
        "linalg.norm(w, check_finite=False)",
    ],
    "linalg.lstsq": [
        "linalg.lstsq(A, r)[0]",
        "linalg.lstsq(x.T, r)[0]",
        "a, b, h, i = linalg.lstsq(x.T, A)\nnp.sum(a) * b",
        "linalg.lstsq(x, y)[3]",
    ],
    "linalg.block_diag": [
        "linalg.block_diag(A, B)",
        "linalg.block_diag(A, x, v)",
        "linalg.block_diag(s, A, x, B, v, x)",
    ],
    "linalg.solve_banded": [
        "linalg.solve_banded((1, 1), A * [[0.1], [4.0], [0.1]], r)",
        "linalg.solve_banded((0, 0), 1.0 + v[None] ** 2, w)",
        "linalg.solve_banded((0, 1), np.stack([v, 3.0 + w ** 2]), w * p)",
        "linalg.solve_banded((2, 0), A * [[4.0], [0.1], [0.1]], B)",
        "linalg.solve_banded((0, 1), np.stack([r, 3.0 + r ** 2]), r, check_finite=False)",
    ],
    "linalg.solve_discrete_lyapunov": [
        "linalg.solve_discrete_lyapunov(A / 9, B)",
        "linalg.solve_discrete_lyapunov(A / 9, B, method='bilinear')",
    ],
    "linalg.solve_continuous_lyapunov": ["linalg.solve_continuous_lyapunov(A, B)"],
    "linalg.solve_continuous_are": ["linalg.solve_continuous_are(A, x.T, B @ B.T, x @ x.T)"],
    "signal.convolve": ["signal.convolve(v, r)", "signal.convolve(x, y, mode='same')", "signal.convolve(t, t)"],
    "signal.fftconvolve": ["signal.fftconvolve(v, r)", "signal.fftconvolve(v, r, 'same')"],
    "signal.correlate": ["signal.correlate(v, r)", "signal.correlate(x, y)"],
    "signal.lfilter": ["signal.lfilter([1.0], [1.0, 0.5], v)"],
    "sparse.csr_array.__matmul__": ["L @ r", "L @ A", "L.T @ x", "r @ L.T", "A @ L.T", "np.sin(L @ r) @ L"],
    "integrate.odeint": ["integrate.odeint(lambda a, b: -a, s, np.arange(3.0))"],
    "integrate.solve_ivp": ["integrate.solve_ivp(lambda a, b: -b, (0.0, 1.0), v).y"],
    "integrate.quad": ["integrate.quad(lambda a: a, 0.0, s)[0]"],
    "math.gamma": ["math.gamma(s)"],
    "math.lgamma": ["math.lgamma(s)"],
}

MISSING: list[str] = []
