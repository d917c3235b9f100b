// The list: what is like the seeds, or a path; a second profile's list beside it.
// @ts-check

import { h, replace, say, set } from "../dom.js";
import { explainedBy } from "../questions.js";
import { words } from "../words.js";
import { artistsOf, facts, problem, titleOf } from "./common.js";
import { rows } from "./row.js";

/** @typedef {import("../api.js").Recommendation} Recommendation */
/** @typedef {import("../store.js").State} State */

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function list(app) {
  const { act, asking } = app;
  /** @type {Recommendation[] | undefined} */
  let lastTracks;
  /** What the rows were made of. @type {unknown[]} */
  let painted = [];
  const heading = h("h1", { tabindex: "-1" });
  const closePath = h("button", { type: "button", onclick: () => act.go({ path: null }) }, words.list.closePath);
  const addAll = h("button", { type: "button", onclick: () => act.add((lastTracks ?? []).map((track) => track.track_id)) }, words.list.addAll);
  const tools = h("div.tools");
  const note = h("p.note");
  const main = h("div.column");
  const beside = h("div.column");
  const columns = h("div.columns", {}, main, beside);
  // Shown by the style sheet once an answer is late.
  const late = h("p.late", {}, words.list.waiting);
  const status = h("p.hidden", { role: "status" });
  const element = h("section.list", { "aria-labelledby": "list-heading" }, heading, late, tools, note, columns, status);
  heading.id = "list-heading";
  const start = welcome(app);
  const [mainRows, besideRows] = [rows(app, true), rows(app, false)];

  /** @param {ReturnType<typeof rows>} list @param {Recommendation[]} tracks @param {State} state */
  function listed(list, tracks, state) {
    list.show(tracks, state, heading);
    return tracks.length ? list.element : h("p", {}, words.list.none);
  }

  /** @param {State} state */
  function title({ shown, answers }) {
    const name = (/** @type {string} */ id) => {
      const track = answers.tracks.get(id);
      return track ? titleOf(track) : id;
    };
    if (shown.path) return words.list.path(name(shown.path[0]), name(shown.path[1]));
    if (shown.like.length === 1) {
      const track = answers.tracks.get(shown.like[0]);
      return words.list.like(track ? words.by(titleOf(track), artistsOf(track)) : shown.like[0]);
    }
    return shown.like.length ? words.list.likeMany(shown.like.length) : words.list.targets;
  }

  return {
    element,
    update(state) {
      const { shown, answers } = state;
      if (shown.view !== "list") return;
      const answer = shown.path ? answers.path : answers.list;
      const isEmpty = !shown.path && shown.like.length === 0 && Object.keys(shown.targets).length === 0;
      if (isEmpty) start.fill(answers.catalogue.value);
      const value = answer.value;
      const tracks = value && ("recommendations" in value ? value.recommendations : value.tracks);
      say(heading, isEmpty ? words.welcome.heading : title(state));
      set(element, { "aria-busy": String(Boolean(answer.isAwaited)) });
      say(note, (value && "note" in value && value.note) || "");
      note.hidden = note.textContent === "";
      const needs = [isEmpty, isEmpty && shown.unlike.length, value, answer.problem, shown.open, shown.mine, shown.like[0], shown.path, shown.beside,
        answers.beside.value, answers.beside.problem, answers.full.get(shown.open)?.value, answers.full.get(explainedBy(state))?.value, answers.catalogue.value];
      if (needs.every((need, at) => need === painted[at]) && painted.length) return;
      painted = needs;
      replace(tools, tracks && tracks.length ? [shown.path && closePath, addAll] : [], heading);
      /** @type {import("../dom.js").Child[]} */
      let content = [];
      if (isEmpty && shown.unlike.length) content = [h("p", {}, words.welcome.unlikeOnly)];
      else if (isEmpty) content = [start.element];
      else if (answer.problem) content = [problem(answer.problem, () => asking.again())];
      else if (tracks) content = [shown.beside && h("h2", {}, value.profile), listed(mainRows, tracks, state)];
      else content = [h("p.waiting", {}, words.list.waiting)];
      replace(main, content, heading);
      beside.hidden = !shown.beside || isEmpty || Boolean(shown.path);
      if (!beside.hidden) {
        const other = answers.beside;
        replace(beside, [h("h2", {}, shown.beside),
          other.problem ? problem(other.problem, () => asking.again()) : other.value && listed(besideRows, other.value.recommendations, state)], heading);
      }
      columns.classList.toggle("two", !beside.hidden);
      // Also where the number is the same: a screen reader says again that there is a new list.
      if (tracks && tracks !== lastTracks) status.textContent = words.list.updated(tracks.length);
      lastTracks = tracks;
    },
  };
}

/** What the page shows as it opens: a few well-known songs to start from. @param {import("../app.js").App} app */
function welcome({ api, act }) {
  const tries = h("ul.tries");
  const heading = h("h2", { hidden: true }, words.welcome.tries);
  const element = h("div.welcome", {},
    h("p", {}, words.welcome.text),
    heading, tries,
    h("p.ways", {},
      h("button", { type: "button", onclick: () => act.go({ view: "map" }) }, words.welcome.map),
      h("button", { type: "button", onclick: () => act.go({ view: "playlist" }) }, words.welcome.playlist),
      h("button", { type: "button", onclick: () => act.steer("energy", 0.8) }, words.welcome.features)));
  /** The catalogue that the songs are of. @type {import("../api.js").Catalogue | undefined} */
  let made;

  /** @param {import("../api.js").Catalogue | undefined} catalogue */
  async function fill(catalogue) {
    if (!catalogue || catalogue === made) return;
    made = catalogue;
    tries.replaceChildren();
    const fame = catalogue.columns.find(({ role }) => role === "popularity");
    if (fame?.max === undefined) return;
    const question = { method: /** @type {const} */ ("POST"), path: "/api/v1/recommendations", body: { targets: { [fame.name]: fame.max }, per_artist: 1, k: 6 } };
    /** @type {Recommendation[]} */
    const known = await api.ask(question).then((answer) => answer.recommendations).catch(() => []);
    if (catalogue !== made) return;
    // Asked once more when the page is next opened without a song.
    if (known.length === 0) made = undefined;
    heading.hidden = known.length === 0;
    tries.replaceChildren(...known.map((track) => h("li", {}, h("button.name", { type: "button", onclick: () => act.seed(track.track_id) }, facts(track)))));
  }
  return { element, fill };
}
