"""Write the tangents that one statement assigns: a line for each, or one for all where a later one reads an earlier.

A value of several is read before anything is stored; but a part of an array alone is a view, whose elements are read
when it is stored itself, and is copied.

>>> import numpy as np
>>> from s2sgrad import jvp
>>> def exchanged(x):
...     y = np.exp(x)
...     y[0], y[1] = 3 * y[1], y[0] + 1
...     return (y * y).sum()
>>> derivative = jvp(exchanged)
>>> print(derivative(np.zeros((2, 1)), tangents=np.array([[1.0], [2.0]]))[1])
40.0
>>> print(next(line.strip() for line in derivative.source.splitlines() if "3 * y_dot" in line))
y_dot[0], y_dot[1] = 3 * y_dot[1], y_dot[0].copy()
"""

from __future__ import annotations

from collections.abc import Iterable

import gast

from s2sgrad.analysis.facts import Num, Seq
from s2sgrad.quote import clone, names_in, quote, statements
from s2sgrad.tangent.in_place import Final
from s2sgrad.tangent.memory import is_own
from s2sgrad.tangent.step import Step

__all__ = ["at_once"]


def at_once(step: Step, finals: list[Final]) -> list[gast.stmt]:
    """The lines that assign to each target its tangent, all of them as they are before the first is assigned."""
    bound: set[str] = set()
    changed: set[str] = set()
    values: list[gast.expr] = []
    tangled = False
    for target, value in finals:
        read = _lenders(step, names_in(value)) if bound else set()
        moved = any(_may_share(step, a, b) for a in read for b in changed)
        tangled = tangled or moved or bool(bound & read)
        values.append(_copied(step, value) if moved else value)
        name = next(n for n in names_in(target) if step.context.is_tangent(n))
        bound.add(name)
        changed |= {name} if _is_part_of_array(step, target) else set()
    if not tangled:
        return [s for t, v in finals for s in _assignment(t, v)]
    targets, display = quote("()"), quote("()")
    targets.elts, display.elts = [t for t, _ in finals], values
    return _assignment(targets, display)


def _assignment(target: gast.expr, value: gast.expr) -> list[gast.stmt]:
    (line,) = statements("target = {v}", v=value)
    (stored,) = statements("{t} = 0", t=clone(target)) if not isinstance(target, gast.Tuple) else [None]
    if stored is not None:
        line.targets = stored.targets
    else:
        display = quote("()")
        display.elts = [_assignment(t, quote("x"))[0].targets[0] for t in target.elts]
        display.ctx = gast.Store()
        line.targets = [display]
    return [line]


def _is_part_of_array(step: Step, target: gast.expr) -> bool:
    """True for a store that changes an array; in a list an item gives place to another."""
    return isinstance(target, gast.Subscript) and not isinstance(step.context.fact(target.value, step.statement), Seq)


def _lenders(step: Step, names: Iterable[str]) -> set[str]:
    """The names of tangents that a line reads when it reads these: what the statement named itself may be a view."""
    context, seen, pending = step.context, set[str](), list(names)
    above = [line for line in step.temporaries if isinstance(line, gast.Assign) and not is_own(line.value)]
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in context.temporary:
            pending += context.lent.get(name, ())
            pending += [n for s in above for t in s.targets if name in names_in(t) for n in names_in(s.value)]
    return seen


def _may_share(step: Step, name: str, other: str) -> bool:
    """True where the tangents of these names may lie in the same memory, as their variables do."""
    places = [step.context.place_of_name.get(n) for n in (name, other)]
    if name == other or places[0] is None or places[1] is None:
        return name == other
    a, b = places[0][0], places[1][0]
    return a == b or step.context.facts.overlap(step.statement, a, b)


def _copied(step: Step, tree: gast.expr) -> gast.expr:
    """What a tangent is before anything is stored: a view is copied, any other expression is computed by then."""
    if is_own(tree):
        return tree
    fact = step.context.fact(tree, step.statement)
    if isinstance(fact, Num) and fact.box == "array":
        return quote("{x}.copy()", x=tree)
    number = isinstance(fact, Num) and fact.shape == () and fact.box in ("py", "np")
    if number and not (isinstance(tree, gast.Name) and tree.id in step.context.boxed):
        return tree
    return quote("{np}.copy({x})[()]", x=tree, np=step.numpy)
