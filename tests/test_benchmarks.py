"""What is timed is right, all columns compute the same, and the scripts run."""

import inspect

import numpy as np
import pytest

from benchmarks import generation, loops, modes, rules, rules_by_hand, run
from benchmarks.adjoints_by_hand import BY_HAND, ByHand
from benchmarks.cases import CASES, LOOPS, SMALL, SMALL_LOOPS, Case, case, mode_case
from benchmarks.fifty_lines import WEIGHTS, arguments, model
from benchmarks.worker import checksum
from tests.differences import check, differences
from tests.rules.samples import Sample

by_name = pytest.mark.parametrize("small", SMALL, ids=lambda c: c.name)
all_by_name = pytest.mark.parametrize("small", SMALL + SMALL_LOOPS, ids=lambda c: c.name)


def _leaves(gradient):
    return gradient if isinstance(gradient, tuple) else (gradient,)


@all_by_name
def test_gradients_by_hand_agree_with_differences(small):
    arguments = inspect.signature(small.primal).bind(*small.arguments()).arguments
    hand = _leaves(small.gradient("hand")(**arguments))
    for name, mine in zip(small.wrt, hand, strict=True):
        reference = differences(lambda value, name=name: small.primal(**arguments | {name: value}), arguments[name])
        np.testing.assert_allclose(mine, reference, rtol=1e-7, atol=1e-8)


@all_by_name
def test_generated_gradients_keep_every_promise(small):
    check(small.primal, *small.arguments(), wrt=small.wrt)


@by_name
@pytest.mark.parametrize("variant", ["tuned", "called", "generated"])
def test_other_columns_compute_the_same(small, variant):
    hand = small.gradient("hand")(*small.arguments())
    other = small.gradient(variant)(*small.arguments())
    for mine, theirs in zip(_leaves(hand), _leaves(other), strict=True):
        np.testing.assert_allclose(theirs, mine, rtol=1e-10, atol=1e-12)


def test_the_function_of_fifty_lines_is_differentiated_right():
    check(model, *arguments(), wrt=WEIGHTS, tol=1e-6)


def test_the_function_of_fifty_lines_has_fifty_lines():
    assert len(inspect.getsource(model).splitlines()) - 1 == 50  # the docstring is not one


def test_every_function_is_also_checked_small():
    assert {c.function for c in CASES} == {c.function for c in SMALL}
    assert {c.function for c in LOOPS} <= {c.function for c in SMALL + SMALL_LOOPS}
    assert case("heat 11x4") is next(c for c in SMALL if c.function == "heat")


def test_a_checksum_tells_gradients_apart():
    a = np.arange(6.0).reshape(2, 3)
    assert checksum((a, 1.0)) == checksum((a.copy(), 1.0))
    assert len({checksum(g) for g in [(a, 1.0), (a, 1.5), (a[:, ::-1], 1.0), a]}) == 4


def test_the_table_of_times(capsys):
    assert run.main(["--case", "heat 11x4", "--rounds", "2", "--round-ms", "1", "--all"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[-3:] == ["generated/hand", "called/hand", "tuned/hand"]
    numbers = [float(x) for x in line.split()[2:]]
    assert len(numbers) == 7 and all(x > 0 for x in numbers)


def test_a_slow_gradient_fails_the_check(monkeypatch, capsys):
    ratios = iter([1.5, 1.2, 1.3, 1.4])
    monkeypatch.setattr(run, "measure", lambda *_: _result(next(ratios)))
    assert run.main(["--case", "heat 11x4", "--check"]) == 1
    assert "1.200" in capsys.readouterr().out


def test_the_best_repetition_counts(monkeypatch, capsys):
    ratios = iter([1.5, 1.01])
    monkeypatch.setattr(run, "measure", lambda *_: _result(next(ratios)))
    assert run.main(["--case", "heat 11x4", "--check"]) == 0
    assert "none" in capsys.readouterr().out


def _result(ratio):
    return run.Result({"hand": 1.0, "generated": ratio}, {"hand": 1.0, "generated": ratio})


def test_the_table_of_loops(capsys):
    assert loops.main(["--case", "euler 7", "--rounds", "2", "--round-ms", "1"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["case", "hand/primal", "generated/primal", "generated/hand"]
    assert all(float(x) > 0 for x in line.split()[2:])


@pytest.mark.parametrize(("hand", "generated", "code"), [(2.0, 2.05, 0), (3.0, 4.1, 1), (2.0, 2.2, 1)])
def test_loops_have_two_bounds(monkeypatch, capsys, hand, generated, code):
    result = run.Result({}, {"primal": 1.0, "hand": hand, "generated": generated})
    monkeypatch.setattr(loops, "measure", lambda *_, **__: result)
    assert loops.main(["--case", "euler 7", "--check"]) == code
    assert ("euler 7" in capsys.readouterr().out.splitlines()[-1]) == bool(code)


def test_the_table_of_modes(capsys):
    assert modes.main(["--case", "gaussian 4", "--rounds", "2", "--round-ms", "0.1"]) == 0
    head, _, line = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.split("|")[3:-2]] == list(modes.COLUMNS)
    assert all(float(cell) > 0 for cell in line.split("|")[2:-1])


@pytest.mark.parametrize(("hvp", "code"), [(5.9, 0), (6.1, 1)])
def test_a_product_has_a_bound(monkeypatch, capsys, hvp, code):
    found = {"primal ms": 1.0} | dict.fromkeys(modes.COLUMNS, 2.0) | {"hvp": hvp}
    monkeypatch.setattr(modes, "measure", lambda *_: found)
    assert modes.main(["--case", "gaussian 4", "--check"]) == code
    assert ("gaussian 4" in capsys.readouterr().out.splitlines()[-1]) == bool(code)


def test_the_time_of_a_rule():
    calls = rules.large_calls(Sample(np.maximum, (np.array([1.0, 3.0]), np.array([2.0, 0.5]))), matrices=False)
    np.testing.assert_array_equal(sum(calls["pullback"]()), np.random.default_rng(1).uniform(0.5, 1.5, 16384))
    found = rules.measure("maximum", calls, 1)
    assert found.adjoint > 0 and found.pullback > 0 and found.milliseconds > 0


def test_the_worst_rule_comes_first(monkeypatch, capsys):
    times = [rules.Timed(name, 1.0, adjoint - 0.5, adjoint) for name, adjoint in (("b", 2.0), ("a", 3.0), ("c", 1.0))]
    monkeypatch.setattr(rules, "timed", lambda *_: iter(times))
    assert rules.main(["--worst", "2"]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:]] == ["a", "b"]


def test_arrays_are_made_larger_and_matrices_stay_regular():
    first, second = rules.enlarged([np.arange(1.0, 4.0), 2], rules._every_axis, 600)
    assert 300 <= first.size <= 600 and second == 2 and len(np.unique(first)) == first.size
    (matrix,) = rules.enlarged([np.array([[2.0, 1.0], [1.0, 3.0]])], rules._diagonal, 600)
    assert np.linalg.cond(matrix) < 10 and len(matrix) >= 16


@pytest.mark.parametrize("by_hand", BY_HAND, ids=lambda each: each.label)
def test_rules_agree_with_adjoints_by_hand(by_hand):
    for mine in rules_by_hand.calls_of(by_hand, 50):
        assert mine() is not None


def test_adjoints_that_differ_are_not_timed():
    wrong = ByHand("square", lambda a: a * a, lambda n: (np.arange(1.0, n),), lambda dy, y, a: dy * a)
    with pytest.raises(SystemExit, match="square: the adjoints differ"):
        rules_by_hand.measure(wrong, 9, 1)


def test_the_table_of_adjoints_by_hand_has_the_worst_first(monkeypatch, capsys):
    ratios = iter([1.0, 3.0, 2.0, 0.5])
    monkeypatch.setattr(rules_by_hand, "BY_HAND", BY_HAND[:2])
    made = rules_by_hand.Compared
    monkeypatch.setattr(rules_by_hand, "measure", lambda case, n, _: made(case.label, n, next(ratios), 1.0, 1.0, ""))
    assert rules_by_hand.main(["--elements", "50", "20"]) == 0
    assert [float(line.split()[0]) for line in capsys.readouterr().out.splitlines()[1:]] == [3.0, 2.0, 1.0, 0.5]


def test_the_time_of_an_adjoint_by_hand(capsys):
    assert rules_by_hand.main(["norm(v)", "--elements", "20", "--rounds", "2"]) == 0
    _, line = capsys.readouterr().out.splitlines()
    assert all(float(number) > 0 for number in line.split()[:3]) and line.endswith("20  norm(v)")


def test_modes_that_differ_are_not_timed():
    timed = modes.Modes.of(*mode_case("gaussian 4"))
    calls = timed.calls()
    with pytest.raises(SystemExit, match="gaussian 4: jvp differs"):
        timed.agree(calls | {"jvp": lambda: (0.0, 1.0)})


def test_gradients_that_differ_are_not_timed(monkeypatch):
    answers = iter([1.0, 1.1])
    monkeypatch.setattr(run.Worker, "_number", lambda self: next(answers))
    with pytest.raises(SystemExit, match="differ"):
        run.measure(SMALL[3], ("hand", "generated"), 1, 1.0)


def test_a_worker_that_dies_is_reported():
    broken = Case("heat", (0, 0, 0, 0), ("u0",), SMALL[3].make)
    with pytest.raises(SystemExit, match="ended early"):
        run.measure(broken, ("hand",), 1, 1.0)


@pytest.mark.slow
def test_the_table_of_costs(capsys):
    assert generation.main(["--processes", "1"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert len(rows) == len(generation.MEASURES)


def test_a_budget_that_is_exceeded_fails_the_check(monkeypatch):
    monkeypatch.setattr(generation, "_in_a_process", lambda name: (1e3, generation.YARDSTICK_MS))
    assert generation.main(["--check"]) == 1
    monkeypatch.setattr(generation, "_in_a_process", lambda name: (0.1, generation.YARDSTICK_MS))
    assert generation.main(["--check"]) == 0


def test_a_budget_is_for_a_machine_without_other_work(monkeypatch):
    monkeypatch.setattr(generation, "_in_a_process", lambda name: (1e3, 1e4 * generation.YARDSTICK_MS))
    assert generation.main(["--check"]) == 0
