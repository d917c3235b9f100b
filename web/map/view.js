// The map: every track a point. Pans, zooms, hovers, and takes seeds, by pointer, touch and keyboard.
// @ts-check

import { MOST_IDS, MOST_ZOOM, within } from "../address.js";
import { Newest } from "../api.js";
import { problemOf } from "../asking.js";
import { h, replace } from "../dom.js";
import { tilePath, tracksQuestion } from "../questions.js";
import { artistsOf, nameOf, problem, titleOf } from "../views/common.js";
import { words } from "../words.js";
import { colours } from "./colours.js";
import { paintOverlay } from "./overlay.js";
import { painter } from "./points.js";
import { Near, extent, readTile, tilesIn } from "./tiles.js";

/** @typedef {import("./tiles.js").Tile} Tile */
/** @typedef {import("../api.js").PlacedTrack} PlacedTrack */

/** A pointer finds a point within so many pixels. */
const REACH = 14;
const WHOLE = "0/0/0";
/** As many tiles are kept besides the whole map. */
const KEPT = 24;
/** The names of so many tracks of a list are written. */
const NAMED = 8;

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function mapView(app) {
  const { store, api, asking, act } = app;
  const points = /** @type {HTMLCanvasElement} */ (h("canvas"));
  const overlay = /** @type {HTMLCanvasElement} */ (h("canvas", {
    tabindex: "0", role: "application", "aria-label": words.map.label, "aria-describedby": "map-said",
  }));
  const tip = h("div.tip", { hidden: true });
  const said = h("p.said", { id: "map-said", role: "status" });
  const progress = h("progress", { "aria-label": words.map.loading });
  const state = h("div.state", {}, h("p", {}, words.map.loading), progress);
  const facts = h("p.count");
  const zoomBy = (/** @type {number} */ step) => () => move({ ...target, zoom: target.zoom + step }, true);
  const buttons = h("div.zoom", {},
    h("button", { type: "button", "aria-label": words.map.in, title: words.map.in, onclick: zoomBy(1) }, "+"),
    h("button", { type: "button", "aria-label": words.map.out, title: words.map.out, onclick: zoomBy(-1) }, "−"),
    h("button", { type: "button", onclick: () => move({ x: 0.5, y: 0.5, zoom: 0 }, true) }, words.map.all));
  const frame = h("div.frame", {}, points, overlay, tip, buttons, facts, state);
  /** Whether something changed while another view was shown, or since the map was made. */
  let isBehind = true;
  const element = h("div.mapview", {}, h("h1.hidden", {}, words.map.heading), frame, said);

  const paint = painter(points);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Map<string, { tile: Tile, near: Near }>} */
  const tiles = new Map();
  /** @type {Set<string>} */
  const asked = new Set();
  let camera = store.shown.at;
  /** Where a glide goes to; the camera itself while none is under way. */
  let target = camera;
  let gliding = 0;
  let ratio = 1;
  let size = { width: 1, height: 1 };
  let isAwaiting = false;
  /** @type {import("../api.js").MapFacts | undefined} */
  let map;
  /** @type {import("../api.js").Problem | undefined} */
  let refused;
  /** Tracks by row and by id, with their places. @type {Map<number, PlacedTrack>} */
  const byRow = new Map();
  /** @type {Map<string, PlacedTrack>} */
  const byId = new Map();
  /** @type {string[]} */
  let found = [];
  /** @type {number | null} */
  let hovered = null;
  const hovers = new Newest();

  /** From the map to the canvas. */
  function transform() {
    const [width] = extent(camera, size.width / size.height);
    const scale = (size.width / width) * ratio;
    return { scale, shiftX: (size.width * ratio) / 2 - camera.x * scale, shiftY: (size.height * ratio) / 2 - (1 - camera.y) * scale };
  }

  /** @param {number} x @param {number} y  pixels of CSS */
  function placeAt(x, y) {
    const { scale, shiftX, shiftY } = transform();
    return { x: (x * ratio - shiftX) / scale, y: 1 - (y * ratio - shiftY) / scale };
  }

  /** @type {number} */
  let settled = 0;

  /** @param {import("./tiles.js").Camera} next @param {boolean} [isStep] */
  function move(next, isStep) {
    cancelAnimationFrame(gliding);
    const to = { x: within(next.x, 0, 1), y: within(next.y, 0, 1), zoom: within(next.zoom, 0, MOST_ZOOM) };
    target = to;
    if (isStep && !still.matches) return glide(to);
    camera = to;
    repaint();
    clearTimeout(settled);
    // The address and the tiles follow when the map has come to rest.
    settled = window.setTimeout(rest, 200);
  }

  function rest() {
    if (store.shown.view === "map") act.go({ at: camera }, "at");
    loadTiles();
  }

  /** @param {import("./tiles.js").Camera} to */
  function glide(to) {
    const from = camera;
    const begun = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = within((now - begun) / 180, 0, 1);
      const eased = share * (2 - share);
      const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * eased;
      camera = share === 1 ? to : { x: mix(from.x, to.x), y: mix(from.y, to.y), zoom: mix(from.zoom, to.zoom) };
      repaint();
      if (share < 1) gliding = requestAnimationFrame(step);
      else rest();
    };
    clearTimeout(settled);
    gliding = requestAnimationFrame(step);
  }

  function repaint() {
    if (isAwaiting) return;
    isAwaiting = true;
    requestAnimationFrame(() => {
      isAwaiting = false;
      if (!map) return;
      const marked = marks();
      const shownTiles = shown();
      // The farther away, the smaller the points.
      const wide = within(1.6 + camera.zoom * 0.9, 1.6, 9) * ratio * Math.sqrt(within(60_000 / Math.max(1, map.tracks), 0.4, 4));
      paint.paint(shownTiles, transform(), wide, marked.length > 0);
      paintOverlay(overlay, transform(), ratio, map.genres, marked, store.shown.path !== null);
      facts.textContent = words.map.facts(map.tracks, shownTiles.reduce((sum, tile) => sum + tile.count, 0));
    });
  }

  /** The tiles of this view that are there; the whole map where one is missing. */
  function shown() {
    const wanted = wantedTiles();
    const there = wanted.flatMap((name) => tiles.get(name) ?? []);
    const whole = tiles.get(WHOLE);
    return wanted.length && there.length === wanted.length ? there.map(({ tile }) => tile) : whole ? [whole.tile] : [];
  }

  function wantedTiles() {
    // Where the whole map shows every track, there is nothing nearer to load.
    if (!map || map.tracks <= map.tile_tracks) return [];
    return tilesIn(camera, size.width / size.height, map.levels);
  }

  /** Seeds, what is near them, a path, what was found. @returns {import("./overlay.js").Mark[]} */
  function marks() {
    const { shown: what, answers } = store.state;
    /** @type {import("./overlay.js").Mark[]} */
    const all = [];
    const mark = (/** @type {string} */ id, /** @type {import("./overlay.js").Mark["kind"]} */ kind, /** @type {boolean} */ isNamed) => {
      const track = byId.get(id);
      if (track && track.x !== null && track.y !== null) all.push({ x: track.x, y: track.y, kind, name: isNamed ? titleOf(track) : undefined });
    };
    if (what.path) (answers.path.value?.tracks ?? []).forEach((track) => mark(track.track_id, "step", true));
    else {
      what.like.forEach((id) => mark(id, "seed", what.like.length <= NAMED));
      (answers.list.value?.recommendations ?? []).forEach((track, at) => mark(track.track_id, "near", at < NAMED));
    }
    found.forEach((id, at) => mark(id, "found", at < NAMED));
    const active = hovered === null ? undefined : byRow.get(hovered);
    if (active && active.x !== null && active.y !== null) all.push({ x: active.x, y: active.y, kind: "active" });
    return all;
  }

  /** Moves the map if a track is not on the screen. @param {string} id */
  function bringIntoView(id) {
    const track = byId.get(id);
    if (!track || track.x === null || track.y === null) return;
    const [width, height] = extent(target, size.width / size.height);
    if (Math.abs(track.x - target.x) > width / 2 || Math.abs(track.y - target.y) > height / 2) move({ ...target, x: track.x, y: track.y }, true);
  }

  /** Asks for the places of tracks that are to be marked. */
  async function placeMarks() {
    const { shown: what, answers } = store.state;
    const listed = what.path ? answers.path.value?.tracks ?? [] : answers.list.value?.recommendations ?? [];
    const ids = [...new Set([...what.like, ...listed.map((track) => track.track_id), ...found])].filter((id) => !byId.has(id)).slice(0, MOST_IDS);
    if (ids.length) await learn(ids, []);
    repaint();
  }

  /** @param {string[]} ids @param {number[]} rows */
  async function learn(ids, rows) {
    const facts = map;
    try {
      /** @type {{ tracks: (PlacedTrack | null)[] }} */
      const { tracks } = await api.ask(tracksQuestion(ids, rows));
      // Rows of another index are other tracks.
      if (map !== facts) return;
      for (const track of tracks) {
        if (!track) continue;
        byRow.set(track.row, track);
        byId.set(track.track_id, track);
      }
      asking.learn(tracks.flatMap((track) => track ?? []));
    } catch (error) {
      said.textContent = words.problem(problemOf(error));
    }
  }

  async function loadTiles() {
    if (!map) return;
    const wanted = [WHOLE, ...wantedTiles()];
    await Promise.all(wanted.filter((name) => !asked.has(name)).map(load));
    repaint();
    // The oldest go first.
    for (const name of [...tiles.keys()].slice(1, Math.max(1, tiles.size - KEPT))) {
      if (wanted.includes(name)) continue;
      const old = tiles.get(name);
      if (old) paint.remove(old.tile);
      tiles.delete(name);
      asked.delete(name);
    }
  }

  /** @param {string} name */
  async function load(name) {
    asked.add(name);
    const facts = map;
    try {
      const [z, x, y] = name.split("/").map(Number);
      const bytes = await api.bytes(tilePath(z, x, y));
      if (map !== facts) return;
      const tile = readTile(bytes);
      paint.add(tile);
      tiles.set(name, { tile, near: new Near(tile) });
      if (name === WHOLE) {
        state.hidden = true;
        element.dataset.drawn = String(tile.count);
      }
    } catch (error) {
      asked.delete(name);
      if (name === WHOLE) trouble(problemOf(error));
    }
  }

  function waiting() {
    replace(state, [h("p", {}, words.map.loading), progress]);
    state.hidden = false;
    delete element.dataset.drawn;
  }

  /** @param {import("../api.js").Problem} said */
  function trouble(said) {
    state.hidden = false;
    const retry = () => {
      waiting();
      asking.again();
      loadTiles();
    };
    if (said.code === "no_map") {
      const command = said.detail.match(/segue map[^;,]*/)?.[0].trim() ?? "segue map";
      replace(state, [h("p", {}, words.map.none), h("p", {}, words.map.make), h("pre", {}, h("code", {}, command)), h("p", {}, h("button", { type: "button", onclick: retry }, words.again))]);
    } else {
      replace(state, [problem(said, retry)]);
    }
  }

  /** The row of the point at a place of the screen. @param {number} x @param {number} y */
  function rowAt(x, y) {
    const place = placeAt(x, y);
    const reach = (REACH * ratio) / transform().scale;
    let best = null;
    const wanted = wantedTiles();
    const names = wanted.length && wanted.every((name) => tiles.has(name)) ? wanted : [WHOLE];
    for (const name of names) {
      const known = tiles.get(name);
      const near = known?.near.nearest(place.x, place.y, reach);
      if (known && near && (!best || near.distance < best.distance)) best = { row: known.tile.rows[near.at], distance: near.distance };
    }
    return best ? best.row : null;
  }

  /** @param {number | null} row @param {number} x @param {number} y */
  function hover(row, x, y) {
    if (row === null) {
      if (hovered !== null) repaint();
      hovered = null;
      tip.hidden = true;
      overlay.classList.remove("over");
      return;
    }
    overlay.classList.add("over");
    hovered = row;
    if (byRow.has(row)) showTip(row, x, y);
    else hovers.run(async () => {
      // The pointer may have gone on, before and meanwhile.
      if (hovered === row) await learn([], [row]);
      if (hovered === row) showTip(row, x, y);
    });
  }

  /** @param {number} row @param {number} x @param {number} y */
  function showTip(row, x, y) {
    const track = byRow.get(row);
    if (!track) return;
    if (tip.dataset.row !== String(row)) {
      tip.dataset.row = String(row);
      tip.replaceChildren(h("bdi.title", {}, titleOf(track)), h("bdi.artists", {}, artistsOf(track)), h("bdi.rest", {}, track.genres.slice(0, 3).join(words.and)));
      repaint();
    }
    tip.hidden = false;
    const [left, top] = [within(x + 14, 4, size.width - tip.offsetWidth - 4), y + 18 + tip.offsetHeight > size.height ? y - tip.offsetHeight - 12 : y + 18];
    tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  /** @param {number | null} row @param {boolean} adds */
  async function take(row, adds) {
    if (row === null) return;
    if (!byRow.has(row)) await learn([], [row]);
    const track = byRow.get(row);
    if (!track) return;
    said.textContent = nameOf(track);
    if (adds) act.like(track.track_id);
    else act.seed(track.track_id);
  }

  // Pointers: one pans, two zoom.
  /** @type {Map<number, { x: number, y: number }>} */
  const pointers = new Map();
  let moved = 0;
  const spot = (/** @type {MouseEvent} */ event) => {
    const box = overlay.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  overlay.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    overlay.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, spot(event));
    moved = 0;
  });
  overlay.addEventListener("pointermove", (event) => {
    const to = spot(event);
    const from = pointers.get(event.pointerId);
    if (!from) {
      if (event.pointerType !== "touch") hover(rowAt(to.x, to.y), to.x, to.y);
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    moved += Math.hypot(to.x - from.x, to.y - from.y);
    if (other) {
      const apart = (/** @type {{ x: number, y: number }} */ one) => Math.max(10, Math.hypot(one.x - other.x, one.y - other.y));
      zoomAt((from.x + other.x) / 2, (from.y + other.y) / 2, Math.log2(apart(to) / apart(from)));
    } else {
      const [a, b] = [placeAt(from.x, from.y), placeAt(to.x, to.y)];
      move({ ...camera, x: camera.x + a.x - b.x, y: camera.y + a.y - b.y });
    }
    tip.hidden = true;
    pointers.set(event.pointerId, to);
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    const isOnly = pointers.size === 1;
    if (!pointers.delete(event.pointerId) || event.type === "pointercancel") return;
    if (isOnly && moved < 6) {
      const { x, y } = spot(event);
      take(rowAt(x, y), event.shiftKey);
    }
  };
  overlay.addEventListener("pointerup", lift);
  overlay.addEventListener("pointercancel", lift);
  overlay.addEventListener("pointerleave", () => pointers.size === 0 && hover(null, 0, 0));
  overlay.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = spot(event);
    // A notch of a wheel is about 100 pixels, or 3 lines.
    const pixels = event.deltaY * (event.deltaMode === 0 ? 1 : 33);
    zoomAt(x, y, within(-pixels / 240, -1, 1));
  }, { passive: false });

  /** Zooms so that what is at a place of the screen stays there. @param {number} x @param {number} y @param {number} by */
  function zoomAt(x, y, by) {
    const before = placeAt(x, y);
    const zoom = within(camera.zoom + by, 0, MOST_ZOOM);
    const shrink = 2 ** (camera.zoom - zoom);
    move({ x: before.x + (camera.x - before.x) * shrink, y: before.y + (camera.y - before.y) * shrink, zoom });
  }

  overlay.addEventListener("keydown", (event) => {
    const [width, height] = extent(target, size.width / size.height);
    const steps = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, 0.2], ArrowDown: [0, -0.2] });
    const step = steps[event.key];
    // With these the keys are the browser's: Back, larger text.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) move({ ...target, x: target.x + step[0] * width, y: target.y + step[1] * height }, true);
    else if (event.key === "+" || event.key === "=") zoomBy(1)();
    else if (event.key === "-") zoomBy(-1)();
    else if (event.key === "0") move({ x: 0.5, y: 0.5, zoom: 0 }, true);
    else if (event.key === "Enter") take(rowNearMiddle(), event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
    sayMiddle();
  });

  /** The point nearest to the middle of the view. */
  function rowNearMiddle() {
    const whole = tiles.get(WHOLE);
    const near = whole?.near.nearest(camera.x, camera.y, extent(camera, size.width / size.height)[1] / 2);
    return whole && near ? whole.tile.rows[near.at] : null;
  }

  let saying = 0;

  /** Says what is in the middle, once the keys rest. */
  function sayMiddle() {
    clearTimeout(saying);
    saying = window.setTimeout(async () => {
      const row = rowNearMiddle();
      if (row === null) return;
      if (!byRow.has(row)) await learn([], [row]);
      const track = byRow.get(row);
      if (track) said.textContent = `${words.map.middle}: ${nameOf(track)}`;
      hovered = row;
      repaint();
    }, 400);
  }

  new ResizeObserver(() => {
    const box = frame.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return;
    ratio = Math.min(2, devicePixelRatio || 1);
    size = { width: box.width, height: box.height };
    for (const canvas of [points, overlay]) {
      canvas.width = Math.round(box.width * ratio);
      canvas.height = Math.round(box.height * ratio);
    }
    repaint();
    loadTiles();
  }).observe(frame);
  points.addEventListener("segue-repaint", repaint);
  dark.addEventListener("change", () => {
    if (map) paint.colour(colours(map.genres, dark.matches));
    repaint();
  });
  element.dataset.painter = paint.kind;

  return {
    element,
    update({ shown: what, answers }, before) {
      if (what.view !== "map") {
        isBehind = true;
        return;
      }
      if (answers.map.problem !== refused) {
        refused = answers.map.problem;
        if (refused) trouble(refused);
      }
      if (answers.map.value !== map) {
        // Another index: nothing of the old map is right any more.
        for (const { tile } of tiles.values()) paint.remove(tile);
        tiles.clear();
        asked.clear();
        byRow.clear();
        byId.clear();
        delete tip.dataset.row;
        map = answers.map.value;
        hovered = null;
        waiting();
        if (map) {
          paint.colour(colours(map.genres, dark.matches));
          loadTiles();
          placeMarks();
        }
      }
      // Back, or another address: no glide goes on.
      if (what.at !== before.shown.at && what.at !== camera) {
        cancelAnimationFrame(gliding);
        clearTimeout(settled);
        camera = target = what.at;
        loadTiles();
      }
      const isSame = what.like === before.shown.like && what.path === before.shown.path && answers.list === before.answers.list
        && answers.path === before.answers.path && answers.found === before.answers.found;
      if (isSame && !isBehind) return;
      isBehind = false;
      found = answers.found;
      placeMarks().then(() => what.like !== before.shown.like && what.like.length === 1 && bringIntoView(what.like[0]));
    },
  };
}
