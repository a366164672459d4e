"""Adaptive Simpson quadrature by recursion, of a density with parameters."""

import math


def density(x, mu, sigma):
    return math.exp(-0.5 * ((x - mu) / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))


def simpson(a, fa, b, fb, m, fm, whole, eps, depth, mu, sigma):
    left, right = 0.5 * (a + m), 0.5 * (m + b)
    fl, fr = density(left, mu, sigma), density(right, mu, sigma)
    first = (m - a) / 6.0 * (fa + 4.0 * fl + fm)
    second = (b - m) / 6.0 * (fm + 4.0 * fr + fb)
    delta = first + second - whole
    if depth <= 0 or abs(delta) <= 15.0 * eps:
        return first + second + delta / 15.0
    lower = simpson(a, fa, m, fm, left, fl, first, eps / 2.0, depth - 1, mu, sigma)
    return lower + simpson(m, fm, b, fb, right, fr, second, eps / 2.0, depth - 1, mu, sigma)


def probability(a, b, mu, sigma):
    m = 0.5 * (a + b)
    fa, fm, fb = density(a, mu, sigma), density(m, mu, sigma), density(b, mu, sigma)
    whole = (b - a) / 6.0 * (fa + 4.0 * fm + fb)
    return simpson(a, fa, b, fb, m, fm, whole, 1e-6, 6, mu, sigma)


PROGRAM = probability
WRT = ("a", "b", "mu", "sigma")


def args():
    return -0.4, 1.1, 0.2, 0.6
