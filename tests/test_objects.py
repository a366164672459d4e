"""Objects whose ``__init__`` computes, methods that change them, ``super()``, and lists of objects."""

from dataclasses import dataclass

import numpy as np
import pytest

from s2sgrad import grad
from tests.differences import check, refused

x = np.array([0.5, -0.7, 1.1])
params = [(np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.6], [0.7, 0.2, -0.1]]), x * 0.3),
          (np.array([[-0.3, 0.6, 0.2], [0.5, -0.1, 0.3], [0.2, -0.8, 0.4]]), x + 0.1)]  # fmt: skip


class Springs:
    scale = 2.0

    def __init__(self, position, velocity, stiffness=1.5):
        self.position = position.copy()
        self.velocity = velocity * stiffness
        self.stiffness = stiffness
        self.count = len(position)
        self.force = self.forces()

    def forces(self):
        return -self.stiffness * self.position**3

    def step(self, dt):
        self.velocity += dt * self.force
        self.position += dt * self.velocity
        self.force = self.forces()

    def run(self, n, dt):
        for _ in range(n):
            self.step(dt)

    @property
    def energy(self):
        return self.scale * (self.velocity**2).sum()


def steps(x, k):
    springs = Springs(x, 2 * x, k)
    springs.step(0.1)
    springs.step(0.1)
    return (springs.position**2).sum() + springs.energy * springs.count


def steps_in_a_loop(x, k):
    springs = Springs(x, x**2, stiffness=k)
    springs.run(3, 0.1)
    return (springs.position**2).sum() + springs.energy


def made_by_a_helper(x, k):
    springs = started(x, k)
    return score(springs, k) + springs.energy


def started(x, k):
    springs = Springs(x, x + 1.0, k)
    springs.step(0.2)
    return springs


def score(springs, k):
    return k * (springs.position**2).sum()


class Scale:
    def __init__(self, w):
        self.w = np.exp(w)

    def __call__(self, x):
        return self.w * x


def called_at_once(x, k):
    return Scale(k)(x).sum() * Scale(2 * k)(x)[0]


class Base:
    def __init__(self, a):
        self.a = a

    def of(self, x):
        return self.a * x


class Middle(Base):
    def of(self, x):
        return np.sin(super().of(x))


class Top(Middle):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b

    def of(self, x):
        return super().of(x) + self.b


def above(x, k):
    return Top(k, x).of(x).sum()


class Adam:
    def __init__(self, params, rate):
        self.rate = rate
        self.m = {k: np.zeros_like(v) for k, v in params.items()}
        self.t = 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = 0.9 * self.m[k] + 0.1 * grads[k]
            params[k] = params[k] - self.rate * self.m[k] / (1 - 0.9**self.t)
        return params


def dicts_inside(x, k):
    p = {"a": x * 1.0, "b": x**2}
    adam = Adam(p, k)
    for _ in range(2):
        p = adam.update(p, {name: 2 * v for name, v in p.items()})
    return sum((v**2).sum() for v in p.values())


class Recorder:
    def __init__(self):
        self.total, self.seen = 0.0, []

    def add(self, v):
        self.total += v
        self.seen.append(v)


def recorded(x, k):
    recorder = Recorder()
    for v in x:
        recorder.add(k * v**2)
    return recorder.total * recorder.seen[1] + sum(recorder.seen)


class Average:
    def __init__(self, weight):
        self.weight, self.calls = weight, 0

    def __call__(self, v):
        self.calls += 1
        return self.weight * v / self.calls


def changed_by_being_called(x, k):
    average = Average(k)
    total = 0.0
    for v in x:
        total += average(v)
    return total + average.calls


RIGHT = [
    changed_by_being_called,
    steps, steps_in_a_loop, made_by_a_helper, called_at_once, above, dicts_inside, recorded,
]  # fmt: skip


@pytest.mark.parametrize("program", RIGHT, ids=lambda f: f.__name__)
def test_made_by_init(program):
    check(program, x, 0.7)


def test_the_text_reads_as_variables():
    text = grad(steps_in_a_loop).source_for(x, 0.7)
    assert "springs_velocity += 0.1 * springs_force" in text and "object.__new__" not in text


class Left(Base):
    def of(self, x):
        return 2 * super().of(x)


class Right(Base):
    def of(self, x):
        return 3 * super().of(x)


class Both(Left, Right):
    pass


def diamond(x, k):
    return Both(k).of(x).sum()


def test_super_with_several_bases():
    refused(diamond, x, 0.7, match="which method `super")


# ---- lists of objects ----


@dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray

    def __call__(self, x):
        return np.tanh(x @ self.W + self.b)

    def decay(self):
        return (self.W**2).sum()


def comprehended(params, x):
    layers = [Layer(W, b) for W, b in params]
    for layer in layers:
        x = layer(x)
    return (x**2).sum() + layers[-1].b[0] * layers[0].decay()


def numbered(params, x):
    layers = []
    for W, b in params:
        layers.append(Layer(2 * W, b + x))
    total = 0.0
    for i, layer in enumerate(layers[1:]):
        total = total + (i + 1) * layer(x).sum()
    for first, second in zip(reversed(layers), layers):
        total = total + (first.b * second.b).sum() * first.decay()
    return total + sum(layer.decay() for layer in layers)


def dicts_in_a_list(params, x):
    seen = []
    for W, b in params:
        seen.append({"W": W * 2, "b": b + x})
    for entry in seen[::-1]:
        x = x + entry["W"] @ entry["b"]
    return seen[-1]["b"].sum() + x.sum()


def made_in_a_helper(params, x):
    first, rows = trajectory(params, x)
    return sum((row.b * first).sum() + row.decay() for row in rows)


def trajectory(params, x):
    rows, state = [], Layer(np.outer(x, x), x)
    for W, b in params:
        state = Layer(W @ state.W, b * state.b)
        rows.append(state)
    return rows[0].b, rows[::-1]


IN_LISTS = [comprehended, numbered, dicts_in_a_list, made_in_a_helper]


@pytest.mark.parametrize("program", IN_LISTS, ids=lambda f: f.__name__)
def test_lists_of_objects(program):
    check(program, params, x)


def changed_in_the_list(params, x):
    layers = [Layer(W, b) for W, b in params]
    for layer in layers:
        layer.b = layer.b * x
    return sum(layer.b.sum() for layer in layers)


def test_objects_that_are_changed_in_a_list():
    refused(changed_in_the_list, params, x)
