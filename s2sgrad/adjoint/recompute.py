"""A call of a checkpointed helper in the backward pass: its forward half runs there, right above its backward half.

The forward pass calls the forward half, too, and lets go of what it saves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.replay import check_replayable
from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, nodes_in, quote, replaced, statements

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group
    from s2sgrad.adjoint.pair import Pair

__all__ = ["ForwardHalf", "recomputed_call"]


@dataclass(frozen=True)
class ForwardHalf:
    """The forward half of a helper, called for its value: its name, and the object that it is a method of."""

    name: str
    bound: gast.expr | None

    def renamed(self, names: Mapping[str, str]) -> ForwardHalf:
        """The same: nothing that it is made of gets another name."""
        return self

    def of(self, call: gast.Call) -> gast.expr:
        """The value of the forward half in place of that of ``call``."""
        call.func = quote(self.name)
        call.args = [*([clone(self.bound)] if self.bound is not None else []), *call.args]
        return quote("{c}[0]", c=call)


def recomputed_call(group: Group, op: Op, callee: Any, pair: Pair) -> str:
    """Have the forward half of a helper called by the group; returns the name of what it saves."""
    context = group.context
    check_replayable(callee, later=context.keeps_globals)
    saved = context.scope.new("saved_" + pair.forward.removeprefix("forward_"))
    context.scope.taken |= {pair.forward, pair.backward}
    bound = op.args[0].args[0] if _is_method(group, op) else None
    context.pair_names[op] = ForwardHalf(pair.forward, bound.node if bound is not None else None)
    group.recomputed += statements(f"{saved} = {{e}}[1]", e=_called(group, op, callee, pair))
    return saved


def _is_method(group: Group, op: Op) -> bool:
    made = op.args[0]
    return made.form == "attribute" and getattr(group.context.facts.of[made], "bound", None) is not None


def _called(group: Group, op: Op, callee: Any, pair: Pair) -> Any:
    """The call of the forward half, with the arguments read as a line of the backward pass reads them."""
    given = [*op.args[1:], *(v for _, v in op.keywords)]
    call = replaced(op.node, {id(a.node): group.value(a) for a in given})
    call.func = quote(pair.forward)
    if _is_method(group, op):
        _check_methods(group, op, callee)
        call.args = [group.value(op.args[0].args[0]), *call.args]
    return clone(call)


def _check_methods(group: Group, op: Op, callee: Any) -> None:
    """A pullback has the attributes of an object, not its methods."""
    own = callee.tree.args.args[0].id
    reads = (n for s in callee.tree.body for n in nodes_in(s) if isinstance(n, gast.Call))
    called = (n.func for n in reads if isinstance(n.func, gast.Attribute))
    if group.context.keeps_globals and any(getattr(f.value, "id", "") == own for f in called):
        reason = "this checkpointed method calls methods of its object, of which a pullback keeps the arrays alone"
        raise Refusal(reason, "call functions in it, or use grad", op.node)
