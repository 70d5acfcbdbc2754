// Warns before somebody is logged out: #sessie[data-lasts][data-warned] (seconds), the words on [data-words]. What the page thinks of
// the time that is left is only a reason to ask: another window may have made it longer, and the server knows.
//
// Others hear of it by events on window: meetlat:almost (save what is not saved), meetlat:back (logged in again), and
// tell it with told(response) what an answer of the server said.
const AGAIN = 10000;
const HEADER = "Meetlat-Session";
const LONGEST = 2 ** 31 - 1;

let watch = null;

export function start() {
  const box = document.getElementById("sessie");
  if (box) watch = new Watch(box);
}

// An answer that says how long the session still lasts; `header` reads one of its headers
export function told(header) {
  const seconds = header(HEADER);
  if (seconds !== null && seconds !== undefined && seconds !== "") watch?.left(Number(seconds));
}

export function ended() {
  watch?.end();
}

class Watch {
  constructor(box) {
    this.box = box;
    this.words = box.querySelector("[data-words]");
    this.again = box.querySelector("[data-again]");
    this.warned = Number(box.dataset.warned) * 1000;
    this.form = box.querySelector("form");
    this.over = false;
    this.closed = false;
    this.left(Number(box.dataset.lasts));
    this.form.addEventListener("submit", (event) => this.stay(event));
    box.querySelector("[data-close]").addEventListener("click", () => this.close());
    window.addEventListener("focus", () => this.look());
    window.addEventListener("pageshow", (event) => event.persisted && this.ask());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    // told by each save, and by whatever else htmx asks
    document.addEventListener("htmx:afterRequest", (event) => {
      const xhr = event.detail.xhr;
      if (xhr?.status >= 200) told((name) => xhr.getResponseHeader(name));
    });
  }

  left(seconds) {
    this.ends = Date.now() + seconds * 1000;
    if (seconds * 1000 > this.warned) {
      this.closed = false;
      this.box.hidden = true;
      if (this.over) window.dispatchEvent(new Event("meetlat:back"));
      this.over = false;
      this.plan(seconds * 1000 - this.warned);
    } else if (seconds > 0) {
      this.warn(seconds);
      this.plan(Math.min(AGAIN, seconds * 1000));
    } else {
      this.end();
    }
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), Math.min(delay, LONGEST));
  }

  // A timer of a tab in the background, or of a machine that slept, comes late
  look() {
    if (this.over || this.ends - Date.now() <= this.warned) this.ask();
    else this.plan(this.ends - Date.now() - this.warned);
  }

  async ask() {
    if (!this.over) window.dispatchEvent(new Event("meetlat:almost"));
    const response = await fetch(this.form.action, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (response?.status === 401) this.end();
    else if (response?.ok) told((name) => response.headers.get(name));
    else if (!this.over) {
      // no connection: by our own reckoning
      const seconds = Math.round((this.ends - Date.now()) / 1000);
      if (seconds > 0) this.warn(seconds);
      this.plan(AGAIN);
    }
  }

  async stay(event) {
    event.preventDefault();
    const response = await fetch(this.form.action, {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams(new FormData(this.form)),
    }).catch(() => null);
    if (response?.ok) told((name) => response.headers.get(name));
    else this.ask();
  }

  warn(seconds) {
    const minutes = Math.ceil(seconds / 60);
    const { almost, saved } = this.words.dataset;
    const text = almost.replace("{tijd}", minutes === 1 ? "1 minuut" : `${minutes} minuten`);
    this.show(this.kept() ? `${text} ${saved}` : text, this.box.querySelector("[data-stay]"));
  }

  end() {
    clearTimeout(this.timer);
    if (this.over) return;
    this.over = true;
    this.closed = false;
    const kept = this.kept();
    const { ended, kept: all, unkept } = this.words.dataset;
    const at = document.querySelector("form[data-autosave]")?.dataset.at;
    const here = location.pathname + location.search + (at ? `#${at}` : location.hash);
    const { login } = this.box.dataset;
    const back = `${login}?next=${encodeURIComponent(here)}`;
    // what was only read is not left for whoever comes next at this machine; nor does the back button bring it
    if (kept === null && !typed()) return location.replace(back);
    this.again.href = kept === false ? login : back;
    this.again.target = kept === false ? "_blank" : "";
    this.show(kept === null ? ended : kept ? all : unkept, this.again);
  }

  // Whether everything on the page is saved; null on a page that does not save by itself
  kept() {
    const form = document.querySelector("form[data-autosave]");
    return form ? !form.hasAttribute("data-dirty") : null;
  }

  // Who is typing goes on typing: the words are announced, and the button is the first thing on the page
  show(text, button) {
    if (this.closed) return;
    if (this.words.textContent !== text) this.words.textContent = text;
    for (const each of this.box.querySelectorAll("[data-stay], [data-again]")) each.hidden = each !== button;
    if (!this.box.hidden) return;
    this.box.hidden = false;
    if (!this.over) window.dispatchEvent(new Event("meetlat:almost"));
    if (!document.activeElement?.matches("input, textarea, select")) button.focus();
  }

  close() {
    this.closed = true;
    this.box.hidden = true;
  }
}

// Whether somebody typed or chose something on the page that it did not come with
function typed() {
  return [...document.querySelectorAll("main :is(input, select, textarea)")].some((field) => {
    if (field.options) return [...field.options].some((each, at) => each.selected !== chosen(field, each, at));
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

// Whether an option was chosen when the page came; of a list that names none, the first one was
function chosen(list, option, at) {
  const named = [...list.options].some((each) => each.defaultSelected);
  return named || list.multiple ? option.defaultSelected : at === 0;
}
