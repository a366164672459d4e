"""The functions that users call: ``grad``, ``value_and_grad``, ``vjp`` and ``jvp``.

>>> from s2sgrad import grad
>>> grad(lambda x, y: x * y, wrt="y").primal(2.0, 3.0)
6.0
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, overload

from s2sgrad.errors import ArgumentError
from s2sgrad.wrapper import BoundDerivative, Derivative, derivative

if TYPE_CHECKING:
    from s2sgrad.flow import Report

__all__ = ["check_grads", "grad", "hessian", "hvp", "jacobian", "jvp", "report", "value_and_grad", "vjp"]

Function = Callable[..., Any]
Wrt = int | str | Sequence[int | str]
Decorator = Callable[[Function], Derivative]


class _Zero(int):
    """The default of ``wrt``, told apart from a 0 that was written."""


_FIRST = _Zero()


@overload
def grad(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Derivative: ...
@overload
def grad(
    f: None = None,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Decorator: ...
def grad(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Any:
    """The gradient of ``f``, a function of the same arguments; ``f`` must return a real scalar.

    ``wrt`` says with respect to what: a position, a name, a path into an argument (``"params.W1"``, ``"layers[0].b"``),
    the name of a local variable of ``f`` (the gradient at a hidden layer), or a list or tuple of these, which gives a
    tuple, also of one. ``argnums`` is another spelling. ``checked=True`` generates code that checks itself as it runs.
    ``guard="nan"`` generates a check behind each line: FloatingPointError names the user's line at which the first NaN
    or infinite adjoint arose; ``guard="finite"`` objects to infinite values of the forward part too.
    ``compile="numba"`` has Numba compile the code, and refuses what Numba cannot type; ``compile="numba-or-python"``
    runs that as it is.

    Also a decorator: ``@grad`` or ``@grad(wrt="W")``, for functions, methods, static and class methods.

    The result has ``.source``, ``.source_for(*args)``, ``.source_in(dialect)``, ``.show()``, ``.save(path)``,
    ``.graph(*args)``, ``.primal``, ``.fn``, ``.specialized(*args)``, ``.cache_info()`` and ``.cache_clear()``.
    """
    return _derivative(f, "grad", wrt, argnums, False, checked, compile, guard)


@overload
def value_and_grad(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Derivative: ...
@overload
def value_and_grad(
    f: None = None,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Decorator: ...
def value_and_grad(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Any:
    """``(value, gradient)`` of ``f``; the arguments are those of :func:`grad`.

    With ``has_aux``, ``f`` returns ``(value, aux)`` and the result is ``((value, aux), gradient)``.
    """
    return _derivative(f, "value_and_grad", wrt, argnums, has_aux, checked, compile, guard)


@overload
def vjp(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Derivative: ...
@overload
def vjp(
    f: None = None,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Decorator: ...
def vjp(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    checked: bool = False,
    guard: str | None = None,
    compile: str | None = None,
) -> Any:
    """``vjp(f)(*args)`` gives ``(y, pullback)``: the result of ``f``, and the way back from its adjoint.

    ``pullback(dy)`` gives the adjoints of the arguments in ``wrt``, any number of times; ``dy`` has the structure,
    shapes and kind of numbers of ``y``. The other arguments are those of :func:`grad`.
    """
    return _derivative(f, "vjp", wrt, argnums, False, checked, compile, guard)


@overload
def jvp(f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, checked: bool = False) -> Derivative: ...
@overload
def jvp(f: None = None, wrt: Wrt = 0, *, argnums: Wrt | None = None, checked: bool = False) -> Decorator: ...
def jvp(f: Any = None, wrt: Wrt = _FIRST, *, argnums: Wrt | None = None, checked: bool = False) -> Any:
    """``jvp(f)(*args, tangents=v)`` gives ``(y, dy)``: the result of ``f``, and its derivative along ``v``.

    ``v`` has the structure, the shapes and the kind of numbers of the argument that ``wrt`` names (a tuple of such for
    a tuple of arguments), and ``dy`` has those of ``y``; parts of ``y`` that are no floats have None. The other
    arguments are those of :func:`grad`.

    >>> from s2sgrad import jvp
    >>> jvp(lambda x: x * x)(3.0, tangents=1.0)
    (9.0, 6.0)
    """
    return _derivative(f, "jvp", wrt, argnums, False, checked, None)


@overload
def hvp(
    f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, with_grad: bool = False, checked: bool = False
) -> Derivative: ...
@overload
def hvp(
    f: None = None, wrt: Wrt = 0, *, argnums: Wrt | None = None, with_grad: bool = False, checked: bool = False
) -> Decorator: ...
def hvp(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    with_grad: bool = False,
    checked: bool = False,
) -> Any:
    """``hvp(f)(*args, vectors=v)`` gives the Hessian of scalar ``f`` times ``v``, without ever building the Hessian.

    Forward mode over the generated gradient. ``v`` and the product have the structure of the gradient: that of the
    argument that ``wrt`` names, a tuple for a tuple of arguments. With ``with_grad`` the result is
    ``(gradient, product)``, of one sweep. The other arguments are those of :func:`grad`.

    >>> from s2sgrad import hvp
    >>> hvp(lambda x: x ** 3)(2.0, vectors=1.0)
    12.0
    """
    if f is None:
        return functools.partial(hvp, wrt=wrt, argnums=argnums, with_grad=with_grad, checked=checked)
    first = _derivative(f, "grad", wrt, argnums, False, False, None)
    mode = "grad_and_hvp" if with_grad else "hvp"
    return _derivative(first, mode, wrt, argnums, False, checked, None)


def jacobian(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    mode: str = "auto",
    sparsity: Any = None,
    batch: int | None = None,
    checked: bool = False,
) -> Any:
    """The Jacobian of ``f``, a function of the same arguments: an array of shape ``y.shape + x.shape``.

    Where the result or the argument is a structure, so is the Jacobian: that of the result and, inside, that of the
    argument (a tuple for a tuple of arguments). ``mode`` is ``"fwd"`` (a column a time), ``"rev"`` (a row a time) or
    ``"auto"``, the one that takes fewer calls. ``sparsity`` says where it may be other than zero: a matrix of one row
    for each number of the result and one column for each of the argument, dense or of ``scipy.sparse``; columns that
    share no row are then computed together, and the result is a matrix of that kind. A pattern that leaves something
    out raises ArgumentError.

    Rows, or columns, are computed many at a time where the generated code has a form for a stack of them; ``batch`` is
    how many at most, and by default as many as memory allows (32 MB for the largest array); 1 is one at a time.

    ``.source`` is the generated code that the latest call ran. The other arguments are those of :func:`grad`.
    """
    if f is None:
        options = {"mode": mode, "sparsity": sparsity, "batch": batch, "checked": checked}
        return functools.partial(jacobian, wrt=wrt, argnums=argnums, **options)
    from s2sgrad.jacobians import Jacobian

    forward = _derivative(f, "jvp", wrt, argnums, False, checked, None)
    return Jacobian(forward, _derivative(f, "vjp", wrt, argnums, False, checked, None), mode, sparsity, batch)


def hessian(
    f: Any = None,
    wrt: Wrt = _FIRST,
    *,
    argnums: Wrt | None = None,
    mode: str = "fwd",
    sparsity: Any = None,
    batch: int | None = None,
    checked: bool = False,
) -> Any:
    """The Hessian of scalar ``f``, the Jacobian of its gradient: an array of shape ``x.shape + x.shape``.

    By default column by column, forward mode over the generated gradient. The arguments are those of :func:`jacobian`.
    """
    if f is None:
        options = {"mode": mode, "sparsity": sparsity, "batch": batch, "checked": checked}
        return functools.partial(hessian, wrt=wrt, argnums=argnums, **options)
    first = _derivative(f, "grad", wrt, argnums, False, False, None)
    return jacobian(first, wrt, argnums=argnums, mode=mode, sparsity=sparsity, batch=batch, checked=checked)


def check_grads(
    f: Function,
    args: Sequence[Any],
    wrt: Wrt | None = None,
    *,
    order: int = 2,
    modes: Sequence[str] = ("fwd", "rev"),
    tol: float | None = None,
    seed: int = 0,
) -> None:
    """Compare the derivatives of ``f`` at ``args`` with differences of it, and raise where they do not agree.

    ``modes`` are ``"fwd"`` (:func:`jvp`) and ``"rev"`` (:func:`vjp`); with ``order=2`` the gradient of scalar ``f``, or
    of a random projection of an array, is checked in the same way. ``wrt=None`` stands for every argument made of
    floats alone. ``tol`` is relative to the largest element, 1e-5 (2e-2 where an argument is of single precision) by
    default. Differences are five-point formulas (error of the fourth order in the step).

    Raises GradientError with the worst element, its place and both values.
    """
    from s2sgrad.checking import compare

    compare(f, args, wrt, order, modes, tol, seed)


def report(f: Function, *args: Any, wrt: Wrt | None = None, **kwargs: Any) -> Report:
    """How large each value of ``f`` and its gradient are at these arguments, line by line and run by run.

    ``f`` runs once, forward and backward, with notes printed among its lines; nothing of it is changed. The result
    prints as a table; ``.listing()`` is the text of ``f`` with sizes beside it, ``.plot(path)`` a picture (the extra
    ``plot``), ``.entries`` and ``.findings`` hold the numbers. Lines that make a gradient vanish or explode are named,
    with the factor per layer. ``wrt=None`` stands for every argument made of floats alone. Of a result that is no
    scalar, the gradients are those of the sum of all its numbers. Of a derivative, the function that it differentiates
    is looked at, with respect to the same.

    >>> from s2sgrad import report
    >>> report(lambda x: x * x * 3, 2.0).gradient("x").norm
    12.0
    """
    from s2sgrad.flow.run import reported

    return reported(f, args, kwargs, wrt)


def _derivative(
    f: Any,
    mode: str,
    wrt: Any,
    argnums: Any,
    has_aux: bool,
    checked: bool,
    compiler: str | None,
    guard: str | None = None,
) -> Any:
    if argnums is not None and wrt is not _FIRST:
        raise ArgumentError("both wrt and argnums are given", "give one of them: they mean the same")
    if compiler is not None:
        from s2sgrad.dialects.compiled import check_compiler

        check_compiler(compiler, mode, checked)
    wrt = argnums if argnums is not None else 0 if wrt is _FIRST else wrt
    if guard not in (None, "nan", "finite"):
        raise ArgumentError(f"guard is {guard!r}", "choose 'nan' or 'finite'")
    options = (mode, wrt, has_aux, checked, compiler, guard or "")
    return functools.partial(_wrapped, options=options) if f is None else _wrapped(f, options)


def _wrapped(f: Any, options: tuple[Any, ...]) -> Derivative | BoundDerivative:
    if isinstance(f, BoundDerivative):
        return BoundDerivative(_wrapped_function(f.__func__, options, 1, "plain"), f.__self__)
    if isinstance(f, types.MethodType):
        return BoundDerivative(_wrapped_function(f.__func__, options, 1, "plain"), f.__self__)
    if isinstance(f, functools.partial) and isinstance(f.func, types.FunctionType):
        from s2sgrad.partials import function_of

        return _wrapped_function(function_of(f), options, 0, "plain")
    if _is_callable_object(f):
        return BoundDerivative(_wrapped_function(type(f).__call__, options, 1, "plain"), f)
    if isinstance(f, classmethod):
        return _wrapped_function(f.__func__, options, 1, "class")
    if isinstance(f, staticmethod):
        return _wrapped_function(f.__func__, options, 0, "static")
    return _wrapped_function(f, options, 0, "plain")


def _wrapped_function(f: Any, options: tuple[Any, ...], bound: int, binding: str) -> Derivative:
    mode = options[0]
    if not isinstance(f, types.FunctionType | Derivative):
        raise ArgumentError(*_not_a_function(f, mode))
    return derivative(f, *options, bound, binding)


def _is_callable_object(f: Any) -> bool:
    if not callable(f) or isinstance(f, type | types.FunctionType | Derivative | BoundDerivative):
        return False
    return isinstance(type(f).__call__, types.FunctionType)


def _not_a_function(f: Any, mode: str) -> tuple[str, str]:
    if isinstance(f, int | str | list | tuple):
        return f"{mode} takes a function first, not {f!r}", f"write @{mode}(wrt={f!r})"
    name = getattr(f, "__qualname__", None) or getattr(f, "__name__", type(f).__qualname__)
    if isinstance(f, type) or not callable(f):
        return f"{mode} takes a function, not {name}", "pass a function written in Python"
    return f"{name} is not written in Python", f"wrap it: {mode}(lambda x: {name}(x))"
