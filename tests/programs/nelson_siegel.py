"""A yield curve after Nelson and Siegel, and the sum of squared pricing errors of coupon bonds."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Curve:
    beta0: float
    beta1: float
    beta2: float
    tau: float

    def rate(self, t):
        x = t / self.tau
        decay = (1 - np.exp(-x)) / x
        return self.beta0 + self.beta1 * decay + self.beta2 * (decay - np.exp(-x))

    def discount(self, t):
        return np.exp(-self.rate(t) * t)


def bond_price(curve, coupon, maturity, frequency=2):
    price = 0.0
    n = int(round(maturity * frequency))  # noqa: RUF046
    for k in range(1, n + 1):
        t = k / frequency
        cash = coupon / frequency + (100.0 if k == n else 0.0)
        price += cash * curve.discount(t)
    return price


def pricing_error(curve, bonds):
    total = 0.0
    for coupon, maturity, market in bonds:
        model = bond_price(curve, coupon, maturity)
        total += (model - market) ** 2 / maturity
    return total


PROGRAM = pricing_error
WRT = "curve"


def args():
    bonds = [(2.0, 1.0, 99.1), (3.0, 2.0, 100.4), (4.0, 5.0, 103.0), (5.0, 10.0, 110.2)]
    return Curve(0.04, -0.02, 0.01, 1.7), bonds
