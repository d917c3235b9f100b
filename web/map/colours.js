// The colours of genres: the hue is the direction in which a genre lies from the middle of the map, so that neighbours look
// alike, and what is far apart does not. `segue map -o` draws by the same rule.
// @ts-check

/**
 * One colour for each genre as bytes, red, green, blue, and a last one for tracks without a genre.
 * @param {{ x: number, y: number }[]} genres
 * @param {boolean} isDark
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function colours(genres, isDark) {
  const bytes = new Uint8Array(3 * (genres.length + 1));
  genres.forEach(({ x, y }, at) => bytes.set(hsl(hue(x, y), isDark ? 0.7 : 0.65, isDark ? 0.62 : 0.48), 3 * at));
  bytes.set(hsl(0, 0, isDark ? 0.45 : 0.62), 3 * genres.length);
  return bytes;
}

/** The direction from the middle of the map, as a share of a turn. @param {number} x @param {number} y */
function hue(x, y) {
  return (Math.atan2(y - 0.5, x - 0.5) / (2 * Math.PI) + 1) % 1;
}

/** @param {number} hue @param {number} saturation @param {number} lightness  all 0 to 1 @returns {[number, number, number]} */
function hsl(hue, saturation, lightness) {
  const channel = (/** @type {number} */ n) => {
    const k = (n + hue * 12) % 12;
    return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
