"""What the reverse sweep knows while it writes: facts of every expression, names in use, values asked for.

The value of an operation stands in a line as a placeholder name (``#12``) until the group is finished; then it is
known how often it is read, and it becomes a name of its own or is spelled out.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from s2sgrad.adjoint.operation import operation
from s2sgrad.analysis.activity import Activity
from s2sgrad.analysis.environment import Env
from s2sgrad.analysis.facts import ANY_DIM, Fact, Num, Opaque, Seq, join, may_be_complex, python
from s2sgrad.analysis.interpret import Facts, Interpreter
from s2sgrad.analysis.ir import Assign, Block, NameTarget, Op, Return, Statement, own_ops
from s2sgrad.analysis.lower import Lowering
from s2sgrad.analysis.metadata import stores_all
from s2sgrad.analysis.places import slot_fact
from s2sgrad.analysis.signs import Signs
from s2sgrad.names import Scope, place_name
from s2sgrad.printed import OF_RULES
from s2sgrad.quote import names_in, quote, structure
from s2sgrad.request import Path

__all__ = ["PRE", "Context", "numpy_alias"]

PRE = "'pre"
"""Marks the value that a name had before the statement that overwrites it; never printed."""


_UNKNOWN = Opaque()
_CHANGING = ("adjoint_facts", "hoisted", "pair_names", "helpers", "roots", "indices", "counts", "tallies")


@dataclass
class Context:
    """The state shared by all groups of one generated function."""

    facts: Facts
    activity: Activity
    scope: Scope
    places: list[Path]
    namespace: Any
    numpy: str
    saved_result: str | None = None
    adjoint_facts: dict[str, Fact] = field(default_factory=dict)
    hoisted: dict[Op, str] = field(default_factory=dict)
    numbered: dict[str, Op] = field(default_factory=dict)
    parents: dict[Op, Op] = field(default_factory=dict)
    roots: dict[Op, str] = field(default_factory=dict)
    helpers: set[str] = field(default_factory=set)
    dtypes: dict[str, set[Any]] = field(default_factory=dict)
    unpacked: dict[str, gast.expr] = field(default_factory=dict)
    indices: dict[Statement, str] = field(default_factory=dict)
    counts: dict[Statement, str] = field(default_factory=dict)
    tallies: set[str] = field(default_factory=set)
    snapshots: dict[Any, Any] = field(default_factory=dict)
    count: int = 10**6
    stack_names: list[str] = field(default_factory=list)
    bound_by: dict[Statement, set[str]] = field(default_factory=dict)
    keeps_globals: bool = False
    records: bool = False
    pairs: Any = None
    results: frozenset[str] = frozenset()
    block: Block = field(default_factory=Block)
    has_complex: bool = False
    pair_names: dict[Op, Any] = field(default_factory=dict)
    inferred: dict[Any, tuple[Any, Fact]] = field(default_factory=dict)
    floats: dict[int, tuple[Num, Num]] = field(default_factory=dict)
    widens: bool = False
    outlines: dict[int, tuple[gast.expr, list[str], tuple[Any, ...]]] = field(default_factory=dict)
    read_by: dict[int, tuple[gast.AST, list[str]]] = field(default_factory=dict)
    nouns: dict[Path, str] = field(default_factory=dict)
    interpreter: Interpreter = field(init=False)

    def __post_init__(self) -> None:
        namespace = _AliasNamespace(self.namespace, self.numpy)
        self.interpreter = Interpreter(None, namespace, {}, _no_calls)

    @functools.cached_property
    def numpy_tree(self) -> gast.expr:
        """The name of NumPy as a tree, which is copied with the lines that it stands in."""
        return quote(self.numpy)

    @functools.cached_property
    def signs(self) -> Signs:
        """What is known to be positive."""
        return Signs(self.block, self.facts)

    def places_of(self, name: str) -> list[Path]:
        """Those of the places that are, or lie below, one variable."""
        return self._by_name.get(name, [])

    @functools.cached_property
    def _by_name(self) -> dict[Any, list[Path]]:
        found: dict[Any, list[Path]] = {}
        for place in self.places:
            found.setdefault(place[0], []).append(place)
        return found

    def rename(self, names: dict[str, str]) -> None:
        """Note that hoisted values, what helpers saved and the lists of both got other names."""
        self.hoisted = {op: names.get(name, name) for op, name in self.hoisted.items()}
        self.pair_names = {op: call.renamed(names) for op, call in self.pair_names.items()}
        self.adjoint_facts = {names.get(name, name): fact for name, fact in self.adjoint_facts.items()}
        self.stack_names = [names.get(name, name) for name in self.stack_names]

    def snapshot(self) -> dict[str, Any]:
        """All that a trial may change, to be given to :meth:`restore` if it fails."""
        kept = {name: type(getattr(self, name))(getattr(self, name)) for name in _CHANGING}
        kept["bound_by"] = {s: set(names) for s, names in self.bound_by.items()}
        kept["dtypes"] = {n: set(found) for n, found in self.dtypes.items()}
        return {**kept, "taken": set(self.scope.taken), "own": dict(self.scope.own)}

    def restore(self, kept: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self.scope.taken, self.scope.own = kept["taken"], kept["own"]
        for name in (*_CHANGING, "bound_by", "dtypes"):
            setattr(self, name, kept[name])

    def register(self, statement: Statement) -> None:
        """Note parents of the operations of a statement, and which of them have a name already."""
        for op in own_ops(statement):
            self.numbered[f"#{op.number}"] = op
            bound = self.facts.calls.get(op)
            args = (*op.args, *(v for _, v in op.keywords)) if op.keywords else op.args
            for arg in args if bound is None or bound.args is op.args else (*args, *bound.args):
                self.parents.setdefault(arg, op)
                if op.form == "attribute" or arg.form == "attribute":
                    self.parents.setdefault(arg, op)
        if isinstance(statement, Assign):
            single = [t for t in statement.targets if isinstance(t, NameTarget) or stores_all(t, self.facts)]
            for target in single:
                self.roots.setdefault(target.value, target.name)
        elif isinstance(statement, Return) and self.saved_result is not None:
            self.roots.setdefault(statement.value, self.saved_result)

    def own_root(self, op: Op, statement: Statement) -> str | None:
        """The variable that is all that ``statement`` binds, to the value of ``op``: it may be bound a line earlier."""
        alone = not isinstance(statement, Assign) or all(t.value is op for t in statement.targets)
        return self.roots.get(op) if alone else None

    def value(self, op: Op, written: frozenset[str]) -> gast.expr:
        """The expression by which a line reads the value of ``op``: a name, a literal or a placeholder."""
        if op.form == "const":
            return quote(repr(op.payload)) if type(op.payload) in (int, float, bool) else op.node
        if op.form == "global" and not (self.keeps_globals and self._is_data(op)):
            return op.node
        if op.form == "read":
            return _name(op.payload + (PRE if op.payload in written else ""))
        if op in self.roots:
            return _name(self.roots[op])
        return _name(f"#{op.number}")

    def _is_data(self, op: Op) -> bool:
        """True for a number that is read from a module or a class, ``cfg.rate``: it may be another one later."""
        owner = getattr(self.namespace.lookup(op.payload[0]), "__name__", "")
        return len(op.payload) > 1 and isinstance(self.facts.of[op], Num) and owner not in ("numpy", "math")

    def adjoint(self, place: Path) -> str:
        """The name of the adjoint of a place."""
        noun = self.nouns.get(place)
        if noun is None:
            noun = self.nouns[place] = place_name(place, self.places)
        return self.scope.adjoint(noun)

    def adjoint_fact(self, fact: Fact) -> Fact:
        """The fact of an adjoint of a value: its shape, and its dtype if no other occurs in the function."""
        if not isinstance(fact, Num) or (fact.dtype is None and fact.shape != ()):
            return fact
        if fact.dtype is None:
            return self.floating(fact)
        only = self.only_dtype  # NumPy takes None for float64 when it compares
        same = only is not None and (fact.dtype == only or (self.has_complex and _parts(fact.dtype) == only))
        dtype = fact.dtype if same else None
        complex_ = fact.maybe_complex or (dtype is None and fact.kind == "c")
        known = fact.shape, None, fact.length, fact.origin, fact.roots, complex_
        return self.floating(Num(dtype, fact.box, *known)) if dtype is None else Num(dtype, fact.box, *known)

    def floating(self, fact: Num) -> Num:
        """The fact of an adjoint of some dtype of floats that is not known; noted for :meth:`is_floating`."""
        own = fact.in_memory(fact.roots)
        self.floats[id(own)] = own, Num(np.dtype(float), fact.box, fact.shape, roots=fact.roots)
        return own

    def is_floating(self, tree: gast.expr, statement: Statement) -> bool:
        """True where an expression gives floats, of whatever width its adjoints are."""
        self.widens = True
        try:
            fact = self.fact(tree, statement)
        finally:
            self.widens = False
        return isinstance(fact, Num) and fact.floating

    def note_adjoint(self, name: str, fact: Fact) -> None:
        """Note that a name holds the adjoint of a value with this fact; what was complex once may be so still."""
        new, old = self.adjoint_fact(fact), self.adjoint_facts.get(name)
        once = self.has_complex and old is not None and may_be_complex(old)
        if once and isinstance(new, Num) and not may_be_complex(new):
            new = Num(None, new.box, new.shape, None, new.length, new.origin, new.roots, True)
        self.adjoint_facts[name] = new

    @functools.cached_property
    def only_dtype(self) -> Any:
        """The dtype of all floating values of the function, and so of their adjoints; None if there may be others.

        An adjoint is as narrow as what its variable was multiplied with, and as wide: integers make float32 wider.
        Of complex values it is the dtype of their parts.
        """
        values = [f for f in self.facts.of.values() if isinstance(f, Num) and f.box != "py"]
        found = {f.dtype for f in values if f.kind in "fc?"}
        if self.has_complex:  # the adjoint of what is real is real
            found = {_parts(dtype) for dtype in found}
        wide = found <= {np.dtype(float), np.dtype(complex)}
        if len(found) > 1 or None in found or not (wide or all(f.kind in "fc?" for f in values)):
            return None
        return next(iter(found), np.dtype(float))

    def note_dtype(self, name: str, fact: Fact) -> None:
        """Remember the dtype of a term that was put into an adjoint; Python scalars are weak and change none."""
        found = self.dtypes.setdefault(name, set())
        own = self.adjoint_facts.get(name)
        if isinstance(own, Num) and isinstance(fact, Num) and own.box in ("py", "np"):
            may_be_array = fact.box == "array" or (fact.box == "any" and fact.shape != ())
            found |= {None} if may_be_array else set()
        if (
            isinstance(own, Num)
            and isinstance(fact, Num)
            and (own.box, fact.box) == ("np", "py")
            and own.dtype != float
        ):
            found.add(None)
        if isinstance(fact, Num) and fact.box != "py":
            found.add(fact.dtype)
        elif not isinstance(fact, Num):
            found.add(None)

    def fact_of_name(self, name: str, statement: Statement) -> Fact | None:
        """What is known of a name in a line that belongs to ``statement``."""
        if name in self.adjoint_facts:
            own = self.adjoint_facts[name]
            return self.floats[id(own)][1] if self.widens and id(own) in self.floats else own
        if name.startswith("#"):
            return self.facts.of[self.numbered[name]]
        before, after = self.facts.before[statement].facts, self.facts.after[statement].facts
        if name.endswith(PRE):
            return before.get(name[: -len(PRE)])
        if name == self.saved_result and isinstance(statement, Return):
            return self.facts.of[statement.value]
        return after.get(name) or before.get(name)

    def fact(self, tree: gast.expr, statement: Statement) -> Fact:
        """The fact of an expression that stands in a group of ``statement``."""
        own = self.fact_of_name(tree.id, statement) if isinstance(tree, gast.Name) else None
        if own is not None:
            return own
        if isinstance(tree, gast.Constant) and type(tree.value) in (bool, int, float):
            return _fact_of_number(tree.value, repr(tree.value))
        if isinstance(tree, gast.IfExp):
            return join(self.fact(tree.body, statement), self.fact(tree.orelse, statement))
        composed = self._composed(tree, statement) if not isinstance(tree, gast.Call) else None
        if composed is not None:
            return composed
        names, text = self._outline(tree)
        known = {n: f for n in names if (f := self.fact_of_name(n, statement)) is not None}
        key = id(statement), text, tuple(map(id, known.values()))
        if key not in self.inferred:
            # The facts are kept so that their identities stay theirs.
            self.inferred[key] = known, self._composed(tree, statement) or self._infer(tree, known)
        return self.inferred[key][1]

    def _composed(self, tree: gast.expr, statement: Statement) -> Fact | None:
        """The fact of an operation from those of its operands; None where they are not all numbers or arrays."""
        function, parts = operation(tree, self.numpy)
        if function is None or (isinstance(tree, gast.Attribute) and self._is_global(tree, statement)):
            return None
        operands = [self.fact(part, statement) for part in parts]
        plain = isinstance(tree, gast.BinOp) or all(isinstance(o, Num) for o in operands)
        return self.fact_of(function, *operands) if plain else None

    def _is_global(self, tree: gast.expr, statement: Statement) -> bool:
        """True for a dotted name of the user's module, which is looked up as a whole."""
        while isinstance(tree, gast.Attribute):
            tree = tree.value
        return isinstance(tree, gast.Name) and self.fact_of_name(tree.id, statement) is None

    def fact_of(self, function: Callable[..., Any], *operands: Fact) -> Fact:
        """The fact of a function of operands with these facts; one that gives a length of its own is asked apart."""
        key = function, *map(id, operands)
        if key not in self.inferred:
            self.count += 1
            self.inferred[key] = operands, self.interpreter.applied(function, operands, self.count)
        return self.inferred[key][1]

    def _outline(self, tree: gast.expr) -> tuple[list[str], tuple[Any, ...]]:
        """The names in an expression and its structure; a factor is asked about with every product that it is in."""
        known = self.outlines.get(id(tree))
        if known is None:
            known = self.outlines[id(tree)] = tree, names_in(tree), structure(tree)
        return known[1:]

    def _infer(self, tree: gast.expr, known: dict[str, Fact]) -> Fact:
        # Numbers go on, so that a length learnt in one expression never shares its symbol with another's.
        lowering = Lowering(set(known))
        lowering.count = self.count
        op = lowering.expression(tree)
        self.count = lowering.count
        return self.interpreter.evaluate(op, Env(known))


def _parts(dtype: Any) -> Any:
    """The dtype of the real part of numbers of a dtype."""
    return None if dtype is None else np.empty(0, dtype).real.dtype


def written_names(statement: Statement) -> frozenset[str]:
    """The names that a simple statement rebinds or whose array it changes by that name."""
    found = set()
    if isinstance(statement, Assign):
        for target in statement.targets:
            if isinstance(target, NameTarget):
                found.add(target.name)
            else:
                found.add(target.name)
    return frozenset(found)


def place_fact(facts: Facts, statement: Statement, place: Path, after: bool = True) -> Fact:
    """The fact of a place after (or before) a statement."""
    env = (facts.after if after else facts.before)[statement]
    fact = env.facts.get(place[0], _UNKNOWN)
    return slot_fact(fact, place[1:])


@functools.lru_cache(maxsize=1024, typed=True)
def _fact_of_number(value: bool | int | float, written: str) -> Fact:
    """The fact of a literal; as it is ``written``, 0.0 is another than -0.0, which it equals."""
    return python(type(value), value)


def numpy_alias(namespace: Any, names: list[str]) -> str:
    """The name by which the user's function calls NumPy, ``np`` if it does not."""
    for name in (*names, "np", "numpy"):
        try:
            if namespace.lookup(name) is np:
                return name
        except LookupError:
            continue
    return "np"


def _name(identifier: str) -> gast.expr:
    tree = quote("placeholder")
    tree.id = identifier
    return tree


def sum_to(g: Any, shape: Any) -> None:
    """Stands for the printed helper of that name while facts are inferred."""


def _no_calls(function: types.FunctionType, args: Any, keywords: Any, op: Op) -> tuple[Fact, Any]:
    if function is not sum_to:
        return Opaque(), None
    g, shape = args
    lengths = None
    if isinstance(shape, Seq) and shape.items is not None:
        found = [n.length if isinstance(n, Num) else None for n in shape.items]
        lengths = tuple(ANY_DIM if n is None else n for n in found)
    known = isinstance(g, Num)
    return Num(g.dtype if known else None, "array", lengths, maybe_complex=known and g.maybe_complex), None


class _AliasNamespace:
    """The user's names, with NumPy under the name that generated lines use."""

    def __init__(self, namespace: Any, alias: str) -> None:
        self.namespace, self.alias = namespace, alias

    def has_own_sum_to(self) -> bool:
        """True where the user's module holds a number or an array under the name of the printed helper."""
        try:
            return not callable(self.namespace.lookup("sum_to"))
        except LookupError:
            return False

    def lookup(self, name: str) -> Any:
        if name == "sum_to" and not self.has_own_sum_to():
            return sum_to
        if name in OF_RULES:
            return OF_RULES[name]
        return np if name == self.alias else self.namespace.lookup(name)
