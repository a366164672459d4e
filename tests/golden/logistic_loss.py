"""log(1 + exp(-x)), the worked example of the lecture."""

import numpy as np


def logistic_loss(x):
    return np.log(1 + np.exp(-x))


WRT = "x"


def args():
    return (0.7,)
