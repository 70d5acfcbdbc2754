// A form that keeps what was typed is sent once: a second click while the page waits would keep the same again.
// After a while it may be sent anew: the connection may have been lost.
const WAIT = 5000;

export function start() {
  for (const form of document.querySelectorAll("form[data-unsaved]")) startOnce(form);
}

function startOnce(form) {
  let sent = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < WAIT) event.preventDefault();
    else sent = event.timeStamp;
  });
  // who came back to the page does want to send it
  window.addEventListener("pageshow", () => { sent = -Infinity; });
}
