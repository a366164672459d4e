"""Names that are refused: files, dates, records, strings, sets, and what makes arrays of Python objects."""

FILES = "load loadtxt genfromtxt fromfile memmap"
SAVING = "save savez savez_compressed savetxt"
SETS = "unique unique_all unique_counts unique_inverse unique_values histogram_bin_edges"
PAIRS = "union1d intersect1d setdiff1d setxor1d"
DATES = "busday_count busday_offset is_busday datetime_as_string datetime_data busdaycalendar datetime64 timedelta64"
KINDS = "matrix record recarray str_ bytes_ object_ void flatiter"
METHODS = "byteswap dumps setflags tobytes"

SAMPLES = {
    **{f"np.{name}": [f"np.{name}('file') * v"] for name in FILES.split()},
    **{f"np.{name}": [f"np.{name}('file', v)\nv * 2"] for name in SAVING.split()},
    **{f"np.{name}": [f"np.{name}(v)[0] * v"] for name in SETS.split()},
    **{f"np.{name}": [f"np.{name}(v, w)"] for name in PAIRS.split()},
    **{f"np.{name}": [f"v * np.{name}('2020-01-01')"] for name in DATES.split()},
    **{f"np.{name}": [f"np.{name}(v) * v"] for name in KINDS.split()},
    "np.fromregex": ["np.fromregex('file', 'a', float) * v"],
    "np.fromstring": ["np.fromstring('1 2 3 4', sep=' ') * v"],
    "np.frombuffer": ["np.frombuffer(v) * v"],
    "np.from_dlpack": ["np.from_dlpack(v) * v"],
    "np.asmatrix": ["np.asmatrix(A) * r"],
    "np.bmat": ["np.bmat([[A, B]])"],
    "np.frompyfunc": ["np.frompyfunc(lambda a: a * a, 1, 1)(v)"],
    "np.fromiter": ["np.fromiter((a * a for a in v), float)", "np.fromiter(v, float)"],
    "np.nested_iters": ["np.nested_iters(v, [[0]])[0] * v"],
    "np.nditer": ["a = 0.0\nfor b in np.nditer(v):\n    a += b * b\na"],
    "np.test": ["v * np.test(tests=[])"],
    **{f"ndarray.{name}": [f"v.{name}()\nv * 2"] for name in METHODS.split()},
    **{f"ndarray.{name}": [f"v.{name}('file')\nv * 2"] for name in ("dump", "tofile")},
    "ndarray.getfield": ["v.getfield(float, 0)"],
    "ndarray.setfield": ["a = v * 1.0\na.setfield(2.0, float)\na"],
}

MISSING: list[str] = []
