"""The same function gives the same text, byte for byte, whatever the process and whatever ran before."""

from benchmarks.cases import SMALL
from s2sgrad import grad

SCRIPT = """
from benchmarks.cases import SMALL
from s2sgrad import grad

for case in SMALL:
    print(grad(case.primal, case.wrt).source_for(*case.arguments()))
"""


def test_text_does_not_depend_on_the_process(same_in_every_process, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    texts = [grad(case.primal, case.wrt).source_for(*case.arguments()) for case in reversed(SMALL)]
    assert same_in_every_process(str(script)) == "".join(f"{text}\n" for text in reversed(texts))


OF_FORMS = """
import numpy as np
from s2sgrad import grad


def between(at, places, values, left, right):
    return (np.interp(at, places, values, left=left, right=right) ** 2).sum()


print(grad(between, (3, 4)).source_for([0.1, 0.4, 0.9], [0.3, 0.5], [1.0, 2.0], 0.5, 0.7))
"""


def test_what_is_written_with_what_is_written_otherwise_does_not_depend_on_the_process(same_in_every_process, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(OF_FORMS)
    assert "np.interp(array_value" in same_in_every_process(str(script))
