"""Functions whose pages are looked at: lists of weights, a stencil in place, an early return, a helper with a pair."""

import numpy as np

from s2sgrad import grad


def network(Ws, bs, x, y):
    """</script><b>: a text that tries to leave its place."""
    h = x
    for W, b in zip(Ws, bs):
        a = h @ W + b
        h = np.tanh(a)
    label = "</script><b>&amp;"
    return ((h - y) ** 2).sum() / len(label)


def heat(u0, alpha, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2]) * u[1:-1]
    return (u ** 2).sum()


def huber(r, delta):
    size = np.sqrt((r ** 2).sum())
    if size <= delta:
        return 0.5 * size ** 2
    return delta * (size - 0.5 * delta)


def spring_energy(p, q, stiffness):
    total = 0.0
    for axis in range(3):
        total += (q[axis] - p[axis]) ** 2
    return 0.5 * stiffness * (np.sqrt(total) - 1.0) ** 2


def chain_energy(points, anchor, stiffness):
    energy = spring_energy(anchor, points[0], stiffness)
    for i in range(1, len(points)):
        energy += spring_energy(points[i - 1], points[i], stiffness)
    return energy


def arguments():
    rng = np.random.default_rng(0)
    return {
        "network": ([rng.normal(size=(3, 4)), rng.normal(size=(4, 2))], [np.ones(4), np.ones(2)], np.ones((5, 3)), 0.5),
        "heat": (rng.normal(size=9), 0.1, 4),
        "huber": (rng.normal(size=4), 1.0),
        "chain_energy": (rng.normal(size=(4, 3)), np.zeros(3), 2.0),
    }


DERIVATIVES = {
    "network": grad(network, ("Ws", "bs")),
    "heat": grad(heat, ("u0", "alpha")),
    "huber": grad(huber, ("r", "delta")),
    "chain_energy": grad(chain_energy, ("points", "stiffness")),
}


def written(name, folder, file="page.html"):
    """The path of the page of one of these functions."""
    path = folder / file
    DERIVATIVES[name].explain(path, *arguments()[name])
    return path


def line_of(function, text):
    """The line of the file at which the text of a function has this."""
    code = function.__code__
    lines = open(code.co_filename, encoding="utf-8").read().split("\n")
    return next(n for n, line in enumerate(lines, 1) if n >= code.co_firstlineno and text in line)
