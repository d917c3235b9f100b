// What several views show alike: names of tracks, their facts, problems with a way on.
// @ts-check

import { h, say, set } from "../dom.js";
import { words } from "../words.js";

/** @typedef {import("../api.js").Track} Track */

/** @param {Track} track */
export function titleOf(track) {
  return track.track_name || words.untitled;
}

/** @param {Track} track */
export function artistsOf(track) {
  return track.artists.length ? track.artists.join(words.and) : words.noArtist;
}

/** @param {Track} track */
export function nameOf(track) {
  return words.by(titleOf(track), artistsOf(track));
}

/** Title, artists, genres and length of a track, each isolated, since one may be written from right to left. @param {Track} track */
export function facts(track) {
  const made = changingFacts();
  made.show(track);
  return made.element;
}

/** The same where one track follows another: the elements stay, and only texts change. */
export function changingFacts() {
  const [title, artists, rest] = [h("bdi.title"), h("bdi.artists"), h("bdi.rest")];
  return {
    element: h("span.facts", {}, title, artists, rest),
    /** @param {Track} track */
    show(track) {
      const last = [track.genres.slice(0, 2).join(words.and), lengthOf(track.duration_ms), track.explicit && words.explicit];
      say(title, titleOf(track));
      set(title, { title: titleOf(track) });
      say(artists, artistsOf(track));
      say(rest, last.filter(Boolean).join(" · "));
    },
  };
}

/** The name of a column or an aspect, in words where there are such. @param {string} name */
export function nameOfColumn(name) {
  return words.steer.columns[name]?.[0] ?? words.why.names[name] ?? name.replaceAll(/[_:]/g, " ");
}

/** @param {number | null} ms */
function lengthOf(ms) {
  if (ms === null) return "";
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A link that anybody can open, if the id is one of Spotify's; `null` otherwise: nothing else from a catalogue becomes a link. @param {string} id */
export function linkOf(id) {
  return /^[0-9A-Za-z]{22}$/.test(id) ? `https://open.spotify.com/track/${id}` : null;
}

/** @param {import("../api.js").Problem} problem @param {() => void} again */
export function problem(problem, again) {
  return h("div.problem", { role: "alert" },
    h("p", {}, words.problem(problem)),
    h("button", { type: "button", onclick: again, "data-key": "again" }, words.again));
}

/** @param {string} text @returns {Promise<boolean>} whether it could be copied */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Where the page is not served over TLS browsers may refuse; the older way asks no permission.
    const area = h("textarea.copied", { "aria-hidden": "true" });
    /** @type {HTMLTextAreaElement} */ (area).value = text;
    document.body.append(area);
    /** @type {HTMLTextAreaElement} */ (area).select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** A button that copies a text and says so. @param {string} label @param {() => string} text @param {Record<string, any>} [properties] */
export function copyButton(label, text, properties) {
  const button = h("button", { type: "button", ...properties, onclick: async () => {
    const done = await copy(text());
    if (!done) return;
    button.textContent = words.list.copied;
    setTimeout(() => (button.textContent = label), 1500);
  } }, label);
  return button;
}
