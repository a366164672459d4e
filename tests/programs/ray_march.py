"""Sphere tracing: march along a ray until a surface is met, return early when it is."""

import numpy as np


def distance(p, centers, radii):
    d = np.sqrt(np.sum((centers - p) ** 2, axis=1)) - radii
    return np.min(d)


def shade(origin, direction, centers, radii, light):
    t = 0.0
    for _ in range(60):
        p = origin + t * direction
        d = distance(p, centers, radii)
        if d < 1e-6:
            nearest = np.argmin(np.sqrt(np.sum((centers - p) ** 2, axis=1)) - radii)
            normal = (p - centers[nearest]) / radii[nearest]
            brightness = normal @ light
            if brightness < 0:
                return 0.05
            return 0.05 + brightness
        if t > 20.0:
            return 0.0
        t = t + d
    return 0.0


PROGRAM = shade
WRT = ("origin", "centers", "radii", "light")


def args():
    direction = np.array([0.0, 0.1, 1.0])
    centers = np.array([[0.2, 0.1, 4.0], [1.5, 0.0, 5.0]])
    light = np.array([0.3, 0.4, -0.8])
    return np.zeros(3), direction / np.linalg.norm(direction), centers, np.array([1.0, 0.8]), light
