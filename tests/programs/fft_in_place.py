"""Radix-2 FFT in place on real and imaginary parts: bit reversal by exchange, then butterflies."""

import math

import numpy as np


def power_spectrum(re, im, weights):
    re = re.copy()
    im = im.copy()
    n = len(re)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        for _ in range(int(math.log2(n))):
            if j & bit:
                j ^= bit
                bit >>= 1
        j |= bit
        if i < j:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]
    half = 1
    for _ in range(int(math.log2(n))):
        for start in range(0, n, 2 * half):
            for k in range(half):
                wr = math.cos(-math.pi * k / half)
                wi = math.sin(-math.pi * k / half)
                a, b = start + k, start + k + half
                tr = wr * re[b] - wi * im[b]
                ti = wr * im[b] + wi * re[b]
                re[b] = re[a] - tr
                im[b] = im[a] - ti
                re[a] += tr
                im[a] += ti
        half *= 2
    return np.sum(weights * (re**2 + im**2))


PROGRAM = power_spectrum
WRT = ("re", "im", "weights")


def args():
    rng = np.random.default_rng(6)
    return rng.normal(size=8), rng.normal(size=8), rng.normal(size=8)
