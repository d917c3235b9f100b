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
  const bytes = new Uint8Array(3 * (genres.length + 1)).fill(isDark ? 150 : 120);
  genres.forEach(({ x, y }, at) => bytes.set(colour(x, y, at, isDark), 3 * at));
  return bytes;
}

/** @param {number} x @param {number} y @param {number} at @param {boolean} isDark @returns {[number, number, number]} */
export function colour(x, y, at, isDark) {
  const hue = (Math.atan2(y - 0.5, x - 0.5) / (2 * Math.PI) + 1) % 1;
  const distance = Math.min(1, Math.hypot(x - 0.5, y - 0.5) / 0.4);
  // Neighbours in the list of genres differ a little in lightness.
  const lightness = (isDark ? 0.6 : 0.44) + ((at % 3) - 1) * 0.06;
  return hsl(hue, 0.35 + 0.45 * distance, lightness);
}

/** @param {number} hue @param {number} saturation @param {number} lightness  all 0 to 1 @returns {[number, number, number]} */
function hsl(hue, saturation, lightness) {
  const channel = (/** @type {number} */ n) => {
    const k = (n + hue * 12) % 12;
    return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
