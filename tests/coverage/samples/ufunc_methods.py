"""Reductions, running reductions, outer products and stores made of an elementwise function."""

SAMPLES = {
    **{
        f"np.{name}.reduce": [f"np.{name}.reduce({a})" for a in ("t", "x, axis=1", "x, axis=-1, keepdims=True", "v")]
        for name in ("add", "multiply", "maximum", "minimum", "logaddexp", "hypot", "subtract", "divide")
    },
    **{
        f"np.{name}.accumulate": [f"np.{name}.accumulate({a})" for a in ("v", "t", "y, axis=1", "e")]
        for name in ("add", "multiply", "maximum", "minimum", "logaddexp")
    },
    **{
        f"np.{name}.outer": [f"np.{name}.outer({a})" for a in ("v, w ** 2", "x, v", "s, v", "x, t ** 2")]
        for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "hypot")
    },
    **{
        f"np.{name}.reduceat": [f"np.{name}.reduceat({a})" for a in ("v, [0, 2]", "t, [0, 2], axis=2", "v, [0, 2, 1]")]
        for name in ("add", "multiply", "maximum")
    },
    "np.add.at": ["a = v * 1.0\nnp.add.at(a, k, w)\na", "a = v * 1.0\nnp.add.at(a, [0, 0], s)\na * v"],
    "np.subtract.at": ["a = v * 1.0\nnp.subtract.at(a, k, w)\na * v"],
    "np.multiply.at": ["a = v * 1.0\nnp.multiply.at(a, k, w)\na * v", "a = A * 1.0\nnp.multiply.at(a, [0, 0], s)\na"],
    "np.maximum.at": ["a = v * 1.0\nnp.maximum.at(a, k, w)\na * v"],
}

MISSING: list[str] = []
