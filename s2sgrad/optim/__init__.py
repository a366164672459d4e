"""Updates of nested parameters, written as pure functions: nothing is hidden, and no argument is changed.

Each takes the parameters, their gradient and the state that the step before gave back (None at the first step), and
returns the new parameters and the new state:

>>> w, state = {"a": 1.0}, None
>>> for _ in range(2):
...     dw = {"a": 2 * w["a"]}
...     w, state = momentum(w, dw, state, rate=0.25, decay=0.5)
>>> w, state
({'a': 0.0}, {'a': -0.5})
"""

from s2sgrad.optim.batches import batches
from s2sgrad.optim.first_order import (
    AdamState,
    adagrad,
    adam,
    gradient_descent,
    momentum,
    nesterov,
    rmsprop,
)
from s2sgrad.optim.newton import NewtonStep, newton_cg

__all__ = [
    "AdamState",
    "NewtonStep",
    "adagrad",
    "adam",
    "batches",
    "gradient_descent",
    "momentum",
    "nesterov",
    "newton_cg",
    "rmsprop",
]
