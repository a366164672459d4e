"""Random programs about containers: objects with methods, records, stacks, lists of objects, nested dicts and aliases.

The statements of the other generator stand among those below, so that objects meet branches, loops and early returns.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz import generate
from tests.fuzz.expressions import Scope, Shape, Variable, expression, narrower, scalar
from tests.fuzz.generate import Program, Writer

__all__ = ["object_program"]

CLASSES = """from collections import namedtuple
from dataclasses import dataclass, field, replace

import numpy as np


class Cell:
    gain = 0.7

    def __init__(self, w, b=0.5):
        self.w = w
        self.b = b
        self.calls = 0

    def step(self, h):
        self.calls += 1
        return np.tanh(self.w * self.gain + self.b) * h

    def decay(self, rate):
        self.w = self.w * rate
        return self

    def shrink(self, rate):
        self.w *= rate
        self.b = self.b * rate

    def give(self):
        return self.w

    @property
    def norm(self):
        return np.sum(self.w * self.w) + self.b

    def __call__(self, h):
        return self.step(h) * 0.5 + self.calls


class Deep(Cell):
    def __init__(self, w, b=0.25):
        super().__init__(w, b)
        self.last = w * 0.5

    def step(self, h):
        self.last = super().step(h) + np.mean(self.last)
        return self.last


@dataclass
class Pair:
    first: object
    second: object = 0.5

    def swapped(self):
        return Pair(self.second, self.first)

    def total(self):
        return np.sum(self.first) * np.mean(self.second)


@dataclass(frozen=True)
class Fixed:
    first: object
    second: object = 0.5

    def total(self):
        return np.sum(self.first) * np.mean(self.second)


class Keeper:
    def __init__(self, w):
        self.w = w
        self.calls = 0

    def keep(self, h):
        self.calls += 1
        self.x = h
        self.z = np.tanh(self.w) * h
        if np.sum(self.z) > 0.2:
            self.z = self.z * 0.5
        return self.z

    def last(self):
        return np.mean(self.z)

    def chain(self, other, h):
        self.out = other.keep(h)
        self.x = self.out * 2
        return self.out + np.mean(self.x)


Point = namedtuple("Point", "first second")


class Stack:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)
        return len(self.items)

    def pop(self):
        return self.items.pop()

    def total(self):
        s = 0.0
        for v in self.items:
            s = s + np.sum(v)
        return np.tanh(s)


def moved(cell, by):
    cell.w = cell.w + by
    return cell.w


def changed(record, by):
    record["a"] = record["a"] * np.mean(by)
    record["c"] = by
    return record["a"]
"""


@dataclass(frozen=True)
class Thing:
    """An object or a dict in scope: its kind, and the shapes of what it holds."""

    name: str
    kind: str
    first: Shape
    second: Shape = ()
    own: bool = True


class ObjectWriter(Writer):
    """A writer that knows which objects there are; those made in a block are forgotten behind it."""

    def __init__(self, rng: random.Random, scope: Scope) -> None:
        super().__init__(rng, scope)
        self.things: dict[str, tuple[int, Thing]] = {}
        self.statements = STATEMENTS

    def known(self, *kinds: str) -> list[Thing]:
        """The things of these kinds that are surely there."""
        return [t for depth, t in self.things.values() if depth <= self.depth and t.kind in kinds]

    def note(self, thing: Thing) -> None:
        """Bring a thing into scope."""
        self.things = {n: (d, t) for n, (d, t) in self.things.items() if d <= self.depth}
        self.things[thing.name] = self.depth, thing

    def others(self) -> list[str]:
        """A part of one of the things, or of two."""
        found = self.known("Cell", "Deep", "Pair", "Fixed", "Point", "dict", "Stack")
        parts = {"Cell": ".w", "Deep": ".last", "dict": "['a']", "Stack": ".total()"}
        some = self.rng.sample(found, min(len(found), self.rng.randint(1, 2)))
        return [t.name + parts.get(t.kind, ".first") for t in some]

    def taken(self, shape: Shape) -> tuple[str, bool]:
        """What an object is to hold: mostly something new, else an array that has another name as well."""
        same = [v for v in self.scope.floats() if v.shape == shape]
        if same and self.rng.random() < 0.25:
            held = self.rng.choice(same)
            return held.name, held.writable
        return f"np.sin({expression(self.scope, shape, 1)})", True


def _value(w: Writer, shape: Shape) -> str:
    return f"np.sin({expression(w.scope, shape, 1)})"


def _narrow(w: Writer, shape: Shape) -> str:
    return f"np.cos({expression(w.scope, narrower(w.scope, shape), 1)})"


def new_cell(w: ObjectWriter) -> None:
    """``o = Cell(w, b)``."""
    shape, name = w.scope.shape(), w.new_name()
    text, own = w.taken(shape)
    kind = w.rng.choice(("Cell", "Cell", "Deep"))
    more = w.rng.choice(("", f", {scalar(w.scope)}", f", b={scalar(w.scope)}"))
    w.line(f"{name} = {kind}({text}{more})")
    w.note(Thing(name, kind, shape, own=own))


def new_record(w: ObjectWriter) -> None:
    """A dataclass, a named tuple or a dict."""
    first, second, name = w.scope.shape(), w.scope.shape(), w.new_name()
    kind = w.rng.choice(("Pair", "Fixed", "Point", "dict"))
    (one, own), (two, also) = w.taken(first), w.taken(second)
    text = f"{{'a': {one}, 'b': {two}}}" if kind == "dict" else f"{kind}({one}, {two})"
    w.line(f"{name} = {text}")
    w.note(Thing(name, kind, first, second, own and also))


def new_stack(w: ObjectWriter) -> None:
    """A stack, filled in a loop now and then."""
    name, shape = w.new_name(), w.scope.shape()[-2:]
    w.line(f"{name} = Stack()")
    if w.rng.random() < 0.5:
        w.line(f"for _ in range({w.rng.choice((1, 2, 3))}):")
        w.line(f"    {name}.push({_value(w, shape)})")
    else:
        w.line(f"{name}.push({_value(w, shape)})")
    w.note(Thing(name, "Stack", shape))


def use_cell(w: ObjectWriter) -> None:
    """A method, a property or an attribute of an object is read."""
    found = w.known("Cell", "Deep")
    if not found:
        return new_cell(w)
    o = w.rng.choice(found)
    name = w.new_name()
    kind = w.rng.random()
    if kind < 0.5:
        call = w.rng.choice(("{o}.step({e})", "{o}({e})"))
        w.assign(name, o.first, "np.tanh(" + call.format(o=o.name, e=_narrow(w, o.first)) + ")", fresh=True)
    elif kind < 0.7:
        w.assign(name, (), f"np.tanh({o.name}.norm)", fresh=False)
    elif kind < 0.9:
        template = w.rng.choice(("{o}.w", "{o}.give()", "{o}.w * {o}.b", "np.sin({o}.w)"))
        w.assign(name, o.first, template.format(o=o.name), fresh=o.own)
    else:
        w.assign(name, o.first, f"moved({o.name}, {_narrow(w, o.first)})", fresh=o.own)
    return None


def keeper(w: ObjectWriter) -> None:
    """An object that keeps what its methods compute, which is read again now and then."""
    found = w.known("Keeper")
    if not found or w.rng.random() < 0.2:
        shape, name = w.scope.shape(), w.new_name()
        w.line(f"{name} = Keeper({w.taken(shape)[0]})")
        w.line(f"{name}.z = {_value(w, shape)}")
        w.note(Thing(name, "Keeper", shape))
        return
    o, other = w.rng.choice(found), w.rng.choice(found)
    call = w.rng.choice(
        ("{o}.keep({e})", "{o}.keep({e})", "{o}.chain({p}, {e})" if other.first == o.first else "{o}.keep({e})")
    )
    w.assign(w.new_name(), o.first, call.format(o=o.name, p=other.name, e=_narrow(w, o.first)), fresh=False)
    if w.rng.random() < 0.3:
        w.line(f"{o.name}.{w.rng.choice(('x', 'z', 'note'))} = {_value(w, o.first)}")
    if w.rng.random() < 0.3:
        read = w.rng.choice(("{o}.last()", "np.sum({o}.x)", "np.sum({o}.z)", "{o}.calls * 0.1"))
        w.assign(w.new_name(), (), f"np.tanh({read.format(o=o.name)})", fresh=False)


def change_cell(w: ObjectWriter) -> None:
    """An attribute is bound anew, or the array in it is changed."""
    found = w.known("Cell", "Deep")
    if not found:
        return new_cell(w)
    o = w.rng.choice(found)
    texts = ["{o}.w = {v}", "{o}.w = {o}.w * {n}", "{o}.b = {s}", "{o}.b += {s}", "{o}.decay({s})", "{o}.calls = 2"]
    texts += ["{o}.decay(0.9).decay({s})", "{o}.w = np.tanh({o}.w + {n})", "setattr({o}, 'b', {s})"]
    if o.own:
        texts += ["{o}.w += {n}", "{o}.shrink({s})", "{o}.w *= {s}"]
        texts += ["{o}.w[0] = {s}", "{o}.w[...] = {v}", "{o}.w[-1:] *= {s}"] * bool(o.first)
    v, n, s = _value(w, o.first), _narrow(w, o.first), scalar(w.scope)
    w.line(w.rng.choice(texts).format(o=o.name, v=v, n=n, s=f"np.cos({s})"))
    return None


def alias_thing(w: ObjectWriter) -> None:
    """``p = o``: one object under two names, or a copy of a record."""
    found = w.known("Cell", "Deep", "Pair", "dict", "Stack", "Point", "Fixed")
    if not found:
        return new_record(w)
    o = w.rng.choice(found)
    templates = {
        "dict": ["{}", "dict({})", "{}.copy()", "{{**{}}}"],
        "Pair": ["{}", "replace({})", "{}.swapped().swapped()"],
        "Fixed": ["{}", "replace({})"],
        "Point": ["{}", "Point(*{})"],
    }
    name = w.new_name()
    w.line(f"{name} = " + w.rng.choice(templates.get(o.kind, ["{}"])).format(o.name))
    w.note(Thing(name, o.kind, o.first, o.second, o.own))
    return None


def use_record(w: ObjectWriter) -> None:
    """The parts of a record are read, or changed where it lets that happen."""
    found = w.known("Pair", "Fixed", "Point", "dict")
    if not found:
        return new_record(w)
    o = w.rng.choice(found)
    one, two = (f"{o.name}['a']", f"{o.name}['b']") if o.kind == "dict" else (f"{o.name}.first", f"{o.name}.second")
    kind = w.rng.random()
    if kind < 0.35:
        w.assign(
            w.new_name(), o.first, w.rng.choice(("{a}", "{a} * np.sum({b})", "np.sin({a})")).format(a=one, b=two), o.own
        )
    elif kind < 0.5 and o.kind != "dict":
        text = f"np.sum({one}) * np.mean({two})" if o.kind == "Point" else f"{o.name}.total()"
        w.assign(w.new_name(), (), f"np.tanh({text})", fresh=False)
    elif kind < 0.6:
        a, b = w.new_name(), w.new_name()
        w.line(f"{a}, {b} = " + {"dict": f"{o.name}.values()", "Point": o.name}.get(o.kind, f"{one}, {two}"))
        w.scope.add(Variable(a, o.first, o.own and bool(o.first)))
        w.scope.add(Variable(b, o.second, o.own and bool(o.second)))
    else:
        _change_record(w, o, one, two)
    return None


def _change_record(w: ObjectWriter, o: Thing, one: str, two: str) -> None:
    v, n, s = _value(w, o.first), _narrow(w, o.first), f"np.cos({scalar(w.scope)})"
    inside = ["{a} += {n}", "{a} *= {s}"] if o.own and o.first else []
    inside += ["{a}[0] = {s}", "{a}[...] = {v}"] if o.own and o.first else []
    anew = ["{a} = {v}", "{a} = {a} * {n}", "{b} = {b} * {s}"]
    texts = {
        "dict": [*anew, *inside, "changed({o}, {v})", "{o}.update(a={v})", "{o} |= {{'a': {v}}}"],
        "Pair": [*anew, *inside, "{o} = replace({o}, first={v})"],
        "Fixed": ["{o} = replace({o}, first={v})", "{o} = Fixed({v}, {b})", *inside[2:]],
        "Point": ["{o} = {o}._replace(first={v})", "{o} = Point({a} * {s}, {b})", *inside[2:]],
    }[o.kind]
    w.line(w.rng.choice(texts).format(o=o.name, a=one, b=two, v=v, n=n, s=s))


def use_stack(w: ObjectWriter) -> None:
    """Something is pushed, taken, or added up."""
    found = w.known("Stack")
    if not found:
        return new_stack(w)
    o = w.rng.choice(found)
    kind = w.rng.random()
    if kind < 0.4:
        w.line(f"{o.name}.push({_value(w, o.first)})")
    elif kind < 0.6:
        w.line(f"{o.name}.push({_value(w, o.first)})")
        w.assign(w.new_name(), o.first, f"{o.name}.pop()", fresh=False)
    elif kind < 0.8:
        w.assign(w.new_name(), (), f"{o.name}.total()", fresh=False)
    else:
        w.assign(w.new_name(), o.first, f"{o.name}.items[{w.rng.choice((0, -1))}] * 1.5", fresh=True)
    return None


def several_cells(w: ObjectWriter) -> None:
    """A list of objects, through which a value goes, and which a loop changes."""
    shape, name, h = w.scope.shape(), w.new_name(), w.new_name()
    cells = ", ".join(f"{w.rng.choice(('Cell', 'Deep'))}({w.taken(shape)[0]})" for _ in range(w.rng.randint(1, 3)))
    if w.rng.random() < 0.3:
        cells = f"Cell({_value(w, shape)}, 0.1 * k) for k in range({w.rng.choice((1, 2, 3))})"
    w.line(f"{name} = [{cells}]")
    w.assign(h, shape, _value(w, shape), fresh=True)
    for _ in range(w.rng.choice((1, 1, 2))):
        w.line(f"for c in {name}:")
        w.line(f"    {h} = np.tanh({w.rng.choice(('c.step({})', 'c({})', 'c.w * {}')).format(h)})")
        if w.rng.random() < 0.5:
            w.line("    " + w.rng.choice(("c.w = c.w * 0.9", "c.b = c.b + np.mean({})", "c.decay(0.5)")).format(h))
    if w.rng.random() < 0.5:
        w.assign(w.new_name(), (), f"sum(c.norm for c in {name}) * 0.1", fresh=False)
    if w.rng.random() < 0.5:
        o = w.new_name()
        w.line(f"{o} = {name}[{w.rng.choice((0, -1))}]")
        w.note(Thing(o, "Cell", shape, own=False))


def nested_dict(w: ObjectWriter) -> None:
    """Parameters as people keep them: dicts of lists and of dicts, changed by a step and read again."""
    shape, name, h = w.scope.shape(), w.new_name(), w.new_name()
    w.line(
        f"{name} = {{'layers': [{{'w': {_value(w, shape)}, 'b': {scalar(w.scope)}}} for _ in range(2)], 'scale': 0.5}}"
    )
    w.assign(h, shape, _value(w, shape), fresh=True)
    for _ in range(w.rng.choice((1, 2))):
        w.line(f"for layer in {name}['layers']:")
        w.line(f"    {h} = np.tanh(layer['w'] * {h} + layer['b'])")
        change = w.rng.choice(("layer['w'] = layer['w'] * 0.9", "layer['b'] += 0.1 * np.mean({h})", "pass"))
        w.line("    " + change.format(h=h))
    w.line(f"{name}['scale'] = {name}['scale'] * np.mean({h})")
    w.assign(w.new_name(), shape, f"{name}['layers'][{w.rng.choice((0, -1))}]['w'] * {name}['scale']", fresh=True)


OWN: tuple[tuple[Callable[[ObjectWriter], None], int], ...] = (
    (new_cell, 3), (use_cell, 8), (change_cell, 7), (new_record, 3), (use_record, 9), (alias_thing, 4),
    (new_stack, 1), (use_stack, 4), (several_cells, 2), (nested_dict, 1), (keeper, 6),
)  # fmt: skip
STATEMENTS = (*generate.STATEMENTS, *((statement, 4 * weight) for statement, weight in OWN))


def object_program(seed: int) -> Program:
    """The program that belongs to a seed."""
    rng = random.Random(seed)
    made = generate.drafted(rng, ObjectWriter, f"fuzz objects {seed}")
    return Program(f"{CLASSES}\n\n{made.source}", made.args, made.wrt, made.name)
