"""Special functions of SciPy: differentiated in their arguments, and not in their orders and shapes."""

UNARY = (
    "digamma psi gamma gammaln loggamma rgamma erf erfc erfcx erfi erfinv erfcinv dawsn ndtr ndtri log_ndtr expit "
    "log_expit logit entr exprel cosm1 exp10 exp2 cbrt log1p expm1 sinc i0 i0e i1 i1e j0 j1 y0 y1 k0 k1 spence expi "
    "exp1 ellipk ellipe"
)
OF_TWO = "beta betaln rel_entr kl_div xlogy xlog1py poch binom owens_t"
OF_AN_ORDER = "iv ive jn jv yn yv kn kv struve"
OF_A_DEGREE = "eval_legendre eval_chebyt eval_hermite eval_laguerre"


def _unary(name: str) -> list[str]:
    return [f"special.{name}(x)", f"special.{name}(s)", f"special.{name}(f)"]


def _of_two(name: str) -> list[str]:
    return [f"special.{name}(x, s)", f"special.{name}(x, r + 2)", f"special.{name}(p, v)"]


def _behind(name: str, *orders: str) -> list[str]:
    return [f"special.{name}({order}, {place})" for order in orders for place in ("x", "s", "f")]


SAMPLES = {
    **{f"special.{name}": _unary(name) for name in UNARY.split()},
    **{f"special.{name}": _of_two(name) for name in OF_TWO.split()},
    **{f"special.{name}": _behind(name, "0", "2", "j") for name in OF_AN_ORDER.split()},
    **{f"special.{name}": [*_behind(name, "0", "3"), f"special.{name}(n, v)"] for name in OF_A_DEGREE.split()},
    "special.polygamma": [*_behind("polygamma", "0", "1"), "special.polygamma(n, v)"],
    "special.multigammaln": [
        "special.multigammaln(x + 2, 3)",
        "special.multigammaln(p, 2)",
        "special.multigammaln(p, i)",
    ],
    "special.zeta": ["special.zeta(2, x)", "special.zeta(3.5, q=s)", "special.zeta(n + 1, v)"],
    "special.factorial": ["special.factorial(x)", "special.factorial(s)", "special.factorial(w, exact=False)"],
    "special.gammainc": _behind("gammainc", "1.5"),
    "special.gammaincc": _behind("gammaincc", "1.5"),
    "special.betainc": _behind("betainc", "1.5, 2.5"),
    "special.huber": ["special.huber(0.5, y)", "special.huber(0.5, s)"],
    "special.pseudo_huber": ["special.pseudo_huber(0.5, y)", "special.pseudo_huber(0.5, s)"],
    "special.boxcox": ["special.boxcox(x, 0.5)", "special.boxcox(s, 0)", "special.boxcox(v, w)"],
    "special.boxcox1p": ["special.boxcox1p(x, 0.5)", "special.boxcox1p(s, 0)", "special.boxcox1p(v, w)"],
    "special.inv_boxcox": ["special.inv_boxcox(x, 0.5)", "special.inv_boxcox(s, 0)", "special.inv_boxcox(w ** 2, v)"],
    "special.logsumexp": [
        "special.logsumexp(y)",
        "special.logsumexp(t, axis=1)",
        "special.logsumexp(t, axis=(0, 2), keepdims=True)",
    ],
    "special.softmax": ["special.softmax(w)", "special.softmax(y, axis=0)", "special.softmax(t, axis=-1)"],
    "special.log_softmax": ["special.log_softmax(w)", "special.log_softmax(y, axis=0)"],
    "special.airy": [f"special.airy(y)[{k}]" for k in range(4)] + ["a, b, c, d = special.airy(s)\na * d + b * c"],
    "special.sici": ["special.sici(x)[0]", "a, b = special.sici(w)\na * b", "special.sici(s)[1]"],
    "special.fresnel": ["special.fresnel(y)[0]", "a, b = special.fresnel(w)\na * b", "special.fresnel(s)[1]"],
    "special.lambertw": [
        "special.lambertw(x).real",
        "special.lambertw(z)",
        "special.lambertw(s, k=-1).imag",
        "special.lambertw(z, 1)",
    ],
    "special.wofz": ["special.wofz(y)", "special.wofz(z)", "special.wofz(s).imag"],
    "special.expn": [*_behind("expn", "0", "1", "3"), "special.expn(n, v)"],
    "special.hyp2f1": _behind("hyp2f1", "0.5, 1.5, 2.5", "-2, 1.5, 2.5"),
    "special.hyp1f1": _behind("hyp1f1", "0.5, 1.5", "-2, 1.5"),
    "special.lpmv": [*_behind("lpmv", "0, 2", "1, 3"), "special.lpmv(1, n, v)"],
    "special.stdtr": ["special.stdtr(3, y)", "special.stdtr(2.5, s)", "special.stdtr(n, w)"],
    "special.fdtr": _behind("fdtr", "3, 5"),
    "special.chdtr": [*_behind("chdtr", "3"), "special.chdtr(n, v)"],
    "special.pdtr": [*_behind("pdtr", "0", "3"), "special.pdtr(n, v)"],
    "special.tklmbda": ["special.tklmbda(x, 0.5)", "special.tklmbda(s, 0.0)", "special.tklmbda(y, 2.5)"],
    "special.voigt_profile": [
        "special.voigt_profile(y, s, p)",
        "special.voigt_profile(w, v, 0.3)",
        "special.voigt_profile(s, 0.7, v)",
    ],
}

MISSING: list[str] = []
