// An error summary that came with the page takes the focus, so that a screen reader begins with it.
export function start() {
  document.querySelector("[data-error-summary]")?.focus();
}
