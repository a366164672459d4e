"""Operations as nodes: what they are called, what they are applied to, and helpers with what is inside them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.analysis.facts import Fact, Num, is_active_kind
from s2sgrad.analysis.ir import Block, Op
from s2sgrad.graph.drawing import Drawing
from s2sgrad.graph.labels import ORDERED, operation_label, short_text
from s2sgrad.graph.model import Edge
from s2sgrad.rules.registry import NONDIFFERENTIABLE

__all__ = ["Environment", "Operations"]

DEEPEST = 3
"""Helpers inside helpers that are drawn; what is called deeper is one operation."""

Environment = dict[str, str | None]


class Operations:
    """The operations of one function; ``env`` says which node each variable holds at the moment."""

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

    def block(self, block: Block) -> None:
        """Draw statements in order."""
        raise NotImplementedError

    def result(self, name: str) -> str | None:
        """The node of what the function returns, once its block is drawn."""
        raise NotImplementedError

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
        walk = type(self)(self.drawing, callee, held, cluster, around)
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
        return {name: self._given(value) for name, value in bound.items()}

    def _given(self, value: Any) -> str | None:
        """The node of an argument; what ``*args`` or ``**options`` collect is put together first."""
        if isinstance(value, Op):
            return self.value(value)
        items = [self.value(op) for op in (value.values() if isinstance(value, dict) else value)]
        operands = [(node, "") for node in items if node is not None]
        made = self.drawing.operation(type(value).__name__, operands, self.line, self.cluster) if operands else None
        return None if made is None else self._result(made, None)


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
