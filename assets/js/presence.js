// Who else is on this page, and what they changed: #aanwezig[data-presence] is the address to ask, every four seconds
// while the page is seen, and at once when somebody goes to another question. Asking does not extend the session.
import { ended, told } from "./session.js";

const EVERY = 4000;
const SOON = 300;
const TIMEOUT = 10000;

export function start(autosave) {
  const place = document.getElementById("aanwezig");
  if (place) new Presence(place, autosave);
}

class Presence {
  constructor(place, autosave) {
    this.place = place;
    this.autosave = autosave;
    this.tab = tabName();
    this.question = null;
    this.asking = false;
    this.again = false;
    document.addEventListener("focusin", (event) => this.at(event.target));
    document.addEventListener("visibilitychange", () => this.plan(document.hidden ? null : 0));
    window.addEventListener("focus", () => this.plan(SOON));
    window.addEventListener("online", () => this.plan(0));
    window.addEventListener("pageshow", (event) => event.persisted && this.plan(0));
    window.addEventListener("meetlat:back", () => this.plan(0));
    this.plan(0);
  }

  at(element) {
    const question = element.closest("[data-question]")?.dataset.question ?? null;
    if (question === this.question || (question === null && element === document.body)) return;
    this.question = question;
    this.plan(SOON);
  }

  plan(delay) {
    clearTimeout(this.timer);
    if (delay !== null && !document.hidden) this.timer = setTimeout(() => this.ask(), delay);
  }

  async ask() {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    this.again = false;
    const response = await fetch(this.address(), {
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch(() => null);
    const text = response?.ok ? await response.text().catch(() => null) : null;
    this.asking = false;
    if (response) told((name) => response.headers.get(name));
    this.autosave?.connection(Boolean(response));
    if (response?.status === 401) {
      this.autosave?.signInAgain();
      ended();
      return;
    }
    if (text !== null) this.show(new DOMParser().parseFromString(text, "text/html"));
    this.plan(this.again ? SOON : EVERY);
  }

  address() {
    const { presence, factor, stand } = this.place.dataset;
    const query = new URLSearchParams({ tab: this.tab, stand });
    if (factor) query.set("factor", factor);
    if (this.question) query.set("vraag", this.question);
    for (const block of document.querySelectorAll("[data-question]")) {
      query.append("gezien", [block.dataset.question, seen(block), block.dataset.state, block.dataset.rest].join(":"));
    }
    return `${presence}?${query}`;
  }

  show(fragment) {
    const fresh = fragment.getElementById("aanwezig");
    if (!fresh) return;
    this.place.dataset.stand = fresh.dataset.stand;
    refill(this.place, fresh);
    for (const here of fragment.querySelectorAll(":scope > body > .question__here")) refill(document.getElementById(here.id), here);
    for (const block of fragment.querySelectorAll("[data-question]")) this.autosave?.renew(block);
    const notices = fragment.getElementById("meldingen");
    if (notices) refill(document.getElementById("meldingen"), notices);
  }
}

// The name of this window, which it keeps from page to page
function tabName() {
  let name = sessionStorage.getItem("meetlat-tab");
  if (!name) {
    name = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem("meetlat-tab", name);
  }
  return name;
}

function seen(block) {
  return block.querySelector("input[name$='-version']")?.value ?? block.dataset.version;
}

// Only what differs: a place that a screen reader announces must not be filled with the same again
function refill(place, fresh) {
  if (place && place.innerHTML !== fresh.innerHTML) place.innerHTML = fresh.innerHTML;
}
