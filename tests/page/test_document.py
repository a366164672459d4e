"""The page as a file: complete, the same at every run, nothing of the user's taken for HTML, written in one step."""

import base64
import hashlib
import linecache
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest

from s2sgrad import ArgumentError, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from tests.page.functions import DERIVATIVES, arguments, heat, written


class Reader(HTMLParser):
    """What a browser would see: the tags, the ids, the text of each element that has one."""

    VOID = ("meta", "mspace", "br")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts, self.whole = [], [], [], {}, ""
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        self.whole += data
        for _, name in self.open:
            if name is not None:
                self.texts[name] = self.texts.get(name, "") + data

    def ids(self):
        return [a["id"] for _, a in self.attributes if "id" in a]


@pytest.mark.parametrize("name", DERIVATIVES)
def test_the_page_is_well_formed_and_holds_both_texts(name, tmp_path):
    page = Reader(written(name, tmp_path).read_text(encoding="utf-8"))
    assert page.tags.count("script") == page.tags.count("style") == 1 and "b" not in page.tags
    assert len(page.ids()) == len(set(page.ids()))
    targets = [a["href"][1:] for tag, a in page.attributes if tag == "a"]
    assert targets and set(targets) <= set(page.ids())
    source = DERIVATIVES[name].source_for(*arguments()[name])
    shown = [re.sub(r"^\d+", "", page.texts[i]) for i in page.ids() if re.fullmatch(r"r\d+-\d+", i)]
    assert sorted(filter(None, shown)) == sorted(line for line in source.split("\n") if line)


def test_nothing_of_the_users_becomes_markup(tmp_path):
    folder = tmp_path / "<b>&"
    folder.mkdir()
    file = folder / "a<script>.py"
    file.write_text('def f(x, k="</script><b>"):\n    """</script><b>"""\n    # </style>\n    return x * len(k)\n')
    scope = {}
    exec(compile(file.read_text(), str(file), "exec"), scope)
    grad(scope["f"]).explain(tmp_path / "page.html", 2.0)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Reader(text)
    assert text.count("</script>") == text.count("</style>") == 1 and "b" not in page.tags
    assert '"""</script><b>"""' in page.texts["l0-2"] and "a<script>.py:1" in page.texts["left"]


def test_a_name_that_is_no_text_does_not_hinder(tmp_path):
    scope, name = {}, os.fsdecode(b"/\xff.py")
    text = "def f(x):\n    return x * x\n"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), scope)
    grad(scope["f"]).explain(tmp_path / "page.html", 2.0)
    assert "?.py:1" in Reader((tmp_path / "page.html").read_text(encoding="utf-8")).texts["left"]


def test_nothing_is_allowed_but_the_one_style_and_the_one_script(tmp_path):
    text = written("network", tmp_path).read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    page = Reader(text)
    names = {name for _, found in page.attributes for name in found}
    assert not {"src", "style", "srcset"} & names and not [name for name in names if name.startswith("on")]
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert "http" not in text.replace("http-equiv", "")


def test_the_bytes_are_the_same_in_every_process(tmp_path):
    here = written("huber", tmp_path, "here.html").read_bytes()
    code = "import pathlib\nfrom tests.page.functions import written\n"
    code += f"written('huber', pathlib.Path({str(tmp_path)!r}), 'there.html')"
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert (tmp_path / "there.html").read_bytes() == here


def test_without_arguments_the_page_is_about_the_code_of_source(tmp_path):
    def square(x):
        return x * x

    derivative = grad(square)
    derivative.explain(tmp_path / "guessed.html")
    assert "a float" in (tmp_path / "guessed.html").read_text()
    derivative(np.ones(()))
    derivative.explain(str(tmp_path / "called.html"))
    assert "a float64 array of 0 axes" in (tmp_path / "called.html").read_text()


class Model:
    """A method, and an object as an argument."""

    def __init__(self):
        self.W = np.ones(3)

    def loss(self, x):
        """What is small."""
        return (np.tanh(self.W * x) ** 2).sum()


CASES = {
    "value and gradient": lambda path: value_and_grad(heat).explain(path, np.ones(5), 0.1, 2),
    "pullback": lambda path: vjp(lambda x: np.sin(x) * x).explain(path, np.ones(3)),
    "forward mode": lambda path: jvp(heat).explain(path, np.ones(5), 0.1, 2),
    "Hessian times vector": lambda path: hvp(lambda x: (x ** 3).sum()).explain(path, np.ones(3)),
    "Jacobian": lambda path: jacobian(lambda x: np.sin(x) * x).explain(path, np.ones(3)),
    "Hessian": lambda path: hessian(lambda x: (x ** 3).sum()).explain(path, np.ones(3)),
    "gradient of a gradient": lambda path: grad(grad(lambda x: x ** 3)).explain(path, 2.0),
    "method": lambda path: grad(Model().loss, "self.W").explain(path, np.ones(3)),
    "checked": lambda path: grad(heat, checked=True).explain(path, np.ones(5), 0.1, 2),
    "guarded": lambda path: grad(heat, guard="nan").explain(path, np.ones(5), 0.1, 2),
    "printed helper": lambda path: grad(lambda x, y: (x + y).sum()).explain(path, np.ones((1, 3)), np.ones((2, 3))),
    "parameters of any name": lambda path: grad(lambda path, self: path * self).explain(path, path=2.0, self=3.0),
}


@pytest.mark.parametrize("name", CASES)
def test_everything_that_has_a_source_has_a_page(name, tmp_path):
    CASES[name](tmp_path / "page.html")
    page = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    lit = {a["data-g"] for tag, a in page.attributes if tag == "li" and "data-g" in a and a["id"].startswith("l")}
    across = {a["data-g"] for tag, a in page.attributes if tag == "li" and "data-g" in a and a["id"].startswith("r")}
    assert lit & across


def test_in_forward_mode_each_step_has_its_tangent(tmp_path):
    jvp(heat, "u0").explain(tmp_path / "page.html", np.ones(5), 0.1, 2)
    page = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "each line with its tangent" in page.whole and "What the forward pass keeps" not in page.whole
    first, last = (page.texts[f"s0-{heat.__code__.co_firstlineno + n}"] for n in (1, 4))
    assert page.whole.index(first) < page.whole.index(last)
    assert "Tangent" in last and "˙" in last and "Way back" not in page.whole


@pytest.mark.parametrize("path", ["no/such/folder/page.html", ".", "a\0b", ""])
def test_what_cannot_be_written_is_an_error_of_ours(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match="cannot be written"):
        DERIVATIVES["huber"].explain(path, *arguments()["huber"])
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_is_none_is_an_error_of_ours():
    with pytest.raises(ArgumentError, match="cannot be written"):
        DERIVATIVES["huber"].explain(None, *arguments()["huber"])


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")

    def fail(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ArgumentError, match="Permission denied"):
        DERIVATIVES["huber"].explain(path, *arguments()["huber"])
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["page.html"]


# ---- sizes ----


def shrinking(x, n, rng, noted):
    noted[0] = rng.random()
    for _ in range(n):
        x = 0.1 * x
    return x.sum()


def test_the_sizes_of_gradients_are_told_line_by_line(tmp_path):
    x, rng, noted = np.full(4, 2.0), np.random.default_rng(0), np.zeros(1)
    state = rng.bit_generator.state
    grad(shrinking).explain(tmp_path / "page.html", x, 8, rng, noted)
    page = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "Gradient flow" in page.whole and "vanishing" in page.whole
    # Four numbers of 2.0 have the size 4, and 0.4 after a step; four gradients of 1 have the size 2.
    assert "0.4 … 4e-08" in page.whole and "2e-07 … 2" in page.whole
    assert noted[0] == 0.0 and rng.bit_generator.state == state


def test_what_fails_when_it_runs_has_a_page_without_sizes(tmp_path):
    def failing(x):
        if x > 1.0:
            raise KeyError("<b>")
        return x * x

    grad(failing).explain(tmp_path / "page.html", 2.0)
    page = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "did not run to its end with these arguments: KeyError" in page.whole


# ---- colours ----


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast_is_that_of_wcag_aa(theme):
    style = resources.files("s2sgrad.page").joinpath("page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[theme]))
    for name in ("ink", "quiet", "accent", "keyword", "defined", "number", "string", "comment"):
        for ground in ("page", "paper", "lit"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    for name in ("bar", "accent", "flow", "flow-back", "quiet"):
        assert contrast(colours[name], colours["paper"]) >= 3, name
