"""Matrix equations of ``scipy.linalg``: Sylvester's, Lyapunov's and Riccati's."""

from __future__ import annotations

from typing import Any

from scipy import linalg

from s2sgrad.analysis.facts import Fact, Num
from s2sgrad.analysis.infer.broadcasting import Fresh
from s2sgrad.analysis.infer.effects import note_fresh
from s2sgrad.analysis.infer.table import NONE, TRUE, infers
from s2sgrad.rules.registry import adjoint, ranks, tangent
from s2sgrad.rules.scipy_linalg import double, matrix
from s2sgrad.rules.when import all_of, given, real

note_fresh(linalg.solve_sylvester, linalg.solve_continuous_are)
note_fresh(linalg.solve_continuous_lyapunov, linalg.solve_discrete_lyapunov)


@infers(linalg.solve_sylvester)
def _solve_sylvester(fresh: Fresh, a: Fact, b: Fact, q: Fact) -> Fact:
    operands = [matrix(fact, fresh) for fact in (a, b, q)]
    return Num(double(*operands), "array", operands[2].shape)


@infers(linalg.solve_continuous_lyapunov, linalg.solve_discrete_lyapunov)
def _solve_lyapunov(fresh: Fresh, a: Fact, q: Fact, method: Fact = NONE) -> Fact:
    operands = [matrix(fact, fresh) for fact in (a, q)]
    return Num(double(*operands), "array", operands[1].shape)


@infers(linalg.solve_continuous_are)
def _solve_continuous_are(
    fresh: Fresh, a: Fact, b: Fact, q: Fact, r: Fact, e: Fact = NONE, s: Fact = NONE, balanced: Fact = TRUE
) -> Fact:
    operands = [matrix(fact, fresh) for fact in (a, b, q, r)]
    return Num(double(*operands), "array", operands[2].shape)


@adjoint(linalg.solve_sylvester, when=ranks(2, 2, 2), exact=True)
def solve_sylvester(dy: Any, y: Any, a: Any, b: Any, q: Any) -> Any:
    """Of the solution of ``a @ y + y @ b == q``."""
    dq = linalg.solve_sylvester(a.T, b.T, dy)
    return -dq @ y.T, -y.T @ dq, dq


@tangent(linalg.solve_sylvester, when=ranks(2, 2, 2))
def solve_sylvester_dot(y: Any, a: Any, b: Any, q: Any, *, da: Any, db: Any, dq: Any) -> Any:
    """Of the solution of ``a @ y + y @ b == q``."""
    return linalg.solve_sylvester(a, b, dq - da @ y - y @ db)


LYAPUNOV = all_of(ranks(2, 2), real("a", "q"))


@adjoint(linalg.solve_continuous_lyapunov, when=LYAPUNOV, exact=True)
def solve_continuous_lyapunov(dy: Any, y: Any, a: Any, q: Any) -> Any:
    """Of the solution of ``a @ y + y @ a.T == q``."""
    dq = linalg.solve_continuous_lyapunov(a.T, dy)
    return -(dq @ y.T + dq.T @ y), dq


@tangent(linalg.solve_continuous_lyapunov, when=LYAPUNOV)
def solve_continuous_lyapunov_dot(y: Any, a: Any, q: Any, *, da: Any, dq: Any) -> Any:
    """Of the solution of ``a @ y + y @ a.T == q``."""
    return linalg.solve_continuous_lyapunov(a, dq - da @ y - y @ da.T)


@adjoint(linalg.solve_discrete_lyapunov, when=LYAPUNOV, exact=True)
def solve_discrete_lyapunov(dy: Any, y: Any, a: Any, q: Any, method: Any = None) -> Any:
    """Of the solution of ``y == a @ y @ a.T + q``."""
    dq = linalg.solve_discrete_lyapunov(a.T, dy)
    return dq @ a @ y.T + dq.T @ a @ y, dq


@tangent(linalg.solve_discrete_lyapunov, when=LYAPUNOV)
def solve_discrete_lyapunov_dot(y: Any, a: Any, q: Any, method: Any = None, *, da: Any, dq: Any) -> Any:
    """Of the solution of ``y == a @ y @ a.T + q``."""
    return linalg.solve_discrete_lyapunov(a, dq + da @ y @ a.T + a @ y @ da.T)


RICCATI = all_of(ranks(2, 2, 2, 2), real("a", "b", "q", "r"), given("e", None), given("s", None))


@adjoint(linalg.solve_continuous_are, when=RICCATI, exact=True)
def solve_continuous_are(
    dy: Any, y: Any, a: Any, b: Any, q: Any, r: Any, e: Any = None, s: Any = None, balanced: Any = True
) -> Any:
    """Of the solution of Riccati's equation: by the equation of Lyapunov that its change solves.

    With ``gain``, the feedback, ``(a - b @ gain).T @ dy + dy @ (a - b @ gain)`` is minus what the data contributes.
    The solution is symmetric, and SciPy takes no ``q`` and no ``r`` that are not.
    """
    gain = linalg.solve(r, b.T @ y)
    dq = -linalg.solve_continuous_lyapunov(a - b @ gain, (dy + dy.T) / 2)
    return 2 * y @ dq, -2 * y @ dq @ gain.T, dq, gain @ dq @ gain.T


@tangent(linalg.solve_continuous_are, when=RICCATI)
def solve_continuous_are_dot(
    y: Any,
    a: Any,
    b: Any,
    q: Any,
    r: Any,
    e: Any = None,
    s: Any = None,
    balanced: Any = True,
    *,
    da: Any,
    db: Any,
    dq: Any,
    dr: Any,
) -> Any:
    """Of the solution of Riccati's equation: by the equation of Lyapunov that its change solves."""
    gain = linalg.solve(r, b.T @ y)
    half = y @ da - y @ db @ gain
    return -linalg.solve_continuous_lyapunov((a - b @ gain).T, half + half.T + dq + gain.T @ dr @ gain)
