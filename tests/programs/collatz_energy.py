"""A sequence of integers decides what is done to a number."""

import math


def energy(x, n):
    total = 0.0
    while n != 1:
        if n % 2 == 0:
            n //= 2
            x = 0.9 * x
            continue
        n = 3 * n + 1
        x = math.sin(x) + 0.1
        total += x * x
    return total + x


PROGRAM = energy
WRT = ("x",)


def args():
    return 1.3, 7
