"""The direct printer writes what astor writes, wherever it does not leave the writing to astor."""

from __future__ import annotations

from pathlib import Path

import gast
import pytest

from s2sgrad import plain, printer
from s2sgrad.quote import quote, statements
from s2sgrad.wrap import wrapped

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for folder in ("tests/golden", "tests/programs", "tests/fuzz", "s2sgrad/rules", "s2sgrad/tidy", "benchmarks")
    for path in (ROOT / folder).glob("*.py")
)


def by_astor(node: gast.AST) -> str:
    """The text of a statement with all below it, every line written by astor."""
    return "\n".join(printer._astor_lines(node, 0)) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_whole_files_are_printed_as_astor_prints_them_but_for_lines_that_are_broken(path: Path) -> None:
    for node in gast.parse(path.read_text(encoding="utf-8")).body:
        if any(isinstance(n, gast.Match) for n in gast.walk(node)):
            continue  # astor knows no ``match``; it is rewritten before anything is printed
        ours, theirs = printer.to_text(node), by_astor(node)
        if ours != theirs:
            assert gast.dump(gast.parse(ours)) == gast.dump(gast.parse(theirs))
            assert "".join(ours.split()).translate(BRACKETS) == "".join(theirs.split()).translate(BRACKETS)
            assert _too_long(ours) <= _too_long(theirs)


BRACKETS = str.maketrans("", "", "()")


def _too_long(text: str) -> int:
    return sum(len(line) > printer.WIDTH for line in text.splitlines())


LONG = [
    ("dW, db, dscale, doffset, dinputs = backward_of_a_helper(saved_of_this_helper, dout)", 1),
    ("return (first_of_all_results, second_of_all_results, third_of_all_results, fourth_of_all_results)", 2),
    ("call = f(g(aaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbb), ccccccccccccccccccccccc, dddddddddd)", 0),
    ("text = f('a, string (that [is, not', ' to, be \\', broken', aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)", 0),
    ("(one_name_of_many, another_name_of_many, and_a_third_one_of_many), d = h(aaaaaaaaaaaaa, bbbbbbbbbbbb)", 3),
]


@pytest.mark.parametrize(("line", "level"), LONG, ids=range(len(LONG)))
def test_broken_lines_fit_the_page_and_mean_the_same(line: str, level: int) -> None:
    lines = wrapped(line, level)
    assert lines is not None and len(lines) > 1
    assert all(len(part) <= printer.WIDTH for part in lines)
    around = "".join("    " * i + "if a:\n" for i in range(level)) + "\n".join(lines)
    assert gast.dump(_innermost(gast.parse(around), level)) == gast.dump(gast.parse(line).body[0])
    assert not any(part.strip().startswith((",", ")", "]")) for part in lines)


def _innermost(module: gast.AST, level: int) -> gast.AST:
    node = module
    for _ in range(level + 1):
        node = node.body[0]
    return node


OPERANDS = [
    *("a", "2", "2.5", "-a", "a + b", "a * b", "a ** b", "a @ b", "not a", "a < b", "a and b", "a or b", "a | b", "~a"),
    *("a if b else c", "(a, b)", "(a,)", "()", "[a]", "f(a)", "a.b", "a[b]", "(x for x in a)", "None", "'s'"),
]
PLACES = [
    *("{e} + c", "c + {e}", "{e} * c", "c - {e}", "c / {e}", "{e} ** c", "c ** {e}", "-{e}", "not {e}", "{e} < c"),
    *("c is {e}", "c and {e}", "{e} or c", "{e} if c else d", "c if {e} else d", "c if d else {e}", "{e}.T"),
    *("f({e})", "f({e}, c)", "f(k={e})", "f(*{e})", "f(**{e})", "{e}(c)", "{e}[c]", "c[{e}]", "c[{e}:d]", "c[:d:{e}]"),
    *("[{e}]", "({e}, c)", "{{e}: c}", "{c: {e}}", "[{e} for c in d]", "[c for d in {e}]", "[c for c in d if {e}]"),
    *("{e} & c", "c ^ {e}", "{e} << c", "{e}"),
]


@pytest.mark.parametrize("place", PLACES)
def test_brackets_stand_where_astor_puts_them(place: str) -> None:
    for operand in OPERANDS:
        line = gast.Assign([quote("y")], quote(place, e=quote(operand)), None)
        assert plain.statement(line) + "\n" == by_astor(line)


STATEMENTS = ["{e}", "x = y = {e}", "x += {e}", "x **= {e}", "return {e}", "assert {e}", "assert x, {e}"]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_hold_what_stands_in_them_as_with_astor(text: str) -> None:
    for operand in OPERANDS:
        (line,) = statements(text, e=quote(operand))
        assert plain.statement(line) + "\n" == by_astor(line)


@pytest.mark.parametrize("text", ["if {e}:\n    pass", "while {e}:\n    pass", "for x in {e}:\n    pass"])
def test_headers_hold_what_stands_in_them_as_with_astor(text: str) -> None:
    for operand in OPERANDS:
        (line,) = statements(text, e=quote(operand))
        assert f"{plain.header(line)}\n    pass\n" == by_astor(line)


UNUSUAL = ["lambda: 1", "{1}", "(y := 2)", "f'{x}'", "1e999j", "1e999", "b'x'", "u's'", "[x async for x in y]"]


@pytest.mark.parametrize("text", UNUSUAL)
def test_what_is_unusual_is_left_to_astor(text: str) -> None:
    (line,) = gast.parse(f"x = {text}").body
    with pytest.raises(plain.Unusual):
        plain.statement(line)
    assert printer.to_text(line) == by_astor(line)
