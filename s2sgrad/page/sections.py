"""The parts of the page: the panels of code, the steps with their formulas, the table of what is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import gast

from s2sgrad.page.correspondence import Group, Pages, Panel, Placed, Row, inner_blocks
from s2sgrad.page.elements import code, element, escape, key, left_id, line_link, pieces, prose, right_id
from s2sgrad.page.mathml import Formulas
from s2sgrad.page.saved import Saved, Still, saved, still_there
from s2sgrad.parse import Source
from s2sgrad.quote import nodes_in

__all__ = ["kept", "panels", "steps"]


# ---- code ----


def panels(found: list[Panel], side: str) -> str:
    """All functions of one side."""
    return "".join(_panel(number, panel, side) for number, panel in enumerate(found))


def _panel(number: int, panel: Panel, side: str) -> str:
    heading = element("h3", element("code", escape(panel.title)) + element("span", escape(panel.place), class_="place"))
    first = next((row for row in panel.rows if row.group is not None), None)
    border = _border(panel.rows)
    rows = (_row(number, row, side, row is first, row is border) for row in panel.rows)
    label = f"{'Your function' if side == 'l' else 'Generated function'} {panel.title}"
    listing = element("ol", "".join(rows), class_="code", role="listbox", aria_label=label, aria_multiselectable="true")
    return element("section", heading + listing, class_="panel")


def _border(rows: list[Row]) -> Row | None:
    """The empty line in front of the backward part, where there is a forward part."""
    start = next((i for i, row in enumerate(rows) if row.backward), 0)
    return rows[start - 1] if start and not rows[start - 1].pieces else None


def _row(panel: int, row: Row, side: str, first: bool, border: bool) -> str:
    inner = element("span", str(row.number), class_="number", aria_hidden="true") + element("code", pieces(row.pieces))
    grouped = row.group is not None
    kinds = ["back"] * row.backward + ["border"] * border
    return element(
        "li",
        inner,
        id=left_id(panel, row.number) if side == "l" else right_id(panel, row.number),
        class_=" ".join(kinds) or None,
        role="option",
        aria_selected="false" if grouped else None,
        aria_disabled=None if grouped else "true",
        data_g=key(row.group) if row.group is not None else None,
        tabindex=("0" if first else "-1") if grouped else None,
    )


# ---- steps ----


def steps(pages: Pages) -> str:
    """An entry for each statement of the user's, in the order in which the way back, or the tangents, pass them."""
    groups = {p.group for panel in pages.right for p in panel.statements}
    order = sorted(groups, key=lambda g: (g.function, g.line if pages.tangents else -g.line))
    reasons = saved(pages)
    return "".join(_step(pages, group, [s for s in reasons if s.group == group]) for group in order)


def _step(pages: Pages, group: Group, reasons: list[Saved]) -> str:
    source = pages.sources[group.function]
    statement = _statement(source, group.line)
    known = _known(pages, group.function)
    title = line_link(left_id(*group), f"line {group.line}", group) + code(source.quote(statement))
    parsed = _parsed(source, statement)
    forward = Formulas(known).statement(parsed) if parsed is not None else ""
    back = _back(pages, group, known, parsed)
    sides = [element("div", element("h4", "Forward") + forward, class_="forward")] if forward else []
    sides += [element("div", back, class_="backward")] if back else []
    parts = [element("h3", title), element("div", "".join(sides), class_="sides")]
    parts += [element("p", _why(one), class_="keeps") for one in reasons]
    if not back:
        word = "tangents have" if pages.tangents else "way back has"
        parts.append(element("p", _EMPTY[statement is source.tree].format(word), class_="nothing"))
    return element("article", "".join(parts), class_="step", id=f"s{key(group)}", data_g=key(group))


_EMPTY = {
    True: "The function starts here, and the derivative is returned.",
    False: "The {} nothing to do here.",
}


def _back(pages: Pages, group: Group, known: frozenset[str], user: ast.stmt | None) -> str:
    """What the way back, or the tangent, does for the ``user``'s statement, in each function that does anything."""
    found: dict[str, str] = {}
    for number, panel in enumerate(pages.right):
        own = [p for p in panel.statements if p.group == group and _is_shown(pages, p, user)]
        if own:
            found[panel.title] = element("ul", "".join(_formula(number, placed, known) for placed in own))
    word = "Tangent" if pages.tangents else "Way back"
    heads = {title: f"{word} in {code(title)}" if len(found) > 1 else word for title in found}
    return "".join(element("h4", heads[title]) + lines for title, lines in found.items())


def _is_shown(pages: Pages, placed: Placed, user: ast.stmt | None) -> bool:
    if not pages.tangents:
        return placed.backward and not isinstance(placed.node, ast.Return)
    same = user is not None and ast.dump(user) == ast.dump(placed.node)
    return not same and not any(inner_blocks(placed.node))


def _formula(panel: int, placed: Placed, known: frozenset[str]) -> str:
    """One generated statement as a formula; the head of a compound one as code."""
    shown = Formulas(known).statement(placed.node) or code(_head(placed.node))
    link = line_link(right_id(panel, placed.node.lineno), str(placed.node.lineno), placed.group)
    return element("li", link + shown)


def _head(node: ast.stmt) -> str:
    """The first line of a statement."""
    return ast.unparse(node).split("\n", 1)[0]


def _statement(source: Source, line: int) -> gast.AST:
    """The user's statement that starts in a line: the outermost one, if there are several; of a lambda its value."""
    if source.is_lambda:
        return source.tree.body[0]
    found = (n for n in nodes_in(source.tree) if isinstance(n, gast.stmt) and n.lineno == line)
    return next(found, source.tree)


def _parsed(source: Source, statement: gast.AST) -> ast.stmt | None:
    """A simple statement of the user's as Python's own tree."""
    if any(inner_blocks(statement)):
        return None
    try:
        return ast.parse(source.text(statement)).body[0]
    except SyntaxError:  # a lambda's value, or a statement that goes on at another indentation
        return None


def _known(pages: Pages, function: int) -> frozenset[str]:
    """The names that may have adjoints."""
    nodes = list(ast.walk(pages.sources[function].tree))
    names = {n.id for n in nodes if isinstance(n, gast.Name)} | {n.attr for n in nodes if isinstance(n, gast.Attribute)}
    names |= {n.value for n in nodes if isinstance(n, gast.Constant) and isinstance(n.value, str)}
    units = [p.unit for p in pages.right if p.statements and p.statements[0].group.function == function]
    return frozenset(names | {k.variable for unit in units if unit is not None for k in unit.origins.kept})


# ---- what is kept ----


def kept(pages: Pages) -> str:
    """The section on what the forward part keeps, and what the way back reads where it is."""
    rows = [_kept_row(one) for one in saved(pages)]
    heads = ("Kept", "What", "Line", "Taken back", "Read by", "Why")
    head = "".join(element("th", text, scope="col") for text in heads)
    table = element("table", element("thead", element("tr", head)) + element("tbody", "".join(rows)))
    scroll = element("div", table, class_="scroll keeping", tabindex="0", role="region", aria_label="What is kept")
    still = list(still_there(pages))
    nothing = element("p", "Nothing is kept: the way back reads no value of the forward part that is overwritten.")
    heading = element("h2", "What the forward pass keeps, and why", id="kept-heading")
    shown = heading + (scroll if rows else nothing) + (_still(still) if still else "")
    return element("section", shown, aria_labelledby="kept-heading")


def _kept_row(one: Saved) -> str:
    cells = [
        element("th", code(one.kept.name), scope="row"),
        element("td", code(one.value or one.kept.variable)),
        element("td", line_link(left_id(*one.group), str(one.group.line), one.group)),
        element("td", _links(one.panel, one.taken, one.group) or "stays where it is"),
        element("td", _links(one.panel, one.read, None)),
        element("td", "; ".join(map(prose, one.reasons))),
    ]
    return element("tr", "".join(cells))


def _why(one: Saved) -> str:
    value = f" ({code(one.value)})" if one.value else ""
    return f"Keeps {code(one.kept.name)}{value}: {'; '.join(map(prose, one.reasons))}."


def _links(panel: int, lines: Iterable[int], group: Group | None) -> str:
    return ", ".join(line_link(right_id(panel, line), str(line), group) for line in lines)


def _still(found: list[Still]) -> str:
    return element("p", "Read where it is, because nothing changes it in between: " + ", ".join(_each(found)) + ".")


def _each(found: list[Still]) -> Iterator[str]:
    for one in found:
        yield f"{code(one.name)} ({_links(one.panel, one.read, None)})"
