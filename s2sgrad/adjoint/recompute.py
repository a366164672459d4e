"""A call of a checkpointed helper in the backward pass: its forward half runs there, right above its backward half.

The forward pass calls the forward half, too, and lets go of what it saves. Of a generator of random numbers it keeps a
copy as it was before the call, from which the backward pass draws the same numbers again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gast

from s2sgrad.analysis.draws import argument, check_alone
from s2sgrad.analysis.ir import Op
from s2sgrad.analysis.replay import check_replayable
from s2sgrad.errors import Refusal
from s2sgrad.normalize.parts import dotted
from s2sgrad.normalize.rounds import Round
from s2sgrad.quote import clone, nodes_in, quote, replaced, statements

if TYPE_CHECKING:
    from s2sgrad.adjoint.group import Group
    from s2sgrad.adjoint.pair import Pair

__all__ = ["ForwardHalf", "Replay", "recomputed_call"]


@dataclass(frozen=True)
class Replay:
    """A generator that a helper draws from, as the call spells it, and the name of the copy that stands for it."""

    generator: gast.expr
    copied: str

    def lines(self) -> list[gast.stmt]:
        """What keeps the copy right before the call."""
        return statements(f"{self.copied} = copy_generator({{g}})", g=clone(self.generator))


@dataclass(frozen=True)
class ForwardHalf:
    """The forward half of a helper, called for its value: its name, and the object that it is a method of."""

    name: str
    bound: gast.expr | None
    replay: Replay | None = None

    def renamed(self, names: Mapping[str, str]) -> ForwardHalf:
        """The same with another name for the copy of a generator."""
        if self.replay is None:
            return self
        copied = names.get(self.replay.copied, self.replay.copied)
        return replace(self, replay=replace(self.replay, copied=copied))

    def of(self, call: gast.Call) -> gast.expr:
        """The value of the forward half in place of that of ``call``."""
        owner = call.func.value if isinstance(call.func, gast.Attribute) else self.bound
        call.func = quote(self.name)
        call.args = [*([clone(owner)] if self.bound is not None else []), *call.args]
        return quote("{c}[0]", c=call)


def recomputed_call(group: Group, op: Op, callee: Any, pair: Pair) -> str:
    """Have the forward half of a helper called by the group; returns the name of what it saves."""
    context = group.context
    drawn = check_replayable(callee, later=context.keeps_globals)
    saved = context.scope.new("saved_" + pair.forward.removeprefix("forward_"))
    context.scope.taken |= {pair.forward, pair.backward}
    bound = op.args[0].args[0] if _is_method(group, op) else None
    generator = argument(context.facts, op, callee, drawn) if drawn is not None else None
    replay = _replay(group, op, generator) if generator is not None else None
    context.pair_names[op] = ForwardHalf(pair.forward, bound.node if bound is not None else None, replay)
    call = _called(group, op, callee, pair, {generator: _again(group, replay)} if generator and replay else {})
    group.recomputed += statements(f"{saved} = {{e}}[1]", e=call)
    return saved


def _replay(group: Group, op: Op, generator: Op) -> Replay:
    """The copy of a generator that is kept before a call; of a round of a loop, the one that its snapshots keep."""
    check_alone(op, group.statement, group.context.facts)
    context, node = group.context, generator.node
    if not dotted(node):
        raise Refusal("this generator is drawn from again in the backward pass", "give it a name", node)
    context.helpers.add("copy_generator")
    context.scope.taken.add("copy_generator")
    noun = dotted(node)[-1]
    if isinstance(group.statement.node, Round):
        return Replay(node, context.scope.new(f"{noun}_again"))
    replay = Replay(node, context.scope.new(f"{noun}_before"))
    context.bound_by.setdefault(group.statement, set()).add(replay.copied)
    return replay


def _again(group: Group, replay: Replay) -> gast.expr:
    """The generator that the forward half draws from; a pullback may be called once more, and keeps the copy."""
    again = quote(replay.copied)
    apart = group.context.keeps_globals and not isinstance(group.statement.node, Round)
    return quote("copy_generator({g})", g=again) if apart else again


def _is_method(group: Group, op: Op) -> bool:
    made = op.args[0]
    return made.form == "attribute" and getattr(group.context.facts.of[made], "bound", None) is not None


def _called(group: Group, op: Op, callee: Any, pair: Pair, instead: Mapping[Op, gast.expr]) -> Any:
    """The call of the forward half, with the arguments read as a line of the backward pass reads them.

    Some are others ``instead``.
    """
    given = [*op.args[1:], *(v for _, v in op.keywords)]
    call = replaced(op.node, {id(a.node): instead[a] if a in instead else group.value(a) for a in given})
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
