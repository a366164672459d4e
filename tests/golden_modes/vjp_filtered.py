"""The pullback of a filter in the frequency domain."""

import numpy as np


def filtered(x, gain):
    F = np.fft.fft(x) * gain
    return np.fft.ifft(F)


MODE = "vjp"
WRT = ("x", "gain")


def args():
    rng = np.random.default_rng(8)
    x, gain = rng.normal(size=(2, 5)) + 1j * rng.normal(size=(2, 5))
    return x, gain


# What s2sgrad generates:


def forward_filtered(x, gain):
    """Value of filtered, and what its pullback reads."""
    fft_x = np.fft.fft(x)
    F = fft_x * gain
    return np.fft.ifft(F), (gain.copy(), fft_x)


def backward_filtered(saved, dout):
    """Pull dout back through filtered to x, gain."""
    gain, fft_x = saved

    # return np.fft.ifft(F)
    dF = np.fft.fft(dout, norm="forward")

    # F = np.fft.fft(x) * gain
    dfft_x = dF * np.conj(gain)
    dx = np.fft.ifft(dfft_x, norm="forward")
    dgain = dF * np.conj(fft_x)
    return dx, dgain
