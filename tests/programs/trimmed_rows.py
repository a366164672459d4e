"""A robust mean: rows with missing or extreme entries are passed over, and the sum stops at a budget."""

import numpy as np


def robust_score(rows, center, budget):
    total = 0.0
    used = 0
    for row in rows:
        if np.isnan(row).any():
            continue
        d = row - center
        distance = np.sqrt(np.sum(d**2))
        if distance > 3.0:
            continue
        total += distance / (1.0 + distance)
        used += 1
        if used == budget:
            break
    return total / max(used, 1)


PROGRAM = robust_score
WRT = ("center",)


def args():
    rows = np.random.default_rng(2).normal(size=(7, 3))
    rows[1, 2] = np.nan
    rows[3] = 9.0
    return rows, np.array([0.1, -0.3, 0.2]), 4
