// From what is shown to the requests that answer it. Pure functions: the same requests are sent and shown to engineers.
// @ts-check

/** @typedef {import("./address.js").Shown} Shown */
/** @typedef {import("./api.js").Question} Question */

/**
 * The request for the list; null where nothing is asked.
 * @param {Shown} shown
 * @param {string} profile
 * @returns {Question | null}
 */
export function listQuestion(shown, profile) {
  const seeds = [
    ...shown.like.map((track) => ({ track })),
    ...shown.unlike.map((track) => ({ track, weight: -0.5 })),
  ];
  const hasTargets = Object.keys(shown.targets).length > 0;
  if (shown.like.length === 0 && !hasTargets) return null;
  /** @type {Record<string, any>} */
  const body = { k: shown.k, why: true };
  if (seeds.length) body.seeds = seeds;
  if (hasTargets) body.targets = shown.targets;
  if (profile) body.profile = profile;
  if (shown.perArtist) body.per_artist = shown.perArtist;
  if (shown.diversity) body.diversity = shown.diversity;
  if (shown.spaced) body.spaced = true;
  return { method: "POST", path: "/api/v1/recommendations", body };
}

/** The seed that the track which is explained is compared with; "" for none. @param {import("./store.js").State} state */
export function explainedBy({ shown, answers }) {
  const listed = answers.list.value?.recommendations.find((one) => one.track_id === shown.open);
  return listed?.why?.seed ?? shown.like[0] ?? "";
}

/** @param {Shown} shown @returns {Question | null} */
export function pathQuestion(shown) {
  if (!shown.path) return null;
  const [from, to] = shown.path;
  return { method: "GET", path: `/api/v1/path?${parameters({ from, to, k: pathLength(shown), profile: shown.profile })}` };
}

/** A path takes as many steps as the list, within reason. @param {Shown} shown */
function pathLength(shown) {
  return Math.max(3, Math.min(50, shown.k));
}

/** @param {string} q @param {number} k @returns {Question} */
export function searchQuestion(q, k) {
  return { method: "GET", path: `/api/v1/search?${parameters({ q, k })}` };
}

/** @param {string} id @returns {Question} */
export function trackQuestion(id) {
  return { method: "GET", path: `/api/v1/tracks/${encodeURIComponent(id)}` };
}

/** @param {string[]} ids @param {number[]} rows @returns {Question} */
export function tracksQuestion(ids, rows) {
  /** @type {Record<string, any>} */
  const body = {};
  if (ids.length) body.ids = ids;
  if (rows.length) body.rows = rows;
  return { method: "POST", path: "/api/v1/tracks", body };
}

/** @param {string} format @param {string} name @param {string[]} tracks @returns {Question} */
export function saveQuestion(format, name, tracks) {
  return { method: "POST", path: `/api/v1/playlists/${format}`, body: name ? { name, tracks } : { tracks } };
}

/** @type {Readonly<Question>} */
export const CATALOGUE = { method: "GET", path: "/api/v1/catalogue" };
/** @type {Readonly<Question>} */
export const MAP = { method: "GET", path: "/api/v1/map" };

/** @param {number} z @param {number} x @param {number} y */
export function tilePath(z, x, y) {
  return `/api/v1/map/tiles/${z}/${x}/${y}`;
}

/**
 * The request as a line for a shell. Keys are never in it.
 * @param {Question} question
 * @param {string} origin
 * @param {boolean} hasKey
 */
export function asCurl(question, origin, hasKey) {
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ["curl -s", quoted(origin + question.path)];
  if (hasKey) parts.push('-H "Authorization: Bearer $SEGUE_KEY"');
  if (question.body) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(question.body))}`);
  return parts.join(" ");
}

/** @param {Record<string, string | number>} values  empty ones are left out */
function parameters(values) {
  const said = Object.entries(values).filter(([, value]) => value !== "");
  return new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
}
