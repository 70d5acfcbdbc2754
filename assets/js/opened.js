// A link to a count opens what is behind it: the <details class="opened"> in the target.
export function start() {
  window.addEventListener("hashchange", open);
  open();
}

function open() {
  const id = decodeURIComponent(location.hash.slice(1));
  const details = id && document.getElementById(id)?.querySelector(":scope > details.opened");
  if (details) details.open = true;
}
