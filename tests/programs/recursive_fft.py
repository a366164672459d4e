"""The power spectrum of a signal by a recursive FFT, on real and imaginary parts."""

import numpy as np


def fft(re, im):
    n = len(re)
    if n == 1:
        return re, im
    even_re, even_im = fft(re[::2], im[::2])
    odd_re, odd_im = fft(re[1::2], im[1::2])
    angle = -2.0 * np.pi * np.arange(n // 2) / n
    c, s = np.cos(angle), np.sin(angle)
    t_re = c * odd_re - s * odd_im
    t_im = c * odd_im + s * odd_re
    return np.concatenate([even_re + t_re, even_re - t_re]), np.concatenate([even_im + t_im, even_im - t_im])


def spectral_flatness(signal, window):
    x = signal * window
    re, im = fft(x, np.zeros(len(x)))
    power = re**2 + im**2 + 1e-3
    return np.exp(np.mean(np.log(power))) / np.mean(power)


PROGRAM = spectral_flatness
WRT = ("signal", "window")


def args():
    rng = np.random.default_rng(2)
    return rng.normal(size=8), np.hanning(8) + 0.1
