// A button that copies a text: <button data-copy="id-of-the-field" hidden>. Without this script it stays hidden.
export function start() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      button.textContent = "Gekopieerd";
    });
  }
}
