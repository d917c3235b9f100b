// A row of the list: a track, and what can be done with it. A row stays in the document and shows one track after another, since
// making elements, and laying them out for the first time, is the costly part of a list that follows a slider.
// @ts-check

import { h, keepFocus, replace, say, set } from "../dom.js";
import { icon } from "../icons.js";
import { explainedBy } from "../questions.js";
import { words } from "../words.js";
import { changingFacts, copy, linkOf, nameOf } from "./common.js";

/** @typedef {import("../api.js").Recommendation} Recommendation */
/** @typedef {import("../store.js").State} State */
/** @typedef {{ element: HTMLElement, show: (track: Recommendation, state: State) => void }} Row */

/**
 * @param {import("../app.js").App} app
 * @param {boolean} canAct  whether it has buttons: the list of a second profile has none
 * @returns {Row}
 */
function row({ act, store }, canAct) {
  /** @type {Recommendation} */
  let track;
  const rank = h("span.rank");
  const facts = changingFacts();
  const name = h("button.name", { type: "button", title: words.list.seed, onclick: () => act.seed(track.track_id) }, facts.element);
  const meter = h("meter", { min: 0, max: 1, "aria-label": words.list.similarity });
  /** @param {Parameters<typeof icon>[0]} picture @param {string} action @param {(id: string) => void} press */
  const button = (picture, action, press) => h("button.act", { type: "button", title: action, onclick: () => press(track.track_id) }, icon(picture));
  const buttons = {
    why: button("why", words.list.why, act.explain),
    more: button("more", words.list.more, act.like),
    less: button("less", words.list.less, act.unlike),
    add: button("add", words.list.add, (id) => act.add([id])),
    remove: button("added", words.list.remove, act.remove),
    path: button("path", words.list.pathTo, (id) => act.path(store.shown.like[0], id)),
    copy: button("copy", words.list.copy, async (id) => {
      const link = linkOf(id);
      if (link && (await copy(link))) store.answer({ notice: words.list.copied });
    }),
  };
  set(buttons.remove, { "aria-pressed": "true" });
  const line = h("div.line", {}, rank, name, meter, canAct && h("span.acts", {}, Object.values(buttons)));
  const element = h("li", {}, line);
  /** What the picture was made of. @type {unknown[]} */
  let pictured = [];

  /** The module that draws it is loaded when a first one is opened. @param {State} state @param {boolean} isOpen */
  async function picture({ answers, shown }, isOpen) {
    const of = isOpen && track.why
      ? [track.why, answers.full.get(explainedBy({ answers, shown }))?.value, answers.full.get(track.track_id)?.value, answers.catalogue.value?.columns] : [];
    if (of.length === pictured.length && of.every((one, at) => one === pictured[at])) return;
    pictured = of;
    if (of.length === 0) return replace(element, [line]);
    const { whyPicture } = await import("./why.js");
    const [why, seed, full, columns] = /** @type {[any, any, any, any]} */ (of);
    if (of === pictured) replace(element, [line, whyPicture(why, seed, full, columns ?? [])]);
  }

  return {
    element,
    show(next, state) {
      track = next;
      const { shown } = state;
      const id = track.track_id;
      say(rank, String(track.rank));
      facts.show(track);
      set(element, { "data-id": id });
      set(name, { "data-key": `seed-${id}` });
      set(meter, { value: String(Math.max(0, track.similarity)), title: `${words.list.similarity} ${track.similarity.toFixed(3)}` });
      if (!canAct) return;
      const isOpen = shown.open === id;
      const isMine = shown.mine.includes(id);
      const title = nameOf(track);
      for (const [key, one] of Object.entries(buttons)) set(one, { "aria-label": words.list.act(one.title, title), "data-key": `${key}-${id}` });
      // Each takes the place of the other, with the focus.
      set(buttons.remove, { "data-key": `add-${id}` });
      set(buttons.why, { "aria-expanded": String(isOpen) });
      buttons.why.hidden = !track.why;
      buttons.add.hidden = isMine;
      buttons.remove.hidden = !isMine;
      buttons.path.hidden = !shown.like[0] || shown.like[0] === id || shown.path !== null;
      buttons.copy.hidden = !linkOf(id);
      element.classList.toggle("open", isOpen && Boolean(track.why));
      picture(state, isOpen);
    },
  };
}

/** A list of rows, as many as there are tracks. @param {import("../app.js").App} app @param {boolean} canAct */
export function rows(app, canAct) {
  /** @type {Map<string, Row>} */
  let made = new Map();
  const element = h("ol.tracks");
  return {
    element,
    /** @param {Recommendation[]} tracks @param {State} state @param {HTMLElement} fallback  gets the focus if its row is gone */
    show(tracks, state, fallback) {
      // A track keeps its row; what is new takes the rows of what is gone.
      const staying = new Set(tracks.map((track) => track.track_id));
      const free = [...made].flatMap(([id, one]) => (staying.has(id) ? [] : one));
      /** @type {Map<string, Row>} */
      const next = new Map();
      keepFocus(element, () => {
        for (const track of tracks) {
          const one = made.get(track.track_id) ?? free.shift() ?? row(app, canAct);
          next.set(track.track_id, one);
          one.show(track, state);
        }
        made = next;
        replace(element, [...next.values()].map((one) => one.element));
      }, fallback);
    },
  };
}
