"""Write a call of NumPy's in a plainer form that has rules: the analysis asks for it, for it knows the arguments.

>>> from s2sgrad.quote import statements, unquote
>>> body = statements("a, b = np.gradient(f(x))")
>>> wanted = form(body[0].value, "({f}({0}, axis=0), {f}({0}, axis=1))", None)
>>> print("".join(map(unquote, formed(body, [wanted], {"x"}, "np"))), end="")
a, b = np.gradient((f_value := f(x)), axis=0), np.gradient(f_value, axis=1)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.parts import dotted, moved, noun
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.quote import nodes_in, quote, replaced, substitute

__all__ = ["as_array", "form", "formed", "path_of"]

_DISPLAYS = (gast.List, gast.Tuple, gast.ListComp)


def form(node: Any, text: str, function: Any) -> Rewriting:
    """The rewriting of a call, a subscript, an operation or a display as ``text``.

    In ``text``, ``{0}`` stands for the first argument, ``{0_1}`` for the second item of it, ``{0_lower}`` for a part
    of a slice, ``{name}`` for a keyword argument, ``{f}`` for what is called, ``{x}`` for the object of a method
    (``{_owner}`` where a keyword may be called so), ``{np}`` for NumPy. ``function`` is what was found to be called.
    """
    return Rewriting("form", (node.lineno, node.col_offset), (path_of(node), text, function))


def as_array(node: Any) -> Rewriting | None:
    """The rewriting of a list, or of a variable that holds one, as the array that NumPy makes of it."""
    named = isinstance(node, (gast.Name, *_DISPLAYS)) and hasattr(node, "lineno")
    return form(node, "{np}.array({0})", None) if named else None


def path_of(node: Any) -> tuple[str, ...]:
    """What tells a call or a subscript from others that start there: the dotted name with which it starts."""
    if isinstance(node, (gast.Name, *_DISPLAYS)):
        return (type(node).__name__, getattr(node, "id", ""))
    if isinstance(node, gast.Attribute):
        return (*dotted(node), ".")
    if isinstance(node, gast.BinOp):
        return (type(node.op).__name__,)
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Call):
        return ("()", *dotted(node.func.func))
    head = node.func if isinstance(node, gast.Call) else node.value if isinstance(node, gast.Subscript) else None
    return () if head is None else dotted(head)


def formed(body: list[gast.stmt], wanted: Iterable[Rewriting], taken: set[str], numpy: str) -> list[gast.stmt]:
    """``body`` with the nodes that were asked for in their forms; ``taken`` grows."""
    found = {(r.place, r.detail[0]): r.detail[1] for r in wanted if r.kind == "form"}
    if not found:
        return body
    made: dict[int, gast.expr] = {}
    for node in [n for s in body for n in nodes_in(s) if _key(n) in found][::-1]:  # those inside before those around
        made[id(node)] = _filled(replaced(node, made), found[_key(node)], taken, numpy)
    return [replaced(s, made) for s in body]


def _key(node: Any) -> Any:
    kinds = (gast.Call, gast.Subscript, gast.Attribute, gast.Name, gast.BinOp, *_DISPLAYS)
    known = isinstance(node, kinds) and hasattr(node, "lineno")
    return ((node.lineno, node.col_offset), path_of(node)) if known else None


def _filled(node: Any, text: str, taken: set[str], numpy: str) -> gast.expr:
    holes: dict[str, Any] = {"np": quote(numpy)}
    for name, tree in _parts(node):
        hole = f"{{{name}}}"
        if text.count(hole) > 1 and not isinstance(tree, (gast.Name, gast.Constant)) and not dotted(tree):
            bound = fresh(noun(tree), taken)
            first, rest = text.split(hole, 1)
            text = f"{first}({bound} := {hole}){rest.replace(hole, bound)}"
        holes[name] = tree
    if any(f"{{{i}_upper}}" in text and f"{i}_upper" not in holes for i in holes):
        raise Refusal("the bounds of a slice stand elsewhere", "write it between the brackets: `np.r_[a:b:5j]`", node)
    return substitute(moved(quote(text), node), {f"hole_{name}": part for name, part in holes.items()})


def _parts(node: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a node by the names of their holes."""
    items: Collection[Any]
    if isinstance(node, gast.Call):
        items = [a.value if isinstance(a, gast.Starred) and len(node.args) == 1 else a for a in node.args]
        yield "f", node.func
        if isinstance(node.func, gast.Attribute):
            yield "x", node.func.value
        yield from ((f"f_{i}", part) for i, part in enumerate(getattr(node.func, "args", ())))
        yield from ((k.arg, k.value) for k in node.keywords)
        if isinstance(node.func, gast.Attribute):
            yield "_owner", node.func.value
    elif isinstance(node, gast.Attribute):
        yield "x", node.value
        return
    elif isinstance(node, gast.BinOp):
        items = [node.left, node.right]
    elif isinstance(node, gast.Subscript):
        items = node.slice.elts if isinstance(node.slice, gast.Tuple) else [node.slice]
    else:
        yield "0", node
        return
    for i, item in enumerate(items):
        yield str(i), item
        for k, part in enumerate(getattr(item, "elts", ())):
            yield f"{i}_{k}", part
        if isinstance(item, gast.Slice):
            bounds = {"lower": item.lower, "upper": item.upper, "step": item.step}
            yield from ((f"{i}_{k}", part) for k, part in bounds.items() if part is not None)
