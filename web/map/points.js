// Draws the points: by WebGL2, or by Canvas2D where there is none. Both have the same face.
// @ts-check

import { NO_GENRE, UNKNOWN_POPULARITY } from "./tiles.js";

/** @typedef {import("./tiles.js").Tile} Tile */
/**
 * From the map to the canvas: a place p is drawn at `p * scale + shift`, in pixels of the canvas; y grows downwards there.
 * @typedef {{ scale: number, shiftX: number, shiftY: number }} Transform
 */
/**
 * @typedef {object} Painter
 * @property {string} kind
 * @property {(tile: Tile) => void} add
 * @property {(tile: Tile) => void} remove
 * @property {(colours: Uint8Array<ArrayBuffer>) => void} colour
 * @property {(tiles: Iterable<Tile>, transform: Transform, size: number, faint: boolean) => void} paint  size: the diameter of a point in pixels
 */

const VERTEX = `#version 300 es
in vec2 place;
in vec3 colour;
in float popularity;
uniform vec2 canvas;
uniform vec3 transform;
uniform float size;
out vec3 shade;
void main() {
  vec2 pixel = vec2(place.x, 1.0 - place.y) * transform.x + transform.yz;
  gl_Position = vec4(pixel / canvas * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
  gl_PointSize = size * (0.7 + popularity);
  shade = colour;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 shade;
uniform float alpha;
out vec4 colour;
void main() {
  float distance = length(gl_PointCoord - 0.5);
  float inside = 1.0 - smoothstep(0.35, 0.5, distance);
  if (inside <= 0.0) discard;
  colour = vec4(shade, 1.0) * (alpha * inside);
}`;

/** How large a point is by its popularity: 0 to 1. @param {number} popularity */
function weight(popularity) {
  return popularity === UNKNOWN_POPULARITY ? 0.2 : (popularity / 100) ** 2;
}

/** @param {HTMLCanvasElement} canvas @returns {Painter} */
export function painter(canvas) {
  const gl = new URLSearchParams(location.search).has("canvas2d") ? null : canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  return gl ? webgl(canvas, gl) : canvas2d(canvas, /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
}

/** @param {HTMLCanvasElement} canvas @param {WebGL2RenderingContext} gl @returns {Painter} */
function webgl(canvas, gl) {
  /** @type {Map<Tile, { array: WebGLVertexArrayObject, places: WebGLBuffer, shades: WebGLBuffer }>} */
  const arrays = new Map();
  let shades = new Uint8Array();
  /** @type {WebGLProgram} */
  let program;
  /** @type {Record<string, WebGLUniformLocation | null>} */
  let uniforms;

  function compile() {
    program = gl.createProgram();
    for (const [kind, source] of /** @type {const} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]])) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    ["place", "colour", "popularity"].forEach((name, at) => gl.bindAttribLocation(program, at, name));
    gl.linkProgram(program);
    uniforms = Object.fromEntries(["canvas", "transform", "size", "alpha"].map((name) => [name, gl.getUniformLocation(program, name)]));
  }

  /** @param {Tile} tile */
  function add(tile) {
    const array = gl.createVertexArray();
    const [places, colour] = [gl.createBuffer(), gl.createBuffer()];
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, places);
    gl.bufferData(gl.ARRAY_BUFFER, tile.places, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.UNSIGNED_SHORT, true, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, colour);
    gl.bufferData(gl.ARRAY_BUFFER, shaded(tile), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    gl.vertexAttribPointer(1, 3, gl.UNSIGNED_BYTE, true, 4, 0);
    gl.enableVertexAttribArray(2);
    gl.vertexAttribPointer(2, 1, gl.UNSIGNED_BYTE, true, 4, 3);
    arrays.set(tile, { array, places, shades: colour });
  }

  /** Colour and size of each point, four bytes each. @param {Tile} tile */
  function shaded(tile) {
    const bytes = new Uint8Array(4 * tile.count);
    const last = shades.length - 3;
    for (let at = 0; at < tile.count; at += 1) {
      const from = tile.genres[at] === NO_GENRE ? last : Math.min(last, 3 * tile.genres[at]);
      bytes[4 * at] = shades[from];
      bytes[4 * at + 1] = shades[from + 1];
      bytes[4 * at + 2] = shades[from + 2];
      bytes[4 * at + 3] = 255 * weight(tile.popularity[at]);
    }
    return bytes;
  }

  compile();
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => {
    const tiles = [...arrays.keys()];
    arrays.clear();
    compile();
    tiles.forEach(add);
    canvas.dispatchEvent(new Event("segue-repaint"));
  });

  return {
    kind: "WebGL2",
    add,
    remove(tile) {
      const made = arrays.get(tile);
      if (!made) return;
      gl.deleteVertexArray(made.array);
      gl.deleteBuffer(made.places);
      gl.deleteBuffer(made.shades);
      arrays.delete(tile);
    },
    colour(colours) {
      shades = colours;
      const tiles = [...arrays.keys()];
      for (const tile of tiles) {
        this.remove(tile);
        add(tile);
      }
    },
    paint(tiles, { scale, shiftX, shiftY }, size, faint) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.useProgram(program);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.uniform2f(uniforms.canvas, canvas.width, canvas.height);
      gl.uniform3f(uniforms.transform, scale, shiftX, shiftY);
      gl.uniform1f(uniforms.size, size);
      gl.uniform1f(uniforms.alpha, faint ? 0.25 : 0.8);
      for (const tile of tiles) {
        const made = arrays.get(tile);
        if (!made) continue;
        gl.bindVertexArray(made.array);
        gl.drawArrays(gl.POINTS, 0, tile.count);
      }
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2D} context @returns {Painter} */
function canvas2d(canvas, context) {
  let shades = new Uint8Array();
  return {
    kind: "Canvas2D",
    add() {},
    remove() {},
    colour(colours) {
      shades = colours;
    },
    paint(tiles, { scale, shiftX, shiftY }, size, faint) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.globalAlpha = faint ? 0.25 : 0.8;
      const last = shades.length - 3;
      for (const tile of tiles) {
        let colour = -1;
        for (let at = 0; at < tile.count; at += 1) {
          const x = (tile.places[2 * at] / 65535) * scale + shiftX;
          const y = (1 - tile.places[2 * at + 1] / 65535) * scale + shiftY;
          if (x < 0 || y < 0 || x > canvas.width || y > canvas.height) continue;
          const from = tile.genres[at] === NO_GENRE ? last : Math.min(last, 3 * tile.genres[at]);
          // Neighbours in the catalogue often have one genre.
          if (from !== colour) {
            colour = from;
            context.fillStyle = `rgb(${shades[from]},${shades[from + 1]},${shades[from + 2]})`;
          }
          const wide = size * (0.6 + 0.8 * weight(tile.popularity[at]));
          context.fillRect(x - wide / 2, y - wide / 2, wide, wide);
        }
      }
    },
  };
}
