"""Sparse Jacobians: columns that share no row are found by one product (Curtis, Powell and Reid 1974).

>>> Pattern(np.eye(3)).colours()
array([0, 0, 0])
>>> Pattern([[1, 1, 0], [0, 1, 1]]).colours()
array([0, 1, 0])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2sgrad.errors import ArgumentError

__all__ = ["Pattern"]


class Pattern:
    """Where a matrix may be other than zero: a matrix of truth values or numbers, dense or of ``scipy.sparse``."""

    def __init__(self, given: Any) -> None:
        self.sparse = hasattr(given, "tocoo")
        if self.sparse:
            found = given.tocoo(copy=True)
            found.sum_duplicates()
            self.shape, self.rows, self.columns = found.shape, np.asarray(found.row), np.asarray(found.col)
        else:
            dense = np.asarray(given)
            if dense.ndim != 2:
                raise ArgumentError(f"sparsity has {dense.ndim} axes", "give a matrix: rows of the result, columns")
            self.shape = dense.shape
            self.rows, self.columns = np.nonzero(dense)

    def colours(self) -> Any:
        """A number for each column; columns with the same number share no row. Greedy, in the order of the columns."""
        of_row: list[set[int]] = [set() for _ in range(self.shape[0])]
        rows_of: list[list[int]] = [[] for _ in range(self.shape[1])]
        for row, column in zip(self.rows.tolist(), self.columns.tolist(), strict=True):
            rows_of[column].append(row)
        found = np.zeros(self.shape[1], dtype=int)
        for column, rows in enumerate(rows_of):
            taken = set().union(*(of_row[row] for row in rows))
            colour = next(c for c in range(len(taken) + 1) if c not in taken)
            found[column] = colour
            for row in rows:
                of_row[row].add(colour)
        return found

    def matrix(self, rows: int, columns: int, product: Callable[[Any], Any]) -> Any:
        """The matrix of which ``product`` gives the product with a vector: its values where the pattern allows any.

        Raises ArgumentError where the pattern has another shape, or where a product with random numbers shows that
        the matrix is not zero elsewhere.
        """
        if self.shape != (rows, columns):
            raise ArgumentError(f"sparsity has the shape {self.shape}, the Jacobian {(rows, columns)}")
        colours = self.colours()
        values = np.zeros(len(self.rows))
        for colour in range(colours.max(initial=-1) + 1):
            along = product((colours == colour).astype(float))
            own = colours[self.columns] == colour
            values[own] = along[self.rows[own]]
        self._check(values, product)
        return values

    def _check(self, values: Any, product: Callable[[Any], Any]) -> None:
        probe = np.random.default_rng(0).normal(size=self.shape[1])
        expected = product(probe)
        found = np.bincount(self.rows, values * probe[self.columns], self.shape[0])
        scale = np.bincount(self.rows, np.abs(values * probe[self.columns]), self.shape[0]) + np.abs(expected)
        tolerance = 1e-3 if expected.dtype == np.float32 else 1e-7
        wrong = np.flatnonzero(~(np.abs(found - expected) <= tolerance * scale))
        if len(wrong) and np.all(np.isfinite(expected)):
            raise ArgumentError(
                f"sparsity leaves out a place in row {wrong[0]} where the Jacobian is not zero",
                "add it to the pattern, or leave sparsity out",
            )

    def shaped(self, values: Any) -> Any:
        """The values as a matrix: dense, or of ``scipy.sparse`` if the pattern is."""
        if self.sparse:
            import scipy.sparse

            return scipy.sparse.csr_matrix((values, (self.rows, self.columns)), shape=self.shape)
        dense = np.zeros(self.shape)
        dense[self.rows, self.columns] = values
        return dense
