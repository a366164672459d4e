"""The accepted language: the one place that refuses a construct by its form."""

from __future__ import annotations

import gast

from s2sgrad.errors import Refusal
from s2sgrad.quote import nodes_in

__all__ = ["check"]

_REFUSED: dict[type, tuple[str, str]] = {
    gast.While: ("`while` is not differentiated yet", "use `for` over a range"),
    gast.Break: ("`break` is not differentiated yet", "guard the rest of the body with `if`"),
    gast.Continue: ("`continue` is not differentiated yet", "guard the rest of the body with `if`"),
    gast.With: ("`with` is not differentiated yet", "open it outside of the function"),
    gast.Try: ("`try` is not differentiated yet", "handle the exception outside of the function"),
    gast.Global: ("assigning to a global is not differentiated", "return the value"),
    gast.Nonlocal: ("assigning to a variable of an enclosing function is not differentiated", "return the value"),
    gast.Delete: ("`del` is not differentiated yet", "leave it out"),
    gast.FunctionDef: ("a function defined inside is not differentiated yet", "define it outside"),
    gast.ClassDef: ("a class defined inside is not differentiated", "define it outside"),
    gast.Import: ("an import inside is not differentiated yet", "import at the top of the file"),
    gast.ImportFrom: ("an import inside is not differentiated yet", "import at the top of the file"),
    gast.Await: ("`await` is not differentiated", "await outside of the function"),
    gast.Yield: ("a generator is not differentiated", "return a list or an array"),
    gast.YieldFrom: ("a generator is not differentiated", "return a list or an array"),
}
for _name in ("Match", "TryStar", "AsyncFor", "AsyncWith", "AsyncFunctionDef", "TypeAlias"):
    if hasattr(gast, _name):
        _REFUSED[getattr(gast, _name)] = (f"`{_name.lower()}` is not differentiated yet", "use if and for")


def check(tree: gast.FunctionDef) -> None:
    """Raise Refusal at the first construct, in reading order, that has no place in the accepted language."""
    for statement in tree.body:
        for node in nodes_in(statement):
            found = _REFUSED.get(type(node))
            if found is not None:
                raise Refusal(*found, node)
