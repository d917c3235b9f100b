// Sliders for the columns of the catalogue, and how a list is mixed.
// @ts-check

import { MOST_K } from "../address.js";
import { h, say, set } from "../dom.js";
import { decimal, words } from "../words.js";
import { nameOfColumn } from "./common.js";

/** The columns that are shown first, in this order, as far as the catalogue has them. */
const FIRST = ["energy", "popularity", "valence", "danceability", "acousticness"];

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function steer({ store, act }) {
  const sliders = h("div.sliders");
  const more = h("details.more", {}, h("summary", {}, words.steer.more));
  const reset = h("button.link", { type: "button", onclick: () => act.go({ targets: {} }) }, words.steer.resetAll);
  /** @type {Map<string, (value: number | undefined) => void>} */
  const rows = new Map();
  /** @type {import("../api.js").Column[] | undefined} */
  let made;

  const perArtist = select(words.steer.perArtist, [[0, words.steer.noLimit], [1, "1"], [2, "2"], [3, "3"], [5, "5"]], (value) => act.go({ perArtist: value }));
  const length = select(words.steer.length, [10, 20, 50, 100, MOST_K].map((k) => [k, String(k)]), (value) => act.go({ k: value }));
  const diversity = /** @type {HTMLInputElement} */ (h("input", {
    type: "range", min: 0, max: 1, step: 0.05, "aria-label": words.steer.diversity,
    oninput: () => act.go({ diversity: Number(diversity.value) }, "diversity"),
  }));
  const spaced = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: () => act.go({ spaced: spaced.checked }) }));
  const element = h("section.steer", { "aria-label": words.steer.heading },
    h("h2", {}, words.steer.heading), sliders, reset,
    h("details.mix", {}, h("summary", {}, words.steer.mix),
      length.label, perArtist.label,
      h("label.row", {}, h("span", {}, words.steer.diversity), diversity),
      h("label.row.check", {}, spaced, h("span", {}, words.steer.spaced))));

  /** @param {import("../api.js").Column} column */
  function row(column) {
    const [, low, high] = words.steer.columns[column.name] ?? ["", "", ""];
    const label = nameOfColumn(column.name);
    const { min = 0, max = 1 } = column;
    const step = column.type === "integer" && max - min > 20 ? 1 : (max - min) / 100 || 1;
    const value = h("output");
    const clear = h("button.clear", { type: "button", "aria-label": words.steer.reset(label), onclick: () => {
      act.steer(column.name, null);
      input.focus();
    } }, "×");
    const input = /** @type {HTMLInputElement} */ (h("input", {
      type: "range", min, max, step, "aria-label": label, "data-column": column.name,
      oninput: () => act.steer(column.name, Number(input.value)),
    }));
    rows.set(column.name, (target) => {
      const isSet = target !== undefined;
      const place = target ?? Number(((min + max) / 2).toPrecision(6));
      if (Number(input.value) !== place) input.value = String(place);
      set(input, { "aria-valuetext": isSet ? decimal(target) : words.steer.asSeed });
      say(value, isSet ? decimal(target) : store.shown.like.length ? words.steer.asSeed : words.steer.mean);
      clear.hidden = !isSet;
      input.classList.toggle("set", isSet);
    });
    return h("div.slider", {},
      h("div.name", {}, h("span", {}, label), value, clear), input,
      (low || high) && h("div.ends", { "aria-hidden": "true" }, h("span", {}, low), h("span", {}, high)));
  }

  return {
    element,
    update({ shown, answers }) {
      const columns = answers.catalogue.value?.columns;
      if (columns && columns !== made) {
        made = columns;
        rows.clear();
        const usable = columns.filter((column) => column.type !== "vector" && column.min !== undefined && column.min !== column.max);
        const first = FIRST.flatMap((name) => usable.filter((column) => column.name === name));
        const shownFirst = first.length ? first : usable.slice(0, FIRST.length);
        const rest = usable.filter((column) => !shownFirst.includes(column));
        more.replaceChildren(h("summary", {}, words.steer.more), ...rest.map(row));
        sliders.replaceChildren(...shownFirst.map(row), ...(rest.length ? [more] : []));
      }
      for (const [name, show] of rows) show(shown.targets[name]);
      reset.hidden = Object.keys(shown.targets).length < 2;
      perArtist.set(shown.perArtist);
      length.set(shown.k);
      if (Number(diversity.value) !== shown.diversity) diversity.value = String(shown.diversity);
      spaced.checked = shown.spaced;
    },
  };
}

/** @param {string} label @param {(string | number)[][]} options @param {(value: number) => void} choose */
function select(label, options, choose) {
  const element = /** @type {HTMLSelectElement} */ (h("select", { onchange: () => choose(Number(element.value)) },
    options.map(([value, text]) => h("option", { value }, text))));
  return {
    label: h("label.row", {}, h("span", {}, label), element),
    /** @param {number} value */
    set(value) {
      if (![...element.options].some((option) => Number(option.value) === value)) element.append(h("option", { value }, value));
      element.value = String(value);
    },
  };
}
