"""Cuts a failing program down while it keeps failing in the same way.

Works on the syntax tree of the text, so it knows nothing of how the program was made: statements are deleted, blocks
are replaced by their bodies, expressions by parts of themselves.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.generate import Program


def shrunk(program: Program, fails: Callable[[Program], bool], attempts: int = 400) -> Program:
    """The smallest program found, with at most so many attempts, for which ``fails`` still holds."""
    while attempts > 0:
        for candidate in candidates(program):
            attempts -= 1
            if attempts < 0 or fails(candidate):
                program = candidate if attempts >= 0 else program
                break
        else:
            return program
    return program


def candidates(program: Program) -> Iterator[Program]:
    """Every program that is one step smaller: fewer statements first, then smaller expressions, then less ``wrt``."""
    tree = ast.parse(program.source)
    for step in (*_statement_steps(tree), *_expression_steps(tree)):
        smaller = copy.deepcopy(tree)
        step(list(ast.walk(smaller)))
        try:
            source = ast.unparse(ast.fix_missing_locations(smaller)) + "\n"
        except (ValueError, AttributeError):
            continue
        if len(source) < len(program.source) or source.count("\n") < program.source.count("\n"):
            yield replace(program, source=source)
    if len(program.wrt) > 1:
        yield from (replace(program, wrt=tuple(v for v in program.wrt if v != w)) for w in program.wrt)


Step = Callable[[list[ast.AST]], None]


def _statement_steps(tree: ast.Module) -> Iterator[Step]:
    for k, node in enumerate(ast.walk(tree)):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for i in reversed(range(len(block))):
                    yield from _block_steps(k, name, i, block)


def _block_steps(k: int, name: str, i: int, block: list[ast.stmt]) -> Iterator[Step]:
    """Delete statement ``i`` of a block, or put its own body in its place."""

    def put(nodes: list[ast.AST], attribute: str = "") -> None:
        statements = getattr(nodes[k], name)
        new = getattr(statements[i], attribute) if attribute else []
        statements[i : i + 1] = new or ([] if len(statements) > 1 or name == "orelse" else [ast.Pass()])

    if not isinstance(block[i], (ast.Return, ast.Pass)):
        yield put
    if isinstance(block[i], (ast.If, ast.For, ast.While, ast.With)):
        yield lambda nodes: put(nodes, "body")
        if getattr(block[i], "orelse", None):
            yield lambda nodes: put(nodes, "orelse")


def _expression_steps(tree: ast.Module) -> Iterator[Step]:
    """Put an operand in the place of the operation, larger operations first."""
    for k, node in enumerate(ast.walk(tree)):
        for name, value in ast.iter_fields(node):
            for place, child in _expressions(value):
                yield from (_replacing(k, name, place, j) for j in range(len(_operands(child))))


def _expressions(value: object) -> list[tuple[int | None, ast.expr]]:
    if isinstance(value, list):
        return [(i, item) for i, item in enumerate(value) if isinstance(item, ast.expr)]
    return [(None, value)] if isinstance(value, ast.expr) else []


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Call):
        method = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return [*(m for m in method if not isinstance(m, ast.Name) or m.id != "np"), *node.args]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return [node.value] if isinstance(node, (ast.Subscript, ast.Attribute)) else []


def _replacing(k: int, name: str, place: int | None, j: int) -> Step:
    def step(nodes: list[ast.AST]) -> None:
        if place is None:
            setattr(nodes[k], name, _operands(getattr(nodes[k], name))[j])
        else:
            items = getattr(nodes[k], name)
            items[place] = _operands(items[place])[j]

    return step
