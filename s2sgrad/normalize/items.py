"""Hold the records of several kinds that a list of known length holds in a variable each.

>>> from s2sgrad.quote import unquote
>>> body = statements("layers = [Dense(W), Tanh()]\\nx = layers[0].forward(x)\\ny = layers[-1].forward(x)")
>>> body, spellings = items_apart(body, "layers", {"layers", "W", "x", "y"}, Refusal("", "", None))
>>> print("".join(map(unquote, body)), end="")
layers_0 = Dense(W)
layers_1 = Tanh()
x = layers_0.forward(x)
y = layers_1.forward(x)
>>> spellings
{'layers_0': 'layers[0]', 'layers_1': 'layers[1]'}
"""

from __future__ import annotations

from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.leaving import blocks_of, with_blocks
from s2sgrad.normalize.made import fresh, placed
from s2sgrad.normalize.parts import moved
from s2sgrad.normalize.unroll import MOST, is_left, unrolling
from s2sgrad.normalize.wanted import Wanted, rewriting_at
from s2sgrad.quote import COMPREHENSIONS, nodes_in, quote, replaced, statements

__all__ = ["items_apart"]


def items_apart(
    body: list[gast.stmt], name: str, taken: set[str], refusal: Refusal
) -> tuple[list[gast.stmt], dict[str, str]]:
    """``body`` with a variable for each item of the list ``name``, and what each stands for.

    Raises Wanted for the rounds of the loops over the list one by one, ``refusal`` where the list is used in any other
    way than item by item.
    """
    nodes = [n for s in body for n in nodes_in(s)]
    bound = [n for n in nodes if _is(n, name) and not isinstance(n.ctx, gast.Load)]
    made = [n for n in nodes if isinstance(n, gast.Assign) and [_is(t, name) for t in n.targets] == [True]]
    items = made[0].value.elts if len(made) == len(bound) == 1 and isinstance(made[0].value, gast.List) else []
    if not items or len(items) > MOST or any(isinstance(e, gast.Starred) for e in items):
        raise refusal
    _ask_for_rounds(nodes, name, len(items), refusal)
    names = [fresh(f"{name}_{i}", taken) for i in range(len(items))]
    table = {id(n): moved(read, n) for n in nodes if (read := _read(n, name, names)) is not None}
    unread = {n.id for n in nodes if isinstance(n, gast.Name)} - {
        n.id for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)
    }
    left = [n for n in nodes if isinstance(n, gast.Assign) and id(n.value) in table and _targets(n) <= unread]
    new = _block(body, made[0], left, names, table)
    if any(_is(n, name) for s in new for n in nodes_in(s)):
        raise refusal
    return new, {item: f"{name}[{i}]" for i, item in enumerate(names)}


def _is(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _ask_for_rounds(nodes: list[Any], name: str, count: int, refusal: Refusal) -> None:
    for node in nodes:
        if isinstance(node, COMPREHENSIONS) and any(_mentions(g.iter, name) for g in node.generators):
            raise Wanted(rewriting_at("comprehension", node), refusal)
        if isinstance(node, gast.For) and _mentions(node.iter, name):
            raise refusal if is_left(node) else Wanted(unrolling(node, count), refusal)


def _mentions(tree: Any, name: str) -> bool:
    return any(_is(n, name) for n in nodes_in(tree))


def _read(node: Any, name: str, names: list[str]) -> gast.expr | None:
    """The variable of the item that an expression reads, or how many there are."""
    if isinstance(node, gast.Call) and getattr(node.func, "id", "") == "len" and len(node.args) == 1:
        return quote(str(len(names))) if _is(node.args[0], name) else None
    if not isinstance(node, gast.Subscript) or not _is(node.value, name) or not isinstance(node.ctx, gast.Load):
        return None
    index, sign = node.slice, 1
    if isinstance(index, gast.UnaryOp) and isinstance(index.op, gast.USub):
        index, sign = index.operand, -1
    place = sign * index.value if isinstance(index, gast.Constant) and type(index.value) is int else len(names)
    return quote(names[place]) if -len(names) <= place < len(names) else None


def _targets(statement: gast.Assign) -> set[str]:
    return {t.id if isinstance(t, gast.Name) else "" for t in statement.targets}


def _block(
    body: list[gast.stmt], made: Any, left: list[Any], names: list[str], table: dict[int, Any]
) -> list[gast.stmt]:
    """The statements anew, without names for items that nothing reads, as rounds written out leave them."""
    out: list[gast.stmt] = []
    for statement in body:
        if any(statement is s for s in left):
            continue
        if statement is made:
            values = [replaced(e, table) for e in made.value.elts]
            lines = [s for n, v in zip(names, values, strict=True) for s in statements(f"{n} = {{v}}", v=v)]
            out += [placed(s, made) for s in lines]
            continue
        new: Any = statement
        if blocks_of(statement):
            new = with_blocks(new, lambda block: _block(block, made, left, names, table) or block[:1])
        out.append(replaced(new, table))
    return out
