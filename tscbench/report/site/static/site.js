// Sorting, filters, columns and theme. Without this file the pages are complete, and sorted.
// State is in the address, after #: "standard.sort=-auc&standard.q=munge&standard.dataset=magic".
"use strict";

const TEXT = new Intl.Collator("en", { numeric: true });
const MANY = 24, FIRST = 12; // rows of a table that is folded, and of them those that are seen
const state = new Map();

function readAddress() {
  state.clear();
  const hash = location.hash.slice(1);
  if (!hash.includes("=")) return;
  for (const [key, value] of new URLSearchParams(hash)) state.set(key, value);
}

function setState(key, value) {
  if (value) state.set(key, value);
  else state.delete(key);
  const pairs = [...state].sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = new URLSearchParams(pairs).toString();
  history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
}

// ---- theme

function remembered() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

function theme() {
  const chosen = state.get("theme") || remembered();
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function showTheme() {
  document.documentElement.dataset.theme = theme();
}

function themeButton() {
  const button = document.createElement("button");
  button.type = "button";
  const label = () => { button.textContent = theme() === "dark" ? "Light" : "Dark"; };
  button.setAttribute("aria-label", "Change between light and dark");
  button.addEventListener("click", () => {
    const next = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* the address alone remembers it */ }
    if (state.has("theme") || remembered() !== next) setState("theme", next);
    showTheme();
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { showTheme(); label(); });
  label();
  document.querySelector(".top .pages").append(button);
}

// ---- tables

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function board(table) {
  const id = table.id;
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const names = heads.map((head) => head.dataset.name);
  const given = heads.findIndex((head) => head.hasAttribute("aria-sort"));
  const upFirst = heads.map((head) => !head.classList.contains("n"));
  const text = (row, column) => row.cells[column].textContent.trim();
  const found = rows.map((row) => row.textContent.toLowerCase());
  const refresh = [];
  let order = rows;

  function key(row, column) {
    const cell = row.cells[column];
    if (cell.dataset.key !== undefined) return Number(cell.dataset.key);
    return heads[column].classList.contains("n") ? NaN : text(row, column);
  }

  function sorted(column, up) {
    const keyed = rows.map((row, place) => [key(row, column), place, row]);
    keyed.sort(([a, i], [b, j]) => {
      if (typeof a === "number" && typeof b === "number") {
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b) || i - j;
        return (up ? a - b : b - a) || i - j;
      }
      return (up ? 1 : -1) * TEXT.compare(a, b) || i - j;
    });
    return keyed.map(([, , row]) => row);
  }

  function showSort() {
    const asked = state.get(id + ".sort") || "";
    const column = names.indexOf(asked.replace(/^-/, ""));
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    const up = !asked.startsWith("-");
    order = column < 0 ? rows : sorted(column, up);
    table.tBodies[0].append(...order);
    if (column >= 0) heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    else if (given >= 0) heads[given].setAttribute("aria-sort", table.dataset.given);
  }

  function showFold() {
    const narrowed = Boolean(state.get(id + ".q")) || facets().length > 0;
    const folded = rows.length > MANY && !narrowed && !state.get(id + ".all");
    order.forEach((row, place) => row.classList.toggle("folded", folded && place >= FIRST));
    more.hidden = !folded;
  }

  function sortBy(column) {
    const now = heads[column].getAttribute("aria-sort");
    const up = now ? now === "descending" : upFirst[column];
    setState(id + ".sort", (up ? "" : "-") + names[column]);
    showSort();
    showFold();
  }

  function facets() {
    return heads.flatMap((head, column) => {
      const asked = head.hasAttribute("data-facet") ? state.get(id + "." + names[column]) : "";
      return asked ? [[column, asked]] : [];
    });
  }

  function showRows() {
    const words = (state.get(id + ".q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = facets();
    let shown = 0;
    rows.forEach((row, place) => {
      const fits = words.every((word) => found[place].includes(word))
        && wanted.every(([column, asked]) => text(row, column) === asked);
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
    showFold();
  }

  function showColumns() {
    const hidden = new Set((state.get(id + ".hide") || "").split("~"));
    names.forEach((name, column) => {
      for (const row of [table.tHead.rows[0], ...rows]) row.cells[column].hidden = hidden.has(name);
    });
  }

  function searchBox() {
    const box = make("input", { type: "search", placeholder: "Filter rows" });
    box.setAttribute("aria-label", "Filter rows of " + id);
    box.addEventListener("input", () => { setState(id + ".q", box.value.trim()); showRows(); });
    refresh.push(() => { box.value = state.get(id + ".q") || ""; });
    return box;
  }

  function facetBox(column) {
    const values = [...new Set(rows.map((row) => text(row, column)))].sort(TEXT.compare);
    if (values.length < 2) return [];
    const name = names[column];
    const box = make("select", {}, new Option("any " + name, ""), ...values.map((v) => new Option(v, v)));
    box.setAttribute("aria-label", "Only rows of one " + name);
    const mark = () => box.classList.toggle("on", box.value !== "");
    box.addEventListener("change", () => { setState(id + "." + name, box.value); mark(); showRows(); });
    refresh.push(() => { box.value = state.get(id + "." + name) || ""; mark(); });
    return [box];
  }

  function columnBox() {
    const boxes = names.map((name) => make("input", { type: "checkbox", value: name }));
    const write = () => {
      setState(id + ".hide", boxes.filter((box) => !box.checked).map((box) => box.value).join("~"));
      showColumns();
    };
    boxes.forEach((box) => box.addEventListener("change", write));
    refresh.push(() => {
      const hidden = new Set((state.get(id + ".hide") || "").split("~"));
      boxes.forEach((box) => { box.checked = !hidden.has(box.value); });
    });
    const labels = boxes.map((box) => make("label", {}, box, " " + box.value));
    const legend = make("legend", { className: "hidden", textContent: "Columns to show" });
    const details = make("details", {}, make("summary", { textContent: "Columns" }), make("fieldset", {}, legend, ...labels));
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      details.open = false;
      details.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!details.contains(event.target)) details.open = false; });
    return details;
  }

  function showAll() {
    refresh.forEach((show) => show());
    showSort();
    showRows();
    showColumns();
  }

  const count = make("output", {});
  count.setAttribute("aria-live", "polite");
  const more = make("button", { type: "button", className: "fold", textContent: `Show all ${rows.length} rows` });
  more.addEventListener("click", () => { setState(id + ".all", "1"); showFold(); });
  table.parentElement.after(more);
  if (given >= 0) table.dataset.given = heads[given].getAttribute("aria-sort");
  heads.forEach((head, column) => {
    const button = make("button", { type: "button", textContent: head.textContent.trim() });
    button.addEventListener("click", () => sortBy(column));
    head.replaceChildren(button);
  });
  if (table.classList.contains("tools")) {
    const choices = heads.flatMap((head, column) => (head.hasAttribute("data-facet") ? facetBox(column) : []));
    table.parentElement.before(make("div", { className: "bar" }, searchBox(), ...choices, columnBox(), count));
  }
  showAll();
  return showAll;
}

// ---- start

readAddress();
showTheme();
document.addEventListener("DOMContentLoaded", () => {
  themeButton();
  const boards = [...document.querySelectorAll("table[id]")].filter((table) => table.tBodies[0].rows.length > 1).map(board);
  addEventListener("hashchange", () => {
    if (location.hash && !location.hash.includes("=")) return;
    readAddress();
    showTheme();
    boards.forEach((show) => show());
  });
  const asked = [...state.keys()].map((name) => document.getElementById(name.split(".")[0])).find(Boolean);
  if (asked) asked.parentElement.scrollIntoView({ block: "start" });
});
