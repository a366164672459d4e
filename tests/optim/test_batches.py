"""Mini-batches: every row once per epoch, rows of all arrays together, the same for the same seed."""

import numpy as np
import pytest

from s2sgrad import ArgumentError
from s2sgrad.optim import batches

X, Y = np.arange(20).reshape(10, 2), np.arange(10) * 10


def test_every_epoch_has_every_row_once():
    found = list(batches(X, Y, size=4, seed=0, epochs=3))
    assert [len(x) for x, _ in found] == [4, 4, 2] * 3
    epochs = [np.concatenate([y for _, y in found[k : k + 3]]) for k in (0, 3, 6)]
    assert [sorted(one) for one in epochs] == [list(Y)] * 3
    assert len({tuple(one) for one in epochs}) == 3


def test_rows_of_all_arrays_stay_together():
    for x, y in batches(X, Y, size=3, seed=1):
        np.testing.assert_array_equal(x[:, 0] * 5, y)


def test_the_seed_fixes_the_order():
    first, second, other = ([list(y) for (y,) in batches(Y, size=3, seed=seed, epochs=2)] for seed in (5, 5, 6))
    assert first == second != other


def test_dtypes_are_kept_and_batches_are_copies():
    data = X.astype(np.float32)
    data.flags.writeable = False
    for (x,) in batches(data, size=20, seed=0):
        assert x.dtype == np.float32 and not np.shares_memory(x, data)
        x[:] = 0


def test_lists_become_arrays():
    assert sorted(float(y[0]) for (y,) in batches([1.0, 2.0], size=1, seed=0)) == [1.0, 2.0]


@pytest.mark.parametrize(
    ("arrays", "options", "reason"),
    [
        ((), {}, "the shapes are none"),
        ((X, Y[:9]), {}, r"\(10, 2\), \(9,\)"),
        ((np.zeros((0, 3)),), {}, "at least 1"),
        ((1.0,), {}, "at least 1"),
        ((X,), {"size": 0}, "size is 0, but must be an integer from 1"),
        ((X,), {"size": 2.0}, "size is 2.0"),
        ((X,), {"epochs": True}, "epochs is True"),
        ((X,), {"seed": -1}, "seed is -1, but must be an integer from 0"),
    ],
)
def test_what_cannot_be_cut_is_refused_at_the_call(arrays, options, reason):
    with pytest.raises(ArgumentError, match=reason):
        batches(*arrays, **{"size": 4, "seed": 0, **options})
