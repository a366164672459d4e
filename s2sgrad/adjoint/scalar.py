"""Refuse to differentiate what is not a real scalar, or not known at all, and say where its type was lost."""

from __future__ import annotations

from collections.abc import Mapping

import gast

from s2sgrad.adjoint.analysed import Analysed
from s2sgrad.adjoint.choose import keyword_node, spelled
from s2sgrad.analysis.facts import Fact, Num, Opaque, Seq, may_be_none
from s2sgrad.analysis.found import Bound
from s2sgrad.analysis.infer.table import handler_of, lacking
from s2sgrad.analysis.ir import Op, Return, every_statement, own_ops
from s2sgrad.analysis.places import slots
from s2sgrad.errors import GradientError, Refusal

__all__ = ["check_known", "check_scalar"]


def _described(fact: Fact) -> str:
    """A few words for a kind of value, the same in every process."""
    if isinstance(fact, Num):
        return "of unknown rank" if fact.shape is None else f"an array of rank {len(fact.shape)}"
    return {"Seq": "a sequence", "Record": "a record"}.get(type(fact).__name__, "something else")


def check_scalar(root: Analysed, fact: Fact) -> None:
    """Raises GradientError where the result of ``root`` is not a real scalar."""
    name = root.function.__name__
    if isinstance(fact, Num) and fact.shape == () and not fact.maybe_none:
        if fact.kind == "c":
            raise GradientError(f"the result of `{name}` may be complex", "use vjp, or return a real number")
        return
    if isinstance(fact, Opaque):
        raise _unknown_result(root)
    if may_be_none(fact):
        raise _none_result(root)
    raise GradientError(
        f"the result of `{name}` is not a scalar but {_described(fact)}",
        "use vjp for the pullback of an array, or return its sum",
    )


def check_complex_result(root: Analysed) -> None:
    """Raises GradientError where a part of the result of ``root`` may be real or complex, among complex numbers."""
    if _is_unsure(root.facts.result):
        reason = f"the result of `{root.function.__name__}` may be real or complex"
        raise GradientError(reason, "return a real number, or one that is complex in any case")


def _is_unsure(fact: Fact) -> bool:
    if isinstance(fact, Num):
        return fact.maybe_complex
    if isinstance(fact, Seq) and fact.items is None:
        return _is_unsure(fact.element)
    return any(_is_unsure(slot) for _, slot in slots(fact) or ())


def check_known(root: Analysed) -> None:
    """Raises Refusal where the result of ``root``, or a part of it, may be anything: it might carry a derivative."""
    if _is_unknown(root.facts.result):
        raise _unknown_result(root)
    if _holds_none(root.facts.result):
        raise _none_result(root)


def _holds_none(fact: Fact) -> bool:
    if isinstance(fact, Seq) and fact.items is None:
        return _holds_none(fact.element)
    return may_be_none(fact) or any(_holds_none(slot) for _, slot in slots(fact) or ())


def _nones(op: Op, env: Mapping[str, Fact]) -> list[str]:
    """The variables that an operation reads and that may be None."""
    return sorted({o.payload for o in op.walk() if o.form == "read" and may_be_none(env.get(o.payload))})


def _none_result(root: Analysed) -> Refusal:
    """A variable that starts as None, and is returned."""
    returns = (s for s in every_statement(root.block) if isinstance(s, Return) and s in root.facts.before)
    found = next((s.node for s in returns if _holds_none(root.facts.of[s.value])), root.tree)
    return Refusal("the result may be None", "raise an error where it is None, before the `return`", found)


def _is_unknown(fact: Fact) -> bool:
    if isinstance(fact, Seq) and fact.items is None:
        return _is_unknown(fact.element)
    below = slots(fact)
    return isinstance(fact, Opaque) if below is None else any(_is_unknown(slot) for _, slot in below)


def _unknown_keyword(op: Op, bound: Bound | None) -> Refusal | None:
    """A keyword of a function of NumPy's with which it is not known what a call gives."""
    handler = None if bound is None else handler_of(bound.function)
    if bound is None or handler is None or not (keyword := lacking(handler, dict(bound.keywords))):
        return None
    reason = f"`{keyword}=` of `{spelled(bound)}` has no derivative rule for these arguments"
    instead = f"leave out `{keyword}=`, or compute the result outside and pass it in"
    return Refusal(reason, instead, keyword_node(op, keyword))


def _unknown_result(root: Analysed) -> Refusal:
    """The innermost expression of which nothing is known, to be named in an error."""
    facts = root.facts
    for statement in every_statement(root.block):
        for op in own_ops(statement) if statement in facts.before else ():
            inner = [
                a for a in (*op.args, *(v for _, v in op.keywords)) if a.form not in ("read", "global", "attribute")
            ]
            known = all(not isinstance(facts.of.get(a), Opaque) for a in inner)
            callee = facts.callees.get(op)
            if isinstance(callee, Refusal):
                return callee
            if op.form in ("read", "slice", "global", "attribute", "const") or op is getattr(statement, "test", None):
                continue
            if isinstance(facts.of.get(op), Opaque) and known and hasattr(op.node, "lineno"):
                text = root.source.text(op.node).split("\n")[0]
                if names := _nones(op, facts.before[statement].facts):
                    reason = f"`{names[0]}` may be None here, and what `{text}` gives is not known then"
                    return Refusal(reason, f"raise an error where `{names[0]}` is None, above", op.node)
                if lost := _unknown_keyword(op, facts.calls.get(op)):
                    return lost
                instead = "compute it outside and pass it in, or use functions that are known"
                if op.payload == "spread" and isinstance(op.node, gast.List):
                    instead = "make the list with `append`: how many items are spread out here is not known"
                return Refusal(f"what `{text}` gives is not known, and the result depends on it", instead, op.node)
    return Refusal("the type of the result is not known", "return a float", root.tree)
