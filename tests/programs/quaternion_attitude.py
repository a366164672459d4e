"""Attitude from a gyroscope with a bias, by a class of quaternions with operators and methods in a row."""

import math

import numpy as np


class Quaternion:
    """Unit quaternion, scalar first."""

    def __init__(self, w, x, y, z):
        self.w = w
        self.x = x
        self.y = y
        self.z = z

    @classmethod
    def from_axis_angle(cls, axis, angle):
        s = math.sin(angle / 2)
        return cls(math.cos(angle / 2), axis[0] * s, axis[1] * s, axis[2] * s)

    def __mul__(self, other):
        w = self.w * other.w - self.x * other.x - self.y * other.y - self.z * other.z
        x = self.w * other.x + self.x * other.w + self.y * other.z - self.z * other.y
        y = self.w * other.y - self.x * other.z + self.y * other.w + self.z * other.x
        z = self.w * other.z + self.x * other.y - self.y * other.x + self.z * other.w
        return Quaternion(w, x, y, z)

    def norm(self):
        return math.sqrt(self.w**2 + self.x**2 + self.y**2 + self.z**2)

    def normalized(self):
        n = self.norm()
        return Quaternion(self.w / n, self.x / n, self.y / n, self.z / n)

    def conjugate(self):
        return Quaternion(self.w, -self.x, -self.y, -self.z)

    def rotate(self, v):
        p = Quaternion(0.0, v[0], v[1], v[2])
        r = self * p * self.conjugate()
        return np.array([r.x, r.y, r.z])


def attitude_error(gyro_bias, dt, measurements):
    q = Quaternion(1.0, 0.0, 0.0, 0.0)
    gravity = np.array([0.0, 0.0, 1.0])
    error = 0.0
    for k in range(len(measurements)):
        omega = np.array([0.3, 0.1 * k, -0.2]) - gyro_bias
        rate = np.linalg.norm(omega)
        if rate > 1e-8:
            dq = Quaternion.from_axis_angle(omega / rate, rate * dt)
            q = (q * dq).normalized()
        predicted = q.conjugate().rotate(gravity)
        error += np.sum((measurements[k] - predicted) ** 2)
    return error


PROGRAM = attitude_error
WRT = ("gyro_bias",)


def args():
    measurements = np.array([[0.0, 0.1, 1.0], [0.2, 0.0, 0.9], [0.1, 0.3, 0.8]])
    return np.array([0.1, -0.2, 0.3]), 0.05, measurements
