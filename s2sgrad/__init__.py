"""Gradients of plain NumPy functions, handed back as readable Python source.

>>> import s2sgrad
>>> s2sgrad.grad(lambda x: x * x).__name__
'<lambda>'
"""

from s2sgrad.api import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sgrad.errors import ArgumentError, GradientError, Refusal, S2SGradError, SourceError

__all__ = [
    "ArgumentError",
    "GradientError",
    "Refusal",
    "S2SGradError",
    "SourceError",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]
__version__ = "0.1.0"
