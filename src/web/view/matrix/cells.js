// Makes the cells of a column. Nearly nine hundred cells of four elements each: made one by one
// from outside they take ten times as long, and so does writing to them attribute by attribute.
// Names are text and never read as markup.

import { next_frame, next_task } from "../../next_task.js";

let pattern;

function cell_pattern() {
  const make = (kind, name) => {
    const element = document.createElement(kind);
    element.className = name;
    return element;
  };
  const cell = make("div", "cell");
  cell.setAttribute("role", "gridcell");
  cell.tabIndex = -1;
  const score = make("span", "cell-score");
  score.setAttribute("aria-hidden", "true");
  cell.appendChild(make("div", "cell-name")).appendChild(make("i", "cell-room"));
  cell.append(score);
  const fold = make("i", "cell-fold");
  fold.setAttribute("aria-hidden", "true");
  const subs = make("div", "cell-subs");
  subs.setAttribute("role", "none");
  subs.hidden = true;
  return { cell, fold, subs };
}

// `ids` and `names` are separated by line breaks; `below[at]` is how many of the cells that
// follow are sub-techniques of this one. Returns cell, score, fold and group of each in turn,
// the last two null where there is nothing to fold.
export function make_cells(host, tactic, ids, names, below) {
  pattern ??= cell_pattern();
  const all_names = names.split("\n");
  const made = [];
  let group = host;
  let left = 0;
  ids.split("\n").forEach((id, at) => {
    const is_top = left === 0;
    if (is_top) group = host;
    else left -= 1;
    const cell = pattern.cell.cloneNode(true);
    cell.dataset.technique = id;
    cell.dataset.tactic = tactic;
    // The head of the row is the first.
    cell.setAttribute("aria-colindex", at + 2);
    const name = cell.firstChild;
    name.dataset.id = id;
    // The blank sets the score apart from it, for whoever reads both as one text.
    name.append(`${all_names[at]} `);
    group.append(cell);
    let fold = null;
    let subs = null;
    if (is_top && below[at] > 0) {
      left = below[at];
      fold = cell.appendChild(pattern.fold.cloneNode());
      subs = host.appendChild(pattern.subs.cloneNode());
      subs.style.setProperty("--subs", left);
      group = subs;
    }
    made.push(cell, name.nextSibling, fold, subs);
  });
  return made;
}

// For a picture that unfolds much: how many rows of a column begin above the lower edge of what is scrolled: where columns stand beside
// each other, their rows have one height, and nothing is scrolled (what is unfolded above would move it
// as the browser likes); else -1.
export function rows_in_sight(grid) {
  const columns = [...grid.children].filter((each) => !each.hidden).map((each) => each.lastElementChild);
  const top = (element) => element.getBoundingClientRect().top;
  const is_shown = (each) => (each.matches(".cell") ? each.dataset.technique : !each.hidden);
  const shown = [...(columns[0]?.children ?? [])].filter(is_shown);
  const at = shown.findIndex((each, at) => each.matches(".cell") && shown[at + 1]?.matches(".cell"));
  const view = grid.parentElement;
  const is_known = grid.dataset.layout === "flat" && view.scrollTop === 0 && at >= 0;
  if (!is_known || top(columns[0]) !== top(columns.at(-1))) return -1;
  const height = top(shown[at + 1]) - top(shown[at]);
  // Below each other, columns are folded themselves.
  if (height <= 0) return -1;
  const { bottom } = view.getBoundingClientRect();
  // A browser prepares to paint some thousand pixels more than is seen; what is cut off it need not, in this frame.
  grid.style.clipPath = `inset(-9px -9999px calc(100% - ${bottom - top(grid)}px) -9999px)`;
  next_frame().then(next_task).then(() => grid.style.removeProperty("clip-path"));
  return Math.ceil((bottom - top(columns[0])) / height);
}

// Has the browser lay out the groups of a column that are folded away (`style/matrix.css`).
export function lay_out(elements) {
  for (const element of elements) {
    if (element?.hidden) element.querySelector("[data-technique]")?.getBoundingClientRect();
  }
}

const NONE = 0xffffffff;

// `writes` holds three numbers each: which of the `elements` that make_cells returned, which of the
// `names`, and which of the `texts` (or NONE, to take it away). The empty name is the text inside,
// one behind a colon a property of the style.
export function write_cells(elements, names, texts, writes) {
  const all_names = names.split(" ");
  const all_texts = texts.split("\x1f");
  for (let at = 0; at < writes.length; at += 3) {
    const element = elements[writes[at]];
    if (!element) continue;
    const name = all_names[writes[at + 1]];
    const value = writes[at + 2] === NONE ? null : all_texts[writes[at + 2]];
    if (name === "") {
      // To replace the text's node would cost its style anew.
      if (element.firstChild) element.firstChild.data = value ?? "";
      else element.append(value ?? "");
    } else if (name[0] === ":") {
      if (value === null) element.style.removeProperty(name.slice(1));
      else element.style.setProperty(name.slice(1), value);
    } else if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}
