"""The dialect as text: what is rewritten, that it still means the same to Python, and that the rest keeps its lines."""

import numpy as np
import pytest

from s2sgrad import Refusal
from s2sgrad.dialects.helpers import Helpers
from s2sgrad.dialects.numba import to_numba
from s2sgrad.printed import cofactors, cofactors_along, inverse_or_nan, nan_if_close, power_along, value_slopes


def rewritten(text, taken=()):
    """The text in the dialect, helpers above it."""
    helpers = Helpers(taken)
    body = to_numba(text, "np", helpers)
    return "\n\n".join([*helpers.texts("np"), body])


def function(text):
    scope = {"np": np}
    exec(text, scope)
    return scope["f"]


def lines(*statements, parameters="x, y"):
    return f"def f({parameters}):\n" + "".join(f"    {line}\n" for line in statements)


A = np.arange(24.0).reshape(2, 3, 4) % 7
V = np.arange(6.0)


RANGES = ["5", "0", "1", "2, 7", "7, 2", "1, 8, 3", "8, 1, -2", "3, 3, 2", "n", "n, 9", "1, n, 2"]


@pytest.mark.parametrize("arguments", RANGES)
def test_a_range_runs_backwards(arguments):
    text = lines(f"return [k for k in reversed(range({arguments}))]", parameters="n")
    new = rewritten(text)
    assert "reversed" not in new
    for n in (0, 1, 4, 9):
        assert function(new)(n) == function(text)(n)


def test_a_short_range_reads_as_one_writes_it():
    assert "for t in range(len(xs) - 1, -1, -1):" in rewritten(lines("for t in reversed(range(len(xs))):", "    pass"))
    assert "for t in range(n - 1, 0, -1):" in rewritten(lines("for t in reversed(range(1, n)):", "    pass"))


def test_other_sequences_run_backwards():
    new = rewritten(lines("return [v for v in reversed(x)]"))
    assert "x[::-1]" in new
    assert function(new)((1, 2, 3), None) == [3, 2, 1]


@pytest.mark.parametrize(
    "expression",
    [
        "x.sum(axis=1, keepdims=True)",
        "np.sum(x, axis=-1, keepdims=True)",
        "x.sum(axis=(0, 2))",
        "x.sum(axis=(-1, -3))",
        "x.sum(axis=(2, 0), keepdims=True)",
        "x.sum(axis=(-3, 1), keepdims=True)",
        "x.max(axis=1, keepdims=True)",
        "x.max(axis=0)",
        "x.max(axis=1)",
        "np.max(x, axis=2)",
        "np.amin(x, -1)",
        "x.min(-2)",
        "x.min(axis=-3, keepdims=True)",
        "x.mean(axis=0)",
        "np.mean(x, axis=-1, keepdims=True)",
        "(x + 1).mean(axis=1)",
    ],
)
def test_reductions_along_axes(expression):
    text = lines(f"return {expression}")
    new = rewritten(text)
    assert new != text and "keepdims" not in new
    np.testing.assert_allclose(function(new)(A, None), function(text)(A, None), rtol=1e-15)


VECTORS = ["x.sum(axis=0, keepdims=True)", "x.max(axis=0)", "x.min(axis=-1, keepdims=True)", "np.full_like(x, x[:1])"]


@pytest.mark.parametrize("expression", VECTORS)
def test_reductions_of_a_vector(expression):
    text = lines(f"return {expression}")
    np.testing.assert_array_equal(function(rewritten(text))(V, None), function(text)(V, None))


@pytest.mark.parametrize("expression", ["x.sum()", "x.sum(axis=0)", "x.max()", "x.sum(axis=(0, -1))", "x.mean()"])
def test_what_numba_has_or_never_will_stays(expression):
    assert rewritten(lines(f"return {expression}")) == lines(f"return {expression}")


def test_nan_is_the_largest():
    new = function(rewritten(lines("return x.max(axis=0)")))
    assert np.isnan(new(np.array([[1.0, np.nan], [2.0, 3.0]]), None)).tolist() == [False, True]


@pytest.mark.parametrize(
    ("shape", "index", "values"),
    [
        ((4,), [0, 0, -1], [1.0, 2.0, 3.0]),
        ((4,), [0, 0, 2], 1.5),
        ((3, 2), [1, 1], [[1.0, 2.0], [3.0, 4.0]]),
        ((3, 2), [1, 1], [1.0, 2.0]),
        ((3,), [], 1.0),
        ((3, 2), [[0, 1], [1, 1]], [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_repeated_indices_add_up(shape, index, values):
    text = lines("np.add.at(x, i, y)", "return x", parameters="x, i, y")
    index, values = np.array(index, dtype=int), np.asarray(values)
    got, wanted = (function(t)(np.zeros(shape), index, values) for t in (rewritten(text), text))
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(
    ("shape", "rows", "columns"),
    [((3, 4), [0, 0, -1], [1, 1, -2]), ((3, 4, 2), [[1], [1]], [0, 0, 3]), ((3, 4), [], [])],
)
def test_repeated_pairs_of_indices_add_up(shape, rows, columns):
    text = lines("np.add.at(x, (i, j), y)", "return x", parameters="x, i, j, y")
    i, j = np.array(rows, dtype=int), np.array(columns, dtype=int)
    y = np.arange(1.0, np.zeros(shape)[i, j].size + 1).reshape(np.zeros(shape)[i, j].shape)
    got, wanted = (function(t)(np.zeros(shape, order="F"), i, j, y) for t in (rewritten(text), text))
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("mode", ["wrap", "clip"])
def test_places_of_pairs_of_indices(mode):
    text = lines(f"return np.ravel_multi_index((i, 1), x.shape, mode={mode!r})", parameters="x, i")
    new = rewritten(text)
    assert ("places_of(" in new) == (mode == "wrap")
    x, i = np.zeros((3, 2)), np.array([0, 2, 1])
    np.testing.assert_array_equal(function(new)(x, i), [1, 5, 3])


def test_a_sum_to_an_equal_rank():
    new = function(rewritten(lines("return sum_to(x, y.shape)")))
    g = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(new(g, np.zeros((1, 3))), g.sum(axis=0, keepdims=True))
    np.testing.assert_array_equal(new(g, np.zeros((2, 3))), g)
    np.testing.assert_array_equal(new(g, np.zeros((1, 1))), [[15.0]])
    with pytest.raises(ValueError, match="rank"):
        new(g, np.zeros(3))


# ---- in-place operations whose sides may overlap ----


@pytest.mark.parametrize(
    "statements",
    [
        ["x[1:] += x[:-1]"],
        ["v = x[1:]", "v += x[:-1]"],
        ["v = x[:-1]", "x[1:] -= v"],
        ["v = x[1:]", "w = x[:-1]", "v *= w"],
        ["x += x[::-1]"],
        ["y += x"],
        ["st = [x[1:]]", "v = st.pop()", "x[:-1] += v"],
        ["for v in (x[1:],):", "    x[:-1] += v"],
        ["v = x", "x += v"],
        ["x[1:] += g(x)"],
        ["x[1:] += sign(x)"],
        ["v = w = x[1:]", "x[:-1] += w"],
        ["v, w = x[1:], 1.0", "x[:-1] += v"],
        ["x += x if True else y"],
        ["v = 2 * x", "v = x[:-1]", "x[1:] += v"],
        ["x[1:] += x.T[:-1]"],
        ["x[1:] += x[:-1].real"],
        ["x[1:] += x[:-1].reshape(-1)"],
    ],
)
def test_the_right_side_is_made_first(statements):
    new = rewritten(lines(*statements, "return x", parameters="x, y, g"))
    assert "+= +" in new or "*= +" in new or "] = x[" in new, new


@pytest.mark.parametrize(
    "statements",
    [
        ["x += 2 * x"],
        ["x[1:] += x[:-1] * 1.0"],
        ["v = x[1:] * 2", "x[:-1] += v"],
        ["v = np.zeros_like(x)", "v += 1.0", "x += v"],
        ["s = 0.0", "for k in range(3):", "    s += k"],
        ["x[0] += x[1:].sum()"],
        ["x += -x"],
    ],
)
def test_what_cannot_overlap_stays(statements):
    text = lines(*statements, "return x")
    assert rewritten(text) == text


@pytest.mark.parametrize("statement", ["x[1:] += x[:-1]", "x[k:] -= x[:-k]", "x[i.pop():] += x[:-1]"])
def test_the_same_numbers_to_python(statement):
    text = lines("k = 1", "i = [1]", statement, "return x")
    got, wanted = function(rewritten(text))(V + 1, None), function(text)(V + 1, None)
    np.testing.assert_array_equal(got, wanted)


def test_an_index_that_acts_is_evaluated_once():
    assert "x[i.pop():] += +x[:-1]" in rewritten(lines("x[i.pop():] += x[:-1]"))


# ---- layout ----


def test_other_lines_keep_their_text():
    text = (
        "def f(x):\n"
        "    # größer als zuvor\n"
        "    y = (x +   1)  # as the user wrote it\n"
        "    for k in reversed(range(3)):  # backwards\n"
        "        y = 'ä' if k else reversed(\n"
        "            range(2))\n"
        "    return y\n"
    )
    assert rewritten(text) == (
        "def f(x):\n"
        "    # größer als zuvor\n"
        "    y = (x +   1)  # as the user wrote it\n"
        "    for k in range(2, -1, -1):  # backwards\n"
        '        y = "ä" if k else range(1, -1, -1)\n'
        "    return y\n"
    )


def test_blocks_of_every_kind_are_entered():
    text = lines(
        "while x.max(axis=0):",
        "    if x.max(axis=0):",
        "        x.max(axis=0)",
        "    elif x.max(axis=0):",
        "        pass",
        "    else:",
        "        x.max(axis=0)",
    )
    assert rewritten(text).count("largest(x, 0)[0]") == 5


def test_a_helper_gets_a_name_of_its_own():
    new = rewritten(lines("return x.max(axis=0)"), taken={"largest"})
    assert "def largest2(x, axis):" in new and "return largest2(x, 0)[0]" in new


@pytest.mark.parametrize(
    ("statement", "reason"),
    [("return x * np.random.rand()", "random"), ("np.add(x, y, x)", "array for its result")],
)
def test_what_would_differ_is_refused(statement, reason):
    with pytest.raises(Refusal, match=reason):
        rewritten(lines(statement))


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_what_is_printed_for_determinants_and_powers(rank):
    rng = np.random.default_rng(rank)
    a, d = rng.normal(size=(3, rank)) @ rng.normal(size=(rank, 3)), rng.normal(size=(3, 3))
    new = function(rewritten(lines("return cofactors(x), cofactors_along(x, y)")))
    for got, wanted in zip(new(a, d), (cofactors(a), cofactors_along(a, d)), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-12)
    inverse = function(rewritten(lines("return inverse_or_nan(x)", parameters="x")))
    for b in (a, np.diag([1.0, 0.0])):
        if rank == 3 or len(b) == 2:
            np.testing.assert_array_equal(inverse(b), inverse_or_nan(b))
    power = function(rewritten(lines("return power_along(x, y, z)", parameters="x, y, z")))
    regular = a + 2 * np.eye(3)
    for n in (0, 1, 2, 6, 7, -3):
        np.testing.assert_allclose(power(regular, d, n), power_along(regular, d, n), rtol=1e-10)
    close = function(rewritten(lines("return nan_if_close(x, y)")))
    w = np.array([1e9, 1.0, 0.0])
    for x in (w, w[:, None] - w):
        np.testing.assert_array_equal(close(x, w), nan_if_close(x, w))
    slopes = function(rewritten(lines("return value_slopes(x, y)")))
    np.testing.assert_allclose(slopes(a + 1j * d, w), value_slopes(a + 1j * d, w), rtol=1e-12)
