// Starts the page: makes the store from the address, the views from the store, and keeps all three in step.
// @ts-check

import { actions } from "./actions.js";
import { NOTHING, fromAddress, toAddress } from "./address.js";
import { Api } from "./api.js";
import { Asking } from "./asking.js";
import { h } from "./dom.js";
import { CATALOGUE } from "./questions.js";
import { Store, noAnswers } from "./store.js";
import { engineer } from "./views/engineer.js";
import { help } from "./views/help.js";
import { key } from "./views/key.js";
import { list } from "./views/list.js";
import { playlist } from "./views/playlist.js";
import { search } from "./views/search.js";
import { seeds } from "./views/seeds.js";
import { steer } from "./views/steer.js";
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
/** @type {App} */
const app = { store, api, asking, act: actions(store, go) };

/** Changes what is shown, and with it the address. @type {import("./actions.js").Go} */
function go(change, gradual) {
  const before = toAddress(store.shown);
  store.show(change);
  const after = toAddress(store.shown);
  if (after === before) return;
  const url = after ? `#${after}` : location.pathname;
  // What moves gradually, such as a slider, is one step back, not a hundred.
  const continues = gradual !== undefined && history.state?.gradual === gradual;
  const state = { gradual };
  if (continues) history.replaceState(state, "", url);
  else history.pushState(state, "", url);
}

addEventListener("popstate", () => store.show(fromAddress(location.hash)));

const parts = { search: search(app), seeds: seeds(app), steer: steer(app), list: list(app), playlist: playlist(app), engineer: engineer(app) };
const dialogs = [help(app), key(app)];
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
const side = h("div.side", {}, parts.seeds.element, parts.steer.element);
const content = h("main", { id: "content", tabindex: "-1" }, side, parts.list.element, parts.playlist.element, mapPlace);
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
    parts.search.element,
    h("nav", { "aria-label": words.viewsLabel }, tabs.map(({ link }) => link)),
    h("button.icon", { type: "button", "aria-label": words.help, onclick: dialogs[0].open }, "?")),
  notice,
  content,
  parts.engineer.element,
  ...dialogs.map(({ element }) => element),
);

/** The map is a large part of the page that many do not open: its modules are loaded when it is first shown. @type {View | undefined} */
let map;
let mapIsLoading = false;

async function showMap() {
  mapIsLoading = true;
  const made = (await import("./map/view.js")).mapView(app);
  mapPlace.append(made.element);
  map = made;
  made.update(store.state, store.state);
}

/** @param {import("./store.js").State} state @param {import("./store.js").State} before */
function update(state, before) {
  const { shown, answers } = state;
  document.body.dataset.view = shown.view;
  for (const { view, link, badge } of tabs) {
    link.setAttribute("href", `#${toAddress({ ...shown, view })}`);
    if (view === shown.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (view === "playlist") badge.textContent = shown.mine.length ? String(shown.mine.length) : "";
  }
  parts.list.element.hidden = shown.view !== "list";
  side.hidden = shown.view === "playlist";
  parts.playlist.element.hidden = shown.view !== "playlist";
  mapPlace.hidden = shown.view !== "map";
  if (notice.textContent !== answers.notice) notice.textContent = answers.notice;
  for (const part of [...Object.values(parts), ...dialogs]) part.update(state, before);
  if (shown.view === "map" && !mapIsLoading) showMap();
  map?.update(state, before);
  const first = shown.like[0] && answers.tracks.get(shown.like[0]);
  document.title = first ? `${first.track_name ?? words.untitled} - ${words.title}` : words.title;
}

store.listen(update);
store.listen((state, before) => {
  if (state.shown !== before.shown || state.answers.list !== before.answers.list) asking.follow();
});
update(store.state, store.state);
asking.follow();

// A page in the background notices a replaced index when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") api.ask(CATALOGUE).catch(() => {});
});
