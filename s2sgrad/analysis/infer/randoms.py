"""Random draws: their shape and dtype, whether asked of ``np.random`` or of a generator. They are never pure.

>>> GENERATORS[np.random.Generator]["normal"] is np.random.normal
True
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sgrad.analysis.facts import Fact, Num, Record, array
from s2sgrad.analysis.infer.arraylike import FLOAT, number
from s2sgrad.analysis.infer.broadcasting import Fresh, broadcast
from s2sgrad.analysis.infer.shapes import lengths
from s2sgrad.analysis.infer.table import NONE, Unknown, infers, is_none
from s2sgrad.printed import copy_generator

__all__ = ["DRAWS", "GENERATORS", "PARAMETRIC", "SAMPLERS", "SEEDED"]

DRAWS: list[Any] = []
PARAMETRIC: set[Any] = set()
"""Draws whose parameters are broadcast against each other."""
WHOLE = np.dtype(np.int64)


def _may_vary(operand: Num) -> bool:
    """True for a parameter that may carry a derivative: a count then must not pass for a mere integer."""
    return operand.kind in "fc?" and operand.value is None


def _drawn(function: Any, names: str, dtype: Any) -> None:
    """A draw with parameters that are broadcast unless ``size`` gives the shape."""
    order = [*names.split(), "size"]
    DRAWS.append(function)
    if names:
        PARAMETRIC.add(function)

    @infers(function)
    def infer(fresh: Fresh, *args: Fact, **kwargs: Fact) -> Fact:
        if len(args) > len(order) or not set(kwargs) <= set(order[len(args) :]):
            raise Unknown
        given = {**dict(zip(order, args, strict=False)), **kwargs}
        size = given.pop("size", NONE)
        operands = [number(fact, fresh) for fact in given.values() if not is_none(fact)]
        kind = None if dtype is WHOLE and any(map(_may_vary, operands)) else dtype
        if not is_none(size):
            return array(kind, lengths(size, fresh))
        shape = broadcast([operand.shape for operand in operands], fresh)
        return array(kind, shape) if shape else Num(None if dtype is WHOLE else dtype, "any", shape)


for _names, _parameters, _dtype in (
    ("normal laplace logistic gumbel", "loc scale", FLOAT),
    ("uniform", "low high", FLOAT),
    ("random random_sample standard_normal standard_exponential standard_cauchy", "", FLOAT),
    ("exponential rayleigh", "scale", FLOAT),
    ("gamma", "shape scale", FLOAT),
    ("standard_gamma", "shape", FLOAT),
    ("beta", "a b", FLOAT),
    ("weibull pareto power", "a", FLOAT),
    ("lognormal", "mean sigma", FLOAT),
    ("triangular", "left mode right", FLOAT),
    ("wald", "mean scale", FLOAT),
    ("vonmises", "mu kappa", FLOAT),
    ("chisquare standard_t", "df", FLOAT),
    ("noncentral_chisquare", "df nonc", FLOAT),
    ("f", "dfnum dfden", FLOAT),
    ("noncentral_f", "dfnum dfden nonc", FLOAT),
    ("binomial negative_binomial", "n p", WHOLE),
    ("poisson", "lam", WHOLE),
    ("geometric logseries", "p", WHOLE),
    ("zipf", "a", WHOLE),
    ("hypergeometric", "ngood nbad nsample", WHOLE),
):
    for _name in _names.split():
        _drawn(getattr(np.random, _name), _parameters, _dtype)


def _of_lengths(function: Any) -> None:
    DRAWS.append(function)

    @infers(function)
    def infer(fresh: Fresh, *args: Fact) -> Fact:
        dims = tuple(dim for arg in args for dim in lengths(arg, fresh) or ())
        return array(float, dims) if args else Num(FLOAT, "py", ())


for _function in (np.random.rand, np.random.randn):
    _of_lengths(_function)


def _integers(fresh: Fresh, low: Fact, high: Fact = NONE, size: Fact = NONE, *rest: Fact, **passed: Fact) -> Fact:
    if rest or set(passed) - {"endpoint"}:
        raise Unknown
    bounds = [number(f, fresh) for f in (low, high) if not is_none(f)]
    kind = None if any(map(_may_vary, bounds)) else WHOLE
    if is_none(size):
        shape = broadcast([bound.shape for bound in bounds], fresh)
        return array(kind, shape) if shape else Num(kind, "any", shape)
    return array(kind, lengths(size, fresh))


infers(np.random.randint)(_integers)
DRAWS.append(np.random.randint)


@infers(np.random.multivariate_normal)
def _multivariate_normal(fresh: Fresh, mean: Fact, cov: Fact, size: Fact = NONE, *rest: Fact, **passed: Fact) -> Fact:
    loc, spread = number(mean, fresh), number(cov, fresh)
    count = () if is_none(size) else lengths(size, fresh)
    if loc.rank != 1 or spread.rank != 2 or loc.shape is None or count is None:
        raise Unknown
    return array(FLOAT, count + loc.shape)


@infers(np.random.dirichlet)
def _dirichlet(fresh: Fresh, alpha: Fact, size: Fact = NONE) -> Fact:
    return _of_vector(FLOAT, alpha, size, fresh)


@infers(np.random.multinomial)
def _multinomial(fresh: Fresh, n: Fact, pvals: Fact, size: Fact = NONE) -> Fact:
    return _of_vector(None if _may_vary(number(pvals, fresh)) else WHOLE, pvals, size, fresh)


def _of_vector(dtype: Any, fact: Fact, size: Fact, fresh: Fresh) -> Fact:
    x, count = number(fact, fresh), () if is_none(size) else lengths(size, fresh)
    if x.rank != 1 or x.shape is None or count is None:
        raise Unknown
    return array(dtype, count + x.shape)


@infers(np.random.permutation)
def _permutation(fresh: Fresh, x: Fact, axis: Fact = NONE) -> Fact:
    a = number(x, fresh)
    if a.rank == 0:
        return array(WHOLE, lengths(x, fresh))
    return array(a.dtype, a.shape)


@infers(np.random.choice)
def _choice(fresh: Fresh, a: Fact, size: Fact = NONE, *rest: Fact, **passed: Fact) -> Fact:
    x = number(a, fresh)
    dtype = WHOLE if x.rank == 0 else x.dtype
    if x.rank is None or x.rank > 1:
        raise Unknown
    return Num(dtype, "any", ()) if is_none(size) else array(dtype, lengths(size, fresh))


@infers(np.random.Generator.permuted)
def _permuted(fresh: Fresh, x: Fact, axis: Fact = NONE) -> Fact:
    a = number(x, fresh)
    if not a.rank:
        raise Unknown
    return array(a.dtype, a.shape)


DRAWS += [np.random.multivariate_normal, np.random.permutation, np.random.choice]
DRAWS += [np.random.dirichlet, np.random.multinomial]


@infers(np.random.default_rng)
def _default_rng(fresh: Fresh, seed: Fact = NONE) -> Fact:
    return Record("object", np.random.Generator, ())


@infers(np.random.RandomState)
def _random_state(fresh: Fresh, seed: Fact = NONE) -> Fact:
    return Record("object", np.random.RandomState, ())


@infers(copy_generator)
def _copied_generator(fresh: Fresh, rng: Fact) -> Fact:
    if not isinstance(rng, Record) or rng.cls not in (np.random.Generator, np.random.RandomState):
        raise Unknown
    return rng


SEEDED = (np.random.default_rng, np.random.RandomState)
"""What makes a generator of a seed, and without one of what nobody knows."""
DRAWS += SEEDED

_SAMPLERS = {getattr(f, "__name__", ""): f for f in DRAWS if not isinstance(f, type) and f is not np.random.default_rng}
_SAMPLERS["shuffle"] = np.random.shuffle
GENERATORS: dict[type, dict[str, Any]] = {
    np.random.Generator: {**_SAMPLERS, "integers": np.random.randint},
    np.random.RandomState: dict(_SAMPLERS),
}
"""The methods of generators by name, as the functions of ``np.random`` that draw in the same way."""
DRAWS.append(np.random.Generator.permuted)
GENERATORS[np.random.Generator]["permuted"] = np.random.Generator.permuted
for _only_legacy in ("rand", "randn", "random_sample", "randint"):
    del GENERATORS[np.random.Generator][_only_legacy]

SAMPLERS = frozenset(name for methods in GENERATORS.values() for name in methods)
"""Names by which something is drawn, wherever they stand behind a dot: no method of an array is called so."""
