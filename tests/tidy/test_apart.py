"""Pairs of names that may share memory: what must be found, and what must not be claimed."""

import pytest

from s2sgrad.quote import statements
from s2sgrad.tidy.apart import sharing

MAY = {
    "a plain copy": "b = a",
    "a view": "b = a[1:]",
    "a transpose": "b = a.T",
    "a maybe view": "b = np.reshape(a, (2, 2))",
    "through a third": "c = a\nb = c",
    "through a list": "s = []\ns.append(a)\nb = s.pop()",
    "through a display": "s = [a, 1]\nb = s[0]",
    "through a stored item": "s = [1]\ns[0] = a\nb = s[0]",
    "parts of one call": "a, b = helper(x)",
    "parts of one value": "v = x * 2\na, b = v",
    "in one branch": "b = x * 2\nif t:\n    b = a",
    "exchanged after an alias": "b = a\nfor _ in range(n):\n    a, b = b, a",
    "in the iteration before": "for _ in range(n):\n    b = a\n    use(b)",
    "the target of a loop": "for b in a:\n    pass",
    "in a while": "while t:\n    b = a",
    "a choice": "b = a if t else x",
    "augmented to hold": "b = []\nb += [a]",
    "exchanged with a view of one": "b = x * 2\nc = b[1:]\na, b = b, a\nb = c",
}
NEVER = {
    "fresh": "b = a * 2",
    "a copy": "b = a.copy()",
    "a sum": "b = a.sum(axis=0)",
    "rebound": "b = a\nb = a * 2",
    "rebound the other": "b = a\na = a * 2",
    "exchanged": "b = x * 2\na = x * 3\nfor _ in range(n):\n    a, b = b, a",
    "exchanged three": "a = x * 2\nb = x * 3\nc = x * 4\nfor _ in range(n):\n    a, b, c = b, c, a",
    "added into a part": "b = x * 2\na = x * 3\nb[1:] += a[1:]",
    "adjoints of one call": "a, b = backward_f(saved, dy)",
    "measured": "b = a.shape",
}


def _pairs(text):
    body = statements("a = x * 1\n" + text + "\nend = 0")
    return {tuple(sorted(p)) for p in sharing(body)[id(body[-1])]}


@pytest.mark.parametrize("text", MAY.values(), ids=MAY)
def test_what_may_share(text):
    assert ("a", "b") in _pairs(text)


@pytest.mark.parametrize("text", NEVER.values(), ids=NEVER)
def test_what_never_shares(text):
    assert ("a", "b") not in _pairs(text)
