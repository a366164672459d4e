"""Black-Scholes prices of a book of options, and the squared error against quotes."""

import numpy as np


def norm_cdf(x):
    # Abramowitz and Stegun 26.2.17
    k = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi) * poly
    return np.where(x >= 0, 1.0 - tail, tail)


def price(S, K, T, r, sigma):
    sqrt_T = np.sqrt(T)
    d1 = (np.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * sqrt_T)
    d2 = d1 - sigma * sqrt_T
    return S * norm_cdf(d1) - K * np.exp(-r * T) * norm_cdf(d2)


def calibration_error(S, K, T, r, sigma, quotes):
    error = price(S, K, T, r, sigma) - quotes
    return 0.5 * np.mean(error**2)


PROGRAM = calibration_error
WRT = ("S", "K", "T", "r", "sigma")


def args():
    return 100.0, np.array([80.0, 95.0, 107.0, 120.0]), np.array([0.5, 1.0, 1.5, 2.0]), 0.03, 0.25, np.full(4, 9.0)
