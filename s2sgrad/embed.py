"""Values as text for a saved module: an import, an assignment, a function, or a parameter.

>>> embed("rate", 0.5)
('constant', 'rate = 0.5')
>>> embed("np", np)
('import', 'import numpy as np')
>>> literal(np.float32(0.5))
'np.float32(0.5)'
"""

from __future__ import annotations

import ast
import io
import math
import sys
import textwrap
import tokenize
import types
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from s2sgrad.errors import Refusal

__all__ = ["Data", "Embedded", "Helper", "embed", "literal", "replaced_header", "with_signature"]

Embedded = Literal["import", "constant", "helper", "data"]
Helper: Embedded = "helper"
Data: Embedded = "data"


def embed(name: str, value: Any, numpy_name: str = "np") -> tuple[Embedded, str]:
    """How a saved module gets ``name``, and the text for it; data has none, it becomes a parameter."""
    if isinstance(value, types.ModuleType):
        return "import", _import(name, value)
    text = literal(value, numpy_name)
    if text is not None:
        return "constant", f"{name} = {text}"
    if isinstance(value, np.ndarray | list | dict | set | bytearray):
        return Data, ""
    library = _library_import(name, value)
    if library is not None:
        return "import", library
    if isinstance(value, types.FunctionType):
        imported = _installed_import(name, value)
        return ("import", imported) if imported else (Helper, _helper(name, value))
    if isinstance(value, np.ufunc | types.BuiltinFunctionType) and (imported := _installed_import(name, value)):
        return "import", imported
    raise _refused(name, f"it is a {type(value).__qualname__}")


def literal(value: Any, numpy_name: str = "np") -> str | None:
    """The expression that makes a constant anew, the same bits; None where there is none."""
    if isinstance(value, np.number | np.bool_):
        held = literal(value.item()) if type(value.item()) in (bool, int, float, complex) else None
        return held and f"{numpy_name}.{'bool_' if isinstance(value, np.bool_) else type(value).__name__}({held})"
    if value is None or value is ... or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if type(value) is complex:
        return f"complex({literal(value.real)}, {literal(value.imag)})"
    if type(value) is tuple:
        items = [literal(item, numpy_name) for item in value]
        return None if None in items else f"({', '.join(map(str, items))}{',' if len(items) == 1 else ''})"
    return None


def _import(name: str, module: types.ModuleType) -> str:
    full = module.__name__
    if sys.modules.get(full) is not module or full == "__main__":
        raise _refused(name, "that module cannot be imported by name")
    return f"import {full}" if full == name else f"import {full} as {name}"


def _library_import(name: str, value: Any) -> str | None:
    """The import of something that NumPy or the standard library offers under its own name."""
    own = getattr(value, "__name__", None)
    for module in (getattr(value, "__module__", None), "numpy", "math"):
        root = str(module).partition(".")[0]
        offered = root == "numpy" or (root in sys.stdlib_module_names and root != "__main__")
        if own and offered and getattr(sys.modules.get(str(module)), own, None) is value:
            return f"from {module} import {own}" + ("" if own == name else f" as {name}")
    return None


def _installed_import(name: str, value: Any) -> str | None:
    """The import of a function of an installed package, from the outermost of its modules that offers it."""
    own, full = getattr(value, "__name__", None), str(getattr(value, "__module__", None) or _home_of(value))
    root = sys.modules.get(full.partition(".")[0])
    if own is None or "site-packages" not in str(getattr(root, "__file__", "")) or full.startswith("s2sgrad"):
        return None
    parts = full.split(".")
    for n in range(1, len(parts) + 1):
        module = ".".join(parts[:n])
        if getattr(sys.modules.get(module), own, None) is value:
            return f"from {module} import {own}" + ("" if own == name else f" as {name}")
    return None


def _home_of(value: Any) -> str:
    """A module of SciPy's that offers a ufunc, which does not know where it comes from."""
    special = sys.modules.get("scipy.special")
    return "scipy.special" if getattr(special, getattr(value, "__name__", ""), None) is value else ""


def _helper(name: str, function: types.FunctionType) -> str:
    """The text of a helper function, under the name by which it is called."""
    from s2sgrad.parse import parse
    from s2sgrad.quote import unquote

    if function.__code__.co_freevars:
        raise _refused(name, "it is a closure: what it captured cannot be written down")
    source = parse(function)
    text = source.text(source.tree)
    if source.is_lambda or _has_long_strings(text):
        text = unquote(source.tree)
    text = textwrap.dedent(" " * source.tree.col_offset + text)
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    text = with_signature(text, tree, function.__defaults__, function.__kwdefaults__)
    own = tree.name
    return text.rstrip("\n") + ("\n" if own == name else f"\n\n\n{name} = {own}\n")


def _has_long_strings(text: str) -> bool:
    """True where a string runs over several lines, so that its indentation is part of it."""
    strings = (node for node in ast.walk(ast.parse(text.lstrip())) if isinstance(node, ast.Constant | ast.JoinedStr))
    return any(node.end_lineno != node.lineno for node in strings)


def with_signature(
    text: str,
    tree: ast.FunctionDef,
    defaults: tuple[Any, ...] | None,
    keyword_defaults: dict[str, Any] | None,
    extra: Sequence[str] = (),
) -> str:
    """``text`` with the defaults written as constants, and with the keyword parameters ``extra``."""
    before = ast.unparse(tree.args)
    tree.args.defaults = [_constant(tree.name, value) for value in defaults or ()]
    given = keyword_defaults or {}
    names = [argument.arg for argument in tree.args.kwonlyargs]
    tree.args.kw_defaults = [_constant(tree.name, given[name]) if name in given else None for name in names]
    for name in extra:
        tree.args.kwonlyargs.append(ast.arg(name))
        tree.args.kw_defaults.append(None)
    after = ast.unparse(tree.args)
    return text if after == before else replaced_header(text, tree, after)


def _constant(function: str, value: Any) -> ast.expr:
    text = literal(value)
    if text is None:
        raise _refused(function, f"one of its defaults is a {type(value).__qualname__}")
    return ast.parse(text, mode="eval").body


def replaced_header(text: str, tree: ast.FunctionDef, arguments: str) -> str:
    """The text with another parameter list; everything behind the colon stays as it is."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.type == tokenize.OP and token.string == ":" and not depth:
            row, column = token.end
            break
    rest = "\n".join([text.split("\n")[row - 1][column:], *text.split("\n")[row:]])
    return _header(tree.name, arguments) + rest


def _header(name: str, arguments: str) -> str:
    line = f"def {name}({arguments}):"
    if len(line) <= 79:
        return line
    return f"def {name}(\n{textwrap.fill(arguments, 75, initial_indent='    ', subsequent_indent='    ')}\n):"


def _refused(name: str, why: str) -> Refusal:
    return Refusal(f"the code cannot be saved: it uses {name!r}, and {why}", "pass it as an argument of the function")
