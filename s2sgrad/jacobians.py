"""Jacobians and Hessians, by columns in forward mode or by rows in reverse mode.

Many rows are one call of the generated pullback, written for a stack of adjoints, and many columns one call of the
generated ``jvp``; where the text has no such form, every row or column is a call. With a sparsity pattern, columns that
share no row are taken together (Curtis, Powell and Reid 1974).

>>> from s2sgrad import jacobian
>>> jacobian(lambda x: x * x * x)(np.array([1.0, 2.0]))
array([[ 3.,  0.],
       [ 0., 12.]])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2sgrad.errors import ArgumentError
from s2sgrad.flat import leaves, restored, vector
from s2sgrad.pullback import Container, Outline, outline, rebuilt
from s2sgrad.sparsity import Pattern
from s2sgrad.stacked.run import Stacks, with_own_generators
from s2sgrad.wrt import value_at

if TYPE_CHECKING:
    from pathlib import Path

    from s2sgrad.graph import Graph

__all__ = ["Jacobian"]

MODES = ("auto", "fwd", "rev")


class Jacobian:
    """What ``jacobian`` and ``hessian`` return: a function of the arguments of ``primal``."""

    def __init__(self, forward: Any, reverse: Any, mode: str, sparsity: Any, batch: int | None = None) -> None:
        if mode not in MODES:
            raise ArgumentError(f"mode is {mode!r}", "choose 'auto', 'fwd' or 'rev'")
        if batch is not None and (type(batch) is not int or batch < 1):
            raise ArgumentError(f"batch is {batch!r}", "give a number of rows, 1 or more")
        self._batch, self._stacks = batch, Stacks()
        self._forward, self._reverse, self._mode = forward, reverse, mode
        self._pattern = None if sparsity is None else Pattern(sparsity)
        self._latest = forward
        self.__module__, self.__doc__ = forward.__module__, forward.__doc__
        self.__name__, self.__qualname__ = forward.__name__, forward.__qualname__
        self.__wrapped__ = forward.primal

    @property
    def primal(self) -> Any:
        """The function that was given."""
        return self._reverse.primal

    @property
    def source(self) -> str:
        """The generated code of the latest call: the forward or the reverse mode of the function.

        Where rows or columns were computed together, the functions are those for a stack of seeds.
        """
        text: str = self._stacks.text or self._latest.source
        return text

    def graph(self, *args: Any, **kwargs: Any) -> Graph:
        """The computation graph of the mode that the latest call took."""
        drawn: Graph = self._latest.graph(*args, **kwargs)
        return drawn

    def explain(self, path: str | Path, /, *args: Any, **kwargs: Any) -> None:
        """Write a page to read about that code, or about the same for arguments like these."""
        self._latest.explain(path, *args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        forward, reverse = (d.__get__(instance, owner) for d in (self._forward, self._reverse))
        bound = Jacobian(forward, reverse, self._mode, None, self._batch)
        bound._stacks = self._stacks
        bound._pattern = self._pattern
        return bound

    def __set_name__(self, owner: type, name: str) -> None:
        for derivative in (self._forward, self._reverse):
            derivative.__set_name__(owner, name)

    def __repr__(self) -> str:
        return f"<jacobian of {self.__module__}.{self.__qualname__}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The Jacobian at these arguments: for each part of the result, one array per differentiated part.

        An array has the shape of its part of the result, followed by the shape of its part of the argument.
        """
        x, pullback = self._argument(args, kwargs), None
        before = with_own_generators(args), dict(zip(kwargs, with_own_generators(kwargs.values()), strict=True))
        self._refuse_complex(x)
        if self._mode == "fwd" or self._pattern is not None:
            value, _ = self._forward(*args, **kwargs, tangents=restored(np.zeros(_size(x)), x))
        else:
            value, pullback = self._reverse(*args, **kwargs)
        y = outline(value)
        self._refuse_complex(y)
        if any(leaf is None for leaf in leaves(y)):
            raise ArgumentError(f"a part of what {self.__name__} returns is no float", "return floats and arrays only")
        matrix = self._matrix(y, x, pullback, *before)
        return self._pattern.shaped(matrix) if self._pattern is not None else _blocks(matrix, y, x)

    def _argument(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Outline:
        """The outline of what the Jacobian is taken with respect to."""
        plan = self._forward.plan
        held = self._forward.values(*args, **kwargs)
        found = [outline(value_at(held, path)) for path in plan.wrt]
        return found[0] if plan.single else Container(tuple, dict(enumerate(found)))

    def _refuse_complex(self, like: Outline) -> None:
        """A complex number has two partial derivatives, for which a matrix of numbers has no place."""
        if any(leaf is not None and leaf.dtype.kind == "c" for leaf in leaves(like)):
            reason = f"{self.__name__} takes or gives complex numbers, which have no single matrix of derivatives"
            raise ArgumentError(reason, "take the real and the imaginary parts as arguments and results")

    def _matrix(self, y: Outline, x: Outline, pullback: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        rows, columns = _size(y), _size(x)

        def product(tangent: Any) -> Any:
            named = dict(zip(kwargs, with_own_generators(kwargs.values()), strict=True))
            return vector(self._forward(*with_own_generators(args), **named, tangents=restored(tangent, x))[1], y)

        def pulled(adjoint: Any) -> Any:
            return vector(pullback(restored(adjoint, y)), x)

        if self._pattern is not None:
            self._latest = self._forward
            return self._pattern.matrix(rows, columns, product)
        forward = self._mode == "fwd" or (self._mode == "auto" and columns < rows)
        self._latest = self._forward if forward else self._reverse
        many = self._batch != 1 and (columns if forward else rows) > 1
        found = self._together(y, x, None if forward else pullback, args, kwargs) if many else None
        matrix, self._stacks.text = found or (None, "")
        if matrix is not None:
            return matrix.T if forward else matrix
        return _columns(product, columns, rows).T if forward else _columns(pulled, rows, columns)

    def _together(
        self, y: Outline, x: Outline, pullback: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, str] | None:
        """The rows of ``pullback``, or without one the columns, computed many at a time, and the text that did it."""
        if pullback is not None:
            spec = self._reverse.made_for(pullback)
            return None if spec is None else self._stacks.rows(spec, pullback.saved, y, x, self._batch)
        given, named = self._forward.spread(self._forward.values(*args, **kwargs))
        paths = self._forward.plan.wrt
        if named or any(len(path) > 1 for path in paths):
            return None
        return self._stacks.columns(self._forward.found(*given), given, y, x, self._batch)


def _size(like: Outline) -> int:
    """How many numbers a value with this outline has."""
    return sum(leaf.size for leaf in leaves(like) if leaf is not None)


def _columns(product: Any, count: int, length: int) -> Any:
    """What ``product`` gives for each unit vector, one a row."""
    found = [product(unit) for unit in np.eye(count)]
    return np.stack(found) if found else np.zeros((0, length))


def _blocks(matrix: Any, y: Outline, x: Outline, row: int = 0) -> Any:
    """The matrix cut up: the structure of the result and, inside, that of the argument."""
    if isinstance(y, Container):
        parts = {}
        for key, part in y.parts.items():
            parts[key] = _blocks(matrix, part, x, row)
            row += _size(part)
        return rebuilt(y.kind, parts)
    assert y is not None
    return _row(matrix[row : row + y.size], y.shape, x, 0)


def _row(matrix: Any, shape: tuple[int, ...], x: Outline, column: int) -> Any:
    if isinstance(x, Container):
        parts = {}
        for key, part in x.parts.items():
            parts[key] = _row(matrix, shape, part, column)
            column += _size(part)
        return rebuilt(x.kind, parts)
    assert x is not None
    block = matrix[:, column : column + x.size].reshape((*shape, *x.shape)).astype(x.dtype)
    return block if block.ndim or x.kind is np.ndarray else x.kind(block[()])
