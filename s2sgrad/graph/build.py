"""From the analysis of a function to its forward graph: a node for each value and for each operation on floats.

Integers, flags and text are no nodes: they stand in the name of the operation that they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import gast

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.analysis.facts import Fact, is_active_kind
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Enter,
    For,
    Guarded,
    If,
    NameTarget,
    Return,
    Statement,
    StoreTarget,
    While,
    assigned_names,
    every_statement,
    targets_of,
)
from s2sgrad.analysis.iterated import item_path, source_of
from s2sgrad.graph.drawing import Drawing
from s2sgrad.graph.labels import bare, short_text
from s2sgrad.graph.model import Edge
from s2sgrad.graph.operations import Environment, Operations
from s2sgrad.normalize.attempts import is_attempt
from s2sgrad.quote import names_in

__all__ = ["drawn"]


def drawn(root: Analysed) -> Drawing:
    """The forward graph of a function."""
    drawing = Drawing()
    walk = _Walk(drawing, root, {}, "", ())
    for name, fact in root.facts.entry.items():
        if is_active_kind(fact):
            walk.env[name] = drawing.variable(name, fact, root.source.tree.lineno, "")
    walk.block(root.block)
    for result in walk.items or [walk.result("result")]:
        if result is not None:
            drawing.nodes[result] = replace(drawing.nodes[result], result=True)
    return drawing


def _changed_names(statement: Statement) -> list[str]:
    """The names that a statement may bind, and those of the arrays and lists that it stores into."""
    inside = [s for s in every_statement(Block([statement])) if isinstance(s, Assign)]
    stored = [t.name for s in inside for t in s.targets if isinstance(t, StoreTarget)]
    return list(dict.fromkeys([*assigned_names(statement), *stored]))


class _Walk(Operations):
    """One pass over the statements of one function, in program order."""

    # ---- statements ----

    def block(self, block: Block) -> None:
        """Draw statements in order, up to one behind which nothing runs."""
        for statement in block:
            if statement not in self.facts.before or self.ended:
                continue
            self.line = getattr(statement.node, "lineno", self.line)
            getattr(self, "_" + type(statement).__name__, self._nothing)(statement)

    def _nothing(self, statement: Statement) -> None:
        """``print``, ``assert``, ``break``: no value comes of it."""

    def _Assign(self, statement: Assign) -> None:
        if isinstance(statement.node, gast.For):
            return  # the loop has bound its targets
        values = [self._stored(t) if isinstance(t, StoreTarget) else self.value(t.value) for t in statement.targets]
        for target, node in zip(statement.targets, values, strict=True):
            self.bind(target.name, node)
        if self.facts.writes.get(statement):
            self._changed(statement)

    def _changed(self, statement: Assign) -> None:
        """Other names for memory that a statement writes hold something new, too."""
        own = {target.name for target in statement.targets}
        new = next((node for name in own if (node := self.env.get(name)) is not None), None)
        for name, node in list(self.env.items()):
            shared = name not in own and name in self.facts.after[statement].facts and node not in (None, new)
            if shared and new is not None and node is not None and self.facts.shares(statement, name):
                made = self.drawing.operation("same memory", [(node, ""), (new, "")], self.line, self.cluster)
                self.bind(name, self._result(made, self.facts.after[statement].facts[name]))

    def bind(self, name: str, node: str | None) -> None:
        """A variable holds a node from here on, which is called by the first name that it gets."""
        self.env[name] = node
        if node is not None and node in self.fresh and self.drawing.nodes[node].temporary:
            self.drawing.name(node, name)
        self.fresh.discard(node or "")

    def _stored(self, target: StoreTarget) -> str | None:
        base, value = self.value(target.base), self.value(target.value)
        root = self.env.get(target.name)
        if root is None and value is None:
            return None
        label = f"[{bare(short_text(target.index.node))}] =" if hasattr(target.index.node, "lineno") else "[...] ="
        operands = [(n, p) for n, p in ((root or base, "1"), (value, "2")) if n is not None]
        made = self.drawing.operation(label, operands, self.line, self.cluster)
        return self._result(made, self.facts.of.get(target.root))

    def _Return(self, statement: Return) -> None:
        if statement.value.form == "tuple" and not self.around and not self.cluster:
            self.items = [self.value(item) for item in statement.value.args]
        else:
            self.returned.append(self.value(statement.value))
        self.ended = True

    def _Enter(self, statement: Enter) -> None:
        for target in statement.targets:
            self.env[target.name] = None

    def _Guarded(self, statement: Guarded) -> None:
        for name in statement.names:
            self.env[name] = None

    def _If(self, statement: If) -> None:
        only = self.facts.only_side(statement)
        if only is not None:
            self.block(only)
            return
        line, outer, before = self.line, self.cluster, dict(self.env)
        asked = statement.node.test
        text = short_text(asked) if not is_attempt(asked) else "no exception"
        test = self.drawing.test(text, self._read(asked), line, outer)
        sides = []
        labels = ("try", "except") if is_attempt(asked) else (f"if {text}", "else")
        for label, block in zip(labels, (statement.body, statement.orelse), strict=True):
            self.env, self.ended = dict(before), False
            if block.statements:
                self.cluster = self.drawing.cluster("branch", label, outer, line)
                self.block(block)
            sides.append((self.env, self.ended))
        self.cluster, self.line = outer, line
        self._joined(statement, sides, before, test)

    def _joined(self, statement: If, sides: list[tuple[Environment, bool]], before: Environment, test: str) -> None:
        """Go on behind a branch: what the sides leave apart comes together in one node."""
        live = [env for env, ended in sides if not ended]
        self.ended = not live
        self.env = dict(live[0]) if live else before
        self.deciding += [test] if len(live) < 2 else []
        for name in dict.fromkeys(n for env in live for n in env) if len(live) == 2 else ():
            held = [env.get(name) for env in live]
            if held[0] != held[1]:
                fact = self.facts.after[statement].facts.get(name)
                self.env[name] = self.merged([h for h in held if h is not None], name, fact, [test])

    def merged(self, held: list[str], name: str, fact: Fact | None, tests: Sequence[str] = ()) -> str | None:
        """One node for what may be any of several, as the tests decide."""
        distinct = list(dict.fromkeys(held))
        if len(distinct) < 2:
            return distinct[0] if distinct else None
        made = self.drawing.variable(name, fact, self.line, self.cluster)
        self.drawing.edges += [Edge(tail, made) for tail in distinct]
        self.drawing.edges += [Edge(test, made, "test") for test in tests]
        return made

    def result(self, name: str) -> str | None:
        """The node of what the function returns."""
        return self.merged([n for n in self.returned if n], name, self.facts.result, self.deciding)

    # ---- loops ----

    def _For(self, statement: For) -> None:
        text = f"for {short_text(statement.node.target).strip('()')} in {short_text(statement.node.iter)}"
        sources = {t.name: self._source(statement, t) for t in targets_of(statement)}
        heads = self._entered(statement, text)
        for target in targets_of(statement):
            self.env[target.name] = self._item(target, sources[target.name])
        self._repeated(statement, heads)

    def _While(self, statement: While) -> None:
        text = short_text(statement.node.test)
        heads = self._entered(statement, f"while {text}")
        self.drawing.test(text, self._read(statement.node.test), self.line, self.cluster)
        self._repeated(statement, heads)

    def _entered(self, statement: For | While, label: str) -> dict[str, str]:
        """Go into a loop: each variable that an iteration hands on to the next has a node at its head."""
        self.cluster = self.drawing.cluster("loop", label, self.cluster, self.line)
        own = {t.name for t in targets_of(statement)} if isinstance(statement, For) else set()
        first = next((s for s in statement.body if s in self.facts.before), None)
        heads = {}
        for name in _changed_names(statement):
            before = self.facts.before[first].facts.get(name) if first is not None else None
            if name in own or before is None or not is_active_kind(before) or name not in self.env:
                continue
            heads[name] = self.drawing.variable(name, before, self.line, self.cluster)
            start = self.env[name]
            self.drawing.edges += [Edge(start, heads[name])] if start is not None else []
            self.env[name] = heads[name]
        return heads

    def _repeated(self, statement: For | While, heads: dict[str, str]) -> None:
        inside = self.cluster
        parent = next(c.parent for c in self.drawing.clusters if c.id == inside)
        self.block(statement.body)
        self.cluster = parent
        for name, head in heads.items():
            last = self.env.get(name)
            if last is not None and last != head:
                self.drawing.edges.append(Edge(last, head, "next"))
        for head in heads.values():
            if head not in self.env.values() and not any(e.tail == head for e in self.drawing.edges):
                self.drawing.without(head)  # no iteration reads what the one before it left

    def _source(self, statement: For, target: NameTarget) -> str | None:
        """The node of the sequence that a target of the loop takes its values from."""
        path = item_path(target.value, statement.item)
        source = source_of(statement.iterable, path, self.facts) if path is not None else None
        if source is None or not is_active_kind(self.facts.of.get(target.value, self.facts.of[statement.item])):
            return None
        return self.value(source)

    def _item(self, target: NameTarget, source: str | None) -> str | None:
        if source is None:
            return None
        made = self.drawing.variable(target.name, self.facts.of.get(target.value), self.line, self.cluster)
        self.drawing.edges.append(Edge(source, made, "value", "each"))
        return made

    def _read(self, tree: gast.expr) -> list[str]:
        """The nodes of the variables that a test reads."""
        found = (self.env.get(n) for n in dict.fromkeys(names_in(tree)))
        return [n for n in found if n is not None]
