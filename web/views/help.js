// The help, and the shortcuts of a single key; those can be switched off (WCAG 2.1.4).
// @ts-check

import { h } from "../dom.js";
import { words } from "../words.js";

const SHORTCUTS = "segue-shortcuts";

/** @param {import("../app.js").App} app @returns {import("../app.js").View & { open: () => void }} */
export function help({ act }) {
  const isOn = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: () => {
    areOn = isOn.checked;
    keep(areOn ? "on" : "off");
  } }));
  const element = /** @type {HTMLDialogElement} */ (h("dialog", { "aria-labelledby": "help-heading" },
    h("h2", { id: "help-heading" }, words.helpText.heading),
    h("dl", {}, words.helpText.shortcuts.map(([keys, what]) => h("div", {}, h("dt", {}, h("kbd", {}, keys)), h("dd", {}, what)))),
    h("p", {}, words.helpText.bookmark),
    h("label", {}, isOn, ` ${words.helpText.on}`),
    h("p", {}, h("button", { type: "button", onclick: () => element.close() }, words.helpText.close))));
  /** Whether the shortcuts are on, once that was asked. @type {boolean | undefined} */
  let areOn;
  // Reading what a browser keeps waits for another of its processes: not while the page opens.
  const shortcuts = () => (areOn ??= kept() !== "off");
  const open = () => {
    isOn.checked = shortcuts();
    element.showModal();
  };

  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.matches?.("input:not([type=range], [type=checkbox]), textarea, select");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || !shortcuts()) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("search")?.focus();
    } else if (event.key === "?") open();
    else if (event.key === "1") act.go({ view: "list" });
    else if (event.key === "2") act.go({ view: "map" });
    else if (event.key === "3") act.go({ view: "playlist" });
  });
  return { element, open, update() {} };
}

// A browser may be set to keep nothing; the shortcuts are then on.
function kept() {
  try {
    return localStorage.getItem(SHORTCUTS);
  } catch {
    return null;
  }
}

/** @param {string} value */
function keep(value) {
  try {
    localStorage.setItem(SHORTCUTS, value);
  } catch {}
}
