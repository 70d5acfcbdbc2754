// Judging with the keyboard: single keys outside a field, that can be switched off (WCAG 2.1.4), and a warning
// before what is not saved is left behind. The links and forms work without it.
const OFF = "meetlat-sneltoetsen-uit";

export function start() {
  const hint = document.querySelector("[data-keys]");
  if (hint) startKeys(hint);
  for (const form of document.querySelectorAll("form[data-unsaved]")) startUnsaved(form);
  // after a step the page comes back at the judgement: the focus goes there too, and not to the top
  if (location.hash === "#oordeel") document.getElementById("oordeel")?.focus();
}

function startKeys(hint) {
  const choice = hint.querySelector("[data-keys-on]");
  choice.checked = read() !== "ja";
  hint.hidden = false;
  choice.addEventListener("change", () => write(choice.checked ? "nee" : "ja"));
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const link = [...document.querySelectorAll("a[data-key]")].find((each) => each.dataset.key === event.key);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}

function startUnsaved(form) {
  const before = content(form);
  let sending = false;
  document.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && content(form) !== before) event.preventDefault();
  });
}

function content(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

// A browser may refuse to keep anything; then the choice holds for this page.
function read() {
  try { return localStorage.getItem(OFF); } catch { return null; }
}

function write(value) {
  try { localStorage.setItem(OFF, value); } catch { /* nothing is lost but the choice */ }
}
