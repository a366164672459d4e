"""Formulas: their signs, their brackets, and that every line of the rules has one that is well formed."""

import ast
import inspect
import textwrap
from xml.etree import ElementTree

import pytest

from s2sgrad.page.mathml import formula
from s2sgrad.rules import load
from s2sgrad.rules.registry import ADJOINTS


def shown(text, known=("x", "y", "h", "W1")):
    """The formula of a statement with signs for what is above, below and divided."""
    return flat(ElementTree.fromstring(formula(ast.parse(text).body[0], known).replace("&nbsp;", " ")))


def flat(node):
    parts = [flat(child) for child in node]
    if node.tag == "msup":
        return f"{parts[0]}^{parts[1]}"
    if node.tag in ("msub", "munder"):
        return f"{parts[0]}_{parts[1]}"
    if node.tag == "mfrac":
        return f"<{parts[0]}|{parts[1]}>"
    if node.tag == "msqrt":
        return f"√<{''.join(parts)}>"
    if node.tag == "mspace":
        return " "
    return (node.text or "") + "".join(parts)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("dx += dy * (1 - y ** 2)", "dx+=dy⋅(1−y^2)"),
        ("dx = -dy * x / (1 + x)", "dx=<−dy⋅x|1+x>"),
        ("dx = (dy - x) - (y - 1)", "dx=dy−x−(y−1)"),
        ("dx = dy * (x * y)", "dx=dy⋅(x⋅y)"),
        ("dx = dy * -x", "dx=dy⋅(−x)"),
        ("dx = (-x) ** 2 + (x / y) ** 2 + (x ** 2) ** 3", "dx=(−x)^2+(<x|y>)^2+(x^2)^3"),
        ("dW1 += h.T @ (x @ y)", "dW_1+=h^⊤ (x y)"),
        ("db = dy.sum(axis=0)", "db=∑_axis 0dy"),
        ("s = np.sum(x + y) * 2", "s=(∑(x+y))⋅2"),
        ("dx = np.where(x > 0, dy, 0.0)", "dx={dyif x>00otherwise"),
        ("a = b if c else d", "a={bif cdotherwise"),
        ("e = np.exp(-x) + np.sqrt(x) + abs(x)", "e=e^−x+√<x>+|x|"),
        ("u[1:-1, j] = u_stack.pop()", "u_1:−1,j=last of u_stack"),
        ("dx = np.linalg.inv(W1) @ np.linalg.solve(W1, y)", "dx=W_1^−1 (W_1^−1 y)"),
        ("z = np.linalg.norm(x, axis=1)", "z=norm⁡(x,axis=1)"),
        ("dx = 1e-05 * np.zeros_like(x) + 2.0 * np.pi", "dx=10^−5⋅0+2⋅π"),
        ("diff = x - y", "diff=x−y"),
        ("x_dot = 2 * x_dot", "x˙=2⋅x˙"),
        ("a, (b, c) = f(x, (y, 1))", "a,(b,c)=f⁡(x,(y,1))"),
        ("k //= 2", "k//=2"),
    ],
)
def test_formula(text, expected):
    assert shown(text) == expected


def test_a_text_that_looks_like_markup_stays_text():
    assert "&lt;/math&gt;" in formula(ast.parse("x = '</math><b>'").body[0], ())
    assert shown("x = f'<b>{y}' + g(lambda t: t < 1)").startswith("x=")


def test_what_gives_no_value_has_no_formula():
    assert [formula(ast.parse(t).body[0], ()) for t in ("pass", "for i in x:\n    y = i", "del x")] == ["", "", ""]


def test_every_rule_has_formulas():
    load()
    templates = {rule.template for rules in ADJOINTS.values() for rule in rules}
    count = 0
    for template in templates:
        text = textwrap.dedent(inspect.getsource(template))
        if text.startswith(("def ", "@")):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Assign | ast.AugAssign | ast.Return):
                    ElementTree.fromstring(formula(node, ()).replace("&nbsp;", " "))
                    count += 1
    assert count > 300
