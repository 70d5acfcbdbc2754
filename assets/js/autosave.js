// Saving while somebody fills in. The page: form[data-autosave] with a [data-question][data-save] block for each
// question, and a role=status line #opslaan that bears the texts. See docs/frontend.md.
//
// A block is saved two seconds after the last key and on leaving a field; a choice at once. One save of a block is
// under way at a time, so each names the version that the one before it made. The answer brings, out of band, the
// status line, the block's version, and blocks whose being asked changed. A block in which somebody is busy is never
// replaced; that waits until it is left. A save that was not answered may have been taken all the same: it is sent again
// as it was, for the same twice is one answer, and what was typed since comes after it.
const WAIT = 2000;
const TIMEOUT = 20000;
const RETRY = [2000, 5000, 10000, 30000, 60000];
// Refused, and the answer itself says why, at the question: 409 changed by somebody else, 422 can't be
const TOLD = [409, 422];

export function start(htmx) {
  const form = document.querySelector("form[data-autosave]");
  return form ? new Autosave(form, htmx) : null;
}

class Autosave {
  constructor(form, htmx) {
    this.form = form;
    this.htmx = htmx;
    this.line = document.getElementById("opslaan");
    this.blocks = new Map();
    this.later = new Map();
    this.leaving = false;
    this.signedOut = false;
    this.connected = true;
    this.submitter = null;
    htmx.config.timeout = TIMEOUT;
    for (const block of form.querySelectorAll("[data-waiting]")) this.state(block).edits = 1;

    this.mark();

    form.addEventListener("input", (event) => this.touched(event));
    form.addEventListener("focusin", (event) => this.went(event));
    form.addEventListener("change", (event) => this.chosen(event));
    form.addEventListener("focusout", (event) => this.left(event));
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("htmx:configRequest", (event) => this.prepare(event));
    form.addEventListener("htmx:beforeOnLoad", (event) => this.refusedAtTheDoor(event));
    form.addEventListener("htmx:afterRequest", (event) => this.answered(event));
    form.addEventListener("htmx:oobBeforeSwap", (event) => this.beforeSwap(event));
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.all().some(dirty)) event.preventDefault();
    });
    window.addEventListener("pageshow", () => (this.leaving = false));
    window.addEventListener("online", () => this.connection(true));
    window.addEventListener("offline", () => this.connection(false));
    // see session.js: the session is about to end; somebody logged in again
    window.addEventListener("meetlat:almost", () => this.all().forEach((state) => this.save(state)));
    window.addEventListener("meetlat:back", () => this.signInAgain());
    window.addEventListener("focus", () => this.signedOut && this.signInAgain());
  }

  state(block) {
    if (!this.blocks.has(block.id)) {
      this.blocks.set(block.id, { id: block.id, edits: 0, saved: 0, sending: false, failed: false, tries: 0 });
    }
    return this.blocks.get(block.id);
  }

  all() {
    return [...this.blocks.values()];
  }

  touched(event) {
    const block = blockOf(event.target);
    if (!block) return;
    const state = this.state(block);
    state.edits += 1;
    this.mark();
    this.plan(state, WAIT);
  }

  // Where somebody is, and whether something is not saved: session.js tells and uses it
  went(event) {
    const block = blockOf(event.target);
    if (block) this.form.dataset.at = block.id;
  }

  mark() {
    this.form.toggleAttribute("data-dirty", this.all().some(dirty));
  }

  // Whether the server can be reached, as far as anybody noticed
  connection(there) {
    if (there === this.connected) return;
    this.connected = there;
    if (!there) {
      this.say("offline");
    } else if (this.all().some(dirty)) {
      this.saveAll();
    } else if (this.line.textContent === this.line.dataset.offline) {
      this.line.textContent = this.line.dataset.online;
      this.line.dataset.kind = "saved";
    }
  }

  chosen(event) {
    const block = blockOf(event.target);
    if (block && event.target.matches("input[type=radio], input[type=checkbox], input[type=file]")) this.save(this.state(block));
  }

  left(event) {
    const block = blockOf(event.target);
    if (!block) return;
    const state = this.state(block);
    if (state.timer && dirty(state)) this.save(state);
    setTimeout(() => this.catchUp(block.id));
  }

  plan(state, delay) {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => this.save(state), delay);
  }

  planAgain(state) {
    this.plan(state, RETRY[Math.min(state.tries++, RETRY.length - 1)]);
  }

  save(state) {
    clearTimeout(state.timer);
    state.timer = null;
    if (state.sending || !dirty(state) || this.leaving || this.signedOut) return;
    const block = document.getElementById(state.id);
    if (!block?.dataset.save) return;
    state.sending = true;
    if (!state.unanswered) state.sent = state.edits;
    this.say("busy");
    // what a failure rejects with is told by htmx:afterRequest too
    this.htmx.ajax("POST", block.dataset.save, { source: block, swap: "none" }).catch(() => {});
  }

  prepare(event) {
    onlyOwn(event);
    const { elt, formData } = event.detail;
    const state = this.blocks.get(elt.id);
    if (!state?.sending) return;
    const own = [...formData.entries()].filter(([name]) => name !== "csrf_token");
    if (state.unanswered) {
      for (const [name] of own) formData.delete(name);
      for (const [name, value] of state.unanswered) formData.append(name, value);
    } else {
      state.unanswered = own;
    }
  }

  saveAll() {
    for (const state of this.all()) if (dirty(state) && (state.failed || this.submitter)) this.save(state);
  }

  // htmx would follow the redirect of somebody who is logged out, and lose what was typed
  refusedAtTheDoor(event) {
    const status = event.detail.xhr.status;
    if (status !== 400 && status !== 401) return;
    event.preventDefault();
    this.signInAgain();
  }

  answered(event) {
    const state = this.blocks.get(event.target.id);
    if (!state?.sending) return;
    const status = event.detail.xhr.status;
    state.sending = false;
    if (status === 400 || status === 401) {
      state.failed = true;
    } else if (status === 0 || status === 429 || status >= 500) {
      state.failed = true;
      this.say(navigator.onLine ? "failed" : "offline");
      this.planAgain(state);
    } else if (status === 200) {
      state.failed = false;
      state.unanswered = null;
      state.tries = 0;
      state.saved = state.sent;
      this.line.dataset.kind = "saved";
      if (dirty(state) && !state.timer) this.plan(state, WAIT);
      document.getElementById(state.id)?.removeAttribute("data-waiting");
    } else {
      // it is sent again when it is changed, or when the page is saved
      state.failed = false;
      state.unanswered = null;
      if (TOLD.includes(status)) this.line.dataset.kind = "failed";
      else this.say("refused");
      if (state.edits !== state.sent && !state.timer) this.plan(state, WAIT);
    }
    this.mark();
    if (status > 0) this.connected = true;
    this.catchUp(state.id);
    this.submitNow();
  }

  // A whole-page save waits for the saves that are under way, and does not leave the page while there is no connection.
  submitted(event) {
    if (this.signedOut) {
      event.preventDefault();
      this.signInAgain();
      return;
    }
    if (this.all().some((state) => state.sending || state.failed)) {
      event.preventDefault();
      this.submitter = event.submitter;
      this.pressedAt = theirs(event.submitter);
      this.saveAll();
      this.submitNow();
      return;
    }
    this.leaving = true;
    for (const state of this.all()) clearTimeout(state.timer);
  }

  submitNow() {
    if (!this.submitter || this.all().some((state) => state.sending)) return;
    const submitter = this.submitter.isConnected ? this.submitter : this.sameButton(this.submitter);
    this.submitter = null;
    // who chose between two answers did not see a third that came in since: he chooses again
    if (!submitter || theirs(submitter) !== this.pressedAt) return;
    if (!this.all().some((state) => state.failed)) this.form.requestSubmit(submitter);
  }

  // What came back in the meantime may have brought the button anew
  sameButton(button) {
    return [...this.form.querySelectorAll("button[name=doen]")].find((each) => each.value === button.value);
  }

  beforeSwap(event) {
    const { target, fragment } = event.detail;
    if (!target.matches("[data-question]")) return;
    const fresh = fragment.firstElementChild;
    if (target.dataset.state === fresh.dataset.state && version(target) === version(fresh)) {
      event.detail.shouldSwap = false;
    } else if (this.busy(target)) {
      event.detail.shouldSwap = false;
      this.later.set(target.id, fresh.cloneNode(true));
    }
  }

  // A block as it stands now on the server, because somebody else changed it
  renew(fresh) {
    const block = document.getElementById(fresh.id);
    if (!block || same(block, fresh) || older(fresh, block)) return;
    this.later.set(fresh.id, document.importNode(fresh, true));
    this.catchUp(fresh.id);
    const told = fresh.querySelector(".question__changed");
    const waits = document.getElementById(fresh.id);
    if (!told || !this.later.has(fresh.id) || waits.querySelector(".conflict")) return;
    waits.querySelector(".question__changed")?.remove();
    waits.querySelector(".question__here")?.after(document.importNode(told, true));
  }

  busy(block) {
    const state = this.blocks.get(block.id);
    if (block.contains(document.activeElement) || (state && (state.sending || dirty(state)))) return true;
    return [...block.querySelectorAll("textarea, input")].some((field) => elsewhere(field, block));
  }

  catchUp(id) {
    const block = document.getElementById(id);
    const fresh = this.later.get(id);
    if (!fresh || !block || this.busy(block)) return;
    this.later.delete(id);
    if (same(block, fresh) || older(fresh, block)) return;
    const open = [...block.querySelectorAll("details")].map((each) => each.open);
    fresh.querySelectorAll("details").forEach((each, place) => (each.open ||= open[place] ?? false));
    block.replaceWith(fresh);
  }

  // Logged out, or logged in anew in another tab: the page needs the token of the new session, of the same person.
  async signInAgain() {
    const page = await fetch(this.form.getAttribute("action"), { headers: { Accept: "text/html" } }).then(
      async (response) => new DOMParser().parseFromString(await response.text(), "text/html"),
      () => null,
    );
    const fresh = page?.querySelector("form[data-autosave]");
    if (!fresh) {
      this.signedOut = true;
      this.sayWithLink();
      return;
    }
    if (fresh.dataset.person !== this.form.dataset.person) {
      this.signedOut = true;
      this.say("other");
      return;
    }
    this.signedOut = false;
    const token = fresh.querySelector("input[name=csrf_token]").value;
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
    for (const state of this.all().filter(dirty)) this.planAgain(state);
  }

  say(kind) {
    this.line.textContent = this.line.dataset[kind];
    this.line.dataset.kind = kind === "busy" ? "busy" : "failed";
  }

  sayWithLink() {
    const link = document.createElement("a");
    link.href = this.line.dataset.signInUrl;
    link.target = "_blank";
    link.className = "utrecht-link";
    link.textContent = this.line.dataset.signIn;
    this.line.replaceChildren(`${this.line.dataset.signedOut} `, link, ".");
    this.line.dataset.kind = "failed";
  }
}

const theirs = (button) => button?.closest(".conflict")?.querySelector("input[name$='-theirs']")?.value;
const dirty = (state) => state.edits !== state.saved;
const blockOf = (element) => element.closest("[data-question][data-save]");
const version = (block) => block.querySelector("input[name$='-version']")?.value ?? block.dataset.version;
const same = (block, fresh) =>
  version(block) === version(fresh) && block.dataset.state === fresh.dataset.state && block.dataset.rest === fresh.dataset.rest;
// what was asked for before the last save came back must not undo that
const older = (fresh, block) => Number(version(fresh)) < Number(version(block));
// What somebody filled in that is no part of the answer is not saved with it: a chosen file, for instance
const ANSWER = /-(answer|note|onbekend|nvt|version|theirs|documents-\d+-(title|page))$/;
const elsewhere = (field, block) =>
  field.type === "file" ? field.files.length > 0 : field.matches("textarea, [type=text]") && !ANSWER.test(field.name) && field.value !== field.defaultValue;

// htmx sends the whole form around a block; the other questions are not to be saved with it
function onlyOwn(event) {
  const { elt, parameters, formData } = event.detail;
  if (!elt.matches("[data-question]")) return;
  for (const name of new Set(formData.keys())) {
    if (name !== "csrf_token" && !name.startsWith(`${elt.id}-`)) delete parameters[name];
  }
}
