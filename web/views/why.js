// Why a track is in a list, as a picture: the features of the seed and of the track side by side, and what each aspect adds
// to the similarity.
// @ts-check

import { h, svg } from "../dom.js";
import { decimal, words } from "../words.js";
import { nameOfColumn, titleOf } from "./common.js";

/** @typedef {import("../api.js").FullTrack} FullTrack */
/** @typedef {import("../api.js").Column} Column */

const WIDTH = 260;
const LINE = 22;
const LABEL = 104;

/**
 * @param {import("../api.js").Why} why
 * @param {FullTrack | undefined} seed
 * @param {FullTrack | undefined} track
 * @param {Column[]} columns
 */
export function whyPicture(why, seed, track, columns) {
  return h("div.why", {},
    h("p.phrase", {}, why.phrase),
    h("div.figures", {},
      seed && track && featuresFigure(seed, track, columns),
      contributionsFigure(why.contributions)));
}

/** A line for each feature from the least value in the catalogue to the greatest, with a ring for the seed and a dot for the track. @param {FullTrack} seed @param {FullTrack} track @param {Column[]} columns */
function featuresFigure(seed, track, columns) {
  const shown = columns.filter(({ name, type, min, max }) =>
    type !== "vector" && min !== undefined && min !== max && (seed.audio_features[name] ?? track.audio_features[name]) !== undefined
    && (seed.audio_features[name] !== null || track.audio_features[name] !== null)).slice(0, 16);
  const place = (/** @type {Column} */ { min = 0, max = 1 }, /** @type {number} */ value) =>
    LABEL + 8 + ((value - min) / (max - min)) * (WIDTH - LABEL - 20);
  const lines = shown.map((column, at) => {
    const y = at * LINE + LINE / 2 + 4;
    const values = [seed, track].map((one) => one.audio_features[column.name] ?? null);
    const [a, b] = values.map((value) => (value === null ? null : place(column, value)));
    return svg("g", {},
      svg("text", { x: LABEL, y: y + 4, "text-anchor": "end", class: "label" }, nameOfColumn(column.name)),
      svg("line", { x1: LABEL + 8, x2: WIDTH - 12, y1: y, y2: y, class: "axis" }),
      a !== null && b !== null && svg("line", { x1: a, x2: b, y1: y, y2: y, class: "gap" }),
      a !== null && svg("circle", { cx: a, cy: y, r: 5.5, class: "seed" }),
      b !== null && svg("circle", { cx: b, cy: y, r: 3.5, class: "track" }));
  });
  const height = shown.length * LINE + 8;
  const label = words.why.figure(titleOf(seed), titleOf(track));
  return h("figure", {},
    h("figcaption", {}, h("span.ring", { "aria-hidden": "true" }), ` ${words.why.seed} `, h("bdi", {}, titleOf(seed)), h("br"), h("span.dot", { "aria-hidden": "true" }), ` ${words.why.track}`),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label, class: "features" }, ...lines),
    h("details", {}, h("summary", {}, words.why.all),
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.why.feature), h("th", { scope: "col" }, words.why.seed), h("th", { scope: "col" }, words.why.track))),
        h("tbody", {}, shown.map(({ name }) => h("tr", {}, h("th", { scope: "row" }, nameOfColumn(name)),
          [seed, track].map((one) => h("td", {}, valueOf(one.audio_features[name])))))))));
}

/** @param {number | null | undefined} value */
function valueOf(value) {
  return value === null || value === undefined ? words.why.unknown : decimal(value);
}

/** Bars to the right for what brought it near, to the left for what holds it off. @param {Record<string, number>} contributions */
function contributionsFigure(contributions) {
  const sorted = Object.entries(contributions).filter(([, value]) => Math.abs(value) >= 0.005).sort((a, b) => b[1] - a[1]);
  // All of one sign or few: all; otherwise those that matter at both ends.
  const shown = sorted.length <= 12 ? sorted : [...sorted.slice(0, 7), ...sorted.slice(-5)];
  const most = Math.max(...shown.map(([, value]) => Math.abs(value)), 1e-9);
  const middle = LABEL + 8 + (WIDTH - LABEL - 20) * 0.35;
  const right = WIDTH - 40 - middle;
  const left = middle - LABEL - 10;
  const lines = shown.map(([name, value], at) => {
    const y = at * LINE + LINE / 2 + 4;
    const width = Math.max(1, (Math.abs(value) / most) * (value > 0 ? right : left));
    return svg("g", {},
      svg("text", { x: LABEL, y: y + 4, "text-anchor": "end", class: "label" }, nameOfColumn(name)),
      svg("rect", { x: value > 0 ? middle : middle - width, y: y - 6, width, height: 12, rx: 2, class: value > 0 ? "near" : "off" }),
      svg("text", value > 0 ? { x: middle + width + 4, y: y + 4 } : { x: middle + 4, y: y + 4 }, value.toFixed(2)));
  });
  return h("figure", {},
    h("figcaption", {}, h("span.square.near", { "aria-hidden": "true" }), ` ${words.why.near}`, h("br"), h("span.square.off", { "aria-hidden": "true" }), ` ${words.why.off}`),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${shown.length * LINE + 8}`, role: "img", class: "contributions",
      "aria-label": `${words.why.aspects}: ${shown.map(([name, value]) => `${nameOfColumn(name)} ${value.toFixed(2)}`).join(", ")}` }, ...lines));
}
