// The search: a combobox with a list of tracks (ARIA Authoring Practices, "Combobox with list autocomplete").
// @ts-check

import { Newest } from "../api.js";
import { problemOf } from "../asking.js";
import { h, replace, set } from "../dom.js";
import { searchQuestion } from "../questions.js";
import { words } from "../words.js";
import { changingFacts, nameOf } from "./common.js";

/** @typedef {import("../api.js").Track} Track */

const SHOWN = 8;
/** So many finds light up on the map. */
const LIT = 200;

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function search({ store, api, asking, act }) {
  /** @type {Track[]} */
  let found = [];
  /** The text that `found` answers. */
  let answered = "";
  /** Whether Enter was pressed before its answer was there, and whether with Shift. @type {{ adds: boolean } | null} */
  let chosen = null;
  let active = -1;
  const newest = new Newest();
  const input = /** @type {HTMLInputElement} */ (h("input", {
    type: "search", id: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: words.search.placeholder,
    "aria-label": words.search.label, "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
    "aria-keyshortcuts": "/", maxlength: 300,
    oninput: () => {
      chosen = null;
      ask(input.value);
    }, onkeydown: press, onblur: () => close(), onfocus: () => found.length && open(),
  }));
  /** The elements of the finds, which show one after another. */
  const places = Array.from({ length: SHOWN }, (_, at) => {
    const facts = changingFacts();
    const element = h("li", { id: `found-${at}`, role: "option", "aria-selected": "false", onmousedown: (/** @type {MouseEvent} */ event) => {
      // Before the input loses the focus.
      event.preventDefault();
      if (event.button === 0) choose(at, event.shiftKey);
    } }, facts.element);
    return { element, show: facts.show };
  });
  const options = h("ul.found", { id: "found", role: "listbox", "aria-label": words.search.label, hidden: true });
  const note = h("p.note", { hidden: true });
  const status = h("p.hidden", { role: "status" });
  const element = h("div.search", { role: "search" }, input, h("div.drop", {}, options, note), status);

  /** @param {string} text */
  async function ask(text) {
    const q = text.trim();
    if (q === "") return show([], "", "");
    const isOld = () => newest.isOvertaken || input.value.trim() !== q;
    await newest.run(async () => {
      if (input.value.trim() !== q) return;
      try {
        // On the map more of them light up than the list under the box has room for.
        const answer = await api.ask(searchQuestion(q, store.shown.view === "map" ? LIT : SHOWN));
        if (isOld()) return;
        asking.learn(answer.tracks);
        show(answer.tracks, answer.note ?? (answer.tracks.length ? "" : words.search.none), q);
        status.textContent = words.search.found(answer.total);
        if (chosen && found.length) choose(0, chosen.adds);
        chosen = null;
      } catch (error) {
        const problem = problemOf(error);
        if (problem.status === 401) store.answer({ wantsKey: true });
        if (!isOld()) show([], words.problem(problem), q);
      }
    });
  }

  /** @param {Track[]} tracks @param {string} text @param {string} q */
  function show(tracks, text, q) {
    found = tracks.slice(0, SHOWN);
    answered = q;
    active = -1;
    activate();
    found.forEach((track, at) => places[at].show(track));
    replace(options, places.slice(0, found.length).map(({ element }) => element));
    options.dataset.answers = q;
    note.textContent = text;
    note.hidden = text === "";
    if (found.length && document.activeElement === input) open();
    else close(text !== "");
    store.answer({ found: tracks.map((track) => track.track_id) });
  }

  function open() {
    options.hidden = found.length === 0;
    note.hidden = note.textContent === "";
    input.setAttribute("aria-expanded", String(found.length > 0));
  }

  function close(keepsNote = false) {
    options.hidden = true;
    note.hidden = !keepsNote;
    input.setAttribute("aria-expanded", "false");
    active = -1;
    activate();
  }

  /** Marks the option that is active, if one is. */
  function activate() {
    places.forEach(({ element }, at) => set(element, { "aria-selected": String(at === active) }));
    set(input, { "aria-activedescendant": active < 0 ? null : `found-${active}` });
  }

  /** @param {number} at @param {boolean} adds */
  function choose(at, adds) {
    const track = found[at];
    if (!track) return;
    input.value = "";
    show([], "", "");
    status.textContent = nameOf(track);
    if (adds) act.like(track.track_id);
    else act.seed(track.track_id);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const last = found.length - 1;
    if (event.key === "Escape") {
      // The first closes the list, the second empties the box.
      if (!options.hidden) return close();
      input.value = "";
      show([], "", "");
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (input.value.trim() === answered) choose(Math.max(0, active), event.shiftKey);
      else chosen = { adds: event.shiftKey };
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (last < 0) return;
      open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = active < 0 ? (step > 0 ? 0 : last) : (active + step + found.length) % found.length;
      activate();
      places[active].element.scrollIntoView({ block: "nearest" });
    }
  }

  return { element, update() {} };
}
