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
