"""Write a call of NumPy's in a plainer form that has rules: the analysis asks for it, for it knows the arguments.

>>> import numpy as np
>>> from s2sgrad.quote import statements, unquote
>>> f, known = print, Namespace(lambda: f(np))
>>> body = statements("a, b = np.gradient(f(x))")
>>> wanted = form(body[0].value, "({f}({0}, axis=0), {f}({0}, axis=1))", None)
>>> print("".join(map(unquote, formed(body, [wanted], {"x"}, "np", known))), end="")
a, b = np.gradient((f_value := f(x)), axis=0), np.gradient(f_value, axis=1)

Arguments that draw, or may have another effect, are bound in their order where the form has another.

>>> body = statements("y = np.interp(x, k, v, left=f(x), right=f(v))")
>>> wanted = form(body[0].value, "{np}.where({0} > 1, {right}, {left})", None)
>>> print("".join(map(unquote, formed(body, [wanted], {"x"}, "np", known))), end="")
y = ((f_value := f(x)), (f_value2 := f(v)), np.where(x > 1, f_value2, f_value)
    )[-1]
"""

from __future__ import annotations

import re
import types
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.namespace import Namespace
from s2sgrad.normalize.copies import is_part_of, told_apart
from s2sgrad.normalize.made import fresh
from s2sgrad.normalize.order import is_inert
from s2sgrad.normalize.parts import dotted, moved, noun, read, spot
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
    if isinstance(node, gast.Subscript):
        return ("[]", *dotted(node.value))
    return dotted(node.func) if isinstance(node, gast.Call) else ()


def formed(
    body: list[gast.stmt], wanted: Iterable[Rewriting], taken: set[str], numpy: str, namespace: Namespace
) -> list[gast.stmt]:
    """``body`` with the nodes that were asked for in their forms; ``taken`` grows.

    What a form is made of may have been asked for in another: that stands where the form stood, told apart by its text.
    """
    found: dict[Any, str] = {}
    for r in wanted:
        if r.kind == "form" and found.setdefault((r.place, r.detail[0]), r.detail[1]) != r.detail[1]:
            raise Refusal("this is written out in more than one way", "give its parts names", spot(r.place))
    nodes = [n for s in body for n in nodes_in(s) if _key(n) in found] if found else []
    while nodes:
        made: dict[int, gast.expr] = {}
        marks = set[str]()
        for node in nodes[::-1]:  # those inside before those around
            text = found[_key(node)]
            plain, bound = _in_turn(replaced(node, made), text, taken, namespace)
            value = _filled(plain, text, taken, numpy, marks)
            made[id(node)] = _behind(bound, value, node) if bound else value
        body = [replaced(s, made) for s in body]
        nodes = [n for s in body for n in nodes_in(s) if is_part_of(n, marks) and _key(n) in found]
    return body


def _key(node: Any) -> Any:
    kinds = (gast.Call, gast.Subscript, gast.Attribute, gast.Name, gast.BinOp, *_DISPLAYS)
    known = isinstance(node, kinds) and hasattr(node, "lineno")
    return ((node.lineno, node.col_offset), path_of(node)) if known else None


# ---- arguments in their order ----


def _in_turn(node: Any, text: str, taken: set[str], namespace: Namespace) -> tuple[Any, list[gast.expr]]:
    """The node with names for its arguments, and what binds these, where the form would evaluate them in disorder."""
    parts = [(hole, tree) for hole, tree in _arguments(node) if not _is_of_module(tree, namespace)]
    restless = [i for i, (_, tree) in enumerate(parts) if _is_restless(tree, namespace)]
    if not restless or _keeps_order(text, parts, restless):
        return node, []
    table: dict[int, Any] = {}
    bound: list[gast.expr] = []
    nodes = [n for i in restless for n in nodes_in(parts[i][1])]
    rebound = {n.target.id for n in nodes if isinstance(n, gast.NamedExpr)}
    if any(isinstance(n, gast.Call) and _is_local(n.func, namespace) for n in nodes):
        rebound |= {n.id for _, tree in parts for n in nodes_in(tree) if isinstance(n, gast.Name)}
    for leaf in (leaf for _, tree in parts[: restless[-1] + 1] for leaf in _leaves(tree)):
        if not _is_lasting(leaf, rebound, namespace):
            name = fresh(noun(leaf), taken)
            bound.append(_named(name, leaf, node))
            table[id(leaf)] = read(name, leaf)
    return replaced(node, table), bound


def _named(name: str, value: gast.expr, place: Any) -> Any:
    binding: Any = moved(quote(f"({name} := here)"), place)
    binding.value = value
    return binding


def _behind(bound: list[gast.expr], value: gast.expr, place: Any) -> Any:
    """The value of a form behind what it binds: :mod:`s2sgrad.normalize.lift` makes statements of them."""
    both: Any = moved(quote("(first, last)[-1]"), place)
    both.value.elts = [*bound, value]
    return both


def _is_restless(tree: Any, namespace: Namespace) -> bool:
    return any(not isinstance(leaf, gast.Lambda) and not is_inert(leaf, namespace) for leaf in _leaves(tree))


def _is_local(function: Any, namespace: Namespace) -> bool:
    """True for what may be a function inside of another, which can give that one's variables new values."""
    return not isinstance(function, gast.Attribute) and namespace.found(".".join(dotted(function))) is None


def _is_lasting(leaf: Any, rebound: set[str], namespace: Namespace) -> bool:
    """True for what is the same, and has no effect, wherever it is evaluated."""
    if isinstance(leaf, gast.Lambda):
        return True
    if isinstance(leaf, gast.Name):
        return leaf.id not in rebound
    names = any(isinstance(n, gast.Name) for n in nodes_in(leaf))
    return not names or _is_of_module(leaf, namespace)


def _is_of_module(tree: Any, namespace: Namespace) -> bool:
    path = dotted(tree)
    return bool(path) and isinstance(namespace.found(path[0]), types.ModuleType)


def _keeps_order(text: str, parts: list[tuple[str, Any]], restless: list[int]) -> bool:
    """True where the form computes nothing before all arguments that may have an effect are evaluated in turn."""
    holes = [hole for hole, _ in parts]
    last = restless[-1]
    before = text[: max(text.find(f"{{{holes[last]}}}"), 0)]
    found = [h for h in re.findall(r"\{(\w+)\}", before) if h not in ("np", "f")]
    varying = [any(isinstance(n, gast.Name) for n in nodes_in(tree)) for _, tree in parts[:last]]
    wanted = [hole for hole, varies in zip(holes, varying, strict=False) if varies or hole in found]
    again = any(text.count(f"{{{holes[k]}}}") > 1 for k in range(last) if k not in restless)
    plain = re.fullmatch(r"[\w.,(\[ =]*", re.sub(r"\{\w+\}", "", before)) and f"{{{holes[last]}}}" in text
    return bool(plain) and found == wanted and not again


def _arguments(node: Any) -> list[tuple[str, Any]]:
    """The holes and the parts of a node in the order in which Python evaluates them."""
    parts = dict(_parts(node))
    if isinstance(node, gast.Call):
        hole = "_owner" if any(k.arg == "x" for k in node.keywords) else "x"
        owner = [(hole, node.func.value)] if isinstance(node.func, gast.Attribute) else []
        placed = [(str(i), parts[str(i)]) for i in range(len(node.args))]
        return [*owner, *placed, *((k.arg or "", k.value) for k in node.keywords)]
    return [(hole, tree) for hole, tree in parts.items() if "_" not in hole]


def _leaves(tree: Any) -> list[Any]:
    """The items of a list or a tuple that is written out, the bounds of a slice; any other part itself."""
    if isinstance(tree, (gast.List, gast.Tuple)):
        return [leaf for item in tree.elts for leaf in _leaves(item)]
    if isinstance(tree, gast.Slice):
        return [leaf for bound in (tree.lower, tree.upper, tree.step) if bound is not None for leaf in _leaves(bound)]
    return [tree.value if isinstance(tree, gast.Starred) else tree]


def _filled(node: Any, text: str, taken: set[str], numpy: str, marks: set[str]) -> gast.expr:
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
    tree = told_apart(moved(quote(text), node), text, marks)
    return substitute(tree, {f"hole_{name}": part for name, part in holes.items()})


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
