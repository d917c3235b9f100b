// The tiles of the map: which ones a view needs, how their bytes are read (docs: the service's OpenAPI description), and
// which point is near a place.
// @ts-check

import { within } from "../address.js";

/** @typedef {{ x: number, y: number, zoom: number }} Camera */

/**
 * Points of one square of the map. Coordinates are in [0, 1] over the whole map.
 * @typedef {object} Tile
 * @property {number} count
 * @property {number} total  tracks in the square, shown or not
 * @property {Uint32Array} rows  ascending
 * @property {Uint16Array} places  x and y in turns, 65535 is 1
 * @property {Uint16Array} genres  0xffff: none
 * @property {Uint8Array} popularity  255: unknown
 */

const HEAD = 12;
const PLANES = 11;
export const NO_GENRE = 0xffff;
export const UNKNOWN_POPULARITY = 255;

/**
 * @param {ArrayBuffer} buffer
 * @returns {Tile}
 * @throws {RangeError} where the bytes are no tile
 */
export function readTile(buffer) {
  const bytes = new Uint8Array(buffer);
  const head = new DataView(buffer);
  const isTile = bytes.length >= HEAD && String.fromCharCode(...bytes.subarray(0, 4)) === "SGT1";
  const count = isTile ? head.getUint32(4, true) : 0;
  if (!isTile || bytes.length !== HEAD + PLANES * count) throw new RangeError(`${bytes.length} bytes are no tile of the map`);
  const plane = (/** @type {number} */ at) => bytes.subarray(HEAD + at * count, HEAD + (at + 1) * count);
  const [r0, r1, r2, r3, x0, x1, y0, y1, g0, g1, popularity] = Array.from({ length: PLANES }, (_, at) => plane(at));
  const rows = new Uint32Array(count);
  const places = new Uint16Array(2 * count);
  const genres = new Uint16Array(count);
  let row = 0;
  for (let at = 0; at < count; at += 1) {
    row = (row + (r0[at] | (r1[at] << 8) | (r2[at] << 16)) + r3[at] * 2 ** 24) >>> 0;
    rows[at] = row;
    places[2 * at] = x0[at] | (x1[at] << 8);
    places[2 * at + 1] = y0[at] | (y1[at] << 8);
    genres[at] = g0[at] | (g1[at] << 8);
  }
  return { count, total: head.getUint32(8, true), rows, places, genres, popularity };
}

/**
 * The tiles that a view needs besides the whole map: at most four, none where the whole map shows every track.
 * @param {Camera} camera
 * @param {number} aspect  width over height of the view
 * @param {number} levels
 * @returns {string[]} `z/x/y`
 */
export function tilesIn(camera, aspect, levels) {
  const [width, height] = extent(camera, aspect);
  // A tile that is at least as large as the view: the view then meets at most four.
  const z = Math.min(levels - 1, Math.max(0, Math.floor(-Math.log2(Math.max(width, height)))));
  if (z <= 0) return [];
  const side = 2 ** z;
  const range = (/** @type {number} */ middle, /** @type {number} */ size) => {
    const [from, to] = [middle - size / 2, middle + size / 2].map((edge) => Math.min(side - 1, Math.max(0, Math.floor(edge * side))));
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  };
  return range(camera.y, height).flatMap((y) => range(camera.x, width).map((x) => `${z}/${x}/${y}`));
}

/** Width and height of what is seen, as shares of the map. @param {Camera} camera @param {number} aspect @returns {[number, number]} */
export function extent(camera, aspect) {
  const least = 1.06 / 2 ** camera.zoom;
  return aspect >= 1 ? [least * aspect, least] : [least, least / aspect];
}

/** Finds the points near a place, by a grid of cells. */
export class Near {
  /** @param {Tile} tile */
  constructor(tile) {
    this.tile = tile;
    this.side = Math.max(1, Math.min(1024, Math.ceil(Math.sqrt(tile.count / 4))));
    const cell = (/** @type {number} */ at) => this.#cell(tile.places[2 * at] / 65535, tile.places[2 * at + 1] / 65535);
    /** Where the points of each cell begin in `order`. */
    this.starts = new Uint32Array(this.side * this.side + 1);
    for (let at = 0; at < tile.count; at += 1) this.starts[cell(at) + 1] += 1;
    for (let at = 0; at < this.side * this.side; at += 1) this.starts[at + 1] += this.starts[at];
    const next = this.starts.slice();
    this.order = new Uint32Array(tile.count);
    for (let at = 0; at < tile.count; at += 1) this.order[next[cell(at)]++] = at;
  }

  /** The row or column of cells that a coordinate lies in. @param {number} value */
  #line(value) {
    return within(Math.floor(value * this.side), 0, this.side - 1);
  }

  /** @param {number} x @param {number} y */
  #cell(x, y) {
    return this.#line(y) * this.side + this.#line(x);
  }

  /**
   * The nearest point within a distance, if there is one.
   * @param {number} x
   * @param {number} y
   * @param {number} most
   * @returns {{ at: number, distance: number } | null}
   */
  nearest(x, y, most) {
    let best = null;
    let least = most * most;
    for (let cy = this.#line(y - most); cy <= this.#line(y + most); cy += 1) {
      for (let cx = this.#line(x - most); cx <= this.#line(x + most); cx += 1) {
        const cell = cy * this.side + cx;
        for (let place = this.starts[cell]; place < this.starts[cell + 1]; place += 1) {
          const at = this.order[place];
          const dx = this.tile.places[2 * at] / 65535 - x;
          const dy = this.tile.places[2 * at + 1] / 65535 - y;
          const distance = dx * dx + dy * dy;
          if (distance <= least) {
            least = distance;
            best = at;
          }
        }
      }
    }
    return best === null ? null : { at: best, distance: Math.sqrt(least) };
  }
}
