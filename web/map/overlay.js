// What lies over the points: names of genres, the seeds and their neighbours, a path, what a search found. Canvas2D.
// @ts-check

/** @typedef {import("./points.js").Transform} Transform */
/** @typedef {{ x: number, y: number, name?: string, kind: "seed" | "near" | "found" | "step" | "active" }} Mark */

const FONT = "system-ui, sans-serif";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Transform} transform
 * @param {number} ratio  pixels of the canvas for one of CSS
 * @param {import("../api.js").GenreLabel[]} genres  those with most tracks first
 * @param {Mark[]} marks
 * @param {boolean} isPath  whether the marks are steps of a path, in their order
 */
export function paintOverlay(canvas, transform, ratio, genres, marks, isPath) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  context.clearRect(0, 0, canvas.width, canvas.height);
  const at = (/** @type {{ x: number, y: number }} */ { x, y }) => [x * transform.scale + transform.shiftX, (1 - y) * transform.scale + transform.shiftY];
  const seeds = marks.filter(({ kind }) => kind === "seed");
  context.lineWidth = 1.2 * ratio;
  context.strokeStyle = colour("--line");
  if (isPath) {
    context.lineWidth = 2.5 * ratio;
    context.strokeStyle = colour("--accent");
    context.beginPath();
    marks.filter(({ kind }) => kind === "step").forEach((mark) => context.lineTo(...pair(at(mark))));
    context.stroke();
  } else if (seeds.length === 1) {
    for (const mark of marks.filter(({ kind }) => kind === "near")) {
      context.beginPath();
      context.moveTo(...pair(at(seeds[0])));
      context.lineTo(...pair(at(mark)));
      context.stroke();
    }
  }
  const sizes = { seed: 7, near: 4.5, found: 5.5, step: 5, active: 8 };
  for (const mark of marks) {
    const [x, y] = at(mark);
    context.beginPath();
    context.arc(x, y, sizes[mark.kind] * ratio, 0, 2 * Math.PI);
    context.fillStyle = mark.kind === "found" ? colour("--found") : mark.kind === "active" ? "transparent" : colour("--accent");
    context.fill();
    context.lineWidth = 2 * ratio;
    context.strokeStyle = colour("--ground");
    if (mark.kind === "active") context.strokeStyle = colour("--ink");
    context.stroke();
  }
  // What is named first keeps its place; a name that would lie over another is not shown.
  /** @type {[number, number, number, number][]} */
  const taken = [];
  const say = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ font, /** @type {string} */ ink, /** @type {number} */ size) => {
    context.font = font;
    const width = context.measureText(text).width;
    const box = /** @type {[number, number, number, number]} */ ([x - width / 2 - 3 * ratio, y - size, x + width / 2 + 3 * ratio, y + size * 0.4]);
    if (box[2] < 0 || box[0] > canvas.width || box[3] < 0 || box[1] > canvas.height) return;
    if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
    taken.push(box);
    context.textAlign = "center";
    context.lineWidth = 3.5 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = colour("--ground");
    context.strokeText(text, x, y);
    context.fillStyle = ink;
    context.fillText(text, x, y);
  };
  for (const mark of marks) {
    if (!mark.name) continue;
    const [x, y] = at(mark);
    const name = mark.name.length > 40 ? `${[...mark.name].slice(0, 38).join("")}...` : mark.name;
    say(name, x, y - 10 * ratio, `600 ${12 * ratio}px ${FONT}`, colour("--ink"), 12 * ratio);
  }
  const most = genres[0]?.tracks ?? 1;
  for (const genre of genres) {
    const size = (11 + 4 * Math.sqrt(genre.tracks / most)) * ratio;
    const [x, y] = at(genre);
    say(genre.name, x, y, `600 ${size}px ${FONT}`, colour("--ink"), size);
  }
}

/** @param {number[]} values @returns {[number, number]} */
function pair([x, y]) {
  return [x, y];
}
