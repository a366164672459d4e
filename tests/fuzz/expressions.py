"""Random expressions of a wanted shape over the variables in scope.

Values stay of order one: every growing operation is paired with one that bounds it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Variable:
    """A name in scope. ``writable`` where its memory is the function's own; ``bound`` for indices below ``bound``."""

    name: str
    shape: Shape
    writable: bool = False
    bound: int | None = None


@dataclass(frozen=True)
class Listing:
    """A list in scope: the shape of its items, and how many it has at least."""

    name: str
    shape: Shape
    least: int


@dataclass
class Scope:
    """What may be read at some point of the program."""

    rng: random.Random
    variables: dict[str, Variable] = field(default_factory=dict)
    helpers: tuple[str, ...] = ()
    sizes: tuple[int, ...] = (2, 3)
    lists: dict[str, Listing] = field(default_factory=dict)

    def add(self, variable: Variable) -> None:
        """Bring a variable into scope, or rebind it; the latest stands last."""
        self.variables.pop(variable.name, None)
        self.variables[variable.name] = variable

    def inner(self) -> Scope:
        """The scope of a block: what it brings in is not seen outside."""
        return replace(self, variables=dict(self.variables), lists=dict(self.lists))

    def floats(self) -> list[Variable]:
        """Every variable but the indices."""
        return [v for v in self.variables.values() if v.bound is None]

    def arrays(self) -> list[Variable]:
        """Every variable with axes."""
        return [v for v in self.floats() if v.shape]

    def shape(self) -> Shape:
        """A random shape of rank 0 to 3, mostly one that a variable has."""
        known = [v.shape for v in self.floats()]
        if known and self.rng.random() < 0.7:
            return self.rng.choice(known)
        return tuple(self.rng.choice((*self.sizes, 1)) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3))))


UNARY = (
    "np.tanh({})", "np.sin({})", "np.cos({})", "np.exp(-{} ** 2)", "np.sqrt(1 + {} ** 2)", "np.log(1.5 + np.cos({}))",
    "(-{})", "np.abs({})", "({} ** 2)", "(0.5 * {})", "np.square(np.sin({}))", "(1 / (1 + {} ** 2))", "({} * 1.0)",
    "np.tanh({}) ** 3", "({} / 2)", "np.log1p(np.exp({} - 2))", "({} + 0.3)", "(1 - {})",
)  # fmt: skip
BINARY = (
    "({} + {})", "({} - {})", "({} * {})", "np.tanh({} * {})", "({} / (1 + {} ** 2))", "np.maximum({}, {})",
    "np.sin({} + {})", "np.minimum({}, {})", "np.where({} > {}, 0.4, 0.9)", "np.multiply({}, {})",
    "np.arctan2({}, 2 + np.sin({}))", "np.hypot({}, 1 + np.cos({}))",
)  # fmt: skip
REDUCTIONS = ("sum", "mean", "sum", "mean", "max", "prod", "var", "min", "std")
CONSTANTS = ("0.5", "1.5", "-0.7", "2", "0.25", "1")


def expression(scope: Scope, shape: Shape, depth: int) -> str:
    """The text of an expression that has exactly this shape."""
    if depth <= 0 or scope.rng.random() < 0.12:
        return leaf(scope, shape)
    text = scope.rng.choice(GROWERS)(scope, shape, depth - 1)
    return leaf(scope, shape) if text is None else text


def scalar(scope: Scope, depth: int = 1) -> str:
    """An expression of rank 0."""
    return expression(scope, (), depth)


def condition(scope: Scope) -> str:
    """A test of scalars."""
    rng = scope.rng
    indices = [v for v in scope.variables.values() if v.bound is not None]
    if indices and rng.random() < 0.4:
        index = rng.choice(indices)
        return rng.choice((f"{index.name} > {index.bound // 2}", f"{index.name} % 2 == 0", f"{index.name} == 0"))
    test = f"{scalar(scope)} {rng.choice(('>', '<', '>=', '<='))} {rng.choice((scalar(scope, 0), '0.2', '-0.1'))}"
    return f"not {test}" if rng.random() < 0.1 else test


def narrower(scope: Scope, shape: Shape) -> Shape:
    """A shape that broadcasts to ``shape``: often the same, else with axes left out or of length 1."""
    rng = scope.rng
    if rng.random() < 0.5:
        return shape
    kept = shape[rng.randint(0, len(shape)) :]
    return tuple(1 if rng.random() < 0.25 else n for n in kept)


def leaf(scope: Scope, shape: Shape) -> str:
    """A variable of this shape, a part of a larger one, or a constant."""
    rng = scope.rng
    same = [v.name for v in scope.floats() if v.shape == shape]
    if same and rng.random() < 0.7:
        return rng.choice(same)
    parts = [text for v in scope.arrays() if (text := part(scope, v, shape))]
    if parts and rng.random() < 0.9:
        return rng.choice(parts)
    if same:
        return rng.choice(same)
    return rng.choice(CONSTANTS) if not shape else spread(scope, shape)


def spread(scope: Scope, shape: Shape) -> str:
    """A variable stretched to this shape by broadcasting, or a constant array."""
    fits = [v.name for v in scope.floats() if _broadcasts(v.shape, shape)]
    if fits and scope.rng.random() < 0.9:
        return f"({scope.rng.choice(fits)} {scope.rng.choice('+*-')} np.ones({shape}))"
    return f"np.full({shape}, {scope.rng.choice(CONSTANTS)})"


def _broadcasts(small: Shape, large: Shape) -> bool:
    tail = large[len(large) - len(small) :]
    return len(small) <= len(large) and all(m in (1, n) for m, n in zip(small, tail))


def part(scope: Scope, variable: Variable, shape: Shape) -> str | None:
    """A subscript of ``variable`` with this shape, if there is one."""
    items = []
    wanted = list(shape)
    for length in variable.shape:
        left = len(variable.shape) - len(items)
        if wanted and wanted[0] <= length and (len(wanted) == left or scope.rng.random() < 0.5):
            items.append(run(scope, length, wanted.pop(0)))
        else:
            items.append(position(scope, length))
    if wanted or all(item == ":" for item in items):
        return None
    while items[-1] == ":":
        items.pop()
    return f"{variable.name}[{', '.join(items)}]"


def run(scope: Scope, length: int, wanted: int) -> str:
    """A slice (now and then an index array) that takes ``wanted`` of ``length`` items."""
    rng = scope.rng
    if rng.random() < 0.08:
        return f"np.array({[rng.randrange(length) for _ in range(wanted)]})"
    if wanted == length:
        return "::-1" if rng.random() < 0.2 else ":"
    start = rng.randint(0, length - wanted)
    left = "" if start == 0 else str(start)
    stop = start + wanted
    return f"{left}:" if stop == length else f"{left}:{stop if rng.random() < 0.6 else stop - length}"


def position(scope: Scope, length: int) -> str:
    """An index below ``length``: a loop's own where there is one that fits."""
    names = [v.name for v in scope.variables.values() if v.bound is not None and v.bound <= length]
    if names and scope.rng.random() < 0.7:
        return scope.rng.choice(names)
    return str(scope.rng.randint(-length, length - 1))


def _unary(scope: Scope, shape: Shape, depth: int) -> str:
    return scope.rng.choice(UNARY).format(expression(scope, shape, depth))


def _binary(scope: Scope, shape: Shape, depth: int) -> str:
    operands = [expression(scope, shape, depth), expression(scope, narrower(scope, shape), depth)]
    scope.rng.shuffle(operands)
    return scope.rng.choice(BINARY).format(*operands)


def _reduction(scope: Scope, shape: Shape, depth: int) -> str | None:
    rng = scope.rng
    name = rng.choice(REDUCTIONS)
    if not shape and rng.random() < 0.5:
        return f"np.{name}({expression(scope, scope.shape(), depth)})"
    if len(shape) > 2:
        return None
    ones = [k for k, n in enumerate(shape) if n == 1]
    if ones and rng.random() < 0.6:
        axis = rng.choice(ones)
        wide = tuple(rng.choice(scope.sizes) if k == axis else n for k, n in enumerate(shape))
        return f"np.{name}({expression(scope, wide, depth)}, axis={axis}, keepdims=True)"
    axis = rng.randint(0, len(shape))
    wide = (*shape[:axis], rng.choice(scope.sizes), *shape[axis:])
    written = axis if rng.random() < 0.7 else axis - len(wide)
    return f"np.{name}({expression(scope, wide, depth)}, axis={written})"


def _product(scope: Scope, shape: Shape, depth: int) -> str | None:
    if len(shape) > 2:
        return None
    k = scope.rng.choice(scope.sizes)
    left, right = (*shape[:1], k), (k, *shape[1:])
    if len(shape) == 1 and scope.rng.random() < 0.5:
        left, right = (k,), (k, *shape)
    if not shape:
        left = right = (k,)
    return f"np.tanh({expression(scope, left, depth)} @ {expression(scope, right, depth)})"


def _transpose(scope: Scope, shape: Shape, depth: int) -> str | None:
    if len(shape) < 2:
        return None
    template = scope.rng.choice(("{}.T", "np.transpose({})"))
    return template.format(f"({expression(scope, shape[::-1], depth)})")


def _reshape(scope: Scope, shape: Shape, depth: int) -> str | None:
    if not shape:
        return None
    total = 1
    for n in shape:
        total *= n
    source = scope.rng.choice(((total,), (1, *shape), (*shape, 1)))
    return f"({expression(scope, source, depth)}).reshape({shape})"


def _new_axis(scope: Scope, shape: Shape, depth: int) -> str | None:
    ones = [k for k, n in enumerate(shape) if n == 1]
    if not ones:
        return None
    axis = scope.rng.choice(ones)
    items = ", ".join("None" if k == axis else ":" for k in range(len(shape)))
    return f"({expression(scope, (*shape[:axis], *shape[axis + 1 :]), depth)})[{items}]"


def _joined(scope: Scope, shape: Shape, depth: int) -> str | None:
    if not shape or shape[0] < 2:
        return None
    if scope.rng.random() < 0.4:
        return f"np.stack([{', '.join(expression(scope, shape[1:], 1) for _ in range(shape[0]))}])"
    k = scope.rng.randint(1, shape[0] - 1)
    first, second = expression(scope, (k, *shape[1:]), depth), expression(scope, (shape[0] - k, *shape[1:]), depth)
    return f"np.concatenate([{first}, {second}])"


def _choice(scope: Scope, shape: Shape, depth: int) -> str:
    one, other = expression(scope, shape, depth), expression(scope, shape, depth)
    if shape:
        return f"np.where({expression(scope, shape, depth)} > 0.1, {one}, {other})"
    return f"({one} if {condition(scope)} else {other})"


def _call(scope: Scope, shape: Shape, depth: int) -> str | None:
    if not scope.helpers:
        return None
    first, second = expression(scope, shape, depth), expression(scope, narrower(scope, shape), depth)
    return f"{scope.rng.choice(scope.helpers)}({first}, {second})"


Grower = Callable[[Scope, Shape, int], "str | None"]
GROWERS: tuple[Grower, ...] = (
    _unary, _unary, _unary, _binary, _binary, _binary, _binary, _reduction, _reduction, _product, _transpose, _reshape,
    _new_axis, _joined, _choice, _call,
)  # fmt: skip
