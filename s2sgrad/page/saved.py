"""What the forward part keeps for the backward part, why, and which lines read it.

What is kept, and why, is what the generator decided; who reads it is looked up in the generated text: the statements
behind the one that takes it back, in a loop those of the next round too, until the variable is bound again.

>>> body = ast.parse("for _ in n:\\n    a = b * h\\n    h = h_stack.pop()\\n    c = h\\n    h = 0").body
>>> [reader.lineno for reader in readers(body, "h_stack", "h")]
[4]
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from s2sgrad.page.correspondence import Group, Pages, Panel, inner_blocks
from s2sgrad.request import Kept

__all__ = ["Saved", "Still", "readers", "saved", "still_there"]


@dataclass(frozen=True)
class Saved:
    """A kept value: where it is put aside, and the generated lines that take it back and that read it.

    ``panel`` is the number of the function whose lines are meant, ``value`` the text of what is kept, where it has no
    name of the user's; ``also`` is a second reason.
    """

    kept: Kept
    group: Group
    panel: int
    taken: tuple[int, ...]
    read: tuple[int, ...]
    value: str = ""
    also: str = ""

    @property
    def reasons(self) -> list[str]:
        """Why it is kept, in sentences; names stand between backticks."""
        whys = filter(None, (self.also, self.kept.why))
        return [_REASONS[why].format(line=self.kept.line, variable=self.kept.variable) for why in whys]


@dataclass(frozen=True)
class Still:
    """A value of the forward part that the backward part reads where it is: nothing changes it in between."""

    name: str
    panel: int
    read: tuple[int, ...]


_REASONS = {
    "overwritten": "line {line} gives `{variable}` another value, and the old one is read on the way back",
    "changed": "line {line} stores into `{variable}`: the part that it overwrites is copied, and put back",
    "iteration": "`{variable}` has another value in each iteration",
    "dear": "computing it again would cost more than keeping it",
    "asked": "the way back must take the same branch, and the test cannot be asked again",
    "helper": "it is what the function called in line {line} keeps for its own way back",
    "counted": "the way back makes as many rounds as the loop did",
}


def saved(pages: Pages) -> list[Saved]:
    """What is kept, in the order of the user's lines."""
    found: dict[tuple[Kept, int], Saved] = {}
    for number, panel in enumerate(pages.right):
        if panel.unit is None or not panel.statements:
            continue
        function = panel.statements[0].group.function
        back = _outermost([p.node for p in panel.statements if p.backward])
        for kept in panel.unit.origins.kept:
            read = tuple(sorted({node.lineno for node in readers(back, kept.name, kept.variable)}))
            taken = tuple(node.lineno for node in _below(back) if _takes(node, kept.name))
            if read or taken:
                value = _value(pages, function, kept.variable)
                found[kept, function] = Saved(kept, Group(function, kept.line), number, taken, read, value)
    return sorted(_joined(list(found.values())), key=lambda one: (one.group, one.kept.name))


def _joined(found: list[Saved]) -> Iterator[Saved]:
    """One entry for a value that has a name because it is dear, and a list because it stands in a loop."""
    lists = {(s.group, s.kept.variable) for s in found if s.kept.name != s.kept.variable}
    whys = {(s.group, s.kept.name): s.kept.why for s in found}
    for one in found:
        also = whys.get((one.group, one.kept.variable), "") if one.kept.name != one.kept.variable else ""
        if one.kept.why == "iteration" or (one.group, one.kept.name) not in lists:
            yield replace(one, also=also, value=one.value if also or one.kept.why in ("dear", "helper") else "")


def _value(pages: Pages, function: int, name: str) -> str:
    """The text of what a name of ours is given in the forward part of a function."""
    placed = (p for panel in pages.right for p in panel.statements if not p.backward and p.group.function == function)
    nodes = (p.node for p in placed)
    return next((ast.unparse(s.value) for s in nodes if isinstance(s, ast.Assign) and name in _bound(s)), "")


def still_there(pages: Pages) -> list[Still]:
    """What the backward parts read of the forward parts as it is."""
    return [still for number, panel in enumerate(pages.right) for still in _still(number, panel)]


def _still(number: int, panel: Panel) -> Iterator[Still]:
    if panel.unit is None or not panel.statements:
        return
    tree = ast.parse(panel.unit.source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    forward = [p.node for p in panel.statements if not p.backward]
    back = [p.node for p in panel.statements if p.backward]
    kept = {name for k in panel.unit.origins.kept for name in (k.name, k.variable)}
    arguments = [a.arg for a in ast.walk(tree.args) if isinstance(a, ast.arg)]
    bound = dict.fromkeys([*arguments, *(n for s in forward for n in _bound(s))])
    written = {n for s in back for n in _bound(s)}
    for name in bound:
        read = tuple(s.lineno for s in back if name in _read(s))
        if read and name not in kept | written and forward:
            yield Still(name, number, read)


# ---- who reads what ----

_Rest = tuple[ast.stmt, list[ast.stmt]]


def readers(body: Sequence[ast.stmt], name: str, variable: str) -> list[ast.stmt]:
    """The statements that read what is kept under ``name``, as ``variable`` where it is taken back into that."""
    taken = [rest for statement, rest in _with_rest(body, []) if _takes(statement, name)]
    if not taken:
        return [s for s in _below(body) if name in _read(s)]
    found = {id(s): s for rest in taken for s in _until_bound(rest, variable)}
    return [s for s in found.values() if not _takes(s, name)]


def _with_rest(body: Sequence[ast.stmt], behind: list[ast.stmt], looped: bool = False) -> Iterator[_Rest]:
    """Each statement with those that may run after it, block by block; in a loop the next round comes first."""
    for i, statement in enumerate(body):
        rest = [*body[i + 1 :], *(body[: i + 1] if looped else []), *behind]
        yield statement, rest
        for block in inner_blocks(statement):
            yield from _with_rest(block, rest, isinstance(statement, ast.For | ast.While))


def _until_bound(statements: Sequence[ast.stmt], variable: str) -> Iterator[ast.stmt]:
    for statement in statements:
        inside = list(_below([statement]))
        yield from (s for s in inside if variable in _read(s))
        if variable in _bound(statement):
            return


def _takes(statement: ast.stmt, name: str) -> bool:
    """True for ``x = name.pop()``, ``x[1:] = name.pop()`` and ``x = name``."""
    if not isinstance(statement, ast.Assign):
        return False
    value = statement.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in ("pop", "copy"):
        value = value.func.value
    return isinstance(value, ast.Name) and value.id == name


def _below(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for block in inner_blocks(statement):
            yield from _below(block)


def _outermost(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Those that stand in no other one."""
    inside = {id(s) for statement in statements for block in inner_blocks(statement) for s in _below(block)}
    return [s for s in statements if id(s) not in inside]


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements in it."""
    inner = {id(s) for block in inner_blocks(statement) for s in block}
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(n for n in ast.iter_child_nodes(node) if id(n) not in inner)


def _read(statement: ast.stmt) -> set[str]:
    names = {n.id for n in _own_nodes(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    target = statement.target if isinstance(statement, ast.AugAssign) else None
    return names | ({target.id} if isinstance(target, ast.Name) else set())


def _bound(statement: ast.stmt) -> set[str]:
    return {n.id for n in _own_nodes(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
