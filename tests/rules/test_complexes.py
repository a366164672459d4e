"""Rules for complex operands, in both modes, against differences of the real and the imaginary parts."""

import importlib
import linecache
import operator
import warnings

import numpy as np
import pytest

from s2sgrad.rules import FILES, load
from s2sgrad.rules.registry import ADJOINTS, COMPLEX, HOLOMORPHIC
from tests.differences import check_pullback
from tests.rules.harness import is_active
from tests.rules.samples import Sample, value_of

load()
MOST = 2
RNG = np.random.default_rng(3)


def real(*shape):
    """Numbers of either sign, away from 0."""
    return RNG.choice([-1, 1], shape) * RNG.uniform(0.4, 1.6, shape)


def cplx(*shape):
    """Complex numbers off both axes."""
    return real(*shape) + 1j * real(*shape)


z, Z, x = cplx(3), cplx(2, 3), real(3)
SAMPLES = [
    *(Sample(f, (v,)) for f in (np.real, np.imag, np.conj, np.abs, abs) for v in (z, Z)),
    Sample(np.arcsinh, (z,)), Sample(np.arccosh, (z,)), Sample(np.power, (x, z)), Sample(operator.pow, (-1.5, z)),
]  # fmt: skip
ALLOWED = HOLOMORPHIC | COMPLEX


def areas():
    for area in FILES:
        if area not in ("constant", "complexes", "spectra"):
            yield from importlib.import_module(f"tests.rules.test_{area}").SAMPLES


def chosen():
    """A few samples of each function with a rule that allows complex operands: the first of each pair of ranks."""
    seen = {}
    for sample in areas():
        values = [value_of(a) for a in sample.args]
        kinds = tuple(np.ndim(v) if is_active(v) else repr(v)[:20] for v in values) + tuple(map(str, sample.kwargs))
        keys = seen.setdefault(id(sample.function), set())
        usable = any(is_active(v) and np.size(v) for v in values) and all(np.size(v) for v in values)
        allowed = any(rule.template in ALLOWED for rule in ADJOINTS[sample.function])
        allowed &= getattr(sample.function, "__module__", "") not in ("math", "copy")
        if allowed and usable and kinds not in keys and len(keys) < MOST:
            keys.add(kinds)
            yield sample


def program(sample, kinds):
    """A function of the active operands of a sample, those of kind ``c`` with imaginary parts."""
    values = [value_of(a) for a in sample.args]
    scope = {"np": np, "fn": sample.function, "__name__": "tests.rules.complex_program"}
    rng = np.random.default_rng(5)
    names, args, given = [], [], []
    wanted = iter(kinds)
    for i, v in enumerate(values):
        if not (is_active(v) or (isinstance(v, complex | np.ndarray) and np.iscomplexobj(v))):
            scope[f"c{i}"] = v
            given.append(repr(v) if isinstance(v, int | tuple | str | bool) else f"c{i}")
            continue
        names.append(f"x{i}")
        given.append(f"x{i}")
        if next(wanted) == "c" and not np.iscomplexobj(v):
            v = v + 1j * rng.uniform(0.2, 0.6, np.shape(v)) * rng.choice([-1, 1], np.shape(v))
        args.append(v)
    given += [f"{k}={v!r}" for k, v in sample.kwargs.items()]
    text = f"def f({', '.join(names)}):\n    return fn({', '.join(given)})\n"
    filename = f"<complex {abs(hash((text, id(sample.function))))}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), scope)
    return scope["f"], args


def cases():
    for sample in SAMPLES:
        yield sample, "".join("c" if np.iscomplexobj(value_of(a)) else "r" for a in sample.args)
    for sample in chosen():
        active = [value_of(a) for a in sample.args if is_active(value_of(a))]
        yield sample, "c" * len(active)
        if len(active) > 1:
            yield sample, "c" + "r" * (len(active) - 1)
            yield sample, "r" * (len(active) - 1) + "c"


@pytest.mark.parametrize("sample, kinds", [pytest.param(s, k, id=f"{s}-{k}") for s, k in cases()])
def test_pullback(sample, kinds):
    f, args = program(sample, kinds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_pullback(f, *args)
