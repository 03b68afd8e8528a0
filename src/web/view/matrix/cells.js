// Makes the cells of a column. Nearly nine hundred cells of four elements each: made one by one
// from outside they take ten times as long. Names are text and never read as markup.

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
  cell.appendChild(make("div", "cell-name")).appendChild(score);
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
    const name = cell.firstChild;
    name.dataset.id = id;
    name.append(all_names[at]);
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
    made.push(cell, name.firstChild, fold, subs);
  });
  return made;
}
