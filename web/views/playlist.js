// The playlist: one that is put together here, and files that are read.
// @ts-check

import { MOST_IDS } from "../address.js";
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
  const name = /** @type {HTMLInputElement} */ (h("input", { type: "text", maxlength: 200, oninput: () => act.go({ name: name.value }, "name") }));
  const format = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": words.playlist.save },
    Object.entries(words.playlist.formats).map(([value, text]) => h("option", { value }, text))));
  const chosen = /** @type {HTMLInputElement} */ (h("input", { type: "file", id: "file", onchange: () => chosen.files?.[0] && read(chosen.files[0]) }));
  const report = h("div.report");
  const said = h("p.hidden", { role: "status" });
  const mine = h("div.mine");
  const trouble = h("div");
  const copyLinks = copyButton(words.playlist.copyLinks, () => store.shown.mine.flatMap((id) => linkOf(id) ?? []).join("\n"));
  const path = h("button", { type: "button", onclick: () => act.path(store.shown.mine[0], store.shown.mine[store.shown.mine.length - 1]) }, words.playlist.path);
  const tools = h("div.tools", { hidden: true },
    h("label", {}, `${words.playlist.name} `, name),
    h("label", {}, `${words.playlist.save} `, format),
    h("button.strong", { type: "button", onclick: save }, words.playlist.saveButton),
    copyLinks,
    h("button", { type: "button", onclick: () => act.fit(store.shown.mine) }, words.playlist.fit),
    path,
    h("button", { type: "button", onclick: () => {
      act.go({ mine: [], name: "" });
      heading.focus();
    } }, words.playlist.clear));
  const element = h("section.playlist", { "aria-labelledby": "playlist-heading" },
    heading,
    h("div.drop", {}, h("p", {}, words.playlist.empty), h("label.file", { for: "file" }, words.playlist.choose), chosen),
    said, report, tools, trouble, mine);
  /** What is painted in `report`. @type {import("../store.js").Answers["file"] | undefined} */
  let painted;
  /** Counts the files, so that only the answer to the newest is shown. */
  let reads = 0;

  /** @param {File} file @param {boolean} [isOneOfSeveral] */
  async function read(file, isOneOfSeveral) {
    const turn = (reads += 1);
    act.go({ view: "playlist" });
    store.answer({ file: { isAwaited: true, name: file.name }, notice: isOneOfSeveral ? words.playlist.first(file.name) : "" });
    again = () => read(file);
    try {
      const value = await api.readPlaylist(file);
      if (turn === reads) store.answer({ file: { value, name: file.name } });
    } catch (error) {
      if (turn !== reads) return;
      const refused = problemOf(error);
      store.answer({ file: { problem: refused, name: file.name }, wantsKey: refused.status === 401 });
    }
    chosen.value = "";
  }
  /** The playlist that is painted in `mine`. @type {string[] | undefined} */
  let paintedIds;
  /** Reads the last file once more. */
  let again = () => {};

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
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    read(files[0], files.length > 1);
  });

  /** @param {PlaylistRead} read @param {string} fileName */
  function readReport(read, fileName) {
    const found = read.entries.flatMap(({ track }) => (track ? [track] : []));
    const ids = [...new Set(found.map((track) => track.track_id))];
    const missing = read.entries.filter(({ track }) => !track);
    asking.learn(found);
    return h("section.read", { "aria-label": read.name ?? fileName },
      h("h2", {}, words.playlist.read(read.name ?? fileName, read.found, read.found + read.missing)),
      h("div.tools", {},
        ids.length > 0 && h("button", { type: "button", "data-key": "fit-file", onclick: () => act.fit(ids) }, words.playlist.fitFile),
        ids.length > 1 && h("button", { type: "button", "data-key": "path-file", onclick: () => act.path(ids[0], ids[ids.length - 1]) }, words.playlist.pathFile),
        ids.length > 0 && h("button", { type: "button", "data-key": "take-file", onclick: () => act.take(ids, read.name ?? "") }, words.playlist.take)),
      missing.length > 0 && h("details", { open: missing.length <= 20 }, h("summary", {}, `${words.playlist.missing} (${missing.length})`),
        entries(missing)),
      found.length > 0 && h("details", {}, h("summary", {}, `${words.playlist.found} (${found.length})`), entries(read.entries.filter(({ track }) => track))));
  }

  /** @param {import("../api.js").PlaylistEntry[]} rows */
  function entries(rows) {
    return h("div.scroll", { tabindex: "0", role: "region", "aria-label": words.playlist.mention }, h("table", {},
      h("thead", {}, h("tr", {}, [words.playlist.place, words.playlist.mention, rows[0]?.track ? words.playlist.found : words.playlist.problem].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.slice(0, MOST_IDS).map(({ place, mention, track, problem: why }) =>
        h("tr", {}, h("td", {}, place), h("td", {}, h("bdi", {}, mention)), h("td", {}, h("bdi", {}, track ? nameOf(track) : why ?? "")))))));
  }

  return {
    element,
    update({ shown, answers }, before) {
      element.hidden = shown.view !== "playlist";
      // What changes while another view is shown is painted when this one is.
      if (shown.view !== "playlist") return void (paintedIds = undefined);
      if (answers.file !== painted) {
        painted = answers.file;
        const { value, problem: refused, isAwaited, name: file = "" } = answers.file;
        const reports = (value?.playlists ?? []).map((one) => readReport(one, file));
        replace(report, isAwaited ? [h("p.waiting", {}, words.playlist.reading)] : refused ? [problem(refused, again)] : reports, heading);
        said.textContent = reports.map((one) => one.querySelector("h2")?.textContent).join(". ");
      }
      if (name.value !== shown.name) name.value = shown.name;
      const ids = shown.mine;
      tools.hidden = ids.length === 0;
      copyLinks.hidden = !ids.some(linkOf);
      path.hidden = ids.length < 2;
      if (ids === paintedIds && answers.tracks === before.answers.tracks) return;
      paintedIds = ids;
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
