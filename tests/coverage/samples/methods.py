"""Methods, attributes and operators of arrays."""

SAMPLES = {
    "ndarray.T": ["t.T", "A.T", "v.T"],
    "ndarray.mT": ["t.mT", "A.mT"],
    "ndarray.astype": ["x.astype(float)", "x.astype(complex)", "x.astype('f8', copy=False)"],
    "ndarray.choose": ["k.choose([v, w, s])"],
    "ndarray.clip": ["y.clip(-0.5, 0.5)", "y.clip(min=s)", "y.clip(max=s)", "y.clip(-s, s)"],
    "ndarray.compress": ["w.compress(q)", "x.compress([True, False, True], axis=1)"],
    "ndarray.conj": ["x.conj()", "z.conj()"],
    "ndarray.conjugate": ["x.conjugate()", "z.conjugate()"],
    "ndarray.copy": ["x.copy()", "x.T.copy(order='F')"],
    "ndarray.cumprod": ["v.cumprod()", "t.cumprod(axis=1)", "t.cumprod()"],
    "ndarray.cumsum": ["v.cumsum()", "t.cumsum(axis=1)", "t.cumsum()"],
    "ndarray.diagonal": ["A.diagonal()", "A.diagonal(1)", "t.diagonal(0, 0, 2)"],
    "ndarray.dot": ["A.dot(B)", "A.dot(r)", "v.dot(w)"],
    "ndarray.flat": ["x.flat[2]", "x.flat[1:4]", "a = 0.0\nfor b in x.flat:\n    a += b ** 2\na"],
    "ndarray.flatten": ["t.flatten()", "x.flatten(order='F')"],
    "ndarray.imag": ["z.imag", "Z.imag * 2"],
    "ndarray.item": ["x.item(2)", "x[0, 1].item()", "x.item(1, 2)"],
    **{
        f"ndarray.{name}": [f"t.{name}({a})" for a in ("", "1", "axis=(0, -1)", "axis=-1, keepdims=True")]
        for name in ("max", "mean", "min", "prod", "std", "sum", "var")
    },
    "ndarray.ravel": ["t.ravel()", "x.ravel(order='F')"],
    "ndarray.real": ["z.real", "x.real"],
    "ndarray.repeat": ["v.repeat(2)", "x.repeat(3, axis=1)", "x.repeat(2)"],
    "ndarray.reshape": ["t.reshape(6, 4)", "t.reshape((-1, 2))", "x.reshape(3, 2, order='F')"],
    "ndarray.squeeze": ["c.squeeze()", "c.squeeze(1)", "c.squeeze(axis=-1)"],
    "ndarray.swapaxes": ["t.swapaxes(0, 2)"],
    "ndarray.take": ["w.take(k)", "t.take([0, 2], axis=1)"],
    "ndarray.tolist": ["x.tolist()[0][1] * s", "np.array(x.tolist())", "v.tolist()[1:][0] * s"],
    "ndarray.trace": ["A.trace()", "A.trace(1)", "A.trace(offset=-1)"],
    "ndarray.transpose": ["t.transpose()", "t.transpose(2, 0, 1)", "t.transpose((1, 0, 2))"],
    "ndarray.view": ["x.view()", "x.view(np.ndarray)", "x.view(x.dtype)"],
    "ndarray.to_device": ["x.to_device('cpu')"],
    "ndarray.fill": ["a = x * 1.0\na.fill(s)\na * x"],
    "ndarray.partition": ["a = w * 1.0\na.partition(2)\na"],
    "ndarray.put": ["a = v * 1.0\na.put([0, 2], [s, p])\na", "a = v * 1.0\na.put(1, s)\na"],
    "ndarray.resize": ["a = v * 1.0\na.resize(2, 2)\na", "a = v * 1.0\na.resize((3, 2))\na * a"],
    "ndarray.sort": ["a = w * 1.0\na.sort()\na", "a = t * 1.0\na.sort(axis=1)\na"],
    **{
        f"ndarray.__{name}__": [f"x {op} (y ** 2 + 1)", f"r {op} (c ** 2 + 1)", f"s {op} (v + 1)", f"(x + 1) {op} p"]
        for name, op in {
            "add": "+",
            "sub": "-",
            "mul": "*",
            "truediv": "/",
            "pow": "**",
            "mod": "%",
        }.items()
    },
    "ndarray.__divmod__": ["a, b = divmod(v + 2, w)\na + b", "divmod(s, p)[1]"],
    "ndarray.__matmul__": ["A @ B", "A @ r", "r @ A", "C @ A", "C @ C", "r @ r"],
    "ndarray.__neg__": ["-x", "-s"],
    "ndarray.__pos__": ["+x", "+s"],
    "ndarray.__abs__": ["abs(y)", "abs(s)", "abs(z)"],
    "ndarray.__getitem__ (basic)": ["x[0]", "x[0, 1]", "t[1:, ..., ::2]", "x[:, None]", "x[-1, ::-1]"],
    "ndarray.__getitem__ (fancy)": ["w[k]", "t[:, [0, 2]]", "x[[0, 1], [2, 2]]", "t[[0, 1], :, 1]"],
    "ndarray.__getitem__ (mask)": ["x[m]", "w[w > 0]", "t[m]"],
    "ndarray.__setitem__ (basic)": [
        "a = x * 1.0\na[0] = r\na",
        "a = x * 1.0\na[0, 1] = s\na",
        "a = x * 1.0\na[:] = y\na",
    ],
    "ndarray.__setitem__ (fancy)": ["a = v * 1.0\na[k] = w\na", "a = x * 1.0\na[:, [0, 2]] = c\na"],
    "ndarray.__setitem__ (mask)": ["a = x * 1.0\na[m] = s\na", "a = x * 1.0\na[a > 0.5] = 0.0\na"],
    **{
        f"ndarray.__i{name}__": [f"a = x * 1.0\na {op}= y ** 2 + 1\na * x", f"a = x * 1.0\na {op}= s\na"]
        for name, op in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items()
    },
    "ndarray.__imatmul__": ["a = A * 1.0\na @= B\na"],
    "ndarray.slice +=": ["a = x * 1.0\na[:, 1] += c[:, 0]\na * x", "a = v * 1.0\na[1:] += a[:-1]\na"],
    "ndarray.view +=": ["a = x * 1.0\nb = a[0]\nb += r\na * x"],
    "ndarray.__iter__": ["a = 0.0\nfor b in x:\n    a = a + b ** 2\na", "sum(v)"],
    "ndarray.unpacking": ["a, b = x\na * b", "a, *b = v\na * b[0]"],
    "ndarray.__float__": ["float(x[0, 0])", "float(np.sum(x)) * s"],
    "ndarray.__complex__": ["complex(x[0, 0]).real"],
}

MISSING: list[str] = []
