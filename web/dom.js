// Makes elements. Whatever comes from a catalogue becomes text or the value of a harmless attribute here, never markup.
// @ts-check

/** @typedef {Node | string | number | null | undefined | false} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element: `h("button.small", {type: "button", onclick: press}, "Press")`. The name may carry classes. Properties that
 * begin with `on` are listeners; `true` sets an attribute without a value; `false`, `null` and `undefined` set nothing.
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  return /** @type {HTMLElement} */ (fill(element, properties, children));
}

/**
 * An element of SVG, like `h`.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children
 */
export function svg(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, any> | undefined} properties
 * @param {(Child | Child[])[]} children
 */
function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") /** @type {any} */ (element).value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/**
 * Gives an element a text, unless it has it already: a text that is set is laid out and painted anew even if it is the same.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Gives an element attributes, or takes those that are `null`; what is already so is left alone.
 * @param {Element} element
 * @param {Record<string, string | null>} attributes
 */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/**
 * Replaces the content of an element; children that it has already stay in the document. The focus is kept as `keepFocus` says.
 * @param {Element} parent
 * @param {Child[]} children
 * @param {HTMLElement} [fallback]
 */
export function replace(parent, children, fallback) {
  const shown = children.filter((child) => child !== null && child !== undefined && child !== false);
  const nodes = shown.map((child) => (child instanceof Node ? child : new Text(String(child))));
  const staying = new Set(nodes);
  keepFocus(parent, () => {
    for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
    let next = parent.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else parent.insertBefore(node, next);
    }
  }, fallback);
}

/**
 * Changes what is in an element. If the focus was there it goes to the element with the same `data-key` afterwards; if there is
 * none, `fallback` gets it, so that a person at the keyboard is never thrown back to the top of the page.
 * @param {Element} parent
 * @param {() => void} change
 * @param {HTMLElement} [fallback]
 */
export function keepFocus(parent, change, fallback) {
  const active = document.activeElement;
  const had = active instanceof HTMLElement && parent.contains(active) && active !== parent ? active : null;
  const key = had?.dataset.key;
  change();
  if (!had) return;
  const stays = document.activeElement === had && had.dataset.key === key && !had.hidden;
  const same = stays ? had : key ? parent.querySelector(`[data-key="${CSS.escape(key)}"]:not([hidden])`) : null;
  // A button that is off now, such as "Earlier" of the first track, hands the focus to its neighbour.
  const neighbours = same ? [same, ...(same.parentElement?.querySelectorAll("button") ?? [])] : [];
  const candidates = [...neighbours, fallback, document.getElementById("content")];
  const next = candidates.find((one) => one instanceof HTMLElement && !one.hasAttribute("disabled") && one.offsetParent !== null);
  if (next instanceof HTMLElement && next !== document.activeElement) next.focus({ preventScroll: true });
}

/**
 * Gives a text to the person as a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
