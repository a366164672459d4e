"""The checked build: every check fires on text that breaks its promise, none on text that keeps it, and no bit changes."""

import importlib
import pathlib
import pickle

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad, vjp
from s2sgrad.adjoint import build
from s2sgrad.adjoint.assemble import Assembler
from s2sgrad.analysis.facts import Dim, Symbol, array, numpy_scalar
from s2sgrad.compile import compile_units
from s2sgrad.errors import GeneratedCodeError
from s2sgrad.quote import statements
from s2sgrad.printer import to_text
from s2sgrad.request import Generated, Unit
from s2sgrad.tidy.checked import Half, Known, add_checks
from tests import trees

N, M = Dim(Symbol("x.0", not_one=True)), Dim(Symbol("y.0", not_one=True))
FACTS = {
    "dx": array(float, (N,)),
    "dy": array(float, (M,)),
    "dinner": array(float, (N.minus(2),)),
    "dthree": array(float, (Dim.of(3),)),
    "ds": numpy_scalar(float),
    "dtable": array(float, None),
    "mask": array(bool, (N,)),
}
KNOWN = Known(
    FACTS,
    frozenset(["dx", "dy", "ds"]),
    frozenset(["h_stack"]),
    frozenset(["x", "y", "h", "buf", "i", "c"]),
    frozenset(["x.0", "y.0"]),
)


def unit(name, parameters, body, half):
    lines = add_checks(statements(body), KNOWN, half)
    definition = statements(f"def {name}({', '.join(parameters)}):\n    pass")[0]
    definition.body = lines
    return Unit(name, to_text(definition), None)


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
        "dx = 2.0 * x\nlast = x\nfor i in range(2):\n    ds = last[0] * 1.0\n    dx += ds\n    last = dx\nreturn dx",
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
    "unbound on this path": "dx = 2.0 * x\nif x[0] > 9:\n    dtable = dx\ndx[0] = 0\nif x[0] > 9:\n    dx = dtable\nreturn dx",
    "copies on a stack": "h = 1.0 * x\nh_stack = []\nfor i in range(2):\n    h_stack.append(h.copy())\n    h += 1.0\n"
    "dx = 0.0 * x\nfor i in range(2):\n    h = h_stack.pop()\n    dx += h\nreturn dx",
    "old value": "h = 1.0 * x\nold_h = h.copy()\nh *= 2.0\ndx = h + 0.0\nh = old_h\ndx += h\nreturn dx",
    "negated test": "c = x[2]\nif c > 1:\n    h = 2.0\ndx = 0.0 * x\nif not c > 1:\n    dx = 1.0 * x\nreturn dx",
    "test in a loop": "dx = 0.0 * x\nreturn dx",
}


def _as_fused(body):
    """The forward part never names adjoints; the first line that does begins the backward part."""
    return body


@pytest.mark.parametrize("name", BROKEN)
def test_broken_promises_are_found(name):
    match, body = BROKEN[name]
    args = (X.copy(), Y.copy())
    several = body.endswith(("dx, dy", "dy, dx"))
    wrt = ("x", "y") if several else ("x",)
    fails(match, body, *args, wrt=wrt)
