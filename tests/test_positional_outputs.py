"""``out`` given by its place changes the array as ``out=`` does, whatever the function: right or refused."""

import inspect
import linecache

import numpy as np
import pytest

from s2sgrad.normalize.outputs import output_position
from tests.differences import check, refused, right_or_refused

X = np.random.default_rng(0).normal(size=(3, 4))
RIGHT = {
    "np.sum(x, 0, None, o)": (4,), "np.mean(x, 0, None, o)": (4,), "np.std(x, 0, None, o)": (4,),
    "np.prod(x, 0, None, o)": (4,), "np.max(x, 0, o)": (4,), "np.ptp(x, 0, o)": (4,), "np.median(x, 0, o)": (4,),
    "np.quantile(x, 0.3, 0, o)": (4,), "np.cumsum(x, 0, None, o)": (3, 4), "np.take(x, 1, 0, o)": (4,),
    "np.compress([True, False, True], x, 0, o)": (2, 4), "np.outer(x[0], x[1], o)": (4, 4),
    "np.stack([x, x], 0, o)": (2, 3, 4), "np.concatenate([x, x], 0, o)": (6, 4), "np.dot(x, x.T, o)": (3, 3),
    "np.add.reduce(x, 0, None, o)": (4,), "np.add.accumulate(x, 0, None, o)": (3, 4), "np.clip(x, -0.5, 1, o)": (3, 4),
}  # fmt: skip
EITHER = {
    "np.maximum.reduce(x, 0, None, o)": (4,), "np.maximum.accumulate(x, 0, None, o)": (3, 4),
    "np.add.reduceat(x, [0, 2], 0, None, o)": (2, 4), "np.nansum(x, 0, None, o)": (4,), "x.sum(0, None, o)": (4,),
    "x.max(0, o)": (4,), "x.take(1, 0, o)": (4,), "x.dot(x.T, o)": (3, 3), "np.trace(x, 0, 0, 1, None, o)": (),
    "np.add.reduce(x, 0, None, o, False)": (4,), "np.nanmedian(x, 0, o)": (4,),
}  # fmt: skip


def into(call, shape):
    text = f"def f(x):\n    o = np.zeros({shape})\n    {call}\n    return np.sum(o * o + x[0, 0])\n"
    filename = f"<output {call}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    scope = {"np": np, "__name__": "tests.outputs"}
    exec(compile(text, filename, "exec"), scope)
    return scope["f"]


@pytest.mark.parametrize("call", RIGHT)
def test_right(call):
    check(into(call, RIGHT[call]), X)


@pytest.mark.parametrize("call", EITHER)
def test_right_or_refused(call):
    right_or_refused(into(call, EITHER[call]), X)


def test_nothing_may_follow_it():
    refused(into("np.add.reduce(x, 0, None, o, False)", (4,)), X, match="arguments follow the array")


def several_without(x):
    total = np.sum(x, 1, None, None, True) * x + np.prod(x, 0, None, None, True) + np.std(x, 0, None, None, 1, True)
    return (total * np.max(x, 0, None, True)).sum() + x.mean(0, None, None, True)[0, 1] + np.var(x, None, None, None, 1)


def ufuncs_without(x):
    return (np.add(x, 1.0, None) * np.clip(x, -0.5, 1.0, None)).sum() + np.add.reduce(x, 0, None, None, True)[0, 1]


@pytest.mark.parametrize("program", [several_without, ufuncs_without])
def test_none_stands_in_its_place(program):
    check(program, X)


@pytest.mark.parametrize("owner", [np, np.fft, np.ndarray], ids=lambda owner: owner.__name__)
def test_every_place_is_known(owner):
    for name in dir(owner):
        function = getattr(owner, name)
        if name.startswith(("_", "busday", "is_busday")) or isinstance(function, np.ufunc | type | int | float | str):
            continue
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):  # NumPy before 2.4 does not tell of those that are written in C
            continue
        given = [i for i, p in enumerate(parameters) if p.name == "out" and p.kind is not p.KEYWORD_ONLY]
        place = output_position(function)
        assert place == given[0] if given else place is None or place >= len(parameters), name


def test_a_product_of_parts_of_matrices():
    def f(x, w):
        return np.sum(np.linalg.multi_dot([w * 2, x, x.T, w[:, None]])) + np.einsum("ij,kj,k", x[:2], x * 3, w + 1)[0]

    check(f, X, X[:, 0].copy())
