// What is shown, and the address that says it: the part after `#`, which browsers do not send to the service.
// @ts-check

/** @typedef {"list" | "map" | "playlist"} View */

/**
 * @typedef {object} Shown
 * @property {View} view
 * @property {string[]} like  ids of tracks
 * @property {string[]} unlike
 * @property {Record<string, number>} targets  values of columns that are preferred
 * @property {number} k
 * @property {string} profile  "" for the first of the index
 * @property {string} beside  a second profile, whose list is shown beside; "" for none
 * @property {number} perArtist  0 for no limit
 * @property {number} diversity  0 to 1
 * @property {boolean} spaced
 * @property {string} open  the id of the track that is explained
 * @property {string[]} mine  the ids of the playlist that is put together
 * @property {string} name  its name
 * @property {[string, string] | null} path  its ends
 * @property {{ x: number, y: number, zoom: number }} at  the centre of the map, and its zoom: 0 shows all, 1 half the width, ...
 */

/** @type {Readonly<Shown>} */
export const NOTHING = Object.freeze({
  view: "list", like: [], unlike: [], targets: {}, k: 20, profile: "", beside: "", perArtist: 0, diversity: 0,
  spaced: false, open: "", mine: [], name: "", path: null, at: { x: 0.5, y: 0.5, zoom: 0 },
});

export const MOST_K = 200;
/** The service takes so many seeds, and names so many tracks at once. */
export const MOST_IDS = 1000;
export const MOST_ZOOM = 16;

/**
 * @param {Shown} shown
 * @returns {string} without `#`; empty for the page as it opens
 */
export function toAddress(shown) {
  const parts = new URLSearchParams();
  /** @param {string} name @param {string | number | boolean} value @param {unknown} without */
  const say = (name, value, without) => value !== without && parts.append(name, String(value === true ? 1 : value));
  say("view", shown.view, NOTHING.view);
  shown.like.forEach((id) => parts.append("like", id));
  shown.unlike.forEach((id) => parts.append("unlike", id));
  for (const [name, value] of Object.entries(shown.targets)) parts.append(`target.${name}`, String(value));
  say("k", shown.k, NOTHING.k);
  say("profile", shown.profile, "");
  say("beside", shown.beside, "");
  say("per_artist", shown.perArtist, 0);
  say("diversity", shown.diversity, 0);
  say("spaced", shown.spaced, false);
  say("why", shown.open, "");
  shown.path?.forEach((id) => parts.append("path", id));
  shown.mine.forEach((id) => parts.append("mine", id));
  say("name", shown.name, "");
  const { x, y, zoom } = shown.at;
  if (zoom !== 0 || x !== 0.5 || y !== 0.5) {
    // As many digits as a pixel of the screen needs.
    const digits = Math.ceil(4 + zoom / 3);
    parts.append("at", [x.toFixed(digits), y.toFixed(digits), zoom.toFixed(2)].join(","));
  }
  return parts.toString();
}

/**
 * Any text gives something that can be shown: what is unknown or wrong in it is left out.
 * @param {string} address  with or without `#`
 * @returns {Shown}
 */
export function fromAddress(address) {
  const parts = new URLSearchParams(address.replace(/^#/, ""));
  /** @param {string} name @param {number} least @param {number} most @param {number} without */
  const number = (name, least, most, without) => {
    const value = Number(parts.get(name) ?? without);
    return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : without;
  };
  const ids = (/** @type {string} */ name) => [...new Set(parts.getAll(name).filter((id) => id !== ""))].slice(0, MOST_IDS);
  const view = parts.get("view");
  /** @type {Record<string, number>} */
  const targets = {};
  for (const [name, value] of parts) {
    const column = name.startsWith("target.") ? name.slice("target.".length) : "";
    if (column !== "" && value !== "" && Number.isFinite(Number(value))) targets[column] = Number(value);
  }
  const [from, to] = parts.getAll("path");
  const [x, y, zoom] = (parts.get("at") ?? "").split(",").map(Number);
  const isPlace = [x, y, zoom].every((value) => Number.isFinite(value));
  const like = ids("like");
  return {
    view: view === "map" || view === "playlist" ? view : "list",
    like,
    unlike: ids("unlike").filter((id) => !like.includes(id)),
    targets,
    k: Math.round(number("k", 1, MOST_K, NOTHING.k)),
    profile: parts.get("profile") ?? "",
    beside: parts.get("beside") ?? "",
    perArtist: Math.round(number("per_artist", 0, 1000, 0)),
    diversity: number("diversity", 0, 1, 0),
    spaced: parts.get("spaced") === "1",
    open: parts.get("why") ?? "",
    mine: ids("mine"),
    name: (parts.get("name") ?? "").slice(0, 200),
    path: from && to ? [from, to] : null,
    at: isPlace
      ? { x: within(x, 0, 1), y: within(y, 0, 1), zoom: within(zoom, 0, MOST_ZOOM) }
      : NOTHING.at,
  };
}

/** @param {number} value @param {number} least @param {number} most */
export function within(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
