"""The pullback of a complex sum, with a helper that turns a phase."""

import numpy as np


def turned(phase, z):
    return np.exp(1j * phase) * z


def superposition(phase, z, w):
    return turned(phase, z) + turned(2 * phase, w)


MODE = "vjp"
WRT = ("phase", "z", "w")


def args():
    rng = np.random.default_rng(7)
    z, w = rng.normal(size=(2, 4)) + 1j * rng.normal(size=(2, 4))
    return 0.3, z, w


# What s2sgrad generates:


def forward_superposition(phase, z, w):
    """Value of superposition, and what its pullback reads."""
    turned_phase = 2 * phase
    exp_prod = np.exp(1j * phase)
    exp_prod2 = np.exp(1j * turned_phase)
    total = exp_prod * z + exp_prod2 * w
    return total, (z.copy(), w.copy(), exp_prod, exp_prod2)


def backward_superposition(saved, dout):
    """Pull dout back through superposition to phase, z, w."""
    z, w, exp_prod, exp_prod2 = saved

    # return turned(phase, z) + turned(2 * phase, w)
    dphase = ((dout * np.conj(z)).sum() * np.conj(exp_prod)).imag
    dz = dout * np.conj(exp_prod)
    dturned_phase = ((dout * np.conj(w)).sum() * np.conj(exp_prod2)).imag
    dw = dout * np.conj(exp_prod2)
    dphase += 2 * dturned_phase
    return dphase, dz, dw
