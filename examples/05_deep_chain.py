"""Row 5: the chain f_n(... f_2(f_1(x))), of any depth: dx_n/dx_0 is the product of all dx_i/dx_{i-1}.

The chain is a loop over a list of matrices and a helper function. The generated code runs the same loop backwards, and
never multiplies two Jacobians: it takes a vector through one factor after the other, from the left. So its cost is that
of the chain itself, n d² instead of n d³.

Look at: the loop that runs backwards, and `dx`, which is all that it carries.

    python examples/05_deep_chain.py [--output DIR] [--quick]
"""

from __future__ import annotations

import time

import numpy as np
from lecture import options, panels, save
from sklearn.datasets import load_digits
from tqdm import tqdm

from s2sgrad import grad, jacobian


def layer(A, x):
    """One link of the chain."""
    return np.tanh(A @ x)


def chain(x, As):
    """x_n, summed: a scalar, so that its derivative is a gradient."""
    for A in As:
        x = layer(A, x)
    return x.sum()


def written_out(x):
    """A chain of other functions, three deep."""
    return np.log(np.cosh(np.sin(x)))


def factors(x: np.ndarray, As: list[np.ndarray]) -> list[np.ndarray]:
    """Each Jacobian dx_i/dx_{i-1}, by forward or reverse mode over one link."""
    found = []
    for A in As:
        found.append(jacobian(layer, "x")(A, x))
        x = layer(A, x)
    return found


def product(Js: list[np.ndarray]) -> np.ndarray:
    """dx_n/dx_0, as the formula says: one matrix after the other, the last on the left."""
    total = np.eye(Js[0].shape[1])
    for J in Js:
        total = J @ total
    return total


def seconds(f, *args) -> float:
    """The shortest of five runs."""
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        f(*args)
        best = min(best, time.perf_counter() - start)
    return best


def random_links(depth: int, size: int, seed: int = 0) -> list[np.ndarray]:
    """Matrices that keep the size of what they are given, about."""
    return list(np.random.default_rng(seed).normal(size=(depth, size, size)) / np.sqrt(size))


def main(arguments: list[str] | None = None) -> None:
    """Print the gradient, compare it with the product of all factors, and time both."""
    to = options(__doc__, arguments)
    x = load_digits().data[0] / 16
    print(grad(written_out).source_for(0.5))
    print(grad(chain).source_for(x, random_links(2, 64)))

    figure, (left, right) = panels(1, 2)
    depths, sizes = ([1, 3, 10], [32, 64, 128]) if to.quick else ([1, 3, 10, 30, 100], [32, 64, 128, 256, 512])
    compare(left, "n", depths, [(x, random_links(depth, 64)) for depth in depths])
    left.set(xlabel="links n", title="64 numbers wide: both are linear in the depth")
    compare(right, "d", sizes, [(np.resize(x, size), random_links(5, size)) for size in sizes])
    right.set(xlabel="width d", title="5 links: vectors cost n d², matrices n d³")
    save(figure, to, __file__)


def compare(axes, letter: str, sizes: list[int], chains: list[tuple[np.ndarray, list[np.ndarray]]]) -> None:
    """The gradient equals the product of all factors; the time of both is plotted."""
    gradient, reverse, matrices = grad(chain), [], []
    for x, As in tqdm(chains, desc="chains"):
        Js = factors(x, As)
        by_the_formula = np.ones(len(x)) @ product(Js)
        assert np.allclose(gradient(x, As), by_the_formula, rtol=1e-8, atol=1e-10 * np.abs(by_the_formula).max())
        reverse.append(seconds(gradient, x, As) * 1e3)
        matrices.append(seconds(product, Js) * 1e3)
    print(f"{letter} = {sizes[-1]}: gradient {reverse[-1]:.2f} ms, product of its Jacobians {matrices[-1]:.2f} ms")
    axes.loglog(sizes, reverse, "o-", label="generated gradient, both ways")
    axes.loglog(sizes, matrices, "s--", label="product of the Jacobians alone")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set_xticks([], minor=True)
    axes.set(ylabel="milliseconds")
    axes.legend()


if __name__ == "__main__":
    main()
