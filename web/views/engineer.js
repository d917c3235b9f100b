// For engineers: the request behind what is shown, the profile, the index.
// @ts-check

import { h, replace, say } from "../dom.js";
import { MAP, asCurl, listQuestion, pathQuestion } from "../questions.js";
import { words } from "../words.js";
import { copyButton } from "./common.js";

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function engineer({ api, act, asking }) {
  const facts = h("span.index");
  const profile = /** @type {HTMLSelectElement} */ (h("select", { id: "profile", onchange: () => act.go({ profile: profile.value }) }));
  const beside = /** @type {HTMLSelectElement} */ (h("select", { id: "beside", onchange: () => act.go({ beside: beside.value }) }));
  const curl = h("code", { id: "curl" });
  const took = h("span.took");
  let address = "";
  const request = h("details.request", {}, h("summary", {}, words.engineer.heading),
    h("pre", { tabindex: "0", role: "region", "aria-label": words.engineer.curl }, curl),
    copyButton(words.engineer.copy, () => curl.textContent ?? ""),
    copyButton(words.engineer.url, () => address), took);
  const element = h("footer", {},
    h("label", {}, `${words.engineer.profile} `, profile),
    h("label", {}, `${words.engineer.beside} `, beside),
    request,
    facts,
    h("a", { href: "/docs/" }, words.engineer.docs));
  /** @type {import("../api.js").Catalogue | undefined} */
  let made;

  return {
    element,
    update({ shown, answers }) {
      const catalogue = answers.catalogue.value;
      if (catalogue && catalogue !== made) {
        made = catalogue;
        const names = catalogue.profiles.map(({ name }) => name);
        replace(profile, names.map((name, at) => h("option", { value: at === 0 ? "" : name }, name)));
        replace(beside, [h("option", { value: "" }, words.engineer.nothing), ...names.map((name) => h("option", { value: name }, name))]);
        facts.textContent = words.engineer.index(catalogue);
      }
      for (const [select, value] of /** @type {const} */ ([[profile, shown.profile], [beside, shown.beside]])) {
        // A profile that this index lacks stays chosen, and the list says what is wrong.
        if (made && ![...select.options].some((option) => option.value === value)) {
          const first = made.profiles[0]?.name;
          if (select === profile && value === first) {
            select.value = "";
            continue;
          }
          select.append(h("option", { value }, value));
        }
        select.value = value;
      }
      const question = shown.view === "map" && !shown.path && shown.like.length === 0 ? MAP : pathQuestion(shown) ?? listQuestion(shown, shown.profile);
      request.hidden = !question;
      if (question) {
        say(curl, asCurl(question, location.origin, api.hasKey));
        address = location.origin + question.path;
      }
      say(took, asking.took && answers.list.value ? words.engineer.took(asking.took) : "");
    },
  };
}
