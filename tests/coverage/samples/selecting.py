"""Sorting, taking, choosing, storing, and applying a function along an axis."""

SAMPLES = {
    "np.sort": [
        "np.sort(w)",
        "np.sort(t, axis=0)",
        "np.sort(t, axis=None)",
        "np.sort(t, kind='stable')",
        "np.sort(e)",
        "np.sort(t, order=None)",
    ],
    "np.sort_complex": ["np.sort_complex(z)"],
    "np.partition": [
        "np.partition(w, 2)",
        "np.partition(t, 1, axis=1)",
        "np.partition(w, (1, 2))",
        "np.partition(t, 3, axis=None)",
        "np.partition(w, kth=2, kind='introselect')",
    ],
    "np.take": [
        "np.take(w, k)",
        "np.take(t, [0, 2], axis=1)",
        "np.take(t, 1, axis=-1)",
        "np.take(x, [0, 5])",
        "np.take(w, [5, -1], mode='wrap')",
        "np.take(w, 2)",
        "np.take(w, [[0, 1], [1, 1]])",
        "np.take(w, [9], mode='clip')",
        "np.take(v, n > 2)",
        "np.take(x, [True, False], axis=0)",
    ],
    "np.take_along_axis": [
        "np.take_along_axis(t, np.argsort(t, axis=1), axis=1)",
        "np.take_along_axis(x, np.argmax(x, 1, keepdims=True), 1)",
        "np.take_along_axis(w, k, None)",
        "np.take_along_axis(w, k, 0)",
    ],
    "np.compress": [
        "np.compress([True, False, True], x, axis=1)",
        "np.compress(q, w)",
        "np.compress([False, True], x)",
    ],
    "np.extract": ["np.extract(m, x)", "np.extract(x > 0.5, x)"],
    "np.select": ["np.select([x > 0.7, x > 0.4], [y, x], s)", "np.select([m, ~m], [x * y, x])", "np.select([q], [v])"],
    "np.choose": ["np.choose(k, [v, w, s])", "np.choose([0, 1, 0, 1], [v, w])", "np.choose(k, [v, w], mode='clip')"],
    "np.piecewise": [
        "np.piecewise(w, [w < 0, w >= 0], [lambda a: -a, lambda a: a ** 2])",
        "np.piecewise(w, [w < 0], [0.0, 1.0]) * w",
    ],
    "np.apply_along_axis": ["np.apply_along_axis(np.sum, 1, x)", "np.apply_along_axis(lambda a: a ** 2, 0, x)"],
    "np.apply_over_axes": ["np.apply_over_axes(np.sum, t, [0, 2])"],
    "np.vectorize": [
        "np.vectorize(lambda a: a ** 2)(v)",
        "np.vectorize(lambda a, b: a * b)(v, w)",
        "np.vectorize(lambda a: a if a > 0 else 0.0)(y)",
    ],
    "np.fromfunction": ["np.fromfunction(lambda a, b: a * s + b, (2, 3))"],
    "np.ndenumerate": [
        "a = 0.0\nfor h, b in np.ndenumerate(x):\n    a += b ** 2 * h[0]\na",
        "a = x * 1.0\nfor (h, j), b in np.ndenumerate(a):\n    a[h, j] = b ** 2 + a[0, 0]\na",
    ],
    "np.copyto": ["a = v * 1.0\nnp.copyto(a, w)\na * v", "a = v * 1.0\nnp.copyto(a, w, where=q)\na * v"],
    "np.fill_diagonal": ["a = A * 1.0\nnp.fill_diagonal(a, s)\na", "a = A * 1.0\nnp.fill_diagonal(a, r)\na"],
    "np.place": ["a = x * 1.0\nnp.place(a, m, s)\na", "a = x * 1.0\nnp.place(a, m, v)\na"],
    "np.put": ["a = v * 1.0\nnp.put(a, [0, 2], [s, p])\na", "a = x * 1.0\nnp.put(a, [0, 4], s)\na"],
    "np.put_along_axis": [
        "a = x * 1.0\nnp.put_along_axis(a, np.argmax(x, 1, keepdims=True), c, 1)\na",
        "a = x * 1.0\nnp.put_along_axis(a, np.argmax(x, 0, keepdims=True), s, -2)\na",
        "a = v * 1.0\nnp.put_along_axis(a, k, w, 0)\na",
    ],
    "np.putmask": ["a = x * 1.0\nnp.putmask(a, m, y)\na", "a = x * 1.0\nnp.putmask(a, m, s)\na"],
    "np.r_": ["np.r_[v, s, w]", "np.r_[v, 0.0, 1:3]", "np.r_[s:p:4j]"],
    "np.c_": ["np.c_[v, w]", "np.c_[x, y]"],
    "np.float64": ["np.float64(s) * s", "np.float64(x)"],
    "np.float32": ["np.float32(0.5) * s"],
    "np.complex128": ["np.complex128(s).real", "np.complex128(z)"],
}

MISSING: list[str] = []
