"""Barnes' objective analysis of scattered observations: successive corrections, a grid of lists of lists."""

import math
from itertools import pairwise, product

import numpy as np


def weight(dx, dy, kappa):
    return math.exp(-(dx * dx + dy * dy) / kappa)


def analyse(stations, values, grid_x, grid_y, kappa, gamma):
    field = [[0.0] * len(grid_x) for _ in grid_y]
    for j, i in product(range(len(grid_y)), range(len(grid_x))):
        top = bottom = 0.0
        for (x, y), v in zip(stations, values):
            w = weight(grid_x[i] - x, grid_y[j] - y, kappa)
            top += w * v
            bottom += w
        field[j][i] = top / bottom
    residuals = []
    for (x, y), v in zip(stations, values):
        i = min(range(len(grid_x)), key=lambda k: abs(grid_x[k] - x))
        j = min(range(len(grid_y)), key=lambda k: abs(grid_y[k] - y))
        residuals.append(v - field[j][i])
    for j, row in enumerate(field):
        for i in range(len(row)):
            top = bottom = 0.0
            for (x, y), r in zip(stations, residuals):
                w = weight(grid_x[i] - x, grid_y[j] - y, gamma * kappa)
                top += w * r
                bottom += w
            field[j][i] += top / bottom
    return field


def roughness(values, kappa, gamma, stations, grid_x, grid_y):
    field = analyse(stations, values, grid_x, grid_y, kappa, gamma)
    total = 0.0
    for upper, lower in pairwise(field):
        for a, b in zip(upper, lower):
            total += (a - b) ** 2
    return total + math.fsum(row[0] for row in field)


PROGRAM = roughness
WRT = ("values", "kappa", "gamma")


def args():
    stations = [(0.1, 0.2), (0.8, 0.4), (0.5, 0.9)]
    return np.array([1.0, 2.0, -1.0]), 0.4, 0.3, stations, [0.0, 0.5, 1.0], [0.0, 0.6, 1.0]
