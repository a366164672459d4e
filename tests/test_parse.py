"""From a function to its own text: found exactly, or refused."""

import ast
import dis
import functools
import inspect
import itertools
import linecache
import pathlib
import sys
import textwrap
import types

import gast
import numpy as np
import pytest

from s2sgrad import parse as parse_module
from s2sgrad import recompile
from s2sgrad.errors import Refusal, SourceError
from s2sgrad.parse import parse

counter = itertools.count()
columns = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 keeps no columns")


def load(tmp_path, text, flags=0, transform=None):
    """Run ``text`` as a file of its own; its names."""
    path = tmp_path / f"user_{next(counter)}.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if transform is not None:
        transform(tree, path)
    names = {"np": np, "__file__": str(path)}
    exec(compile(tree, str(path), "exec", flags=flags, dont_inherit=True), names)
    return names


def rewritten(tree, path):
    """What pytest does to a test file."""
    from _pytest.assertion.rewrite import rewrite_asserts

    rewrite_asserts(tree, path.read_bytes(), str(path), None)


def text_of(f):
    return ast.unparse(gast.gast_to_ast(parse(f).tree))


def returned(f):
    """The expression that a parsed lambda returns, as written."""
    source = parse(f)
    return source.quote(source.tree.body[0])


# --- functions -----------------------------------------------------------------------------------------------------


def plain(x):
    return x + 1


def test_positions_are_those_of_the_file():
    source = parse(plain)
    assert source.name == "plain" and not source.is_lambda
    assert source.filename == __file__
    assert source.lines[source.tree.lineno - 1] == "def plain(x):"
    (result,) = source.tree.body
    assert source.lines[result.lineno - 1] == "    return x + 1" and result.col_offset == 4
    assert source.text(result.value) == "x + 1"
    assert plain.__code__.co_firstlineno == source.tree.lineno


def test_each_call_gives_a_tree_of_its_own():
    parse(plain).tree.body.clear()
    assert len(parse(plain).tree.body) == 1


def test_a_function_with_asserts_that_pytest_rewrote():
    def f(x):
        assert x > 0, "positive"
        y = x * 2  # kept
        assert all(v > 0 for v in [x, y])
        return y

    assert any(name.startswith("@py") for name in f.__code__.co_names + f.__code__.co_varnames)
    assert [type(s).__name__ for s in parse(f).tree.body] == ["Assert", "Assign", "Assert", "Return"]


def keep(*_args, **_kwargs):
    return lambda f: f


@keep("decorator")
@keep(
    lambda x: x,
)
def decorated(x):
    return x * 2


def test_decorators_are_left_out_of_the_tree():
    source = parse(decorated)
    assert source.tree.decorator_list == []
    assert source.lines[source.tree.lineno - 1] == "def decorated(x):"
    assert decorated.__code__.co_firstlineno == source.tree.lineno - 4


def test_a_wrapper_is_not_unwrapped():
    def twice(f):
        @functools.wraps(f)
        def wrapper(*args):
            return 2 * f(*args)

        return wrapper

    wrapped = twice(plain)
    assert wrapped.__name__ == "plain"
    assert parse(wrapped).name == "wrapper"


def test_nested_functions_of_one_name():
    def outer(c):
        def f(x):
            def f(x):
                return x * 3

            return f(x) * c

        return f

    def other():
        def f(x):
            return x - 1

        return f

    assert "* c" in text_of(outer(2)) and "x * 3" in text_of(outer(2))
    assert "x - 1" in text_of(other())


def test_twins_under_a_condition(tmp_path):
    text = """
        if {}:
            def f(x):
                return x + 1
        else:
            def f(x):
                return x + 2
    """
    assert "x + 1" in text_of(load(tmp_path, text.format(True))["f"])
    assert "x + 2" in text_of(load(tmp_path, text.format(False))["f"])


class Model:
    __scale = 2.0

    def value(self, x):
        return self.__scale * x

    @staticmethod
    def static(x):
        return x * 4

    class Inner:
        def value(self, x):
            return __class__, x


def test_methods_need_no_dedent_and_private_names_are_spelled_out():
    assert "self._Model__scale * x" in text_of(Model.value)
    assert parse(Model.value).tree.col_offset == 4
    assert "x * 4" in text_of(Model.static)
    assert "__class__, x" in text_of(Model.Inner.value)
    f = Model.value
    assert parse(f).quote(parse(f).tree.body[0]) == "return self.__scale * x"


def test_private_names_keep_the_function_s_own_name(tmp_path):
    names = load(
        tmp_path,
        """
        class _C:
            def __f(self, x):
                return __g(x) + self.__init__(x) + h(__k=x)
        f = _C._C__f
        """,
    )
    assert text_of(names["f"]) == "def __f(self, x):\n    return _C__g(x) + self.__init__(x) + h(_C__k=x)"


def test_defaults_annotations_and_closures(tmp_path):
    names = load(
        tmp_path,
        """
        from __future__ import annotations
        def make(k):
            def f(x: undefined, *rest, n=3, **more) -> float:
                return x * k * n
            return f
        f = make(2)
        """,
    )
    assert text_of(names["f"]).startswith("def f(x: undefined, *rest, n=3, **more) -> float:")


def test_future_features_of_the_runner_are_not_needed_in_the_text(tmp_path):
    import __future__

    text = "def f(x: int) -> int:\n    def g(y: int): return y\n    return x\n"
    f = load(tmp_path, text, __future__.annotations.compiler_flag)["f"]
    assert f.__annotations__["x"] == "int"
    assert parse(f).name == "f"


@pytest.mark.parametrize("how", ["import numpy as n", "try:\n    import numpy as n\nexcept ImportError:\n    n = None"])
def test_calls_through_imported_modules(tmp_path, how):
    assert parse(load(tmp_path, how + "\ndef f(x):\n    return n.tanh(x) + n.linalg.norm(x, axis=0)\n")["f"])


# --- lambdas -------------------------------------------------------------------------------------------------------

square = lambda x: x * x
annotated: object = lambda x: x - 1
pair = (lambda x: x + 1, lambda x: x + 2)
table = {"a": lambda x: x * 3, "b": lambda x: x * 4, "c": lambda y: y * 3}
nested = lambda x: lambda y: x * y
spanning = keep(lambda x: x)(
    lambda x: (
        x ** 2
        + x  # the linear term
        - 1
    )
)
two_over_lines = [lambda x: x +
                  1, lambda x: x +
                  2]
chosen = (lambda x: -x) if pair else (lambda x: +x)
defaulted = lambda x, f=lambda z: z + 5: f(x)
first = lambda x: 7 * x; second = lambda x: 8 * x  # noqa: E702


@pytest.mark.parametrize(
    "f, written",
    [
        (square, "x * x"),
        (pair[0], "x + 1"),
        (pair[1], "x + 2"),
        (table["a"], "x * 3"),
        (table["b"], "x * 4"),
        (table["c"], "y * 3"),
        (nested, "lambda y: x * y"),
        (nested(1), "x * y"),
        (spanning, "x ** 2 + x - 1"),
        (two_over_lines[0], "x + 1"),
        (two_over_lines[1], "x + 2"),
        (chosen, "-x"),
        (defaulted, "f(x)"),
        (defaulted.__defaults__[0], "z + 5"),
        (first, "7 * x"),
        (second, "8 * x"),
        (keep()(lambda x: x @ x), "x @ x"),
    ],
)
def test_lambda_layouts(f, written):
    assert returned(f) == written
    assert parse(f).is_lambda


def test_lambda_names():
    assert [parse(f).name for f in (square, annotated, first, second)] == ["square", "annotated", "first", "second"]
    assert [parse(f).name for f in (pair[0], nested(1), chosen)] == ["lambda_"] * 3
    if (walrus := lambda x: x):
        assert parse(walrus).name == "walrus"


def test_a_lambda_becomes_a_def_at_its_own_place():
    source = parse(square)
    (result,) = source.tree.body
    assert text_of(square) == "def square(x):\n    return x * x"
    line = source.lines[source.tree.lineno - 1]
    assert line[source.tree.col_offset : source.tree.end_col_offset] == "lambda x: x * x"
    assert line[result.col_offset : result.end_col_offset] == "x * x"
    assert source.quote(source.tree) == "lambda x:"


@columns
def test_lambdas_that_only_columns_tell_apart():
    fs = [lambda x: x, lambda x: x, lambda x: x]
    places = [parse(f).tree.col_offset for f in fs]
    assert places == sorted(set(places))


def test_lambdas_that_only_constants_tell_apart():
    fs = [lambda x: x * 1, lambda x: x * 1.0, lambda x: x * True, lambda x: x * -0.0, lambda x: x * 0.0]
    assert [returned(f) for f in fs] == ["x * 1", "x * 1.0", "x * True", "x * -0.0", "x * 0.0"]


def test_lambdas_that_only_names_tell_apart():
    a, b = 1, 2
    fs = [lambda x: x * a, lambda x: x * b, lambda x: np.sin(x), lambda x: np.cos(x), lambda b: b * a]
    assert [returned(f) for f in fs] == ["x * a", "x * b", "np.sin(x)", "np.cos(x)", "b * a"]


def test_without_columns_lambdas_are_told_apart_by_what_they_do(monkeypatch):
    def lines_only(code):
        return [(p[0], p[1], None, None) for p in with_columns(code)]

    with_columns = recompile._positions
    monkeypatch.setattr(recompile, "_positions", lines_only)
    monkeypatch.setattr(parse_module, "_found", {})
    fs = [lambda x, y: x - y, lambda x, y: y - x, lambda x, y: x if x > y else y, lambda x, y: x if x < y else y]
    assert [returned(f) for f in fs] == ["x - y", "y - x", "x if x > y else y", "x if x < y else y"]
    test_a_function_with_asserts_that_pytest_rewrote()


# --- text that is not what runs ------------------------------------------------------------------------------------

BODY = """
def f(x, n=2):
    y = np.tanh(x)
    for i in range(n):
        y = y - 0.5 * x
    return y if n > 1 else np.sum(x, axis=0)
"""

EDITS = [
    ("0.5", "0.25"),
    ("tanh", "sinh"),
    ("y - 0.5", "y + 0.5"),
    ("y - 0.5 * x", "0.5 * x - y"),
    ("n=2", "m=2"),
    ("n=2", "*n"),
    ("n > 1", "n < 1"),
    ("y if n > 1 else np.sum(x,", "x if n > 1 else np.sum(y,"),
    ("    return y", "\n    return y"),
    ("def f", "\n\ndef f"),
    ("def f", "def g"),
    ("def f", "async def f"),
    ("range(n)", "range(n, 9)"),
    ("return y if n > 1 else", "return"),
    ("axis=0", "oxis=0"),
    ("n > 1 else", "not n else"),
    ("for i", "for j"),
]


@pytest.mark.parametrize("old, new", EDITS)
@pytest.mark.parametrize("prefix, transform", [("", None), ("    assert n > 0, 'n'\n", rewritten)])
def test_an_edited_file_is_refused(tmp_path, old, new, prefix, transform):
    text = BODY.replace("    y = np", prefix + "    y = np")
    names = load(tmp_path, text, transform=transform)
    path = names["f"].__code__.co_filename
    assert old in text
    with open(path, "w") as file:
        file.write(text.replace(old, new))
    with pytest.raises(SourceError, match="edited after it was loaded") as caught:
        parse(names["f"])
    assert f"{path}:2:" in str(caught.value)


@pytest.mark.parametrize("transform", [None, rewritten])
def test_the_unedited_file_is_accepted(tmp_path, transform):
    text = BODY.replace("    y = np", "    assert n > 0, 'n'\n    y = np")
    assert parse(load(tmp_path, text, transform=transform)["f"]).name == "f"


def edited(tmp_path, text, new):
    f = load(tmp_path, text)["f"]
    with open(f.__code__.co_filename, "w") as file:
        file.write(new)
    with pytest.raises(SourceError) as caught:
        parse(f)
    return str(caught.value)


def test_the_mismatch_is_named(tmp_path):
    body = "def f(x, n=2):\n    return np.tanh(x * 0.5)\n"
    assert "constants: 0.5 in what runs, 0.25 in the file" in edited(tmp_path, body, body.replace("0.5", "0.25"))
    assert "names: tanh in what runs, sinh in the file" in edited(tmp_path, body, body.replace("tanh", "sinh"))
    assert "parameters: n in what runs, m in the file" in edited(tmp_path, body, body.replace("n=2", "m=2"))
    assert "there is no such function there" in edited(tmp_path, body, "\n\n" + body)
    assert "put together in another way" in edited(tmp_path, body, body.replace("x * 0.5", "x / 0.5"))


def test_a_file_that_no_longer_parses_is_refused(tmp_path):
    assert ":2: " in edited(tmp_path, "def f(x):\n    return x\n", "def f(x):\n    return x +\n")


def test_a_file_that_is_gone_is_refused(tmp_path):
    f = load(tmp_path, "def f(x):\n    return x\n")["f"]
    (tmp_path / f.__code__.co_filename).unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        parse(f)


def test_text_once_found_survives_a_later_edit(tmp_path):
    f = load(tmp_path, "def f(x):\n    return x * 2\n")["f"]
    parse(f)
    with open(f.__code__.co_filename, "w") as file:
        file.write("\n\n\ndef f(x):\n    return x * 3\n")
    assert "x * 2" in text_of(f)


def test_equal_code_in_two_files_keeps_its_own_file(tmp_path):
    one, two = (load(tmp_path, "def f(x):\n    return x\n")["f"] for _ in range(2))
    assert parse(one).filename != parse(two).filename


def test_an_edited_assert_is_no_reason_to_refuse(tmp_path):
    text = "def f(x):\n    assert x > 0\n    return x * 2\n"
    f = load(tmp_path, text)["f"]
    with open(f.__code__.co_filename, "w") as file:
        file.write(text.replace("x > 0", "x < 0"))
    assert parse(f)


def test_an_edited_assert_that_assigns_is_refused(tmp_path):
    text = "def f(x):\n    assert (y := x * 2)\n    return y\n"
    assert "constants" in edited(tmp_path, text, text.replace("* 2", "* 3"))


def test_another_import_hook_is_refused(tmp_path):
    def hook(tree, _path):
        tree.body[0].body.insert(0, ast.copy_location(ast.parse("x = x + 1").body[0], tree.body[0].body[0]))
        ast.fix_missing_locations(tree)

    f = load(tmp_path, "def f(x):\n    return x\n", transform=hook)["f"]
    with pytest.raises(SourceError, match="import hook"):
        parse(f)


@pytest.mark.parametrize("module", [textwrap, dis, functools, recompile, parse_module])
def test_every_function_of_real_modules_is_found(module):
    functions = [f for f in vars(module).values() if type(f) is types.FunctionType and f.__module__ == module.__name__]
    plain_functions = [f for f in functions if not f.__code__.co_flags & 0x20 and not hasattr(f, "__wrapped__")]
    assert plain_functions
    for f in plain_functions:
        assert parse(f).name == f.__code__.co_name


@pytest.mark.parametrize("transform", [None, rewritten])
def test_every_function_of_this_file_is_found(transform):
    file = pathlib.Path(__file__)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if transform is not None:
        transform(tree, file)
    found = 0
    for code in recompile._codes(compile(tree, __file__, "exec", dont_inherit=True)):
        named = code.co_name == "<lambda>" or not code.co_name.startswith("<")
        if named and code.co_flags & inspect.CO_NEWLOCALS and not code.co_flags & NO_FUNCTION:
            cells = tuple(types.CellType(0) for _ in code.co_freevars)
            found += parse(types.FunctionType(code, {}, None, None, cells)).tree is not None
    assert found > 100


NO_FUNCTION = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_GENERATOR


# --- places without a file -----------------------------------------------------------------------------------------


def run_as(filename, text):
    names = {}
    exec(compile(text, filename, "exec", dont_inherit=True), names)
    return names


def test_notebook_cells(monkeypatch):
    text = "def f(x):\n    return x * 2\ng = lambda x: x * 3\n"
    for name in ("<ipython-input-3-0a1b>", "ipykernel_1/123.py"):
        monkeypatch.setitem(linecache.cache, name, (len(text), None, text.splitlines(True), name))
        names = run_as(name, text)
        assert "x * 2" in text_of(names["f"]) and returned(names["g"]) == "x * 3"
        assert parse(names["f"]).filename == name


def test_cells_compiled_statement_by_statement(monkeypatch):
    text = "import numpy as n\nr = await n.later()\nf = lambda x: n.tanh(x)\ndef g(x):\n    return n.sin(x)\n"
    name, names = "<ipython-input-4>", {}
    monkeypatch.setitem(linecache.cache, name, (len(text), None, text.splitlines(True), name))
    for i, statement in enumerate(ast.parse(text).body):
        if i != 1:
            exec(compile(ast.Interactive([statement]), name, "single", dont_inherit=True), names)
    assert returned(names["f"]) == "n.tanh(x)" and "n.sin" in text_of(names["g"])


def test_form_feeds_and_windows_line_ends(monkeypatch):
    text = "a = 1\r\n\x0c\r\ndef f(x):\r\n    return x\r\n"
    monkeypatch.setitem(linecache.cache, "<cell>", (len(text), None, text.splitlines(True), "<cell>"))
    source = parse(run_as("<cell>", text)["f"])
    assert source.tree.lineno == 3 and source.lines[2] == "def f(x):"


def test_text_of_a_loader(monkeypatch):
    text = "def f(x):\n    return x\n"
    loader = types.SimpleNamespace(get_source=lambda name: text)
    names = {"__loader__": loader, "__name__": "zipped"}
    exec(compile(text, "/archive.zip/zipped.py", "exec"), names)
    assert parse(names["f"]).lines[0] == "def f(x):"


def test_doctest_text():
    """The examples of a docstring have text while they run.

    >>> from s2sgrad.parse import parse
    >>> f = lambda x: x ** 7
    >>> parse(f).quote(parse(f).tree.body[0])
    'x ** 7'
    """
    import doctest

    (test,) = doctest.DocTestFinder().find(test_doctest_text, "example", globs={})
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


@pytest.mark.parametrize(
    "filename, reason, way_out",
    [
        ("<stdin>", "prompt", "notebook"),
        ("<string>", "exec or eval", "linecache"),
        ("/nowhere/f.py", "cannot be read", ".py file"),
    ],
)
def test_without_text(filename, reason, way_out):
    with pytest.raises(SourceError, match=reason) as caught:
        parse(run_as(filename, "def f(x):\n    return x\n")["f"])
    assert way_out in caught.value.instead and "'f'" in caught.value.reason


@pytest.mark.parametrize(
    "value, reason",
    [
        (len, "'len'"),
        (np.tanh, "ufunc"),
        (Model, "is a class"),
        (Model().value, "bound method"),
        (functools.partial(plain, 1), "partial"),
        (3.0, "float"),
    ],
)
def test_what_is_no_function(value, reason):
    with pytest.raises(SourceError, match=reason) as caught:
        parse(value)
    assert caught.value.instead


async def asynchronous(x):
    return x


async def asynchronous_generator(x):
    yield x


def generator(x):
    yield x


@pytest.mark.parametrize("f", [asynchronous, asynchronous_generator, generator, lambda x: (yield x)])
def test_coroutines_and_generators_are_refused_at_their_place(f):
    with pytest.raises(Refusal, match=r"is asynchronous|is a generator") as caught:
        parse(f)
    assert caught.value.lineno == f.__code__.co_firstlineno
    assert "^" in str(caught.value) and caught.value.instead


# --- quotes --------------------------------------------------------------------------------------------------------


def quotes(tmp_path, body):
    text = "def f(*args):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
    source = parse(load(tmp_path, text)["f"])
    return [source.quote(s) for s in source.tree.body]


@pytest.mark.parametrize(
    "written, quoted",
    [
        ("x  =  a+b   # sum", "x  =  a+b"),
        ("x = foo(a,  # one\n        b,\n    )", "x = foo(a, b,)"),
        ("x = (a\n     + b  # b\n     # alone\n\n     + c)", "x = (a + b + c)"),
        ("x = a + \\\n    b", "x = a + b"),
        ("x = '# no comment'", "x = '# no comment'"),
        ("x = foo('# no', # yes\n  '''# two\n lines''')", "x = foo('# no', '''# two lines''')"),
        ("x = f'{a!r:>{b}} # {c}' + (\n 'd')", "x = f'{a!r:>{b}} # {c}' + ('d')"),
        ("for i in range(\n    3\n):  # loop: it\n    x = 1", "for i in range(3):"),
        ("if a: b = {1: 2}", "if a:"),
        ("if a[1:2] and (lambda: 1): b = {1: 2}", "if a[1:2] and (lambda: 1):"),
        ("while (n := n - 1):\n    # comment: with colon\n    pass", "while (n := n - 1):"),
        ("with a as b, \\\n     c:\n    pass", "with a as b, c:"),
        ("try:\n    pass\nfinally:\n    pass", "try:"),
        ("@keep(1)\ndef g(x: int = 3) -> 'a:b':\n    @keep\n    def h(): pass", "def g(x: int = 3) -> 'a:b':"),
        ("match a:  # kind\n    case {'k': v}: pass", "match a:"),
        ("π = 'é' + foo(ß)", "π = 'é' + foo(ß)"),
        ("π = ('é' +\n  foo(ß))", "π = ('é' + foo(ß))"),
        ("a = 1", "a = 1"),
    ],
)
def test_quotes(tmp_path, written, quoted):
    text = "def keep(*a): return lambda f: f\n" if "keep" in written else ""
    assert quotes(tmp_path, text + written)[-1] == quoted


def test_quotes_of_statements_on_one_line(tmp_path):
    assert quotes(tmp_path, "a = 1; b = 'x;y'; c = a") == ["a = 1", "b = 'x;y'", "c = a"]


def test_quote_of_an_elif(tmp_path):
    source = parse(load(tmp_path, "def f(a):\n    if a:\n        pass\n    elif not a:  # no\n        pass\n")["f"])
    assert source.quote(source.tree.body[0].orelse[0]) == "elif not a:"


def test_quote_of_a_lambda_in_brackets():
    f = lambda x: (x +
                   1)  # fmt: skip
    source = parse(f)
    assert source.quote(source.tree).startswith("lambda x:") and returned(f) == "x + 1"


def test_text_keeps_lines(tmp_path):
    source = parse(load(tmp_path, "def f(a):\n    return (a  # é\n            + 1)\n")["f"])
    assert source.text(source.tree.body[0]) == "return (a  # é\n            + 1)"
