"""The walks over trees find what the walks of Python's own module find, over all the syntax that there is."""

import ast
from pathlib import Path

import gast
import pytest

from s2sgrad.quote import clone, kinds_of, nodes_below, nodes_in, nodes_of, occurrences, occurring, parts_of

EVERYTHING = '''
@decorated(1)
def f[T](a: int, /, b: str = "x", *args: tuple, c=1, d, **kw) -> None:
    global g
    nonlocal_free = {**kw, "a": 1, **{2: [*args]}}
    x, (y, *z) = a[1:2, ::3, None], lambda u, *v, w=2: (u if w else v)
    for i in x: continue
    else: pass
    while (n := next(it)) and not 1 < n <= 3: break
    try:
        import os.path as p, sys
        from . import q as r
    except (ValueError, TypeError) as error:
        raise RuntimeError(f"{a!r:>{width}}") from error
    finally:
        del x[0], y.attr
    with open(a) as fh, lock:
        a.b.c += yield b
        value: float = await_ or -1.5
        assert a, "no"
    match a:
        case {"k": [1, *rest], **others} | P(1, k=None) as whole if whole: return {i for i in z if i for j in i}
        case -1: return [i for i in z], (i async for i in z), {i: j for i, j in z}
class C(B, metaclass=M): pass
'''
FILES = sorted(Path(__file__).parents[1].glob("s2sgrad/*.py"))[:12]


def texts():
    """The text above, without what this interpreter's grammar lacks, and some of our own files."""
    try:
        ast.parse(EVERYTHING)
        yield EVERYTHING
    except SyntaxError:
        yield EVERYTHING.replace("f[T]", "f")
    yield from (path.read_text(encoding="utf-8") for path in FILES)


def expected(tree):
    return [n for n in gast.walk(tree) if not isinstance(n, gast.expr_context | ast.expr_context)]


@pytest.mark.parametrize("text", list(texts()))
def test_what_is_found_once_is_what_is_found_each_time(text):
    tree = gast.parse(text)
    assert {id(n) for n in nodes_below(tree)} == {id(n) for n in nodes_in(tree) if n is not tree}
    for node in nodes_in(tree):
        assert list(occurring(node)) == occurrences(node)
        assert all(a is b for a, b in zip(nodes_of(node), nodes_in(node), strict=True))
        assert kinds_of(node) == {type(n) for n in nodes_in(node)}


@pytest.mark.parametrize("text", list(texts()))
def test_all_nodes_are_found_in_order(text):
    for tree in (gast.parse(text), ast.parse(text)):
        found, wanted = nodes_in(tree), expected(tree)
        assert len(found) == len(wanted) and all(a is b for a, b in zip(found, wanted, strict=True))
        for node in found:
            below = gast.iter_child_nodes(node)
            children = [n for n in below if not isinstance(n, gast.expr_context | ast.expr_context)]
            assert len(children) == len(parts_of(node)) and all(map(lambda a, b: a is b, children, parts_of(node)))


@pytest.mark.parametrize("text", list(texts()))
def test_all_names_are_found(text):
    tree = gast.parse(text)
    assert sorted(occurrences(tree)) == sorted(n.id for n in gast.walk(tree) if isinstance(n, gast.Name))


@pytest.mark.parametrize("text", list(texts()))
def test_a_clone_is_equal_and_shares_no_node_but_operators(text):
    tree = gast.parse(text)
    copied = clone(tree)
    assert ast.dump(gast.gast_to_ast(copied)) == ast.dump(gast.gast_to_ast(gast.parse(text)))
    shared = {id(n) for n in nodes_in(copied)} & {id(n) for n in nodes_in(tree)}
    kinds = gast.operator | gast.unaryop | gast.cmpop | gast.boolop
    assert all(isinstance(n, kinds) for n in nodes_in(tree) if id(n) in shared)
