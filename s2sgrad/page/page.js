"use strict";
(() => {
  const columns = ["left", "right"].map((id) => document.getElementById(id));
  const bench = document.getElementById("bench");
  const card = document.getElementById("card");
  const help = [...card.childNodes];
  const every = [...document.querySelectorAll("[data-g]")].filter((e) => e.tagName !== "A");
  const lines = every.filter((e) => e.getAttribute("role") === "option");
  let shown = null;
  let pinned = null;

  const linesOf = (group, column) => lines.filter((e) => e.dataset.g === group && column.contains(e));

  // Bring a line into the column's own window, and leave the page where it is.
  function bring(line, column) {
    const box = column.getBoundingClientRect();
    const own = line.getBoundingClientRect();
    const top = column.firstElementChild.getBoundingClientRect().height;
    if (own.top < box.top + top || own.bottom > box.bottom) {
      column.scrollTop += own.top - box.top - (box.height - own.height) / 3;
    }
  }

  function explain(group) {
    const step = document.getElementById("s" + group);
    card.replaceChildren(...(step ? [...step.cloneNode(true).childNodes] : help));
    card.classList.toggle("lit", step !== null);
    card.scrollTop = 0;
  }

  function light(group, from) {
    if (group !== shown) {
      for (const e of every) {
        const on = group !== null && e.dataset.g === group;
        e.classList.toggle("lit", on);
        if (e.getAttribute("role") === "option") e.setAttribute("aria-selected", String(on));
      }
      shown = group;
      explain(group);
    }
    if (group === null) return;
    for (const column of columns) {
      const own = linesOf(group, column);
      const first = own.find((e) => e.classList.contains("back")) || own[0];
      if (first && !(from && column.contains(from))) bring(first, column);
    }
  }

  function pin(group) {
    pinned = group;
    light(group);
  }

  // One line of each listing can be reached by Tab: the one that had the focus last.
  function focus(line) {
    const list = line.parentElement;
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    line.tabIndex = 0;
    line.focus({ preventScroll: true });
    bring(line, columns.find((c) => c.contains(line)));
    bench.scrollIntoView({ block: "nearest" });
  }

  function move(line, key) {
    const column = columns.find((c) => c.contains(line));
    const own = lines.filter((e) => column.contains(e));
    const at = own.indexOf(line);
    const across = columns[1 - columns.indexOf(column)];
    const targets = {
      ArrowDown: () => own[at + 1],
      ArrowUp: () => own[at - 1],
      Home: () => own[0],
      End: () => own[own.length - 1],
      ArrowLeft: () => column === columns[1] && linesOf(line.dataset.g, across)[0],
      ArrowRight: () => column === columns[0] && linesOf(line.dataset.g, across)[0],
    };
    return key in targets ? targets[key]() || line : null;
  }

  for (const line of lines) {
    line.addEventListener("mouseenter", () => pinned === null && light(line.dataset.g, line));
    line.addEventListener("focus", () => {
      if (pinned !== null && pinned !== line.dataset.g) pinned = null;
      light(line.dataset.g, line);
    });
    line.addEventListener("click", () => pin(pinned === line.dataset.g ? null : line.dataset.g));
  }
  for (const column of columns) {
    column.addEventListener("mouseleave", () => {
      const focused = document.activeElement;
      if (pinned === null) light(lines.includes(focused) ? focused.dataset.g : null);
    });
  }
  for (const e of every.filter((other) => other.closest(".graph"))) {
    e.addEventListener("mouseenter", () => pinned === null && light(e.dataset.g));
    e.addEventListener("mouseleave", () => pinned === null && light(null));
    e.addEventListener("click", () => pin(pinned === e.dataset.g ? null : e.dataset.g));
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const line = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!line || !lines.includes(line)) return;
    event.preventDefault();
    focus(line);
    pin(line.dataset.g);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      pin(null);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || !lines.includes(event.target)) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pin(pinned === event.target.dataset.g ? null : event.target.dataset.g);
      return;
    }
    const next = move(event.target, event.key);
    if (next) {
      event.preventDefault();
      focus(next);
    }
  });
})();
