"""Row 32: what has an effect happens once, in order, whether its value is needed or not."""

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.errors import S2SGradError
from tests.differences import right_or_refused

x = np.array([0.5, -0.7, 1.1])


def unused_draw(x, rng):
    noise = rng.normal(size=len(x))  # noqa: F841
    w = rng.normal(size=len(x))
    return (x * w).sum()


def overwritten_draw(x, rng):
    w = rng.normal(size=3)
    w = rng.normal(size=3)
    return (x * w).sum()


def draw_in_a_statement(x, rng):
    rng.random()
    return (x * rng.normal(size=3)).sum()


def draw_in_an_unused_branch(x, rng):
    if rng.random() < 2:
        rng.random()
    return (x * rng.normal(size=3)).sum()


def dropout(x, rng):
    h = x
    for _ in range(3):
        mask = rng.random(3) < 0.7
        h = np.tanh(h * mask / 0.7) + x
    return h.sum()


def shuffled(x, rng):
    order = rng.permutation(len(x))
    y = x[order]
    return (y * np.arange(3)).sum()


def noise_added(x, rng):
    y = x + 0.1 * rng.standard_normal(3)
    return (y * y).sum()


def scale_of_noise(x, rng):
    return (x * rng.normal(scale=2.0, size=3)).sum()


PROGRAMS = [
    unused_draw, overwritten_draw, draw_in_a_statement, draw_in_an_unused_branch, dropout, shuffled, noise_added,
    scale_of_noise,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_draws(program):
    right_or_refused(program, x, np.random.default_rng(3), wrt=0)
    _same_number_of_draws(program)


def _same_number_of_draws(program):
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    try:
        grad(program)(x, ours)
    except S2SGradError:
        return
    program(x, theirs)
    assert ours.random() == theirs.random()


def global_generator(x):
    noise = np.random.normal(size=3)  # noqa: F841
    return (x * np.random.normal(size=3)).sum()


def test_global_generator():
    np.random.seed(0)
    try:
        ours = grad(global_generator)(x)
    except S2SGradError:
        return
    np.random.seed(0)
    np.random.normal(size=3)
    assert np.array_equal(ours, np.random.normal(size=3))


def prints(x):
    y = x * 2
    print("y is", y[0])
    for i in range(2):
        print("step", i)
    return (y * y).sum()


def test_prints_once(capsys):
    prints(x)
    wanted = capsys.readouterr().out
    try:
        grad(prints)(x)
    except S2SGradError:
        return
    assert capsys.readouterr().out == wanted


def checks(x, limit):
    if x[0] > limit:
        raise ValueError("above the limit")
    assert x[1] < limit, "second"
    return (x * x).sum()


def test_errors_are_raised_as_before():
    for limit, error in ((0.2, ValueError), (-1.0, ValueError), (5.0, None)):
        if error is None:
            right_or_refused(checks, x, limit, wrt=0)
            continue
        with pytest.raises((error, S2SGradError)):
            grad(checks)(x, limit)
    with pytest.raises((AssertionError, S2SGradError)):
        grad(checks)(np.array([0.1, 3.0, 1.0]), 0.5)


def unused_check(x):
    y = np.linalg.inv(x)  # noqa: F841
    return (x * x).sum()


def test_an_unused_statement_that_raises_may_go_or_stay():
    """Pure operations may be deleted, so either outcome is right; the number must be."""
    try:
        ours = grad(unused_check)(np.zeros((2, 2)))
    except (np.linalg.LinAlgError, S2SGradError):
        return
    assert np.array_equal(ours, np.zeros((2, 2)))


def appends_outside(x, log):
    y = x * x
    log.append(len(x))
    return y.sum()


def writes_constant_outside(x, out):
    out[0] = 7.0
    return (x * x).sum()


def test_effects_on_arguments():
    right_or_refused(appends_outside, x, [], wrt=0, frozen=False)
    right_or_refused(writes_constant_outside, x, np.zeros(2), wrt=0, frozen=False)


def iterator_read(x, it):
    next(it)
    return x.sum() * next(it)


def test_iterator():
    right_or_refused(iterator_read, x, iter([2.0, 3.0]), wrt=0)
