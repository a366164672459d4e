"""A low-pass filter whose cutoff is fitted: the signal goes to the spectrum and back."""

import numpy as np


def distance(signal, cutoff, target):
    frequency = np.fft.rfftfreq(len(signal))
    gain = 1 / (1 + (frequency / cutoff) ** 4)
    smooth = np.fft.irfft(gain * np.fft.rfft(signal), len(signal))
    return ((smooth - target) ** 2).mean()


PROGRAM = distance
WRT = ("signal", "cutoff", "target")


def args():
    rng = np.random.default_rng(3)
    return rng.normal(size=9), 0.2, rng.normal(size=9)
