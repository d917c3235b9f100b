// The search: a combobox with a list of tracks (ARIA Authoring Practices, "Combobox with list autocomplete").
// @ts-check

import { Newest } from "../api.js";
import { problemOf } from "../asking.js";
import { h } from "../dom.js";
import { searchQuestion } from "../questions.js";
import { words } from "../words.js";
import { facts, nameOf } from "./common.js";

/** @typedef {import("../api.js").Track} Track */

const SHOWN = 8;

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function search({ store, api, asking, act }) {
  /** @type {Track[]} */
  let found = [];
  let active = -1;
  const newest = new Newest();
  const input = /** @type {HTMLInputElement} */ (h("input", {
    type: "search", id: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: words.search.placeholder,
    "aria-label": words.search.label, "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
    "aria-keyshortcuts": "/", maxlength: 300,
    oninput: () => ask(input.value), onkeydown: press, onblur: () => close(), onfocus: () => found.length && open(),
  }));
  const options = h("ul.found", { id: "found", role: "listbox", "aria-label": words.search.label, hidden: true });
  const note = h("p.note", { hidden: true });
  const status = h("p.hidden", { role: "status" });
  const element = h("div.search", { role: "search" }, input, h("div.drop", {}, options, note), status);

  /** @param {string} text */
  async function ask(text) {
    const q = text.trim();
    if (q === "") return show([], "");
    await newest.run(async () => {
      try {
        const answer = await api.ask(searchQuestion(q, SHOWN));
        if (newest.isOvertaken || input.value.trim() !== q) return;
        asking.learn(answer.tracks);
        show(answer.tracks, answer.note ?? (answer.tracks.length ? "" : words.search.none));
        status.textContent = words.search.found(answer.total);
      } catch (error) {
        const problem = problemOf(error);
        if (problem.status === 401) store.answer({ wantsKey: true });
        show([], words.problem(problem));
      }
    });
  }

  /** @param {Track[]} tracks @param {string} text */
  function show(tracks, text) {
    found = tracks;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    options.replaceChildren(...tracks.map((track, at) =>
      h("li", { id: `found-${at}`, role: "option", "aria-selected": "false", onmousedown: (/** @type {MouseEvent} */ event) => {
        // Before the input loses the focus.
        event.preventDefault();
        choose(at, event.shiftKey);
      } }, facts(track))));
    note.textContent = text;
    note.hidden = text === "";
    if (tracks.length) open();
    else close(text !== "");
    document.dispatchEvent(new CustomEvent("segue-found", { detail: tracks.map((track) => track.track_id) }));
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
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  /** @param {number} at @param {boolean} adds */
  function choose(at, adds) {
    const track = found[at];
    if (!track) return;
    input.value = "";
    show([], "");
    status.textContent = nameOf(track);
    if (adds) act.like(track.track_id);
    else act.seed(track.track_id);
    if (store.shown.view === "playlist") act.go({ view: "list" }, true);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const last = found.length - 1;
    if (event.key === "Escape") {
      if (options.hidden) input.value = "";
      show(options.hidden ? [] : found, "");
      close();
    } else if (event.key === "Enter" && found.length) {
      event.preventDefault();
      choose(Math.max(0, active), event.shiftKey);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (last < 0) return;
      open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = active < 0 ? (step > 0 ? 0 : last) : (active + step + found.length) % found.length;
      [...options.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
      input.setAttribute("aria-activedescendant", `found-${active}`);
      options.children[active]?.scrollIntoView({ block: "nearest" });
    }
  }

  return { element, update() {} };
}
