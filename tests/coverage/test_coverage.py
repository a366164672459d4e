import pytest

from tests.coverage.gate import AREAS, CLASSES, MISSING, forward, status
from tests.coverage.page import PAGE, page


def test_every_name_belongs_to_one_area():
    listed = [name for area in AREAS.values() for name in {*area.SAMPLES, *area.MISSING}]
    assert sorted(listed) == sorted(CLASSES)


@pytest.mark.parametrize("name", sorted(set(CLASSES) - MISSING))
def test_a_name_is_what_it_is_classified_as(name):
    found = status(name)
    assert found.kind in (CLASSES[name], "absent"), found.detail


@pytest.mark.parametrize("name", sorted(n for n in set(CLASSES) - MISSING if CLASSES[n] == "differentiable"))
def test_forward_mode_agrees_with_reverse_mode(name):
    found = forward(name)
    assert found.kind in ("differentiable", "absent"), found.detail


@pytest.mark.parametrize("name", sorted(MISSING))
def test_what_is_listed_as_missing_is_missing(name):
    found = status(name)
    assert found.kind != CLASSES[name], "it works: take it off the list"
    assert found.kind != "wrong", found.detail


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.coverage --page`"
