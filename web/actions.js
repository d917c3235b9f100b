// What a person can do: each action is a change of what is shown, and a step that Back undoes.
// @ts-check

import { MOST_IDS } from "./address.js";

/** @typedef {import("./address.js").Shown} Shown */
/**
 * Changes what is shown. What moves gradually has a name: while it is the same, all is one step back.
 * @typedef {(change: Partial<Shown>, gradual?: string) => void} Go
 */

/** @param {import("./store.js").Store} store @param {Go} go */
export function actions(store, go) {
  const without = (/** @type {string[]} */ ids, /** @type {string} */ id) => ids.filter((other) => other !== id);
  /** The last so many. @param {string[]} ids @param {number} most */
  const last = (ids, most) => ids.slice(Math.max(0, ids.length - most));
  return {
    go,
    /** One track becomes the only seed. @param {string} id */
    seed: (id) => go({ like: [id], unlike: [], path: null, open: "", view: store.shown.view === "map" ? "map" : "list" }),
    /** What fits to all of a playlist: a fair mix. @param {string[]} ids */
    fit: (ids) => go({ like: ids.slice(0, MOST_IDS), unlike: [], perArtist: 2, spaced: true, path: null, open: "", view: "list" }),
    /** @param {string} id */
    like: (id) => {
      const unlike = without(store.shown.unlike, id);
      go({ like: last([...without(store.shown.like, id), id], MOST_IDS - unlike.length), unlike, path: null });
    },
    /** @param {string} id */
    unlike: (id) => {
      const like = without(store.shown.like, id);
      go({ unlike: last([...without(store.shown.unlike, id), id], MOST_IDS - like.length), like, path: null });
    },
    /** @param {string} id */
    forget: (id) => go({ like: without(store.shown.like, id), unlike: without(store.shown.unlike, id) }),
    /** @param {string} id */
    explain: (id) => go({ open: store.shown.open === id ? "" : id }),
    /** @param {string} name @param {number | null} value */
    steer: (name, value) => {
      const targets = { ...store.shown.targets };
      if (value === null) delete targets[name];
      else targets[name] = value;
      go({ targets, path: null }, value === null ? undefined : `target.${name}`);
    },
    /** A file's tracks become the playlist. @param {string[]} ids @param {string} name */
    take: (ids, name) => go({ mine: ids.slice(0, MOST_IDS), name }),
    /** @param {string[]} ids */
    add: (ids) => go({ mine: [...new Set([...store.shown.mine, ...ids])].slice(0, MOST_IDS) }),
    /** @param {string} id */
    remove: (id) => go({ mine: without(store.shown.mine, id) }),
    /** @param {number} from @param {number} to */
    move: (from, to) => {
      const mine = [...store.shown.mine];
      mine.splice(to, 0, ...mine.splice(from, 1));
      go({ mine });
    },
    /** @param {string} from @param {string} to */
    path: (from, to) => go({ path: [from, to], open: "", view: store.shown.view === "map" ? "map" : "list" }),
  };
}

/** @typedef {ReturnType<typeof actions>} Actions */
