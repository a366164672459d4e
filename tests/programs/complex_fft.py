"""How far the spectrum of a signal, by a recursive FFT of complex arrays, is from one that was measured."""

import numpy as np


def fft(a):
    n = len(a)
    if n == 1:
        return a
    even = fft(a[0::2])
    odd = fft(a[1::2])
    turned = np.exp(-2j * np.pi * np.arange(n // 2) / n) * odd
    return np.concatenate((even + turned, even - turned))


def misfit(signal, measured):
    difference = fft(signal + 0j) - measured
    return (np.abs(difference) ** 2).sum()


PROGRAM = misfit
WRT = ("signal", "measured")


def args():
    rng = np.random.default_rng(2)
    return rng.normal(size=8), rng.normal(size=8) + 1j * rng.normal(size=8)
