"""Reports: the numbers of the lecture, gradients against differences and against ``wrt`` of locals, what is named."""

import sys

import numpy as np
import pytest

import s2sgrad
from s2sgrad import ArgumentError, grad, report
from s2sgrad.flow import Size
from tests.flow.chains import BIAS, SATURATED, growing, network, sigmoid, tails, three_lines


def named(found):
    """What was found, by the text of the line."""
    from s2sgrad.flow.text import _text

    return {(f.kind, _text(f.entry)) for f in found.findings}


# ---- the lecture ----


@pytest.mark.parametrize("n", [3, 10, 40])
def test_a_gradient_vanishes_as_a_power_of_the_slope(n):
    found = report(tails, SATURATED, BIAS, n)
    assert found.gradient("x").norm == pytest.approx(0.01**n, rel=1e-9)
    assert [e.gradient.norm for e in found.runs("h", line=18)] == pytest.approx(
        [0.01 ** (n - k) for k in range(1, n + 1)], rel=1e-9
    )
    (finding,) = found.findings
    assert named(found) == {("vanishing", "h = sigmoid(h + b)")}
    assert finding.factor == pytest.approx(0.01) and finding.layers == n
    assert finding.total == pytest.approx(0.01**n)


def test_a_gradient_explodes_to_13781():
    found = report(growing, 1.0, 100)
    (finding,) = found.findings
    assert round(found.gradient("x").norm) == round(finding.total) == 13781
    assert named(found) == {("exploding", "x = 1.1 * x")} and finding.factor == pytest.approx(1.1)
    assert "the factor per layer is 1.1, over 100 layers it comes to 13781" in str(found)


def test_lines_without_a_loop_are_a_chain():
    found = report(three_lines, SATURATED, BIAS)
    assert named(found) == {("vanishing", f"h{k} = sigmoid({h} + b)") for k, h in [(1, "x"), (2, "h1"), (3, "h2")]}
    assert {round(f.factor, 6) for f in found.findings} == {0.01}
    assert found.findings[0].total == pytest.approx(1e-6)


def test_of_the_lines_of_a_layer_the_one_at_fault_is_named(rng):
    weights = [np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(8)]  # they change no length
    found = report(network, rng.normal(size=3), weights, [np.zeros(3)] * 8)
    assert named(found) == {("vanishing", "h = sigmoid(a)")}
    factors = [e.factor for e in found.runs("a")]
    assert factors == pytest.approx([1.0] * 8)


# ---- numbers ----


def test_gradients_of_every_run_against_differences():
    def shifted(x, n, shifts):
        for k in range(n):
            x = np.sin(x) * 1.5 + shifts[k]
        return x * x

    shifts = np.zeros(6)
    found = report(shifted, 0.7, 6, shifts, wrt="x").runs("x")[1:]
    step = np.eye(6) * 1e-6
    slopes = [(shifted(0.7, 6, s) - shifted(0.7, 6, -s)) / 2e-6 for s in step]
    assert [e.gradient.norm for e in found] == pytest.approx(np.abs(slopes), rel=1e-6)
    assert [e.round for e in found] == [1, 2, 3, 4, 5, 6]


def helper(W, b, h):
    a = W @ h
    for _ in range(2):
        a = a + b
    return np.tanh(a)


def branching(x, W, b):
    h = x
    for k in range(4):
        if k % 2:
            h = helper(W, b, h)
        else:
            g = h * 0.5
            h = g + b
    y = np.zeros(3)
    for i in range(3):
        if h[i] < -5:
            break
        y[i] = h[i] ** 2
    return y.sum()


@pytest.mark.parametrize("name", ["g", "h"])
def test_gradients_are_those_that_wrt_of_a_local_gives(rng, name):
    args = rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=3)
    expected = grad(branching, name)(*args)
    found = [e for e in report(branching, *args).runs(name) if e.line and e.function == "branching"]
    assert [e.gradient.norm for e in found] == pytest.approx([np.linalg.norm(g) for g in expected])


def test_helpers_and_arguments(rng):
    args = rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=3)
    found, expected = report(branching, *args), grad(branching, (0, 1, 2))(*args)
    for name, gradient in zip(("x", "W", "b"), expected):
        assert found.gradient(name).norm == pytest.approx(np.linalg.norm(gradient))
        assert found.gradient(name).largest == pytest.approx(np.abs(gradient).max())
    assert {f.__name__ for f in found.functions} == {"branching", "helper"}
    assert [e.round for e in found.runs("W")] == [1, 1, 2]  # the argument, and what the helper was given twice
    assert len([e for e in found.runs("return") if e.function == "helper"]) == 2


def test_a_function_that_calls_itself():
    def power(x, n):
        return x if n == 0 else x * power(x, n - 1)

    found = report(power, 2.0, 3)
    assert found.gradient("x").norm == pytest.approx(4 * 2.0**3)
    assert [e.round for e in found.runs("return")] == [1, 2, 3, 4]
    assert [e.value.norm for e in found.runs("return")] == [2, 4, 8, 16]
    assert [e.gradient.norm for e in found.runs("return")] == [8, 4, 2, 1]


def test_values_are_those_that_the_function_computes(rng):
    x, weights = rng.normal(size=3), [rng.normal(size=(3, 3)) for _ in range(3)]
    found = report(network, x, weights, [np.zeros(3)] * 3)
    h = x
    for W, entry in zip(weights, found.runs("a")):
        assert entry.value.norm == pytest.approx(np.linalg.norm(W @ h))
        h = sigmoid(W @ h)
    assert found.runs("return")[0].value.norm == pytest.approx((h**2).sum())


def test_a_result_that_is_an_array_counts_by_its_sum():
    found = report(lambda x: x * x, np.array([1.0, 2.0]))
    assert found.gradient("x").norm == pytest.approx(np.sqrt(4 + 16))


def test_sizes():
    size = Size.of({"a": [0.0, -3.0], "b": (np.array([4.0, np.nan]), 7, "text", None)})
    assert size == Size(norm=5.0, largest=4.0, zeros=0.25, nonfinite=0.25, count=4)
    assert Size.of([]) == Size(0.0, 0.0, 0.0, 0.0, 0)
    assert Size.of(np.array([3e-200, 4e-200])).norm == pytest.approx(5e-200)


# ---- what is named ----


def test_nothing_is_said_of_gradients_that_stay():
    assert "nothing vanishes" in str(report(network, np.ones(2), [np.eye(2)], [np.zeros(2)]))


def test_a_sum_over_samples_is_no_chain():
    def loss(w, xs):
        total = 0.0
        for x in xs:
            e = w * x
            total = total + e * e * e
        return total

    assert report(loss, 1.0, np.array([1e4, 1.0, 1e-3, 1e-5]), wrt="w").findings == ()


def test_a_dead_layer_ends_the_gradient():
    def dead(x, W):
        h = np.maximum(0, W @ x)
        return h.sum()

    found = report(dead, -np.ones(3), np.eye(3))
    assert named(found) == {("zero", "h = np.maximum(0, W @ x)")}
    assert found.gradient("x").zeros == 1.0
    assert "<- the gradient ends" in found.listing()


def test_the_line_of_the_first_value_that_is_no_number():
    def logs(x):
        y = x - 2
        z = np.log(y)
        return z.sum()

    with np.errstate(invalid="ignore"):
        assert ("value", "z = np.log(y)") in named(report(logs, np.array([3.0, 1.0])))


def test_the_line_of_the_first_gradient_that_is_no_number():
    def roots(x):
        y = x * 1.0
        z = np.sqrt(y)
        return z.sum()

    with np.errstate(divide="ignore"):
        found = report(roots, np.array([1.0, 0.0]))
    assert named(found) == {("gradient", "z = np.sqrt(y)")}
    assert found.gradient("x").nonfinite == 0.5


# ---- text ----


TABLE = """\
line      value of  run  |value|  |gradient|  largest  zeros  factor
tails     x              0.9899       1e-08    1e-08     0%
tails     b               3.595      0.0101   0.0101     0%
tails:16  h              0.9899       1e-08    1e-08     0%       1
tails:18  h         1/4   0.9899       1e-06    1e-06     0%    0.01
                    ...
                    4/4   0.9899           1        1     0%    0.01
tails:19  return          0.9899           1        1     0%       1"""

LISTING = """\
15  def tails(x, b, n):         # x: 0.9899, gradient 1e-08; b: 3.595, gradient 0.0101
16      h = x                   # h: 0.9899, gradient 1e-08
17      for k in range(n):
18          h = sigmoid(h + b)  # h (4 runs): 0.9899, gradient 1e-06 .. 1; <- vanishing
19      return h                # return: 0.9899, gradient 1"""

SUMMARY = """\
vanishing gradient: chains.py:18: h = sigmoid(h + b)
    the factor per layer is 0.01, over 4 layers it comes to 1e-08"""


def test_table_listing_and_summary():
    found = report(tails, SATURATED, BIAS, 4)
    rows, expected = found.table(rounds=2).splitlines(), TABLE.splitlines()
    assert [row.split() for row in rows] == [row.split() for row in expected]
    assert len({len(row) for row in rows if row.endswith("1") or row.endswith("factor")}) == 1
    assert found.listing() == LISTING
    assert found.summary() == SUMMARY
    assert str(found) == f"{found.table()}\n\n{SUMMARY}"


# ---- how it is called ----


def test_methods_derivatives_and_what_they_are_with_respect_to():
    class Model:
        def __init__(self):
            self.w = 2.0

        def loss(self, x):
            return self.w * x

        @grad(wrt="x")
        def decorated(self, x):
            return self.w * x

    assert report(Model().loss, 3.0).gradient("self").norm == 3
    found = report(Model().decorated, 3.0)
    assert found.gradient("x").norm == 2 and found.wrt == (("x",),)
    with pytest.raises(ArgumentError, match="no gradient of 'self'\nInstead: it is with respect to x"):
        found.gradient("self")


def test_what_comes_beside_the_value_has_no_gradient():
    def f(x):
        y = x * x
        return y, x * 100

    found = report(s2sgrad.value_and_grad(f, has_aux=True), 3.0)
    assert found.gradient("x").norm == 6
    assert report(f, 3.0).gradient("x").norm == 106  # of the sum of all that is returned
    assert report(s2sgrad.jacobian(lambda x: x * x), 3.0).gradient("x").norm == 6


def test_the_function_runs_once_and_stays_as_it_is(capsys):
    def loud(x):
        print("once")
        y = x * x
        return y

    source = grad(loud).source_for(2.0)
    report(loud, 2.0)
    assert capsys.readouterr().out == "once\n" and grad(loud).source_for(2.0) == source
    assert "record" not in source


def test_arguments_that_cannot_be_differentiated():
    with pytest.raises(ArgumentError, match="made of floats alone"):
        report(growing, 1, 2)
    with pytest.raises(ArgumentError, match="no argument and no local variable named 'q'"):
        report(growing, 1.0, 2, wrt="q")


def test_the_function_is_not_hidden_by_a_module():
    import s2sgrad.flow.run

    assert s2sgrad.report is report


def test_plots(tmp_path):
    pytest.importorskip("matplotlib")
    report(tails, SATURATED, BIAS, 4).plot(tmp_path / "loop.png")
    report(three_lines, SATURATED, BIAS).plot(tmp_path / "lines.svg")
    assert (tmp_path / "loop.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "lines.svg").read_text()


def test_without_matplotlib_there_is_a_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ArgumentError, match=r"not installed\nInstead: .*s2sgrad\[plot\]"):
        report(growing, 1.0, 3).plot("nowhere.png")
