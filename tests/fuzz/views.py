"""Statements by which two names reach one array, or a name changes what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.expressions import Variable, condition, expression, narrower, scalar

if TYPE_CHECKING:
    from tests.fuzz.generate import Writer


def viewed(w: Writer) -> None:
    """A view of an array without a name, which may be changed in place."""
    shape = w.scope.shape() or (2,)
    view, seen = w.rng.choice([
        ("[::-1]", shape), (".T", shape[::-1]), ("[None]", (1, *shape)), (".reshape(-1)", (_size(shape),)),
        ("[..., :1]", (*shape[:-1], 1)), (".ravel()", (_size(shape),)),
    ])  # fmt: skip
    name = w.new_name()
    w.assign(name, seen, f"np.exp(np.tanh({expression(w.scope, shape, 2)})){view}", fresh=True)
    if w.rng.random() < 0.7:
        w.line(f"{name} {w.rng.choice(('+=', '*='))} np.cos({expression(w.scope, narrower(w.scope, seen), 1)})")


def forgotten(w: Writer) -> None:
    """An array that is deleted, or bound anew, while another name reaches it and changes it."""
    shape = w.scope.shape() or (3,)
    old, name = w.new_name(), w.new_name()
    w.line(f"{old} = np.exp(np.tanh({expression(w.scope, shape, 2)}))")
    w.assign(name, shape, old + w.rng.choice(("", "[::-1]")), fresh=True)
    w.line(w.rng.choice((f"del {old}", f"{old} = 0.5", f"for {old} in (1.5, 0.5): {name} *= {old}")))
    w.line(f"{name} {w.rng.choice(('+=', '*='))} np.cos({expression(w.scope, narrower(w.scope, shape), 1)})")


def several_results(w: Writer) -> None:
    """What a function gives besides something else, changed in place."""
    shape = w.scope.shape() or (2,)
    first, second = w.new_name(), w.new_name()
    function = w.rng.choice(("np.modf({})", "np.divmod({}, 0.7)", *["np.split({}, [1])"] * (shape[0] > 1)))
    w.line(f"{first}, {second} = {function.format(f'np.exp(np.tanh({expression(w.scope, shape, 2)}))')}")
    split = function.startswith("np.split")
    for name, n in ((first, 1), (second, shape[0] - 1)):
        w.scope.add(Variable(name, (n, *shape[1:]) if split else shape, writable=True))
    w.line(f"{w.rng.choice((first, second))} *= {scalar(w.scope)}")


def mixed_items(w: Writer) -> None:
    """Numbers that may be whole beside others, stored as a row."""
    count, name = w.new_name(), w.new_name()
    w.line(f"{count} = {w.rng.choice((0, 1))}")
    with w.block(f"if {condition(w.scope)}:"):
        w.line(f"{count} = {scalar(w.scope)}")
    w.scope.add(Variable(count, ()))
    w.assign(name, (2,), "np.zeros(2)", fresh=True)
    w.line(f"{name}[:] = {w.rng.choice(('[{0}, 1]', '{0}, {0} * 2', '[0.5, {0}]')).format(count)}")


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
