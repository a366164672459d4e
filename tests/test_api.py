"""grad and its siblings, around a generator that returns hand-written text."""

import copy
import dataclasses
import inspect
import subprocess
import sys
import threading
import types

import numpy as np
import pytest

import s2sgrad
from s2sgrad import ArgumentError, GradientError, Refusal, grad, value_and_grad, vjp
from s2sgrad.analysis.facts import FunctionFact, NeedValue, Opaque, array, python
from s2sgrad.request import GlobalGuard, Unit
from s2sgrad.rules import registry
from s2sgrad.signature import describe
from s2sgrad.wrapper import BoundDerivative, Derivative
from tests.fakes import FakePipeline, pipeline  # noqa: F401 - a fixture
from tests.ids import steady


def square(x, scale=1.0):
    """The square of x."""
    return scale * x * x


class Model:
    w = 2.0

    @grad
    def loss(self, x):
        """Half of the square."""
        return 0.5 * self.w * x * x

    @grad(wrt=("x", "self.w"))
    def by_name(self, x):
        return self.w * x

    @staticmethod
    @grad
    def outer_static(x):
        return x

    @grad
    @staticmethod
    def inner_static(x):
        return x

    @grad
    @classmethod
    def of_class(cls, x):
        return cls.w * x

    def plain(self, x):
        return self.w * x


# What is asked of the generator.


def test_a_request_tells_all(pipeline: FakePipeline):  # noqa: F811
    value_and_grad(square, ("x", "scale"), has_aux=True, checked=True)(2.0, np.zeros((3, 1)))
    (request,) = pipeline.requests
    assert (request.function, request.mode, request.wrt) == (square, "value_and_grad", (("x",), ("scale",)))
    assert (request.single, request.has_aux, request.checked) == (False, True, True)
    assert request.arguments == {"x": python(float), "scale": describe(np.zeros((3, 1)), "scale")}


@pytest.mark.parametrize("wrt, single", [(0, True), ("x", True), (("x",), False), ([0], False)])
def test_a_sequence_gives_a_tuple_also_of_one(pipeline, wrt, single):  # noqa: F811
    grad(square, wrt)(2.0)
    assert pipeline.requests[0].single is single and pipeline.requests[0].wrt == (("x",),)


def test_argnums_is_another_spelling(pipeline):  # noqa: F811
    grad(square, argnums=(1,))(2.0)
    assert pipeline.requests[0].wrt == (("scale",),)
    with pytest.raises(ArgumentError, match="both wrt and argnums"):
        grad(square, 0, argnums=0)


def test_defaults_starred_and_keyword_arguments_are_described(pipeline):  # noqa: F811
    def f(x, *rest, axis=None, **more): ...

    grad(f)(1.0, 2.0, 3, flag=True)
    facts = pipeline.requests[0].arguments
    assert list(facts) == ["x", "axis", "rest", "more"]
    assert facts["rest"].items[0] == python(float)
    assert facts["more"].slot("flag") == python(bool, True)


def test_an_integer_is_told_by_value_once_its_value_is_needed(pipeline):  # noqa: F811
    def f(x, axis, n): ...

    def units(request):
        if request.arguments["axis"].value is None:
            raise NeedValue("axis")
        return pipeline.one_unit(request)

    pipeline.units = units
    g = grad(f)
    g(1.0, 1, 5)
    assert [r.arguments["axis"].value for r in pipeline.requests] == [None, 1]
    g(1.0, 1, 6)
    assert g.cache_info().misses == 1
    g(1.0, 0, 5)
    assert g.cache_info().misses == 2 and pipeline.requests[-1].arguments["axis"].value == 0


def test_a_value_that_cannot_be_fixed_is_an_error_not_a_loop(pipeline):  # noqa: F811
    def units(request):
        raise NeedValue("x[0]")

    pipeline.units = units
    with pytest.raises(ArgumentError, match=r"hangs on the integer x\[0\]"):
        grad(square, "scale")([1, 2])
    assert len(pipeline.requests) == 1


# Calls.


def test_one_specialisation_per_kind_of_call(pipeline):  # noqa: F811
    g = grad(square)
    for x in (1.0, 2.0, np.zeros(3), np.zeros(4), np.zeros(1), 3.0):
        g(x)
    assert g.cache_info() == (3, 3, 3)
    g.cache_clear()
    assert g.cache_info() == (0, 0, 0)


def test_the_generated_function_is_what_runs(pipeline):  # noqa: F811
    pipeline.body = "return 2 * scale * x"
    g = grad(square)
    assert g(3.0) == 6.0 and g(x=3.0, scale=2.0) == 12.0 and g(3.0, 2.0) == 12.0
    assert g.fn(3.0) == 6.0 and g.fn.__name__ == "grad_square" and isinstance(g.fn, types.FunctionType)
    assert g.specialized(np.ones(2))(np.ones(2)).tolist() == [2.0, 2.0]
    assert g.source == "def grad_square(x, scale):\n    return 2 * scale * x\n"


def test_errors_of_a_call_read_like_those_of_the_function(pipeline):  # noqa: F811
    with pytest.raises(TypeError, match=r"square\(\) missing 1 required positional argument: 'x'"):
        grad(square)()
    g = grad(square)
    g(1.0)
    with pytest.raises(TypeError, match=r"square\(\) got an unexpected keyword argument 'y'"):
        g(1.0, y=2.0)


def test_an_integer_is_refused_before_anything_is_generated(pipeline):  # noqa: F811
    with pytest.raises(ArgumentError, match="square: argument x is the integer 3"):
        grad(square)(3)
    assert pipeline.requests == []
    grad(square, "scale")(3, 1.0)


def test_the_source_is_that_of_the_latest_call(pipeline):  # noqa: F811
    pipeline.units = lambda r: (Unit("grad_f", f"def grad_f(x, scale):\n    return {r.arguments['x']!r:.5}\n", square),)
    g = grad(square)
    pipeline.units = lambda r: (
        Unit("grad_f", f"def grad_f(x, scale):\n    return {str(r.arguments['x'])!r}\n", square),
    )
    g(1.0), g(np.zeros(2))
    assert "float64[x.0]" in g.source and g.fn(0.0) == "float64[x.0]"
    g(2.0)
    assert "py float64" in g.source and g.fn(0.0) == "py float64"
    assert "float32" in g.source_for(np.zeros(2, "f4")) and "py float64" in g.source


def test_before_any_call_the_source_is_for_what_is_announced(pipeline):  # noqa: F811
    def f(x, n: int, flag=True, W: np.ndarray = None, v: "no.such.name" = None, s: str = "a"): ...  # noqa: F821

    def g(x: float, W: np.ndarray, v: "np.ndarray[tuple[int], np.dtype[np.float32]]", *rest, other: set, **more): ...

    assert "grad_f" in grad(f).source
    assert "grad_g" in grad(g).source
    first, second = (request.arguments for request in pipeline.requests)
    assert first["x"] == python(float) and first["n"].origin == "n" and first["flag"] == python(bool, True)
    assert second["x"] == python(float) and isinstance(second["other"], Opaque)
    assert second["W"] == array(float, None, frozenset({"W"}))
    assert second["v"] == array(np.float32, None, frozenset({"v"}))
    assert second["rest"].items == () and second["more"].slots == ()


def test_where_the_guess_is_refused_the_error_tells_what_to_ask(pipeline):  # noqa: F811
    def units(request):
        raise Refusal("x has no shape")

    pipeline.units = units
    with pytest.raises(ArgumentError, match=r"x has no shape(.|\n)*\.source_for\(\*args\)"):
        grad(square).source
    with pytest.raises(Refusal, match=r"^x has no shape$"):
        grad(square).source_for(1.0)


def test_asking_for_what_was_not_made_yet(pipeline):  # noqa: F811
    with pytest.raises(ArgumentError, match="nothing was generated yet for square"):
        grad(square).fn
    g = grad(square)
    made = g.specialized(1.0)
    assert g.fn is made


def test_a_failed_generation_leaves_nothing_behind(pipeline):  # noqa: F811
    def units(request):
        raise Refusal("no")

    g = grad(square)
    pipeline.units = units
    for _ in range(2):
        with pytest.raises(Refusal):
            g(1.0)
    pipeline.units = None
    assert g(1.0) == 0.0 and g.cache_info().currsize == 1


def test_too_many_specialisations_name_what_varies(pipeline):  # noqa: F811
    def f(x, mode): ...

    g = grad(f)
    for i in range(32):
        g(1.0, str(i))
    with pytest.raises(ArgumentError, match=r"f was specialised 32 times; what varies most is mode: static '31'"):
        g(1.0, "32")
    assert g(1.0, "7") == 0.0


# Names from outside.

factor = 2.0


def helper(x):
    return x


def uses_helper(x):
    return factor * helper(x)


def test_a_redefined_helper_is_picked_up(pipeline, monkeypatch):  # noqa: F811
    pipeline.globals_read = (GlobalGuard(uses_helper, ("helper",), FunctionFact(helper)),)
    g = grad(uses_helper)
    g(1.0), g(2.0)
    assert g.cache_info().misses == 1
    monkeypatch.setattr(helper, "__code__", (lambda x: 2 * x).__code__)
    g(1.0)
    assert g.cache_info().misses == 2


def test_redefining_a_helper_many_times_is_no_error(pipeline, monkeypatch):  # noqa: F811
    g = grad(uses_helper)
    for i in range(70):
        monkeypatch.setitem(globals(), "helper", eval(f"lambda x: {i} * x"))
        pipeline.globals_read = (GlobalGuard(uses_helper, ("helper",), FunctionFact(helper)),)
        g(1.0)
    assert g.cache_info().misses == 70 and g.cache_info().currsize <= 32


def test_a_global_that_changes_rank_makes_new_code(pipeline, monkeypatch):  # noqa: F811
    def guard():
        pipeline.globals_read = (GlobalGuard(uses_helper, ("factor",), describe(factor, "factor")),)

    g = grad(uses_helper)
    for value, misses in [(2.0, 1), (3.0, 1), (np.zeros(3), 2), (np.zeros(4), 2), (np.zeros((3, 1)), 3), (2.0, 3)]:
        monkeypatch.setitem(globals(), "factor", value)
        guard()
        g(1.0)
        assert g.cache_info().misses == misses


def test_a_primal_with_another_body_starts_anew(pipeline):  # noqa: F811
    def f(x):
        return x

    def other(x, y):
        return x * y

    g = grad(f)
    g(1.0)
    f.__code__, f.__defaults__ = other.__code__, (3.0,)
    g(1.0, 2.0)
    assert list(pipeline.requests[-1].arguments) == ["x", "y"]
    g(1.0)
    assert pipeline.requests[-1].arguments["y"] == python(float) and g.cache_info().misses == 1


def test_a_new_rule_makes_new_code(pipeline):  # noqa: F811
    g = grad(square)
    g(1.0)
    registry.adjoint(test_a_new_rule_makes_new_code)(lambda dy, y, x: dy)
    g(1.0)
    del registry.ADJOINTS[test_a_new_rule_makes_new_code]
    assert g.cache_info().misses == 2


# What it wraps.


def test_the_wrapper_looks_like_the_function():
    g = grad(square)
    assert (g.__name__, g.__qualname__, g.__module__, g.__doc__) == ("square", "square", __name__, "The square of x.")
    assert inspect.signature(g) == inspect.signature(square) and inspect.unwrap(g) is square
    assert g.primal is square and g.__wrapped__ is square
    assert repr(g) == f"<grad of {__name__}.square with respect to 0>"


def test_wrt_is_checked_when_it_is_given():
    with pytest.raises(ArgumentError, match="square has no argument 5"):
        grad(square, 5)
    with pytest.raises(ArgumentError, match="did you mean 'scale'"):
        grad(wrt="scal")(square)


@pytest.mark.parametrize("decorator", [grad, grad(), grad(wrt=0), grad(argnums=0), grad(checked=True)])
def test_every_form_of_decorator(decorator):
    assert isinstance(decorator(square), Derivative) and decorator(square).primal is square


@pytest.mark.parametrize("function", [square, lambda x: x, (lambda k: lambda x: x * k)(2.0)])
@pytest.mark.parametrize("transform", [grad, value_and_grad, vjp])
def test_functions_lambdas_and_closures(transform, function):
    assert transform(function).primal is function


class Callable:
    def __call__(self, x):
        return x


@pytest.mark.parametrize(
    "thing, message",
    [
        (np.sin, r"wrap it: grad\(lambda x: sin\(x\)\)"),
        (len, "wrap it"),
        (Model, "takes a function, not Model"),
        ("x", r"write @grad\(wrt='x'\)"),
        (1, r"write @grad\(wrt=1\)"),
        (3.5, "takes a function, not float"),
    ],
    ids=steady,
)
def test_what_is_no_function(thing, message):
    with pytest.raises(ArgumentError, match=message):
        grad(thing)


def test_a_callable_object_is_differentiated_through_its_method():
    assert grad(Callable())(2.0) == 1.0


def test_methods_bind_and_positions_start_behind_the_object(pipeline):  # noqa: F811
    pipeline.body = "return self.w * x"
    model = Model()
    assert model.loss(3.0) == 6.0 and Model.loss(model, 3.0) == 6.0
    assert pipeline.requests[0].wrt == (("x",),) and len(pipeline.requests) == 1
    assert str(inspect.signature(model.loss)) == "(x)" and str(inspect.signature(Model.loss)) == "(self, x)"
    assert model.loss.__name__ == "loss" and model.loss.__doc__ == "Half of the square."
    assert model.loss.source == Model.loss.source == model.loss.source_for(1.0)
    assert model.loss.primal(4.0) == 16.0 and model.loss.specialized(1.0)(model, 3.0) == 6.0
    assert model.loss == model.loss and hash(model.loss) == hash(model.loss) and model.loss != Model().loss
    assert model.loss.cache_info().currsize == 1
    Model.loss.cache_clear()


def test_paths_into_the_object(pipeline):  # noqa: F811
    model = Model()
    model.w = 3.0
    model.by_name(1.0)
    assert pipeline.requests[0].wrt == (("x",), ("self", "w"))
    model.w = 3
    with pytest.raises(ArgumentError, match=r"argument self\.w is the integer 3"):
        model.by_name(1.0)
    Model.by_name.cache_clear()


def test_static_and_class_methods(pipeline):  # noqa: F811
    for method in (Model.outer_static, Model().outer_static, Model.inner_static, Model().inner_static):
        method(1.0)
        assert pipeline.requests[-1].wrt == (("x",),)
    pipeline.body = "return cls.w * x"
    assert Model.of_class(3.0) == 6.0 == Model().of_class(3.0)
    assert pipeline.requests[-1].wrt == (("x",),)
    for name in ("outer_static", "inner_static"):
        getattr(Model, name).cache_clear()


def test_a_bound_method_is_taken_as_it_is(pipeline):  # noqa: F811
    pipeline.body = "return self.w"
    g = grad(Model().plain, 0)
    assert isinstance(g, BoundDerivative) and g(1.0) == 2.0
    assert pipeline.requests[0].wrt == (("x",),) and str(inspect.signature(g)) == "(x)"


def test_a_derivative_put_into_a_class_later_binds(pipeline, monkeypatch):  # noqa: F811
    monkeypatch.setattr(Model, "late", grad(Model.plain), raising=False)
    Model().late(1.0)
    assert pipeline.requests[-1].wrt == (("x",),)
    Model.late(Model(), 1)
    assert pipeline.requests[-1].wrt == (("self",),)


def test_copies_are_the_same_object():
    g = grad(square)
    assert copy.copy(g) is g and copy.deepcopy({"g": g})["g"] is g


# vjp.


def vjp_units(request):
    forward = Unit("forward_square", "def forward_square(x, scale):\n    return scale * x * x, [x, scale]\n", square)
    text = "def backward_square(saved, dy):\n    x, scale = saved\n    return 2 * scale * x * dy\n"
    return forward, Unit("backward_square", text, square)


def test_a_pullback_may_be_called_again(pipeline):  # noqa: F811
    pipeline.units = vjp_units
    y, pullback = vjp(square)(3.0)
    assert y == 9.0 and pullback(1.0) == 6.0 and pullback(2.0) == 12.0 and pullback(1.0) == 6.0
    y, pullback = vjp(square)(np.array([1.0, 2.0], "f4"))
    assert pullback(np.array([1.0, 10.0])).tolist() == [2.0, 40.0]
    assert pullback(np.array([1.0, 10.0])).dtype == np.float32


def test_a_pullback_checks_what_it_gets_and_shows_its_source(pipeline):  # noqa: F811
    pipeline.units = vjp_units
    f = vjp(square)
    _, pullback = f(np.ones(3))
    for dy in (1.0, np.ones(1), np.ones((3, 1)), np.ones(3, int), [1.0] * 3):
        with pytest.raises(ArgumentError, match="dy is"):
            pullback(dy)
    assert pullback.source == f.source and "def backward_square(saved, dy)" in pullback.source
    assert f.fn.__name__ == "forward_square" and repr(pullback) == "<pullback backward_square>"


# Gradients that come out complex.


def test_a_complex_gradient_is_an_error(pipeline):  # noqa: F811
    pipeline.complex_check = True
    pipeline.body = "return [(x - 4.0) ** 0.5]"
    g = grad(square)
    assert g(8.0) == [2.0]
    for _ in range(2):
        with pytest.raises(GradientError, match="the gradient is no real number"):
            g(1.0)
    pipeline.body = "return (x - 4.0) ** 0.5, {'a': x}"
    assert value_and_grad(square)(1.0)[1] == {"a": 1.0}
    pipeline.units = lambda r: (
        Unit("forward_f", "def forward_f(x, scale):\n    return x, x\n", square),
        Unit("backward_f", "def backward_f(saved, dy):\n    return (saved - 4.0) ** 0.5\n", square),
    )
    _, pullback = vjp(square)(1.0)
    with pytest.raises(GradientError):
        pullback(1.0)


# Threads.


def test_threads_generate_once(pipeline):  # noqa: F811
    g = grad(square)
    barrier = threading.Barrier(8)
    results = []

    def work():
        barrier.wait()
        results.extend(g(x) for x in (1.0, np.zeros(2), np.zeros((2, 2)), 2.0))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0.0] * 32
    assert len(pipeline.requests) == g.cache_info().misses == g.cache_info().currsize == 3


@dataclasses.dataclass
class Params:
    W: object
    n: int = 3


def test_an_object_is_guarded_by_what_the_code_reads(pipeline):  # noqa: F811
    def f(p): ...

    pipeline.attributes_read = frozenset({"W"})
    g = grad(f, "p.W")
    g(Params(1.0)), g(Params(2.0, "anything"))
    assert g.cache_info().misses == 1
    g(Params(np.zeros(2)))
    assert g.cache_info().misses == 2


def test_the_import_is_light():
    # What it takes in milliseconds is told by benchmarks/generation.py: that hangs on what else the machine does.
    program = """if True:
        import sys, numpy
        known = set(sys.modules)
        import s2sgrad
        print(*(set(sys.modules) - known))
    """
    loaded = set(subprocess.check_output([sys.executable, "-c", program], text=True).split())
    empty = {"s2sgrad.adjoint", "s2sgrad.tangent"}  # packages whose own text is a docstring
    own = {name for name in loaded if name.startswith("s2sgrad.")} - empty
    passes = ("adjoint", "dialects", "normalize", "tidy", "parse", "pipeline", "printer", "quote", "compile", "checks")
    assert not loaded & {"astor", "gast", "numba", "pygments", "pathlib", "hashlib", "difflib"}
    assert not [name for name in own if name.split(".")[1] in passes]
    assert {name for name in own if name.startswith("s2sgrad.rules.")} <= {"s2sgrad.rules.registry"}
    assert len(own) <= 21


def test_the_public_names():
    assert {name for name in dir(s2sgrad) if name in s2sgrad.__all__} == set(s2sgrad.__all__)
    assert all(inspect.getdoc(getattr(s2sgrad, name)) for name in s2sgrad.__all__)
