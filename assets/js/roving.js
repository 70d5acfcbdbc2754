// A table of links is one tab stop; arrow keys walk it: <table data-roving> with one link in each body cell.
export function start() {
  for (const table of document.querySelectorAll("table[data-roving]")) rove(table);
}

function rove(table) {
  const rows = [...table.tBodies]
    .flatMap((body) => [...body.rows])
    .map((row) => [...row.cells].map((cell) => cell.querySelector("a")).filter(Boolean));
  const links = rows.flat();
  if (links.length === 0) return;
  for (const link of links) link.tabIndex = -1;
  links[0].tabIndex = 0;

  const go = (row, column) => {
    const line = rows[Math.min(Math.max(row, 0), rows.length - 1)];
    const target = line?.[Math.min(Math.max(column, 0), line.length - 1)];
    if (!target) return;
    for (const link of links) link.tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
  };
  table.addEventListener("focusin", (event) => {
    if (!links.includes(event.target)) return;
    for (const link of links) link.tabIndex = -1;
    event.target.tabIndex = 0;
  });
  table.addEventListener("keydown", (event) => {
    const row = rows.findIndex((line) => line.includes(event.target));
    if (row < 0 || event.altKey || event.metaKey) return;
    const column = rows[row].indexOf(event.target);
    const steps = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? rows.length - 1 : row, Number.MAX_SAFE_INTEGER],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    go(...step);
  });
}
