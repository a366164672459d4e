"""Functions that work element by element."""

import numpy as np

BOUNDS_BY_NAME = tuple(map(int, np.__version__.split(".")[:2])) >= (2, 1)

UNARY = (
    "abs absolute fabs cbrt cos sin tan exp exp2 expm1 log log10 log1p log2 sqrt square negative positive reciprocal "
    "deg2rad degrees rad2deg radians arcsin asin arccos acos arctan atan arcsinh asinh arctanh atanh cosh sinh tanh "
    "sinc i0"
)
BINARY = (
    "add subtract multiply divide true_divide power pow float_power arctan2 atan2 copysign fmax fmin maximum minimum "
    "nextafter fmod mod remainder hypot logaddexp logaddexp2"
)

SAMPLES = {
    **{
        f"np.{name}": [
            f"np.{name}({a})"
            for a in (
                "x",
                "s",
                "g",
                "t[0, 0, :0]",
                "f",
                *["F, dtype=float"][: isinstance(getattr(np, name, None), np.ufunc)],
            )
        ]
        for name in UNARY.split()
    },
    **{
        f"np.{name}": [
            f"np.{name}({a})" for a in ("x, r ** 2 + 1", "x, c ** 2 + 1", "s, v", "v, p", "s, p", "e, r", "f, f + 1")
        ]
        for name in BINARY.split()
    },
    **{f"np.{name}": [f"np.{name}({a} + 1)" for a in ("x", "s", "g")] for name in ("arccosh", "acosh")},
    **{f"np.{name}": [f"np.{name}(x)", f"np.{name}(z)", f"np.{name}(s)"] for name in ("conj", "conjugate")},
    "np.real": ["np.real(x)", "np.real(z)", "np.real(s)"],
    "np.imag": ["np.imag(z)", "np.imag(x) * x", "np.imag(s) * s"],
    "np.angle": ["np.angle(z)", "np.angle(z, deg=True)", "np.angle(Z)", "np.angle(x) * x"],
    "np.real_if_close": ["np.real_if_close(x)", "np.real_if_close(z).real", "np.real_if_close(x, tol=10)"],
    "np.nan_to_num": ["np.nan_to_num(x)", "np.nan_to_num(z)", "np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0)"],
    "np.clip": [
        "np.clip(y, -0.5, 0.5)",
        "np.clip(y, s, None)",
        "np.clip(y, None, s)",
        "np.clip(y, -r - 2, r + 2)",
        "np.clip(y, a_min=-s, a_max=s)",
        *["np.clip(y, min=-s, max=s)", "np.clip(y, max=s)"][: 2 * BOUNDS_BY_NAME],
    ],
    "np.where": ["np.where(m, x, y)", "np.where(m, x, s)", "np.where(y > 0, r, c)", "np.where(s > 0, s, p)"],
    "np.divmod": [
        "a, b = np.divmod(v + 2, w)\na + b",
        "np.divmod(v + 2, s)[1]",
        "np.divmod(s, p)[1] * np.divmod(s, p)[0]",
    ],
    "np.modf": ["a, b = np.modf(3 * w)\na * b", "np.modf(s)[0]", "np.modf(3 * y)[0]"],
    "np.frexp": ["a, b = np.frexp(w)\na * b", "np.frexp(s)[0]"],
    "np.ldexp": ["np.ldexp(v, n)", "np.ldexp(s, 3)", "np.ldexp(v, 2)"],
    "ufunc out=": ["out = np.zeros(4)\nnp.exp(v, out=out)\nout * v", "out = np.zeros(4)\nnp.add(v, w, out)\nout"],
    "ufunc where=": [
        "out = np.zeros(4)\nnp.exp(v, out=out, where=q)\nout * v",
        "out = w * 1.0\nnp.add(v, w, out=out, where=v > 0.5)\nout * v",
        "np.exp(v, where=True)",
    ],
}

MISSING: list[str] = []
