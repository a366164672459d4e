"""What the words of the rule language are written out to, and that both forms agree."""

import ast

import gast
import numpy as np
import pytest

from s2sgrad.analysis.facts import ANY_DIM, Dim, NeedValue, Num, Opaque, Static, Symbol, array, numpy_scalar, python
from s2sgrad.quote import quote
from s2sgrad.rules import macros, places, pulled, ranking, rows, stacks, transforms
from tests.rules.harness import fact_of

ANY = Num(None, "any", None)


def of_rank(n):
    return array(float, [Dim(Symbol(f"n{k}", True)) for k in range(n)])


def text(macro, arguments, *facts):
    tree = macros.EXPANDERS[macro]([quote(a) for a in arguments], list(facts))
    return ast.unparse(gast.gast_to_ast(tree))


@pytest.mark.parametrize(
    ("rank", "axis", "expected"),
    [
        (2, None, "dy"), (2, 0, "dy"), (2, -2, "dy"), (2, 1, "dy[:, None]"), (2, -1, "dy[:, None]"), (1, -1, "dy"),
        (3, 1, "dy[:, None]"), (3, -2, "dy[:, None]"), (3, 2, "dy[..., None]"), (4, 2, "dy[:, :, None]"),
        (3, (0, 1), "dy"), (3, (1, 0), "dy"), (2, (0, 1), "dy"), (2, (), "dy"),
        (3, (1, 2), "np.expand_dims(dy, (1, 2))"),
    ],
)  # fmt: skip
def test_unreduce(rank, axis, expected):
    facts = of_rank(0), of_rank(rank), fact_of(axis), python(bool, False)
    assert text(macros.unreduce, ["dy", "x", repr(axis), "False"], *facts) == expected


def test_unreduce_leaves_what_kept_its_axes():
    facts = of_rank(2), of_rank(2), python(int, 1), python(bool, True)
    assert text(macros.unreduce, ["dy", "x", "1", "True"], *facts) == "dy"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (numpy_scalar(np.float32), "y + (y == 0)"), (python(float), "y + (y == 0)"),
        (of_rank(1), "np.where(y == 0, 1, y)"), (ANY, "np.where(y == 0, 1, y)"),
    ],
)  # fmt: skip
def test_one_for_zero(fact, expected):
    assert text(macros.one_for_zero, ["y"], fact) == expected


@pytest.mark.parametrize("y", [0.0, -0.0, 2.5, 5e-324, np.inf, np.float64(0.0), np.float32(0.0), np.float32(2.5)])
def test_one_for_zero_of_numbers(y):
    written = eval(text(macros.one_for_zero, ["y"], fact_of(y)), {"y": y})
    assert written == macros.one_for_zero(y)
    assert np.result_type(written) == np.result_type(y)


@pytest.mark.parametrize(("axis", "expected"), [(0, "dy"), (1, "dy[:, None]"), (-1, "np.expand_dims(dy, -1)")])
def test_unreduce_with_an_unknown_rank(axis, expected):
    facts = ANY, ANY, fact_of(axis), python(bool, False)
    assert text(macros.unreduce, ["dy", "x", str(axis), "False"], *facts) == expected


def test_unreduce_with_an_axis_that_nobody_knows():
    facts = of_rank(1), of_rank(2), python(int), python(bool, False)
    assert text(macros.unreduce, ["dy", "x", "k", "False"], *facts) == "np.expand_dims(dy, k)"


def test_unreduce_asks_for_the_value_of_an_argument():
    with pytest.raises(NeedValue) as caught:
        text(macros.unreduce, ["dy", "x", "k", "False"], ANY, ANY, python(int, origin="k"), python(bool, False))
    assert caught.value.path == "k"


@pytest.mark.parametrize(
    ("x", "axis", "expected"),
    [
        (of_rank(2), None, "x.size"), (ANY, None, "np.size(x)"), (python(float), None, "np.size(x)"),
        (of_rank(2), 0, "len(x)"), (of_rank(1), -1, "len(x)"), (of_rank(2), 1, "x.shape[1]"),
        (of_rank(2), -1, "x.shape[1]"), (ANY, -1, "x.shape[-1]"), (of_rank(3), (0, 2), "len(x) * x.shape[2]"),
        (of_rank(2), (0, 1), "x.size"), (of_rank(2), (), "1"),
    ],
)  # fmt: skip
def test_count(x, axis, expected):
    assert text(macros.count, ["x", repr(axis)], x, fact_of(axis)) == expected


def test_count_over_an_axis_that_nobody_knows():
    assert text(macros.count, ["x", "k"], of_rank(2), python(int)) == "x.shape[k]"


@pytest.mark.parametrize(("ddof", "expected"), [("0", "x.size"), ("1", "x.size - 1"), ("n", "x.size - n")])
def test_freedom(ddof, expected):
    fact = python(int) if ddof == "n" else python(int, int(ddof))
    assert text(macros.freedom, ["x", "None", ddof], of_rank(2), Static(None), fact) == expected


@pytest.mark.parametrize(("rank", "expected"), [(2, "a.T"), (3, "np.swapaxes(a, -1, -2)")])
def test_a_transposed_matrix(rank, expected):
    assert text(macros.mT, ["a"], of_rank(rank)) == expected


@pytest.mark.parametrize(
    ("x", "expected"),
    [(of_rank(2), "x"), (fact_of(np.float32(1)), "x"), (python(float), "np.float64(x)"), (ANY, "np.asarray(x)")],
)
def test_a_numpy_number(x, expected):
    assert text(macros.as_numpy, ["x"], x) == expected


def test_nothing_known_of_an_argument():
    assert text(macros.as_numpy, ["x"], Opaque()) == "np.asarray(x)"
    assert text(macros.shape_of, ["x"], Opaque()) == "np.shape(x)"
    assert text(macros.mT, ["x"], array(float, [ANY_DIM] * 3)) == "np.swapaxes(x, -1, -2)"


@pytest.mark.parametrize(("dtype", "expected"), [(float, "np.log(2)"), (np.float32, "float(np.log(2))")])
def test_a_weak_constant(dtype, expected):
    assert text(macros.weak, ["np.log(2)", "x"], Opaque(), array(dtype, [])) == expected


@pytest.mark.parametrize(("n", "expected"), [(3, "2"), (2.5, "1.5"), (-1, "-2"), (2.0, "1")])
def test_one_less(n, expected):
    assert text(macros.minus_one, ["n"], fact_of(n)) == expected


@pytest.mark.parametrize(("n", "expected"), [(3, "4"), (2.5, "3.5"), (-1, "0"), (2.0, "3")])
def test_one_more(n, expected):
    assert text(macros.plus_one, ["n"], fact_of(n)) == expected


@pytest.mark.parametrize(("n", "expected"), [(3, "-3"), (-3, "3")])
def test_the_other_sign(n, expected):
    assert text(macros.negative, ["n"], fact_of(n)) == expected


@pytest.mark.parametrize("fact", [python(int), python(int, 3, origin="n"), Opaque()])
def test_a_number_that_the_program_does_not_spell_keeps_its_name(fact):
    assert text(macros.minus_one, ["n"], fact) == "n - 1"
    assert text(macros.plus_one, ["n"], fact) == "n + 1"
    assert text(macros.negative, ["n"], fact) == "-n"
    assert text(macros.freedom, ["x", "None", "n"], of_rank(2), Static(None), fact) == "x.size - n"


@pytest.mark.parametrize("axes", [(1, 2, 0), (2, 0, 1), (-1, 0, 1), (0, 2, 1)])
def test_an_inverse_permutation(axes):
    written = eval(text(macros.inverse, [repr(axes)], fact_of(axes)))
    general = eval(text(macros.inverse, [repr(axes)], Opaque()), {"np": np})
    assert written == macros.inverse(axes) == tuple(general)
    assert np.transpose(np.transpose(np.ones((2, 3, 4)), axes), written).shape == (2, 3, 4)


def test_every_word_has_its_text():
    words = {*macros.__all__, *pulled.__all__, *stacks.__all__, *places.__all__, *ranking.__all__, "counted"}
    words |= {*transforms.__all__, *rows.__all__, "mH"}
    words -= {"EXPANDERS", "expands", "known_contraction", "METHODS", "SCALES", "value_of", "over_known_axes"}
    own = [f for f in macros.EXPANDERS if not f.__module__.startswith("s2sgrad.rules.scipy")]  # loaded when asked for
    assert words == {f.__name__ for f in own}
