// The playlist: one that is put together here, and files that are read.
// @ts-check

import { problemOf } from "../asking.js";
import { download, h, replace } from "../dom.js";
import { icon } from "../icons.js";
import { saveQuestion } from "../questions.js";
import { words } from "../words.js";
import { copyButton, facts, linkOf, nameOf, problem } from "./common.js";

/** @typedef {import("../api.js").PlaylistRead} PlaylistRead */

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function playlist({ store, api, asking, act }) {
  const heading = h("h1", { tabindex: "-1", id: "playlist-heading" }, words.playlist.heading);
  const name = /** @type {HTMLInputElement} */ (h("input", { type: "text", maxlength: 200, oninput: () => act.go({ name: name.value }, true) }));
  const format = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": words.playlist.save },
    Object.entries(words.playlist.formats).map(([value, text]) => h("option", { value }, text))));
  const chosen = /** @type {HTMLInputElement} */ (h("input", { type: "file", id: "file", onchange: () => chosen.files?.[0] && read(chosen.files[0]) }));
  const report = h("div.report", { "aria-live": "polite" });
  const mine = h("div.mine");
  const trouble = h("div");
  const tools = h("div.tools");
  const element = h("section.playlist", { "aria-labelledby": "playlist-heading" },
    heading,
    h("div.drop", {}, h("p", {}, words.playlist.empty), h("label.file", { for: "file" }, words.playlist.choose), chosen),
    report, tools, trouble, mine);
  let fileName = "";

  /** @param {File} file */
  async function read(file) {
    fileName = file.name;
    act.go({ view: "playlist" });
    store.answer({ file: { isAwaited: true } });
    try {
      store.answer({ file: { value: await api.readPlaylist(file) } });
    } catch (error) {
      const said = problemOf(error);
      store.answer({ file: { problem: said }, wantsKey: said.status === 401 });
    }
    chosen.value = "";
  }

  async function save() {
    replace(trouble, []);
    try {
      const title = store.shown.name;
      const blob = await api.file(saveQuestion(format.value, title, store.shown.mine));
      const extension = format.value === "uris" ? "txt" : format.value;
      download(blob, `${(title || "playlist").replace(/[^\p{L}\p{N} _.-]/gu, "_")}.${extension}`);
    } catch (error) {
      replace(trouble, [problem(problemOf(error), save)]);
    }
  }

  // A file may be dropped anywhere on the page.
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    read(file);
  });

  /** @param {PlaylistRead} read */
  function readReport(read) {
    const found = read.entries.flatMap(({ track }) => (track ? [track] : []));
    const ids = [...new Set(found.map((track) => track.track_id))];
    const missing = read.entries.filter(({ track }) => !track);
    asking.learn(found);
    return h("section.read", { "aria-label": read.name ?? fileName },
      h("h2", {}, words.playlist.read(read.name ?? fileName, read.found, read.found + read.missing)),
      h("div.tools", {},
        ids.length > 0 && h("button", { type: "button", "data-key": "fit-file", onclick: () => act.go({ like: ids.slice(0, 1000), unlike: [], perArtist: 2, spaced: true, path: null, view: "list" }) }, words.playlist.fitFile),
        ids.length > 1 && h("button", { type: "button", "data-key": "path-file", onclick: () => act.path(ids[0], ids[ids.length - 1]) }, words.playlist.pathFile),
        ids.length > 0 && h("button", { type: "button", "data-key": "take-file", onclick: () => act.go({ mine: ids.slice(0, 1000), name: read.name ?? "" }) }, words.playlist.take)),
      missing.length > 0 && h("details", { open: missing.length <= 20 }, h("summary", {}, `${words.playlist.missing} (${missing.length})`),
        entries(missing)),
      found.length > 0 && h("details", {}, h("summary", {}, `${words.playlist.found} (${found.length})`), entries(read.entries.filter(({ track }) => track))));
  }

  /** @param {import("../api.js").PlaylistEntry[]} rows */
  function entries(rows) {
    return h("div.scroll", { tabindex: "0", role: "region", "aria-label": words.playlist.mention }, h("table", {},
      h("thead", {}, h("tr", {}, [words.playlist.place, words.playlist.mention, rows[0]?.track ? words.playlist.found : words.playlist.problem].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.slice(0, 1000).map(({ place, mention, track, problem: why }) =>
        h("tr", {}, h("td", {}, place), h("td", {}, h("bdi", {}, mention)), h("td", {}, h("bdi", {}, track ? nameOf(track) : why ?? "")))))));
  }

  return {
    element,
    update({ shown, answers }, before) {
      if (shown.view !== "playlist") return;
      if (answers.file !== before.answers.file || (answers.file.value && !report.firstChild)) {
        const { value, problem: said, isAwaited } = answers.file;
        replace(report, isAwaited ? [h("p.waiting", {}, words.playlist.reading)]
          : said ? [h("div.problem", { role: "alert" }, h("p", {}, words.problem(said)))]
          : (value?.playlists ?? []).map(readReport), heading);
      }
      if (name.value !== shown.name) name.value = shown.name;
      const ids = shown.mine;
      replace(tools, ids.length ? [
        h("label", {}, `${words.playlist.name} `, name),
        h("label", {}, `${words.playlist.save} `, format),
        h("button.strong", { type: "button", "data-key": "save", onclick: save }, words.playlist.saveButton),
        ids.some(linkOf) && copyButton(words.playlist.copyLinks, () => ids.flatMap((id) => linkOf(id) ?? []).join("\n"), { "data-key": "copy-links" }),
        h("button", { type: "button", "data-key": "fit", onclick: () => act.go({ like: ids, unlike: [], perArtist: 2, spaced: true, path: null, view: "list" }) }, words.playlist.fit),
        ids.length > 1 && h("button", { type: "button", "data-key": "path", onclick: () => act.path(ids[0], ids[ids.length - 1]) }, words.playlist.path),
        h("button", { type: "button", "data-key": "empty", onclick: () => act.go({ mine: [], name: "" }) }, words.playlist.clear),
      ] : [], heading);
      replace(mine, ids.length ? [h("h2", {}, words.playlist.count(ids.length)), h("ol.tracks", {}, ids.map((id, at) => {
        const track = answers.tracks.get(id);
        const title = track ? nameOf(track) : id;
        /** @param {Parameters<typeof icon>[0]} picture @param {string} action @param {() => void} press @param {boolean} [off] */
        const button = (picture, action, press, off) => h("button.act", { type: "button", title: action, disabled: off, "aria-label": words.list.act(action, title), "data-key": `${action}-${id}`, onclick: press }, icon(picture));
        return h("li", { "data-id": id }, h("div.line", {},
          h("span.rank", {}, at + 1),
          h("button.name", { type: "button", "data-key": `seed-${id}`, onclick: () => act.go({ like: [id], unlike: [], path: null, view: "list" }) },
            track ? facts(track) : h("bdi", {}, track === null ? `${id} (${words.seeds.gone})` : id)),
          h("span.acts", {},
            button("up", words.playlist.up, () => act.move(at, at - 1), at === 0),
            button("down", words.playlist.down, () => act.move(at, at + 1), at === ids.length - 1),
            button("remove", words.list.remove, () => act.remove(id)))));
      }))] : [], heading);
    },
  };
}
