"""Random programs about memory: three arrays of one length that are aliased, cut, exchanged, stored to and passed on.

What the other generator leaves to chance is all there is here: which names hold the same array, and who changes it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from tests.fuzz.generate import Program

__all__ = ["array_program"]

LENGTH = 3
HELPERS = '''import numpy as np


def product(p, q):
    t = p
    return t * q


def saved(p, n):
    t = np.tanh(p)
    for _ in range(n):
        t = np.tanh(t) + 0.1 * p
    return t


def same(p):
    return p


def tail(p):
    return p[1:]


def both(p, q):
    r = p * q
    return r, r + p


def raised(m, n):
    m += 0.3 * n


def replaced(m, n):
    m[0] = n[-1] * m[1]
    return m


class Box:
    def __init__(self, held):
        self.held = held

    def scaled(self, k):
        return self.held * k


'''
SIMPLE = """
{x} = {y}
{x} = {y} * 1.0
{x} = {y} * {z}
{x} = np.sin({y})
{x} = {y}.copy()
{x} = {y}[::-1]
{x}, {y} = {y}, {x}
{x}, {y} = {y} + {z}, {x}
{x} += {y}
{x} *= {y}
{x} -= 0.5 * {y}
{x} += h
{x}[{i}] = {y}[{j}]
{x}[{i}] = h * {y}[{j}]
{x}[{i}] += {y}[{j}]
{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}]
{x}[1:] = {y}[:-1]
{x}[:-1] = {x}[1:]
{x}[1:] += {x}[:-1]
{x}[:] = {y}
{x}[::-1] = {y}
{x}[[0, 2]] = {y}[[1, 1]]
{x}[{y} > 0] = h
{x} = np.where({y} > {z}, {y}, {z})
{x} = np.maximum({y}, {z})
{x} = product({y}, {z})
{x} = saved({y}, 2)
{x} = same({y})
raised({x}, {y})
{x} = replaced({y} * 1.0, {z})
{x} = both({y}, {z})[1]
{x}, {y} = both({y}, {z})
h = tail({x}).sum()
h = h * {x}[{i}]
h = np.sum({x} * {y})
s = s + {x}[{i}] * h
s = s + np.dot({x}, {y})
xs.append({x})
xs.append({x} * {y})
{x} = xs[-1] * h
{x} = xs[0]
{x} = xs.pop() if len(xs) > 1 else {y}
{x} = Box({y}).scaled({z})
{x} = np.roll({y}, 1)
{x} = np.stack([{y}, {z}])[{k}]
{x} = np.concatenate([{y}[1:], {z}[:1]])
v = {x}[1:]; v += h
v = {x}; v *= {y}
v = {x}[:2]; {y}[1:] = v
np.multiply({x}, {y}, out={x})
{x} = {y} if h > 0 else {z}
""".strip().splitlines()
"""Statements; ``i`` and ``j`` are indices, the others names."""


class _Writer:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0

    def line(self, text: str) -> None:
        """Write lines at the present depth."""
        self.lines += ["    " * self.depth + part for part in text.split("\n")]

    def filled(self, template: str) -> str:
        """A template with names and indices chosen."""
        x, y, z = (self.rng.choice("abc") for _ in range(3))
        i, j = (self.rng.choice(("0", "1", "-1", "k" if self.loops else "2")) for _ in range(2))
        return template.format(x=x, y=y, z=z, i=i, j=j, k=self.rng.randrange(2))

    def statement(self) -> None:
        """One statement, or a block."""
        kinds: list[tuple[Callable[[], None], int]] = [(self.simple, 12), (self.branch, 1), (self.loop, 1)]
        if self.depth > 2:
            kinds = kinds[:1]
        self.rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]()

    def simple(self) -> None:
        """One of the templates."""
        self.line(self.filled(self.rng.choice(SIMPLE)))

    def block(self, header: str) -> None:
        """A block of a few statements."""
        self.line(header)
        self.depth += 1
        for _ in range(self.rng.randrange(1, 4)):
            self.statement()
        self.depth -= 1

    def branch(self) -> None:
        """``if``, with or without ``else``."""
        self.block(self.filled(self.rng.choice(("if {x}[{i}] > 0:", "if h > 0.2:", "if np.sum({x}) > np.sum({y}):"))))
        if self.rng.random() < 0.5:
            self.block("else:")

    def loop(self) -> None:
        """A loop of a few rounds."""
        self.loops += 1
        self.block(self.rng.choice(("for k in range(3):", "for k in range(2):", "for k in range(0):")))
        self.loops -= 1


def array_program(seed: int) -> Program:
    """The program of a seed; ``k`` is an index only inside of loops."""
    w = _Writer(seed)
    starts = ("{n} = {v}", "{n} = {v} * 1.0", "{n} = np.sin({v})", "{n} = {v}.copy()")
    for name in "abc":
        w.line(w.rng.choice(starts).format(n=name, v=w.rng.choice("xy")))
    w.line(f"h = {w.rng.choice(('x[0]', '0.7', 'np.sum(y)'))}")
    w.line("s = 0.0")
    w.line(w.filled("xs = [{x}, {y} * {z}]"))
    for _ in range(w.rng.randrange(3, 9)):
        w.statement()
    ends = ("s + np.sum(a * b) + c[0] * h", "s + np.sum(a * b * c)", "s + h + a[1] * b[0] + np.sum(c)")
    w.line(f"return {w.rng.choice(ends)}")
    source = HELPERS + "def f(x, y):\n" + "\n".join(w.lines) + "\n"
    numbers = np.random.default_rng(seed)
    args = (numbers.uniform(-1, 1, LENGTH), numbers.uniform(-1, 1, LENGTH))
    return Program(source, args, (0, 1), f"arrays {seed}")
