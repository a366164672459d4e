"""Statements about lists for the random programs: built, changed, read, walked, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.expressions import Listing, Variable, expression, narrower, scalar

if TYPE_CHECKING:
    from tests.fuzz.generate import Writer

__all__ = ["comprehension", "copied_list", "grown_list", "joined_list", "list_header", "list_item", "new_list"]


def _item(w: Writer, listing: Listing) -> str:
    return f"np.sin({expression(w.scope, listing.shape, 2)})"


def new_list(w: Writer) -> None:
    """``xs = []``, ``xs = [a, b]``, ``xs = [0.0] * 2``."""
    listing = Listing(w.new_name(), w.scope.shape()[-2:], w.rng.choice((0, 1, 2, 3)))
    if not listing.shape and listing.least and w.rng.random() < 0.3:
        w.line(f"{listing.name} = [{w.rng.choice(('0.0', '1', '0.5'))}] * {listing.least}")
    else:
        w.line(f"{listing.name} = [{', '.join(_item(w, listing) for _ in range(listing.least))}]")
    w.scope.lists[listing.name] = listing


def _any(w: Writer, least: int = 0) -> Listing | None:
    found = [x for x in w.scope.lists.values() if x.least >= least]
    return w.rng.choice(found) if found else None


def grown_list(w: Writer) -> None:
    """``xs.append(e)`` and its relatives."""
    xs = _any(w)
    if xs is None:
        return new_list(w)
    item = _item(w, xs)
    texts = ["{x}.append({e})"] * 4 + ["{x} += [{e}]", "{x} = {x} + [{e}]", "{x}.insert(0, {e})", "{x} = [{e}] + {x}"]
    if xs.least:
        texts += ["{x}.append({x}[-1] * {s})", "{x}.append(np.tanh({x}[0]) + {x}[-1])"]
        texts += ["{x}.extend([{e}, {x}[0] * {s}])"]
    w.line(w.rng.choice(texts).format(x=xs.name, e=item, s=scalar(w.scope)))
    w.scope.lists[xs.name] = Listing(xs.name, xs.shape, xs.least + 1)
    return None


def list_item(w: Writer) -> None:
    """``t = xs[i]`` and ``xs[i] = e``."""
    xs = _any(w, 1)
    if xs is None:
        return new_list(w)
    index = w.rng.choice((0, -1, w.rng.randrange(xs.least)))
    kind = w.rng.random()
    if kind < 0.5:
        w.assign(w.new_name(), xs.shape, f"{xs.name}[{index}]{w.rng.choice(('', ' * 1.5'))}", fresh=False)
    elif kind < 0.8 or xs.shape:
        w.line(f"{xs.name}[{index}] = {_item(w, xs)}")
    else:
        w.line(f"{xs.name}[{index}] {w.rng.choice(('+=', '*='))} {scalar(w.scope)}")
    return None


def copied_list(w: Writer) -> None:
    """Another list of the same items, or of some of them."""
    xs = _any(w, 2)
    if xs is None:
        return grown_list(w)
    template, least = w.rng.choice([("list({})", 0), ("{}[1:]", 1), ("{}[:-1]", 1), ("{}[::-1]", 0), ("{} + {}", 0)])
    name = w.new_name()
    w.line(f"{name} = {template.format(xs.name, xs.name)}")
    w.scope.lists[name] = Listing(name, xs.shape, xs.least - least)
    return None


def joined_list(w: Writer) -> None:
    """A list made one array, or one sum."""
    xs = _any(w, 1)
    if xs is None:
        return grown_list(w)
    templates = ["sum({x}) / len({x})", "np.mean(np.stack({x}), axis=0)"]
    templates += ["np.sum(np.array({x}) ** 2, axis=0) / len({x})"]
    if xs.shape:
        templates += ["np.stack({x}, axis=-1).sum(axis=-1) / 3", "np.concatenate({x}).mean(axis=0) + {x}[0] * 0.5"]
    template = w.rng.choice(templates)
    if "concatenate" in template:
        template = f"np.tanh({template})"
    w.assign(w.new_name(), xs.shape, template.format(x=xs.name), fresh="[0]" not in template)
    return None


def comprehension(w: Writer) -> None:
    """``[f(v) for v in xs]`` and ``sum(f(v) for v in xs)``."""
    xs = _any(w)
    if xs is None:
        return new_list(w)
    name, v = w.new_name(), w.rng.choice(("v", "u"))
    outer, w.scope = w.scope, w.scope.inner()
    w.scope.add(Variable(v, xs.shape))
    item = f"np.tanh({expression(w.scope, narrower(w.scope, xs.shape), 2)}) * {v}"
    test = w.rng.choice(("", "", f" if np.sum({v}) > 0.1"))
    w.scope = outer
    if w.rng.random() < 0.5:
        w.line(f"{name} = [{item} for {v} in {xs.name}{test}]")
        w.scope.lists[name] = Listing(name, xs.shape, 0 if test else xs.least)
    else:
        w.assign(name, (), f"sum(np.sum({item}) for {v} in {xs.name}{test}) + 0.0", fresh=False)
    return None


def list_header(w: Writer) -> tuple[str, list[Variable]]:
    """The header of a loop over one list or two; inside, the list is left alone."""
    xs, ys, a, b = _any(w), _any(w), w.new_name(), w.new_name()
    if xs is None or ys is None:
        return "i0 in range(2)", []
    for listing in (xs, ys):
        w.scope.lists.pop(listing.name, None)
    kind = w.rng.random()
    if kind < 0.3:
        return f"{a}, {b} in zip({xs.name}, {ys.name})", [Variable(a, xs.shape), Variable(b, ys.shape)]
    template = "{a} in {x}" if kind < 0.6 else "i0, {a} in enumerate({x})" if kind < 0.8 else "{a} in reversed({x})"
    return template.format(a=a, x=xs.name), [Variable(a, xs.shape)]
