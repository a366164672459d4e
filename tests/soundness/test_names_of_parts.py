"""A variable that is called as a part of another one is called in the gradient: each has an adjoint of its own."""

import numpy as np

from s2sgrad import grad
from tests.differences import check
from tests.promises import same_numbers


def exchanged(p):
    p_0 = p[1] * 2
    p_1 = p[0] * 3
    return p_0 * p_0 * p_1


def of_a_dict(params, W):
    params_W = np.tanh(W) * params["W"]
    W = params_W * 2
    return (params_W * W).sum() + params["W"].sum()


def test_a_variable_and_a_part():
    check(exchanged, (2.0, 5.0))
    check(of_a_dict, {"W": np.array([1.0, 2.0])}, np.array([0.5, -0.3]))


def two(omega, theta):
    s = np.sin(theta)
    omega = omega - 0.5 * s
    return omega, theta + 0.05 * omega


def test_second_derivatives_of_a_helper_with_two_results():
    x, y, a = np.array([0.3, -0.8]), np.array([1.1, 0.4]), np.array([0.7, -1.3])

    def f(theta, omega):
        omega, theta = two(omega, theta)
        return (theta**2 + omega**2).sum()

    def plain(theta, omega):
        omega = omega - 0.5 * np.sin(theta)
        theta = theta + 0.05 * omega
        return (theta**2 + omega**2).sum()

    def again(g):
        return grad(lambda t, o: (g(t, o)[0] * a).sum() + (g(t, o)[1] * a).sum(), (0, 1))(x, y)

    same_numbers(again(grad(f, (0, 1))), again(grad(plain, (0, 1))), 1e-13, "second derivatives")
