"""Write a loop over a dict, in whatever order and beside whatever else, as one over its keys, which are written out.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("for i, (k, W) in enumerate(sorted(params.items())):\\n    s += i * (W ** 2).sum()")
>>> wanted = {Rewriting("keys", (1, 4), (("W1", "b1"),))}
>>> print("".join(map(unquote, over_keys(body, wanted, set()))), end="")
for i, k in enumerate(("W1", "b1")):
    W = params[k]
    s += i * (W ** 2).sum()
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import gast

from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.parts import moved, shallow
from s2sgrad.normalize.spread import view_of
from s2sgrad.normalize.wanted import Rewriting, place_of_loop
from s2sgrad.quote import clone, nodes_in, quote, statements, unquote

__all__ = ["COPIES", "WALKS", "keeps_items", "over_keys", "takes_apart"]

COPIES = ("list", "tuple", "sorted")
"""What reads all that it is given before the first round."""
WALKS = ("zip", "enumerate")
"""What reads the items of a round when that begins."""


def over_keys(body: list[gast.stmt], rewritings: Collection[Rewriting], taken: set[str]) -> list[gast.stmt]:
    """``body`` with the loops that were asked for running over keys; ``taken`` names grow."""
    wanted = {r.place: r.detail for r in rewritings if r.kind == "keys"}
    return _block(body, wanted, taken) if wanted else body


def _block(body: list[gast.stmt], wanted: dict[Any, Any], taken: set[str]) -> list[gast.stmt]:
    return [_statement(statement, wanted, taken) for statement in body]


def _statement(statement: Any, wanted: dict[Any, Any], taken: set[str]) -> Any:
    below = {k: v for k, v in statement.__dict__.items() if isinstance(v, list) and v and isinstance(v[0], gast.stmt)}
    if not below:
        return statement
    new = shallow(statement)
    new.__dict__.update({k: _block(v, wanted, taken) for k, v in below.items()})
    keys = wanted.get(place_of_loop(statement)) if isinstance(statement, gast.For) else None
    if keys is not None:
        lines: list[gast.stmt] = []
        new.target, new.iter = _Keyed(iter(keys), lines, taken, statement).of(statement.target, statement.iter)
        new.body = [*lines, *new.body]
    return new


def takes_apart(target: Any, tree: Any) -> bool:
    """True where the targets of a loop are written out as far as its text tells of pairs and rows."""
    name = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
    parts = target.elts if isinstance(target, (gast.Tuple, gast.List)) else []
    if any(isinstance(part, gast.Starred) for part in parts) or (name not in ("", "zip") and tree.keywords):
        return False
    if name == "enumerate":
        return len(parts) == 2 and takes_apart(parts[1], tree.args[0])
    if name == "zip":
        return len(parts) == len(tree.args) and all(map(takes_apart, parts, tree.args))
    if name in COPIES:
        return len(tree.args) == 1 and takes_apart(target, tree.args[0])
    if view_of(tree) == "items":
        return len(parts) == 2 and isinstance(parts[0], gast.Name)
    return bool(parts) or isinstance(target, gast.Name)


class _Keyed:
    """Goes through what a loop runs over: ``keys`` of one dict after the other; ``lines`` bind what is read by them.

    None stands among the keys for what is no dict.
    """

    def __init__(
        self, keys: Iterator[tuple[Any, ...] | None], lines: list[gast.stmt], taken: set[str], loop: Any
    ) -> None:
        self.keys, self.lines, self.taken, self.loop = keys, lines, taken, loop

    def of(self, target: Any, tree: Any) -> tuple[Any, Any]:
        """The target and what it runs over, by keys."""
        name = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
        if name in COPIES:
            return self.of(target, tree.args[0])
        if name not in WALKS:
            return self._dict(target, tree)
        new, row = shallow(tree), shallow(target)
        if name == "zip":
            pairs = [self.of(part, arg) for part, arg in zip(target.elts, tree.args, strict=True)]
            row.elts, new.args = [part for part, _ in pairs], [arg for _, arg in pairs]
        else:
            part, arg = self.of(target.elts[1], tree.args[0])
            row.elts, new.args = [target.elts[0], part], [arg, *tree.args[1:]]
        return row, new

    def _dict(self, target: Any, tree: Any) -> tuple[Any, Any]:
        keys = next(self.keys)
        if keys is None:
            return target, tree
        display = moved(quote(repr(keys)), tree)
        view = view_of(tree)
        if view == "keys":
            return target, display
        key = target.elts[0] if view == "items" else moved(quote(fresh("key", self.taken)), target)
        key.ctx = gast.Store()
        held = target.elts[1] if view == "items" else target
        (line,) = statements("held = {d}[{k}]", d=clone(tree.func.value), k=quote(key.id))
        line.targets = [clone(held)]
        placed(line.value, tree)
        self.lines.append(placed(line, self.loop))
        return key, display


def keeps_items(loop: Any, base: Any) -> bool:
    """True where the body of a loop changes a dict at the key of its round at most: copies of it hold nothing else.

    >>> (loop,) = statements("for k, v in list(p.items()):\\n    p[k] = 2 * v\\n    q[k] = f(p[k])")
    >>> keeps_items(loop, quote("p")), keeps_items(loop, quote("q"))
    (True, True)
    >>> (loop,) = statements("for k, v in list(p.items()):\\n    p['b'] = 2 * v\\n    f(q)")
    >>> keeps_items(loop, quote("p")), keeps_items(loop, quote("q"))
    (False, False)
    """
    nodes = [n for s in loop.body for n in nodes_in(s)]
    stored = {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    targets = {n.id for n in nodes_in(loop.target) if isinstance(n, gast.Name)} - stored
    text = unquote(base)
    return not any(_changes(n, text, targets) for n in nodes)


def _changes(node: Any, base: str, targets: Collection[str]) -> bool:
    if isinstance(node, gast.Subscript) and not isinstance(node.ctx, gast.Load) and unquote(node.value) == base:
        return getattr(node.slice, "id", "") not in targets
    if not isinstance(node, gast.Call):
        return False
    method = node.func.attr if isinstance(node.func, gast.Attribute) and unquote(node.func.value) == base else "get"
    given = [*node.args, *(k.value for k in node.keywords)]
    return method not in ("get", "items", "keys", "values", "copy") or base in map(unquote, given)
