"""A bootstrap particle filter with fixed systematic resampling; the estimate of the likelihood is differentiated."""

import math

import numpy as np


def systematic_resample(weights, u):
    n = len(weights)
    positions = [(i + u) / n for i in range(n)]
    indexes = []
    cumulative, j = weights[0], 0
    for position in positions:
        while position > cumulative and j < n - 1:
            j += 1
            cumulative += weights[j]
        indexes.append(j)
    return indexes


def log_normal(x, mean, sd):
    return -0.5 * ((x - mean) / sd) ** 2 - math.log(sd) - 0.5 * math.log(2 * math.pi)


def log_likelihood(phi, sigma, tau, observations, noise, ancestors):
    n = noise.shape[1]
    particles = [sigma / math.sqrt(1 - phi**2) * z for z in noise[0]]
    total = 0.0
    for t, y in enumerate(observations):
        log_w = [log_normal(y, x, tau) for x in particles]
        biggest = max(log_w)
        w = [math.exp(v - biggest) for v in log_w]
        mean_w = sum(w) / n
        total += biggest + math.log(mean_w)
        if t + 1 < len(observations):
            particles = [phi * particles[a] + sigma * z for a, z in zip(ancestors[t], noise[t + 1])]
    return total


PROGRAM = log_likelihood
WRT = ("phi", "sigma", "tau")


def args():
    rng = np.random.default_rng(6)
    ancestors = [systematic_resample(list(rng.dirichlet(np.ones(4))), 0.3) for _ in range(3)]
    return 0.8, 0.5, 0.4, [0.1, -0.2, 0.4], rng.normal(size=(3, 4)), ancestors
