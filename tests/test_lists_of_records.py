"""Lists of objects and of dicts that the function changes: each slot in a list of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from s2sgrad import Refusal, grad, value_and_grad
from tests.differences import check

X = np.array([0.3, 0.7])


class Body:
    """A point mass."""

    def __init__(self, pos, vel, mass):
        self.pos = pos
        self.vel = vel
        self.mass = mass

    def kick(self, force, dt):
        self.vel = self.vel + dt * force / self.mass

    def drift(self, dt):
        self.pos += dt * self.vel

    @property
    def energy(self):
        return 0.5 * self.mass * np.dot(self.vel, self.vel)


@dataclass
class Spot:
    """Two values, and a list that each has for itself."""

    q: Any
    p: Any = 0.5
    seen: list = field(default_factory=list)


class Layer:
    """A layer that remembers what it was given."""

    def __init__(self, W, act=np.tanh):
        self.W = W
        self.act = act
        self.cache = None

    def __call__(self, x):
        self.cache = x
        return self.act(self.W * x)


class Deep:
    """Computes when it is made."""

    def __init__(self, w):
        self.w = w
        self.last = np.sin(w)

    def step(self, h):
        self.last = h * self.w + self.last
        return self.last


def attraction(x):
    bodies = [Body(x * (k + 1), np.zeros(2), 1.0 + k) for k in range(3)]
    for _ in range(4):
        for a in bodies:
            force = np.zeros(2)
            for b in bodies:
                if a is b:
                    continue
                d = b.pos - a.pos
                force = force + d * b.mass / (np.dot(d, d) + 0.1) ** 1.5
            a.kick(force, 0.1)
        for a in bodies:
            a.drift(0.1)
    return sum(b.energy for b in bodies)


def springs(x):
    bodies = [Body(x * (k + 1), np.zeros(2), 1.0 + k) for k in range(3)]
    for _ in range(3):
        for i in range(len(bodies)):
            p = bodies[i]
            for j in range(i + 1, len(bodies)):
                q = bodies[j]
                d = q.pos - p.pos
                p.vel = p.vel + 0.1 * d
                q.vel = q.vel - 0.1 * d
        for p in bodies:
            p.drift(0.1)
    return np.sum(bodies[0].pos * bodies[-1].pos)


def remembered(x):
    layers = [Layer(x), Layer(2 * x), Layer(x - 1, np.sin)]
    h = x
    for layer in layers:
        h = layer(h)
    return np.sum(h * layers[1].cache)


def made_by_computing(x):
    deep = [Deep(x * (k + 1)) for k in range(3)]
    h = x
    for d in deep:
        h = d.step(h)
    for i, d in enumerate(deep):
        h = d.step(h) * (i + 1)
    return np.sum(h) + np.sum(deep[1].last)


def beside_others(x):
    spots = [Spot(x * k) for k in range(3)]
    for s, scale in zip(spots, [1.0, 2.0, 3.0]):
        s.q = s.q * scale
        s.p = s.p + np.sum(s.q)
    return np.sum(spots[0].q) + spots[2].p * spots[1].p


def _moved(spots, dt):
    for s in spots:
        s.q = s.q + dt * s.p * s.q


def _total(spots):
    s = 0.0
    for spot in spots:
        s += np.sum(spot.q) * spot.p
    return s


def by_helpers(x):
    spots = [Spot(x * k, k * 1.0) for k in range(3)]
    for _ in range(3):
        _moved(spots, 0.1)
    return _total(spots)


def _pushed(spot, f):
    spot.q = spot.q * f


def given_one_by_one(x):
    spots = [Spot(x + k, k * 1.0) for k in range(3)]
    for s in spots:
        _pushed(s, x)
    _pushed(spots[0], x * x)
    return np.sum(spots[0].q * spots[1].q)


def backwards(x):
    spots = [Spot(x * k, k * 1.0) for k in range(3)]
    for s in reversed(spots):
        s.q *= 2
        x = x + s.q
    return np.sum(np.stack([s.q for s in spots])) + np.sum(x * x)


def anew_in_each_round(x):
    for _ in range(3):
        spots = [Spot(x * k, k * 1.0) for k in range(3)]
        for s in spots:
            s.q = np.tanh(s.q * x)
            x = x + s.q
    return np.sum(x * x)


def grown(x):
    spots = []
    for k in range(3):
        spots.append(Spot(p=0.5, q=np.sin(x * k)))
    for s in spots:
        if np.sum(s.q) > 0.5:
            s.q = s.q * 0.5
        else:
            s.q = s.q + x
    return np.sum(spots[0].q * spots[1].q) + max(s.p for s in spots)


def momentum(x):
    params = [{"w": x, "m": np.zeros(2)}, {"w": 2 * x, "m": np.zeros(2)}]
    for _ in range(3):
        for q in params:
            g = np.cos(q["w"])
            q["m"] = 0.9 * q["m"] + g
            q["w"] = q["w"] - 0.1 * q["m"]
    return sum(np.sum(q["w"] ** 2) for q in params)


def one_after_the_other(x):
    spots = [Spot(x * k, k * 1.0) for k in range(3)]
    s = spots[0]
    s.q = s.q + x
    t = s
    s = spots[1]
    s.q = s.q * x
    t.q = t.q * 3
    return np.sum(spots[0].q * spots[1].q)


def every_pair(x):
    spots = [Spot(x * k, k * 1.0) for k in range(3)]
    for i, a in enumerate(spots):
        for b in spots[i + 1 :]:
            a.q = a.q + 0.1 * b.q
            b.q = b.q - 0.1 * a.q
    return np.sum(spots[0].q * spots[1].q)


def at_an_index(x):
    spots = [Spot(x, 1.0), Spot(2 * x, 2.0)]
    spots[0].q = spots[0].q * 3
    spots[-1].p += np.sum(spots[0].q)
    return np.sum(spots[0].q * spots[1].q) * spots[1].p


def with_a_constant_of_the_class(x):
    class_of = [Cell(x), Cell(2 * x)]
    for c in class_of:
        c.w = c.w * c.gain
    return np.sum(class_of[0].w * class_of[1].w)


def read_by_a_function(x):
    spots = [Spot(x), Spot(2 * x)]

    def total():
        return np.sum(spots[0].q)

    for s in spots:
        s.q = s.q * 3
    return total()


def made_before(x):
    cells = []
    for k in range(3):
        s = Cell(x)
        s.w = s.w * k
        cells.append(s)
    for c in cells:
        c.w = c.w * x
    return np.sum(cells[1].w * cells[2].w)


class Net:
    """Layers that are made one after the other."""

    def __init__(self, weights):
        self.layers = []
        for W in weights:
            self.layers.append(Layer(W))
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        for layer in self.layers:
            x = layer(x)
        return x


def layers_of_a_net(x):
    net = Net([x, 2 * x])
    y = net.forward(net.forward(x))
    return np.sum(y * net.layers[1].cache) * net.calls


def layers_in_a_dict(x):
    net = {"layers": [{"w": x * k, "b": x[0]} for k in range(3)], "scale": 0.5}
    h = x
    for layer in net["layers"]:
        h = np.tanh(layer["w"] * h + layer["b"])
        layer["b"] += 0.1 * np.mean(h)
    net["scale"] = net["scale"] * np.mean(h)
    return np.sum(net["layers"][0]["b"] * net["scale"])


class Simulation:
    """Bodies, and the time."""

    def __init__(self, x):
        self.bodies = [Cell(x), Cell(x * x)]
        self.time = 0.0

    def step(self, dt):
        for b in self.bodies:
            b.w = b.w + dt * np.sin(b.w)
        self.time += dt


def bodies_of_a_simulation(x):
    simulation = Simulation(x)
    for _ in range(5):
        simulation.step(0.1)
    return np.sum(simulation.bodies[0].w * simulation.bodies[1].w) * simulation.time


def one_variable_for_two_lists(x):
    spots = [Spot(s * x) for s in x]
    cells = [Cell(s) for s in (x, 2 * x)]
    for s in cells:
        s.w = s.w * x
    for s in spots:
        s.q = s.q + cells[0].w
        s.p = s.p * np.sum(s.q)
    for s in cells:
        s.w = s.w + spots[0].p
    return sum(np.sum(s.q) for s in spots) + sum(np.sum(s.w) for s in cells)


class Link:
    """Belongs to two items of another list."""

    def __init__(self, i, j):
        self.i, self.j = i, j

    def pull(self, spots):
        a, b = spots[self.i], spots[self.j]
        d = b.q - a.q
        a.q += 0.1 * d
        b.q -= 0.1 * d * a.p


def methods_of_others(x):
    spots = [Spot(x * k, k * 1.0) for k in range(3)]
    links = [Link(k, k + 1) for k in range(2)]
    for _ in range(3):
        for s in links:
            s.pull(spots)
    return sum(np.sum(s.q) * s.p for s in spots)


class Cell:
    """Has a number that all share."""

    gain = 0.7

    def __init__(self, w):
        self.w = w


@pytest.mark.parametrize(
    "f",
    [
        attraction, springs, remembered, made_by_computing, beside_others, by_helpers, given_one_by_one, backwards,
        anew_in_each_round, grown, momentum, one_after_the_other, every_pair, at_an_index, with_a_constant_of_the_class,
        read_by_a_function, made_before, layers_of_a_net, layers_in_a_dict, bodies_of_a_simulation,
        one_variable_for_two_lists, methods_of_others,
    ],
)  # fmt: skip
def test_records_in_a_list_are_changed(f: Callable[..., Any]):
    check(f, X)


def test_the_length_of_the_list_is_the_callers():
    def f(x, n):
        spots = [Spot(x * k) for k in range(n)]
        for s in spots:
            s.q = s.q * x
        return sum(np.sum(s.q) for s in spots)

    for n in (0, 1, 4):
        value, gradient = value_and_grad(f)(X, n)
        scale = n * (n - 1) / 2
        assert value == pytest.approx(scale * np.sum(X**2))
        np.testing.assert_allclose(gradient, 2 * scale * X, atol=1e-12)


def _shared(x):
    x = x * 1.0
    spots = [Spot(x), Spot(x)]
    for s in spots:
        s.q += s.p * x
    return np.sum(spots[0].q * spots[1].q)


def _held_by_another(x):
    s = Spot(x)
    spots = [s, Spot(2 * x)]
    for t in spots:
        t.q = t.q * 3
    return np.sum(s.q)


def _same_twice(x):
    spots = [Spot(x)] * 2
    for s in spots:
        s.q = s.q * 3
    return np.sum(spots[0].q)


def _an_older_item(x):
    s = None
    for k in range(3):
        if k > 0:
            s.q = s.q * 3
        spots = [Spot(x * k), Spot(x)]
        s = spots[0]
    return np.sum(s.q) + np.sum(spots[1].q)


def _an_older_list(x):
    total = 0.0
    for k in range(3):
        if k > 0:
            for s in kept:  # noqa: F821
                s.q = s.q * 3
                total = total + np.sum(s.q)
        spots = [Spot(x * k), Spot(x)]
        kept = spots  # noqa: F841
    return total + np.sum(spots[1].q)


def _grows_as_it_runs(x):
    spots = [Spot(x)]
    for s in spots:
        s.q = s.q * 2
        if len(spots) < 3:
            spots.append(Spot(x * x))
    return sum(np.sum(s.q) for s in spots)


def _taken_off(x):
    spots = [Spot(x), Spot(2 * x)]
    s = spots.pop()
    s.q = s.q * 3
    return np.sum(s.q * spots[0].q)


def _replaced(x):
    spots = [Spot(x), Spot(2 * x)]
    s = spots[0]
    spots[0] = Spot(x * x)
    s.q = s.q * 3
    return np.sum(s.q * spots[0].q)


def _put_elsewhere(x):
    spots = [Spot(x), Spot(2 * x)]
    others = [spots[0]]
    for s in spots:
        s.q = s.q * 3
    return np.sum(others[0].q)


def _counted_from_the_end(x):
    spots = [Spot(x), Spot(2 * x)]
    s = spots[-1]
    for t in spots:
        if t is s:
            t.q = t.q * 3
    return np.sum(spots[1].q)


def _a_parameter_bound_to_a_list(x, spots=()):
    for s in spots:
        s.q = s.q * 2
    spots = [Spot(x), Spot(2 * x)]
    for s in spots:
        s.q = s.q * 3
    return np.sum(spots[0].q)


def _read_behind_two_loops(x):
    spots = [Spot(x), Spot(2 * x)]
    cells = [Cell(x), Cell(3 * x)]
    for s in cells:
        s.w = s.w * x
    for s in spots:
        s.q = s.q * x
    s.q = s.q * 3
    return np.sum(spots[1].q) + np.sum(cells[1].w)


def _two_classes(x):
    spots = [Spot(x), Cell(x)]
    for s in spots:
        s.q = x * 2
    return np.sum(spots[0].q)


def _named_later(x):
    spots = [Cell(x), Cell(2 * x)]
    for s in spots:
        s.extra = s.w * 3
    return sum(np.sum(s.extra) for s in spots)


def _held_by_another_and_changed(x):
    s = Spot(x, 2.0, [])
    s.q = s.q * x
    spots = [s, Spot(2 * x, 1.0, [])]
    for t in spots:
        t.q = t.q * 3
    return np.sum(s.q)


def _twice_in_the_list(x):
    s = Cell(x)
    s.w = s.w * 2
    cells = [s, s]
    for c in cells:
        c.w = c.w * 3
    return np.sum(cells[0].w)


def _read_in_the_next_round(x):
    cells, total = [], 0.0
    s = Cell(x)
    s.w = s.w * x
    for k in range(3):
        total = total + np.sum(s.w)
        s = Cell(x * k)
        s.w = s.w * x
        cells.append(s)
        for c in cells:
            c.w = c.w * 3
    return total


@pytest.mark.parametrize(
    "f",
    [
        _shared, _held_by_another, _same_twice, _an_older_item, _an_older_list, _grows_as_it_runs, _taken_off,
        _replaced, _put_elsewhere, _counted_from_the_end, _a_parameter_bound_to_a_list,
        _two_classes, _read_behind_two_loops, _named_later, _held_by_another_and_changed,
        _twice_in_the_list, _read_in_the_next_round,
    ],
)  # fmt: skip
def test_what_is_not_known_of_the_records_is_refused(f: Callable[..., Any]):
    with pytest.raises(Refusal):
        grad(f)(X)


def test_the_text_names_the_lists_by_their_slots():
    text = grad(springs).source_for(X)
    assert "bodies_pos[i] += 0.1 * bodies_vel[i]" in text or "bodies_pos[p_at] += 0.1 * bodies_vel[p_at]" in text
    assert "Body" not in text.split('"""')[2].replace("[Body(", "")
