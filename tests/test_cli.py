"""The command line, called in-process: what is printed, where errors go, and the exit code."""

import ast
import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest

from s2sgrad import grad
from s2sgrad.cli import main
from s2sgrad.wrapper import Derivative

MODEL = """
    import numpy as np
    from s2sgrad import grad

    SIZE = 3
    DATA = np.ones(3)


    def sigmoid(a):
        return 1 / (1 + np.exp(-a))


    def loss(W, b, x):
        h = sigmoid(W @ x + b)
        return (h ** 2).sum()


    @grad(wrt=("w", "rate"))
    def fitted(w: float, rate: float = 0.1):
        return rate * w * w


    def levels(x: np.ndarray):
        return np.unique(x).sum()


    def raising(x: float):
        y = x * 2
        if y > -1e9:
            raise ValueError("no such x")
        return y


    def keyword(x: float, *, rate: float):
        return x * rate


    class Model:
        def __init__(self, size=2):
            self.w = np.ones(size)

        def loss(self, x):
            return (self.w * x).sum()

        @grad
        def energy(self, x: float):
            return x * x


    MODEL = Model(SIZE)
"""
SHAPES = ["--shape", "W=3,4", "--shape", "b=3", "--shape", "x=4"]


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A file with functions; what importing it leaves behind is taken away again."""
    path = tmp_path / "model_for_cli.py"
    path.write_text(dedent(MODEL))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield "model_for_cli.py"
    for name in set(sys.modules) - before:
        if name.startswith("model_for_cli") or name == "broken":
            del sys.modules[name]


@pytest.fixture
def ran(capsys):
    """Run a command line; gives the exit code, what was printed, and what went to the error stream."""

    def run(*argv):
        code = main(argv)
        out, err = capsys.readouterr()
        return code, out, err

    return run


# ---- show, save ----


def test_show_prints_the_code_for_these_shapes(model, ran):
    code, out, err = ran("show", f"{model}:loss", "--wrt", "W,b", *SHAPES)
    assert (code, err) == (0, "")

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    def loss(W, b, x):
        h = sigmoid(W @ x + b)
        return (h**2).sum()

    expected = grad(loss, ("W", "b")).source_for(np.ones((3, 4)), np.ones(3), np.ones(4))
    assert out.replace("**", " ** ").split() == expected.replace("**", " ** ").split()


def test_show_without_arguments_goes_by_annotations_and_decorators(model, ran):
    code, out, _ = ran("show", f"{model}:fitted")
    assert code == 0 and out.startswith("def grad_fitted(w, rate=0.1):") and "return dw, drate" in out
    assert "return drate" in ran("show", f"{model}:fitted", "--wrt", "rate")[1]
    assert ran("show", f"{model}:fitted", "--mode", "value_and_grad")[1].startswith("def value_and_grad_fitted")


def test_show_beside_the_function(model, ran):
    out = ran("show", f"{model}:fitted", "--side-by-side")[1]
    assert "def fitted(w: float" in out and "def grad_fitted" in out


def test_a_module_by_its_name_and_methods(model, ran):
    assert "def grad_loss(self, x)" in ran("show", "model_for_cli:MODEL.loss", "--shape", "x=3")[1]
    out = ran("show", "model_for_cli:Model.loss", "--wrt", "x", "--set", "self=Model()", "--shape", "x=2")[1]
    assert "def grad_loss(self, x)" in out
    assert "dx = 2 * x" in ran("show", "model_for_cli:MODEL.energy")[1]


def test_save_writes_a_module_that_computes_the_gradient(model, ran, tmp_path):
    code, out, _ = ran(
        "save", f"{model}:loss", "-o", "grads.py", "--args", "np.ones((3, 4)), np.zeros(3), x=np.ones(4)"
    )
    assert code == 0 and out == "wrote grads.py\n"
    scope = {}
    exec((tmp_path / "grads.py").read_text(), scope)
    slope = scope["grad_loss"](np.ones((3, 4)), np.zeros(3), np.ones(4))
    y = 1 / (1 + np.exp(-4.0))
    assert slope == pytest.approx(np.full((3, 4), 2 * y * y * (1 - y)))


# ---- graph, explain ----


def test_graphs_as_text_by_format_and_by_ending(model, ran, tmp_path):
    target = f"{model}:loss"
    assert ran("graph", target, *SHAPES)[1].startswith("graph of loss\n")
    assert ran("graph", target, *SHAPES, "--format", "dot")[1].startswith('digraph "loss" {')
    folded = ran("graph", target, *SHAPES, "--fold", "--forward")[1]
    assert "h (n,) = sigmoid(u2)" in folded and "backward" not in folded
    assert ran("graph", target, *SHAPES, "-o", "loss.mmd")[1] == "wrote loss.mmd\n"
    assert (tmp_path / "loss.mmd").read_text().startswith("flowchart TB")
    assert ran("graph", f"{model}:MODEL.energy")[0] == 0


def test_a_png_needs_a_file(model, ran):
    code, _, err = ran("graph", f"{model}:fitted", "--format", "png")
    assert code == 2 and "-o graph.png" in err


def test_explain_calls_the_derivative(model, ran, monkeypatch):
    seen = []
    monkeypatch.setattr(Derivative, "explain", lambda self, path, *args: seen.append((path, args)))
    assert ran("explain", f"{model}:loss", "-o", "page.html", "--args", "1.0, 2.0, 3.0") == (0, "wrote page.html\n", "")
    assert seen == [("page.html", (1.0, 2.0, 3.0))]


def test_explain_writes_a_page(model, ran, tmp_path):
    assert ran("explain", f"{model}:loss", "-o", "page.html", *SHAPES) == (0, "wrote page.html\n", "")
    assert "grad_loss" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert ran("explain", f"{model}:loss", "-o", "no/page.html", *SHAPES)[0] == 1


# ---- check ----


def test_check_agrees(model, ran):
    code, out, _ = ran("check", f"{model}:loss", "--wrt", "W,b", *SHAPES, "--order", "1")
    assert code == 0 and out == (
        "loss: first derivatives with respect to W,b agree with differences, forward and in reverse\n"
    )
    assert ran("check", f"{model}:fitted")[0] == 0


def test_check_finds_a_wrong_rule(model, ran, tmp_path):
    (tmp_path / "model_for_cli_rule.py").write_text(
        dedent("""
            import s2sgrad

            def cube(x):
                return x * x * x

            @s2sgrad.elementwise(cube)
            def slope(dy, y, x):
                return dy * 2 * x * x

            def f(x: float):
                return cube(x)
        """)
    )
    code, _, err = ran("check", "model_for_cli_rule.py:f", "--order", "1")
    assert code == 1 and "by differences" in err


def test_check_takes_no_arguments_by_keyword_only(model, ran):
    code, _, err = ran("check", f"{model}:keyword")
    assert code == 2 and "takes rate by keyword only" in err


# ---- report ----


def test_report(model, ran, tmp_path):
    code, out, _ = ran("report", f"{model}:loss", *SHAPES)
    assert code == 0 and "loss:14" in out and out.endswith("nothing vanishes or explodes, and all numbers are finite\n")
    out = ran("report", f"{model}:loss", *SHAPES, "--wrt", "x", "--listing")[1]
    assert "h = sigmoid(W @ x + b)  # h:" in out
    assert ran("report", f"{model}:keyword")[1].count("keyword") == 3


def test_random_arguments_follow_the_seed(model, ran):
    first, again, other = (ran("report", f"{model}:fitted", "--seed", seed)[1] for seed in ("1", "1", "2"))
    assert first == again != other


# ---- what goes wrong ----


def test_a_refusal_is_told_as_the_library_tells_it(model, ran):
    for given in (["--args", "DATA"], []):
        code, out, err = ran("show", f"{model}:levels", *given)
        assert (code, out) == (1, "")
        assert (
            "`unique` has no derivative rule\n    return np.unique(x).sum()\n           ^^^^^^^^^^^^\nInstead:" in err
        )
        assert "Traceback" not in err
    assert "arguments as guessed: say what they are with --args or --shape" in err


def test_what_cannot_be_guessed_is_named(model, ran):
    code, _, err = ran("check", f"{model}:loss", "--shape", "b=3")
    assert code == 2
    assert "cannot guess W (no annotation, no default), x (no annotation, no default)\nInstead: " in err
    assert "x (ndarray)" in ran("check", f"{model}:levels")[2]


def test_an_exception_of_the_function_is_told_with_its_line(model, ran):
    code, _, err = ran("report", f"{model}:raising")
    assert code == 1 and err == 'error: ValueError: no such x\n    raise ValueError("no such x")\n'
    code, _, err = ran("check", f"{model}:raising")
    assert code == 1 and err.endswith("model_for_cli.py:30: ValueError: no such x\n")


@pytest.mark.parametrize(
    "argv, told",
    [
        (["show", "model_for_cli.py"], "is not FILE:FUNCTION"),
        (["show", "nowhere.py:f"], "there is no file nowhere.py"),
        (["show", "nowhere:f"], "neither a file nor a module called nowhere"),
        (["show", "model_for_cli.py:los"], "it defines sigmoid, loss, fitted, levels"),
        (["show", "model_for_cli.py:SIZE"], "SIZE is no function but a int"),
        (["check", "model_for_cli.py:SIZE"], "SIZE is no function but a int"),
        (["check", "model_for_cli.py:loss", "--args", "1, 2"], "missing a required argument: 'x'"),
        (["check", "model_for_cli.py:loss", "--args", "1,, 2"], "is not Python"),
        (["check", "model_for_cli.py:loss", "--shape", "y=3"], "one of W, b, x"),
        (["check", "model_for_cli.py:loss", "--shape", "x=a"], "is no shape"),
        (["check", "model_for_cli.py:loss", "--args", "1", "--shape", "x=3"], "leave out --set and --shape"),
        (["frobnicate", "f.py:f"], "invalid choice"),
        ([], "required"),
    ],
)
def test_bad_usage(model, ran, argv, told):
    code, out, err = ran(*argv)
    assert (code, out) == (2, "") and told in err


def test_arguments_that_raise(model, ran):
    code, _, err = ran("check", f"{model}:loss", "--args", "undefined")
    assert code == 1 and "'undefined' raised NameError" in err


@pytest.mark.parametrize(
    "text, told",
    [
        ("x = = 1\n", "broken.py:1: invalid syntax"),
        ("\nx = 1 / 0\n", "broken.py:2: ZeroDivisionError: "),
        ("raise SystemExit(0)\n", "broken.py:1: SystemExit: 0"),
    ],
)
def test_a_file_that_cannot_be_imported(model, ran, tmp_path, text, told):
    (tmp_path / "broken.py").write_text(text)
    code, _, err = ran("show", "broken.py:f")
    assert code == 1 and told in err and "Traceback" not in err


def test_a_file_that_cannot_be_written(model, ran):
    code, _, err = ran("graph", f"{model}:fitted", "-o", "no/such/folder.dot")
    assert code == 1 and "No such file or directory" in err


# ---- help and colours ----


@pytest.mark.parametrize("command", ["show", "save", "graph", "explain", "check", "report"])
def test_help_has_an_example_that_is_a_command(command, ran):
    code, out, _ = ran(command, "--help")
    assert code == 0 and f"example:\n  s2sgrad {command} model.py:loss" in out
    assert "The file is imported, which runs its top level." in out


def test_help_and_version(ran):
    code, out, _ = ran("--help")
    assert code == 0 and "exit codes: 0 fine; 1 refused" in out and "s2sgrad check model.py:loss" in out
    assert ran("--version")[1].startswith("s2sgrad ")


@pytest.mark.parametrize("no_colour", [False, True])
def test_colours_are_for_terminals_that_want_them(model, ran, monkeypatch, no_colour):
    monkeypatch.setenv("NO_COLOR", "1" if no_colour else "")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, out, _ = ran("show", f"{model}:fitted")
    _, _, err = ran("show", "nowhere.py:f")
    assert ("\033[" in out, "\033[" in err) == (not no_colour, not no_colour)


def test_without_a_terminal_there_are_none(model, ran):
    assert "\033" not in ran("show", f"{model}:fitted")[1] + ran("show", "nowhere.py:f")[2]


def test_a_reader_that_leaves_early_is_no_error(model):
    command = f"{sys.executable} -m s2sgrad show {model}:fitted | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_as_a_process(model):
    done = subprocess.run(
        [sys.executable, "-m", "s2sgrad", "show", f"{model}:fitted"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0 and ast.parse(done.stdout).body[0].name == "grad_fitted"
