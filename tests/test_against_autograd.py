"""The comparison with HIPS autograd tells what is missing, and times only gradients that agree."""

import sys

import numpy as np
import pytest

from benchmarks import against_autograd
from benchmarks.cases import case


def test_without_autograd_the_way_to_get_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "autograd", None)
    monkeypatch.setitem(sys.modules, "autograd.numpy", None)
    with pytest.raises(SystemExit, match="pip install autograd"):
        against_autograd.traced(case("logsumexp 4x3"))


def test_gradients_that_differ_are_not_timed():
    with pytest.raises(SystemExit, match="rnn: the gradients differ"):
        against_autograd.compare((np.ones(2), 1.0), (np.ones(2), 1.1), "rnn")


@pytest.mark.parametrize("name", ["euler 7", "rnn 4x2x3x5"])
def test_both_gradients_agree_and_are_timed(name):
    pytest.importorskip("autograd")
    found = against_autograd.measure(case(name), rounds=1, round_ms=0.1)
    assert list(found) == ["s2sgrad/function", "autograd/function", "autograd/s2sgrad"]
    assert all(ratio > 0 for ratio in found.values())
