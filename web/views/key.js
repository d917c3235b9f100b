// Asks for the key of a service that has keys. It is kept for the session of this tab only.
// @ts-check

import { isKey } from "../api.js";
import { h } from "../dom.js";
import { words } from "../words.js";

/** @param {import("../app.js").App} app @returns {import("../app.js").View & { open: () => void }} */
export function key({ store, api, asking }) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "password", id: "key", autocomplete: "off", required: true }));
  const refused = h("p.problem", { role: "alert", hidden: true }, words.key.refused);
  const element = /** @type {HTMLDialogElement} */ (h("dialog", { "aria-labelledby": "key-heading", oncancel: () => store.answer({ wantsKey: false }) },
    h("h2", { id: "key-heading" }, words.key.heading),
    h("p", {}, words.key.text),
    refused,
    h("form", { method: "dialog", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!isKey(text)) {
        refused.textContent = words.key.odd;
        refused.hidden = false;
        return;
      }
      api.useKey(text);
      input.value = "";
      element.close();
      store.answer({ wantsKey: false });
      asking.again();
    } },
      h("label", { for: "key" }, words.key.label), input,
      h("button", { type: "submit" }, words.key.use))));
  const open = () => {
    if (element.open) return;
    refused.textContent = words.key.refused;
    refused.hidden = !api.hasKey;
    element.showModal();
  };
  return {
    element,
    open,
    update({ answers }) {
      if (answers.wantsKey) open();
    },
  };
}
