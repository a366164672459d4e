"""Row 3: gradient descent, momentum, stochastic variants and Hessian-vector products, side by side.

One problem for all: logistic regression on scikit-learn's breast cancer data (569 tumours, 30 measurements). F is
convex, so that how far a method is from the minimum can be measured. All start at 0, and all are loops around the same
generated code.

Look at: the generated Hessian-vector product, which holds no matrix of second derivatives; and both plots. Momentum
bends the curve of gradient descent; methods with batches get near fast, and then stay as far away as their noise.

    python examples/03_first_order_methods.py [--output DIR] [--quick]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from lecture import Options, options, panels, save
from sklearn.datasets import load_breast_cancer
from tqdm import tqdm

from s2sgrad import hvp, value_and_grad
from s2sgrad.optim import adagrad, adam, batches, gradient_descent, momentum, nesterov, newton_cg, rmsprop

DECAY = 1e-3


def risk(w, X, sign):
    """The mean logistic loss, and a penalty on w; `sign` is +1 or -1 for each row of X."""
    margins = sign * (X @ w)
    return np.logaddexp(0, -margins).mean() + 0.5 * DECAY * (w ** 2).sum()


F = value_and_grad(risk)
times_hessian = hvp(risk)


def load() -> tuple[np.ndarray, np.ndarray]:
    """Measurements of mean 0 and variance 1, with a column of ones in front; +1 for benign tumours, -1 for others."""
    data = load_breast_cancer()
    X = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
    return np.c_[np.ones(len(X)), X], 2.0 * data.target - 1


def largest_curvature(w: np.ndarray, X: np.ndarray, sign: np.ndarray) -> float:
    """The largest eigenvalue of the Hessian, by the power method: products with it are all that is needed."""
    v = np.ones_like(w)
    for _ in range(50):
        v = times_hessian(w, X, sign, vectors=v / np.linalg.norm(v))
    return float(np.linalg.norm(v))


def full_batch(method: Callable[..., Any], X: np.ndarray, sign: np.ndarray, steps: int) -> Iterator[np.ndarray]:
    """Steps with the gradient on all data."""
    w, state = np.zeros(X.shape[1]), None
    for _ in range(steps):
        _, dw = F(w, X, sign)
        w, state = method(w, dw, state)
        yield w


def stochastic(method: Callable[..., Any], X: np.ndarray, sign: np.ndarray, steps: int) -> Iterator[np.ndarray]:
    """Steps with the gradient on 32 rows."""
    w, state = np.zeros(X.shape[1]), None
    epochs = -(-steps * 32 // len(X))
    for (rows, signs), _ in zip(batches(X, sign, size=32, seed=0, epochs=epochs), range(steps), strict=False):
        _, dw = F(w, rows, signs)
        w, state = method(w, dw, state)
        yield w


def newton(X: np.ndarray, sign: np.ndarray, steps: int) -> Iterator[np.ndarray]:
    """Steps of Newton's method, until the gradient vanishes."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w, step = newton_cg(F, times_hessian, w, X, sign)
        if step.gradient_norm < 1e-10:
            return
        yield w


def contestants(X: np.ndarray, sign: np.ndarray, steps: int) -> dict[str, Iterator[np.ndarray]]:
    """Every method, by name; 1 / (the largest curvature) is the rate at which gradient descent is safe."""
    safe = 1 / largest_curvature(np.zeros(X.shape[1]), X, sign)
    full, some = partial(full_batch, X=X, sign=sign, steps=steps), partial(stochastic, X=X, sign=sign, steps=2 * steps)
    return {
        "gradient descent": full(partial(gradient_descent, rate=safe)),
        "momentum": full(partial(momentum, rate=safe, decay=0.9)),
        "Nesterov": full(partial(nesterov, rate=safe, decay=0.9)),
        "AdaGrad": full(partial(adagrad, rate=0.2)),
        "RMSProp": full(partial(rmsprop, rate=0.01)),
        "Adam": full(partial(adam, rate=0.05)),
        "SGD, batches of 32": some(partial(gradient_descent, rate=safe)),
        "SGD with momentum": some(partial(momentum, rate=0.1 * safe, decay=0.9)),
        "Adam, batches of 32": some(partial(adam, rate=0.01)),
        "Newton-CG by HVP": newton(X, sign, steps),
    }


def timed(path: Iterator[np.ndarray]) -> tuple[list[np.ndarray], list[float]]:
    """Every w that a method goes through, and the seconds until then."""
    ws, seconds, start = [], [], time.perf_counter()
    for w in path:
        ws.append(w)
        seconds.append(time.perf_counter() - start)
    return ws, seconds


def check_the_product(X: np.ndarray, sign: np.ndarray) -> None:
    """The Hessian times v is what the gradient changes by along v."""
    w, v = np.random.default_rng(0).normal(size=(2, X.shape[1]))
    step = 1e-5
    change = (F(w + step * v, X, sign)[1] - F(w - step * v, X, sign)[1]) / (2 * step)
    assert np.allclose(times_hessian(w, X, sign, vectors=v), change, rtol=1e-6, atol=1e-8)


def plot(to: Options, curves: dict[str, tuple[list[float], list[float]]]) -> None:
    """How far F is from its minimum, against steps and against time."""
    figure, (left, right) = panels(1, 2, width=7, height=5.5)
    for k, (name, (above, seconds)) in enumerate(curves.items()):
        style = {"color": f"C{k}", "linestyle": "--" if "SGD" in name or "batches" in name else "-"}
        style |= {"marker": "o", "linewidth": 3} if "Newton" in name else {}
        left.loglog(range(1, len(above) + 1), above, label=name, **style)
        right.loglog(np.array(seconds) * 1e3, above, **style)
    left.set(xlabel="step", ylabel="F - min F", title="Against steps: Newton needs ten")
    right.set(xlabel="milliseconds", ylabel="F - min F", title="Against time: a Newton step costs several gradients")
    for axes in (left, right):
        axes.set_ylim(1e-12, 1)
    figure.legend(loc="outside lower center", ncols=4)
    save(figure, to, __file__)


def main(arguments: list[str] | None = None) -> None:
    """Print the Hessian-vector product, run all methods, and compare them."""
    to = options(__doc__, arguments)
    X, sign = load()
    w0 = np.zeros(X.shape[1])
    print(times_hessian.source_for(w0, X, sign))
    check_the_product(X, sign)

    *_, best = newton(X, sign, 100)
    least, slope = F(best, X, sign)
    assert np.linalg.norm(slope) < 1e-10
    curves = {}
    for name, path in tqdm(contestants(X, sign, 200 if to.quick else 2000).items(), desc="methods"):
        ws, seconds = timed(path)
        curves[name] = [float(risk(w, X, sign) - least) for w in ws], seconds
    for name, (above, seconds) in curves.items():
        print(f"{name:20} {len(above):5} steps, {seconds[-1] * 1e3:7.1f} ms, F - min F = {max(above[-1], 0):.1e}")

    last = {name: above[-1] for name, (above, _) in curves.items()}
    assert all(value < 0.1 for value in last.values())
    assert last["momentum"] < last["gradient descent"] and last["Nesterov"] < last["gradient descent"]
    assert last["Newton-CG by HVP"] < 1e-12 and len(curves["Newton-CG by HVP"][0]) < 20
    plot(to, curves)


if __name__ == "__main__":
    main()
