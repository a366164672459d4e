"""The primal next to its generated code."""

import re

import pytest

from s2sgrad import Refusal, grad
from s2sgrad.highlight import highlighted
from s2sgrad.show import html, primal_text, side_by_side
from tests.fakes import FakePipeline, pipeline  # noqa: F401 - a fixture


def less(x):
    # compared
    return x if x < 1 else 1.0


def test_two_columns_where_there_is_room():
    text = side_by_side("a = 1\nbb = 2\n", "x\n\n    y\nz\n", 40)
    assert text == "a = 1   |  x\nbb = 2  |\n        |      y\n        |  z"


def test_one_above_the_other_where_there_is_not():
    assert side_by_side("a = 1\n", "long = 2\n", 12) == "a = 1\n\nlong = 2"
    assert side_by_side("", "long = 2\n", 80) == "long = 2"


def test_colour_changes_no_column():
    plain = side_by_side("a = 1\n", "def f(): pass\n", 80)
    coloured = side_by_side("a = 1\n", "def f(): pass\n", 80, colour=True)
    assert "\x1b[" in coloured and "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_show_prints_both(pipeline: FakePipeline, capsys):  # noqa: F811
    grad(less).show()
    out = capsys.readouterr().out
    assert "# compared" in out and "def grad_less(x):" in out and "\x1b" not in out


def test_without_text_only_the_generated_code_is_shown():
    assert primal_text(eval("lambda x: x")) == ""
    assert html(eval("lambda x: x"), "grad = 1").count("<pre") == 1


def test_html_is_escaped(pipeline):  # noqa: F811
    pipeline.body = "return x < 1 or '<script>'"
    text = grad(less)._repr_html_()
    assert text.count("<pre") == 2 and "&lt;" in text
    assert "<script>" not in text and "x < 1" not in text


def test_html_of_what_cannot_be_guessed_tells_why(pipeline):  # noqa: F811
    def refuse(request):
        raise Refusal("no shape is known")

    pipeline.units = refuse
    text = grad(less)._repr_html_()
    assert "shape" in text and "source_for" in text


def test_a_method_is_shown_without_its_indentation():
    class Model:
        @grad
        def loss(self, x):
            return x

    assert primal_text(Model.loss.primal) == "def loss(self, x):\n    return x\n"


@pytest.mark.parametrize(
    "text",
    [
        "x = f'{a!r:>{w}} {{b}}' + 'c'  # d",
        's = """one\n  two {{"""\ny = f"""{\n    x\n}"""',
        "lambda x: (x +\n  1",
        "x = 'open\nreturn 1",
        "\tif é > 0:\f\n\t  ü = 'ß'",
        "",
    ],
)
def test_highlighting_loses_and_repeats_nothing(text):
    assert "\n".join("".join(piece.text for piece in line) for line in highlighted(text)) == text
