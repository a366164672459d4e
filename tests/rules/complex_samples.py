"""Complex operands, and programs that call a function of them."""

import linecache
from dataclasses import replace

import numpy as np

from tests.rules.samples import value_of

RNG = np.random.default_rng(3)


def real(*shape):
    """Numbers of either sign, away from 0."""
    return RNG.choice([-1, 1], shape) * RNG.uniform(0.4, 1.6, shape)


def cplx(*shape):
    """Complex numbers off both axes."""
    return real(*shape) + 1j * real(*shape)


def is_number(v):
    """True for a float or complex number or array."""
    return isinstance(v, float | complex | np.ndarray | np.generic) and np.issubdtype(np.result_type(v), np.inexact)


def complexified(sample, kinds=""):
    """The same call with imaginary parts for the floating operands, but those whose kind is ``r``."""
    rng = np.random.default_rng(5)
    wanted, args = iter(kinds), []
    for a in sample.args:
        v = value_of(a)
        if v is a and is_number(v) and not np.iscomplexobj(v) and next(wanted, "c") == "c":
            a = v + 1j * rng.uniform(0.2, 0.6, np.shape(v)) * rng.choice([-1, 1], np.shape(v))
            a = complex(a) if isinstance(v, float) and not isinstance(v, np.generic) else a
        args.append(a)
    return replace(sample, args=tuple(args))


def program(sample):
    """A function of the numbers and arrays of a sample, and these."""
    values = [value_of(a) for a in sample.args]
    scope = {"np": np, "fn": sample.function, "__name__": "tests.rules.complex_program"}
    names, args, given = [], [], []
    for i, v in enumerate(values):
        if is_number(v) and not hasattr(sample.args[i], "value"):
            names.append(f"x{i}")
            args.append(v)
            given.append(f"x{i}")
        elif isinstance(v, int | float | tuple | str | bool):
            given.append(repr(v))
        else:
            scope[f"c{i}"] = v
            given.append(f"c{i}")
    for i, (name, v) in enumerate(sample.kwargs.items()):
        scope[f"k{i}"] = v
        given.append(f"{name}={f'k{i}' if isinstance(v, np.ndarray | type) else repr(v)}")
    text = f"def f({', '.join(names)}):\n    return fn({', '.join(given)})\n"
    filename = f"<complex {abs(hash((text, id(sample.function))))}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), scope)
    return scope["f"], args


def as_it_stands(rule, sample, dy, y):
    """What a rule gives for the one operand of a sample when it is called, of the kind of that operand."""
    (a, *_), result = sample.values, rule.template(dy, y, *sample.values, **sample.kwargs)
    found = result if np.iscomplexobj(a) else np.real(result)
    return np.asarray(found)
