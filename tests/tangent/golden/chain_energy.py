import numpy as np


def jvp_spring_energy(p, q, stiffness, rest, q_dot, stiffness_dot, rest_dot):
    """Value of spring_energy, and its derivative along q_dot, stiffness_dot, rest_dot."""
    gap = q - p
    gap_dot = q_dot
    length = np.sqrt((gap ** 2).sum())
    length_dot = (gap * gap_dot).sum() / length
    diff = length - rest
    prod_dot = stiffness * diff * (length_dot - rest_dot)
    out_dot = 0.5 * stiffness_dot * diff ** 2 + prod_dot
    return 0.5 * stiffness * diff ** 2, out_dot


def jvp_spring_energy2(p, q, stiffness, rest, p_dot, q_dot, stiffness_dot,
    rest_dot):
    """Value of spring_energy, and its derivative along p_dot, q_dot, stiffness_dot, rest_dot."""
    gap = q - p
    gap_dot = q_dot - p_dot
    length = np.sqrt((gap ** 2).sum())
    length_dot = (gap * gap_dot).sum() / length
    diff = length - rest
    prod_dot = stiffness * diff * (length_dot - rest_dot)
    out_dot = 0.5 * stiffness_dot * diff ** 2 + prod_dot
    return 0.5 * stiffness * diff ** 2, out_dot


def jvp_chain_energy(points, anchor, stiffness, rest, points_dot,
    stiffness_dot, rest_dot):
    """Value of chain_energy, and its derivative along points_dot, stiffness_dot, rest_dot."""
    energy, energy_dot = jvp_spring_energy(anchor, points[0], stiffness, rest,
        points_dot[0], stiffness_dot, rest_dot)
    for i in range(1, len(points)):
        item_points_dot = points_dot[i - 1]
        spring_energy_points, spring_energy_points_dot = jvp_spring_energy2(
            points[i - 1], points[i], stiffness, rest, item_points_dot,
            points_dot[i], stiffness_dot, rest_dot)
        energy += spring_energy_points
        energy_dot += spring_energy_points_dot
    return energy, energy_dot
