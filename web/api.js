// The network: every request that the page makes, and what comes back. No other module calls `fetch`.
// @ts-check

/**
 * @typedef {object} Track
 * @property {string} track_id
 * @property {string | null} track_name
 * @property {string[]} artists
 * @property {string | null} album_name
 * @property {string | null} track_genre
 * @property {string[]} genres
 * @property {number | null} popularity
 * @property {number | null} duration_ms
 * @property {boolean | null} explicit
 */
/** @typedef {Track & { audio_features: Record<string, number | null> }} FullTrack */
/** @typedef {Track & { row: number, x: number | null, y: number | null }} PlacedTrack */
/** @typedef {{ phrase: string, seed?: string | null, contributions: Record<string, number> }} Why */
/** @typedef {Track & { rank: number, similarity: number, why?: Why | null }} Recommendation */
/** @typedef {{ profile: string, note?: string | null, recommendations: Recommendation[] }} Recommendations */
/** @typedef {{ profile: string, tracks: Recommendation[] }} Path */
/** @typedef {{ total: number, note?: string | null, tracks: Track[] }} Found */
/** @typedef {{ name: string, type: "number" | "integer" | "vector", role: string | null, missing: number, min?: number, max?: number }} Column */
/**
 * @typedef {object} Catalogue
 * @property {number} tracks
 * @property {number} genres
 * @property {number | null} generation
 * @property {{ name: string, dimension: number }[]} profiles
 * @property {Column[]} columns
 * @property {string} version
 */
/** @typedef {{ name: string, tracks: number, x: number, y: number }} GenreLabel */
/** @typedef {{ tracks: number, generation: number, profile: string, tile_tracks: number, levels: number, genres: GenreLabel[] }} MapFacts */
/** @typedef {{ place: string, mention: string, track: Track | null, problem: string | null }} PlaylistEntry */
/** @typedef {{ name: string | null, found: number, missing: number, entries: PlaylistEntry[] }} PlaylistRead */
/** @typedef {{ playlists: PlaylistRead[] }} PlaylistsRead */

/** A request: what is sent, and what engineers are shown. @typedef {{ method: "GET" | "POST", path: string, body?: object }} Question */

/**
 * Why there is no answer.
 * @typedef {object} Problem
 * @property {number} status  0: nothing was reached
 * @property {string} code  as the service says it; `unreachable` if it says nothing, `slow` if it took too long
 * @property {string} detail
 * @property {number} [retryAfter]  seconds
 */

export class Refused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const KEY = "segue-key";
/** The service gives up before. */
const PATIENCE_MS = 20_000;
/** Replicas of a service may have several builds for a while; the page follows each new one at once, an old one no oftener. */
const FOLLOWS_OLD_MS = 30_000;

export class Api {
  /** @param {(index: string) => void} heard  called with the index that answered, each time that it changes */
  constructor(heard) {
    this.heard = heard;
    this.index = "";
    /** @type {Set<string>} */
    this.known = new Set();
    this.followed = 0;
  }

  /** The key is kept for this tab's session only. @param {string} key */
  useKey(key) {
    if (key) sessionStorage.setItem(KEY, key);
    else sessionStorage.removeItem(KEY);
  }

  get hasKey() {
    return sessionStorage.getItem(KEY) !== null;
  }

  /**
   * @param {Question} question
   * @returns {Promise<any>} the JSON of the answer
   */
  async ask(question) {
    const response = await this.#fetch(question, JSON.stringify(question.body), "application/json");
    return response.json();
  }

  /** @param {File} file @returns {Promise<PlaylistsRead>} */
  async readPlaylist(file) {
    const path = `/api/v1/playlists?name=${encodeURIComponent(file.name || "playlist")}`;
    const response = await this.#fetch({ method: "POST", path }, file, "application/octet-stream");
    return response.json();
  }

  /** @param {Question} question @returns {Promise<Blob>} */
  async file(question) {
    const response = await this.#fetch(question, JSON.stringify(question.body), "application/json");
    return response.blob();
  }

  /** @param {string} path @returns {Promise<ArrayBuffer>} */
  async bytes(path) {
    const response = await this.#fetch({ method: "GET", path });
    return response.arrayBuffer();
  }

  /**
   * @param {Question} question
   * @param {BodyInit} [body]
   * @param {string} [type]
   */
  async #fetch(question, body, type) {
    /** @type {Record<string, string>} */
    const headers = { accept: "application/json, */*" };
    if (body !== undefined && type) headers["content-type"] = type;
    const key = sessionStorage.getItem(KEY);
    if (key) headers.authorization = `Bearer ${key}`;
    let response;
    try {
      response = await fetch(question.path, { method: question.method, headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch (error) {
      const isSlow = error instanceof DOMException && error.name === "TimeoutError";
      throw new Refused({ status: 0, code: isSlow ? "slow" : "unreachable", detail: String(error) });
    }
    this.#hear(response.headers.get("segue-index"));
    if (!response.ok) throw new Refused(await problemOf(response));
    return response;
  }

  /** @param {string | null} index */
  #hear(index) {
    if (!index || index === this.index) return;
    const isFirst = this.index === "";
    const isOld = this.known.has(index);
    if (isOld && performance.now() - this.followed < FOLLOWS_OLD_MS) return;
    this.known.add(index);
    this.index = index;
    this.followed = performance.now();
    if (!isFirst) this.heard(index);
  }
}

/** Whether a text can be a key: others cannot be sent in a header. @param {string} text */
export function isKey(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  const { status } = response;
  try {
    const { code, detail } = await response.json();
    return { status, code: String(code), detail: String(detail), retryAfter };
  } catch {
    return { status, code: "unreachable", detail: response.statusText, retryAfter };
  }
}

/**
 * Asks one thing at a time: while an answer is awaited, only the newest of the later questions is kept. So a slider that
 * moves fast is answered as fast as the service can, never with a queue behind it.
 */
export class Newest {
  #busy = false;
  /** @type {(() => Promise<void>) | null} */
  #next = null;

  /** @param {() => Promise<void>} work  must not throw */
  async run(work) {
    if (this.#busy) {
      this.#next = work;
      return;
    }
    this.#busy = true;
    for (let current = /** @type {(() => Promise<void>) | null} */ (work); current; ) {
      await current();
      current = this.#next;
      this.#next = null;
    }
    this.#busy = false;
  }

  /** Whether a newer question waits, so that the answer to the one before is not worth showing. */
  get isOvertaken() {
    return this.#next !== null;
  }
}
