// Starts the page: makes the store from the address, the views from the store, and keeps all three in step.
// @ts-check

import { actions } from "./actions.js";
import { NOTHING, fromAddress, toAddress } from "./address.js";
import { Api } from "./api.js";
import { Asking } from "./asking.js";
import { h, say, set } from "./dom.js";
import { CATALOGUE } from "./questions.js";
import { Store, noAnswers } from "./store.js";
import { list } from "./views/list.js";
import { search } from "./views/search.js";
import { seeds } from "./views/seeds.js";
import { words } from "./words.js";

/**
 * What every view is made with.
 * @typedef {object} App
 * @property {Store} store
 * @property {Api} api
 * @property {Asking} asking
 * @property {import("./actions.js").Actions} act
 */
/** A part of the page: an element, and how it follows the state. @typedef {{ element: HTMLElement, update: (state: import("./store.js").State, before: import("./store.js").State) => void }} View */

const store = new Store({ shown: fromAddress(location.hash), answers: noAnswers() });
const api = new Api(() => asking.anew());
const asking = new Asking(store, api);
// The answers are on their way while the page is made.
asking.follow();
/** @type {App} */
const app = { store, api, asking, act: actions(store, go) };

/** What moves gradually is written into the address once it rests: each time takes milliseconds, and browsers refuse many. */
const RESTS_MS = 250;
/** The address that is not written yet. */
let unwritten = "";
let resting = 0;

/** Changes what is shown, and with it the address. @type {import("./actions.js").Go} */
function go(change, gradual) {
  const before = toAddress(store.shown);
  store.show(change);
  const after = toAddress(store.shown);
  if (after === before) return;
  const url = after ? `#${after}` : location.pathname;
  clearTimeout(resting);
  // What moves gradually, such as a slider, is one step back, not a hundred.
  if (gradual !== undefined && history.state?.gradual === gradual) {
    unwritten = url;
    resting = setTimeout(write, RESTS_MS);
  } else {
    write();
    history.pushState({ gradual }, "", url);
  }
}

function write() {
  if (unwritten) history.replaceState(history.state, "", unwritten);
  unwritten = "";
}

addEventListener("popstate", () => {
  clearTimeout(resting);
  unwritten = "";
  store.show(fromAddress(location.hash));
});

const [found, chosen, listed] = [search(app), seeds(app), list(app)];
const tabs = /** @type {const} */ (["list", "map", "playlist"]).map((view) => {
  const badge = h("span.badge");
  const link = h("a.tab", { href: "#", "data-view": view, onclick: (/** @type {Event} */ event) => {
    event.preventDefault();
    app.act.go({ view });
  } }, words.views[view], badge);
  return { view, link, badge };
});
const notice = h("p.notice", { role: "status" });
const mapPlace = h("section.map", { "aria-label": words.views.map });
const side = h("div.side", {}, chosen.element);
const content = h("main", { id: "content", tabindex: "-1" }, side, listed.element, mapPlace);
document.body.prepend(
  h("a.skip", { href: "#content", onclick: (/** @type {Event} */ event) => {
    event.preventDefault();
    content.focus();
  } }, words.skip),
  h("header", {},
    h("a.logo", { href: "/", onclick: (/** @type {Event} */ event) => {
      event.preventDefault();
      app.act.go({ ...NOTHING, mine: store.shown.mine, name: store.shown.name });
    } }, h("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), words.title),
    found.element,
    h("nav", { "aria-label": words.viewsLabel }, tabs.map(({ link }) => link)),
    h("button.icon", { type: "button", "aria-label": words.help, onclick: async () => (await rest()).open() }, "?")),
  notice,
  content,
);

/** The parts that follow the state: at first those that a list needs. @type {View[]} */
const parts = [found, chosen, listed];

/** @param {View[]} views  which are in the document */
function join(...views) {
  parts.push(...views);
  for (const view of views) view.update(store.state, store.state);
}

/** The map is a large part of the page that many do not open: its modules are loaded when it is first shown. */
const map = once(async () => {
  const { mapView } = await import("./map/view.js");
  const made = mapView(app);
  mapPlace.append(made.element);
  join(made);
});

/** What the first list does not need is loaded once that is there, or is late. */
const rest = once(async () => {
  const [{ engineer }, { help }, { key }, { playlist }, { steer }] = await Promise.all([
    import("./views/engineer.js"), import("./views/help.js"), import("./views/key.js"), import("./views/playlist.js"), import("./views/steer.js"),
  ]);
  const [steered, mine, asked, helped, unlocked] = [steer(app), playlist(app), engineer(app), help(app), key(app)];
  side.append(steered.element);
  mapPlace.before(mine.element);
  content.after(asked.element, helped.element, unlocked.element);
  join(steered, mine, asked, helped, unlocked);
  return helped;
});
const LATE_MS = 300;
setTimeout(rest, LATE_MS);
/** After the frame that paints the list. */
const restAfterList = once(async () => void requestAnimationFrame(() => setTimeout(rest)));

/** Does a work when it is first asked for, and never again. @template T @param {() => Promise<T>} work @returns {() => Promise<T>} */
function once(work) {
  /** @type {Promise<T> | undefined} */
  let result;
  return () => (result ??= work());
}

/** @param {import("./store.js").State} state @param {import("./store.js").State} before */
function update(state, before) {
  const { shown, answers } = state;
  document.body.dataset.view = shown.view;
  for (const { view, link, badge } of tabs) {
    set(link, { href: `#${toAddress({ ...shown, view })}`, "aria-current": view === shown.view ? "page" : null });
    if (view === "playlist") say(badge, shown.mine.length ? String(shown.mine.length) : "");
  }
  listed.element.hidden = shown.view !== "list";
  side.hidden = shown.view === "playlist";
  mapPlace.hidden = shown.view !== "map";
  say(notice, answers.notice);
  for (const part of parts) part.update(state, before);
  if (shown.view === "map") map();
  if (!answers.catalogue.isAwaited && !answers.list.isAwaited) restAfterList();
  const first = shown.like[0] && answers.tracks.get(shown.like[0]);
  const title = first ? `${first.track_name ?? words.untitled} - ${words.title}` : words.title;
  if (document.title !== title) document.title = title;
}

store.listen(update);
store.listen((state, before) => {
  if (state.shown !== before.shown || state.answers.list !== before.answers.list) asking.follow();
});
update(store.state, store.state);

// A page in the background notices a replaced index when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") api.ask(CATALOGUE).catch(() => {});
});
