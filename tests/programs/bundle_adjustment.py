"""Reprojection error of bundle adjustment: Rodrigues' rotation, cross products, radial distortion."""

import numpy as np


def rodrigues(rot, x):
    theta2 = rot @ rot
    if theta2 > 1e-12:
        theta = np.sqrt(theta2)
        w = rot / theta
        w_cross_x = np.array([w[1] * x[2] - w[2] * x[1], w[2] * x[0] - w[0] * x[2], w[0] * x[1] - w[1] * x[0]])
        tmp = (w @ x) * (1 - np.cos(theta))
        return x * np.cos(theta) + w_cross_x * np.sin(theta) + w * tmp
    return x + np.array([rot[1] * x[2] - rot[2] * x[1], rot[2] * x[0] - rot[0] * x[2], rot[0] * x[1] - rot[1] * x[0]])


def project(cam, X):
    Xcam = rodrigues(cam[0:3], X - cam[3:6])
    proj = Xcam[0:2] / Xcam[2]
    r2 = proj @ proj
    L = 1 + cam[9] * r2 + cam[10] * r2 * r2
    return cam[6] * L * proj + cam[7:9]


def reprojection_error(cams, X, w, obs, feats):
    total = 0.0
    for k in range(len(feats)):
        c, p = obs[k]
        err = w[k] * (project(cams[c], X[p]) - feats[k])
        total += err @ err
    return total


PROGRAM = reprojection_error
WRT = ("cams", "X", "w", "feats")


def args():
    rng = np.random.default_rng(33)
    obs = [(0, 0), (1, 0), (1, 2), (0, 1)]
    cams = 0.3 * rng.normal(size=(2, 11))
    return cams, rng.normal(size=(3, 3)) + np.array([0.0, 0.0, 4.0]), np.ones(4), obs, rng.normal(size=(4, 2))
