"""A helper that is called twice: a forward and a backward function."""

# The generated text keeps the names that the user gave to a helper's results.
# ruff: noqa: RUF059

import numpy as np


def spring_energy(p, q, stiffness, rest):
    gap = q - p
    length = np.sqrt((gap ** 2).sum())
    return 0.5 * stiffness * (length - rest) ** 2


def chain_energy(points, anchor, stiffness, rest):
    energy = spring_energy(anchor, points[0], stiffness, rest)
    for i in range(1, len(points)):
        energy += spring_energy(points[i - 1], points[i], stiffness, rest)
    return energy


WRT = ("points", "stiffness", "rest")


def args():
    rng = np.random.default_rng(13)
    return rng.normal(size=(5, 2)), np.array([3.0, -1.0]), 1.5, 0.8


# What s2sgrad generates:


def forward_spring_energy(p, q, stiffness, rest):
    """Value of spring_energy, and what its pullback reads."""
    gap = q - p
    length = np.sqrt((gap ** 2).sum())
    prod = 0.5 * stiffness * (length - rest) ** 2
    return prod, (stiffness, rest, gap, length)


def backward_spring_energy(saved, dout):
    """Pull dout back through spring_energy to p, q, stiffness, rest."""
    stiffness, rest, gap, length = saved

    # return 0.5 * stiffness * (length - rest) ** 2
    diff = length - rest
    ddiff = dout * stiffness * diff
    dstiffness = 0.5 * dout * diff ** 2
    dlength = ddiff
    drest = -ddiff

    # length = np.sqrt((gap ** 2).sum())
    dgap = dlength * gap / length

    # gap = q - p
    dq = dgap
    dp = -dgap
    return dp, dq, dstiffness, drest


def forward_spring_energy2(p, q, stiffness, rest):
    """Value of spring_energy, and what its pullback reads."""
    gap = q - p
    length = np.sqrt((gap ** 2).sum())
    prod = 0.5 * stiffness * (length - rest) ** 2
    return prod, (stiffness, rest, gap, length)


def backward_spring_energy2(saved, dout):
    """Pull dout back through spring_energy to q, stiffness, rest."""
    stiffness, rest, gap, length = saved

    # return 0.5 * stiffness * (length - rest) ** 2
    diff = length - rest
    ddiff = dout * stiffness * diff
    dstiffness = 0.5 * dout * diff ** 2
    dlength = ddiff
    drest = -ddiff

    # length = np.sqrt((gap ** 2).sum())
    dgap = dlength * gap / length

    # gap = q - p
    dq = dgap
    return dq, dstiffness, drest


def grad_chain_energy(points, anchor, stiffness, rest):
    """Gradient of chain_energy with respect to points, stiffness, rest."""
    energy, saved_spring_energy2 = forward_spring_energy2(
        anchor, points[0], stiffness, rest)
    saved_spring_energy_stack = []
    for i in range(1, len(points)):
        spring_energy_points, saved_spring_energy = forward_spring_energy(
            points[i - 1], points[i], stiffness, rest)
        saved_spring_energy_stack.append(saved_spring_energy)

    dpoints = np.zeros_like(points)
    dstiffness = 0.0
    drest = 0.0
    for i in reversed(range(1, len(points))):
        # energy += spring_energy(points[i - 1], points[i], stiffness, rest)
        saved_spring_energy = saved_spring_energy_stack.pop()
        dp, dq, dstiffness2, drest2 = backward_spring_energy(
            saved_spring_energy, 1.0)
        dpoints[i - 1] += dp
        dpoints[i] += dq
        dstiffness += dstiffness2
        drest += drest2

    # energy = spring_energy(anchor, points[0], stiffness, rest)
    dq2, dstiffness3, drest3 = backward_spring_energy2(
        saved_spring_energy2, 1.0)
    dpoints[0] += dq2
    dstiffness += dstiffness3
    drest += drest3
    return dpoints, dstiffness, drest
