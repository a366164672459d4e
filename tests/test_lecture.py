"""The scripts of the lecture: each runs, its assertions hold, its plot is saved, and the tour shows what it prints."""

import re
import subprocess
import sys

import pytest

import s2sgrad
from tests.lecture import EXAMPLES, loaded, printed, script

for name in ("sklearn", "matplotlib", "tqdm"):
    pytest.importorskip(name)

TOUR = (EXAMPLES / "README.md").read_text(encoding="utf-8")
NEEDS = {7: hasattr(s2sgrad.grad(lambda x: x), "graph"), 10: hasattr(s2sgrad, "report")}
ROWS = [k for k in range(1, 11) if NEEDS.get(k, True)]


def _section(row):
    """What the tour says about a row."""
    return re.search(rf"^## {row}\. .*?(?=^## |\Z)", TOUR, re.MULTILINE | re.DOTALL)[0]


def _excerpts(row):
    return re.findall(r"^```text\n(.*?)^```$", _section(row), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("row", ROWS)
def test_a_script_runs_and_prints_what_the_tour_shows(row, tmp_path):
    output = printed(row, tmp_path)
    plot = tmp_path / f"{script(row).stem}.png"
    assert plot.read_bytes().startswith(b"\x89PNG") and plot.stat().st_size > 10_000
    assert f"plot saved to {plot}" in output
    for excerpt in _excerpts(row):
        assert excerpt in output, f"the tour shows what {script(row).name} does not print:\n{excerpt}"


@pytest.mark.parametrize("row", range(1, 11))
def test_the_tour_has_the_command_and_says_what_to_look_at(row):
    text, doc = _section(row), script(row).read_text(encoding="utf-8").split('"""')[1]
    assert f"python examples/{script(row).name}\n" in text
    assert _excerpts(row)
    assert doc.startswith(f"Row {row}: ") and "\nLook at: " in doc
    assert f"python examples/{script(row).name} [--output DIR] [--quick]" in doc


def test_a_script_names_the_extra_that_is_missing():
    code = f"import sys; sys.path.insert(0, {str(EXAMPLES)!r}); sys.modules['sklearn'] = None; import lecture"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "sklearn is missing; install the extra:  python -m pip install -e '.[examples]'\n"


def test_expected_lines_of_row_9_are_not_met_by_another_text():
    module = loaded(script(9))
    source = module.grad(module.forward_propagation, "W").source_for(*module.network(3))
    assert module.backward_lines(source) != module.expected_lines()
