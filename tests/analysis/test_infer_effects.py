"""Which calls give fresh memory, views, or either; which are pure; which methods spell which functions."""

import operator

import numpy as np
import pytest

from s2sgrad.analysis.facts import Dim, Seq, Symbol, python
from s2sgrad.analysis.infer import ATTRIBUTES, METHODS, MUTATORS, broadcast, broadcast_axes, is_pure, memory_effect
from s2sgrad.analysis.infer.broadcasting import exactly_at_least, minimum, plus, product, total
from s2sgrad.analysis.infer.effects import FRESH, VIEWS
from s2sgrad.analysis.infer.elementwise import is_elementwise_ufunc
from tests.analysis.infer_checks import Binding, attempt, layouts, leaves, namer, shown, values

N, M = Dim(Symbol("n", not_one=True)), Dim(Symbol("m", not_one=True))
MAYBE, ONE = Dim(Symbol("k")), Dim.of(1)

EXTRA = {  # further operands that a function of an array needs
    np.where: [(np.array(True), 0.0), (np.array(True), 1)],
    np.clip: [(0, 5), (None, 5), (-np.inf, np.inf)],
    np.take: [([0],), (0, 0)],
    np.append: [([],), (np.zeros((0, 3)), 0)],
    np.tile: [(1,), ((),)],
    np.repeat: [(1,), (1, 0)],
    np.roll: [(0,), (1, 0)],
    np.take_along_axis: [(np.zeros((1, 1), int), 0)],
    np.broadcast_to: [((2, 3),)],
    np.moveaxis: [(0, 0), (0, -1)],
    np.swapaxes: [(0, 0), (0, 1)],
    np.expand_dims: [(0,)],
    np.rollaxis: [(0,)],
    np.split: [(1,)],
    np.array_split: [(1,)],
    np.hsplit: [(1,)],
    np.vsplit: [(1,)],
    np.dsplit: [(1,)],
    np.partition: [(0,)],
    np.diff: [(1,)],
    np.full_like: [(1.0,)],
    np.ndarray.astype: [(float,), (np.float32,)],
    np.tensordot: [(2.0, 0), (np.eye(3), 1)],
    np.quantile: [(0.5,)],
    np.rot90: [(0,), (1,), (4,)],
    round: [(1,)],
}
LISTED = (np.concatenate, np.stack, np.vstack, np.hstack, np.column_stack, np.dstack)
SHAPES = ((), (1,), (3,), (1, 1), (3, 3), (2, 3), (1, 3), (2, 1, 3), (2, 2, 2))


def arrays():
    for shape in SHAPES:
        for dtype in (float, np.float32, int, bool, complex):
            yield from layouts(values(shape, dtype))


def calls(function):
    most = 1 if function in (np.isposinf, np.isneginf) else getattr(function, "nin", 3)  # the next would be ``out``
    yield from (args for args in _calls(function) if len(args) <= most)


def _calls(function):
    for x in arrays():
        for extra in [(), *EXTRA.get(function, [])]:
            yield (x, *extra)
        for other in (1, 1.0, True, 0, 2.0, np.eye(3), x):
            yield x, other
        for axis in (0, -1, (), (0, 1)):
            if function not in EXTRA:
                yield x, axis
    if function in LISTED:
        yield from (([x],) for x in arrays())


def run(function):
    """Every result of the function with the arrays it was made of."""
    for args in calls(function):
        value = attempt(function, args, {})
        yield args, [leaf for leaf in leaves(value) if leaf.size], list(leaves(list(args)))


# SciPy's come to the list when a test before has met SciPy; their further operands allow them to overwrite the first.
@pytest.mark.parametrize(
    "function", [f for f in FRESH if "scipy" not in str(getattr(f, "__module__", ""))], ids=lambda f: f.__name__
)
def test_fresh_functions_share_nothing(function):
    for args, results, sources in run(function):
        for result in results:
            assert not any(np.shares_memory(result, source) for source in sources), shown(args)


@pytest.mark.parametrize("function", VIEWS, ids=lambda f: f.__name__)
def test_views_always_share(function):
    seen = 0
    for args, results, sources in run(function):
        for result in results if sources else ():
            assert np.shares_memory(result, sources[0]), shown(args)
            seen += 1
    assert seen or function is np.dsplit


UFUNCS = [getattr(np, n) for n in dir(np) if is_elementwise_ufunc(getattr(np, n))]


@pytest.mark.parametrize("function", UFUNCS, ids=lambda f: f.__name__)
def test_ufuncs_give_fresh_memory(function):
    assert memory_effect(function) == ("maybe" if function is np.conjugate else "fresh")
    for args, results, sources in run(function):
        for result in results:
            assert not any(np.shares_memory(result, source) for source in sources), shown(args)


@pytest.mark.parametrize(
    "function",
    [
        *(np.reshape, np.ravel, np.squeeze, np.asarray, np.real, np.imag, np.conj, np.nan_to_num, np.diag, np.round),
        *(np.atleast_1d, np.ascontiguousarray, np.einsum, np.diff, np.linalg.matrix_power, max, min),
        *(operator.getitem, operator.iadd, print, np.vectorize, lambda x: x),
    ],
)
def test_functions_that_promise_nothing(function):
    assert memory_effect(function) == "maybe"


def test_a_grid_that_is_asked_not_to_copy_promises_nothing():
    assert memory_effect(np.meshgrid, ["copy"]) == "maybe"


def test_purity():
    for function in (np.exp, np.sum, operator.add, len, np.linalg.solve, np.reshape, max, range, zip):
        assert is_pure(function)
    for function in (
        print,
        input,
        next,
        iter,
        np.random.rand,
        np.random.normal,
        np.empty,
        operator.iadd,
        open,
        lambda: 0,
    ):
        assert not is_pure(function)
    assert not is_pure(list, [Seq("iterator", None, python(int), N)])


def test_methods_do_what_their_functions_do():
    extra = {"reshape": [(-1,)], "repeat": [2], "take": [[0]], "dot": [2.0], "clip": [0, 1], "searchsorted": [0.5]}
    extra |= {"swapaxes": [0, -1], "astype": [np.float32]}
    for name, function in METHODS.items():
        for x in (values((3,), float), values((2, 3), float), values((1,), float), np.float64(0.5)):
            args = extra.get(name, [])
            one = attempt(lambda: getattr(x, name)(*args), (), {})
            if one is not None and not (isinstance(x, np.float64) and name in ("copy", "tolist", "item", "astype")):
                if isinstance(x, np.float64) and not isinstance(function, type(np.sum)):
                    continue
                other = attempt(function, (x, *args), {})
                assert type(one) is type(other) and np.array_equal(one, other), name
    for name, function in ATTRIBUTES.items():
        assert np.array_equal(getattr(values((2, 3), complex), name), function(values((2, 3), complex)))


def test_every_method_of_arrays_is_a_function_a_mutator_or_left_out_on_purpose():
    left_out = (
        "choose compress dump dumps getfield newbyteorder ptp tobytes tofile tostring view to_device argpartition"
    )
    public = {n for n in dir(np.ndarray) if not n.startswith("_") and callable(getattr(np.ndarray, n))}
    assert public == (set(METHODS) | (MUTATORS & public) | (set(left_out.split()) & public))


def test_mutators_mutate():
    for name, args in {"fill": [0], "sort": [], "put": [0, 9], "partition": [0], "byteswap": [True]}.items():
        x = np.array([3.0, 1.0, 2.0])
        getattr(x, name)(*args)
        assert name in MUTATORS and not np.array_equal(x, [3.0, 1.0, 2.0])


# ---- lengths ----


def test_broadcasting_of_two_lengths():
    def both(a, b):
        return broadcast([(a,), (b,)], namer())[0]

    assert both(N, N) == both(ONE, N) == both(N, ONE) == both(N, M) == both(N, MAYBE) == both(MAYBE, N) == N
    assert both(N, Dim.of(3)) == both(Dim.of(3), MAYBE) == Dim.of(3)
    assert both(MAYBE, MAYBE) == both(MAYBE, ONE) == MAYBE
    unknown = both(MAYBE, N.minus(1))
    assert unknown not in (MAYBE, N.minus(1)) and not unknown.not_one
    assert broadcast([(N,), None], namer()) is None
    assert broadcast([], namer()) == ()


def test_over_which_axes_an_adjoint_is_summed():
    assert broadcast_axes((), (N, M)) == ("sum", "sum")
    assert broadcast_axes((M,), (N, M)) == ("sum", "same")
    assert broadcast_axes((ONE, M), (N, M)) == ("sum", "same")
    assert broadcast_axes((ONE,), (MAYBE,)) == ("sum",)
    assert broadcast_axes((ONE,), (ONE,)) == ("same",)
    assert broadcast_axes((MAYBE,), (N,)) == ("maybe",)
    assert broadcast_axes((MAYBE,), (MAYBE,)) == ("same",)
    assert broadcast_axes((MAYBE,), (ONE,)) == ("same",)
    assert broadcast_axes((N,), (MAYBE,)) == ("same",)
    assert broadcast_axes(None, (N,)) is broadcast_axes((N,), None) is None


@pytest.mark.parametrize("symbol", [0, 2, 3, 4])
@pytest.mark.parametrize("offset", [-2, -1, 0, 1])
def test_arithmetic_of_lengths(symbol, offset):
    binding = Binding()
    binding.of["n"] = symbol
    dim, size = Dim(N.symbol, offset), max(0, symbol + offset)
    name = namer()
    for k in (-3, -1, 0, 1, 2):
        found = plus(dim, k)
        assert found is None or size + k < 0 or max(0, symbol + found.offset) == size + k
        binding.dim(total([dim, Dim.of(max(0, k))], name), size + max(0, k), "total")
        binding.dim(product([dim, Dim.of(max(0, k))], name), size * max(0, k), "product")
        binding.dim(minimum(dim, Dim.of(max(0, k)), name), min(size, max(0, k)), "minimum")
        assert not exactly_at_least(dim, k) or symbol + offset >= k
    assert not dim.some or size > 0
    binding.dim(total([dim, N], name), size + symbol, "total")
    binding.dim(product([dim, N], name), size * symbol, "product")
