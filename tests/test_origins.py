"""Every statement of a generated text tells from which line of the user's it comes."""

import ast
import importlib

import gast
import numpy as np
import pytest

import s2sgrad
from s2sgrad.page.correspondence import correspondence
from s2sgrad.parse import parse
from tests.test_golden import NAMES, golden


def made(function, mode, wrt, args):
    derivative = getattr(s2sgrad, mode)(function, wrt)
    bound = getattr(derivative, "__self__", None)
    derivative = getattr(derivative, "__func__", derivative)
    return derivative._found((bound, *args) if bound is not None else args, {}).generated


def quotes(source):
    """The line of each statement of a function whose text stands in it once.

    What heads a block about a gradient lights up with the block, whose lines stand below it in the user's text too.
    """
    found = {}
    for node in gast.walk(source.tree):
        if isinstance(node, gast.stmt) and node is not source.tree and not isinstance(node, gast.With):
            found.setdefault(source.quote(node), []).append(node.lineno)
    return {text: lines[0] for text, lines in found.items() if len(lines) == 1}


def agreed(generated):
    """How many lines quote or repeat one of the user's, and are of its group; raises for one that is not."""
    pages, count = correspondence(generated), 0
    for panel in pages.right:
        if panel.unit.home is None:
            continue
        assert panel.statements, f"the origins of {panel.title} do not fit its text"
        known = quotes(parse(panel.unit.home))
        for row in panel.rows:
            text = "".join(piece.text for piece in row.pieces).strip()
            line = known.get(text.removeprefix("# "))
            if line is not None:
                assert row.group is not None and row.group.line == line, (panel.title, text, row, line)
                count += 1
    return count


@pytest.mark.parametrize("name", NAMES)
def test_what_is_quoted_or_repeated_comes_from_the_line_with_that_text(name):
    found = golden(name)
    assert agreed(made(found.function, found.mode, found.module.WRT, found.module.args())) >= 1


@pytest.mark.parametrize("mode", ["grad", "vjp", "jvp"])
@pytest.mark.parametrize("name", ["first_crossing", "lu_pivoting", "rk4_closure"])
def test_programs_too(name, mode):
    module = importlib.import_module(f"tests.programs.{name}")
    assert agreed(made(module.PROGRAM, mode, module.WRT, module.args())) >= 3


def branch(x, n):
    y = x * x
    if n > 2:
        return y.sum()
    for _ in range(n):
        y = np.sin(y)  # the sine
    return (y * x).sum()


def text_by_line(generated, line):
    first = parse(branch).tree.lineno
    (panel,) = correspondence(generated).right
    rows = [r for r in panel.rows if r.group is not None and r.group.line == first + line]
    return ["".join(piece.text for piece in row.pieces).strip() for row in rows]


def test_all_that_is_done_for_a_line_is_of_its_group():
    generated = made(branch, "grad", 0, (np.ones(3), 2))
    assert text_by_line(generated, 5) == [
        "y_stack.append(y)",
        "y = np.sin(y)  # the sine",
        "# y = np.sin(y)",
        "y = y_stack.pop()",
        "dy = dy * np.cos(y)",
    ]
    assert text_by_line(generated, 3) == ["dy = np.ones_like(y)"]
    assert text_by_line(generated, 0)[-1] == "return dx"


def test_forward_mode_has_the_tangent_beside_the_line():
    assert text_by_line(made(branch, "jvp", 0, (np.ones(3), 2)), 1) == ["y = x * x", "y_dot = 2 * x * x_dot"]


def test_a_tangent_that_begins_as_zero_belongs_to_the_line_behind_which_it_stands():
    def loop(w, xs):
        h = xs[0]
        total = 0.0
        for x in xs:
            h = h * w + x
            total += h
        return total

    (panel,) = correspondence(made(loop, "jvp", 0, (2.0, np.ones(3)))).right
    lines = {"".join(p.text for p in r.pieces).strip(): r.group.line for r in panel.rows if r.group is not None}
    assert lines["h_dot = 0.0"] == lines["h = xs[0]"] == lines["total_dot = 0.0"] - 1 == lines["total = 0.0"] - 1


def test_what_is_kept_is_told_with_its_reason():
    (unit,) = made(branch, "grad", 0, (np.ones(3), 2)).units
    first = parse(branch).tree.lineno
    assert [(k.name, k.line - first, k.why, k.variable) for k in unit.origins.kept] == [
        ("y_stack", 5, "overwritten", "y")
    ]


def test_the_backward_part_begins_where_it_does():
    (unit,) = made(branch, "grad", 0, (np.ones(3), 2)).units
    statements = [n for n in ast.walk(ast.parse(unit.source)) if isinstance(n, ast.stmt)][2:]
    back = sorted(s.lineno for s in statements)[unit.origins.backward]
    assert unit.source.split("\n")[back - 2] == ""
