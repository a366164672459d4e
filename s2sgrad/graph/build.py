"""From the analysis of a function to its forward graph: a node for each value and for each operation on floats.

Integers, flags and text are no nodes: they stand in the name of the operation that they belong to.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gast

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.analysis.facts import Fact, Num, is_active_kind
from s2sgrad.analysis.ir import (
    Assign,
    Block,
    Enter,
    For,
    Guarded,
    If,
    NameTarget,
    Op,
    Return,
    Statement,
    StoreTarget,
    While,
    assigned_names,
    targets_of,
)
from s2sgrad.analysis.iterated import item_path, source_of
from s2sgrad.graph.labels import ORDERED, Shapes, operation_label, short_text
from s2sgrad.graph.model import Cluster, Edge, Node
from s2sgrad.quote import names_in
from s2sgrad.rules.registry import NONDIFFERENTIABLE

__all__ = ["Drawing"]

DEEPEST = 3
"""Helpers inside helpers that are drawn; what is called deeper is one operation."""

Environment = dict[str, str | None]


@dataclass
class Drawing:
    """The graph while it grows: nodes, edges and clusters in the order of the program."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    constant: set[str] = field(default_factory=set)
    functions: dict[str, Any] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)
    temporaries: int = 0

    def variable(self, label: str, fact: Fact | None, line: int, cluster: str) -> str:
        """A new value; without a label it is a temporary."""
        if label:
            return self._add(Node("", "variable", label, self.shapes.of(fact), line, cluster))
        self.temporaries += 1
        label = f"u{self.temporaries}"
        return self._add(Node("", "variable", label, self.shapes.of(fact), line, cluster, temporary=True))

    def operation(self, label: str, operands: list[tuple[str, str]], line: int, cluster: str) -> str:
        """A new operation on ``(node, place)``."""
        made = self._add(Node("", "operation", label, "", line, cluster))
        self.edges += [Edge(tail, made, "value", place) for tail, place in operands]
        return made

    def test(self, label: str, operands: list[str], line: int, cluster: str) -> str:
        """A new test."""
        made = self._add(Node("", "test", label, "", line, cluster))
        self.edges += [Edge(tail, made, "test") for tail in operands]
        return made

    def cluster(self, kind: str, label: str, parent: str, line: int) -> str:
        """A new cluster."""
        self.clusters.append(Cluster(f"c{len(self.clusters) + 1}", kind, label, parent, line))
        return self.clusters[-1].id

    def partner(self, node: str, label: str) -> str:
        """The adjoint of a value."""
        own = self.nodes[node]
        return self._add(replace(own, kind="adjoint", label=label, result=False, temporary=False, of=node))

    def name(self, node: str, label: str) -> None:
        """Give a temporary the name of the variable that holds it."""
        self.nodes[node] = replace(self.nodes[node], label=label, temporary=False)

    def _add(self, node: Node) -> str:
        made = replace(node, id=f"n{len(self.nodes) + 1}")
        self.nodes[made.id] = made
        return made.id

    def forward(self, root: Analysed) -> dict[str, str]:
        """Draw a function; returns the nodes of its arguments by their names."""
        walk = _Walk(self, root, {}, "", ())
        found = {}
        for name, fact in root.facts.entry.items():
            if is_active_kind(fact):
                found[name] = walk.env[name] = self.variable(name, fact, root.source.tree.lineno, "")
        walk.block(root.block)
        for result in walk.items or [walk.result("result")]:
            if result is not None:
                self.nodes[result] = replace(self.nodes[result], result=True)
        return found


class _Walk:
    """One pass over one function in program order; ``env`` says which node each variable holds."""

    def __init__(
        self, drawing: Drawing, root: Analysed, env: Environment, cluster: str, around: tuple[Any, ...]
    ) -> None:
        self.drawing, self.root, self.facts = drawing, root, root.facts
        self.env, self.cluster, self.around = env, cluster, around
        self.returned: list[str | None] = []
        self.made: dict[Op, str | None] = {}
        self.parts: dict[tuple[str, str], str] = {}
        self.line = root.source.tree.lineno
        self.ended = False
        self.deciding: list[str] = []
        self.items: list[str | None] = []
        self.fresh: set[str] = set()

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
        label = f"[{short_text(target.index.node)}] =" if hasattr(target.index.node, "lineno") else "[...] ="
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
        decided = self.facts.decided.get(statement)
        if decided is not None:
            self.block(statement.body if decided else statement.orelse)
            return
        line, outer, before = self.line, self.cluster, dict(self.env)
        text = short_text(statement.node.test)
        test = self.drawing.test(text, self._read(statement.node.test), line, outer)
        sides = []
        for label, block in ((f"if {text}", statement.body), ("else", statement.orelse)):
            self.env, self.ended = dict(before), False
            if block.statements:
                self.cluster = self.drawing.cluster("branch", label, outer, line)
                self.block(block)
            sides.append((self.env, self.ended))
        self.cluster, self.line = outer, line
        self._joined(sides, before, test, assigned_names(statement))

    def _joined(self, sides: list[tuple[Environment, bool]], before: Environment, test: str, names: list[str]) -> None:
        """Go on behind a branch: what the sides leave apart comes together in one node."""
        live = [env for env, ended in sides if not ended]
        self.ended = not live
        self.env = dict(live[0]) if live else before
        self.deciding += [test] if len(live) < 2 else []
        for name in names if len(live) == 2 else ():
            held = [env.get(name) for env in live]
            if held[0] != held[1]:
                self.env[name] = self.merged([h for h in held if h is not None], name, self._fact_now(name), [test])

    def _fact_now(self, name: str) -> Fact | None:
        found = (env.facts.get(name) for env in reversed(list(self.facts.after.values())))
        return next((f for f in found if f is not None), None)

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
        self.outer = self.cluster
        self.cluster = self.drawing.cluster("loop", label, self.cluster, self.line)
        own = {t.name for t in targets_of(statement)} if isinstance(statement, For) else set()
        first = next((s for s in statement.body if s in self.facts.before), None)
        heads = {}
        for name in assigned_names(statement):
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

    # ---- operations ----

    def value(self, op: Op) -> str | None:
        """The node of a value; None for what is no node."""
        if op not in self.made:
            self.made[op] = self._made(op)
        return self.made[op]

    def _made(self, op: Op) -> str | None:
        if op.form == "read":
            return self.env.get(str(op.payload))
        fact = self.facts.of.get(op)
        if fact is None or not is_active_kind(fact) or op.form in ("const", "slice"):
            return None
        if op.form == "global":
            return self._global(op, fact)
        return self._part(op, fact) or self._operation(op, fact)

    def _global(self, op: Op, fact: Fact) -> str | None:
        """An array or a structure of the module's is a value of its own; a number is a word in a name."""
        if isinstance(fact, Num) and fact.shape == ():
            return None
        path = ".".join(map(str, op.payload))
        if path not in self.env:
            self.env[path] = self.drawing.variable(path, fact, self.line, "")
        return self.env[path]

    def _part(self, op: Op, fact: Fact) -> str | None:
        """A part with a name, ``params["W"]`` or ``self.w``: a value beside the whole that it is taken from."""
        bound = self.facts.calls.get(op)
        attribute = op.form == "attribute" and not isinstance(self.facts.of.get(op.args[0]), Num)
        key = bound is not None and len(bound.args) == 2 and bound.args[1].form == "const"
        if not attribute and not (key and isinstance(bound.args[1].payload, str)):  # type: ignore[union-attr]
            return None
        whole = self.value(op.args[0])
        if whole is None:
            return None
        label = short_text(op.node)
        if (whole, label) not in self.parts:
            self.parts[whole, label] = self.drawing.variable(label, fact, self.line, self.drawing.nodes[whole].cluster)
            self.drawing.edges.append(Edge(whole, self.parts[whole, label], "value", "part"))
        return self.parts[whole, label]

    def _operation(self, op: Op, fact: Fact) -> str | None:
        bound = self.facts.calls.get(op)
        args, keywords = (bound.args, bound.keywords) if bound is not None else (op.args, op.keywords)
        callee = self.facts.callees.get(op)
        if isinstance(callee, Analysed) and self._is_drawn(callee) and not _is_spread(args):
            return self._helper(callee, args, keywords)
        operands = [self.value(a) for a in args]
        named = [(k, self.value(a)) for k, a in keywords]
        label = self._label(op, bound, operands, named)
        places = _places(label, operands)
        found = [(n, p) for n, p in zip(operands, places, strict=True) if n is not None]
        found += [(n, k) for k, n in named if n is not None]
        made = self.drawing.operation(label, found, self.line, self.cluster)
        if bound is not None and _is_constant(bound.function):
            self.drawing.constant.add(made)
        return self._result(made, fact)

    def _result(self, operation: str, fact: Fact | None) -> str:
        made = self.drawing.variable("", fact, self.line, self.cluster)
        self.drawing.edges.append(Edge(operation, made))
        self.fresh.add(made)
        return made

    def _label(self, op: Op, bound: Any, operands: list[str | None], named: list[tuple[str, str | None]]) -> str:
        if bound is None:
            return self._other_label(op)
        texts = [None if node else _text(arg) for node, arg in zip(operands, bound.args, strict=True)]
        told = [(k, None if n else _text(a)) for (k, n), (_, a) in zip(named, bound.keywords, strict=True)]
        return operation_label(bound.function, texts, told)

    def _other_label(self, op: Op) -> str:
        if op.form == "attribute":
            return f".{op.payload}"
        if op.form == "item":
            return f"item {op.payload[0]}"
        if op.form in ("tuple", "list", "dict"):
            return op.form
        return short_text(op.node)

    # ---- helpers ----

    def _is_drawn(self, callee: Analysed) -> bool:
        return len(self.around) < DEEPEST and callee.function not in (self.root.function, *self.around)

    def _helper(self, callee: Analysed, args: Any, keywords: Any) -> str | None:
        """The operations of a helper in a cluster; its parameters are the values that it is given."""
        held = self._arguments(callee.function, args, keywords)
        label = f"{callee.source.name}({', '.join(held)})"
        cluster = self.drawing.cluster("helper", label, self.cluster, callee.source.tree.lineno)
        around = (*self.around, self.root.function)
        self.drawing.functions[cluster] = callee.function
        walk = _Walk(self.drawing, callee, held, cluster, around)
        walk.block(callee.block)
        result = walk.result(callee.source.name)
        return self._taken_out(result, cluster, callee.facts.result, walk.fresh)

    def _taken_out(self, result: str | None, cluster: str, fact: Fact, fresh: set[str]) -> str | None:
        """What a helper returns belongs to the caller, who gives it its name."""
        nodes = self.drawing.nodes
        inner = {c.id for c in self.drawing.clusters if int(c.id[1:]) >= int(cluster[1:])}
        if result is None or nodes[result].cluster not in inner:
            return result
        if nodes[result].cluster == cluster:
            nodes[result] = replace(nodes[result], cluster=self.cluster)
            self.fresh |= fresh & {result}
            return result
        made = self.drawing.variable("", fact, self.line, self.cluster)
        self.drawing.edges.append(Edge(result, made))
        self.fresh.add(made)
        return made

    def _arguments(self, function: Any, args: Any, keywords: Any) -> Environment:
        bound = inspect.signature(function).bind(*args, **dict(keywords)).arguments
        return {name: self.value(op) for name, op in bound.items() if isinstance(op, Op)}

    def _read(self, tree: gast.expr) -> list[str]:
        """The nodes of the variables that a test reads."""
        found = (self.env.get(n) for n in dict.fromkeys(names_in(tree)))
        return [n for n in found if n is not None]


def _places(label: str, operands: list[str | None]) -> list[str]:
    """Where each operand stands, in operations whose operands may not be exchanged."""
    several = sum(n is not None for n in operands) > 1
    shown = several and (label in ORDERED or label.startswith(("where", "[")))
    return [str(i + 1) if shown else "" for i in range(len(operands))]


def _is_spread(args: Sequence[Op]) -> bool:
    """True for a call ``f(*xs)``, whose parameters have no nodes of their own."""
    return any(op.form == "opaque" and op.payload == "spread" for op in args)


def _text(op: Op) -> str:
    return repr(op.payload) if op.form == "const" else short_text(op.node)


def _is_constant(function: Any) -> bool:
    try:
        return function in NONDIFFERENTIABLE
    except TypeError:
        return False
