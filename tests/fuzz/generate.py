"""Random programs: a function of a few numbers and arrays with assignments, stores, branches, loops and helpers.

``program(seed)`` is a pure function of its seed. To teach the generator a statement, write a function that takes a
``Writer`` and appends lines to it, and name it in ``STATEMENTS`` with a weight.
"""

from __future__ import annotations

import linecache
import math
import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.fuzz import functions, views
from tests.fuzz.expressions import Scope, Shape, Variable, condition, expression, narrower, part, scalar
from tests.fuzz.lists import comprehension, copied_list, grown_list, joined_list, list_header, list_item, new_list

HELPERS = {
    "blend": "def blend(a, b):\n    return np.tanh(a * b) + 0.5 * a\n",
    "clip": "def clip(a, b):\n    c = np.sin(a)\n    if np.sum(b) > 0.3:\n        c = c * b\n    return c - b\n",
    "march": "def march(a, b):\n    for k in range(2):\n        a = np.tanh(a + k * b)\n    return a\n",
    "store": "def store(a, b):\n    r = np.zeros(np.shape(a))\n    r[...] = a * b\n    r += a\n    return r\n",
}
PROCEDURES = {
    "damp": "def damp(u, a):\n    u *= 0.5\n    u += np.tanh(a)\n",
    "head": "def head(u, a):\n    first = u[0:1]\n    first *= np.mean(a)\n    u[-1] = np.sin(u[0])\n",
}


@dataclass(frozen=True)
class Program:
    """A function as text, with the arguments to call it with."""

    source: str
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    name: str

    def function(self) -> Callable[..., Any]:
        """The function itself, its text registered so that it can be found again."""
        filename = f"<{self.name} {zlib.crc32(self.source.encode()):x}>"
        linecache.cache[filename] = (len(self.source), None, self.source.splitlines(True), filename)
        namespace = {"np": np, "math": math, "__name__": __name__}
        exec(compile(self.source, filename, "exec"), namespace)
        return namespace["f"]


class Writer:
    """The lines written so far, the scope at their end, and the random numbers."""

    def __init__(self, rng: random.Random, scope: Scope) -> None:
        self.rng, self.scope = rng, scope
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.loops = 0
        self.statements: Statements = STATEMENTS

    def line(self, text: str) -> None:
        """Write one line at the present depth."""
        self.lines.append("    " * self.depth + text)

    def new_name(self) -> str:
        """A name not used before."""
        self.count += 1
        return f"t{self.count}"

    def assign(self, name: str, shape: Shape, text: str, fresh: bool) -> None:
        """Write an assignment and bring the name into scope."""
        self.line(f"{name} = {text}")
        self.scope.add(Variable(name, shape, writable=fresh and bool(shape)))

    def others(self) -> list[str]:
        """What a result may be made of besides variables."""
        return []

    def writable(self) -> list[Variable]:
        """The arrays whose memory the function made itself."""
        return [v for v in self.scope.arrays() if v.writable]

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Write a block; what is brought into scope inside is forgotten, what is rebound stays writable or not."""
        self.line(header)
        outer, self.scope = self.scope, self.scope.inner()
        self.depth += 1
        yield
        self.depth -= 1
        inner, self.scope = self.scope, outer
        for name, variable in outer.variables.items():
            after = inner.variables[name]
            if not after.writable:
                outer.variables[name] = Variable(name, variable.shape, False, variable.bound)


def new_variable(w: Writer) -> None:
    """``t = expression``."""
    shape = w.scope.shape()
    w.assign(w.new_name(), shape, f"np.tanh({expression(w.scope, shape, 3)})", fresh=True)


def rebinding(w: Writer) -> None:
    """``t = expression`` for a name that is in scope."""
    variable = w.rng.choice(w.scope.floats())
    w.assign(variable.name, variable.shape, f"np.sin({expression(w.scope, variable.shape, 2)})", fresh=True)


def unbounded_rebinding(w: Writer) -> None:
    """``t = t + expression``: the accumulating form."""
    variable = w.rng.choice(w.scope.floats())
    text = expression(w.scope, narrower(w.scope, variable.shape), 2)
    w.assign(variable.name, variable.shape, f"{variable.name} {w.rng.choice('+-')} {text}", fresh=True)


def alias(w: Writer) -> None:
    """``t = u``, a view of ``u``, or a copy."""
    arrays = w.scope.arrays()
    if not arrays:
        return
    source = w.rng.choice(arrays)
    template, shape = w.rng.choice(
        [("{}", source.shape), ("{}.T", source.shape[::-1]), ("{}.copy()", source.shape), ("{}.ravel()", None)]
        + [("{}[1:]", (source.shape[0] - 1, *source.shape[1:]))] * (source.shape[0] > 1)
        + [("{}[0]", source.shape[1:])] * (len(source.shape) > 1)
    )
    shape = (int(np.prod(source.shape)),) if shape is None else shape
    fresh = source.writable or template.endswith("copy()")
    w.assign(w.new_name(), shape, template.format(source.name), fresh)


def augmented(w: Writer) -> None:
    """``t += expression`` on a scalar or on an array of the function's own."""
    candidates = [v for v in w.scope.floats() if not v.shape] + w.writable()
    if candidates:
        variable = w.rng.choice(candidates)
        text = expression(w.scope, narrower(w.scope, variable.shape), 2)
        w.line(f"{variable.name} {w.rng.choice(('+=', '-=', '*='))} np.cos({text})")


def store(w: Writer) -> None:
    """``t[...] = expression`` and its augmented forms."""
    candidates = w.writable()
    if not candidates:
        return
    variable = w.rng.choice(candidates)
    shape = tuple(w.rng.randint(1, n) for n in variable.shape)[w.rng.randint(0, len(variable.shape)) :]
    target = part(w.scope, variable, shape)
    if target is None:
        target, shape = f"{variable.name}[:]", variable.shape
    value = expression(w.scope, narrower(w.scope, shape), 2)
    w.line(f"{target} {w.rng.choice(('=', '=', '+=', '*='))} np.tanh({value})")


def masked_store(w: Writer) -> None:
    """``t[mask] = scalar``."""
    candidates = w.writable()
    if candidates:
        name = w.rng.choice(candidates).name
        operator = w.rng.choice(("=", "+=", "*="))
        w.line(f"{name}[{name} > {w.rng.choice((0.1, -0.2))}] {operator} {scalar(w.scope)}")


def index_store(w: Writer) -> None:
    """``t[[0, 2, 0]] = expression``, its augmented forms, and ``np.add.at``: entries may repeat."""
    candidates = w.writable()
    if not candidates:
        return
    variable = w.rng.choice(candidates)
    n = variable.shape[0]
    entries = [w.rng.randrange(-n, n) for _ in range(w.rng.randint(1, 3))]
    shape = (len(entries), *variable.shape[1:])
    value = f"np.tanh({expression(w.scope, narrower(w.scope, shape), 2)})"
    index = w.rng.choice((f"{entries}", f"np.array({entries})"))
    form = w.rng.choice(("{x}[{i}] = {e}", "{x}[{i}] += {e}", "{x}[{i}] *= {e}", "np.add.at({x}, {i}, {e})"))
    w.line(form.format(x=variable.name, i=index, e=value))


def written_by_call(w: Writer) -> None:
    """``np.sin(expression, out=t)`` and other calls that change an array."""
    candidates = w.writable()
    if not candidates:
        return
    variable = w.rng.choice(candidates)
    value = expression(w.scope, narrower(w.scope, variable.shape), 2)
    forms = ("np.sin({e}, out={x})", "np.multiply({x}, np.cos({e}), out={x})", "np.copyto({x}, np.tanh({e}))")
    form = w.rng.choice((*forms, "{x}.fill({s})"))
    w.line(form.format(x=variable.name, e=value, s=scalar(w.scope)))


def procedure(w: Writer) -> None:
    """A call of a helper that changes its first argument and returns nothing."""
    candidates = w.writable()
    if candidates:
        variable = w.rng.choice(candidates)
        value = expression(w.scope, narrower(w.scope, variable.shape), 2)
        w.line(f"{w.rng.choice(sorted(PROCEDURES))}({variable.name}, {value})")


def exchanged_rows(w: Writer) -> None:
    """``t[[i, j]] = t[[j, i]]``."""
    candidates = w.writable()
    if candidates:
        variable = w.rng.choice(candidates)
        i, j = w.rng.randrange(variable.shape[0]), w.rng.randrange(variable.shape[0])
        w.line(f"{variable.name}[[{i}, {j}]] = {variable.name}[[{j}, {i}]]")


def swap(w: Writer) -> None:
    """``a, b = b, a`` and ``a, b = b, expression``."""
    pairs = [(a, b) for a in w.scope.floats() for b in w.scope.floats() if a.name < b.name and a.shape == b.shape]
    if not pairs:
        return
    a, b = w.rng.choice(pairs)
    both = a.writable and b.writable
    second = a.name if w.rng.random() < 0.5 else f"np.sin({expression(w.scope, a.shape, 2)})"
    w.line(f"{a.name}, {b.name} = {b.name}, {second}")
    for variable in (a, b):
        w.scope.add(Variable(variable.name, variable.shape, both))


def branch(w: Writer) -> None:
    """``if``, ``else``, now and then ``elif``."""
    with w.block(f"if {condition(w.scope)}:"):
        body(w, w.rng.randint(1, 2))
    if w.rng.random() < 0.3:
        with w.block(f"elif {condition(w.scope)}:"):
            body(w, 1)
    if w.rng.random() < 0.6:
        with w.block("else:"):
            body(w, w.rng.randint(1, 2))


def loop(w: Writer) -> None:
    """``for`` over a range or over the rows of an array."""
    if w.depth > 2:
        return
    headers = (_over_range, _over_range, _over_length, _over_rows, _over_both, list_header)
    known = dict(w.scope.lists)
    header, targets = w.rng.choice(headers)(w)
    walked, w.scope.lists = w.scope.lists, known
    with w.block(f"for {header}:"), _inside(w):
        w.scope.lists = dict(walked)
        for target in targets:
            w.scope.add(target)
        body(w, w.rng.randint(1, 3))
    _otherwise(w)


@contextmanager
def _inside(w: Writer) -> Iterator[None]:
    """Count the loops around."""
    w.loops += 1
    yield
    w.loops -= 1


def _otherwise(w: Writer) -> None:
    """Now and then the ``else`` of a loop."""
    if w.rng.random() < 0.1:
        with w.block("else:"):
            body(w, 1)


def conditional_loop(w: Writer) -> None:
    """``while`` with a test of scalars or without one, and no more than a few trips."""
    if w.depth > 2:
        return
    name, most = f"n{w.depth}", w.rng.randint(0, 3)
    w.line(f"{name} = 0")
    endless = w.rng.random() < 0.3
    test = f"{name} < {most}" if w.rng.random() < 0.3 else f"{condition(w.scope)} and {name} < {most}"
    with w.block("while True:" if endless else f"while {test}:"), _inside(w):
        w.line(f"{name} += 1")
        w.scope.add(Variable(name, (), bound=most + 1 + endless))
        body(w, w.rng.randint(1, 3))
        if endless:
            w.line(f"if {name} > {most}:")
            w.line("    break")
            w.rng.choice((rebinding, unbounded_rebinding))(w)
    if not endless:
        _otherwise(w)


def leaving(w: Writer) -> None:
    """``if ...: break``, ``continue`` or, anywhere, ``return``."""
    kind = w.rng.choice(("break", "break", "continue", "return")) if w.loops else "return"
    if kind == "return" and w.rng.random() < 0.5:
        return
    with w.block(f"if {condition(w.scope)}:"):
        if w.rng.random() < 0.4:
            body(w, 1)
        w.line(f"return {result(w)}" if kind == "return" else kind)


def _over_range(w: Writer) -> tuple[str, list[Variable]]:
    name, n = f"i{w.depth}", w.rng.choice((0, 1, 2, 3))
    bounds = w.rng.choice((f"range({n})", f"reversed(range({n}))", f"range({n - 1}, -1, -1)"))
    return f"{name} in {bounds}", [Variable(name, (), bound=n)] if n else []


def _over_length(w: Writer) -> tuple[str, list[Variable]]:
    arrays = w.scope.arrays()
    if not arrays:
        return _over_range(w)
    array, name = w.rng.choice(arrays), f"i{w.depth}"
    return f"{name} in range(len({array.name}))", [Variable(name, (), bound=array.shape[0])]


def _over_rows(w: Writer) -> tuple[str, list[Variable]]:
    arrays = w.scope.arrays()
    if not arrays:
        return _over_range(w)
    array, name = _turned(w, w.rng.choice(arrays)), w.new_name()
    taken = [v.name for v in w.scope.floats() if v.shape == array.shape[1:] and not v.writable]
    if taken and w.rng.random() < 0.3:
        name = w.rng.choice(taken)
    return f"{name} in {array.name}", [Variable(name, array.shape[1:], array.writable and len(array.shape) > 1)]


def _turned(w: Writer, array: Variable) -> Variable:
    """An array, now and then the other way round."""
    if len(array.shape) < 2 or w.rng.random() < 0.7:
        return array
    return Variable(f"{array.name}.T", array.shape[::-1], array.writable)


def _over_both(w: Writer) -> tuple[str, list[Variable]]:
    arrays = w.scope.arrays()
    if len(arrays) < 2:
        return _over_range(w)
    first, second = (_turned(w, array) for array in w.rng.sample(arrays, 2))
    a, b, i = w.new_name(), w.new_name(), f"i{w.depth}"
    if w.rng.random() < 0.5:
        index = Variable(i, (), bound=first.shape[0])
        return f"{i}, {a} in enumerate({first.name})", [index, Variable(a, first.shape[1:])]
    strict = ", strict=True" * (first.shape[0] == second.shape[0] and w.rng.random() < 0.4)
    return f"{a}, {b} in zip({first.name}, {second.name}{strict})", [
        Variable(a, first.shape[1:]),
        Variable(b, second.shape[1:]),
    ]


def walrus(w: Writer) -> None:
    """``t = (u := expression) * u``."""
    name, shape = w.new_name(), w.scope.shape()
    inner = f"({name} := np.tanh({expression(w.scope, shape, 2)}))"
    other = expression(w.scope, narrower(w.scope, shape), 1)
    w.scope.add(Variable(name, shape, bool(shape)))
    text = w.rng.choice((f"{inner} * {name}", f"np.sin({other}) + {inner} * {name}", f"{inner} + {other}"))
    w.assign(w.new_name(), shape, text, fresh=True)


def choice(w: Writer) -> None:
    """A conditional expression inside a larger one, with calls on both sides."""
    shape = w.scope.shape()
    first, second = (f"np.tanh({expression(w.scope, shape, 2)})" for _ in range(2))
    test = condition(w.scope)
    template = w.rng.choice(("{a} if {t} else {b}", "0.5 * ({a} if {t} else {b}) + {a}"))
    w.assign(w.new_name(), shape, template.format(a=first, b=second, t=test), fresh=True)


def either(w: Writer) -> None:
    """``a or b`` and ``a and b`` of numbers."""
    first, second = scalar(w.scope), scalar(w.scope)
    w.assign(w.new_name(), (), f"({first}) {w.rng.choice(('and', 'or'))} ({second})", fresh=True)


def guarded(w: Writer) -> None:
    """``with``, ``try`` and ``finally`` around other statements; a name bound inside is bound behind."""
    name, shape = w.new_name(), w.scope.shape()
    header = w.rng.choice(('with np.errstate(all="ignore"):', "try:", "try:"))
    with w.block(header):
        body(w, 1)
        w.line(f"{name} = np.sin({expression(w.scope, shape, 2)})")
    if header == "try:":
        ending = w.rng.choice((("finally:", "pass"), ("except ValueError as error:", "raise RuntimeError from error")))
        with w.block(ending[0]):
            w.line(ending[1])
    w.scope.add(Variable(name, shape, bool(shape)))


def matched(w: Writer) -> None:
    """``match`` of a number that is known only at run time."""
    w.line(f"match int(3 * abs({scalar(w.scope)})) % 3:")
    w.depth += 1
    for pattern in w.rng.choice((("0", "1 | 2"), ("1", "_"), ("0", "1", "_"))):
        with w.block(f"case {pattern}:"):
            body(w, 1)
    w.depth -= 1


def record(w: Writer) -> None:
    """A dict that is filled, changed in a loop and read."""
    name, a, b = w.new_name(), w.scope.shape(), w.scope.shape()
    w.line(f'{name} = {{"a": np.sin({expression(w.scope, a, 2)})}}')
    w.line(f'{name}["b"] = np.cos({expression(w.scope, b, 2)})')
    with w.block(f"for _ in range({w.rng.choice((0, 1, 3))}):"):
        w.line(f'{name}["a"] = np.tanh({name}["a"] + {expression(w.scope, narrower(w.scope, a), 2)})')
        if w.rng.random() < 0.5:
            w.line(f'{name}["b"] {w.rng.choice(("+=", "*="))} np.sin({expression(w.scope, narrower(w.scope, b), 1)})')
    if w.rng.random() < 0.4:
        w.line(f'{name} = {{k: 0.5 * v for k, v in {name}.items()}}')
    if w.rng.random() < 0.5:
        over_entries(w, name)
    w.assign(w.new_name(), a, f'{name}["a"] * np.sum({name}["b"])', fresh=True)


def over_entries(w: Writer, name: str) -> None:
    """A loop over the entries of a dict: in order, counted, over a copy, with rounds left out."""
    total = w.new_name()
    w.line(f"{total} = {scalar(w.scope)}")
    changes = f"{name}[k] = np.sin({name}[k]) + 0.1 * {total}"
    header, line = w.rng.choice(
        (
            (f"for k in sorted({name}):", changes),
            (f"for k in {name}:", f"{total} += np.sum({name}[k])"),
            (f"for k, v in {name}.items():", f"{total} = {total} * 0.5 + np.mean(v * v)"),
            (f"for k, v in list({name}.items()):", f"{name}[k] = 0.5 * v"),
            (f"for i, (k, v) in enumerate({name}.items()):", f"{total} += (i + 1) * np.sum(np.cos(v))"),
            (f"for k, v in sorted({name}.items()):", f"{total} += np.sum(v) * {name}[k].size"),
        )
    )
    with w.block(header):
        if w.rng.random() < 0.4:
            skipped = w.rng.choice(('k == "a"', 'k.startswith("b")', f"np.sum({name}[k]) > 0.3"))
            with w.block(f"if {skipped}:"):
                w.line("continue")
        w.line(line)
    w.scope.add(Variable(total, (), False))


def starred(w: Writer) -> None:
    """``first, *rest = a, b, c``."""
    shape = w.scope.shape()
    first, rest, items = w.new_name(), w.new_name(), [f"np.sin({expression(w.scope, shape, 1)})" for _ in range(3)]
    w.line(f"{first}, *{rest} = {', '.join(items)}")
    w.assign(w.new_name(), shape, f"{first} * {rest}[0] + {rest}[-1]", fresh=True)


def unpacked(w: Writer) -> None:
    """``a, b = x.T``."""
    arrays = [v for v in w.scope.arrays() if len(v.shape) > 1 and v.shape[-1] > 1]
    if arrays:
        source = w.rng.choice(arrays)
        names, shape = [w.new_name() for _ in range(source.shape[-1])], source.shape[-2::-1]
        w.line(f"{', '.join(names)} = {source.name}.T")
        w.assign(w.new_name(), shape, " * ".join(names), fresh=True)


def deletion(w: Writer) -> None:
    """A variable that is deleted after its use."""
    name, shape = w.new_name(), w.scope.shape()
    w.line(f"{name} = np.tanh({expression(w.scope, shape, 2)})")
    w.assign(w.new_name(), shape, f"{name} * {name}", fresh=True)
    w.line(f"del {name}")


Statements = tuple[tuple[Callable[[Any], None], int], ...]
STATEMENTS: Statements = (
    (new_variable, 6), (rebinding, 4), (unbounded_rebinding, 3), (alias, 3), (augmented, 4), (store, 5),
    (masked_store, 1), (index_store, 2), (written_by_call, 2), (exchanged_rows, 1), (procedure, 1), (swap, 2),
    (branch, 3), (loop, 4), (conditional_loop, 2), (leaving, 3), (walrus, 1), (choice, 2),
    (either, 1), (guarded, 2), (matched, 1), (record, 2), (starred, 1), (unpacked, 1),
    (deletion, 1),
    (functions.closure, 2), (functions.given_function, 1), (functions.looked_up, 1), (functions.over_items, 1),
    (functions.recursion, 1), (views.viewed, 2), (views.forgotten, 1), (views.several_results, 1),
    (views.mixed_items, 1),
    (new_list, 1), (grown_list, 4), (list_item, 2), (copied_list, 1), (joined_list, 2), (comprehension, 2),
)  # fmt: skip


def body(w: Writer, count: int) -> None:
    """Write some statements, at least one line."""
    before = len(w.lines)
    statements, weights = zip(*w.statements)
    for statement in w.rng.choices(statements, weights, k=count):
        if statement not in (branch, loop, conditional_loop, leaving, guarded, matched) or w.depth <= 3:
            statement(w)
    if len(w.lines) == before:
        rebinding(w)


def program(seed: int) -> Program:
    """The program that belongs to a seed."""
    return drafted(random.Random(seed), Writer, f"fuzz {seed}")


def drafted(rng: random.Random, writer: Callable[[random.Random, Scope], Writer], name: str) -> Program:
    """A program of the statements that a writer knows."""
    scope = Scope(rng, sizes=tuple(rng.sample((2, 3, 4), 2)))
    helpers = tuple(rng.sample(sorted(HELPERS), rng.choice((0, 0, 1, 2))))
    scope.helpers = helpers
    names = rng.sample(("x", "y", "w", "s"), rng.randint(1, 3))
    args = tuple(_argument(scope, name) for name in names)
    w = writer(rng, scope)
    body(w, rng.randint(2, 7))
    w.line(f"return {result(w)}")
    called = [text for name, text in PROCEDURES.items() if any(f"{name}(" in line for line in w.lines)]
    called += [functions.HELPERS] * any("(" in line for line in w.lines)
    before = "".join(f"{text}\n\n" for text in [*map(HELPERS.__getitem__, helpers), *called])
    source = f"{before}def f({', '.join(names)}):\n" + "\n".join(w.lines) + "\n"
    wrt = tuple(sorted(rng.sample(range(len(args)), rng.randint(1, len(args)))))
    return Program(source, args, wrt, name)


def _argument(scope: Scope, name: str) -> Any:
    """Bring a parameter into scope, and a value for it."""
    numbers = np.random.default_rng(scope.rng.randrange(2**32))
    shape = tuple(
        scope.rng.choice((*scope.sizes, *scope.sizes, 1)) for _ in range(scope.rng.choice((0, 1, 1, 2, 2, 3)))
    )
    scope.add(Variable(name, shape))
    if shape:
        return numbers.uniform(-1.2, 1.2, shape)
    number = numbers.uniform(-1.2, 1.2)
    return scope.rng.choice((float(number), np.float64(number)))


def result(w: Writer) -> str:
    """A scalar made of several of the variables in scope."""
    floats = w.scope.floats()
    chosen = dict.fromkeys(v.name for v in (floats[-1], *w.rng.choices(floats, k=w.rng.randint(1, 3))))
    texts = [*chosen, *w.others()]
    return " + ".join(w.rng.choice(("np.sum({})", "np.mean({})", "np.sum(np.sin({}))")).format(t) for t in texts)
