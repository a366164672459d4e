"""The examples run as a user runs them: as scripts, in a folder of their own."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
DIGITS = EXAMPLES / "train_digits.py"
WITHOUT_SKLEARN = """
import runpy, sys
sys.modules["sklearn"] = sys.modules["sklearn.datasets"] = None
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def _run(folder, *command):
    return subprocess.run([sys.executable, *map(str, command)], cwd=folder, capture_output=True, text=True)


def _accuracy(output):
    return float(re.fullmatch(r"test accuracy (\d\.\d{4})", output.splitlines()[-1])[1])


@pytest.fixture
def extras():
    for name in ("sklearn", "matplotlib", "tqdm"):
        pytest.importorskip(name)


def test_digits_prints_its_gradient_and_saves_a_plot(extras, tmp_path):
    done = _run(tmp_path, DIGITS, "--epochs", 2, "--out", "plot.png")
    assert done.returncode == 0, done.stderr
    assert "\ndef value_and_grad_loss(" in "\n" + done.stdout
    assert "# a = h @ W[k] + b[k]" in done.stdout
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert "training" in done.stderr and "100%" in done.stderr
    assert 0.7 < _accuracy(done.stdout) < 1


def test_digits_gives_the_same_network_for_the_same_seed(extras, tmp_path):
    first, second, other = (_run(tmp_path, DIGITS, "--epochs", 1, "--seed", seed).stdout for seed in (3, 3, 4))
    assert _accuracy(first) == _accuracy(second)
    assert _accuracy(first) != _accuracy(other)


@pytest.mark.slow
def test_digits_learns_within_half_a_minute(extras, tmp_path):
    start = time.perf_counter()
    done = _run(tmp_path, DIGITS)
    assert time.perf_counter() - start < 30
    assert _accuracy(done.stdout) >= 0.96


def test_digits_names_the_extra_that_is_missing(tmp_path):
    done = _run(tmp_path, "-c", WITHOUT_SKLEARN, DIGITS)
    assert done.returncode == 1
    assert "python -m pip install -e '.[examples]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_example_is_listed():
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f"`{path.name}`" not in listed] == []
