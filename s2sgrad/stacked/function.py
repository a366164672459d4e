"""A generated function for a stack of seeds: its text with the lines that the stack goes through written anew.

Names are followed through the text until nothing new is found; a name that ever holds a stack always does. What is
changed in place stays so, but numbers: those of a stack are an array, and get a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sgrad.dialects.spans import Edit, replaced_text
from s2sgrad.normalize.parts import dotted, shallow
from s2sgrad.quote import nodes_in, quote, statements, structure
from s2sgrad.stacked.axes import index, lifted
from s2sgrad.stacked.expressions import Expressions
from s2sgrad.stacked.facts import NOTHING, UNKNOWN, WHOLE, NotStacked, Ranked, joined, listed, rows_of, tupled

__all__ = ["stacked_text"]

MOST_PASSES = 12
Helper = Callable[[str, list[Ranked]], tuple[str, Ranked]]


def stacked_text(text: str, name: str, numpy: str, facts: dict[str, Ranked], helper: Helper) -> tuple[str, Ranked]:
    """The text of one function under another name, whose parameters hold what ``facts`` says; and its result.

    Raises NotStacked where a line has no form for a stack.
    """
    (tree,) = gast.parse(text).body
    if any(isinstance(n, gast.NamedExpr) for n in nodes_in(tree)):
        raise NotStacked("a name that an expression binds")
    function = _Function(tree, numpy, facts, helper)
    for _ in range(MOST_PASSES):
        known = dict(function.reader.env)
        function.result = None
        edits = function.block(tree.body)
        if known == function.reader.env:
            break
    else:
        raise NotStacked("what names hold does not settle")
    new = replaced_text(text, edits)
    head = new.replace(f"def {tree.name}(", f"def {name}(", 1).replace(_docstring(tree), _of_each(tree), 1)
    return head, function.result or UNKNOWN


def _docstring(tree: Any) -> str:
    found = tree.body[0].value.value if isinstance(tree.body[0], gast.Expr) else ""
    return found.split("\n")[0] if isinstance(found, str) else ""


def _of_each(tree: Any) -> str:
    """The docstring of the function of one seed, in the plural."""
    return _docstring(tree).replace("Pull ", "Pull each row of ", 1).replace(" along ", " along each row of ", 1)


class _Function:
    def __init__(self, tree: Any, numpy: str, facts: dict[str, Ranked], helper: Helper) -> None:
        self.reader = Expressions(numpy, rows_of(facts), helper, dict(facts))
        self.numpy = numpy
        self.result: Ranked | None = None

    # ---- statements ----

    def block(self, body: list[Any]) -> list[Edit]:
        """The edits of a block, in order."""
        return [edit for statement in body for edit in self.statement(statement)]

    def statement(self, statement: Any) -> list[Edit]:
        rule = _RULES.get(type(statement))
        if rule is None:
            raise NotStacked(type(statement).__name__)
        return rule(self, statement)

    def _assign(self, statement: Any) -> list[Edit]:
        if len(statement.targets) != 1:
            raise NotStacked("several targets")
        (target,) = statement.targets
        if isinstance(target, gast.Subscript):
            return self._store(statement, target)
        value, fact = self.reader.bound(statement.value)
        if fact.element is not None and isinstance(value, gast.Name):
            raise NotStacked("another name for a list")
        if isinstance(target, gast.Name) and self._known(target.id).stacked and not fact.stacked:
            value = self._spread(statement.value, fact)
            fact = fact.stack()
        self._bind(target, fact)
        return self._edit(statement, shallow(statement), value=value)

    def _store(self, statement: Any, target: Any) -> list[Edit]:
        value, fact = self.reader.read(statement.value)
        place, rank = self._place(target, fact)
        if place is None:
            return []
        new = lifted(value, self._fits(fact, rank), rank)
        return self._edit(statement, shallow(statement), targets=[place], value=new)

    def _place(self, target: Any, fact: Ranked) -> tuple[Any, int]:
        """The part of a stack that is written, and the rank of one; None where it is a part of no stack."""
        base = target.value
        while isinstance(base, (gast.Subscript, gast.Attribute)):
            base = base.value
        own = self._known(base.id) if isinstance(base, gast.Name) else UNKNOWN
        if own.element is not None or own.items is not None:
            raise NotStacked("a store into a list")
        if fact.stacked and not own.stacked and isinstance(base, gast.Name):
            own = own.stack() if own.rank is not None else own
            self._bind(base, own)
        if not own.anywhere and not fact.anywhere:
            return None, 0
        held, of = self.reader.read(target.value)
        if not of.stacked or of.rank is None:
            raise NotStacked("a store into something else")
        new = shallow(target)
        new.value = held
        new.slice, rank = index(target.slice, self.reader.fact, of.rank)
        return new, rank

    def _fits(self, fact: Ranked, rank: int) -> Ranked:
        if fact.rank is None or fact.rank > rank:
            raise NotStacked("a value of another rank")
        return fact

    def _augmented(self, statement: Any) -> list[Edit]:
        value, fact = self.reader.read(statement.value)
        if isinstance(statement.target, gast.Subscript):
            place, rank = self._place(statement.target, fact)
            if place is None:
                return []
            new = lifted(value, self._fits(fact, rank), rank)
            return self._edit(statement, shallow(statement), target=place, value=new)
        if not isinstance(statement.target, gast.Name) or isinstance(statement.op, gast.MatMult):
            raise NotStacked("a target of another kind")
        name = statement.target.id
        own = self._known(name)
        if own.element is not None or own.items is not None:
            raise NotStacked("a list that grows")
        if fact.stacked:
            self._bind(statement.target, own.stack() if own.rank is not None else own)
            own = self._known(name)
        if not own.anywhere and not fact.anywhere:
            known = own.rank is not None and fact.rank is not None
            self._bind(statement.target, Ranked(max(own.rank or 0, fact.rank or 0)) if known else UNKNOWN)
            return []
        if not own.stacked or own.rank is None:
            raise NotStacked("a change of something else")
        new = lifted(value, self._fits(fact, own.rank), own.rank)
        if own.rank:
            return self._edit(statement, shallow(statement), value=new)
        made = quote("a + b")
        made.left, made.op, made.right = quote(name), statement.op, new
        return [(statement, statements(f"{name} = {{e}}", e=made))]

    def _expression(self, statement: Any) -> list[Edit]:
        call = statement.value
        if isinstance(call, gast.Constant):
            return []
        method = call.func.attr if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) else ""
        if method == "append" and isinstance(call.func.value, gast.Name) and len(call.args) == 1:
            value, fact = self.reader.bound(call.args[0])
            if fact.anywhere or self._known(call.func.value.id).element is not None:
                self._bind(call.func.value, listed(fact))
            new = shallow(call)
            new.args = [value]
            return self._edit(statement, shallow(statement), value=new)
        if dotted(call.func if isinstance(call, gast.Call) else None) == (self.numpy, "add", "at"):
            return self._added_at(statement, call)
        held = self.reader.fact(call.func.value) if method else UNKNOWN
        changed = held.element is not None and method != "pop"
        if changed or held.anywhere or self.reader.fact(call).anywhere:
            raise NotStacked("a call for what it does")
        return []

    def _added_at(self, statement: Any, call: Any) -> list[Edit]:
        """``np.add.at(d, i, e)``: the first axis is taken whole."""
        array, place, value = call.args
        new, fact = self.reader.read(value)
        if not isinstance(array, gast.Name):
            raise NotStacked("add.at of a part")
        target = quote("{a}[{i}]", a=array, i=place)
        made, rank = self._place(target, fact)
        if made is None:
            return []
        parts = place.elts if isinstance(place, gast.Tuple) else [place]
        if any(isinstance(p, gast.Slice) for p in parts):
            raise NotStacked("add.at of slices")
        tree = shallow(call)
        tree.args = [array, quote("(slice(None), {i})", i=parts[0]), lifted(new, self._fits(fact, rank), rank)]
        tree.args[1].elts += parts[1:]
        return self._edit(statement, shallow(statement), value=tree)

    def _for(self, statement: Any) -> list[Edit]:
        if statement.orelse:
            raise NotStacked("an else of a loop")
        self._bind(statement.target, self._items(statement.iter))
        return self.block(statement.body)

    def _items(self, tree: Any) -> Ranked:
        """What a loop runs over, one item of it."""
        name = tree.func.id if isinstance(tree, gast.Call) and isinstance(tree.func, gast.Name) else ""
        if name == "range":
            self._no_stack(tree)
            return WHOLE
        if name == "reversed" and len(tree.args) == 1:
            return self._items(tree.args[0])
        if name == "enumerate" and len(tree.args) == 1:
            return tupled(WHOLE, self._items(tree.args[0]))
        if name == "zip" and not tree.keywords:
            return tupled(*map(self._items, tree.args))
        fact = self.reader.fact(tree)
        if fact.stacked:
            raise NotStacked("a loop over a stack")
        if fact.element is not None:
            return UNKNOWN if fact.element == NOTHING else fact.element
        if fact.anywhere:
            raise NotStacked("a loop over a tuple")
        return Ranked(fact.rank - 1, kind=fact.kind) if fact.rank else UNKNOWN

    def _tested(self, statement: Any) -> list[Edit]:
        self._no_stack(statement.test)
        if isinstance(statement, gast.While) and statement.orelse:
            raise NotStacked("an else of a loop")
        return [*self.block(statement.body), *self.block(statement.orelse)]

    def _no_stack(self, tree: Any) -> None:
        names = (n.id for n in nodes_in(tree) if isinstance(n, gast.Name))
        if any(self._known(name).anywhere for name in names):
            raise NotStacked("a stack decides what runs")

    def _return(self, statement: Any) -> list[Edit]:
        value, fact = self.reader.bound(statement.value)
        known, self.result = self.result, joined(self.result, fact)
        if not fact.agrees(self.result) or (known is not None and not known.agrees(self.result)):
            raise NotStacked("results that are stacks on one path alone")
        return self._edit(statement, shallow(statement), value=value)

    def _nothing(self, statement: Any) -> list[Edit]:
        self._no_stack(statement)
        return []

    # ---- names ----

    def _known(self, name: str) -> Ranked:
        return self.reader.env.get(name, UNKNOWN)

    def _bind(self, target: Any, fact: Ranked) -> None:
        if isinstance(target, gast.Tuple):
            parts = fact.items
            if parts is None or len(parts) != len(target.elts):
                if fact.anywhere:
                    raise NotStacked("a stack that is taken apart")
                each = Ranked(fact.rank - 1, kind=fact.kind) if fact.rank else fact.element or UNKNOWN
                parts = (each,) * len(target.elts)
            for part, own in zip(target.elts, parts, strict=True):
                self._bind(part, own)
        elif isinstance(target, gast.Name):
            found = joined(self.reader.env.get(target.id), fact)
            if not fact.agrees(found):
                raise NotStacked("one value where others are stacks")
            self.reader.env[target.id] = found
        else:
            raise NotStacked("a target of another kind")

    def _spread(self, value: Any, fact: Ranked) -> Any:
        """Zeros for each seed; what else is no stack is not given to a name that holds one."""
        zero = isinstance(value, gast.Constant) and value.value == 0 and type(value.value) in (int, float)
        if zero:
            return quote(f"{self.numpy}.zeros({self.reader.rows})")
        if isinstance(value, gast.Call) and dotted(value.func) == (self.numpy, "zeros") and fact.rank == 1:
            made = shallow(value)
            made.args = [quote(f"({self.reader.rows}, {{n}})", n=value.args[0]), *value.args[1:]]
            return made
        like = value.args[0] if isinstance(value, gast.Call) and len(value.args) == 1 and not value.keywords else None
        if like is None or dotted(value.func) != (self.numpy, "zeros_like") or not fact.rank:
            raise NotStacked("one value for all seeds")
        return quote(f"{self.numpy}.zeros(({self.reader.rows}, *{{x}}.shape), {{x}}.dtype)", x=like)

    def _edit(self, old: Any, new: Any, **parts: Any) -> list[Edit]:
        new.__dict__.update(parts)
        return [] if structure(new) == structure(old) else [(old, [new])]


_RULES: dict[type, Callable[[_Function, Any], list[Edit]]] = {
    gast.Assign: _Function._assign,
    gast.AugAssign: _Function._augmented,
    gast.Expr: _Function._expression,
    gast.For: _Function._for,
    gast.If: _Function._tested,
    gast.While: _Function._tested,
    gast.Return: _Function._return,
    gast.Pass: _Function._nothing,
    gast.Break: _Function._nothing,
    gast.Continue: _Function._nothing,
    gast.Raise: _Function._nothing,
}
