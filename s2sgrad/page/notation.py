"""How names and functions are written in mathematics: Greek letters, indices, sums, roots, norms.

>>> identifier("alpha", ()), identifier("W1", ()), identifier("dx", {"x"})
('<mi>α</mi>', '<msub><mi>W</mi><mn>1</mn></msub>', '<mrow><mi mathvariant="normal">d</mi><mi>x</mi></mrow>')
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s2sgrad.page.mathml import Formulas

__all__ = ["CONSTANTS", "TIMES", "call", "cases", "dotted", "fenced", "identifier", "number", "operator", "row", "text"]

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eps": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lam": "λ", "lambda_": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
CONSTANTS = {"np.pi": "π", "math.pi": "π", "np.e": "e", "math.e": "e", "np.inf": "∞", "math.inf": "∞"}
_PREFIXES = ("d", "d_", "grad_")
_NOUNS = frozenset(("total", "diff", "prod", "ratio", "power", "rest", "out"))
TIMES = '<mspace width="0.2em"/>'
"""Between the factors of a product of matrices."""
LOOSE, COMPARED, SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 3, 5, 6


# ---- elements ----


def row(inner: str) -> str:
    """One expression."""
    return f"<mrow>{inner}</mrow>"


def operator(sign: str, form: str = "") -> str:
    """A sign."""
    return f"<mo{f' form={chr(34)}{form}{chr(34)}' if form else ''}>{escape(sign)}</mo>"


def number(value: float) -> str:
    """A number: powers of ten as such, whole ones without a point."""
    digits, _, exponent = repr(value).partition("e")
    shown = f"<mn>{digits.removesuffix('.0')}</mn>"
    if not exponent:
        return shown
    power = f"<msup><mn>10</mn><mn>{int(exponent)}</mn></msup>".replace("-", "−")
    return power if digits == "1" else row(shown + operator("⋅") + power)


def text(words: str) -> str:
    """Words within a formula."""
    return f"<mtext>{escape(words).replace(' ', '&nbsp;')}</mtext>"


def fenced(left: str, inner: str, right: str) -> str:
    """An expression between two brackets."""
    return row(f'<mo fence="true" form="prefix">{left}</mo>{inner}<mo fence="true" form="postfix">{right}</mo>')


def cases(then: str, test: str, otherwise: str) -> str:
    """Two cases behind a brace."""
    cells = [f"<mtr><mtd>{then}</mtd><mtd>{text('if ')}{test}</mtd></mtr>"]
    cells.append(f"<mtr><mtd>{otherwise}</mtd><mtd>{text('otherwise')}</mtd></mtr>")
    return row(f'<mo fence="true" form="prefix">{{</mo><mtable>{"".join(cells)}</mtable>')


# ---- names ----


def identifier(name: str, known: Collection[str]) -> str:
    """A name; that of an adjoint is an upright d before the name of what it belongs to."""
    for prefix in _PREFIXES:
        rest = name.removeprefix(prefix)
        if rest != name and name not in known and (rest in known or _is_temporary(rest)):
            return row(f'<mi mathvariant="normal">d</mi>{_base(rest)}')
    if name.endswith("_dot") and name.removesuffix("_dot") in known:
        inner = _base(name.removesuffix("_dot")) + operator("˙")
        return f'<mover accent="true">{inner}</mover>'
    return _base(name)


def _is_temporary(noun: str) -> bool:
    return noun.rstrip("0123456789") in _NOUNS or noun.endswith("_arg")


def _base(name: str) -> str:
    """A letter, a word, or one of these with an index."""
    if name in _GREEK:
        return f"<mi>{_GREEK[name]}</mi>"
    parts = re.fullmatch(r"([^\W\d_]+)_?(\d+|(?<=_)\w+)", name)
    if parts is None or parts[2] == "stack":
        return f"<mi>{escape(name)}</mi>"
    if len(parts[1]) > 1 and not parts[2].isdigit() and parts[1] not in _GREEK:
        return f"<mi>{escape(name)}</mi>"
    index = f"<mn>{parts[2]}</mn>" if parts[2].isdigit() else f"<mi>{escape(parts[2])}</mi>"
    return f"<msub>{_base(parts[1])}{index}</msub>"


def dotted(node: ast.expr) -> str:
    """``np.linalg.inv`` of the expression that names it; empty for any other."""
    if isinstance(node, ast.Name):
        return node.id
    inner = dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{inner}.{node.attr}" if inner and isinstance(node, ast.Attribute) else ""


# ---- calls ----

_Written = tuple[str, int]


def call(formulas: Formulas, node: ast.Call) -> _Written:
    """A call in the way of mathematics, if there is one for this function; a method's object is its first operand."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    operands = list(node.args)
    is_method = isinstance(node.func, ast.Attribute) and dotted(node.func).split(".")[0] not in ("np", "numpy", "math")
    if isinstance(node.func, ast.Attribute) and is_method and name in _METHODS:
        operands = [node.func.value, *operands]
    write = _SIGNS.get(name) if not is_method or name in _METHODS else None
    found = write(formulas, operands, node) if write is not None and operands else None
    return found if found is not None else _plain(formulas, node)


def _plain(formulas: Formulas, node: ast.Call) -> _Written:
    """A function applied to its arguments, NumPy's name left out."""
    function = node.func
    if isinstance(function, ast.Attribute) and dotted(function.value) in ("np", "numpy", "math", "np.linalg"):
        name = f"<mi>{escape(function.attr)}</mi>"
    else:
        name = formulas.at(function, ATOM)
    keywords = [f"{identifier(k.arg or '**', ())}{operator('=')}{formulas.at(k.value, LOOSE)}" for k in node.keywords]
    inner = operator(",").join([*(formulas.at(a, COMPARED) for a in node.args), *keywords])
    return row(name + operator("\N{FUNCTION APPLICATION}") + fenced("(", inner, ")")), ATOM


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg == name), None)


def _large(sign: str) -> Callable[[Formulas, list[ast.expr], ast.Call], _Written | None]:
    """A sum, product, mean, largest or smallest over the axes that stand below the sign."""
    operator_sign = operator(sign) if len(sign) == 1 else f"<mi>{sign}</mi>"

    def write(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written:
        axis = _keyword(node, "axis") or (operands[1] if len(operands) > 1 else None)
        none = axis is None or (isinstance(axis, ast.Constant) and axis.value is None)
        below = "" if none or axis is None else text("axis ") + formulas.at(axis, LOOSE)
        head = f"<munder>{operator_sign}{row(below)}</munder>" if below else operator_sign
        place = PRODUCT if len(sign) == 1 else ATOM
        inner = formulas.at(operands[0], place) if len(sign) == 1 else _bracketed(formulas, operands[0])
        return row(head + inner), SUM if len(sign) == 1 else ATOM

    return write


def _bracketed(formulas: Formulas, node: ast.expr) -> str:
    return fenced("(", formulas.at(node, LOOSE), ")")


def _between(left: str, right: str) -> Callable[[Formulas, list[ast.expr], ast.Call], _Written | None]:
    def write(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
        alone = len(operands) == 1 and not node.keywords
        return (fenced(left, formulas.at(operands[0], LOOSE), right), ATOM) if alone else None

    return write


def _infix(between: str) -> Callable[[Formulas, list[ast.expr], ast.Call], _Written | None]:
    def write(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
        if len(operands) != 2 or node.keywords:
            return None
        return row(between.join(formulas.at(o, PRODUCT + 1) for o in operands)), PRODUCT

    return write


def _letter(sign: str) -> Callable[[Formulas, list[ast.expr], ast.Call], _Written | None]:
    """Zeros or ones of some shape."""
    return lambda formulas, operands, node: (f'<mi mathvariant="bold">{sign}</mi>', ATOM)


def _exponential(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    return f"<msup><mi>e</mi>{formulas.at(operands[0], LOOSE)}</msup>", POWER


def _root(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    return f"<msqrt>{formulas.at(operands[0], LOOSE)}</msqrt>", ATOM


def _inverse(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    return f"<msup>{formulas.at(operands[0], ATOM)}<mrow>{operator('−')}<mn>1</mn></mrow></msup>", POWER


def _solution(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    if len(operands) != 2:
        return None
    inverse = f"<msup>{formulas.at(operands[0], ATOM)}<mrow>{operator('−')}<mn>1</mn></mrow></msup>"
    return row(inverse + TIMES + formulas.at(operands[1], PRODUCT + 1)), PRODUCT


def _outer(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    if len(operands) != 2 or not isinstance(node.func, ast.Attribute) or dotted(node.func.value) not in ("np", "numpy"):
        return None
    right = f"<msup>{formulas.at(operands[1], ATOM)}{operator('⊤')}</msup>"
    return row(formulas.at(operands[0], PRODUCT) + TIMES + right), PRODUCT


def _where(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    return (formulas.cases(*operands), ATOM) if len(operands) == 3 else None


def _copy(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    """A copy is the value itself."""
    return (formulas.at(operands[0], ATOM), ATOM) if len(operands) == 1 else None


def _taken(formulas: Formulas, operands: list[ast.expr], node: ast.Call) -> _Written | None:
    """What was kept last."""
    return (row(text("last of ") + formulas.at(operands[0], ATOM)), ATOM) if len(operands) == 1 else None


_SIGNS: dict[str, Callable[[Formulas, list[ast.expr], ast.Call], _Written | None]] = {
    "sum": _large("∑"),
    "prod": _large("∏"),
    "mean": _large("mean"),
    "max": _large("max"),
    "min": _large("min"),
    "abs": _between("|", "|"),
    "absolute": _between("|", "|"),
    "fabs": _between("|", "|"),
    "floor": _between("⌊", "⌋"),
    "ceil": _between("⌈", "⌉"),
    "len": _between("|", "|"),
    "norm": _between("‖", "‖"),
    "exp": _exponential,
    "sqrt": _root,
    "inv": _inverse,
    "solve": _solution,
    "outer": _outer,
    "dot": _infix(operator("⋅")),
    "matmul": _infix(TIMES),
    "where": _where,
    "zeros_like": _letter("0"),
    "zeros": _letter("0"),
    "ones_like": _letter("1"),
    "ones": _letter("1"),
    "copy": _copy,
    "pop": _taken,
}
_METHODS = frozenset(("sum", "prod", "mean", "max", "min", "dot", "copy", "pop"))
"""What an array or a list is asked for."""
