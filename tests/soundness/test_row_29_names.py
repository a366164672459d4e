"""Row 29: generated names avoid keywords, builtins and everything that the user reads or calls."""

import builtins

import numpy as np
import numpy as numpy_again
import pytest

from s2sgrad import grad
from tests.differences import check, refused, right_or_refused

x = np.array([0.5, -0.7, 1.1])
data = np.array([2.0, 3.0, 4.0])
dout = np.array([1.0, 5.0, 2.0])
sum_to = 4.0


def keywords(el, ef, ata, ict, ir):
    s = el * ef + ata
    for k in range(2):
        s = s * ict + ir * el
    return s.sum()


def test_names_that_become_keywords():
    right_or_refused(keywords, x, x + 1, x * 2, x - 1, x / 2)


def reads_the_new_name(ata, x):
    return (ata * data * x).sum()


def reads_dx(x):
    dx = 0.1
    y = x * dx
    return (y * y).sum() / dx


def reads_dx_global(x):
    return (x * x * dout).sum() * sum_to


def many_schemes(x, dx, d_x, grad_x):
    return (x * dx + d_x * grad_x * x).sum()


def dt_and_dy(x, dt):
    y = x
    for t in range(3):
        dy = np.sin(y)
        y = y + dt * dy
    return (y * y).sum()


def stacks(x):
    h_stack = x * 2
    h = x
    for i in range(3):
        h = np.tanh(h * h_stack)
    return (h * h_stack).sum()


def temporaries(x):
    diff, total, prod, tanh_arg = x * 2, x * 3, x * 4, x * 5
    y = np.tanh((x - diff) * (total + prod)) ** 2 / (x - tanh_arg) ** 2
    exp_y = 1.5
    return (np.exp(y) * exp_y).sum()


def loop_names(x):
    taken = 2.0
    is_max = 0.5
    s = 0.0
    for i in range(len(x)):
        if s < taken:
            s = s + x[i] ** 2
    return s * is_max + x.max()


def shadowed_range(x):
    range = 3.0
    len = 2.0
    s = x * range
    for v in (1, 2):
        s = s * len + x * v
    return s.sum()


def shadowed_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = np.sin(s + x[i])
    reversed = s * 2
    return reversed * s


def shadowed_numpy(x):
    numpy = 2.0
    return np.tanh(x * numpy).sum()


def parameter_named_like_builtins(list, tuple, sum):
    y = np.tanh(list) * tuple
    z = y + sum
    for t in range(2):
        z = np.sin(z * list)
    return z.sum()


def other_alias(x):
    return numpy_again.tanh(x * x).sum() + np.max(x)


def underscores(_, __, x_):
    for _k in range(2):
        _ = np.tanh(_ * __)
    return (_ * x_).sum()


def value(x):
    value = x * 2
    return (value * value).sum()


def dout_local(x):
    dout = x.sum()
    return dout * dout


def accents(é, ω):
    return (é * np.sin(ω)).sum()


@pytest.mark.parametrize(
    "program",
    [
        reads_dx, reads_dx_global, stacks, temporaries, loop_names, shadowed_range, shadowed_loop, shadowed_numpy,
        other_alias, value, dout_local,
    ],
)  # fmt: skip
def test_one_argument(program):
    right_or_refused(program, x)


@pytest.mark.parametrize(
    ("program", "count"),
    [(reads_the_new_name, 2), (many_schemes, 4), (parameter_named_like_builtins, 3), (underscores, 3), (accents, 2)],
)
def test_several_arguments(program, count):
    right_or_refused(program, *(x + k for k in range(count)))


def test_step_size_named_dt():
    right_or_refused(dt_and_dy, x, 0.1)


def grad_loss(x):
    return "the user's own function"


def loss(x):
    return (x * x).sum()


def test_globals_are_left_alone():
    before = dict(globals())
    names = set(vars(builtins))
    check(loss, x)
    assert grad_loss(x) == "the user's own function"
    assert {k: v for k, v in globals().items() if before.get(k) is not v} == {}
    assert set(vars(builtins)) == names


def calls_grad_loss(x):
    return grad_helper(x).sum() * np.sum(x)


def grad_helper(x):
    return x * 3


def grad_calls_grad_loss(x):
    return x


def test_helper_with_the_prefix():
    right_or_refused(calls_grad_loss, x)


def shadowing():
    np = numpy_again
    range = lambda n: [0, 2]

    def inner(x):
        s = 0.0
        for i in range(len(x)):
            s = s * x[i] + np.tanh(x[i])
        return s

    return inner


def test_builtins_shadowed_in_a_closure():
    right_or_refused(shadowing(), x)


def test_builtin_shadowed_in_the_module():
    globals()["len"] = lambda v: 2
    try:
        right_or_refused(uses_len, x)
        right_or_refused(loops_over_len, x)
    finally:
        del globals()["len"]
    right_or_refused(uses_len, x)


def uses_len(x):
    return x.sum() * len(x)


def loops_over_len(x):
    s = 1.0
    for i in range(len(x)):
        s = s * x[i] + x[i]
    return s


def test_lambdas_on_one_line():
    f, g = (lambda x: (x * x).sum()), (lambda x: (x * 3).sum())
    right_or_refused(f, x, wrt=0, expect=2 * x)
    right_or_refused(g, x, wrt=0, expect=np.full(3, 3.0))
    h = lambda x: (
        np.tanh(x)
        * x
    ).sum()  # fmt: skip
    right_or_refused(h, x)


def test_two_functions_of_one_name():
    def make(k):
        def same(x):
            return (x * k).sum()

        return same

    assert np.allclose(grad(make(2.0))(x), 2.0)
    assert np.allclose(grad(make(5.0))(x), 5.0)


def needs_the_helper(x):
    t = 1
    if x[0] < 2.0:
        t = x[1]
    return np.mean(np.min(t * np.ones((3, 4)), axis=-2)) * sum_to


def test_the_helper_never_takes_the_name_of_data() -> None:
    refused(needs_the_helper, x, match="rename your `sum_to`")
