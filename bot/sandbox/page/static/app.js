// The workspace's page: the server draws every part; this script changes only what differs (so that focus, scroll and
// half-typed text stay) and posts what a person does. No text becomes markup here.
"use strict";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const at = { user: query.get("as") || "", channel: query.get("channel") || "", thread: query.get("thread") || "",
  tab: query.get("tab") || "", more: 0 };
const drafts = new Map();
let facts = { commands: [], shortcuts: [], people: [], channels: [], emoji: [] };
let seen = 0, asked = 0, went = 0, latest = null, listening = null, modalView = "";
let following = true, known = ""; // the end of the list, and the last message that was drawn

// --- the wire

async function post(act, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/_workspace/${act}`, { method: "POST",
    body: form ? body : JSON.stringify({ user: at.user, ...body }),
    headers: form ? {} : { "Content-Type": "application/json" } });
  const said = await answer.json().catch(() => ({ error: "The workspace could not answer." }));
  if (!answer.ok) throw new Error(said.error || "The workspace refused that.");
  return said;
}

async function act(name, body) {
  try {
    const said = await post(name, body);
    if (said.error) note(said.error);
    return said;
  } catch (refusal) { // a TypeError is the browser's word for a connection that failed
    return note(refusal instanceof TypeError ? "The workspace does not answer." : refusal.message);
  }
}

function note(words) {
  const line = element("p", {}, words.charAt(0).toUpperCase() + words.slice(1));
  $("notes").append(line);
  setTimeout(() => line.remove(), 8000);
  return null;
}

// --- drawing: morph what is there into what the server drew

function morph(old, fresh) {
  const keyed = new Map(), keys = new Set([...fresh.children].map((child) => child.dataset.key));
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = wanted.nodeType === 1 ? wanted.dataset.key : "";
    while (place?.dataset?.key && !keys.has(place.dataset.key)) place = dropped(place);
    const have = key ? keyed.get(key) : place;
    if (key) keyed.delete(key);
    const loose = !have || (!key && have.nodeType === 1 && have.dataset.key);
    if (loose || have.nodeType !== wanted.nodeType || have.nodeName !== wanted.nodeName) {
      old.insertBefore(wanted, place);
      continue;
    }
    if (have !== place) old.insertBefore(have, place);
    place = have.nextSibling;
    if (have.nodeType !== 1) {
      if (have.data !== wanted.data) have.data = wanted.data;
    } else if (!have.isEqualNode(wanted)) {
      attributes(have, wanted);
      if (have.nodeName !== "TEXTAREA") morph(have, wanted);
    }
  }
  while (place) place = dropped(place);
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

const OWN = new Set(["style", "hidden", "aria-expanded", "open", "aria-activedescendant", "data-picked", "data-files"]);

function attributes(have, wanted) {
  const form = have.closest("[data-field], [data-draft], [data-picks], [data-held], .external, .suggestions");
  for (const { name, value } of wanted.attributes)
    if (have.getAttribute(name) !== value && !(form && OWN.has(name))) have.setAttribute(name, value);
  for (const { name } of [...have.attributes])
    if (!wanted.hasAttribute(name) && !OWN.has(name)) have.removeAttribute(name);
  if (have.name === "who") have.checked = wanted.checked;
}

// An answer that a newer question has overtaken is not drawn; who asked waits for the newer one.
const refresh = () => (latest = fetched(++asked));

async function fetched(mine) {
  const answer = await fetch(`/_workspace/page?${new URLSearchParams({ ...at })}`);
  if (!answer.ok) throw new Error("no page");
  const page = await answer.json();
  $("offline").hidden = true;
  if (mine !== asked) return latest;
  ({ seq: seen, facts } = page);
  Object.assign(at, { user: facts.user, channel: facts.channel || "" });
  draw(page.parts);
}

function draw(parts) {
  const list = $("messages"), lowReplies = !$("replies") || atEnd($("replies"));
  const place = list.dataset.place, here = `${at.user} ${at.channel} ${at.tab}`;
  for (const [id, html] of Object.entries(parts)) {
    if (id === "messages" && place !== here) $(id).replaceChildren();
    if (id === "modal-body" && !html.trim() && $("modal").open) continue;
    morph($(id), new DOMParser().parseFromString(html, "text/html").body);
  }
  list.dataset.place = here;
  document.title = facts.title;
  $("thread").hidden = !at.thread;
  document.body.classList.toggle("with-thread", Boolean(at.thread));
  restoreDrafts();
  if (place !== here) following = true;
  if (following) toEnd(list);
  else if (known && facts.last !== known) $("newer").hidden = false;
  known = facts.last;
  if (lowReplies && $("replies")) $("replies").scrollTop = $("replies").scrollHeight;
  showModal(parts["modal-body"]);
  markRead();
}

const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60;

function toEnd(list) {
  list.scrollTop = list.scrollHeight;
  if (list === $("messages")) $("newer").hidden = following = true;
}

function restoreDrafts() {
  for (const form of document.querySelectorAll("form.composer:not([data-ready]):has(textarea)")) {
    const field = form.querySelector("textarea");
    form.dataset.ready = "yes";
    field.value = drafts.get(draftKey(form)) || "";
    grow(field);
  }
}

const draftKey = (form) => `${at.user} ${form.dataset.key}`;

function showModal(html) {
  const dialog = $("modal"), body = $("modal-body");
  if (!html.trim()) {
    if (dialog.open) dialog.close();
    body.replaceChildren();
    modalView = "";
    return;
  }
  const form = body.querySelector("form");
  if (!dialog.open) dialog.showModal();
  if (form.dataset.view !== modalView) {
    modalView = form.dataset.view;
    const first = form.querySelector("[data-focus]") || form.querySelector("[data-field], [data-field] input");
    (first?.matches(".choices") ? first.querySelector("input:checked") || first.querySelector("input") : first || form.querySelector("footer button:last-child")).focus();
  }
}

function markRead() {
  if (document.visibilityState !== "visible" || !at.channel || at.tab === "home" || facts.last === "0") return;
  const key = `${at.user} ${at.channel} ${facts.last}`;
  if (markRead.last === key) return;
  markRead.last = key;
  post("read", { channel: at.channel, ts: facts.last }).catch(() => {});
}

async function live() {
  for (let pause = 500; ; ) {
    listening = new AbortController(); // whoever becomes somebody else wants to hear what that one is told
    const { signal } = listening;
    try {
      const answer = await fetch(`/_workspace/wait?${new URLSearchParams({ user: at.user, after: seen })}`, { signal });
      if (!answer.ok) throw new Error("no answer");
      const { seq } = await answer.json();
      if (seq !== seen) await refresh();
      pause = 500;
    } catch {
      if (signal.aborted) continue;
      $("offline").hidden = false;
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, 5000);
    }
  }
}

// `field`: where the person goes on, unless they have gone elsewhere before it was drawn.
function go(change, field) {
  const mine = ++went, from = document.activeElement;
  const stayed = () => mine === went && [from, document.body].includes(document.activeElement);
  const enter = () => { if (field && stayed()) document.querySelector(field)?.focus({ preventScroll: true }); };
  if (change.user && change.user !== at.user) listening?.abort();
  Object.assign(at, change);
  const shown = new URLSearchParams(at.user ? { as: at.user } : {});
  for (const name of ["channel", "thread", "tab"]) if (at[name]) shown.set(name, at[name]);
  history.replaceState(null, "", `?${shown}`);
  return refresh().then(enter).catch(() => { $("offline").hidden = false; setTimeout(go, 1500, {}); });
}

// --- small dialogs and menus, from text alone

function element(tag, attrs, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function ask({ title, text, yes, no = "Cancel", danger = false, typed }) {
  const dialog = $("ask");
  const field = typed === undefined ? null : element("textarea", { rows: 4, "aria-label": title });
  if (field) field.value = typed;
  const form = element("form", { method: "dialog" },
    element("h2", { id: "ask-title" }, title), ...(text ? [element("p", {}, text)] : []), ...(field ? [field] : []),
    element("footer", {}, element("button", { class: "btn", value: "no", formnovalidate: "" }, no),
      element("button", { class: `btn ${danger ? "danger" : "primary"}`, value: "yes" }, yes)));
  dialog.replaceChildren(form);
  dialog.returnValue = "no";
  dialog.showModal();
  (field || form.querySelector("[value=yes]")).focus();
  return new Promise((done) => {
    dialog.onclose = () => done(dialog.returnValue === "yes" ? (field ? field.value : true) : null);
  });
}

async function confirmed({ dataset }) {
  const { title, text, confirm, deny, style } = JSON.parse(dataset.confirm || "{}");
  return !title || ask({ title: title.text, text: text.text, yes: confirm.text, no: deny.text, danger: style === "danger" });
}

function openMenu(button, items, label) {
  const menu = $("menu");
  menu.replaceChildren(...items.map(({ words, hint, run, sign }) => {
    const item = element("button", { type: "button", role: "menuitem", tabindex: "-1" }, ...(sign ? [sign, " "] : []), words);
    if (hint) item.append(element("small", {}, hint));
    item.onclick = () => { closeMenu(); run(); };
    return item;
  }));
  menu.setAttribute("aria-label", label);
  (button.closest("dialog") || document.body).append(menu);
  menu.hidden = false;
  const box = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
  openMenu.from = button;
  menu.querySelector("button")?.focus();
}

function closeMenu() {
  if ($("menu").hidden) return;
  $("menu").hidden = true;
  openMenu.from?.focus();
}

$("menu").addEventListener("keydown", (event) => {
  const items = [...$("menu").children], now = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items[(now + step + items.length) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

// --- where an element stands

function place(source) {
  const surface = source.closest("[data-surface]");
  const kind = surface.dataset.surface;
  if (kind === "message") return { kind, act: "click", body: { channel: at.channel, ts: surface.dataset.ts } };
  const values = kind === "modal" ? valuesOf(surface) : undefined;
  return { kind, act: "click_view", body: { home: kind === "home" || undefined, view: surface.dataset.view, values } };
}

const named = (source) => ({ ...place(source).body, action_id: source.dataset.action, block_id: source.dataset.block });

function valueOf(field) {
  if (field.matches(".choices")) {
    const picked = [...field.querySelectorAll("input:checked")].map((each) => each.value);
    return field.dataset.type === "radio_buttons" ? picked[0] ?? null : picked;
  }
  if (field.dataset.picked !== undefined) {
    const picked = JSON.parse(field.dataset.picked);
    return field.dataset.type === "external_select" ? picked[0] ?? null : picked;
  }
  if (field.type === "file") return JSON.parse(field.dataset.files);
  if (field.type === "datetime-local") return field.value ? Math.round(new Date(field.value).getTime() / 1000) : null;
  return field.value === "" ? null : field.value;
}

const valuesOf = (form) => [...form.querySelectorAll("[data-field]")].map((field) => ({ block: field.dataset.block,
  action: field.dataset.action, type: field.dataset.type, value: valueOf(field) }));

async function use(source, choice, value) {
  if (!await confirmed(source)) return;
  source.setAttribute("aria-busy", "true");
  await act(place(source).act, { ...named(source), choice, value });
  source.removeAttribute("aria-busy");
}

// --- what a press on something with data-do does

const message = (source) => source.closest("[data-ts]").dataset;
const offered = (type, where) => facts.shortcuts.filter((each) => each.type === type).map((each) => ({ words: each.name,
  hint: each.description, run: () => act("shortcut", { callback_id: each.callback_id, ...where }) }));

const DO = {
  openChannel(source) {
    const app = Boolean(source.closest("#side") && isApp(source));
    document.body.dataset.pane = "main";
    if (app) post("home", {}).catch(() => {});
    go({ channel: source.dataset.channel, thread: "", tab: app ? "home" : "", more: 0 }, "main textarea");
  },
  tab(source) {
    if (source.dataset.tab === "home") post("home", {}).catch(() => {});
    go({ tab: source.dataset.tab });
  },
  openThread(source) {
    document.body.dataset.pane = "thread";
    go({ thread: message(source).ts }, "#thread textarea");
  },
  closeThread() { document.body.dataset.pane = "main"; go({ thread: "" }); },
  showSide() { document.body.dataset.pane = "side"; },
  newer() { toEnd($("messages")); },
  earlier() { at.more += 100; refresh(); },
  join() { act("join", { channel: at.channel }); },
  dismiss(source) { act("dismiss", { ts: message(source).ts }); },
  react(source) { act("react", { channel: at.channel, ts: message(source).ts, name: source.dataset.name }); },
  click(source) { use(source, undefined, source.dataset.value); },
  overflow(source) {
    openMenu(source, JSON.parse(source.dataset.options).map((option) => ({ words: option.label, run: () => {
      if (option.url) open(option.url, "_blank", "noopener");
      use(source, option.value);
    } })), "More choices");
  },
  reactMenu(source) {
    const { ts } = message(source);
    const run = (name) => () => act("react", { channel: at.channel, ts, name });
    openMenu(source, facts.emoji.map(([name, sign]) => ({ words: name, sign, run: run(name) })), "Add reaction");
  },
  messageMenu(source) {
    const { ts, own, text } = message(source);
    const words = { title: "Edit message", yes: "Save", typed: text };
    const sure = { title: "Delete this message?", text: "It cannot be brought back.", yes: "Delete", danger: true };
    const mine = own !== "yes" ? [] : [
      { words: "Edit message", run: async () => {
        const changed = await ask(words);
        if (changed !== null) act("edit", { channel: at.channel, ts, text: changed });
      } },
      { words: "Delete message", run: async () => await ask(sure) && act("delete", { channel: at.channel, ts }) }];
    openMenu(source, [...offered("message", { channel: at.channel, ts }), ...mine], "More actions");
  },
  globalMenu(source) {
    const items = offered("global", {});
    openMenu(source, items.length ? items : [{ words: "The app offers no shortcuts", run() {} }], "Shortcuts");
  },
  channelMenu(source) {
    const { member, archived, bot } = source.dataset, here = { channel: at.channel };
    const one = (words, name, more = {}) => ({ words, run: () => act(name, { ...here, ...more }) });
    openMenu(source, [
      ...(archived ? [one("Bring back from the archive", "archive", { undo: true })] : [
        bot ? one("Remove the app", "remove_app") : one("Add the app", "invite_app"),
        member ? one("Leave channel", "leave") : one("Join channel", "join"),
        one("Archive channel", "archive")])], "This channel");
  },
  closeModal() { act("close", {}); },
  unpick(source) {
    const field = source.closest(".external").querySelector("[data-field]");
    picked(field, JSON.parse(field.dataset.picked).filter((each) => each.value !== source.dataset.value));
  },
};

const isApp = (link) => facts.people.some((each) => each.bot && each.name === link.querySelector(".name").textContent);

document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-do]");
  if (!$("menu").contains(event.target) && !(source && source.hasAttribute("aria-haspopup"))) closeMenu();
  if (!source || (source.tagName === "A" && (event.ctrlKey || event.metaKey))) return;
  if (source.tagName === "A" && source.dataset.do !== "click") event.preventDefault();
  DO[source.dataset.do]?.(source);
});

// --- fields of a form

let filling = 0;
function fillSoon(form) {
  clearTimeout(filling);
  filling = setTimeout(tell, 250, form);
}

// What is typed arrives in the order in which it was typed: one request at a time. A field tells of each character, or
// of several together where the one before is not answered yet; a form without such fields, of itself now and then.
const untold = new Set();
async function tell(what) {
  untold.add(what);
  if (tell.busy) return;
  tell.busy = true;
  for (const each of untold) { // what is added meanwhile comes last
    untold.delete(each);
    if (each.isConnected) await (each.matches("form") ? post("fill", { view: each.dataset.view, values: valuesOf(each) })
      : post(place(each).act, { ...named(each), choice: valueOf(each) })).catch(() => {});
  }
  tell.busy = false;
}

const tells = (field, when) => (field.dataset.dispatch || "").includes(when);

document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-field]");
  if (event.target.matches("textarea")) grow(event.target);
  if (event.target.matches("[data-draft]")) { drafts.set(draftKey(event.target.form), event.target.value); complete(event.target); }
  if (!field) return;
  if (field.dataset.picked !== undefined) { suggest(field); return; }
  const form = field.closest("form[data-view]");
  if (tells(field, "character")) tell(field);
  else if (form && field.type !== "file") fillSoon(form);
});

document.addEventListener("change", (event) => {
  const source = event.target;
  const named = source.dataset.change;
  if (named === "become" && source.value) { at.thread = ""; modalView = ""; go({ user: source.value }); }
  if (named === "hold") hold(source);
  if (named === "attach") attached(source);
  const field = source.closest("[data-field]");
  if (field && field.dataset.dispatch === "change" && field.type !== "file" && field.dataset.picked === undefined)
    use(field, valueOf(field));
});

async function hold(field) {
  const form = new FormData();
  form.append("user", at.user);
  for (const file of field.files) form.append("file", file);
  const said = await act("hold", form);
  if (!said) return;
  field.dataset.files = JSON.stringify(said.files.map((each) => each.id));
  const held = said.files.map((each) => element("li", { "data-key": each.id }, each.name));
  field.parentElement.querySelector("[data-held]").replaceChildren(...held);
  fillSoon(field.closest("form"));
}

let suggesting = 0;
function suggest(field) {
  clearTimeout(suggesting);
  const box = field.parentElement.querySelector(".suggestions");
  if (field.value.length < Number(field.dataset.least)) { list(field, box, []); return; }
  suggesting = setTimeout(async () => {
    const typed = field.value;
    const said = await act("suggest", { ...named(field), values: undefined, typed });
    if (!said || field.value !== typed) return;
    const options = said.options.map((option) => ({ words: option.text.text, hint: option.description?.text, take: () => {
      const many = field.dataset.type.startsWith("multi_");
      field.value = "";
      picked(field, many ? [...JSON.parse(field.dataset.picked), option] : [option]);
    } }));
    list(field, box, options.length ? options : [{ words: "Nothing found", take() {} }]);
  }, 150);
}

function picked(field, options) {
  field.dataset.picked = JSON.stringify(options);
  field.closest(".external").querySelector("[data-picks]").replaceChildren(...options.map((option) =>
    element("span", { class: "pick", "data-key": option.value }, option.text.text, " ", element("button", { type: "button",
      "data-do": "unpick", "data-value": option.value, "aria-label": `Remove ${option.text.text}` }, "✕"))));
  const form = field.closest("form[data-view]");
  if (form) fillSoon(form);
  if (field.dataset.dispatch) use(field, valueOf(field));
  field.focus();
}

// --- lists under a field: completion in the composer, options of an external select

function list(field, box, options) {
  box.hidden = !options.length;
  field.setAttribute("aria-expanded", String(options.length > 0));
  box.replaceChildren(...options.map((option, index) => {
    const row = element("div", { role: "option", id: `${box.id}-${index}`, "aria-selected": String(index === 0) },
      element("b", {}, option.words), ...(option.hint ? [" ", element("small", {}, option.hint)] : []));
    row.take = () => { close(); option.take(); };
    row.onmousedown = (event) => { event.preventDefault(); row.take(); };
    return row;
  }));
  const close = () => { box.hidden = true; field.setAttribute("aria-expanded", "false"); };
  if (options.length) field.setAttribute("aria-activedescendant", `${box.id}-0`);
  else field.removeAttribute("aria-activedescendant");
}

function inList(event, field) {
  const box = $(field.getAttribute("aria-controls"));
  if (!box || box.hidden) return false;
  const rows = [...box.children], now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = (now + step + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
    rows[next].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", rows[next].id);
  } else if (event.key === "Tab" || event.key === "Enter") rows[now].take();
  else if (event.key === "Escape") { box.hidden = true; field.setAttribute("aria-expanded", "false"); }
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

function complete(field) {
  const box = $(field.getAttribute("aria-controls")), form = field.form;
  const before = field.value.slice(0, field.selectionStart);
  const word = /(?:^|\s)([@#][\w.-]*)$/.exec(before)?.[1] || "";
  const put = (start, text) => { field.setRangeText(text, start, field.selectionStart, "end"); changed(field); };
  const start = field.selectionStart - word.length, low = word.slice(1).toLowerCase();
  let options = [];
  if (/^\/\S*$/.test(before) && !form.dataset.thread)
    options = facts.commands.filter((each) => each.command.startsWith(before)).map((each) => ({ words: each.command,
      hint: [each.usage_hint, each.description].filter(Boolean).join(" · "), take: () => put(0, `${each.command} `) }));
  else if (word.startsWith("@"))
    options = facts.people.filter((each) => each.handle.startsWith(low) || each.name.toLowerCase().startsWith(low))
      .map((each) => ({ words: `@${each.handle}`, hint: [each.name, each.title].filter(Boolean).join(", "), take: () => put(start, `@${each.handle} `) }));
  else if (word.startsWith("#"))
    options = facts.channels.filter((name) => name.startsWith(low)).map((name) => ({ words: `#${name}`, take: () => put(start, `#${name} `) }));
  list(field, box, options.slice(0, 8));
  const command = facts.commands.find((each) => field.value.startsWith(`${each.command} `));
  form.querySelector("[data-usage]").textContent = command && !form.dataset.thread ? `${command.command} ${command.usage_hint}` : "";
}

// --- sending

async function send(form) {
  const field = form.querySelector("textarea"), text = field.value.trim();
  const files = form.querySelector("input[type=file]").files;
  if (!text && !files.length) return;
  const { channel, thread } = form.dataset;
  const command = facts.commands.some((each) => text === each.command || text.startsWith(`${each.command} `));
  if (/^\/[a-z]/.test(text) && !files.length) {
    if (thread) return note("Slash commands do not work in threads. Write the command in the channel.");
    if (!command) return note(`${text.split(" ")[0]} is not a command. Commands here: ${facts.commands.map((each) => each.command).join(", ")}`);
  }
  const kept = field.value;
  field.value = "";
  changed(field);
  let said;
  if (files.length) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ user: at.user, channel, text, thread_ts: thread })) body.append(name, value);
    for (const file of files) body.append("file", file);
    said = await act("upload", body);
    if (said) { form.querySelector("input[type=file]").value = ""; attached(form.querySelector("input[type=file]")); }
  } else said = await act(command ? "slash" : "say", { channel, text, thread_ts: thread });
  if (!said && !field.value) { field.value = kept; changed(field); }
  else toEnd(thread ? $("replies") : $("messages"));
}

const attached = ({ form, files }) =>
  (form.querySelector("[data-attached]").textContent = [...files].map((each) => each.name).join(", "));

async function submit(form) {
  clearTimeout(filling);
  untold.clear(); // it goes along
  $("modal").setAttribute("aria-busy", "true");
  await act("submit", { values: valuesOf(form) });
  $("modal").removeAttribute("aria-busy");
  await refresh().catch(() => {});
  const wrong = $("modal-body").querySelector(".field.wrong [data-field], .field.wrong [data-field] input");
  if (wrong) (wrong.matches(".choices") ? wrong.querySelector("input") : wrong)?.focus();
}

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  event.preventDefault();
  if (event.target.matches(".composer")) send(event.target);
  else if (event.submitter?.dataset.testid === "submit" && !$("modal").hasAttribute("aria-busy")) submit(event.target);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.getAttribute?.("role") === "combobox" && inList(event, field)) return;
  if (event.key === "Escape") closeMenu();
  if (event.key !== "Enter" || event.isComposing) return;
  if (field.matches?.("[data-draft]") && !event.shiftKey) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (field.matches?.("input[data-field]")) {
    if (field.dataset.picked !== undefined) event.preventDefault();
    else if (tells(field, "enter")) { event.preventDefault(); use(field, valueOf(field)); }
  }
});

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 240)}px`;
}

$("modal").addEventListener("cancel", (event) => { event.preventDefault(); DO.closeModal(); });
$("messages").addEventListener("scroll", () => { following = atEnd($("messages")); if (following) $("newer").hidden = true; });
$("messages").addEventListener("load", () => { if (following) toEnd($("messages")); }, true); // a picture has arrived
document.addEventListener("visibilitychange", markRead);
go({}).then(live);
