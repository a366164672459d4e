"""From contributions to lines: the first ``=``, later ones ``+=``, windows of an array in place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sgrad.adjoint.context import place_fact
from s2sgrad.adjoint.fit import full_shape, is_reshaped
from s2sgrad.adjoint.group import Contribution, Group
from s2sgrad.adjoint.lists import bare, list_sum, zeros
from s2sgrad.adjoint.product import Product, combined
from s2sgrad.adjoint.windows import added_at, counted_at
from s2sgrad.analysis.facts import Fact, Num, Seq
from s2sgrad.analysis.places import slots
from s2sgrad.errors import Refusal
from s2sgrad.quote import names_in, quote, statements, structure
from s2sgrad.request import Path

__all__ = ["State", "settle"]


@dataclass
class State:
    """Which adjoints hold a value at a point of the backward pass; literal ones (a seed of 1) have no name yet."""

    live: set[Path] = field(default_factory=set)
    literal: dict[Path, Product] = field(default_factory=dict)

    def copy(self) -> State:
        """A state that can be changed without changing this one."""
        return State(set(self.live), dict(self.literal))

    def kill(self, place: Path) -> None:
        """The adjoint of ``place`` is zero again: its value was overwritten here in the forward part."""
        self.live.discard(place)
        self.literal.pop(place, None)

    def keep(self, live: set[Path]) -> None:
        """The other adjoints are zero, those that had no name among them."""
        self.live = live
        self.literal = {place: product for place, product in self.literal.items() if place in live}

    def start(self, place: Path) -> None:
        """The adjoint of ``place`` has a name and a value from here on."""
        self.live.add(place)
        self.literal.pop(place, None)


def settle(group: Group, state: State, overwritten: set[Path]) -> list[gast.stmt]:
    """The lines of all contributions of a group: other places first, in order, then those that it overwrote."""
    by_place: dict[Path, list[Contribution]] = {}
    for contribution in sorted(group.contributions, key=lambda c: c.order):
        by_place.setdefault(contribution.place, []).append(contribution)
    lines: list[gast.stmt] = []
    for place, terms in by_place.items():
        if place not in overwritten:
            lines += _accumulate(group, state, place, terms)
    outgoing = {p: t for p, t in by_place.items() if p in overwritten}
    lines += _outgoing(group, state, outgoing)
    group.known = None
    return lines


def place_expression(place: Path, facts: dict[str, Fact], written: frozenset[str] = frozenset()) -> gast.expr:
    """The user's expression for a place: ``params['W1']``, ``self.W``."""
    from s2sgrad.adjoint.context import PRE

    tree = quote("placeholder")
    tree.id = place[0] + (PRE if place[0] in written else "")
    fact: Fact | None = facts.get(place[0])
    for key in place[1:]:
        kind = getattr(fact, "kind", "")
        tree = quote(f"{{x}}.{key}" if kind in ("object", "namedtuple") else f"{{x}}[{key!r}]", x=tree)
        fact = dict(slots(fact) or ()).get(key) if fact is not None else None
    return tree


def _accumulate(group: Group, state: State, place: Path, terms: list[Contribution]) -> list[gast.stmt]:
    name = group.context.adjoint(place)
    fact = place_fact(group.context.facts, group.statement, place, after=False)
    group.context.note_adjoint(name, fact)
    group.remember()
    whole = [t.product for t in terms if t.window is None]
    lines: list[gast.stmt] = []
    literal = state.literal.pop(place, None)
    if literal is not None:
        whole.insert(0, literal)
    elif place in state.live:
        return _added(group, name, fact, whole) + _windows(group, name, terms)
    state.start(place)
    known = group.context.facts.before[group.statement].facts
    value = functools.partial(place_expression, place, known, group.written)  # few lines read it
    if not whole and len(terms) == 1 and _in_one_row(terms[0], fact):
        assert isinstance(fact, Num) and terms[0].window is not None
        return counted_at(group, name, value(), terms[0].window.indices[-1], group.tree(terms[0].product), fact)
    if not whole:
        return [*statements(f"{name} = {{z}}", z=zeros(fact, value(), group.numpy)), *_windows(group, name, terms)]
    windowed = any(t.window is not None for t in terms)
    if len(whole) == 1 and whole[0].literal and isinstance(fact, Num) and not windowed:
        state.literal[place] = whole[0]
        state.live.add(place)
        return []
    if whole[0].name == name and whole[0].sign > 0:
        # The seed came in under the name of this very adjoint.
        return _added(group, name, fact, whole[1:]) + _windows(group, name, terms)
    if isinstance(fact, Seq):
        return [
            *statements(f"{name} = {{e}}", e=bare(whole[0])),
            *_added(group, name, fact, whole[1:]),
            *_windows(group, name, terms),
        ]
    first, rest = _first(whole)
    tree = group.sum(first)
    tree, own = _scalar(group, tree, fact)
    group.context.note_dtype(name, own)
    if isinstance(fact, Num) and not _fits(first, own, fact, value):
        tree = group.spread(tree, own, value())
    lines += statements(f"{name} = {{e}}", e=tree)
    return lines + _added(group, name, fact, rest) + _windows(group, name, terms)


def _in_one_row(term: Contribution, fact: Fact) -> bool:
    """True for what is added at rows of indices into all axes of an array of floats."""
    window = term.window
    floats = isinstance(fact, Num) and fact.box == "array" and fact.kind in "fc"
    return floats and window is not None and window.crossed and len(window.indices) == 1


def _fits(terms: list[Product], own: Fact, fact: Num, value: Callable[[], gast.expr]) -> bool:
    """True where the sum of ``terms``, with the fact ``own``, has the shape of ``value``, which has the other fact."""
    if fact.shape == () or full_shape(own, fact):
        return True
    stretched = isinstance(own, Num) and own.rank is not None and fact.rank is not None and own.rank < fact.rank
    return not stretched and _exact(terms, value())


def _exact(terms: list[Product], value: gast.expr) -> bool:
    """True for a matrix product, a part of an array or a reshaped one, of the shape of ``value`` by construction."""
    return any(
        t.bare and (t.heavy == "part" or _is_matrix_product(t.factors[0]) or is_reshaped(t.factors[0], value))
        for t in terms
    )


def _is_matrix_product(tree: gast.expr) -> bool:
    if isinstance(tree, gast.Attribute) and tree.attr in ("real", "imag"):
        return _is_matrix_product(tree.value)
    if isinstance(tree, gast.BinOp):
        return isinstance(tree.op, gast.MatMult)
    function = getattr(tree.func, "attr", "") if isinstance(tree, gast.Call) else ""
    return function in ("outer", "solve", "inv")


def _scalar(group: Group, tree: gast.expr, fact: Fact) -> tuple[gast.expr, Fact]:
    """An adjoint and its fact; that of a scalar is taken out of the array of rank 0 that some functions return."""
    own = group.fact_of(tree)
    scalars = isinstance(fact, Num) and isinstance(own, Num) and fact.shape == own.shape == ()
    if scalars and getattr(own, "box", "") == "array" != getattr(fact, "box", ""):
        tree = as_number(tree)
        return tree, group.context.fact(tree, group.statement)
    return tree, own


def as_number(tree: gast.expr) -> gast.expr:
    """An array without axes as a number; a name may hold either, as of such an array the adjoint may be a number."""
    return quote("+{e}" if isinstance(tree, gast.Name) else "{e}[()]", e=tree)


def _first(whole: list[Product]) -> tuple[list[Product], list[Product]]:
    """The terms that make up the first line: no more than one matrix product or reduction in it."""
    heavy = [i for i, p in enumerate(whole) if p.heavy]
    cut = heavy[1] if len(heavy) > 1 else len(whole)
    return whole[:cut], whole[cut:]


def _added(group: Group, name: str, fact: Fact, terms: list[Product]) -> list[gast.stmt]:
    lines: list[gast.stmt] = []
    for term in terms if isinstance(fact, Seq) else combined(terms):
        if not isinstance(fact, Seq):
            group.context.note_dtype(name, group.fact(term))
        if isinstance(fact, Seq):
            lines += statements(f"{name} = {{s}}", s=list_sum(fact, quote(name), bare(term)))
            continue
        sign = "-=" if term.sign < 0 else "+="
        lines += statements(f"{name} {sign} {{e}}", e=group.tree(term.positive()))
    return lines


def _windows(group: Group, name: str, terms: list[Contribution]) -> list[gast.stmt]:
    lines: list[gast.stmt] = []
    for term, *others in _by_window(terms):
        assert term.window is not None
        *outer, last = term.window.indices
        target = quote(name)
        for index in outer:
            target = quote("{x}[{i}]", x=target, i=index)
        if isinstance(term.window.value, Seq):
            target = quote("{x}[{i}]", x=target, i=last)
            total = list_sum(term.window.value, target, bare(term.product))
            lines += statements("{x} = {e}", x=target, e=total)
            continue
        if term.window.repeats:
            e = group.tree(term.product)
            lines += added_at(group, target, last, e, term.window.value if term.window.table else None)
            continue
        products = combined([term.product, *(t.product for t in others)])
        sign = "-=" if all(p.sign < 0 for p in products) else "+="
        total = group.sum(products if sign == "+=" else [p.positive() for p in products])
        lines += statements(f"{{x}}[{{i}}] {sign} {{e}}", x=target, i=last, e=total)
    return lines


def _by_window(terms: list[Contribution]) -> Iterator[list[Contribution]]:
    """The terms that go to parts of a place, those of the same part together unless one is long to work out."""
    found: dict[Any, list[Contribution]] = {}
    for n, term in enumerate(terms):
        if term.window is None:
            continue
        alone = term.window.repeats or isinstance(term.window.value, Seq) or term.product.heavy
        found.setdefault(n if alone else tuple(map(structure, term.window.indices)), []).append(term)
    yield from found.values()


def _outgoing(group: Group, state: State, outgoing: dict[Path, list[Contribution]]) -> list[gast.stmt]:
    """New values for the adjoints that the statement also consumed, in an order in which none is read too late."""
    changes: list[tuple[str, list[gast.stmt]]] = []
    for place, terms in outgoing.items():
        name = group.context.adjoint(place)
        lines = _replaced(group, state, place, terms)
        changes += [(name, lines)] if lines else []
    ordered: list[list[gast.stmt]] = []
    while changes:
        free = next((c for c in changes if not any(_reads(lines, c[0]) for n, lines in changes if n != c[0])), None)
        if free is None:
            return [s for lines in ordered for s in lines] + _together(group, changes)
        changes.remove(free)
        ordered.append(free[1])
    return [s for lines in ordered for s in lines]


def _reads(lines: list[gast.stmt], name: str) -> bool:
    return any(name in (names_in(line.value) if isinstance(line, gast.Assign) else names_in(line)) for line in lines)


def _together(group: Group, changes: list[tuple[str, list[gast.stmt]]]) -> list[gast.stmt]:
    """Adjoints that exchange their values: what is built anew comes first, then one assignment to all of them."""
    names = {name for name, _ in changes}
    display, above = quote("()"), []
    display.elts = []
    for name, (*building, line) in changes:
        if any(_written(s) in names for s in building) or not isinstance(_target(line), gast.Name):
            raise Refusal(
                "this exchanges parts of values that their adjoints are changed by in place",
                "give the new values names of their own",
                group.statement.node,
            )
        above += building
        sign = "-" if isinstance(line, gast.AugAssign) and isinstance(line.op, gast.Sub) else "+"
        is_sum = isinstance(line, gast.AugAssign)
        display.elts.append(quote(f"{name} {sign} {{e}}", e=line.value) if is_sum else line.value)
    return above + statements(", ".join(n for n, _ in changes) + " = {e}", e=display)


def _target(line: Any) -> Any:
    return line.targets[0] if isinstance(line, gast.Assign) else getattr(line, "target", None)


def _written(line: Any) -> str:
    """The name of the array or list that a line changes."""
    target = _target(line)
    if target is None:  # `np.add.at(dx, ...)`
        target = line.value.args[0]
    while isinstance(target, gast.Subscript):
        target = target.value
    return str(target.id)


def _replaced(group: Group, state: State, place: Path, terms: list[Contribution]) -> list[gast.stmt]:
    name = group.context.adjoint(place)
    fact = place_fact(group.context.facts, group.statement, place, after=False)
    group.context.note_adjoint(name, fact)
    group.remember()
    whole = [t.product for t in terms if t.window is None]
    state.start(place)
    known = group.context.facts.before[group.statement].facts
    value = functools.partial(place_expression, place, known, group.written)  # few lines read it
    passed = [p for p in whole if p.name == name and p.sign > 0]
    rest = [p for p in whole if p is not passed[0]] if passed else []
    if any(t.window is not None for t in terms):
        if passed and isinstance(fact, Seq):  # what the list lost was taken off by a line of its own
            return _added(group, name, fact, rest) + _windows(group, name, terms)
        return _rebuilt(group, name, fact, value(), terms)
    if passed:
        if not rest:
            return []
        if len(rest) == 1:
            return _added(group, name, fact, rest)
        for term in rest:
            group.context.note_dtype(name, group.fact(term))
        return statements(f"{name} += {{e}}", e=group.sum(rest))
    if len(whole) == 1 and whole[0].literal and isinstance(fact, Num) and fact.shape == ():
        state.literal[place] = whole[0]
        return []
    if isinstance(fact, Seq):
        return [*statements(f"{name} = {{e}}", e=bare(whole[0])), *_added(group, name, fact, whole[1:])]
    tree = group.sum(whole)
    tree, own = _scalar(group, tree, fact)
    group.context.note_dtype(name, own)
    if isinstance(fact, Num) and not _fits(whole, own, fact, value):
        tree = group.spread(tree, own, value())
    return statements(f"{name} = {{e}}", e=tree)


def _rebuilt(group: Group, name: str, fact: Fact, value: gast.expr, terms: list[Contribution]) -> list[gast.stmt]:
    """A new array for the adjoint of a variable that was overwritten with something made of parts of itself."""
    new = group.context.scope.new(name + "_before")
    group.context.adjoint_facts[new] = group.context.adjoint_fact(fact)
    group.remember()
    whole = [t.product for t in terms if t.window is None]
    if whole and isinstance(fact, Seq):
        lines = statements(f"{new} = {{e}}", e=bare(whole.pop(0)))
    else:
        lines = statements(f"{new} = {{z}}", z=zeros(fact, value, group.numpy))
    lines += _added(group, new, fact, whole)
    lines += _windows(group, new, terms)
    return lines + statements(f"{name} = {new}")
