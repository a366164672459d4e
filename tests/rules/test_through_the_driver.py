"""Rules as programs use them: under sums, whose adjoints are smaller than what they belong to and stand for all of it.

A rule may be right by itself and the gradient wrong: the driver hands it an adjoint that is still to be broadcast.
"""

import importlib
import linecache
import warnings

import numpy as np
import pytest

from s2sgrad import grad, jvp
from s2sgrad.errors import ArgumentError, Refusal
from s2sgrad.rules import FILES
from tests.promises import same_numbers
from tests.rules.harness import is_active
from tests.rules.samples import value_of

MOST = 3
ENDS = ("np.sum({y})", "np.sum(np.sum({y}, axis=0) * weights)", "np.sum(np.sum({y}, axis=-1, keepdims=True) ** 2)")


def chosen():
    """A few samples of each function: the first of each combination of ranks."""
    seen = {}
    for area in FILES:
        if area == "constant":
            continue
        for sample in importlib.import_module(f"tests.rules.test_{area}").SAMPLES:
            values = [value_of(a) for a in sample.args]
            key = tuple(np.ndim(v) if isinstance(v, float | np.ndarray) else repr(v)[:20] for v in values)
            keys = seen.setdefault(id(sample.function), set())
            active = any(isinstance(v, float | np.ndarray) and is_active(v) and np.size(v) for v in values)
            if key not in keys and len(keys) < MOST and active:
                keys.add(key)
                yield sample


def program(sample, end):
    """A function of the sample's floats, and these."""
    values = [value_of(a) for a in sample.args]
    names = [f"x{i}" for i, v in enumerate(values) if isinstance(v, float | np.ndarray) and is_active(v)]
    scope = {"np": np, "fn": sample.function, "__name__": "tests.rules.program"}
    given = []
    for i, v in enumerate(values):
        scope.update({} if f"x{i}" in names else {f"c{i}": v})
        given.append(f"x{i}" if f"x{i}" in names else repr(v) if isinstance(v, int | tuple | str | bool) else f"c{i}")
    given += [f"{k}={v!r}" for k, v in sample.kwargs.items()]
    call = f"fn({', '.join(given)})"
    args = tuple(v for i, v in enumerate(values) if f"x{i}" in names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = sample.function(*values, **sample.kwargs)
    if not isinstance(result, np.ndarray) or result.dtype.kind != "f" or not result.ndim or not result.size:
        return None
    scope["weights"] = np.random.default_rng(0).normal(size=np.shape(np.sum(result, axis=0)))
    text = f"def f({', '.join(names)}):\n    return {end.format(y=call)}\n"
    filename = f"<driver {abs(hash((text, id(sample.function))))}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), scope)
    return scope["f"], args


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("sample", list(chosen()), ids=str)
def test_gradient_of_a_sum(sample, end):
    made = program(sample, end)
    if made is None:
        pytest.skip("no array of floats comes out")
    f, args = made
    try:
        gradient = grad(f, tuple(range(len(args))))(*args)
    except (Refusal, ArgumentError) as error:
        pytest.skip(str(error).splitlines()[0])
    rng = np.random.default_rng(1)
    direction = [sample.direction(rng.normal(size=np.shape(a))) for a in args]

    def at(step):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return f(*(a + step * d for a, d in zip(args, direction, strict=True)))

    h = 1e-5
    expected, rougher = ((8 * (at(k) - at(-k)) - (at(2 * k) - at(-2 * k))) / (12 * k) for k in (h, 3 * h))
    if not abs(expected - rougher) <= 1e-6 * max(1.0, abs(expected)):
        pytest.skip("there are no usable differences here")
    found = sum(float(np.sum(g * d)) for g, d in zip(gradient, direction, strict=True))
    same_numbers(found, expected, 1e-5, "gradient along a direction")
    tangents = tuple(d if isinstance(a, np.ndarray) else float(d) for a, d in zip(args, direction, strict=True))
    _, along = jvp(f, tuple(range(len(args))))(*args, tangents=tangents)
    same_numbers(along, found, 1e-9, "forward mode")
