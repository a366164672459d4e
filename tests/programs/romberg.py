"""Romberg integration of a parametrised integrand, the table a list of lists."""

import math


def integrand(x, a, b):
    return math.exp(-a * x * x) * math.cos(b * x)


def romberg(a, b, lower, upper, levels):
    h = upper - lower
    table = [[0.5 * h * (integrand(lower, a, b) + integrand(upper, a, b))]]
    for i in range(1, levels):
        h = h / 2
        midpoints = sum(integrand(lower + (2 * k - 1) * h, a, b) for k in range(1, 2 ** (i - 1) + 1))
        row = [0.5 * table[i - 1][0] + h * midpoints]
        for j in range(1, i + 1):
            row.append(row[j - 1] + (row[j - 1] - table[i - 1][j - 1]) / (4**j - 1))
        table.append(row)
    return table[-1][-1]


PROGRAM = romberg
WRT = ("a", "b", "upper")


def args():
    return 0.7, 1.3, 0.0, 1.5, 5
