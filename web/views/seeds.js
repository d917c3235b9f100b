// The seeds: what the list is like, and what it is unlike.
// @ts-check

import { h, replace } from "../dom.js";
import { words } from "../words.js";
import { nameOf, titleOf } from "./common.js";

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function seeds({ act }) {
  const heading = h("h2", { tabindex: "-1" }, words.seeds.label);
  const chips = h("div.chips");
  const element = h("section.seeds", { "aria-label": words.seeds.label }, heading, chips);

  /** @param {string} id @param {boolean} isUnlike @param {Map<string, import("../api.js").Track | null>} tracks */
  function chip(id, isUnlike, tracks) {
    const track = tracks.get(id);
    const name = track ? nameOf(track) : track === null ? `${id} (${words.seeds.gone})` : id;
    return h(isUnlike ? "span.chip.unlike" : "span.chip", {},
      isUnlike && h("span.mark", {}, words.seeds.unlike),
      h("bdi", { title: name }, track ? titleOf(track) : name),
      h("button", { type: "button", "aria-label": words.seeds.remove(name), "data-key": `forget-${id}`, onclick: () => act.forget(id) }, "×"));
  }

  return {
    element,
    update({ shown, answers }, before) {
      if (shown.like === before.shown.like && shown.unlike === before.shown.unlike && shown.path === before.shown.path && answers.tracks === before.answers.tracks && chips.firstChild) return;
      element.hidden = shown.like.length + shown.unlike.length === 0 && !shown.path;
      const name = (/** @type {string} */ id) => {
        const track = answers.tracks.get(id);
        return track ? titleOf(track) : id;
      };
      const path = shown.path && words.list.path(name(shown.path[0]), name(shown.path[1]));
      const all = [
        ...(path ? [h("span.chip.path", {}, h("bdi", { title: path }, path),
          h("button", { type: "button", "aria-label": words.list.closePath, "data-key": "close-path-chip", onclick: () => act.go({ path: null }) }, "×"))] : []),
        ...shown.like.map((id) => chip(id, false, answers.tracks)), ...shown.unlike.map((id) => chip(id, true, answers.tracks))];
      replace(chips, [...all, all.length > 1 && h("button.link", { type: "button", "data-key": "clear", onclick: () => act.go({ like: [], unlike: [], path: null }) }, words.seeds.clear)], element.hidden ? document.getElementById("search") ?? undefined : heading);
    },
  };
}
