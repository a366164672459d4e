"""Change an array in place only where it is proven to be ours: nobody else holds it and nobody reads it later.

Every name is followed to the memory that it may share. ``dx += e`` stays where ``dx`` alone holds fresh memory;
otherwise it becomes ``dx = dx + e``, and a store into ``dx`` gets a copy first.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("dx = dz\\ndx += 3.0 * y\\nreturn dx, dz")
>>> print("".join(unquote(s) for s in keep_owned(body, ["dz", "y"], {"dx"}, set())), end="")
dx = dz
dx = dx + 3.0 * y
return dx, dz
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.printer import Blank, Comment
from s2sgrad.quote import names_in, names_of, nodes_of, quote, statements, with_names
from s2sgrad.tidy.apart import (
    NO_LISTS,
    Lists,
    Pairs,
    copies_list,
    gives_list,
    is_backward,
    is_module,
    joined_lists,
    makes_own,
    sharing,
)

__all__ = ["keep_owned", "live_before"]

Memory = dict[str, frozenset[str]]
Known = dict[Any, tuple[frozenset[str], frozenset[str]]]


def keep_owned(
    body: list[gast.stmt],
    foreign: list[str],
    adjoints: set[str],
    scalars: set[str],
    indices: frozenset[str] = frozenset(),
    lists: Mapping[str, gast.expr] = MappingProxyType({}),
    holders: Lists = NO_LISTS,
    rankless: frozenset[str] = frozenset(),
) -> list[gast.stmt]:
    """``body`` with in-place changes of ``adjoints`` only where they are safe.

    ``foreign`` names hold memory of the caller's; ``scalars`` are names proven to hold no array, ``indices`` those
    proven to hold index arrays, by which a part is read as a copy; ``lists`` are names of adjoint lists, each with the
    expression of a copy of it that shares no array with it; ``holders`` are all names that may hold a list, and
    ``rankless`` those that hold a number or an array without axes.
    """
    owner = _Owner(adjoints, scalars, indices, lists, holders, rankless)
    owner.body = body
    memory: Memory = {name: frozenset([f"the caller's {name}"]) for name in foreign}
    return owner.block(body, memory, frozenset())


class _Owner:
    """Follows memory through the generated text, rewriting as it goes; loops are run until nothing changes."""

    def __init__(
        self,
        adjoints: set[str],
        scalars: set[str],
        indices: frozenset[str],
        lists: Mapping[str, gast.expr],
        holders: Lists,
        rankless: frozenset[str],
    ) -> None:
        self.adjoints, self.scalars, self.indices, self.lists = adjoints, scalars, indices, lists
        self.holders, self.rankless = holders, rankless
        self.sites: dict[int, str] = {}
        self.counter = itertools.count()
        self.known: Known = {}
        self.live: frozenset[str] = frozenset()
        self.unsure: set[str] = set()
        self.body: list[gast.stmt] = []
        self.statement: Any = None

    @functools.cached_property
    def sharing(self) -> dict[int, Pairs]:
        """The pairs of names that may share memory, by statement; what is rewritten here shares less, never more."""
        return sharing(self.body, self.holders)

    def block(self, body: list[gast.stmt], memory: Memory, after: frozenset[str]) -> list[gast.stmt]:
        """Rewrite statements in order; ``after`` are the names that are read behind the block."""
        out: list[gast.stmt] = []
        reads = self._reads_after(body, after)
        for statement, live in zip(body, reads, strict=True):
            self.live, self.statement = live, statement
            for name in _popped(statement) if self.lists else ():
                out += self._own_list(name, memory, live)
            out += self._statement(statement, memory, live)
        return out

    def _reads_after(self, body: list[gast.stmt], after: frozenset[str]) -> list[frozenset[str]]:
        """For each statement the names that may still be read once it has run."""
        found = []
        live = after
        for statement in reversed(body):
            found.append(live)
            live = live_before(statement, live, self.known)
        return found[::-1]

    def _statement(self, statement: Any, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        if isinstance(statement, (Comment, Blank)):
            return [statement]
        if isinstance(statement, gast.Assign):
            return self._assign(statement, memory, live)
        if isinstance(statement, gast.AugAssign):
            return self._augmented(statement, memory, live)
        if isinstance(statement, gast.If):
            return [self._if(statement, memory, live)]
        if isinstance(statement, (gast.For, gast.While)):
            return [*self._owned_above(statement, memory, live), self._loop(statement, memory, live)]
        if isinstance(statement, (gast.With, gast.Try)):
            return [self._around(statement, memory, live)]
        if isinstance(statement, gast.Expr):
            return self._effect(statement, memory, live)
        if isinstance(statement, gast.Return) and statement.value is not None:
            return [self._return(statement, memory)]
        return [statement]

    # ---- branches and loops ----

    def _if(self, statement: gast.If, memory: Memory, live: frozenset[str]) -> gast.stmt:
        new, other, before = _shallow(statement), dict(memory), memory.keys() | frozenset()
        new.body = self.block(statement.body, memory, live)
        new.orelse = self.block(statement.orelse, other, live)
        self.unsure |= (memory.keys() ^ other.keys()) - before
        _merge(memory, other)
        return new

    def _owned_above(self, loop: Any, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        """Copies of borrowed adjoints for all rounds of a loop that writes into them, or into what they borrow."""
        nodes = [n for s in loop.body for n in nodes_of(s)]
        bound = {n.id for n in nodes if n.__class__ is gast.Name and isinstance(n.ctx, gast.Store)}
        stores = [n for n in nodes if isinstance(n, gast.Subscript) and isinstance(n.ctx, gast.Store)]
        stored = {getattr(n.value, "id", "") for n in stores}
        written = stored & self.adjoints
        if self.lists:
            written |= {name for n in nodes if isinstance(n, gast.stmt) for name in _popped(n)} & self.lists.keys()
        around = live | live_before(loop, live, self.known)
        lines: list[gast.stmt] = []
        for name in sorted(written - bound - self.scalars):
            if not self._is_ours(name, memory, around & (self.lists.keys() if name in self.lists else around)):
                memory[name] = frozenset([f"{self._site(loop)} {name}"])
                lines += self._copied(name)
        for name in sorted(stored - self.adjoints):
            lines += self._kept_apart(name, loop, memory, around - bound)
        return lines

    def _loop(self, statement: Any, memory: Memory, live: frozenset[str]) -> gast.stmt:
        around = live | live_before(statement, live, self.known)
        known = frozenset().union(*memory.values())
        if isinstance(statement, gast.For):
            memory.update(dict.fromkeys(names_in(statement.target), self._tokens(statement.iter, memory)))
        while True:
            inside = dict(memory)
            new = _shallow(statement)
            new.body = self.block(statement.body, inside, around)
            before = dict(memory)
            _merge(memory, _of_earlier_iterations(inside, known))
            if memory == before:
                return new

    def _around(self, statement: Any, memory: Memory, live: frozenset[str]) -> gast.stmt:
        """A ``with`` or ``try``: its blocks run in order, and a handler may run at any point of the first."""
        new = _shallow(statement)
        for item in getattr(statement, "items", []):
            if item.optional_vars is not None:
                memory.update(dict.fromkeys(names_in(item.optional_vars), frozenset(["someone's"])))
        handlers = getattr(statement, "handlers", [])
        before, caught = dict(memory), live.union(n for h in handlers for n in names_in(h))
        new.body = self.block(statement.body, memory, caught)
        if handlers:
            new.handlers = [_shallow(handler) for handler in handlers]
        for handler in getattr(new, "handlers", []):
            other = dict(before)
            _merge(other, memory)
            handler.body = self.block(handler.body, other, caught)
            _merge(memory, other)
        for key in ("orelse", "finalbody"):
            setattr(new, key, self.block(getattr(statement, key, []), memory, live))
        return new

    # ---- assignments ----

    def _assign(self, statement: gast.Assign, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        target = statement.targets[0]
        if isinstance(target, gast.Subscript):
            lines = self._made_own(target, memory, live)
            self._hold(_root(target), [statement.value], memory)
            return [*lines, statement]
        if isinstance(target, gast.Attribute):
            # An object of the user's holds it from now on.
            own = self._tokens(statement.value, memory)
            memory.update({n: held | {"someone's"} for n, held in memory.items() if held & own})
            return [statement]
        both = isinstance(target, gast.Tuple) and isinstance(statement.value, gast.Tuple)
        if both and not any(isinstance(e, gast.Starred) for e in target.elts):
            tokens = [self._tokens(e, memory) for e in statement.value.elts]
            for t, own in zip(target.elts, tokens, strict=True):
                memory.update(dict.fromkeys(names_in(t), own))
            return [statement]
        if isinstance(target, gast.Tuple) and is_backward(statement.value):
            # A backward function returns arrays that share nothing with what it was given, nor with each other.
            memory.update({n: frozenset([f"{self._site(statement)} {n}"]) for n in names_in(target)})
            return [statement]
        own = self._tokens(statement.value, memory)
        for t in statement.targets:
            memory.update({n: frozenset() if n in self.scalars else own for n in names_of(t)})
        return [statement]

    def _augmented(self, statement: gast.AugAssign, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        target = statement.target
        if isinstance(target, gast.Subscript):
            return [*self._made_own(target, memory, live), statement]
        name = getattr(target, "id", "")
        if name not in self.adjoints:
            # Of what the user's name holds nothing is known here: a number becomes an array, a list holds more.
            value = getattr(statement.value, "id", "")
            number = value in self.adjoints and value not in self.lists
            more = frozenset() if number else self._tokens(statement.value, memory)
            memory[name] = memory.get(name, frozenset()) | more | {self._site(statement)}
            return [statement]
        if name in self.scalars or self._is_ours(name, memory, live):
            return [statement]
        new = statements(f"{name} = {name} + {{e}}", e=statement.value)
        new[0].value.op = statement.op
        memory[name] = frozenset([self._site(statement)])
        return new

    def _made_own(self, target: Any, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        name = _root(target)
        if name not in self.adjoints:
            return self._kept_apart(name, target, memory, live)
        if self._is_ours(name, memory, live):
            return []
        memory[name] = frozenset([self._site(target)])
        return self._copied(name)

    def _own_list(self, name: str, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        """Taking an item off changes the list, not the arrays in it: no other list may be this one."""
        if name not in self.lists or self._is_ours(name, memory, live & self.lists.keys()):
            return []
        memory[name] = frozenset([f"{self._site(self.lists[name])} {name}"])
        return self._copied(name)

    def _copied(self, name: str) -> list[gast.stmt]:
        return statements(f"{name} = {{c}}", c=self._copy(name))

    def _copy(self, name: str) -> gast.expr:
        return self.lists.get(name, quote(f"+{name}" if name in self.rankless else f"{name}.copy()"))

    def _kept_apart(self, name: str, target: Any, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        """Copies of adjoints that borrowed the user's array ``name``, before a value is put back into it."""
        lines: list[gast.stmt] = []
        own = memory.get(name, frozenset())
        for other in sorted(live & self.adjoints - self.scalars - {name}):
            if own & memory.get(other, frozenset()):
                if other in self.unsure:
                    reason = f"`{name}` is changed here, and may be a part of what a branch put together"
                    raise Refusal(reason, f"give the branch a copy: `{name} = {name}.copy()`", None)
                memory[other] = frozenset([f"{self._site(target)} {other}"])
                lines += self._copied(other)
        return lines

    def _effect(self, statement: gast.Expr, memory: Memory, live: frozenset[str]) -> list[gast.stmt]:
        call = statement.value
        if not isinstance(call, gast.Call) or not isinstance(call.func, gast.Attribute):
            return [statement]
        self._hold(_root(call.func.value), call.args, memory, sure=call.func.attr == "append")
        if call.func.attr == "at" and call.args:
            return [*self._made_own(call.args[0], memory, live), statement]
        return [statement]

    def _hold(self, name: str, values: list[Any], memory: Memory, sure: bool = False) -> None:
        """Note that a list may hold these values from now on; ``sure``: that it is a list."""
        if sure or name in self.holders:
            memory[name] = memory.get(name, frozenset()).union(*(self._tokens(v, memory) for v in values))

    def _is_ours(self, name: str, memory: Memory, live: frozenset[str]) -> bool:
        own = memory.get(name, frozenset())
        if any(token.startswith("the caller's") for token in own) or "someone's" in own:
            return False
        others = [n for n in live if n in memory and not own.isdisjoint(memory[n]) and n != name]
        pairs = self.sharing.get(id(self.statement)) if others else None
        return not others or (pairs is not None and not any(frozenset((name, other)) in pairs for other in others))

    # ---- results ----

    def _return(self, statement: gast.Return, memory: Memory) -> gast.stmt:
        seen: set[str] = set()
        new = _shallow(statement)
        new.value = self._returned(statement.value, memory, seen)
        return new

    def _returned(self, tree: Any, memory: Memory, seen: set[str]) -> Any:
        if isinstance(tree, (gast.Tuple, gast.List)):
            new = _shallow(tree)
            new.elts = [self._returned(e, memory, seen) for e in tree.elts]
            return new
        if isinstance(tree, gast.Dict):
            new = _shallow(tree)
            new.values = [self._returned(v, memory, seen) for v in tree.values]
            return new
        if isinstance(tree, gast.Call):
            new = _shallow(tree)
            new.args = [self._returned(a, memory, seen) for a in tree.args]
            new.keywords = [_with_value(k, self._returned(k.value, memory, seen)) for k in tree.keywords]
            return new
        if isinstance(tree, gast.ListComp):  # the items of an adjoint list, each as its argument has it
            return _of_items(tree, self._returned(tree.generators[0].iter, memory, seen))
        if not isinstance(tree, gast.Name) or tree.id not in self.adjoints or tree.id in self.scalars:
            return tree
        own = memory.get(tree.id, frozenset())
        clash = own & seen or any(token.startswith("the caller's") or token == "someone's" for token in own)
        seen |= own
        return self._copy(tree.id) if clash else tree

    # ---- expressions ----

    def _site(self, node: Any) -> str:
        return self.sites.setdefault(id(node), f"memory {next(self.counter)}")

    def _tokens(self, tree: Any, memory: Memory) -> frozenset[str]:
        """The memory that the value of an expression may share."""
        if isinstance(tree, gast.Name):
            return frozenset() if tree.id in self.scalars else memory.get(tree.id, frozenset(["someone's"]))
        if isinstance(tree, gast.Constant):
            return frozenset()
        if isinstance(tree, gast.BinOp) and gives_list(tree, self.holders):
            joined = (self._tokens(e, memory) for e in joined_lists(tree, self.holders))
            return frozenset([self._site(tree)]).union(*joined)
        if isinstance(tree, (gast.BinOp, gast.UnaryOp, gast.Compare)):
            return frozenset([self._site(tree)])
        if isinstance(tree, gast.IfExp):
            return self._tokens(tree.body, memory) | self._tokens(tree.orelse, memory)
        if isinstance(tree, (gast.Tuple, gast.List)):
            return frozenset([self._site(tree)]).union(*(self._tokens(e, memory) for e in tree.elts))
        if isinstance(tree, gast.ListComp):
            return self._comprehension(tree, memory)
        if isinstance(tree, gast.Attribute) and tree.attr in ("shape", "size", "ndim", "dtype"):
            return frozenset()
        if isinstance(tree, gast.Subscript) and self._gathers(tree.slice):
            return frozenset([self._site(tree)])
        if isinstance(tree, (gast.Subscript, gast.Attribute, gast.Starred)):
            return self._tokens(tree.value, memory)
        if isinstance(tree, gast.Call):
            return self._call(tree, memory)
        return frozenset(["someone's"])

    def _comprehension(self, tree: gast.ListComp, memory: Memory) -> frozenset[str]:
        inside = dict(memory)
        for generator in tree.generators:
            inside.update(dict.fromkeys(names_in(generator.target), self._tokens(generator.iter, inside)))
        return self._tokens(tree.elt, inside) | {self._site(tree)}

    def _gathers(self, index: gast.expr) -> bool:
        """True for an index of which an entry is an array or a list."""
        entries = index.elts if isinstance(index, gast.Tuple) else [index]
        return any(isinstance(e, gast.List) or (isinstance(e, gast.Name) and e.id in self.indices) for e in entries)

    def _call(self, tree: gast.Call, memory: Memory) -> frozenset[str]:
        own = frozenset([self._site(tree)])
        operands = [*tree.args, *(k.value for k in tree.keywords)]
        if isinstance(tree.func, gast.Attribute):
            operands.append(tree.func.value)
            if tree.func.attr == "pop":
                # The items of an adjoint list are arrays apart; one that was taken off is in the list no more.
                apart = getattr(tree.func.value, "id", "") in self.lists
                apart = apart and self._is_ours(tree.func.value.id, memory, self.live)
                return own if apart else self._tokens(tree.func.value, memory)
            if makes_own(tree) and not copies_list(tree, self.holders):
                return own
            if tree.func.attr in ("broadcast_to", "diag", "diagonal"):
                # Views that are read-only; what they show changes with what they are views of.
                shown = (self._tokens(o, memory) for o in operands if not is_module(o))
                return frozenset(["someone's"]).union(*shown)
        if is_backward(tree):
            return own
        return own.union(*(self._tokens(o, memory) for o in operands if not is_module(o)))


def _of_items(tree: gast.ListComp, items: Any) -> gast.expr:
    """A comprehension over these ``items``; ``[tuple(item) for item in [[a, b] for item in xs]]`` in one."""
    new, (generator,) = _shallow(tree), map(_shallow, tree.generators)
    generator.iter, new.generators = items, [generator]
    inner = items.elt if isinstance(items, gast.ListComp) else None
    if isinstance(inner, gast.List) and getattr(getattr(tree.elt, "func", None), "id", "") == "tuple":
        new.elt, new.generators = quote("()"), items.generators
        new.elt.elts = inner.elts
    return new


def _root(tree: Any) -> str:
    """The variable below items, attributes and calls."""
    while isinstance(tree, (gast.Subscript, gast.Attribute, gast.Call)):
        tree = tree.func if isinstance(tree, gast.Call) else tree.value
    return str(getattr(tree, "id", ""))


def _with_value(keyword: Any, value: Any) -> Any:
    new = _shallow(keyword)
    new.value = value
    return new


def _popped(statement: Any) -> list[str]:
    """The lists from which a simple statement takes an item off."""
    if isinstance(statement, (gast.If, gast.For)):
        return []
    return [
        n.func.value.id
        for n in nodes_of(statement)
        if isinstance(n, gast.Call)
        and isinstance(n.func, gast.Attribute)
        and n.func.attr == "pop"
        and isinstance(n.func.value, gast.Name)
    ]


def live_before(statement: Any, live: frozenset[str], known: Known | None = None) -> frozenset[str]:
    """The names that may be read from ``statement`` on, from those that may be read behind it.

    ``known`` remembers what was found of statements, which must not change meanwhile.
    """
    bound, read = _bound_and_read(statement, {} if known is None else known)
    return with_names(live if bound.isdisjoint(live) else live - bound, read)


def _bound_and_read(statement: Any, known: Known) -> tuple[frozenset[str], frozenset[str]]:
    """The names that ``statement`` surely binds, and those that it may read as they were before it."""
    found = known.get(statement)
    if found is None:
        found = known[statement] = _found_bound_and_read(statement, known)
    return found


def _found_bound_and_read(statement: Any, known: Known) -> tuple[frozenset[str], frozenset[str]]:
    if isinstance(statement, (Comment, Blank)):
        return frozenset(), frozenset()
    if isinstance(statement, gast.Assign) and all(isinstance(t, (gast.Name, gast.Tuple)) for t in statement.targets):
        first, *more = statement.targets
        bound = names_of(first).union(*map(names_of, more)) if more else names_of(first)
        return bound, names_of(statement.value)
    if isinstance(statement, gast.For):
        _, inside = _block_bound_and_read(statement.body, known)
        return frozenset(), (inside - names_of(statement.target)) | names_of(statement.iter)
    if isinstance(statement, gast.With):
        bound, inside = _block_bound_and_read(statement.body, known)
        targets = {n for i in statement.items if i.optional_vars is not None for n in names_in(i.optional_vars)}
        return bound, (inside - targets) | {n for i in statement.items for n in names_in(i.context_expr)}
    if isinstance(statement, gast.While):
        _, inside = _block_bound_and_read(statement.body, known)
        return frozenset(), inside | names_of(statement.test)
    if isinstance(statement, gast.If):
        then, other = (_block_bound_and_read(side, known) for side in (statement.body, statement.orelse))
        return then[0] & other[0], then[1] | other[1] | names_of(statement.test)
    return frozenset(), names_of(statement)


def _block_bound_and_read(body: list[gast.stmt], known: Known) -> tuple[frozenset[str], frozenset[str]]:
    bound: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    for statement in reversed(body):
        own_bound, own_read = _bound_and_read(statement, known)
        bound, read = bound | own_bound, (read - own_bound) | own_read
    return bound, read


def _of_earlier_iterations(memory: Memory, known: frozenset[str]) -> Memory:
    """What a loop body allocated, marked: the next iteration allocates other memory at the same place."""

    def marked(token: str) -> str:
        return token if token in known or token.endswith("'") else token + "'"

    return {n: tokens if tokens <= known else frozenset(map(marked, tokens)) for n, tokens in memory.items()}


def _merge(memory: Memory, other: Memory) -> None:
    for name, tokens in other.items():
        known = memory.get(name)
        if known is not tokens:
            memory[name] = tokens if known is None else known | tokens


def _shallow(node: Any) -> Any:
    new = node.__class__.__new__(node.__class__)
    new.__dict__.update(node.__dict__)
    return new
