"""Statements with functions: closures, lambdas given to helpers, functions in containers, recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.expressions import Shape, Variable, expression, scalar

if TYPE_CHECKING:
    from tests.fuzz.generate import Writer

__all__ = ["HELPERS", "closure", "given_function", "looked_up", "over_items", "recursion"]

HELPERS = (
    "def twice(g, a):\n    b = g(a)\n    return g(b) + a * 0.3\n\n\n"
    "def steps(g, a, n):\n    for j in range(n):\n        a = np.tanh(g(a) + j)\n    return a\n\n\n"
    "def until(g, a, n):\n    for j in range(n):\n        b = np.tanh(g(a) + j)\n        if np.sum(b) > 0.2:\n"
    "            return b, j\n        a = b\n    return a, n\n\n\n"
    "def falls(a, n):\n    if n == 0:\n        return np.sin(a)\n    return np.tanh(falls(a * 0.7, n - 1) + a)\n\n\n"
    "def given(*parts, factor=1.0):\n    r = 0.0\n    for p in parts:\n        r = r + np.sum(p * p) * factor\n"
    "    return np.tanh(r)\n"
)
"""Helpers that the statements below call."""


def _body(w: Writer, shape: Shape) -> str:
    """An expression of ``v`` and of variables around it."""
    held = w.scope.variables.get("v")
    w.scope.add(Variable("v", shape))
    text = expression(w.scope, shape, 2)
    del w.scope.variables["v"]
    if held is not None:
        w.scope.variables["v"] = held
    return f"np.tanh(v + {text})"


def closure(w: Writer) -> None:
    """A nested function that reads variables around it, called later, with a statement in between."""
    shape, name, result = w.scope.shape(), w.new_name(), w.new_name()
    text = _body(w, shape)
    if w.rng.random() < 0.5:
        w.line(f"{name} = lambda v: {text}")
    else:
        w.line(f"def {name}(v, q={scalar(w.scope)}):")
        w.line(f"    if np.sum(v) > {w.rng.choice((0.1, -0.4))}:")
        w.line("        v = v * q")
        w.line(f"    return {text}")
    variable = w.rng.choice(w.scope.floats())
    if w.rng.random() < 0.5:
        text = f"np.sin({expression(w.scope, variable.shape, 1)})"
        w.assign(variable.name, variable.shape, text, fresh=True)
    w.assign(result, shape, f"{name}({expression(w.scope, shape, 1)})", fresh=True)
    if w.rng.random() < 0.4:
        w.assign(result, shape, f"{name}({result}) * {name}({expression(w.scope, shape, 1)})", fresh=True)


def given_function(w: Writer) -> None:
    """A lambda that reads variables around it, given to a helper that calls it."""
    shape = w.scope.shape()
    text = _body(w, shape)
    argument = expression(w.scope, shape, 1)
    calls = (
        f"twice(lambda v: {text}, {argument})",
        f"steps(lambda v: {text}, {argument}, 2)",
        f"until(lambda v: {text}, {argument}, 2)[0] * 1.0",
    )
    w.assign(w.new_name(), shape, w.rng.choice(calls), fresh=True)


def looked_up(w: Writer) -> None:
    """Functions in a list or a dict."""
    shape, name = w.scope.shape(), w.new_name()
    text = _body(w, shape)
    if w.rng.random() < 0.5:
        w.line(f"{name} = [np.tanh, lambda v: {text}]")
        call = f"{name}[{w.rng.choice((0, 1, -1))}]"
    else:
        w.line(f"{name} = {{'a': lambda v: {text}, 'b': np.sin}}")
        call = f"{name}[{w.rng.choice(('a', 'b'))!r}]"
    w.assign(w.new_name(), shape, f"{call}({expression(w.scope, shape, 1)})", fresh=True)


def over_items(w: Writer) -> None:
    """A loop over a display of a few values of different kinds, or a starred parameter."""
    values = [expression(w.scope, w.scope.shape(), 1) for _ in range(w.rng.randint(1, 3))]
    if w.rng.random() < 0.5:
        w.assign(w.new_name(), (), f"given({', '.join(values)}, factor={scalar(w.scope)})", fresh=False)
        return
    total, item = w.new_name(), w.new_name()
    w.assign(total, (), "0.0", fresh=False)
    w.line(f"for {item} in ({', '.join(values)},):")
    w.line(f"    {total} = np.tanh({total} + np.sum({item} * {item}))")


def recursion(w: Writer) -> None:
    """A call of a helper that calls itself."""
    shape = w.scope.shape()
    call = f"falls({expression(w.scope, shape, 1)}, {w.rng.randint(0, 3)})"
    w.assign(w.new_name(), shape, call, fresh=True)
