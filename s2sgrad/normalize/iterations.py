"""Write ``map``, ``filter``, ``reduce`` and what ``itertools`` offers in the forms that the rest knows.

>>> from s2sgrad.quote import statements, unquote
>>> def plain(text, function):
...     body, name = statements(text), function.__name__
...     calls = [n for n in nodes_in(body[0]) if isinstance(n, gast.Call) and dotted(n.func) == (name,)]
...     written = plain_iterations(body, {iteration(calls[0], function)}, set("inxy"))
...     return "".join(map(unquote, written)).strip()
>>> plain("y = sum(map(lambda v: v ** 2, x))", map)
'y = sum(v ** 2 for v in x)'
>>> print(plain("for i, j in product(range(n), range(n)):\\n    y += x[i] * x[j]", itertools.product))
for i in range(n):
    for j in range(n):
        y += x[i] * x[j]
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Collection
from typing import Any

import gast
import numpy as np

from s2sgrad.errors import Refusal
from s2sgrad.normalize import equivalents, fits
from s2sgrad.normalize.copies import AnyCopy
from s2sgrad.normalize.order import shallow
from s2sgrad.normalize.parts import dotted, moved
from s2sgrad.normalize.wanted import Rewriting
from s2sgrad.quote import clone, names_in, nodes_in, quote, statements, substitute

__all__ = ["CHAINED", "EQUIVALENTS", "ITERATIONS", "VALUES", "iteration", "plain_iterations"]

EQUIVALENTS: dict[str, Callable[..., Any]] = {
    f"python_{name}": getattr(area, name) for area in (equivalents, fits) for name in area.__all__
}
"""The names, never printed, by which the rewritten text calls functions whose bodies are written in its place."""

_GENERATORS = frozenset(("sum", "list", "tuple", "sorted", "max", "min", "set", "any", "all"))
"""Those of them that a generator may be given to in the rewritten text; the others get a list."""
VALUES = frozenset((divmod, functools.reduce, math.dist, math.log, math.prod, max, min, sorted))
"""Those of ``ITERATIONS`` that give a value, not an iterator; they are written out where a derivative asks for it."""
CHAINED = itertools.chain.from_iterable
"""A method, which is another object whenever it is read, and equal to this one."""
_CONSUMERS = frozenset(
    ("list", "tuple", "sum", "max", "min", "sorted", "set", "any", "all", "enumerate", "zip", "fsum", "prod", "map",
     "filter", "reduce", "accumulate", "fromiter", "chain", "dict", "join", "starmap", "islice", "product")
)  # fmt: skip
"""Functions that run over what they are given once."""

_BLOCKS = (gast.stmt, gast.ExceptHandler, gast.match_case)
_WORDS = frozenset(("zip", "list", "range", "len", "sorted"))
"""Python's own functions that the rewritten text may call."""


def iteration(call: gast.Call, function: Any) -> Rewriting:
    """The rewriting of a call of one of ``ITERATIONS``."""
    return Rewriting("iteration", (call.lineno, AnyCopy(call.col_offset)), (".".join(dotted(call.func)), function))


def plain_iterations(body: list[gast.stmt], wanted: Collection[Rewriting], taken: set[str]) -> list[gast.stmt]:
    """``body`` with the calls that were asked for in plain forms; ``taken`` grows."""
    found = {(r.place, r.detail[0]): r.detail[1] for r in wanted if r.kind == "iteration"}
    if not found:
        return body
    occurring = [n.id for s in body for n in nodes_in(s) if isinstance(n, gast.Name)]
    return _Pass(found, taken, occurring).block(body)


class _Pass:
    def __init__(self, found: dict[Any, Any], taken: set[str], occurring: list[str]) -> None:
        self.found, self.taken = found, taken
        self.occurring = occurring

    def block(self, body: list[gast.stmt]) -> list[gast.stmt]:
        return [self._statement(s) for s in body]

    def function(self, node: Any) -> Any:
        """What a wanted call calls; None for any other node."""
        if not isinstance(node, gast.Call):
            return None
        return self.found.get(((node.lineno, node.col_offset), ".".join(dotted(node.func))))

    def fresh(self, *wanted: str) -> list[str]:
        """Names that nothing has yet."""
        out = []
        for word in wanted:
            name, k = word, 2
            while name in self.taken:
                name, k = f"{word}{k}", k + 1
            self.taken.add(name)
            out.append(name)
        return out

    def _statement(self, statement: Any) -> Any:
        if not any(self.function(n) for n in nodes_in(statement)):
            return statement
        shadowed = [n for n in nodes_in(statement) if isinstance(n, gast.Name) and n.id in _WORDS]
        if any(not isinstance(n.ctx, gast.Load) for n in shadowed):
            raise Refusal("a name of Python's own is given to a variable here", "call it otherwise", shadowed[0])
        if isinstance(statement, gast.For) and (made := self._loop(statement)) is not None:
            return self._statement(made)
        new = shallow(statement)
        for key, value in statement.__dict__.items():
            if isinstance(value, list) and value and isinstance(value[0], _BLOCKS):
                new.__dict__[key] = [self._part(v) for v in value]
            elif isinstance(value, gast.AST):
                taken_apart = key == "value" and _is_unpacking(statement)
                part = self.visit(value, taken_apart or (isinstance(statement, gast.For) and key == "iter"))
                new.__dict__[key] = _listed(part) if taken_apart else part
            elif isinstance(value, list):
                new.__dict__[key] = [self.visit(v, False) if isinstance(v, gast.AST) else v for v in value]
        return new

    def _part(self, part: Any) -> Any:
        if isinstance(part, gast.stmt):
            return self._statement(part)
        new = shallow(part)
        new.body = self.block(part.body)
        return new

    # ---- expressions ----

    def visit(self, node: Any, consumed: bool) -> Any:
        """An expression with the wanted calls in it written out; ``consumed`` where it is run over at once."""
        if not any(self.function(n) for n in nodes_in(node)):
            return node
        new = shallow(node)
        name = (dotted(node.func) or ("",))[-1] if isinstance(node, gast.Call) else ""
        for key, value in node.__dict__.items():
            uses_up = (name in _CONSUMERS and key == "args") or isinstance(node, (gast.Starred, gast.comprehension))
            if isinstance(value, list):
                parts = [self.visit(v, uses_up) if isinstance(v, gast.AST) else v for v in value]
                new.__dict__[key] = parts if name in _GENERATORS or key != "args" else list(map(_listed, parts))
            elif isinstance(value, gast.AST):
                part = self.visit(value, uses_up and key in ("iter", "value"))
                new.__dict__[key] = _listed(part) if isinstance(node, gast.comprehension) else part
        function = self.function(node)
        if function is None:
            return _flat(new)
        if function is np.ndindex and len(node.args) == 1 and isinstance(node.args[0], gast.Starred):
            return _called_with(node, [node.args[0].value])
        if any(isinstance(a, gast.Starred) for a in node.args):
            raise Refusal(f"`{name}` of starred arguments is not differentiated", "write them out", node)
        if not consumed and function not in VALUES:
            reason = f"what `{name}` gives can be run over once, and is kept here"
            raise Refusal(reason, f"make a list of it: `list({name}(...))`", node)
        return ITERATIONS[function](self, new)

    def applied(self, function: Any, names: list[str]) -> gast.expr:
        """The value of a function for variables with these names."""
        parameters = _parameters(function)
        if parameters is not None and len(parameters) == len(names):
            return substitute(function.body, {p: _form(function, n) for p, n in zip(parameters, names, strict=True)})
        return _form(function, f"{{f}}({', '.join(names)})", f=function)

    # ---- loops ----

    def _loop(self, loop: Any) -> Any:
        """The loop over ``map``, ``filter``, ``product`` or ``combinations`` as loops over what they run over."""
        function, call = self.function(loop.iter), loop.iter
        plain = not any(isinstance(a, gast.Starred) for a in getattr(call, "args", ())) and function is not None
        if not plain or (call.keywords and function is not itertools.product):
            return None
        if function is map and len(call.args) == 2:
            (item,) = self.fresh("item")
            return self._over(loop, item, call.args[1], [(loop.target, self.applied(call.args[0], [item]))], None)
        if function is filter:
            name = self._only_inside(loop)
            (item,) = [name] if name else self.fresh("item")
            bound = [] if name else [(loop.target, _form(call, item))]
            return self._over(loop, item, call.args[1], bound, _test(self, call.args[0], item))
        if function is np.ndenumerate:
            loop, function = _enumerated(loop), np.ndindex
            if loop is None:
                return None
        products = (itertools.product, np.ndindex)
        if function not in (*products, itertools.combinations):
            return None
        if loop.orelse or _leaves(loop):
            return _over_tuples(self, loop) if function is np.ndindex else None
        if function is not np.ndindex and not all(_is_steady(a, loop.body) for a in call.args):
            return None
        if function in products:
            return self._products(loop, function is np.ndindex)
        return self._combinations(loop)

    def _only_inside(self, loop: Any) -> str:
        """The name of the loop's items, where nothing outside of the loop knows that name."""
        name = getattr(loop.target, "id", "")
        inside = sum(isinstance(n, gast.Name) and n.id == name for n in nodes_in(loop))
        return name if self.occurring.count(name) == inside else ""

    def _over(self, loop: Any, item: str, items: Any, bound: list[tuple[Any, Any]], test: gast.expr | None) -> gast.For:
        new = shallow(loop)
        new.target, new.iter = _stored(item, loop.target), items
        body = [*(_assigned(t, v) for t, v in bound), *loop.body]
        if test is not None:
            branch: Any = moved(statements("if t:\n    pass")[0], loop.iter)
            branch.test, branch.body, body = test, body, [branch]
        new.body = body
        return new

    def _products(self, loop: Any, ranged: bool) -> Any:
        pools = _ranges(loop.iter) if ranged else _pools(loop.iter)
        targets, body = getattr(loop.target, "elts", ()), loop.body
        if pools is None or not all(_is_steady(pool, body) for pool in pools):
            return None
        if ranged and isinstance(loop.target, gast.Name):
            names = self.fresh(*"ijkm"[: len(pools)])
            targets = [_stored(name, loop.target) for name in names]
            body = [_assigned(loop.target, _form(loop.target, f"({', '.join(names)},)")), *body]
        if len(targets) != len(pools):
            return None
        return _nested(loop, list(zip(targets, pools, strict=True)), body)

    def _combinations(self, loop: Any) -> Any:
        items, count = loop.iter.args[0], getattr(loop.iter.args[1], "value", None)
        targets = getattr(loop.target, "elts", ())
        if not isinstance(loop.target, gast.Tuple) or len(targets) != count:
            return None
        if isinstance(items, gast.Call) and dotted(items.func) == ("range",) and len(items.args) == 1:
            if not all(isinstance(t, gast.Name) for t in targets):
                return None
            return _nested(loop, _triangle([t.id for t in targets], items.args[0], targets), loop.body)
        if not isinstance(items, gast.Name):
            return None
        names = self.fresh(*["i", "j", "k", "m"][:count])
        bound = [_assigned(t, _form(t, f"{{x}}[{n}]", x=items)) for t, n in zip(targets, names, strict=True)]
        places = [_stored(n, loop.target) for n in names]
        return _nested(loop, _triangle(names, _form(items, "len({x})", x=items), places), [*bound, *loop.body])


# ---- the forms, by function ----


def _map(writer: _Pass, call: Any) -> gast.expr:
    function, *iterables = call.args
    parameters = _parameters(function)
    fits = parameters is not None and len(parameters) == len(iterables)
    words = ["item"] if len(iterables) == 1 else [f"item_{i}" for i in range(1, len(iterables) + 1)]
    names = list(parameters or ()) if fits else writer.fresh(*words)
    items = iterables[0] if len(iterables) == 1 else _called(call, "zip", iterables)
    return _generator(call, writer.applied(function, names), names, items)


def _filter(writer: _Pass, call: Any) -> gast.expr:
    parameters = _parameters(call.args[0]) or ()
    (name,) = parameters if len(parameters) == 1 else writer.fresh("item")
    made: Any = _generator(call, _form(call, name), [name], call.args[1])
    made.generators[0].ifs = [_test(writer, call.args[0], name)]
    return made


def _starmap(writer: _Pass, call: Any) -> gast.expr:
    function, items = call.args
    parameters = _parameters(function)
    if parameters is None:
        raise Refusal("`starmap` of this function is not differentiated", "write a comprehension", call)
    return _generator(call, writer.applied(function, list(parameters)), list(parameters), items)


def _reduce(writer: _Pass, call: Any) -> gast.expr:
    function, items, *start = call.args
    return _called(call, "python_reduce_from" if start else "python_reduce", [_listed(items), function, *start])


def _accumulate(writer: _Pass, call: Any) -> gast.expr:
    passed = {k.arg: k.value for k in call.keywords}
    items, *function = call.args
    function = function or [v for k, v in passed.items() if k == "func"]
    if "initial" in passed:
        plus = _form(call, "lambda a, b: a + b")
        return _called(call, "python_accumulate_from", [_listed(items), *(function or [plus]), passed["initial"]])
    return _called(call, "python_accumulate_by" if function else "python_accumulate", [_listed(items), *function])


def _pairwise(writer: _Pass, call: Any) -> gast.expr:
    (items,) = call.args
    if not dotted(items):
        raise Refusal("`pairwise` of this is not differentiated", "give what it runs over a name first", items)
    return _form(call, "zip({x}, {x}[1:])", x=items)


def _chain(writer: _Pass, call: Any) -> gast.expr:
    lists = [a if isinstance(a, gast.List) else _form(call, "list({x})", x=a) for a in call.args]
    return functools.reduce(lambda a, b: _form(call, "{a} + {b}", a=a, b=b), lists or [_form(call, "[]")])


def _flattened(writer: _Pass, call: Any) -> gast.expr:
    items, item = writer.fresh("items", "item")
    return _form(call, f"[{item} for {items} in {{x}} for {item} in {items}]", x=call.args[0])


def _islice(writer: _Pass, call: Any) -> gast.expr:
    items, *bounds = call.args
    if not 1 <= len(bounds) <= 2:
        raise Refusal("`islice` with a step is not differentiated", "slice a list", call)
    start = bounds[0] if len(bounds) == 2 else _form(call, "0")
    return _called(call, "python_islice", [items, start, bounds[-1]])


def _product(writer: _Pass, call: Any) -> gast.expr:
    return _tuples(writer, call, _pools(call))


def _indices(writer: _Pass, call: Any) -> gast.expr:
    return _tuples(writer, call, _ranges(call))


def _over_tuples(writer: _Pass, loop: Any) -> Any:
    """A loop over a list of indices, which may be left."""
    new = shallow(loop)
    new.iter = _indices(writer, loop.iter)
    return new


def _enumerate(writer: _Pass, call: Any) -> gast.expr:
    instead = "write `for i, v in np.ndenumerate(x):`, for an `x` that the loop does not bind"
    raise Refusal("`ndenumerate` is not differentiated here", instead, call)


def _tuples(writer: _Pass, call: Any, pools: list[Any] | None) -> gast.expr:
    if not pools:
        raise Refusal("how many sequences this runs over is not known", "write nested loops", call)
    names = writer.fresh(*(["first", "second", "third", "fourth"][: len(pools)]))
    loops = " ".join(f"for {n} in {{p{i}}}" for i, n in enumerate(names))
    return _form(call, f"[({', '.join(names)},) {loops}]", **{f"p{i}": p for i, p in enumerate(pools)})


def _combinations(writer: _Pass, call: Any) -> gast.expr:
    items, count = call.args[0], getattr(call.args[1], "value", None)
    ranged = isinstance(items, gast.Call) and dotted(items.func) == ("range",) and len(items.args) == 1
    if count not in (2, 3) or not (ranged or dotted(items)):
        raise Refusal("these combinations are not differentiated", "write nested loops", call)
    n = items.args[0] if ranged else _form(call, "len({x})", x=items)
    names = writer.fresh(*"ijk"[:count])
    starts = ["", *(f"{m} + 1, " for m in names[:-1])]
    loops = " ".join(f"for {b} in range({a}{{n}})" for a, b in zip(starts, names, strict=True))
    tuple_ = ", ".join(names if ranged else [f"{{x}}[{m}]" for m in names])
    return _form(call, f"[({tuple_}) {loops}]", n=n, x=items)


def _choice(writer: _Pass, call: Any) -> gast.expr:
    passed = {k.arg: k.value for k in call.keywords}
    name = "python_largest" if call.func.id == "max" else "python_smallest"
    if len(call.args) != 1 or passed.keys() != {"key"}:
        raise Refusal("this choice is not differentiated", "choose among the items of one list", call)
    return _called(call, name, [_listed(call.args[0]), passed["key"]])


def _sorted(writer: _Pass, call: Any) -> gast.expr:
    passed = {k.arg: k.value for k in call.keywords}
    if "key" not in passed:
        new = shallow(call)
        new.args = [_form(call, "list({x})", x=call.args[0])]
        return new
    reverse = passed.get("reverse", _form(call, "False"))
    return _called(call, "python_ordered", [_listed(call.args[0]), passed["key"], reverse])


def _prod(writer: _Pass, call: Any) -> gast.expr:
    start = next((k.value for k in call.keywords if k.arg == "start"), None) or _form(call, "1")
    return _called(call, "python_product_of", [_listed(call.args[0]), start])


def _divmod(writer: _Pass, call: Any) -> gast.expr:
    return _called(call, "python_divided", call.args)


def _log(writer: _Pass, call: Any) -> gast.expr:
    x, base = call.args
    return _form(call, "{f}({x}) / {f}({b})", f=call.func, x=x, b=base)


def _dist(writer: _Pass, call: Any) -> gast.expr:
    p, q = call.args
    pairs = zip(getattr(p, "elts", ()), getattr(q, "elts", ()), strict=False)
    new: Any = shallow(call)
    new.func = _form(call, "{m}.hypot", m=call.func.value) if isinstance(call.func, gast.Attribute) else None
    if new.func is None or len(getattr(p, "elts", ())) != len(getattr(q, "elts", ())) or not hasattr(p, "elts"):
        raise Refusal("`dist` of these is not differentiated", "write `math.dist((x, y), (u, v))`, or use NumPy", call)
    new.args = [_form(call, "float({a}) - float({b})", a=a, b=b) for a, b in pairs]
    return new


ITERATIONS: dict[Any, Callable[[_Pass, Any], gast.expr]] = {
    divmod: _divmod,
    map: _map,
    math.dist: _dist,
    math.log: _log,
    math.prod: _prod,
    filter: _filter,
    max: _choice,
    min: _choice,
    sorted: _sorted,
    functools.reduce: _reduce,
    itertools.accumulate: _accumulate,
    itertools.chain: _chain,
    CHAINED: _flattened,
    itertools.combinations: _combinations,
    itertools.islice: _islice,
    itertools.pairwise: _pairwise,
    itertools.product: _product,
    itertools.starmap: _starmap,
    np.ndenumerate: _enumerate,
    np.ndindex: _indices,
}
"""How a call of each of these functions is written; the calls come with the calls inside them written already."""


# ---- parts ----


def _parameters(function: Any) -> tuple[str, ...] | None:
    """The parameters of a lambda whose body can be written with others in their place."""
    if not isinstance(function, gast.Lambda):
        return None
    a = function.args
    more = [*a.posonlyargs, *a.kwonlyargs, *a.defaults, a.vararg, a.kwarg]
    inner = (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp, gast.NamedExpr)
    if any(more) or any(isinstance(n, inner) for n in nodes_in(function.body)):
        return None
    return tuple(n.id for n in a.args)


def _test(writer: _Pass, function: Any, name: str) -> gast.expr:
    none = isinstance(function, gast.Constant) and function.value is None
    return _form(function, name) if none else writer.applied(function, [name])


def _form(place: Any, template: str, **holes: Any) -> gast.expr:
    """The expression that a template spells, at the position of ``place``; what fills the holes keeps its own."""
    return substitute(moved(quote(template), place), {f"hole_{k}": v for k, v in holes.items()})


def _generator(place: Any, value: gast.expr, names: list[str], items: gast.expr) -> gast.expr:
    return _form(place, f"({{e}} for {', '.join(names)} in {{x}})", e=value, x=items)


def _called_with(call: Any, args: list[Any]) -> gast.expr:
    new: Any = shallow(call)
    new.args = args
    return new


def _called(place: Any, name: str, args: list[Any]) -> gast.expr:
    call: Any = _form(place, f"{name}()")
    call.args = args
    return call


def _is_unpacking(node: Any) -> bool:
    """True for ``a, b = ...``, which reads all that stands on its right at once."""
    return isinstance(node, gast.Assign) and all(isinstance(t, (gast.Tuple, gast.List)) for t in node.targets)


def _listed(items: Any) -> gast.expr:
    """What is run over, as something with an index."""
    if not isinstance(items, gast.GeneratorExp):
        return items
    new: Any = _form(items, "[x for x in y]")
    new.elt, new.generators = items.elt, items.generators
    return new


def _flat(node: Any) -> Any:
    """``list(...)`` of what has become a list is that list, and a generator in a generator its own."""
    same = isinstance(node, gast.Call) and dotted(node.func) == ("list",) and len(node.args) == 1
    called = dotted(node.args[0].func) if same and isinstance(node.args[0], gast.Call) else ()
    made = same and isinstance(node.args[0], (gast.ListComp, gast.List))
    return node.args[0] if made or (called and called[0] in EQUIVALENTS) else node


def _pools(call: Any) -> list[Any] | None:
    """What ``product`` runs over, one sequence for each item of its tuples."""
    passed = {k.arg: k.value for k in call.keywords}
    repeat = getattr(passed["repeat"], "value", None) if "repeat" in passed else 1
    found = [p for _ in range(repeat) for p in call.args] if isinstance(repeat, int) else []
    return found if 0 < len(found) <= 4 else None


def _ranges(call: Any) -> list[Any] | None:
    """The ranges over which the indices of ``np.ndindex`` run."""
    return [_form(call, "range({n})", n=n) for n in call.args] if 0 < len(call.args) <= 4 else None


def _enumerated(loop: Any) -> Any:
    """``for i, v in np.ndenumerate(x)`` as a loop over the indices, which starts by reading the element."""
    x, *lengths = loop.iter.args
    parts: Any = getattr(loop.target, "elts", ())
    stored = {n.id for n in nodes_in(loop) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    if not isinstance(x, gast.Name) or x.id in stored or len(parts) != 2:
        return None
    index = clone(parts[0])
    for node in nodes_in(index):
        if hasattr(node, "ctx"):
            node.ctx = gast.Load()
    new = shallow(loop)
    new.target, new.iter = parts[0], _called_with(loop.iter, lengths)
    new.body = [_assigned(parts[1], _form(parts[1], "{x}[{i}]", x=clone(x), i=index)), *loop.body]
    return new


def _leaves(loop: Any) -> bool:
    """True for a loop that its body may leave."""
    waiting, found = list(loop.body), False
    while waiting:
        node = waiting.pop()
        found = found or isinstance(node, gast.Break)
        inner = isinstance(node, (gast.For, gast.While))
        waiting += node.orelse if inner else list(gast.iter_child_nodes(node))
    return found


def _is_steady(items: Any, body: list[gast.stmt]) -> bool:
    """True for a sequence that comes out the same whenever it is read in a body."""
    names = set(names_in(items))
    nodes = [n for s in body for n in nodes_in(s)]
    stored = {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    if isinstance(items, gast.Call):
        return dotted(items.func) == ("range",) and not names & stored
    below = [n for n in nodes if isinstance(n, (gast.Subscript, gast.Attribute))]
    parts = [n.value for n in below if not isinstance(n.ctx, gast.Load)]
    given = [a for n in nodes if isinstance(n, gast.Call) for a in (*n.args, n.func)]
    touched = stored.union(*(names_in(p) for p in (*parts, *given)))
    return isinstance(items, (gast.Name, gast.Constant)) and not names & touched


def _triangle(names: list[str], n: Any, targets: Any) -> list[tuple[Any, Any]]:
    """Each index runs from behind the one before it."""
    starts = ["", *(f"{name} + 1, " for name in names[:-1])]
    return [(t, _form(t, f"range({s}{{n}})", n=n)) for t, s in zip(targets, starts, strict=True)]


def _nested(loop: Any, headers: list[tuple[Any, Any]], body: list[gast.stmt]) -> gast.For:
    for target, items in reversed(headers):
        new = shallow(loop)
        new.target, new.iter, new.body = target, clone(items), body
        body = [new]
    return body[0]


def _stored(name: str, place: Any) -> gast.expr:
    tree: Any = _form(place, name)
    tree.ctx = gast.Store()
    return tree


def _assigned(target: Any, value: gast.expr) -> gast.stmt:
    line: Any = moved(statements("x = 0")[0], target)
    line.targets, line.value = [target], value
    return line
