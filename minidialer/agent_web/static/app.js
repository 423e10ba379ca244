"use strict";
/* The agent's page. The stream brings the whole view each time it may have changed; everything shown follows from it.
   What an agent has touched in a form is never overwritten by a view. All text goes in as text, never as HTML. */

const $ = (id) => document.getElementById(id);
const words = {};
for (const item of $("words").content.children) words[item.dataset.key] = item.textContent;

let view = null;      // the newest view
let form = null;      // the open form
let clockSkew = 0;    // milliseconds the server's clock is ahead of ours
let over = false;     // the session has ended
const BASE_TITLE = document.title;

/* ---- small tools ---------------------------------------------------------------------------------------------- */

function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}
function setText(node, text) { if (node.textContent !== text) node.textContent = text; }
function show(node, on) { if (node && node.hidden === on) node.hidden = !on; }
function now() { return Date.now() + clockSkew; }
function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${pad(minutes)}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}
function grouped(number) { return number.replace(/\d(?=(\d{3})+$)/g, "$& "); }
function say(text) { $("say").textContent = ""; setTimeout(() => { $("say").textContent = text; }, 30); }

/* Build children anew only when what they show has changed, and keep the focus where it was. */
function redraw(box, value, build) {
  const key = JSON.stringify(value);
  if (box.drawn === key) return;
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  box.drawn = key;
  box.replaceChildren(...build(value));
  if (focused) box.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

/* ---- asking the daemon ------------------------------------------------------------------------------------------ */

class Refused extends Error {}
class Offline extends Error {}

let flights = new AbortController(); // everything under way; a lost connection brings none of it home

async function ask(method, path, body, options = {}) {
  let response, answer = null;
  try {
    if (live.lost && !options.keepalive) throw new Offline();
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.keepalive ? null : AbortSignal.any([flights.signal, AbortSignal.timeout(8000)]),
      ...options,
    });
    if (response.status !== 204) answer = await response.json();
  } catch {
    throw new Offline(words.offline);
  }
  if (response.status === 401) { end(answer.why, answer.error); throw new Refused(answer.error); }
  if (response.status >= 502) throw new Offline(words.offline);
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}
const post = (path, body, options) => ask("POST", path, body, options);

function complain(error) {
  if (over) return;
  if (!(error instanceof Refused || error instanceof Offline)) throw error;
  $("problem").firstElementChild.textContent = error.message;
  show($("problem"), true);
}
function forgive() { show($("problem"), false); }

/* A button that asks for something: it looks pressed at once, and says why when it was refused. */
async function press(button, path, body) {
  if (button.getAttribute("aria-busy") === "true") return false;
  forgive();
  button.setAttribute("aria-busy", "true");
  try {
    await post(path, body);
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/* ---- the stream ------------------------------------------------------------------------------------------------- */

const live = { source: null, heard: 0, beat: 500, stream: "", beats: 0, retry: 0, timer: 0, lost: false };

function connect() {
  clearTimeout(live.timer);
  live.source?.close();
  if (over) return;
  const source = live.source = new EventSource("/api/events");
  live.heard = performance.now();
  const on = (name, act) => source.addEventListener(name, (event) => {
    if (live.source !== source) return;
    live.heard = performance.now();
    act(event.data);
  });
  on("hello", (data) => { const hello = JSON.parse(data); live.beat = hello.beat * 1000; live.stream = hello.stream; live.beats = 0; });
  on("view", (data) => { apply(JSON.parse(data)); heal(); });
  on("beat", () => { if (++live.beats % 6 === 0) post("/api/here", { stream: live.stream }).catch(() => {}); });
  on("ended", (data) => { const ended = JSON.parse(data); end(ended.why, ended.error); });
  source.onerror = () => { if (live.source === source) lose(); };
}
/* Not before a view is there: it says whether a form is still to be kept or saved. */
function heal() {
  live.retry = 0;
  if (!live.lost) return;
  live.lost = false;
  show($("lost"), false);
  if ($("problem").firstElementChild.textContent === words.offline) forgive();
  form?.connectionBack();
}
function lose() {
  live.source?.close();
  if (over) return;
  if (!live.lost) {
    live.lost = true;
    flights.abort();
    flights = new AbortController();
    show($("lost-hint"), Boolean(form));
    show($("lost"), true);
  }
  clearTimeout(live.timer);
  live.timer = setTimeout(connect, Math.min(2000, 150 * 2 ** live.retry++));
}
function watch() {
  if (over) return;
  const silence = performance.now() - live.heard;
  if (silence > Math.max(1500, live.beat * 3) && (!live.lost || silence > 4000)) { live.heard = performance.now(); lose(); }
}
addEventListener("offline", lose);
addEventListener("online", connect);

/* ---- the end ---------------------------------------------------------------------------------------------------- */

function end(why, text) {
  if (over) return;
  over = true;
  live.source?.close();
  const box = $("ended"), left = form ? form.unkept() : "";
  if ((!left || form.saving) && (why === "unknown" || why === "signed_out")) { location.replace("/login"); return; }
  for (const node of document.querySelectorAll("nav, #logout, #bar, #lost, #notice, #problem, #left, main > section")) node.hidden = true;
  box.querySelector("p").textContent = text;
  if (left) { box.querySelector("textarea").value = left; box.querySelector("label").hidden = false; }
  const link = box.querySelector("a");
  if (why === "other_page") { link.textContent = link.dataset.other; link.href = "/"; } else link.href = `/login?why=${why}`;
  document.title = BASE_TITLE;
  show(box, true);
  box.querySelector("h1").focus();
}

/* ---- the view --------------------------------------------------------------------------------------------------- */

function apply(next) {
  if (over) return;
  const first = view === null, called = view?.calling;
  clockSkew = Date.parse(next.now) - Date.now();
  view = next;
  showForm(first);
  const tabs = [...document.querySelectorAll("nav [data-tab]")].map((button) => button.dataset.tab).slice(1).sort();
  if (!form && $("left").hidden && (String(tabs) !== String(view.tabs) || view.language !== document.documentElement.lang)) {
    location.reload(); // a supervisor gave this agent other tabs or another language
    return;
  }
  showBar();
  showDialer();
  showTitle();
  if (view.notice && view.notice !== $("notice").textContent) $("notice").textContent = view.notice;
  show($("notice"), Boolean(view.notice));
  if (first && !form) openTab(document.querySelector("nav [data-tab]:not([hidden])")?.dataset.tab ?? "dialer");
  if (called && !view.calling && !form && cameFrom) openTab(cameFrom); // nobody was reached
  if (!view.calling && !form) cameFrom = "";
  if (tab === "connections") showConnections();
  tick();
}

function showTitle() {
  const text = form && !view.form.saved ? `☎ ${view.form.name || view.form.number}` : view.headline;
  document.title = text ? `${text} – ${BASE_TITLE}` : BASE_TITLE;
}

function showBar() {
  show($("bar"), true);
  $("pill").className = view.state;
  setText($("pill"), view.state_text);
  setText($("why"), view.reason_text);
  setText($("campaign"), view.campaign);
  setText($("after"), view.after_call_text);
  const paused = view.state === "paused", inside = Boolean(view.campaign) && view.reason !== "not_joined";
  const wished = view.after_call === "pause";
  setText($("resume"), wished ? words.takeBack : view.call_phone_again ? words.phone : words.back);
  show($("resume"), (paused && inside && view.reason !== "calling_phone") || wished);
  $("resume").classList.toggle("main", paused);
  show($("leave"), inside && !view.after_call && !view.calling);
  show($("pause"), inside && !view.after_call && (!paused || !view.call_phone_again));
  redraw($("reasons"), view.pause_reasons, (reasons) => reasons.map((item) => {
    const button = el("button", { type: "button", textContent: item.text });
    button.dataset.focus = item.reason;
    button.onclick = () => { $("pause").open = false; press(button, "/api/pause", { reason: item.reason }); };
    return button;
  }));
}

function showDialer() {
  if (setHeadline()) say(`${view.headline} ${view.hint}`.trim());
  setText($("hint"), view.hint);
  const today = view.today;
  setText($("today"), `${today.calls_text} · ${today.talk_text} · ${today.successes_text}`);
  show($("give-up"), Boolean(view.calling));
  const choosing = !view.campaign || view.reason === "not_joined";
  show($("choices"), choosing);
  show($("no-campaigns"), choosing && !view.campaigns.length);
  redraw($("campaigns"), view.campaigns, (campaigns) => campaigns.map((campaign) => {
    const button = el("button", { type: "button", className: campaign.running ? "main" : "", textContent: words.join });
    button.dataset.focus = campaign.id;
    button.onclick = () => press(button, "/api/join", { campaign_id: campaign.id });
    button.setAttribute("aria-label", `${words.join}: ${campaign.name}`);
    const state = [campaign.running ? words.running : words.stopped];
    if (campaign.nailed_up) state.push(words.nailed);
    return el("li", {}, el("b", { textContent: campaign.name, dir: "auto" }), el("small", { textContent: state.join(" · ") }),
      campaign.joined ? el("span", { textContent: words.joined }) : button);
  }));
}
function setHeadline() {
  if ($("headline").textContent === view.headline) return false;
  const known = $("headline").textContent !== "";
  $("headline").textContent = view.headline;
  return known && !form;
}

function tick() {
  watch();
  if (!view) return;
  const since = view.since ? clock(now() - Date.parse(view.since)) : "";
  setText($("since"), since);
  setText($("clock"), since);
  form?.tick();
}

/* ---- tabs ------------------------------------------------------------------------------------------------------- */

let tab = "", before = "dialer", cameFrom = ""; // where to go after a call; where a call by hand was begun

function openTab(name, focus = false) {
  if (tab !== "call") before = cameFrom || tab || before;
  tab = name;
  for (const button of document.querySelectorAll("nav [data-tab]")) {
    if (button.dataset.tab === name) button.setAttribute("aria-current", "page"); else button.removeAttribute("aria-current");
  }
  for (const section of document.querySelectorAll("main > section")) show(section, section.id === `tab-${name}`);
  if (name === "connections") showConnections();
  if (name === "statistics") showStatistics();
  if (focus) $("main").focus({ preventScroll: true });
}
for (const button of document.querySelectorAll("nav [data-tab]")) button.onclick = () => { cameFrom = ""; openTab(button.dataset.tab); };

/* ---- the call form ---------------------------------------------------------------------------------------------- */

function showForm(first) {
  const next = view.form, button = document.querySelector("nav [data-tab=call]");
  if (form && (!next || next.attempt_id !== form.id)) closeForm(next);
  if (next && !form) {
    form = new CallForm(next);
    $("tab-call").replaceChildren(form.box);
    show(button, true);
    openTab("call");
    form.at.name.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(`${words.newCall} ${next.name || grouped(next.number)}`);
    if (!first) chime();
  } else if (next) form.update(next);
}
function closeForm(next) {
  const done = form;
  form = null;
  done.close();
  if (!done.saving) done.leave();
  $("tab-call").replaceChildren();
  if (next) return;
  show(document.querySelector("nav [data-tab=call]"), false);
  if (tab === "call") openTab(document.querySelector(`nav [data-tab="${before}"]`) ? before : firstTab(), true);
  say(`${done.saving ? words.saved : ""} ${view.headline} ${view.hint}`);
}
function firstTab() { return document.querySelector("nav [data-tab]:not([hidden])")?.dataset.tab ?? "dialer"; }

class CallForm {
  constructor(data) {
    this.id = data.attempt_id;
    this.data = data;
    this.box = $("form").content.firstElementChild.cloneNode(true);
    this.at = {};
    for (const node of this.box.querySelectorAll("[data-at]")) this.at[node.dataset.at] = node;
    this.touched = new Set();   // controls the agent has changed: views leave them alone from then on
    this.inputs = new Map();    // name of a field -> its control
    this.unsent = false;
    this.sending = null;
    this.timer = 0;
    this.saving = false;
    this.saveWanted = false;
    this.opened = performance.now();
    this.build();
    this.update(data);
    if (!this.at.date.value && !this.at.time.value) this.setCallback(data.callback_local);
  }

  build() {
    const { at, data } = this;
    at.name.textContent = data.name || grouped(data.number);
    at.name.dir = at.script.dir = "auto";
    at.number.textContent = data.name ? grouped(data.number) : "";
    at.list.textContent = [data.campaign, data.lead_list].filter(Boolean).join(" · ");
    at.script.textContent = data.script;
    show(at["script-box"], Boolean(data.script));
    at.date.min = data.today_local;
    at.zone.textContent = data.time_zone;
    at.fields.append(...data.fields.map((field) => this.field(field)));
    at.history.append(...data.history.map((past) => el("li", {},
      el("b", { textContent: past.at_text }), el("span", { textContent: [past.outcome_text, past.disposition].filter(Boolean).join(": "), dir: "auto" }),
      el("small", { textContent: past.agent }), el("p", { textContent: past.notes, dir: "auto" }))));
    show(at.past, data.history.length > 0);
    this.box.querySelector("datalist").append(...data.transfer_targets.map((value) => el("option", { value })));
    this.box.onsubmit = (event) => { event.preventDefault(); this.save(); };
    this.box.onclick = (event) => this.clicked(event.target.closest("button"));
    this.box.onkeydown = (event) => { // Enter in a field must not save by accident
      if (event.key === "Enter" && event.target.matches("input") && !event.ctrlKey && !event.metaKey) event.preventDefault();
    };
    this.box.oninput = (event) => this.typed(event.target);
  }

  field(field) {
    const long = field.value.length > 60 || field.value.includes("\n");
    if (!field.editable) return el("div", { className: "field" }, el("span", { className: "label", textContent: field.name, dir: "auto" }), el("span", { className: "value", textContent: field.value, dir: "auto" }));
    const input = el(long ? "textarea" : "input", { value: field.value, maxLength: 20000, dir: "auto" });
    if (long) input.rows = 3;
    this.inputs.set(field.name, input);
    return el("label", { className: "field" }, el("span", { className: "label", textContent: field.name, dir: "auto" }), input);
  }

  disposition(item, index, kept) {
    const radio = el("input", { type: "radio", name: "disposition", value: String(item.id), checked: item.id === kept });
    radio.dataset.focus = item.id;
    const marks = [[item.private, words.private], [item.asks_callback, words.callback], [item.do_not_call, words.dnc]].filter(([on]) => on);
    const label = el("label", {}, radio, el("span", { textContent: item.name, dir: "auto" }),
      ...marks.flatMap(([, text]) => [" ", el("small", { textContent: text })]));
    if (item.key) label.prepend(el("kbd", { textContent: item.key }), " ");
    if (item.success) label.classList.add("success");
    return label;
  }

  /* What a view brings: the call's state always, values only where nobody has typed here. */
  update(data) {
    const { at } = this, draft = data.draft ?? {};
    this.data = data;
    const kept = this.chosen()?.id ?? null; // a supervisor may change the buttons meanwhile
    redraw(at.dispositions, data.dispositions, (items) => items.map((item, index) => this.disposition(item, index, kept)));
    const set = (control, value) => {
      if (!this.touched.has(control) && control !== document.activeElement && control.value !== value) control.value = value;
    };
    for (const field of data.fields) {
      const input = this.inputs.get(field.name);
      if (input) set(input, draft.fields?.[field.name] ?? field.value);
    }
    set(at.notes, data.draft ? draft.notes : data.notes);
    if (draft.callback_at && ![at.date, at.time].some((control) => this.touched.has(control))) {
      const [date, time = ""] = draft.callback_at.split("T");
      set(at.date, date); set(at.time, time.slice(0, 5));
    }
    if (draft.disposition_id && !this.touched.has(at.dispositions)) {
      for (const radio of this.radios()) radio.checked = radio.value === String(draft.disposition_id);
    }
    this.showCallback();
    this.showCall();
  }

  showCall() {
    const { at, data } = this, talking = data.talking;
    setText(at.state, talking ? (data.on_hold ? words.hold : words.talking) : words.over);
    show(at.controls, talking);
    const hold = this.box.querySelector("[data-do=hold]");
    hold.setAttribute("aria-pressed", String(data.on_hold));
    const label = hold.firstElementChild;
    setText(label, data.on_hold ? label.dataset.on : label.dataset.off);
    if (!talking && this.wasTalking) say(words.over);
    this.wasTalking = talking;
    for (const control of this.box.querySelectorAll(".left input, .left textarea, .right input, .right textarea, .right button")) {
      control.disabled = data.saved || this.saving;
    }
    if (data.saved) setText(at.kept, words.savedTalking);
    else if (!this.saving) this.showKept();
  }

  showKept() {
    if (this.saving) return;
    const text = !this.data.autosave ? words.unsaved : this.unsent ? (live.lost ? words.unkept : words.keeping) : this.touched.size || this.data.draft ? words.kept : "";
    setText(this.at.kept, text);
  }

  tick() {
    const { at, data } = this;
    const from = data.talking ? data.connected_at : view.since;
    setText(at.timer, from ? clock(now() - Date.parse(from)) : "");
    const limit = data.wrap_up_ends_at && !data.talking && !data.saved;
    setText(at.limit, limit ? `${words.limit} ${clock(Date.parse(data.wrap_up_ends_at) - now())} – ${data.default_disposition}` : "");
  }

  radios() { return [...this.at.dispositions.querySelectorAll("input")]; }
  chosen() {
    const radio = this.radios().find((item) => item.checked);
    return this.data.dispositions.find((item) => radio && String(item.id) === radio.value) ?? null;
  }
  choose(number) {
    const radio = this.radios()[this.data.dispositions.findIndex((item) => item.key === String(number))];
    if (!radio || radio.disabled) return;
    radio.checked = true;
    this.typed(radio);
    if (document.activeElement === document.body || !this.editing()) radio.focus();
  }
  editing() { return isEditable(document.activeElement); }

  /* -- the date and time of the next call -- */

  setCallback(text) { [this.at.date.value, this.at.time.value] = text.split("T"); }
  callback() { return [this.at.date.value, this.at.time.value].filter(Boolean).join("T"); }
  showCallback() {
    const needed = Boolean(this.chosen()?.asks_callback), appeared = needed && this.at.callback.hidden;
    show(this.at.callback, needed);
    if (appeared) { say(words.dateNeeded); this.checkCallback(); }
  }
  add(hours) {
    const at = new Date(`${this.callback()}Z`);
    if (Number.isNaN(at.valueOf())) return this.setCallback(this.data.callback_local);
    at.setUTCHours(at.getUTCHours() + hours);
    this.setCallback(at.toISOString().slice(0, 16));
    return undefined;
  }
  checkCallback() {
    clearTimeout(this.checking);
    const at = this.callback();
    if (at.length < 16) return;
    this.checking = setTimeout(async () => {
      let text = "";
      try { text = (await post(`/api/forms/${this.id}/callback`, { at })).warning; } catch (error) { if (error instanceof Refused) text = error.message; }
      if (at !== this.callback()) return;
      setText(this.at.warning, text);
      show(this.at.warning, Boolean(text));
    }, 200);
  }

  /* -- what is typed, and keeping it -- */

  typed(control) {
    if (control === this.at.target) return;
    this.touched.add(control.name === "disposition" ? this.at.dispositions : control);
    if (control.name === "disposition") { this.showCallback(); show(this.at.choose, false); }
    if (control === this.at.date || control === this.at.time) {
      this.touched.add(this.at.date).add(this.at.time);
      this.checkCallback();
    }
    this.unsent = true;
    if (this.data.autosave && !this.timer) this.timer = setTimeout(() => this.keep(), 350);
    this.showKept();
  }
  changedFields() {
    const changed = {};
    for (const field of this.data.fields) {
      const input = this.inputs.get(field.name);
      if (input && input.value !== unix(field.value)) changed[field.name] = input.value;
    }
    return changed;
  }
  draft() {
    return { disposition_id: this.chosen()?.id ?? null, callback_at: this.chosen()?.asks_callback ? this.callback() : "", notes: this.at.notes.value, fields: this.changedFields() };
  }
  async keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.unsent || this.saving || this.data.saved || !this.data.autosave) return;
    if (this.sending) { await this.sending; return; } // it looks again when it is done
    this.unsent = false;
    let again = 0;
    this.sending = post(`/api/forms/${this.id}/draft`, this.draft()).catch((error) => {
      this.unsent = true;
      if (error instanceof Offline) again = 1500;
      else if (form === this) complain(error);
      if (form !== this) this.leave();
    });
    await this.sending;
    this.sending = null;
    if (form !== this) return;
    if (this.unsent && again !== undefined && !over) this.timer ||= setTimeout(() => this.keep(), again || 350);
    this.showKept();
  }
  /* The page may be gone the next moment: send what is left in a request that outlives it. */
  flush() {
    if (!this.unsent || !this.data.autosave || this.saving || this.data.saved) return;
    const path = `/api/forms/${this.id}/draft`, draft = this.draft();
    this.unsent = false;
    post(path, draft, { keepalive: true }).catch(() => { this.unsent = true; post(path, draft).catch(() => {}); });
  }
  connectionBack() {
    if (this.saveWanted) this.save();
    else this.keep();
  }
  /* The form was closed by somebody else: what was typed last stays in sight. */
  leave() {
    const text = over ? "" : this.unkept();
    if (!text) return;
    $("left").querySelector("textarea").value = text;
    show($("left"), true);
  }
  unkept() {
    if (!this.unsent && !this.sending && !this.saveWanted) return "";
    return [this.at.notes.value, ...Object.entries(this.changedFields()).map(([name, value]) => `${name}: ${value}`)].filter(Boolean).join("\n");
  }

  /* -- saving -- */

  async save() {
    const chosen = this.chosen();
    if (this.saving || this.data.saved) return;
    forgive();
    if (!chosen) {
      show(this.at.choose, true);
      openTab("call");
      this.radios()[0]?.focus();
      return;
    }
    if (chosen.asks_callback && this.callback().length < 16) {
      say(words.dateNeeded);
      (this.at.date.value ? this.at.time : this.at.date).focus();
      return;
    }
    clearTimeout(this.timer);
    this.timer = 0;
    this.saving = this.saveWanted = true;
    const body = { ...this.draft() };
    this.showCall();
    setText(this.at.kept, words.saving);
    try {
      await this.sending;
      await post(`/api/forms/${this.id}/save`, body);
      this.saveWanted = this.unsent = false;
      this.data.saved = true;
      if (form === this) this.showCall();
    } catch (error) {
      this.saving = false;
      if (form !== this) return this.leave();
      this.showCall();
      if (error instanceof Offline) {
        setText(this.at.kept, words.saveLater);
        setTimeout(() => { if (form === this && this.saveWanted && !live.lost) this.save(); }, 1500);
      } else {
        this.saveWanted = false;
        if (this.data.saved) return; // an earlier try had arrived after all
        this.unsent = true;
        complain(error);
        this.at.save.focus();
      }
    }
  }

  /* -- the call -- */

  clicked(button) {
    if (!button) return;
    if (button.dataset.add) { this.add(Number(button.dataset.add)); this.typed(this.at.date); }
    if (button.dataset.digit) this.digit(button.dataset.digit);
    if (button.dataset.do === "hang-up") press(button, "/api/call/hang-up");
    if (button.dataset.do === "hold") press(button, "/api/call/hold", { on: !this.data.on_hold });
    if (button.dataset.do === "transfer") this.transfer(button);
  }
  async transfer(button) {
    if (await press(button, "/api/call/transfer", { target: this.at.target.value })) button.closest("details").open = false;
  }
  digit(digit) {
    say(`${words.sending} ${digit}`);
    post("/api/call/digit", { digit }).catch(complain);
  }
  control(name) {
    const button = this.box.querySelector(`[data-do="${name}"]`);
    if (this.data.talking) button.click();
  }
  close() { clearTimeout(this.timer); clearTimeout(this.checking); }
}
function unix(text) { return text.replace(/\r\n?/g, "\n"); }

/* ---- Connections ------------------------------------------------------------------------------------------------ */

let searching = 0, asked = 0;

async function showConnections() {
  const mine = ++asked;
  try {
    const answer = await ask("GET", `/api/connections?search=${encodeURIComponent($("search").value)}`);
    if (mine === asked) drawConnections(answer);
  } catch (error) { if (error instanceof Refused) complain(error); }
}
function drawConnections(answer) {
  setText($("found"), answer.count_text);
  const busy = Boolean(form || view?.calling || ["reserved", "in_call", "wrap_up"].includes(view?.state));
  redraw($("lines").tBodies[0], { lines: answer.lines, busy }, ({ lines }) => lines.length ? lines.map((line) => {
    const call = el("button", { type: "button", className: "main", textContent: words.call, disabled: busy });
    call.dataset.focus = `call ${line.lead_id}`;
    call.setAttribute("aria-label", `${words.call}: ${line.name} ${line.number}`);
    call.onclick = async () => { if (await press(call, `/api/leads/${line.lead_id}/call`, { campaign_id: line.campaign_id })) { cameFrom = "connections"; if (!form) openTab("dialer", true); } };
    const actions = el("td", {}, call);
    if (line.kind === "handed_out") {
      const release = el("button", { type: "button", textContent: words.release });
      release.dataset.focus = `release ${line.lead_id}`;
      release.onclick = async () => { if (await press(release, `/api/leads/${line.lead_id}/release`)) showConnections(); };
      actions.append(" ", release);
    }
    const row = el("tr", {}, el("td", {}, el("b", { textContent: line.name, dir: "auto" }), " ", el("span", { className: "number", textContent: grouped(line.number) })),
      el("td", { textContent: line.kind_text }), el("td", {}, line.due_text, line.due ? el("strong", { className: "due", textContent: words.due }) : ""),
      el("td", { textContent: line.campaign, dir: "auto" }), el("td", { textContent: line.last_disposition, dir: "auto" }), actions);
    return row;
  }) : [el("tr", {}, el("td", { colSpan: 6, textContent: words.none }))]);
  show($("take"), answer.may_take > 0 && answer.campaigns.length > 0);
  setText($("may-take"), answer.may_take_text);
  $("take-count").max = answer.may_take;
  redraw($("take-campaign"), answer.campaigns, (campaigns) => campaigns.map((campaign) => el("option", { value: campaign.id, textContent: campaign.name })));
}
$("search").oninput = () => { clearTimeout(searching); searching = setTimeout(showConnections, 200); };
$("search-form").onsubmit = (event) => { event.preventDefault(); showConnections(); };
setInterval(() => { if (tab === "connections" && !over && !document.hidden) showConnections(); }, 20000); // callbacks become due
$("take").onsubmit = async (event) => {
  event.preventDefault();
  const body = { campaign_id: Number($("take-campaign").value), count: Number($("take-count").value) };
  if (await press(event.submitter ?? $("take"), "/api/leads/take", body)) showConnections();
};

/* ---- My statistics ---------------------------------------------------------------------------------------------- */

function day(back) {
  const zone = $("main").dataset.zone;
  return new Intl.DateTimeFormat("sv", { timeZone: zone }).format(new Date(now() - back * 864e5));
}
async function showStatistics() {
  if (!$("first").value) $("first").value = $("last").value = day(0);
  try {
    const found = await ask("GET", `/api/statistics?first=${$("first").value}&last=${$("last").value}`);
    forgive();
    setText($("totals"), `${found.calls_text} · ${found.successes_text} · ${words.loggedIn} ${found.logged_in_text}`);
    const bar = (item) => {
      const meter = el("meter", { value: item.share, max: 1 });
      meter.setAttribute("aria-hidden", "true");
      return el("tr", {}, el("th", { scope: "row", textContent: item.text, dir: "auto" }), el("td", { textContent: item.duration_text }), el("td", {}, meter));
    };
    redraw($("times"), found.times, (items) => items.map(bar));
    redraw($("pauses"), found.pauses, (items) => items.length ? items.map(bar) : [el("tr", {}, el("td", { textContent: words.none }))]);
    redraw($("counts"), found.dispositions, (items) => items.length
      ? items.map((item) => el("tr", {}, el("th", { scope: "row", textContent: item.name, dir: "auto" }), el("td", { textContent: String(item.count) })))
      : [el("tr", {}, el("td", { textContent: words.none }))]);
  } catch (error) { complain(error); }
}
for (const button of document.querySelectorAll("[data-days]")) {
  button.onclick = () => { [$("first").value, $("last").value] = button.dataset.days.split(",").map((back) => day(Number(back))); showStatistics(); };
}
$("days").onchange = showStatistics;
$("days").onsubmit = (event) => event.preventDefault();

/* ---- keys ------------------------------------------------------------------------------------------------------- */

function isEditable(node) {
  return Boolean(node?.matches("textarea, select, input:not([type=radio])"));
}
addEventListener("keydown", (event) => {
  if (over || event.repeat) return; // a key held down is pressed once
  if (event.key === "Escape") closeMenus();
  if (!form) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.save(); }
  else if (event.key === "F8") { event.preventDefault(); form.control("hang-up"); }
  else if (event.key === "F9") { event.preventDefault(); form.control("hold"); }
  else if (tab !== "call" || event.ctrlKey || event.metaKey) return;
  else if (event.key === "Escape" && isEditable(event.target)) form.at.name.focus();
  else if (event.altKey && digit) { event.preventDefault(); form.choose(Number(digit)); }
  else if (event.altKey || isEditable(event.target)) return;
  else if (event.target.closest?.(".pad") && /^[0-9*#]$/.test(event.key)) { event.preventDefault(); form.digit(event.key); }
  // What was being typed elsewhere when the form opened is meant for elsewhere.
  else if (/^[1-9]$/.test(event.key) && performance.now() - form.opened > 500) { event.preventDefault(); form.choose(Number(event.key)); }
});
function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === but) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}
addEventListener("pointerdown", (event) => closeMenus(event.target.closest?.("details.menu")));

/* ---- sound ------------------------------------------------------------------------------------------------------ */

let audio = null;

function readyAudio() { audio ??= new AudioContext(); if (audio.state === "suspended") audio.resume(); }
for (const name of ["pointerdown", "keydown"]) addEventListener(name, readyAudio, { passive: true });
function chime() {
  if (audio?.state !== "running") return;
  [660, 880].forEach((frequency, index) => {
    const tone = new OscillatorNode(audio, { frequency }), gain = new GainNode(audio, { gain: 0 });
    const start = audio.currentTime + index * 0.14;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.15, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.25);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.26);
  });
}

/* ---- the page comes and goes ------------------------------------------------------------------------------------ */

$("resume").onclick = () => press($("resume"), "/api/resume");
$("leave").onclick = () => press($("leave"), "/api/leave");
$("give-up").onclick = () => press($("give-up"), "/api/call/hang-up");
$("problem").querySelector("button").onclick = forgive;
$("left").querySelector("button").onclick = () => show($("left"), false);
$("logout").onsubmit = (event) => {
  if (form && !form.data.saved && !confirm(words.logout)) event.preventDefault();
  else form?.flush();
};
addEventListener("pagehide", () => form?.flush());
addEventListener("pageshow", (event) => { if (event.persisted) { view = null; connect(); } });
document.addEventListener("visibilitychange", () => { if (document.hidden) form?.flush(); else tick(); });
addEventListener("beforeunload", (event) => {
  if (!over && form?.unsent && !form.saving && (!form.data.autosave || live.lost)) event.preventDefault();
});
// A browser freezes hidden pages to save power, unless they hold a lock.
navigator.locks?.request("page", { mode: "shared" }, () => new Promise(() => {}));
setInterval(tick, 250);
connect();
