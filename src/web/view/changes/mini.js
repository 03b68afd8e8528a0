// A whole matrix of squares without listeners: made one by one from outside, its cells would take
// ten times as long. Everything is text or a colour, nothing is read as markup.
// Each string holds one line a cell, `heads` one a column; `lengths` are the cells of each column,
// `kinds` one letter a cell: t technique, s sub-technique.
export function draw_mini(host, heads, lengths, kinds, fills, inks, signs, titles) {
  const lines = (text) => text.split("\n");
  const [fill, ink, sign, title] = [lines(fills), lines(inks), lines(signs), lines(titles)];
  const names = lines(heads);
  const made = document.createDocumentFragment();
  let at = 0;
  lengths.forEach((length, column) => {
    const stack = document.createElement("div");
    stack.className = "mini-column";
    const head = document.createElement("div");
    head.className = "mini-head";
    head.textContent = head.title = names[column];
    const cells = document.createElement("div");
    cells.className = "mini-cells";
    for (const end = at + length; at < end; at += 1) {
      const cell = document.createElement("i");
      if (kinds[at] === "s") cell.className = "mini-sub";
      if (fill[at]) cell.style.backgroundColor = fill[at];
      if (sign[at]) {
        cell.textContent = sign[at];
        cell.dataset.changed = "";
        cell.style.color = ink[at];
      }
      cell.title = title[at];
      cells.append(cell);
    }
    stack.append(head, cells);
    made.append(stack);
  });
  host.replaceChildren(made);
}
