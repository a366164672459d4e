"""Indexing, slicing, unpacking and iterating."""

import itertools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2sgrad.analysis.facts import (
    ANY_DIM,
    ANY_DIM_NOT_ONE,
    Dim,
    NeedValue,
    Num,
    Opaque,
    RangeFact,
    Record,
    Seq,
    Static,
    Symbol,
    array,
    python,
)
from s2sgrad.analysis.infer import SliceFact, getitem_effect, infer, instantiate, iterate, unpack
from s2sgrad.analysis.infer.slices import sliced
from tests.analysis.infer_checks import (
    SHAPES,
    Binding,
    Describer,
    check,
    check_once,
    joined,
    layouts,
    namer,
    scalars,
    values,
)

N, M = Dim(Symbol("n", not_one=True)), Dim(Symbol("m", not_one=True))
NONE = Static(None)
PARTS = (None, -3, -2, -1, 0, 1, 2, 3)


def item(x, index):
    return infer(operator.getitem, [x, index], {}, namer())


def test_the_length_of_every_small_slice():
    """For constant, symbolic and shifted lengths alike, and for all lengths that the symbols may stand for."""
    for start, stop, step, size in itertools.product(PARTS, PARTS, (None, 1, 2, -1, -2), range(6)):
        cut = SliceFact(*(NONE if p is None else python(int, p) for p in (start, stop, step)))
        real = len(range(size)[start:stop:step])
        for offset, not_one in ((0, False), (0, size != 1), (-1, True), (-2, False), (2, True)):
            for symbol in {size - offset, *(range(max(0, -offset) + 1) if size == 0 and offset < 0 else ())}:
                if symbol < 0 or (not_one and symbol == 1):
                    continue
                binding = Binding()
                binding.of["k"] = symbol
                found = sliced(Dim(Symbol("k", not_one), offset), cut, namer())
                binding.dim(found, real, f"{size}[{start}:{stop}:{step}] of k{offset:+d}")
        assert sliced(Dim.of(size), cut, namer()) == Dim.of(real)


def test_slices_of_symbolic_lengths_that_keep_a_name():
    one = python(int, 1)
    assert sliced(N, SliceFact(one, python(int, -1)), namer()) == N.minus(2)
    assert sliced(N, SliceFact(python(int, 2)), namer()) == N.minus(2)
    assert sliced(N, SliceFact(NONE, python(int, -2)), namer()) == N.minus(2)
    assert sliced(N, SliceFact(), namer()) == N
    assert sliced(N, SliceFact(NONE, NONE, python(int, -1)), namer()) == N
    assert sliced(N, SliceFact(NONE, python(int, length=N)), namer()) == N
    assert sliced(N, SliceFact(one, python(int, length=N)), namer()) == N.minus(1)
    assert sliced(N, SliceFact(NONE, python(int, 3)), namer()).not_one
    assert not sliced(N, SliceFact(python(int, 1), python(int, 3)), namer()).not_one


def test_a_slice_up_to_a_length_less_some():
    """``x[:len(x) - k]`` is the end counted from the back where k is more than the length."""
    for k, size, start in itertools.product(range(5), range(7), (None, 1, 2)):
        if size == 1:
            continue
        binding = Binding()
        binding.of["n"] = size
        first = NONE if start is None else python(int, start)
        found = sliced(N, SliceFact(first, python(int, length=N.minus(k))), namer())
        binding.dim(found, len(range(size)[start : size - k]), f"x[{start}:n-{k}], n={size}")


BASIC = [
    *(0, -1, slice(None), slice(1, None), slice(None, -1), slice(1, -1), slice(None, None, 2), ..., None, ()),
    *((0,), (0, 0), (slice(None), 0), (..., 0), (0, ...), (None, 0), (0, None), (slice(None), None), (None, ...)),
    *((..., None), (slice(1, None), slice(None, -1)), (0, slice(None), 0), (..., 0, 0), (slice(None), 0, None, ...)),
    *(np.int64(0), (np.int64(0), 0), (np.uint8(0), slice(None)), slice(0, 2), (0, 0, 0), (0, 0, 0, 0)),
]
ADVANCED = [
    *([0, 0], [0], [], np.array([0, 0]), np.array([[0], [0]]), np.array(0), (np.array(0), np.array([0, 0]))),
    *(([0, 0], [0]), ([0, 0], slice(None)), (slice(None), [0, 0]), (slice(None), [0, 0], 0), (0, slice(None), [0, 0])),
    *((0, [0, 0]), ([0], 0), ([0, 0], None, [0, 0]), (..., [0, 0]), ([0, 0], ..., [0]), (None, [0, 0], 0)),
    *((np.array([0, 0]), slice(None), np.array([[0, 0]])), (slice(None), np.array([[0], [0]]), [0, 0])),
    *((np.array([0]), slice(1, None)), (np.int64(0), slice(None), [0]), (np.array(0), 0), (np.array(0), slice(None))),
    *((slice(None), [0, 0], slice(None), [0, 1]), (None, [0, 1], slice(None), 0), (slice(1, None), 0, None, [0, 0])),
    *((slice(None), [[0], [0]], None, 0), (..., [0, 0], None, 0, slice(None)), (None, 0, None, np.array([0, 0]))),
    *(True, np.array(True), (np.array(True), 0), (slice(None), slice(None), [0, 0])),
]


@pytest.mark.parametrize("number", range(len(BASIC) + len(ADVANCED)))
def test_indexing_of_all_shapes(number):
    index = (BASIC + ADVANCED)[number]
    for i, shape in enumerate(SHAPES):
        for x in layouts(values(shape, float)):
            check(operator.getitem, x, index, vague=6, seed=i, known=len(shape) > 0)
    for x in scalars(float):
        check(operator.getitem, x, index, vague=4, known=False)


def test_boolean_masks():
    for shape in SHAPES:
        x = values(shape, float)
        for axes in range(1, len(shape) + 1):
            mask = values(shape[:axes], bool)
            check(operator.getitem, x, mask, vague=6)
            check(operator.getitem, x, (mask, ...), vague=4)
            check(operator.getitem, x, (..., mask), vague=4)
            check(operator.getitem, x, (slice(None), mask), vague=4)
            check(operator.getitem, x, (mask, [0]), vague=4)
            check(operator.getitem, x, (None, mask, 0), vague=4)


ENTRIES = st.one_of(
    st.integers(-2, 1),
    st.builds(slice, st.sampled_from(PARTS), st.sampled_from(PARTS), st.sampled_from((None, None, 1, 2, -1))),
    st.sampled_from([None, ..., [0, 1], [0], np.array([[0, -1]]), np.array([0, 0]), np.int64(0), np.array(0)]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from((0, 1, 2, 3, 4)), max_size=4), st.lists(ENTRIES, max_size=4), st.integers(0, 10**6))
def test_random_indices(shape, entries, seed):
    check(operator.getitem, values(tuple(shape), float), tuple(entries), vague=3, seed=seed, known=False)


def test_exact_facts_give_exact_shapes():
    x = array(np.float32, (N, M), frozenset({"x"}))
    row = item(x, python(int))
    assert row == array(np.float32, (M,), frozenset({"x"}))
    assert item(row, python(int)) == Num(np.dtype(np.float32), "np", ())
    assert item(x, Static(slice(1, None))).shape == (N.minus(1), M)
    rows = item(x, array(int, (Dim.of(5),)))
    assert rows.shape == (Dim.of(5), M)
    assert not item(x, array(bool, (N,))).shape[0].not_one


@pytest.mark.parametrize(
    ("index", "effect"),
    [
        (python(int), "view"),
        (SliceFact(), "view"),
        (Static(slice(1, None)), "view"),
        (array(int, (N,)), "fresh"),
        (array(bool, (N, M)), "fresh"),
        (array(int, ()), "maybe"),
        (Opaque(), "maybe"),
        (Num(None, "any", None), "maybe"),
        (Seq("tuple", None, python(int), ANY_DIM), "maybe"),
        (Seq("tuple", (python(int), SliceFact()), Opaque(), Dim.of(2)), "view"),
        (Seq("tuple", (python(int), array(int, (N,))), Opaque(), Dim.of(2)), "fresh"),
    ],
)
def test_whether_an_index_gives_a_view(index, effect):
    assert getitem_effect(index) == effect


def test_items_of_sequences_ranges_and_records():
    pieces = [1.0, values((3,), float), (2, 3.0)]
    for container in (pieces, tuple(pieces), range(5), [values((2,), float), values((3,), float)]):
        for index in (0, -1, 1, 2, slice(None), slice(1, None), slice(None, -1), slice(0, 2), slice(None, None, -1)):
            check(operator.getitem, container, index, vague=6, sharing=False, known=False)
    record = {"a": 1.0, "b": values((3,), float), 0: 2}
    for key in ("a", "b", 0):
        check(operator.getitem, record, key, vague=0, sharing=False)


def test_an_index_of_a_mixed_list_is_asked_for_by_value():
    mixed = (python(float), Static("name"))
    with pytest.raises(NeedValue):
        item(Seq("tuple", mixed, joined(mixed), Dim.of(2)), python(int, origin="k"))
    same = (array(float, (N,)), array(float, (M,)))
    found = item(Seq("list", same, joined(same), Dim.of(2)), python(int, origin="k"))
    assert found.rank == 1 and found.shape[0].not_one and not found.shape[0].anonymous


def test_lengths_of_a_summary_get_names_of_their_own():
    element = Seq("tuple", (array(float, (ANY_DIM_NOT_ONE, Dim.of(3))), array(float, (ANY_DIM,))), Opaque(), Dim.of(2))
    found = instantiate(element, namer())
    dims = [dim for part in found.items for dim in part.shape]
    assert [dim.not_one for dim in dims] == [True, True, False]
    assert not any(dim.anonymous for dim in dims) and dims[0] != dims[2] and dims[1] == Dim.of(3)


def test_the_elements_of_an_inner_list_stay_different():
    inner = Seq("list", None, array(float, (ANY_DIM,)), ANY_DIM)
    found = instantiate(inner, namer())
    assert found.element == inner.element and not found.length.anonymous


CONTAINERS = [
    *(values(shape, float) for shape in ((3,), (2, 3), (1, 1), (2, 3, 4))),
    *([1.0, 2.0], (1, 2.0), [values((2,), float), values((3,), float)], range(4), [[1, 2], [3]], [(1, 2.0), (3, 4.0)]),
]


@pytest.mark.parametrize("number", range(len(CONTAINERS)))
def test_iterating_and_unpacking(number):
    container = CONTAINERS[number]
    for seed in range(12):
        describer = Describer(np.random.default_rng(seed) if seed else None)
        fact = describer.of(container)
        for value in container:  # one fact for every item, each with lengths of its own
            binding = Binding()
            binding.of = dict(describer.binding.of)
            binding.check(iterate(fact, namer()), value, f"item of {fact}")
        for part, value in zip(unpack(fact, len(container), namer()), container, strict=True):
            describer.binding.check(part, value, f"part of {fact}")


def test_unpacking_what_is_not_known_gives_what_is_not_known():
    assert unpack(Opaque(frozenset({"p"})), 2, namer()) == [Opaque(frozenset({"p"}))] * 2
    assert iterate(RangeFact(N), namer()) == python(int)
    slots = (("a", python(float)), ("b", python(int)))
    assert unpack(Record("namedtuple", tuple, slots), 2, namer()) == [python(float), python(int)]


def test_unpacking_gives_as_many_facts_as_are_asked_for():
    pair = Seq("tuple", (python(int), python(float)), python(float), Dim.of(2))
    assert len(unpack(pair, 3, namer())) == 3


def test_take():
    for shape, index, axis in itertools.product(SHAPES, (0, [0, 0], np.array([[0, 0]]), np.int64(0)), (None, 0, -1)):
        check(np.take, values(shape, float), index, axis, vague=3, known=len(shape) > 0)
    for shape in SHAPES:
        check(np.argwhere, values(shape, bool))
        check(np.flatnonzero, values(shape, bool))


def test_a_row_of_unknown_rank_may_be_a_number():
    found = item(Num(np.dtype(float), "array", None), python(int))
    assert (found.box, found.shape) == ("any", None)
    describer = Describer()
    check_once(operator.getitem, (values((3,), float), 0), {}, values((3,), float)[0], describer)
