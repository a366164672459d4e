"""Write the making of an object as an empty one that ``__init__``, written out like any other function, then fills.

>>> from s2sgrad.quote import statements, unquote
>>> (statement,) = statements("net = Net(W, b)")
>>> wanted_name(statement, ()), wanted_name(statement, {"net"})
('net', None)
>>> print(unquote(blank_of(statement.value, statements("def __init__(self, W): self.W = W")[0])))
object.__new__(Net)
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from s2sgrad.errors import Refusal
from s2sgrad.normalize.parts import moved, own
from s2sgrad.quote import clone, nodes_in, quote

__all__ = ["blank_of", "first_parameter", "is_kept", "returned_name", "updated_names", "wanted_name"]


def first_parameter(tree: Any) -> str:
    """The name of ``self`` in the text of a method."""
    return str([*tree.args.posonlyargs, *tree.args.args][0].id)


def blank_of(call: Any, tree: Any) -> Any:
    """The empty object for a call of a class whose ``__init__`` has the text ``tree``."""
    names = [n for s in tree.body for n in nodes_in(s) if isinstance(n, gast.Name)]
    if first_parameter(tree) in {n.id for n in names if not isinstance(n.ctx, gast.Load)}:
        raise Refusal("the `__init__` that this calls gives `self` another value", "use another variable there", call)
    return moved(quote("object.__new__({c})", c=clone(call.func)), call)


def wanted_name(statement: Any, rebound: Collection[str]) -> str | None:
    """The variable to which a statement assigns; None where it is not one, or its old value is read meanwhile."""
    targets: Any = getattr(statement, "targets", ())
    if len(targets) != 1 or not isinstance(targets[0], gast.Name):
        return None
    name = str(targets[0].id)
    read = {n.id for n in nodes_in(statement.value) if isinstance(n, gast.Name)}
    return None if name in read or name in rebound else name


def updated_names(body: list[gast.stmt]) -> set[str]:
    """The variables that get a new value made of their old one: the object that they hold is another one each time."""
    assigned = [n for s in body for n in nodes_in(s) if isinstance(n, gast.Assign)]
    pairs = [(t.id, s.value) for s in assigned for t in s.targets if isinstance(t, gast.Name)]
    return {name for name, value in pairs if any(getattr(n, "id", None) == name for n in nodes_in(value))}


def returned_name(body: list[gast.stmt]) -> str | None:
    """The variable that every path of a body returns, None where there is no such."""
    values: list[Any] = [n.value for s in body for n in own(s) if isinstance(n, gast.Return)]
    names = {v.id if isinstance(v, gast.Name) else None for v in values}
    return names.pop() if len(names) == 1 else None


def is_kept(returned: Any, statement: Any) -> bool:
    """True where the object that is returned has the name to which it would be assigned."""
    targets: Any = getattr(statement, "targets", ())
    value = returned.value
    named = len(targets) == 1 and isinstance(targets[0], gast.Name) and isinstance(value, gast.Name)
    return named and targets[0].id == value.id
