"""The checked build: a check fires where the text breaks its promise and nowhere else, and no bit changes."""

import importlib
import pathlib
import pickle

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.adjoint import writer
from s2sgrad.adjoint.assemble import Assembler
from s2sgrad.compile import compile_units
from s2sgrad.errors import GeneratedCodeError
from s2sgrad.request import Generated
from s2sgrad.tidy.checked import Half
from tests import trees
from tests.hand_written import unit


def run(body, *args, wrt=(), role="grad"):
    """Run hand-written statements with checks in them as the gradient of something in ``x`` and ``y``."""
    parameters = ("x", "y")[: len(args)]
    half = Half(role, parameters, tuple((p,) for p in wrt), len(wrt) == 1)
    units = (unit("grad_f", parameters, body, half),)
    (function,) = compile_units(Generated(units, ("grad_f",), "np", (), frozenset(), False))
    return function(*args)


def fails(match, body, *args, wrt=(), role="grad"):
    with pytest.raises(GeneratedCodeError, match=match) as caught:
        run(body, *args, wrt=wrt, role=role)
    return caught.value


X = np.arange(5.0)
Y = np.ones(3)

BROKEN = {
    "rank": ("`dx` has shape .*5, 1", "dx = x[:, None]\nreturn dx"),
    "rank of an accumulation": ("`dx` has shape .*3, 5", "dx = 2.0 * x\ndx = dx + np.ones((3, 5))\nreturn dx"),
    "constant length": ("`dthree` has shape .*where .3,. is proven", "dthree = x * 2.0\nreturn dthree"),
    "equal lengths": ("`dinner` has shape .*where .3,. is proven", "dx = x * 2.0\ndinner = x[1:] * 2.0\nreturn dx"),
    "one symbol twice": ("`dx` has shape .3,. where .5,.", "dx = x * 2.0\ndx = y * 2.0\nreturn dx"),
    "scalar": ("`ds` has shape", "ds = x * 1.0\nreturn ds"),
    "scalar accumulated": ("`ds` has shape", "ds = 0.0\nds += x\nreturn ds"),
    "kind": ("`dx` holds int", "dx = np.arange(5)\nreturn dx"),
    "kind of a scalar": ("`ds` holds bool", "ds = x[0] > 1\nreturn ds"),
    "tuple targets": ("`dy` has shape", "dx, dy = x * 1.0, (y * 1.0)[None]\nreturn dx"),
    "lent to a live name": ("`dx` .*shares memory with `dy`", "dy = 2.0 * y\ndx = dy\ndx += 1.0\nreturn dx, dy"),
    "lent as a window": ("`dx` .*with `dtable`", "dx = 2.0 * x\ndtable = dx[1:-1]\ndx[2:] += dtable\nreturn dtable"),
    "store into lent": ("`dx` .*with `dtable`", "dx = 2.0 * x\ndtable = dx[::-1]\ndx[0] = 0\nreturn dtable"),
    "add.at into lent": ("`dx` .*with `dy`", "dy = 2.0 * y\ndx = dy\nnp.add.at(dx, [0], 1.0)\nreturn dx, dy"),
    "inside a list": ("`dx` .*with `kept`", "dx = 2.0 * x\nkept = [dx]\ndx += 1.0\nreturn kept"),
    "around a loop": (
        "`dx` .*with `last`",
        "dx = 2.0 * x\nlast = x\nfor i in range(3):\n    dx += 1.0\n    if i == 0:\n        last = dx\nreturn last",
    ),
    "the caller's": ("`dx` .*the caller's `x`", "dx = x\ndx += 1.0\nreturn dx"),
    "put back under an adjoint": (
        "`buf` .*with `dx`",
        "buf = 2.0 * x\ndx = buf[1:]\nbuf[0] = 0.0\nreturn dx * 1.0",
    ),
    "reference to a buffer": (
        "`h_stack` was changed after it was saved",
        "h = 1.0 * x\nh_stack = []\nfor i in range(2):\n    h_stack.append(h)\n    h += 1.0\n"
        "ds = 0.0\nfor i in range(2):\n    h = h_stack.pop()\n    ds += h[0]\nreturn ds",
    ),
    "old value changed": (
        "`old_h` was changed after it was saved",
        "h = 1.0 * x\nold_h = h\nh *= 2.0\nds = h[0]\nh = old_h\nds += h[0]\nreturn ds",
    ),
    "popped too often": (
        "`h_stack` is empty",
        "h_stack = []\nfor i in range(2):\n    h_stack.append(i)\nds = 0.0\n"
        "for i in range(3):\n    h = h_stack.pop()\n    ds += h\nreturn ds",
    ),
    "not empty": (
        "`h_stack` still holds 1 values",
        "h_stack = []\nfor i in range(3):\n    h_stack.append(i)\nds = 0.0\n"
        "for i in range(2):\n    h = h_stack.pop()\n    ds += h\nreturn ds",
    ),
    "test of a changed name": (
        "`c > 1 .line 2.` is False in the backward part",
        "c = x[2]\nif c > 1:\n    h = 2.0\n    c = 0.0\nelse:\n    h = 3.0\nds = 0.0\n"
        "if c > 1:\n    ds = 2.0\nelse:\n    ds = 3.0\nreturn ds",
    ),
    "negated test of a changed name": (
        "`c > 1 .line 2.` is False in the backward part",
        "c = x[2]\nif c > 1:\n    h = 2.0\n    c = 0.0\nds = 0.0\nif not c > 1:\n    ds = 3.0\nreturn ds",
    ),
    "shape of a gradient": ("gradient of `x` has shape .2,. instead of .5,.", "dtable = x[:2] * 1.0\nreturn dtable"),
    "dtype of a gradient": (
        "gradient of `x` has dtype float32 instead of float64",
        "dtable = x.astype(np.float32)\nreturn dtable",
    ),
    "gradient is an argument": ("shares memory with `x`", "dx = x\nreturn dx"),
}

SOUND = {
    "shapes": "dx = 2.0 * x\ndinner = dx[1:-1] * 2.0\ndthree = np.ones(3)\nmask = x > 1\nds = 0.0\nreturn dx",
    "dead lender": "dtable = 2.0 * x\ndx = dtable\ndx += 1.0\nreturn dx",
    "window read": "dx = 2.0 * x\ndx[1:] += dx[:-1] * 2.0\nnp.add.at(dx, [0, 0], 1.0)\nreturn dx",
    "unbound on this path": "dx = 2.0 * x\nif x[0] > 9:\n    dtable = dx\ndx[0] = 0\nif x[0] > 9:\n"
    "    dx = dtable\nreturn dx",
    "copies on a stack": "h = 1.0 * x\nh_stack = []\nfor i in range(2):\n    h_stack.append(h.copy())\n    h += 1.0\n"
    "dx = 0.0 * x\nfor i in range(2):\n    h = h_stack.pop()\n    dx += h\nreturn dx",
    "old value": "h = 1.0 * x\nold_h = h.copy()\nh *= 2.0\ndx = h + 0.0\nh = old_h\ndx += h\nreturn dx",
    "negated test": "c = x[2]\nif c > 1:\n    h = 2.0\ndx = 0.0 * x\nif not c > 1:\n    dx = 1.0 * x\nreturn dx",
    "test in a loop": "c = 0.0\nh_stack = []\nfor i in range(3):\n    h_stack.append(c)\n"
    "    if c > i - 1:\n        c = 2.0\n"
    "dx = 0.0 * x\nfor i in reversed(range(3)):\n    c = h_stack.pop()\n    if c > i - 1:\n"
    "        dx[i] += c\nreturn dx",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_promises_are_found(name):
    match, body = BROKEN[name]
    fails(match, body, X.copy(), Y.copy(), wrt=("x",))


@pytest.mark.parametrize("name", SOUND)
def test_kept_promises_pass_and_change_nothing(name):
    plain = {"np": np}
    exec("def f(x, y):\n" + "".join(f"    {line}\n" for line in SOUND[name].splitlines()), plain)
    expected = plain["f"](X.copy(), Y.copy())
    np.testing.assert_array_equal(run(SOUND[name], X.copy(), Y.copy(), wrt=("x",)), expected)


def test_two_gradients_may_not_share():
    fails("shares memory with `another gradient`", "dx = 2.0 * x\nreturn dx, dx", X, X.copy(), wrt=("x", "y"))
    fails("shares memory with `another gradient`", "dx = 2.0 * x\nreturn dx, dx[::-1]", X, X.copy(), wrt=("x", "y"))


def test_only_the_gradient_of_value_and_grad_is_looked_at():
    assert run("dx = 2.0 * x\nreturn x, dx", X, Y, wrt=("x",), role="value_and_grad")[0] is X
    fails("gradient of `x` has shape", "dx = 2.0 * x\nreturn x, x[1:] * 1.0", X, Y, wrt=("x",), role="value_and_grad")


def test_the_error_tells_the_line():
    error = fails("`dx`", BROKEN["lent to a live name"][1], X, Y, wrt=("x",))
    assert error.excerpt.strip() == "dx += 1.0"
    assert str(error).startswith("<s2sgrad generated grad_f") and f":{error.lineno}: " in str(error)
    assert "defect of s2sgrad" in str(error)
    assert fails("`dx`", BROKEN["rank"][1], X, Y, wrt=("x",)).excerpt.strip() == "dx = x[:, None]"


# ---- the generator ----


def shared(x, y):
    cubes = (x**3).sum()
    z = x + y
    return (z**2).sum() + cubes


def borrowed(u0):
    u = u0.copy()
    for _ in range(2):
        u[1:-1] = u[1:-1] + (u[2:] - 2 * u[1:-1] + u[:-2])
    return (u**2).sum()


def rolling(x):
    buf = np.zeros((2, 3))
    buf[0] = x
    for t in range(3):
        h = buf[t % 2]
        buf[(t + 1) % 2] = np.sin(h) * x
    return buf.sum()


@pytest.mark.parametrize("f", [shared, borrowed, rolling])
def test_the_sound_generator_passes(f):
    args = (X,) * f.__code__.co_argcount if f is not rolling else (Y,)
    np.testing.assert_array_equal(grad(f, checked=True)(*args), grad(f)(*args))


def test_a_generator_without_ownership_is_found(monkeypatch):
    monkeypatch.setattr(writer, "keep_owned", lambda body, *rest: body)
    with pytest.raises(GeneratedCodeError, match="shares memory with"):
        grad(shared, ("x", "y"), checked=True)(X, X.copy())


def test_a_generator_that_saves_by_reference_is_found(monkeypatch):
    monkeypatch.setattr(Assembler, "_may_change", lambda self, fact: False)
    with pytest.raises(GeneratedCodeError, match="was changed after it was saved"):
        grad(rolling, checked=True)(Y)


def test_a_checked_pullback_pickles():
    _, pullback = vjp(shared, "x", checked=True)(X, X + 1)
    saved = pickle.loads(pickle.dumps(pullback._saved))
    np.testing.assert_array_equal(pullback._backward(saved, 2.0), pullback(2.0))


def clash(x, checks):
    checks2 = x * checks
    return (checks2**2).sum()


def test_names_of_the_user():
    np.testing.assert_array_equal(grad(clash, checked=True)(X, X), grad(clash)(X, X))


PROGRAMS = sorted(
    path.stem
    for path in (pathlib.Path(__file__).parent / "golden").glob("[a-z]*.py")
    if not path.stem.startswith(("vjp_", "value_and_grad_"))
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_bit_changes(name):
    module = importlib.import_module(f"tests.golden.{name}")
    f, args, wrt = getattr(module, name), module.args(), module.WRT
    plain, checked = value_and_grad(f, wrt)(*args), value_and_grad(f, wrt, checked=True)(*args)
    assert _bits(plain) == _bits(checked)
    (y, pull), (z, pull_checked) = vjp(f, wrt)(*args), vjp(f, wrt, checked=True)(*args)
    dy = np.ones_like(y)[()]
    assert _bits((y, pull(dy), pull(dy))) == _bits((z, pull_checked(dy), pull_checked(dy)))


def _bits(value):
    return [np.asarray(leaf).tobytes() for leaf in trees.float_leaves(value)]
