"""The notebook of examples/ runs from top to bottom, and prints what is stored in it."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel", reason="the kernel that runs the notebook")

NOTEBOOK = Path(__file__).parents[1] / "examples" / "tutorial.ipynb"


def _outputs(notebook):
    """What each cell of code shows, text and HTML, one after the other."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell.source, _shown(cell.outputs)) for cell in cells]


def _shown(outputs):
    """What is shown; printed lines may come in several pieces, as many as time makes of them."""
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    return [*([printed] if printed else []), *(dict(o.data) for o in outputs if o.output_type != "stream")]


@pytest.mark.slow
def test_the_notebook_shows_what_is_stored_in_it(tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):  # no settings of the user's, no traces
        monkeypatch.setenv(name, str(tmp_path / name))
    stored = nbformat.read(NOTEBOOK, as_version=4)
    expected = _outputs(stored)
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(stored, timeout=120, kernel_name="python3", resources=place).execute()
    for (source, shown), (_, again) in zip(expected, _outputs(stored), strict=True):
        assert again == shown, source


def test_the_notebook_is_stored_with_its_outputs():
    shown = [output for _, outputs in _outputs(nbformat.read(NOTEBOOK, as_version=4)) for output in outputs]
    assert "    dx = -exp_neg_x / (1 + exp_neg_x)\n" in shown[0]
    assert "text/html" in shown[1]
