"""One function of the user's, parsed, checked, normalised and analysed for one kind of call."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import gast
import numpy as np

from s2sgrad.adjoint.attributes import count_stores, may_note, read_attributes, values_held
from s2sgrad.adjoint.context import numpy_alias
from s2sgrad.adjoint.recorded import want_records
from s2sgrad.adjoint.recursion import Signature, call_analysis, is_hashable, settled
from s2sgrad.analysis.aliases import find_aliases
from s2sgrad.analysis.arguments import bind_facts
from s2sgrad.analysis.facts import Fact, FunctionFact
from s2sgrad.analysis.gradient_blocks import check_complete
from s2sgrad.analysis.interpret import Facts, Interpreter
from s2sgrad.analysis.ir import Block
from s2sgrad.analysis.local import LocalFunction
from s2sgrad.analysis.lower import Lowering, local_names
from s2sgrad.analysis.memory import check_writes
from s2sgrad.analysis.noted import is_noted_alone
from s2sgrad.analysis.premises import check_premises
from s2sgrad.analysis.pure import is_pure_call
from s2sgrad.analysis.rounds import check_copies
from s2sgrad.check import check
from s2sgrad.errors import Refusal, S2SGradError
from s2sgrad.gradient_blocks import grad_of
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.attempts import as_attempts, branches_in
from s2sgrad.normalize.backwards import sliced
from s2sgrad.normalize.by_keys import over_keys
from s2sgrad.normalize.callee import calm_names, is_calm
from s2sgrad.normalize.columns import held_in_columns
from s2sgrad.normalize.comprehensions import loops_of_comprehensions
from s2sgrad.normalize.displays import as_displays, straight_lists
from s2sgrad.normalize.draws import draws_apart
from s2sgrad.normalize.early_returns import returns_behind_loops
from s2sgrad.normalize.exits import nest_exits
from s2sgrad.normalize.expand import Expanded, as_spelled, expand
from s2sgrad.normalize.flattened import unravelled
from s2sgrad.normalize.gradient_blocks import set_aside
from s2sgrad.normalize.imports import Import, without_imports
from s2sgrad.normalize.inline import inline_calls
from s2sgrad.normalize.item_names import list_behind, record_behind, with_own_targets
from s2sgrad.normalize.iterables import named_iterables
from s2sgrad.normalize.iterations import EQUIVALENTS
from s2sgrad.normalize.lift import lifted
from s2sgrad.normalize.loop_else import else_behind_loops
from s2sgrad.normalize.match import without_match
from s2sgrad.normalize.mixed import one_by_one
from s2sgrad.normalize.one_name import by_one_name, loops_apart
from s2sgrad.normalize.order import is_inert, shallow
from s2sgrad.normalize.outputs import stores_in_copies, stores_of_calls
from s2sgrad.normalize.overloads import with_methods
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.pops import named_pops
from s2sgrad.normalize.records import held_in_variables, names_at, with_slots
from s2sgrad.normalize.returns import nest_returns, paths_apart
from s2sgrad.normalize.rounds import as_rounds, has_rounds
from s2sgrad.normalize.rows import as_rows
from s2sgrad.normalize.scopes import changed_names
from s2sgrad.normalize.selections import chosen
from s2sgrad.normalize.spread import spread
from s2sgrad.normalize.supers import without_super
from s2sgrad.normalize.unroll import Scope, unrolled
from s2sgrad.normalize.views import parts_for_views
from s2sgrad.normalize.wanted import FOLLOWED, Premise, Rewriting, Wanted, is_asked_again, slots_of
from s2sgrad.objects import is_plain
from s2sgrad.parse import Source, parse
from s2sgrad.printed import object_of
from s2sgrad.quote import free_names, names_in, names_of, names_of_parts, nodes_in, occurring, quote
from s2sgrad.recent import Known
from s2sgrad.request import GlobalGuard, Request

__all__ = ["Analysed", "all_facts", "analysed", "known_or_analysed", "parameters"]


@dataclass
class Analysed:
    """What later stages read of one function."""

    function: types.FunctionType
    source: Source
    tree: gast.FunctionDef
    original: gast.Module
    block: Block
    facts: Facts
    namespace: Namespace
    local: set[str]
    imports: dict[str, Import]
    results: frozenset[str]

    @functools.cached_property
    def alias(self) -> str:
        """The name by which the function calls NumPy."""
        alias = numpy_alias(self.namespace, [n for n in dict.fromkeys(occurring(self.tree)) if n not in self.local])
        for name in (alias, "sum_to"):
            if name in self.local:
                reason = f"`{name}` is a variable here, and the gradient may need the function of that name"
                raise Refusal(reason, "give the variable another name", self.tree).at(self.source)
        return alias


def parameters(tree: gast.FunctionDef) -> list[str]:
    """Parameter names in signature order."""
    a = tree.args
    ordered = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs]
    return [n.id for n in [*ordered, *([a.kwarg] if a.kwarg else [])]]


def analysed(
    function: types.FunctionType,
    arguments: Mapping[str, Fact],
    writable: frozenset[str] = frozenset(),
    inline: bool = True,
    lifts: bool = True,
) -> Analysed:
    """Analyse ``function`` called with these facts. Raises Refusal, located in the user's file.

    The arguments named in ``writable`` are arrays that it may change: who calls it sees to it that they are apart.
    Without ``inline`` small helpers stay calls. ``lifts``: the body of a checkpointed loop is a function of its own.
    """
    noted = set[str]()
    asked: dict[Any, _Asked] = {}
    analyse = functools.partial(_rewritten, writable=writable, inline=inline, lifts=lifts, asked=asked)
    try:
        found: Analysed = settled(functools.partial(analyse, noted=noted), function, arguments, ())
    except S2SGradError:
        if not noted:
            raise
    else:
        if not noted or is_noted_alone(all_facts(found.facts)):
            return found
    followed: Analysed = settled(analyse, function, arguments, ())
    return followed


def all_facts(facts: Facts) -> Iterator[Facts]:
    """The facts of a function and of every helper that it calls, however deep: all are relied on."""
    yield facts
    for callee in facts.callees.values():
        if isinstance(callee, Analysed):
            yield from all_facts(callee.facts)


def known_or_analysed(request: Request, writable: frozenset[str], lifts: bool = True) -> Known:
    """What is known of the function of a request: from an earlier one that asked for the same, or found now."""
    asked = (request.function, dict(request.arguments), writable)
    alike = [one for one in request.known if one.asked[:-1] == asked]
    found = next((one for one in alike if one.asked[-1] == lifts or not _has_rounds(one.found)), None)
    return found or Known((*asked, lifts), analysed(request.function, request.arguments, writable, lifts=lifts))


def _has_rounds(found: Analysed) -> bool:
    """True where the function, or one that it calls, may have a checkpointed loop."""
    callees = (c for c in found.facts.callees.values() if isinstance(c, Analysed))
    return has_rounds(found.original, found.namespace) or any(map(_has_rounds, callees))


class _Asked(NamedTuple):
    """The rewritings of a function that were asked for, and whether its helpers stay calls by them."""

    rewritings: frozenset[Rewriting] = frozenset()
    premises: frozenset[Premise] = frozenset()
    whole: bool = False


def _rewritten(
    function: types.FunctionType,
    arguments: Mapping[str, Fact],
    chain: tuple[Signature, ...],
    writable: frozenset[str] = frozenset(),
    inline: bool = True,
    lifts: bool = True,
    noted: set[str] | None = None,
    *,
    asked: dict[Any, _Asked],
) -> Analysed:
    """One analysis, inside those of ``chain``.

    A rewriting that only some programs need is made when a stage asks for it by raising Wanted; then all starts anew.
    One that finds no place may be meant for what a small helper brought along: that one is left a call then.
    Callers that start anew call the function again: what is ``asked`` of it is remembered, by the calls it stands in.
    """
    calls = writable, noted is None, tuple((s.function, s.key) for s in chain)
    remembers = is_hashable(calls)
    rewritings, premises, whole = asked.get(calls, _Asked()) if remembers else _Asked()
    while True:
        try:
            now = rewritings, writable, inline, whole, lifts, noted, premises, asked
            found = _analysed(function, arguments, chain, *now)
            if remembers and not any(s.used for s in chain):  # no recursion, which starts with what it assumes
                asked[calls] = _Asked(rewritings, premises, whole)
            return found
        except Wanted as wanted:
            if is_asked_again(wanted.rewriting, rewritings):
                if whole or not inline:
                    raise (wanted.otherwise or _stuck(wanted.rewriting)).at(parse(function)) from None
                whole = True
            rewritings |= {wanted.rewriting}
            premises |= wanted.premises or frozenset()


def _stuck(rewriting: Rewriting) -> Refusal:
    """A rewriting that found no place: what asked for it stands where it cannot be made."""
    node = quote("here")
    (node.lineno, node.col_offset), node.end_lineno = rewriting.place, rewriting.place[0]
    node.end_col_offset = node.col_offset + 1
    return Refusal("this cannot be written out here", "give its parts names, each in a statement of its own", node)


def _analysed(
    function: types.FunctionType,
    arguments: Mapping[str, Fact],
    chain: tuple[Signature, ...],
    rewritings: frozenset[Rewriting],
    writable: frozenset[str],
    inline: bool,
    whole: bool,
    lifts: bool,
    noted: set[str] | None,
    premises: frozenset[Premise],
    wanted_of: dict[Any, _Asked],
) -> Analysed:
    source, spellings = parse(function), dict[str, str]()
    try:
        tree = without_super(source.tree, function)
        tree.body, imports = without_imports(tree.body)
        namespace = _namespace_of(function, imports)
        tree.body = paths_apart([s for s in tree.body if not _is_text(s)])
        stores = _stores(tree, namespace, rewritings)
        own, tree.body = stores(tree.body)
        original = gast.Module(list(own), [])
        before = gast.Module(list(tree.body), [])
        tree.body = paths_apart(as_attempts(tree.body, rewritings, tree, set(names_of_parts(tree))))
        tree.body, held = values_held(tree, rewritings, noted)
        stored = count_stores(tree, held)
        tree.body = as_rounds(tree, source, namespace, rewritings, lifts)
        expanded = _expanded(tree, source, namespace, rewritings)
        tree.body = expanded.body
        check(tree)
        names = set(names_of_parts(tree))
        tree.body, classes, spellings, premises = _records(tree, names, namespace, rewritings, premises)
        tree.body = _rows(tree, names, namespace, rewritings)
        tree.body = parts_for_views(tree.body, rewritings, names)
        if any(r.kind == "flat" for r in rewritings):
            tree.body = unravelled(tree.body, rewritings, numpy_alias(namespace, names_in(tree)))
        body, inlined = inline_calls(tree, namespace) if inline and not whole else (tree.body, {})
        places = {r.place for r in rewritings if r.kind == "iterable"}
        body = named_iterables(body, places, names) if places else body
        body, results = returns_behind_loops(else_behind_loops(body, names), names)
        asked: set[tuple[str, ...]] = set()
        is_ours = functools.partial(_is_grad_of, namespace, local_names(tree), asked)
        tree.body = set_aside(nest_exits(nest_returns(body, names), names), is_ours)
        local = local_names(tree)
        is_value = functools.partial(_is_value, namespace)
        if count_stores(tree, held) != stored:
            raise Wanted(FOLLOWED)  # what was written out in between stores into such an attribute, too
        notes = may_note(tree, rewritings, noted)
        block = Lowering(local, rewritings, local - set(parameters(tree)), is_value, notes).block(tree.body)
        analyse = functools.partial(_rewritten, inline=inline, lifts=lifts, noted=noted, asked=wanted_of)
        interpreter = Interpreter(function, namespace, arguments, call_analysis(analyse, bind_facts, chain))
        interpreter.plain_tries = branches_in(before)
        interpreter.straight_lists = lambda: straight_lists(tree.body, parameters(tree))
        facts = _checked(block, interpreter.run(block), rewritings, writable)
        check_premises(block, facts, premises, spellings)
        facts.held, facts.reads = held, read_attributes(tree)
        facts.guards += expanded.guards
        facts.attributes |= expanded.attributes
        relied = dict.fromkeys(sorted(asked), grad_of) | classes
        relied |= {(name,): helper for name, helper in inlined.items() if name not in EQUIVALENTS}
        facts.guards += [GlobalGuard(function, path, FunctionFact(value)) for path, value in relied.items()]
        facts.guards += _guards_of_builtins(function, expanded.builtins - names_of_parts(tree) - local, namespace)
    except Wanted as wanted:
        raise as_spelled(wanted, spellings) from None
    except S2SGradError as error:
        raise error.at(source) from None
    results |= expanded.results
    return Analysed(function, source, tree, original, block, facts, namespace, local, imports, results)


def _namespace_of(function: types.FunctionType, imports: Mapping[str, Import]) -> Namespace:
    """What the function finds, besides the functions that rewritings put into its text."""
    helpers = {} if Namespace(function).where("object_of") else {"object_of": object_of}
    return Namespace(function, {**EQUIVALENTS, **helpers, **{name: found.value for name, found in imports.items()}})


def _checked(block: Block, facts: Facts, rewritings: frozenset[Rewriting], writable: frozenset[str]) -> Facts:
    """The facts, with the aliases, of a function in which nothing is changed that must not be."""
    facts.aliases = find_aliases(block, facts)
    check_complete(block, facts)
    check_copies(block, facts)
    check_writes(block, facts, rewritings, writable)
    want_records(block, facts)
    return facts


def _is_value(namespace: Namespace, path: tuple[str, ...]) -> bool:
    """True where a dotted name of the module's stands for an array or an object, whose attributes are operations."""
    try:
        value = namespace.resolve(path)
    except LookupError:
        return False
    return isinstance(value, (np.ndarray, np.generic, dict)) or is_plain(type(value))


def _is_grad_of(namespace: Namespace, local: Collection[str], asked: set[tuple[str, ...]], manager: Any) -> bool:
    """True for a call of ``grad_of``, by whatever name, which is noted in ``asked``."""
    path = dotted(manager.func) if isinstance(manager, gast.Call) else ()
    ours = bool(path) and path[0] not in local and namespace.found(".".join(path)) is grad_of
    if ours and namespace.where(path[0]) != "import":
        asked.add(path)
    return ours


def _expanded(
    tree: gast.FunctionDef, source: Source, namespace: Namespace, rewritings: frozenset[Rewriting]
) -> Expanded:
    """The body in the few statements that the rest knows, with the calls that were asked for written out."""
    stores = _stores(tree, namespace, rewritings)

    seen: set[str] = set()

    def prepare(body: list[gast.stmt], taken: set[str], inner: bool, rebound: Collection[str]) -> list[gast.stmt]:
        used = frozenset[str]().union(*map(names_of, body))
        seen.update(n for n in used if namespace.where(n) == "builtin")
        body = with_methods(body, rewritings)
        body = sliced(body, {r.place for r in rewritings if r.kind == "reversed"})
        body = named_pops(body, {r.place for r in rewritings if r.kind == "pop"}, taken)
        body = spread(stores(body)[1] if inner else body, rewritings, taken, rebound)
        matched = without_match(body, taken, namespace.found, last=True)
        body = matched if matched == body else spread(paths_apart(matched), rewritings, taken, rebound)
        body = one_by_one(over_keys(body, rewritings, taken), taken, rewritings)
        if any(r.kind == "each" for r in rewritings):
            body = unrolled(body, rewritings, _scope(tree, body, taken, namespace, rebound))
            # What is asked of a round stands in the text only now.
            places = [r for r in rewritings if r.kind == "store"]
            body = stores_in_copies(body, places, namespace.found, numpy_alias(namespace, names_in(tree)))
            body = one_by_one(spread(body, rewritings, taken, rebound), taken, rewritings)
            body = unrolled(body, rewritings, _scope(tree, body, taken, namespace, rebound))

        def lift(body: list[gast.stmt]) -> list[gast.stmt]:
            return draws_apart(lifted(body, taken, namespace, rebound), taken, namespace)

        return _loops(lift(body), tree, taken, namespace, rewritings, lift, rebound)

    expanded = expand(tree, source, namespace, rewritings, prepare)
    return replace(expanded, builtins=seen)


def _guards_of_builtins(
    function: types.FunctionType, names: Collection[str], namespace: Namespace
) -> list[GlobalGuard]:
    """What rewritings took Python's own functions for (``max`` for a branch) must stay so."""
    return [GlobalGuard(function, (name,), FunctionFact(namespace.lookup(name))) for name in sorted(names)]


def _scope(
    tree: gast.FunctionDef, body: list[gast.stmt], taken: set[str], namespace: Namespace, rebound: Collection[str]
) -> Scope:
    """What unrolling must know of the function around a loop."""
    stored = {n.id for t in (tree, *body) for n in nodes_in(t) if isinstance(n, gast.Name) and _binds(n)}
    return Scope(
        taken,
        lambda name: name not in stored and namespace.where(name) == "builtin",
        rebound,
        set().union(*map(changed_names, body)),
        lambda node: is_inert(_alone(node), namespace),
    )


def _binds(name: gast.Name) -> bool:
    return not isinstance(name.ctx, gast.Load)


def _alone(call: Any) -> Any:
    """The call without its operands, which are looked at one by one."""
    new = shallow(call)
    new.args, new.keywords = [], []
    return new


def _stores(
    tree: gast.FunctionDef, namespace: Namespace, rewritings: frozenset[Rewriting]
) -> Callable[[list[gast.stmt]], tuple[list[gast.stmt], list[gast.stmt]]]:
    """Makes stores of the calls that were asked for: what may be printed as it stands, and all."""
    places = {r for r in rewritings if r.kind == "store"}
    names = names_in(tree) if places else []
    return lambda body: stores_of_calls(body, places, namespace.found, numpy_alias(namespace, names))


def _records(
    tree: gast.FunctionDef,
    taken: set[str],
    namespace: Namespace,
    rewritings: frozenset[Rewriting],
    premises: frozenset[Premise],
) -> tuple[list[gast.stmt], dict[tuple[str, ...], Any], dict[str, str], frozenset[Premise]]:
    """The body with the slots of the records that were asked for in variables, the classes relied on, what each of
    these variables stands for, and the premises, those that a record had also told of its variables."""
    body = tree.body
    spellings: dict[str, str] = {}
    aliases: dict[str, str] = {}
    classes: dict[tuple[str, ...], Any] = {}
    asked = {r for r in rewritings if r.kind in ("slots", "items")}
    displays = sorted(r.detail for r in rewritings if r.kind == "display")
    body = as_displays(body, displays, taken)
    body = with_own_targets(body, taken) if asked else body
    # A record in a slot of another comes to have a variable of its own only when that one is taken apart.
    while names := {r.detail for r in asked if r.detail in names_at(body, r.place)}:
        body, asked, spelled = _by_their_names(body, names, asked, taken, parameters(tree))
        spellings.update(spelled)
        aliases.update(spelled)
        names = {r.detail for r in asked if r.detail in names_at(body, r.place)}
        kinds = {r.detail: r.kind for r in sorted(asked, key=lambda r: r.kind)}
        behind = {name: list_behind(body, name, parameters(tree)) for name in names}
        records = {name: record_behind(body, name) for name in names if behind[name] is None}
        for name in sorted(n for n, record in records.items() if record is not None and record.id not in names):
            if slots_of(records[name]) not in rewritings:
                raise Wanted(slots_of(records[name]))
        later = {n for n, record in records.items() if record is not None and record.id in names}
        names = names - later or names
        for name in sorted(n for n in names & records.keys() if kinds[n] == "slots"):
            try:
                body, found, slots = held_in_variables(body, name, taken, namespace, name in parameters(tree), premises)
            except Wanted as wanted:
                raise as_spelled(wanted, aliases) from None
            classes.update(found)
            spellings.update(slots)
            premises = with_slots(premises, name, slots)
        for source in sorted({behind[n] or "" for n in names} - {""}):
            try:
                body, found, slots = held_in_columns(body, source, taken, namespace, spellings)
            except Wanted as wanted:
                raise as_spelled(wanted, aliases) from None
            except Refusal:
                if any(kinds[n] == "slots" for n in names if behind[n] == source):
                    raise
                continue  # what asked for it knows what to say
            classes.update(found)
            spellings.update(slots)
            if any(text == f"{source}[0]" for text in slots.values()):
                aliases.update(slots)
                names = {n for n in names if behind[n] != source}  # each of them is one record now
        asked = {r for r in asked if r.detail not in names}
        body = as_displays(body, displays, taken)
    relied_on = {path: cls for path, cls in classes.items() if namespace.where(path[0]) != "import"}
    return body, relied_on, spellings, premises


def _by_their_names(
    body: list[gast.stmt], names: Collection[str], asked: set[Rewriting], taken: set[str], given: Collection[str]
) -> tuple[list[gast.stmt], set[Rewriting], dict[str, str]]:
    """The body with one name for each record and a variable for each loop over another list, what is asked for in
    these names, and how the user spells them."""
    spelled: dict[str, str] = {}
    for name in sorted(names):
        body, first, others = by_one_name(body, name, given)
        spelled |= others
        asked = {replace(r, detail=first) if r.detail == name else r for r in asked}
        if list_behind(body, first) is None:
            body, apart, others = loops_apart(body, first, taken)
            spelled |= others
            asked |= {replace(r, detail=other) for r in asked if r.detail == first for other in apart}
    return body, asked, spelled


def _rows(
    tree: gast.FunctionDef, taken: set[str], namespace: Namespace, rewritings: frozenset[Rewriting]
) -> list[gast.stmt]:
    """The body with the objects in the lists that were asked for held as tuples."""
    layouts = dict(r.detail for r in rewritings if r.kind == "rows")
    body: list[gast.stmt] = tree.body
    if not layouts:
        return body
    local = local_names(tree)

    def resolve(callee: gast.expr) -> Any:
        path = dotted(callee)
        return namespace.found(".".join(path)) if path and path[0] not in local else None

    try:
        return as_rows(body, layouts, taken, resolve)
    except Refusal as refusal:
        bound = (n for s in body for n in nodes_in(s) if isinstance(n, gast.Name) and n.id in layouts and _binds(n))
        wishes = [slots_of(n, "items") for n in bound]
        raise Wanted(wishes[0], refusal) if wishes else refusal from None


def _loops(
    body: list[gast.stmt],
    tree: gast.FunctionDef,
    taken: set[str],
    namespace: Namespace,
    rewritings: frozenset[Rewriting],
    lift: Callable[[list[gast.stmt]], list[gast.stmt]],
    rebound: Collection[str],
) -> list[gast.stmt]:
    """The body with the comprehensions that were asked for as loops, and Python's ``max`` and ``min`` as branches."""
    places = {r.place: r.kind for r in rewritings if r.kind in ("comprehension", "accumulation")}
    if places:
        trees = [tree, *body]
        free = set[str]().union(*map(free_names, trees))
        occurring = [n for t in trees for n in nodes_in(t) if isinstance(n, gast.Name)]
        bound = {n.id for n in occurring} - free
        stored = {n.id for n in occurring if isinstance(n.ctx, gast.Store)}
        local = stored | {a.id for a in nodes_in(tree.args) if isinstance(a, gast.Name)}
        builtins = {n for n in free if n not in local and namespace.where(n) == "builtin"}
        names = taken - bound
        calm = calm_names(body, namespace) - set(rebound)
        pure = functools.partial(_is_pure, local, namespace, calm)
        body = loops_of_comprehensions(body, places, names, builtins, pure, rebound)
        taken |= names
        body = over_keys(spread(lift(body), rewritings, taken, rebound), rewritings, taken)
        body = unrolled(body, rewritings, _scope(tree, body, taken, namespace, rebound))
    choices = {r.place for r in rewritings if r.kind == "selection"}
    return lift(chosen(body, choices, taken, rebound)) if choices else body


def _is_pure(local: Collection[str], namespace: Namespace, calm: Collection[str], call: gast.Call) -> bool:
    if getattr(call.func, "id", None) in calm or is_pure_call(local, namespace, call):
        return True
    path = dotted(call.func)
    value = namespace.found(".".join(path)) if path and path[0] not in local else None
    if any(value is function for function in EQUIVALENTS.values()):
        return all(_is_calm_function(local, namespace, calm, a) for a in call.args[1:2])
    return isinstance(value, types.FunctionType) and is_calm(value, namespace)


def _is_calm_function(local: Collection[str], namespace: Namespace, calm: Collection[str], tree: Any) -> bool:
    """True for data, and for a function that surely changes nothing when it is called."""
    if isinstance(tree, gast.Constant):
        return not isinstance(tree.value, LocalFunction) or is_calm(tree.value, namespace)
    path = dotted(tree)
    value = namespace.found(".".join(path)) if path and path[0] not in local else None
    known = isinstance(value, np.ufunc) or getattr(value, "__module__", "") in ("math", "_operator", "numpy")
    return known or (bool(path) and path[0] in calm)


def _is_text(statement: gast.stmt) -> bool:
    """A docstring, or any other string that stands alone."""
    return isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Constant)
