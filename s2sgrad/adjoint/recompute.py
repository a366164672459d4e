"""A call of a checkpointed helper in the backward pass: its forward half runs there, right above its backward half."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.replay import check_replayable
from s2sgrad.errors import Refusal
from s2sgrad.quote import clone, nodes_in, quote, replaced, statements

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group
    from s2sgrad.adjoint.pair import Pair

__all__ = ["recomputed_call"]


def recomputed_call(group: Group, op: Op, callee: Any, pair: Pair) -> str:
    """Have the forward half of a helper called by the group; returns the name of what it saves."""
    context = group.context
    check_replayable(callee, later=context.keeps_globals)
    saved = context.scope.new("saved_" + pair.forward.removeprefix("forward_"))
    value = "_" if "_" not in context.scope.taken else context.scope.new("again")
    group.recomputed += statements(f"{value}, {saved} = {{e}}", e=_called(group, op, callee, pair))
    return saved


def _called(group: Group, op: Op, callee: Any, pair: Pair) -> Any:
    """The call of the forward half, with the arguments read as a line of the backward pass reads them."""
    given = [*op.args[1:], *(v for _, v in op.keywords)]
    call = replaced(op.node, {id(a.node): group.value(a) for a in given})
    call.func = quote(pair.forward)
    made = op.args[0]
    if made.form == "attribute" and getattr(group.context.facts.of[made], "bound", None) is not None:
        _check_methods(group, op, callee)
        call.args = [group.value(made.args[0]), *call.args]
    return clone(call)


def _check_methods(group: Group, op: Op, callee: Any) -> None:
    """A pullback has the attributes of an object, not its methods."""
    own = callee.tree.args.args[0].id
    reads = (n for s in callee.tree.body for n in nodes_in(s) if type(n).__name__ == "Call")
    called = (n.func for n in reads if type(n.func).__name__ == "Attribute")
    if group.context.keeps_globals and any(getattr(f.value, "id", "") == own for f in called):
        reason = "this checkpointed method calls methods of its object, of which a pullback keeps the arrays alone"
        raise Refusal(reason, "call functions in it, or use grad", op.node)
