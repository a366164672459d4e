"""Derivatives travel: by name where a module holds them, else by their text."""

import math
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from s2sgrad import grad, value_and_grad
from s2sgrad.parse import parse
from tests.fakes import FakePipeline, pipeline  # noqa: F401 - a fixture

factor = 3.0


def plain(x, scale=2.0):
    return factor * scale * x


@grad
def decorated(x):
    return factor * x


class Model:
    @grad
    def loss(self, x):
        return x

    @grad
    @classmethod
    def of_class(cls, x):
        return x


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """This module under the name that its functions carry, as it is for a user."""
    module = sys.modules.get(__name__) or pytest.importorskip(__name__)
    monkeypatch.setitem(sys.modules, __name__, module)


def again(thing):
    return pickle.loads(pickle.dumps(thing))


def test_a_decorated_function_is_the_same_object_again():
    assert again(decorated) is decorated
    assert again(Model.loss) is Model.loss


def test_bound_ones_keep_their_object():
    model = Model()
    bound = again(model.loss)
    assert bound.__func__ is Model.loss and isinstance(bound.__self__, Model)
    assert again(Model.of_class).__self__ is Model


def test_a_derivative_of_a_module_function_refers_to_it():
    g = again(value_and_grad(plain, ("x", "scale"), has_aux=True, checked=True))
    assert g.primal is plain and repr(g) == repr(value_and_grad(plain, ("x", "scale")))
    assert g._options == ("value_and_grad", ("x", "scale"), True, True, None, "")
    assert again(grad(decorated.primal, "x")).primal is decorated.primal


def test_a_closure_travels_as_text():
    def make(k):
        table = {"a": k}

        def f(x, scale=k):
            # times the table
            return math.sin(x) * table["a"] * scale * factor

        return f

    f = make(2.0)
    g = again(grad(f, "x"))
    assert g.primal is not f and g.primal(1.0) == f(1.0)
    assert (g.__name__, g.__qualname__, g.__module__) == (f.__name__, f.__qualname__, f.__module__)
    assert parse(g.primal).name == "f"
    assert again(again(g)).primal(1.0) == f(1.0)


def test_a_lambda_travels_as_text():
    k = 3.0
    g = again(grad(lambda x, y=2.0: x * k * y))
    assert g.primal(2.0) == 12.0 and parse(g.primal).is_lambda


def test_defaults_are_not_evaluated_again():
    calls = []

    def f(x, n=calls.append(1), k=(lambda: 2.0)()):
        return (
            """two
lines""",
            (lambda: x * k)(),
        )

    g = again(grad(f))
    assert calls == [1] and g.primal(3.0) == ("two\nlines", 6.0)
    assert again(grad(lambda x, n=(lambda: 2)(): x * n)).primal(3.0) == 6.0


def test_a_recursive_local_function_finds_itself():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    g = again(grad(power, 0))
    assert g.primal.__closure__[0].cell_contents is g
    assert again(grad(lambda x: np.sum(x))).primal(np.ones(2)) == 2.0


def test_what_cannot_travel_is_named():
    lock = __import__("threading").Lock()

    def f(x):
        return lock, x

    with pytest.raises(pickle.PicklingError, match="the function uses 'lock'"):
        pickle.dumps(grad(f))


def test_it_works_after_the_journey(pipeline: FakePipeline):  # noqa: F811
    pipeline.body = "return k * scale"
    k = 5.0

    def f(x, scale=2.0):
        return k * x * scale

    assert again(grad(f))(1.0) == 10.0


def test_another_process_can_read_it(tmp_path):
    k = 4.0
    (tmp_path / "g.pickle").write_bytes(pickle.dumps(grad(lambda x: np.sum(x) * k)))
    program = """
        import pickle, sys
        g = pickle.loads(open(sys.argv[1], "rb").read())
        print(g.primal([1.0, 2.0]), g)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "g.pickle")]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert out.startswith("12.0 <grad of ")
