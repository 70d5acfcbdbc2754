// The buttons of a question, without leaving the page; without this script each of them sends the page.
export function start() {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const act = button && (("clear" in button.dataset && clear) || ("addRow" in button.dataset && addRow) || ("take" in button.dataset && take));
    if (!act) return;
    event.preventDefault();
    act(button);
  });
  form.addEventListener("change", (event) => alone(event.target), true);
  document.addEventListener("htmx:oobAfterSwap", (event) => backToFile(event.detail.target.id));
}

// The documents came anew with the file that was just sent: who stood there goes on there
function backToFile(id) {
  const documents = id.endsWith("-bewijs") && document.getElementById(id);
  if (!documents || document.activeElement !== document.body) return;
  const files = documents.querySelectorAll(".documents__file > .small > a:first-of-type");
  const refused = documents.querySelector(".field__error");
  (refused ? documents.querySelector("input[type=file]") : files[files.length - 1])?.focus();
}

// Radios can't be unchosen by hand
function clear(button) {
  const radios = [...button.closest("[data-question]").querySelectorAll("input[type=radio]")];
  const chosen = radios.find((radio) => radio.checked);
  if (!chosen) return;
  chosen.checked = false;
  radios[0].focus();
  chosen.dispatchEvent(new Event("input", { bubbles: true }));
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

function addRow(button) {
  const rows = button.closest("fieldset").querySelectorAll(".documents__row");
  const row = rows[rows.length - 1].cloneNode(true);
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    field.id = field.name = field.name.replace(/(-documents-)\d+/, `$1${rows.length}`);
    field.removeAttribute("aria-describedby");
    field.removeAttribute("aria-invalid");
    const label = field.closest(".field").querySelector("label");
    label.htmlFor = field.id;
    label.textContent = label.textContent.replace(/\d+$/, rows.length + 1);
  }
  const cell = row.querySelector(".documents__file");
  cell.id = cell.id.replace(/(-documents-)\d+/, `$1${rows.length}`);
  // the file of the row above is not that of this one; its own place comes with its title
  if (!cell.querySelector("input")) cell.replaceChildren();
  button.before(row);
  row.querySelector("input").focus();
}

// An explanation of an earlier measurement, below what stands there already
function take(button) {
  const field = document.getElementById(button.dataset.into);
  const text = document.getElementById(button.dataset.take).textContent;
  field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${text}` : text;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A choice that can't go with another ends the others, and the other way round
function alone(box) {
  const group = box.closest("[data-alone]");
  if (!group || box.type !== "checkbox" || !box.checked) return;
  const codes = JSON.parse(group.dataset.alone);
  for (const other of group.querySelectorAll("input[type=checkbox]")) {
    if (other !== box && (codes.includes(box.value) || codes.includes(other.value))) other.checked = false;
  }
}
