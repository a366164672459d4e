"""Row 1: least squares, by its closed form and by gradient descent.

The closed form w* = (X Xᵀ)⁻¹ X Y costs O(d² n) for the product and about O(d³) for the solution, where X has d rows of
features and n columns of examples. A step of gradient descent costs O(d n). Both reach the same w*. And the closed form
is a function like any other: the loss on held-out data is differentiated through `solve`, and through `inv`.

Look at: the generated gradient of `validation`, whose adjoint line solves the transposed system.

    python examples/01_least_squares.py [--output DIR] [--quick]
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from lecture import options, panels, save
from sklearn.datasets import load_diabetes
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from s2sgrad import grad
from s2sgrad.optim import gradient_descent

FINE = time.get_clock_info("process_time").resolution < 1e-6
clock = time.process_time if FINE else time.perf_counter  # processor time does not count what else the machine does


def closed_form(X, Y):
    """The w at which the gradient of the loss is zero."""
    return np.linalg.solve(X @ X.T, X @ Y)


@grad
def loss_gradient(w, X, Y):
    """Half the mean squared error."""
    return 0.5 * ((w @ X - Y) ** 2).mean()


def validation(lam, X, Y, X_val, Y_val):
    """The error on held-out data of the w that is best, with decay `lam`, for X and Y."""
    w = np.linalg.solve(X @ X.T + lam * np.eye(len(X)), X @ Y)
    return ((w @ X_val - Y_val) ** 2).mean()


def validation_by_inverse(lam, X, Y, X_val, Y_val):
    """The same, as the lecture writes it."""
    w = np.linalg.inv(X @ X.T + lam * np.eye(len(X))) @ X @ Y
    return ((w @ X_val - Y_val) ** 2).mean()


def load() -> tuple[np.ndarray, np.ndarray]:
    """Ten measurements of 442 patients, one patient a column, and how far their diabetes went; both centred."""
    data = load_diabetes()
    return data.data.T, data.target - data.target.mean()


def descend(X: np.ndarray, Y: np.ndarray, steps: int) -> list[np.ndarray]:
    """Every w of gradient descent, from 0, at the rate 1 / (the largest curvature)."""
    rate = len(Y) / np.linalg.eigvalsh(X @ X.T).max()
    path = [np.zeros(len(X))]
    for _ in tqdm(range(steps), desc="descending"):
        w, _ = gradient_descent(path[-1], loss_gradient(path[-1], X, Y), rate=rate)
        path.append(w)
    return path


def seconds(f: Callable[..., object], sizes: list[tuple[int, int]], repeats: int) -> list[float]:
    """The shortest time of `f(X, Y)` for each size (d, n); the sizes take turns, so that a slow moment hits all."""
    rng = np.random.default_rng(0)
    data = [(rng.normal(size=(d, n)), rng.normal(size=n)) for d, n in sizes]
    best = [np.inf] * len(sizes)
    with threadpool_limits(1):
        for _ in tqdm(range(repeats), desc=f.__name__):
            for k, (X, Y) in enumerate(data):
                start = clock()
                f(X, Y)
                best[k] = min(best[k], clock() - start)
    return best


def exponent(sizes: list[int], times: list[float]) -> float:
    """The slope of a straight line through the points, both axes logarithmic."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def one_step(X, Y):
    """What one step of gradient descent costs."""
    return loss_gradient(np.zeros(len(X)), X, Y)


def plot_costs(axes, letter: str, sizes: list[int], closed: list[float], step: list[float]) -> None:
    """Both costs as one of the sizes grows."""
    for times, name, style in ((closed, "closed form", "o-"), (step, "one gradient step", "s--")):
        axes.loglog(sizes, np.array(times) * 1e3, style, label=f"{name}: ${letter}^{{{exponent(sizes, times):.2f}}}$")
    axes.set_xticks(sizes, [str(size) for size in sizes], minor=False)
    axes.set_xticks([], minor=True)
    axes.set(xlabel=letter, ylabel="milliseconds", title=f"Cost as {letter} grows")
    axes.legend()


def measure_costs(left, right, quick: bool) -> None:
    """The time of the closed form grows with n and with d as O(d² n + d³) says.

    The exponents that are asserted leave room for caches, and for products of larger matrices being faster per number:
    near 1 in n, and between 1.5 and 3 in d.
    """
    ns = [4_000, 8_000, 16_000] if quick else [4_000, 8_000, 16_000, 32_000, 64_000]
    ds = [128, 256, 512] if quick else [64, 128, 256, 512, 1024]
    repeats = 10 if quick else 15
    for axes, letter, sizes in ((left, "n", [(64, n) for n in ns]), (right, "d", [(d, 1_500) for d in ds])):
        closed, step = (seconds(f, sizes, repeats) for f in (closed_form, one_step))
        plot_costs(axes, letter, ns if letter == "n" else ds, closed, step)
        grown = exponent(ns if letter == "n" else ds, closed)
        print(f"the time of the closed form grows as {letter}^{grown:.2f}")
        assert (0.7 < grown < 1.4) if letter == "n" else (1.5 < grown < 3)


def check_the_derivative(f, lam: float, *data) -> float:
    """The generated derivative, compared with a central difference."""
    step = 1e-4 * lam
    difference = (f(lam + step, *data) - f(lam - step, *data)) / (2 * step)
    derivative = grad(f)(lam, *data)
    assert abs(derivative - difference) < 1e-6 * abs(difference)
    return float(derivative)


def main(arguments: list[str] | None = None) -> None:
    """Both ways to w*, what they cost, and the derivative of the closed form."""
    to = options(__doc__, arguments)
    X, Y = load()
    figure, axes = panels(2, 2)
    axes = axes.ravel()

    best = closed_form(X, Y)
    path = descend(X, Y, 7_000 if to.quick else 12_000)
    distances = [float(np.linalg.norm(w - best) / np.linalg.norm(best)) for w in path]
    print(f"w* by the closed form is {best.round(2)}")
    print(f"gradient descent is off by {distances[-1]:.0e} of it after {len(path) - 1} steps")
    assert distances[-1] < 1e-6
    axes[0].semilogy(distances)
    axes[0].set(xlabel="step", ylabel="|w - w*| / |w*|", title="Gradient descent reaches the same w*")

    measure_costs(axes[1], axes[2], to.quick)

    data = X[:, :60], Y[:60], X[:, 60:], Y[60:]
    print(grad(validation).source_for(0.1, *data))
    by_solve, by_inverse = (check_the_derivative(f, 0.1, *data) for f in (validation, validation_by_inverse))
    print(f"d validation / d lam at 0.1: {by_solve:.6f} through solve, {by_inverse:.6f} through inv")
    assert abs(by_solve - by_inverse) < 1e-9 * abs(by_solve)
    plot_validation(axes[3], data)
    save(figure, to, __file__)


def plot_validation(axes, data) -> None:
    """The error on held-out data against the decay, with the slopes that were computed."""
    lams = np.geomspace(1e-3, 1, 60)
    axes.semilogx(lams, [validation(lam, *data) for lam in lams], label="error")
    for lam in np.geomspace(3e-3, 0.5, 7):
        near = lam * np.array([0.75, 1.3])
        line = validation(lam, *data) + grad(validation)(lam, *data) * (near - lam)
        axes.semilogx(near, line, "r", linewidth=3, label="generated derivative" if lam < 4e-3 else None)
    axes.set(xlabel="decay λ", ylabel="error on held-out data", title="The closed form, differentiated")
    axes.legend()


if __name__ == "__main__":
    main()
