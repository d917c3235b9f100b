// Small pictures for buttons, drawn here so that no font is needed. Buttons that have one have a name in words too.
// @ts-check

import { svg } from "./dom.js";

/** Lines on a square of 16. */
const PATHS = {
  why: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 12.6v.4",
  more: "M8 3v10M3 8h10",
  less: "M3 8h10",
  add: "M2 4h8M2 8h5M2 12h5M11.5 7v7M8 10.5h7",
  added: "M3 8.5l3.5 3.5L13 4.5",
  path: "M3 13c0-5 10-4 10-9M3 13v.01M13 4l-2.6 1M13 4l.9 2.6",
  copy: "M6 6h7v7H6zM3.5 10H3V3h7v.5",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  remove: "M4 4l8 8M12 4l-8 8",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "icon-picture" }, svg("path", { d: PATHS[name] }));
}
