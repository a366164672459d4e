"""Reductions, statistics, running sums, differences, histograms and interpolation."""

AXES = ("t", "t, axis=1", "t, axis=(0, -1)", "t, axis=-1, keepdims=True", "v", "x, 0", "F, axis=1", "u, axis=0")
NAN = ("max", "min", "sum", "prod", "mean", "std", "var", "median")
HOLES = "np.where(m, x, np.nan)"
SOME = {
    **{name: (f"{HOLES}, 1, where=x < 0.8", "x, dtype=float", "F, dtype=float") for name in ("sum", "prod", "mean")},
    **{name: (f"{HOLES}, where=x < 0.8, ddof=1", f"{HOLES}, axis=1, keepdims=True") for name in ("std", "var")},
    **{name: (f"{HOLES}, initial=s", "x, axis=0, where=m, initial=0.4") for name in ("max", "min")},
}
SOME["sum"] += (f"{HOLES}, initial=s", "Z, axis=1")
SOME["prod"] += (f"{HOLES}, axis=0, initial=s", "z")
METHODS = (
    "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear "
    "median_unbiased normal_unbiased lower higher midpoint nearest"
)
QUANTILES = ("t, q", "t, q, axis=1", "v, q", "t, q, axis=(0, 2), keepdims=True", "t, [q, q / 2], axis=-1")


def quantiles(name: str, q: float) -> list[str]:
    """Calls of a function for quantiles, at every axis and with every method."""
    calls = [f"np.{name}({a.replace('q', str(q))})" for a in QUANTILES]
    return calls + [f"np.{name}(v, {q}, method={method!r})" for method in METHODS.split()]


SAMPLES = {
    **{
        f"np.{name}": [f"np.{name}({a})" for a in AXES]
        for name in ("max", "amax", "min", "amin", "ptp", "sum", "prod", "mean", "std", "var", "median")
    },
    **{f"np.nan{name}": [f"np.nan{name}({a})" for a in (*AXES, *SOME.get(name, ()))] for name in NAN},
    "np.sum(where=)": ["np.sum(x, where=m)", "np.sum(x, axis=1, where=m)"],
    "np.sum(initial=)": [
        "np.sum(x, initial=2.0) * s",
        "np.sum(x, axis=0, initial=2.0) * r",
        "np.sum(t, axis=(0, 2), where=t > 0, initial=s)",
        "np.prod(t, axis=1, initial=s, keepdims=True)",
        "np.max(y, axis=1, initial=s)",
        "np.min(y, initial=-s)",
        "np.add.reduce(v, initial=s)",
    ],
    "np.sum(dtype=)": ["np.sum(x, dtype=float)", "np.sum(x, axis=0, dtype=np.float64)"],
    "np.max(initial=)": ["np.max(x, initial=0.5)", "np.max(y, axis=0, initial=0.1)"],
    "np.average": [
        "np.average(x)",
        "np.average(x, axis=1)",
        "np.average(x, weights=y ** 2)",
        "np.average(x, 0, weights=c[:, 0] ** 2)",
        "np.average(t, axis=1, weights=r ** 2)",
        "np.average(v, weights=n)",
        "a, b = np.average(x, axis=1, weights=y ** 2, returned=True)\na * b",
        "a, b = np.average(x, axis=0, returned=True)\na * b",
        "a, b = np.average(t, 1, r ** 2, True)\na * b",
        "np.average(t, -1, v)",
    ],
    "np.percentile": quantiles("percentile", 30.0),
    "np.quantile": quantiles("quantile", 0.3),
    "np.nanpercentile": quantiles("nanpercentile", 30.0),
    "np.nanquantile": quantiles("nanquantile", 0.3),
    **{
        f"np.{name}": [f"np.{name}({a})" for a in ("v", "t", "t, axis=1", "t, axis=-1", "x, 0", "e, axis=0", "F, 1")]
        for name in ("cumsum", "cumprod", "nancumsum", "nancumprod")
    },
    **{
        f"np.cumulative_{name}": [
            f"np.cumulative_{name}({a})" for a in ("v", "t, axis=1", "v, include_initial=True", "t, axis=-1")
        ]
        for name in ("sum", "prod")
    },
    "np.trapezoid": [
        "np.trapezoid(v)",
        "np.trapezoid(v, dx=0.3)",
        "np.trapezoid(v, w)",
        "np.trapezoid(t, axis=0)",
        "np.trapezoid(t, r, axis=1)",
        "np.trapezoid(v, dx=s)",
        "np.trapezoid(v, [0.0, 1.0, 3.0, 4.0])",
        "np.trapezoid(x, x=r, axis=1)",
        "np.trapezoid(r, x=x)",
        "np.trapezoid(x[:1], x=x)",
        "np.trapezoid(t, x=x[..., None], axis=1)",
        "np.trapezoid(v, dx=w[1:] ** 2)",
        "np.trapezoid(t, None, s, 1)",
        "np.trapezoid(y=v, x=w)",
    ],
    "np.diff": [
        "np.diff(v)",
        "np.diff(v, 2)",
        "np.diff(t, axis=1)",
        "np.diff(t, n=2, axis=-1)",
        "np.diff(v, prepend=s)",
        "np.diff(v, append=w)",
        "np.diff(x, axis=0)",
        "np.diff(x, prepend=s, axis=0)",
        "np.diff(x, n=2, prepend=s, append=c)",
        "np.diff(v, append=[1.0, s])",
    ],
    "np.ediff1d": [
        "np.ediff1d(v)",
        "np.ediff1d(x)",
        "np.ediff1d(v, to_begin=s, to_end=r)",
        "np.ediff1d(v, r, s)",
    ],
    "np.gradient": [
        "np.gradient(v)",
        "np.gradient(v, 0.3)",
        "np.gradient(v, s)",
        "np.gradient(t, axis=2)",
        "np.gradient(t, axis=1)",
        "a, b = np.gradient(x)\na * b",
        "np.gradient(v, edge_order=2)",
        "np.gradient(v, np.array([0.0, 1.0, 3.0, 4.0]))",
        "np.gradient(t, np.cumsum(v), axis=2, edge_order=2)",
        "np.gradient(t, r ** 3, axis=1, edge_order=2)",
        "np.gradient(v, np.cumsum(w ** 2), edge_order=2)",
        "np.gradient(v, s, edge_order=2)",
        "np.gradient(z, s)",
        "np.gradient(z, np.cumsum(v), edge_order=2)",
        "np.gradient(A, [0.0, 1.0, 3.0], axis=1)",
    ],
    "np.unwrap": ["np.unwrap(5 * w)", "np.unwrap(5 * t, axis=1)"],
    "np.interp": [
        "np.interp(v, [0.0, 0.5, 1.0], r)",
        "np.interp(s, np.arange(4) * 0.3, w)",
        "np.interp(x, np.sort(w), v)",
        "np.interp(v, [0.3, 0.5, 0.6], r, left=s, right=p)",
        "np.interp(s, [0.3, 0.5, 0.6], r, right=p)",
        "np.interp(5 * v, np.array([0.1, 0.5, 0.8]), r, period=1.1)",
        "np.interp(w, r, [1.0, 2.0, 4.0], period=0.9)",
    ],
    "np.convolve": ["np.convolve(v, r)", "np.convolve(v, r, 'same')", "np.convolve(r, v, mode='valid')"],
    "np.correlate": ["np.correlate(v, r)", "np.correlate(v, r, 'same')", "np.correlate(r, v, mode='full')"],
    "np.cov": [
        "np.cov(t[0])",
        "np.cov(v, w)",
        "np.cov(x, y, rowvar=False)",
        "np.cov(t[0], ddof=0)",
        "np.cov(v)",
        "np.cov(v[None])",
        "np.cov(x[:, :1], rowvar=False)",
        "np.cov(t[0], aweights=v)",
        "np.cov(t[0], aweights=v, ddof=0)",
        "np.cov(t[0], fweights=n)",
        "np.cov(x, rowvar=False, aweights=v[:2])",
        "np.cov(v, aweights=w ** 2)",
        "np.cov(t[0], None, True, True)",
    ],
    "np.corrcoef": [
        "np.corrcoef(t[0])",
        "np.corrcoef(v, w)",
        "np.corrcoef(t[0], t[1])",
        "np.corrcoef(t[0].T, t[1].T, rowvar=False)",
    ],
    "np.histogram": [
        "np.histogram(n, bins=3, weights=w)[0]",
        "np.histogram(n, [0, 2, 5], weights=v)[0]",
        "np.histogram(n, bins=3, weights=v, density=True)[0]",
    ],
    "np.histogram2d": [
        "np.histogram2d(n, n, bins=2, weights=w)[0]",
        "np.histogram2d(n, k, [3, 2], [[0, 3], [0, 1]], weights=w)[0]",
        "np.histogram2d(n, k, bins=2, weights=v, density=True)[0]",
    ],
    "np.histogramdd": [
        "np.histogramdd(n[:, None], bins=2, weights=w)[0]",
        "np.histogramdd(np.stack([n, k], axis=1), bins=[2, 3], weights=w)[0]",
    ],
    "np.bincount": ["np.bincount(k, w)", "np.bincount(k, weights=w, minlength=6)"],
    "np.polyval": [
        "np.polyval(v, w)",
        "np.polyval(v, s)",
        "np.polyval(r, t)",
        "np.polyval(F[0], f)",
        "np.polyval([1.0, 2.0, 3.0], v)",
    ],
    "np.polyadd": ["np.polyadd(v, r)", "np.polyadd(r, v)"],
    "np.polysub": ["np.polysub(v, r)", "np.polysub(r, v)"],
    "np.polymul": ["np.polymul(v, r)", "np.polymul(v, s)"],
    "np.polydiv": [
        "a, b = np.polydiv(v, r)\na * b",
        "a, b = np.polydiv(r, v)\na[0] + b",
        "a, b = np.polydiv(v, v[:1])\na * b[0]",
    ],
    "np.polyder": [
        "np.polyder(v)",
        "np.polyder(v, 2)",
        "np.polyder(f)",
    ],
    "np.polyint": [
        "np.polyint(v)",
        "np.polyint(v, 2)",
        "np.polyint(v, k=s)",
        "np.polyint(f)",
    ],
    "np.polyfit": [
        "np.polyfit(w, v, 2)",
        "np.polyfit(np.arange(4), v, 1)",
        "np.polyfit(w, v, 1, w=v)",
        "np.polyfit([0.0, 1.0, 2.0, 4.0], v, 2)",
        "np.polyfit(w, np.stack([v, w], axis=1), 1)",
        "np.polyfit(w, np.stack([v, w], axis=1), 1, w=v)",
        "np.polyfit(w, v, deg=1, rcond=1e-14, full=False, cov=False)",
        "a, b = np.polyfit(w, v, 1, cov=True)\na * b",
        "np.polyfit(w, v, 1, w=v, cov='unscaled')[1]",
        "a, *b = np.polyfit(w, v, 1, full=True)\na * b[0]",
        "np.polyfit(x=w, y=v, deg=1)",
    ],
    "np.poly": ["np.poly(v)", "np.poly(A)", "np.poly(z).real"],
    "np.roots": [
        "np.roots(np.array([1.0, -6.0 - s, 11.0, -6.0])).sum().real",
        "np.abs(np.roots(z))",
        "np.roots([s, 5.0, p])",
    ],
    "np.poly1d": ["np.poly1d(v)(w)", "np.poly1d(v)(s)"],
}

MISSING: list[str] = []
