"""A chain of elementwise steps as one product: sign, number, factors in order of application, then divisors.

Only literals are combined; every arithmetic step of the printed text has a floating operand, so that an unsigned or
boolean array is never negated or scaled in its own type.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import gast

from s2sgrad.quote import names_in, quote, quote_shared, structure

__all__ = ["Product", "add_terms", "combined", "flatten"]

Floating = Callable[[gast.expr], "bool | None"]
"""Whether an operand is proven to be floating; None for an integer of Python's own, which is exact in any product."""

Place = Callable[[Sequence[gast.expr], gast.expr], int]
"""Behind how many of the factors of a product one of its divisors stands."""


class Product(NamedTuple):
    """``sign * number * factors / divisor / divisors``; ``heavy`` marks a reduction or a matrix product inside."""

    sign: int = 1
    number: float = 1
    factors: tuple[gast.expr, ...] = ()
    divisor: float = 1
    divisors: tuple[gast.expr, ...] = ()
    heavy: str = ""

    @property
    def atoms(self) -> int:
        """How many operands other than literals the product has."""
        return len(self.factors) + len(self.divisors)

    @property
    def literal(self) -> bool:
        """True for a product of literals alone."""
        return self.atoms == 0

    @property
    def name(self) -> str | None:
        """The name that the product is, up to its sign; None if it is anything more."""
        single = self.atoms == 1 and len(self.factors) == 1 and self.number == self.divisor == 1
        return self.factors[0].id if single and isinstance(self.factors[0], gast.Name) else None

    @property
    def bare(self) -> bool:
        """True for one factor and nothing else but a sign."""
        return len(self.factors) == 1 and not self.divisors and self.number == self.divisor == 1

    def negated(self) -> Product:
        """The product with the other sign."""
        return self._changed(-self.sign, self.factors, self.heavy)

    def positive(self) -> Product:
        """The product without its sign."""
        return self if self.sign > 0 else self._changed(1, self.factors, self.heavy)

    def of(self, *factors: gast.expr) -> Product:
        """The product with these factors."""
        return self._changed(self.sign, factors, self.heavy)

    def weighing(self, heavy: str) -> Product:
        """The same, with another mark for what is inside."""
        return self._changed(self.sign, self.factors, heavy)

    def _changed(self, sign: int, factors: tuple[gast.expr, ...], heavy: str) -> Product:
        return Product(sign, self.number, factors, self.divisor, self.divisors, heavy)

    def times(self, other: Product) -> Product:
        """Both products as one, the factors of ``self`` first."""
        return Product(
            self.sign * other.sign,
            _times(self.number, other.number),
            self.factors + other.factors,
            _times(self.divisor, other.divisor),
            self.divisors + other.divisors,
            self.heavy or other.heavy,
        )

    def over(self, other: Product) -> Product:
        """``self / other``."""
        return Product(
            self.sign * other.sign,
            _times(self.number, other.divisor),
            self.factors + other.divisors,
            _times(self.divisor, other.number),
            self.divisors + other.factors,
            self.heavy or other.heavy,
        )

    def names(self) -> list[str]:
        """Names that the product reads."""
        return [n for e in (*self.factors, *self.divisors) for n in names_in(e)]

    def tree(self, floating: Floating, place: Place | None = None) -> gast.expr:
        """The expression; ``floating`` tells of an operand whether it is proven to be of a floating type.

        ``place`` tells behind how many of the factors a divisor stands: all, unless it is given.
        """
        return self._spelled(*self.operands(floating), place)

    def operands(self, floating: Floating) -> tuple[list[gast.expr], list[gast.expr]]:
        """Factors and divisors in the order in which they are written, numbers among them."""
        number, divisor = _reduced(self.number, self.divisor)
        divisors = list(self.divisors)
        if divisor != 1 and number == 1 and divisors and floating(divisors[0]) is not False:
            divisors[0] = quote_shared("{n} * {d}", n=_literal(divisor), d=divisors[0])
        elif divisor != 1 and not divisors and _is_power_of_two(divisor) and self.factors:
            number = number / divisor
        elif divisor != 1:
            divisors.insert(0, _literal(divisor))
        items = list(self.factors)
        needs_float = self._needs_float(items, divisors, floating)
        if number != 1 or not items or needs_float:
            items.insert(0, _literal(number, force_float=needs_float or not (items or divisors)))
        return items, divisors

    def _needs_float(self, items: list[gast.expr], divisors: list[gast.expr], floating: Floating) -> bool:
        if not items or _starts_floating(items, floating):
            return False
        scaled = self.number != 1 or self.sign < 0 or len(items) > 1
        return scaled or not divisors

    def _spelled(self, items: list[gast.expr], divisors: list[gast.expr], place: Place | None) -> gast.expr:
        behind = [len(items) if place is None else place(items, divisor) for divisor in divisors]
        tree = items[0]
        if self.sign < 0:
            literal = isinstance(tree, gast.Constant)
            tree = quote(repr(-tree.value)) if literal else quote_shared("-{a}", a=tree)
        for k in range(1, len(items) + 1):
            for divisor in (d for d, found in zip(divisors, behind, strict=True) if found == k):
                tree = quote_shared("{a} / {b}", a=tree, b=divisor)
            if k < len(items):
                tree = quote_shared("{a} * {b}", a=tree, b=items[k])
        return tree


def _starts_floating(items: list[gast.expr], floating: Floating) -> bool:
    """True where the first operand that is no integer of Python's own is proven to be floating."""
    for item in items:
        found = floating(item)
        if found is not None:
            return found
    return False


def flatten(tree: gast.expr) -> Product:
    """Read an expression of a rule as a product."""
    if isinstance(tree, gast.Constant) and type(tree.value) in (int, float):
        return Product(-1 if tree.value < 0 else 1, abs(tree.value))
    if isinstance(tree, gast.UnaryOp) and isinstance(tree.op, gast.USub):
        return flatten(tree.operand).negated()
    if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Mult):
        return flatten(tree.left).times(flatten(tree.right))
    if isinstance(tree, gast.BinOp) and isinstance(tree.op, gast.Div):
        return flatten(tree.left).over(flatten(tree.right))
    return Product(factors=(tree,))


def add_terms(terms: Sequence[Product], floating: Floating, place: Place | None = None) -> gast.expr:
    """The sum of products, like terms as one, a positive one first where there is one."""
    terms = combined(terms)
    ordered = sorted(terms, key=lambda t: t.sign < 0) if terms[0].sign < 0 else list(terms)
    tree = ordered[0].tree(floating, place)
    for term in ordered[1:]:
        template = "{a} - {b}" if term.sign < 0 else "{a} + {b}"
        tree = quote_shared(template, a=tree, b=term.positive().tree(floating, place))
    return tree


def combined(terms: Sequence[Product]) -> list[Product]:
    """Products that differ in their literals alone, added up: ``0.5 * z + 0.5 * z`` is ``z``."""
    if len(terms) == 1:
        return list(terms)
    found: dict[Any, Product] = {}
    for term in terms:
        key = tuple(map(structure, term.factors)), tuple(map(structure, term.divisors))
        known = found.get(key)
        if known is None or term.heavy:
            found[key if known is None else (key, len(found))] = term
            continue
        number = known.sign * known.number / known.divisor + term.sign * term.number / term.divisor
        found[key] = known._replace(sign=-1 if number < 0 else 1, number=abs(number), divisor=1)
    return list(found.values())


def _times(a: float, b: float) -> float:
    """The product of two literals as a person would work it out: 3 times 0.1 is 0.3.

    >>> _times(3, 0.1), 3 * 0.1
    (0.3, 0.30000000000000004)
    """
    if 1 in (a, b) or (isinstance(a, int) and isinstance(b, int)):
        return a * b
    return float(Decimal(repr(a)) * Decimal(repr(b)))


def _reduced(number: float, divisor: float) -> tuple[float, float]:
    if divisor in (0, 1):
        return number, divisor
    if number % divisor == 0:
        return number / divisor, 1
    if number != 0 and divisor % number == 0:
        return 1, divisor / number
    return number, divisor


def _is_power_of_two(x: float) -> bool:
    from math import frexp

    return frexp(x)[0] == 0.5


@functools.lru_cache(maxsize=1024, typed=True)
def _literal(value: float, force_float: bool = False) -> gast.expr:
    """The literal of a positive number, the same tree each time: it is copied with the line that it stands in."""
    whole = float(value).is_integer() and abs(value) < 1e15
    text = repr(float(value)) if force_float or not whole else repr(int(value))
    return quote(text)
