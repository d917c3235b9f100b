// The one place for state. What is shown is in `shown`, which is also the address; what was answered is in `answers`.
// @ts-check

/** @typedef {import("./address.js").Shown} Shown */
/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {import("./api.js").Track} Track */

/**
 * An answer that is awaited, there, or refused. While a new one is awaited the old value stays.
 * @template T
 * @typedef {{ value?: T, problem?: Problem, isAwaited?: boolean }} Answer
 */

/**
 * @typedef {object} Answers
 * @property {Answer<import("./api.js").Catalogue>} catalogue
 * @property {Answer<import("./api.js").Recommendations>} list
 * @property {Answer<import("./api.js").Recommendations>} beside
 * @property {Answer<import("./api.js").Path>} path
 * @property {Answer<import("./api.js").MapFacts>} map
 * @property {Answer<import("./api.js").PlaylistsRead> & { name?: string }} file  and the name of the file
 * @property {string[]} found  the ids that the search has found, while its words stand in the box
 * @property {Map<string, Track | null>} tracks  by id; null: the catalogue has none
 * @property {Map<string, Answer<import("./api.js").FullTrack>>} full  by id, with audio features
 * @property {string} notice  what a screen reader is to say
 * @property {boolean} wantsKey
 */

/** @typedef {{ shown: Shown, answers: Answers }} State */

export class Store {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** @type {((state: State, before: State) => void)[]} */
    this.listeners = [];
  }

  get shown() {
    return this.state.shown;
  }

  get answers() {
    return this.state.answers;
  }

  /** @param {(state: State, before: State) => void} listener */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * Changes what is shown.
   * @param {Partial<Shown>} change
   */
  show(change) {
    this.#become({ shown: { ...this.shown, ...change }, answers: this.answers });
  }

  /**
   * Takes what was answered.
   * @param {Partial<Answers>} change
   */
  answer(change) {
    this.#become({ shown: this.shown, answers: { ...this.answers, ...change } });
  }

  /** @param {State} state */
  #become(state) {
    const before = this.state;
    this.state = state;
    for (const listener of this.listeners) listener(state, before);
  }
}

/** @returns {Answers} */
export function noAnswers() {
  return {
    catalogue: {}, list: {}, beside: {}, path: {}, map: {}, file: {}, found: [],
    tracks: new Map(), full: new Map(), notice: "", wantsKey: false,
  };
}
