"""Gradients of plain NumPy functions, handed back as readable Python source.

>>> import s2sgrad
>>> s2sgrad.grad(lambda x: x * x).__name__
'<lambda>'
"""

# Before the functions of these names: a package becomes an attribute of the one around it when it is first imported.
import s2sgrad.adjoint
import s2sgrad.tangent  # noqa: F401
from s2sgrad.api import check_grads, grad, hessian, hvp, jacobian, jvp, report, value_and_grad, vjp
from s2sgrad.custom import adjoint, elementwise, nondifferentiable, stop_gradient, tangent
from s2sgrad.errors import ArgumentError, GradientError, Refusal, S2SGradError, SourceError
from s2sgrad.gradient_blocks import grad_of
from s2sgrad.recompute import checkpoint, checkpointed

__all__ = [
    "ArgumentError",
    "GradientError",
    "Refusal",
    "S2SGradError",
    "SourceError",
    "adjoint",
    "check_grads",
    "checkpoint",
    "checkpointed",
    "elementwise",
    "grad",
    "grad_of",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "nondifferentiable",
    "report",
    "stop_gradient",
    "tangent",
    "value_and_grad",
    "vjp",
]
__version__ = "0.1.0"
