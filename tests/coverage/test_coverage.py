import pytest

from tests.coverage.gate import AREAS, CLASSES, MISSING, exists, status
from tests.coverage.page import PAGE, is_of_this_numpy, page, promised
from tests.coverage.varied import ONCE, row

DIFFERENTIABLE = sorted(n for n in set(CLASSES) - MISSING if CLASSES[n] == "differentiable")


def test_every_name_belongs_to_one_area():
    listed = [name for area in AREAS.values() for name in {*area.SAMPLES, *area.MISSING}]
    assert sorted(listed) == sorted(CLASSES)


@pytest.mark.parametrize("name", sorted((set(CLASSES) - MISSING - set(DIFFERENTIABLE)) | ONCE))
def test_a_name_is_what_it_is_classified_as(name):
    found = status(name)
    assert found.kind in (CLASSES[name], "absent"), found.detail


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_variations_of_its_calls_are_right_in_both_modes_to_second_order(name, record_property):
    if not exists(name):
        pytest.skip("this NumPy does not have it, or there is no SciPy")
    found = row(name)
    record_property("coverage", str(found))
    assert not found.bad, "\n".join(found.bad)
    assert found.kinds["right"] > 0, "no variation can be compared"
    if is_of_this_numpy():
        assert _differ(found, promised(name)) < 3, "run `python -m tests.coverage --page`, and read what changed"


def _differ(found, line):
    """How many variations were right here and not in a line of the page, which differs in nothing else.

    On another machine a variation or two may lie where differences are no use.
    """
    written = line.split("|")
    right = int(written[2]) if len(written) > 2 else -9
    return abs(found.kinds["right"] - right) if right != found.kinds["right"] or str(found) == line else 9


@pytest.mark.parametrize("name", sorted(MISSING))
def test_what_is_listed_as_missing_is_missing(name):
    found = status(name)
    assert found.kind != CLASSES[name], "it works: take it off the list"
    assert found.kind != "wrong", found.detail


def test_the_page_is_up_to_date():
    written = PAGE.read_text(encoding="utf-8")
    assert written == page({name: promised(name) for name in DIFFERENTIABLE}), "run `python -m tests.coverage --page`"
