"""A call that changes what it is given is right or refused, wherever it stands and however it is spelled."""

import operator

import numpy as np
import pytest

from tests.differences import check, refused, right_or_refused

X = np.array([0.1, 0.2, 0.5])


class Box:
    """Its methods are named as those of arrays and lists are, and change it."""

    def __init__(self, v):
        self.v = v

    def clip(self, m):
        self.v = np.minimum(self.v, m)
        return True

    def __len__(self):
        self.v = self.v * 2
        return 3

    def __repr__(self):
        self.v = self.v * 2
        return "Box"

    @property
    def top(self):
        self.v = self.v * 2
        return 1.0


def written(v):
    return np.exp(v, out=v)


def called(f):
    f()


def convergence(x):
    y = np.exp(x)
    tmp = np.empty_like(y)
    k = 0
    while k < 3 and np.abs(np.subtract(y, x, out=tmp)).max() > 1e-9:
        y = y - 0.5 * tmp
        k += 1
    return (y * tmp).sum()


def changes(y, x):
    return (y * y * x).sum()


def program(text):
    """A function of ``x`` that runs one line between ``y = np.exp(-x)`` and what reads ``y``."""
    lines = "\n    ".join(text.split("; "))
    scope = {"np": np, "operator": operator, "Box": Box, "written": written, "called": called, "changes": changes}
    source = f"def f(x):\n    y = np.exp(-x)\n    c = len(x) > 1\n    {lines}\n    return changes(y, x)\n"
    return made(source, scope)


def made(source, scope):
    import linecache

    name = f"<program {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), scope)
    return scope["f"]


LAZY = [
    "c and np.multiply(y, y, out=y)",
    "np.multiply(y, y, out=y) if c else None",
    "c and np.exp(y, y)",
    "c and y.cumsum(0, None, y)",
    "c and np.einsum('i,i->i', y, y, out=y)",
    "f'{y.round(1, y)}'",
    "assert 0 < np.exp(y, out=y)[0] < 9",
    "{i: np.exp(y, out=y) for i in range(2)}",
    "o = {'out': y}; c and np.exp(x, **o)",
    "c and written(y)[0] > 0",
    "g = Box(y); c and g.clip(0.7); y = g.v",
    "g = Box(y); gs = [g]; c and gs[0].clip(0.7); y = g.v",
    "g = Box(y); c and len(g); y = g.v",
    "g = Box(y); c and g.top; y = g.v",
    "g = Box(y); f'{g}'; y = g.v",
    "g = Box(y); n = len(g); y = g.v * n",
    "abs = y.sort; c and abs()",
]
KEPT = [
    "f = y.sort; f()",
    "f = y[0:2].fill; f(2.0)",
    "[y.sort][0]()",
    "for f in (y.sort,): f()",
    "called(y.sort)",
    "f = y.__iadd__; f(2.0)",
    "ys = [y, 2 * y]; f = ys.reverse; f(); y = ys[0]",
    "ys = [y, 2 * y]; f = ys.pop; f(); y = ys[-1]",
    "q = [3, 1, 2]; s = q.sort; s(); y = y ** q[2]",
    "d = {'a': y[0]}; u = d.update; u(a=3.0); y = y * d['a']",
    "d = {'a': y[0]}; operator.setitem(d, 'a', 3.0); y = y * d['a']",
]
OPERATORS = [
    *(f"operator.{name}(y, x)" for name in ("iadd", "imul", "isub")),
    "z = operator.iadd(y, 1.0)",
    "f = operator.imul; f(y, x)",
    *(f"y.{name}(x)" for name in ("__imul__", "__itruediv__", "__ipow__")),
]
OVERWRITING = [
    "np.median(y, overwrite_input=True)",
    "np.median(y, None, None, True)",
    "c and np.nanmedian(y, overwrite_input=True)",
    "np.quantile(y, 0.3, overwrite_input=True)",
    "np.percentile(y, 30.0, None, None, True)",
    "c and np.nan_to_num(y, copy=False)",
]


@pytest.mark.parametrize("text", [*LAZY, *KEPT, *OPERATORS, *OVERWRITING])
def test_refused(text):
    refused(program(text), X)


def test_a_convergence_test_with_memory_for_its_result():
    assert right_or_refused(convergence, X) == "refused"


@pytest.mark.parametrize("draw", ["random(out=y)", "standard_normal(out=y)"])
def test_one_number_is_not_drawn_where_an_array_is_filled(draw):
    scope = {"np": np}
    f = made(f"def f(x, rng):\n    y = np.exp(x)\n    z = rng.{draw}\n    return (z * x).sum()\n", scope)
    refused(f, X, np.random.default_rng(0), wrt=(0,))


PURE = "c and y.max() > 0 and np.abs(y).sum() > 0 and ys[0].max() > 0 and d.get('a') and (y + x).any()"


@pytest.mark.parametrize(
    "text",
    [
        f"ys = [y, x]; d = {{'a': 1.0}}; {PURE}",
        "s = {i: float(v.max()) for i, v in enumerate([y, x])}",
        "m = np.median(y, overwrite_input=False) if c else 1.0; y = y * 2",
        "k = operator.iadd(2, 1); y = y * k",
    ],
)
def test_what_changes_nothing_stands_anywhere(text):
    check(program(text), X)
