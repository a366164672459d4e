"""Arrays made of numbers or of other arrays, and other branches of roots and logarithms."""

COPYING = "asarray asanyarray asarray_chkfinite ascontiguousarray asfortranarray copy"

SAMPLES = {
    **{f"np.{name}": [f"np.{name}({a})" for a in ("x", "t.T")] for name in COPYING.split()},
    "np.array": [
        "np.array(x)",
        "np.array([s, p])",
        "np.array([[s, p], [p, s]])",
        "np.array([v, w])",
        "np.array(x, dtype=float)",
        "np.array([v, w], copy=True)",
        "np.array(x, ndmin=3)",
        "np.array([s, p], ndmin=2)",
        "np.array([tuple([s, p]), (p, s)])",
        "np.array(x, order='F', like=None)",
    ],
    "np.require": ["np.require(x)", "np.require(x, float, ['C'])"],
    "np.astype": ["np.astype(x, float)", "np.astype(x, complex)"],
    "np.full": [
        "np.full(3, s)",
        "np.full((2, 3), r)",
        "np.full((2,), s, dtype=float)",
        "np.full((), s)",
        "np.full((2, 3), s, order='F')",
    ],
    "np.full_like": [
        "np.full_like(x, s)",
        "np.full_like(x, r)",
        "np.full_like(x, s, shape=(4,))",
    ],
    "np.linspace": [
        "np.linspace(s, p, 5)",
        "np.linspace(0, s)",
        "np.linspace(s, p, 5, endpoint=False)",
        "np.linspace(v, w, 3)",
        "np.linspace(s, p, 3, retstep=True)[1]",
        "np.linspace(v, w, 3, axis=1)",
        "a, b = np.linspace(v, w, 3, retstep=True)\na * b",
    ],
    "np.logspace": [
        "np.logspace(s, p, 5)",
        "np.logspace(s, p, 4, base=2.0)",
        "np.logspace(v, w, 3, axis=1)",
        "np.logspace(s, p, num=4, base=p)",
    ],
    "np.geomspace": [
        "np.geomspace(s, p, 5)",
        "np.geomspace(v, v + 1, 3)",
        "np.geomspace(x, x + 1, 3, axis=-1)",
        "np.geomspace(x, x[0] + 1, 3, axis=-1)",
        "np.geomspace(x[0], x + 1, 3, axis=1)",
        "np.geomspace(x, 2.0, 3, endpoint=False)",
    ],
    "np.arange": ["np.arange(s, 4.3)", "np.arange(3) * s", "np.arange(s, 5.0, 1.5)"],
    "np.vander": ["np.vander(v)", "np.vander(v, 3, increasing=True)"],
    "np.kaiser": ["np.kaiser(5, 3.0) * s", "np.kaiser(5, s)", "np.kaiser(1, s) * s"],
    "np.emath.sqrt": ["np.emath.sqrt(v)", "np.abs(np.emath.sqrt(w))", "np.emath.sqrt(z)"],
    "np.emath.log": ["np.emath.log(v)", "np.emath.log(w).imag + np.emath.log(w).real"],
    "np.emath.power": ["np.emath.power(v, 2)", "np.emath.power(v, p)", "np.emath.power(w, p).real"],
}

MISSING: list[str] = []
