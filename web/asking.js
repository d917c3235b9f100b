// Watches what is shown, and asks the service for what it needs; answers go into the store.
// @ts-check

import { MOST_IDS } from "./address.js";
import { Newest, Refused } from "./api.js";
import { CATALOGUE, MAP, explainedBy, listQuestion, pathQuestion, trackQuestion, tracksQuestion } from "./questions.js";
import { noAnswers } from "./store.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Question} Question */
/** @typedef {import("./api.js").Track} Track */
/** @typedef {import("./store.js").Answers} Answers */
/** @typedef {"catalogue" | "list" | "beside" | "path" | "map"} Single  the answers that have one question at a time */

export class Asking {
  /** @param {import("./store.js").Store} store @param {import("./api.js").Api} api */
  constructor(store, api) {
    this.store = store;
    this.api = api;
    /** The question last asked for each answer, as text. @type {Map<string, string>} */
    this.asked = new Map();
    /** @type {Map<string, Newest>} */
    this.lines = new Map();
    /** How long the last list took, in milliseconds. */
    this.took = 0;
  }

  /** Asks whatever is shown and has no answer yet. */
  follow() {
    const { shown } = this.store;
    this.#single("catalogue", CATALOGUE);
    this.#single("list", listQuestion(shown, shown.profile));
    this.#single("beside", shown.beside ? listQuestion(shown, shown.beside) : null);
    this.#single("path", pathQuestion(shown));
    if (shown.view === "map") this.#single("map", MAP);
    // A map that was missing may have been made since.
    else if (this.store.answers.map.problem) this.asked.delete("map");
    this.#tracks([...shown.like, ...shown.unlike, ...shown.mine, ...(shown.path ?? [])]);
    if (shown.open) {
      for (const id of [shown.open, explainedBy(this.store.state)]) if (id) this.#full(id);
    }
  }

  /** Asks once more for everything that was refused. */
  again() {
    for (const name of /** @type {Single[]} */ (["catalogue", "list", "beside", "path", "map"])) {
      if (this.store.answers[name].problem) this.asked.delete(name);
    }
    const full = [...this.store.answers.full].filter(([, answer]) => !answer.problem);
    this.store.answer({ full: new Map(full) });
    this.asked.delete("tracks");
    this.follow();
  }

  /** Forgets all answers, for the index was replaced, and asks anew. */
  async anew() {
    this.asked.clear();
    const { file, wantsKey } = this.store.answers;
    this.store.answer({ ...noAnswers(), file, wantsKey });
    this.follow();
    const catalogue = await this.api.ask(CATALOGUE).catch(() => null);
    if (catalogue) this.store.answer({ notice: words.replaced(catalogue.tracks) });
  }

  /** @param {string} name */
  #line(name) {
    const line = this.lines.get(name) ?? new Newest();
    this.lines.set(name, line);
    return line;
  }

  /** @param {Single} name @param {Question | null} question */
  #single(name, question) {
    const text = JSON.stringify(question);
    if (this.asked.get(name) === text) return;
    this.asked.set(name, text);
    if (!question) {
      if (this.store.answers[name].value || this.store.answers[name].problem) this.store.answer({ [name]: {} });
      return;
    }
    this.store.answer({ [name]: { value: this.store.answers[name].value, isAwaited: true } });
    const line = this.#line(name);
    line.run(async () => {
      const begun = performance.now();
      try {
        const value = await this.api.ask(question);
        if (line.isOvertaken || this.asked.get(name) !== text) return;
        if (name === "list") this.took = performance.now() - begun;
        this.store.answer({ [name]: { value } });
        if (name === "list" || name === "path") this.learn(value.recommendations ?? value.tracks);
      } catch (error) {
        if (line.isOvertaken || this.asked.get(name) !== text) return;
        this.store.answer({ [name]: { problem: problemOf(error) }, ...this.#key(error) });
      }
    });
  }

  /** @param {string[]} ids */
  #tracks(ids) {
    const missing = [...new Set(ids)].filter((id) => !this.store.answers.tracks.has(id)).slice(0, MOST_IDS);
    const text = JSON.stringify(missing);
    if (missing.length === 0 || this.asked.get("tracks") === text) return;
    this.asked.set("tracks", text);
    this.#line("tracks").run(async () => {
      try {
        const { tracks } = await this.api.ask(tracksQuestion(missing, []));
        const known = new Map(this.store.answers.tracks);
        missing.forEach((id, at) => known.set(id, tracks[at]));
        this.store.answer({ tracks: known });
      } catch (error) {
        // The names are missing until the next try.
        this.store.answer({ notice: words.problem(problemOf(error)), ...this.#key(error) });
      }
    });
  }

  /** @param {string} id */
  async #full(id) {
    if (this.store.answers.full.has(id)) return;
    this.#setFull(id, { isAwaited: true });
    try {
      this.#setFull(id, { value: await this.api.ask(trackQuestion(id)) });
    } catch (error) {
      this.#setFull(id, { problem: problemOf(error) });
    }
  }

  /** @param {string} id @param {import("./store.js").Answer<import("./api.js").FullTrack>} answer */
  #setFull(id, answer) {
    this.store.answer({ full: new Map(this.store.answers.full).set(id, answer) });
  }

  /** Remembers tracks that came with any answer. @param {Track[]} tracks */
  learn(tracks) {
    const isNew = (/** @type {Track} */ track) => !this.store.answers.tracks.get(track.track_id);
    if (!tracks.some(isNew)) return;
    const known = new Map(this.store.answers.tracks);
    for (const track of tracks.filter(isNew)) known.set(track.track_id, track);
    this.store.answer({ tracks: known });
  }

  /** @param {unknown} error @returns {Partial<Answers>} */
  #key(error) {
    return error instanceof Refused && error.problem.status === 401 ? { wantsKey: true } : {};
  }
}

/** @param {unknown} error @returns {import("./api.js").Problem} */
export function problemOf(error) {
  return error instanceof Refused ? error.problem : { status: 0, code: "broken", detail: String(error) };
}
