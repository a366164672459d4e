"""American put by a binomial tree (Cox-Ross-Rubinstein), in the array form that is usual in NumPy."""

from collections import namedtuple

import numpy as np

Market = namedtuple("Market", "spot rate vol")


def american_put(market, strike, maturity, steps=12):
    S, r, sigma = market
    dt = maturity / steps
    u = np.exp(sigma * np.sqrt(dt))
    d = 1 / u
    p = (np.exp(r * dt) - d) / (u - d)
    disc = np.exp(-r * dt)
    j = np.arange(steps + 1)
    prices = S * u ** (steps - j) * d**j
    values = np.maximum(strike - prices, 0)
    for i in range(steps - 1, -1, -1):
        prices = prices[:-1] / u
        values = disc * (p * values[:-1] + (1 - p) * values[1:])
        values = np.maximum(values, strike - prices)
    return values[0]


def hedge_error(market, strikes, target):
    total = 0.0
    for K, t in zip(strikes, target):
        total += (american_put(market, K, 0.75) - t) ** 2
    return total / len(strikes)


PROGRAM = hedge_error
WRT = ("market", "strikes")


def args():
    return Market(36.0, 0.06, 0.3), np.array([35.1, 40.2, 42.3]), np.array([3.0, 5.0, 7.0])
