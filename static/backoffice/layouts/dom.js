/** Elements and fields in the back office's look. Text is always text: nothing here reads HTML. */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] attributes; `onX` listens, true and false set or leave out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2).toLowerCase(), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== "").map((child) => /** @type {Node | string} */ (child)));
  return element;
}

/** @param {string} label @param {HTMLElement} control @param {string} [hint] @returns {HTMLElement} */
export function field(label, control, hint) {
  return h("label", {}, label, control, hint ? h("small", { class: "text-secondary" }, hint) : null);
}

/** @param {string} id for keeping the focus @param {string | number} value @param {(value: string) => void} change @param {Record<string, any>} [props] @returns {HTMLElement} */
export function input(id, value, change, props = {}) {
  return h("input", { class: "form-control form-control-sm", "data-id": id, value, ...props, onChange: (/** @type {any} */ event) => change(event.target.value) });
}

/** @param {string} id @param {number} value @param {(value: number) => void} change @param {{min: number, max: number}} range @param {Record<string, any>} [props] @returns {HTMLElement} */
export function number(id, value, change, range, props = {}) {
  const whole = (/** @type {string} */ text) => change(Math.min(range.max, Math.max(range.min, Math.round(Number(text) || range.min))));
  return input(id, value, whole, { type: "number", ...range, ...props });
}

/** @param {string} id @param {[string, string][]} options value and text @param {string} value @param {(value: string) => void} change @param {Record<string, any>} [props] @returns {HTMLElement} */
export function select(id, options, value, change, props = {}) {
  const made = options.map(([key, text]) => h("option", { value: key, selected: key === value }, text));
  return h("select", { class: "form-select form-select-sm", "data-id": id, ...props, onChange: (/** @type {any} */ event) => change(event.target.value) }, made);
}

/** @param {string} id @param {string} label @param {boolean} value @param {(value: boolean) => void} change @returns {HTMLElement} */
export function tick(id, label, value, change) {
  const box = h("input", { type: "checkbox", class: "form-check-input", "data-id": id, checked: value, onChange: (/** @type {any} */ event) => change(event.target.checked) });
  return h("label", { class: "tick" }, box, label);
}

/** @param {string} id @param {string} text @param {() => void} press @param {Record<string, any>} [props] @returns {HTMLElement} */
export function button(id, text, press, props = {}) {
  return h("button", { type: "button", class: "btn btn-sm", "data-id": id, onClick: press, ...props }, text);
}

/** @param {string} title @param {...(Child | Child[])} children @returns {HTMLElement} */
export function group(title, ...children) {
  return h("fieldset", {}, h("legend", {}, title), ...children);
}

/** Puts new content into an element; the control that had the focus has it again. @param {HTMLElement} place @param {Child[]} content */
export function refill(place, content) {
  const active = document.activeElement;
  const id = active instanceof HTMLElement && place.contains(active) ? active.dataset.id : undefined;
  const { scrollTop } = place;
  place.replaceChildren(...content.filter((each) => each !== null && each !== undefined && each !== false).map((each) => /** @type {Node} */ (each)));
  place.scrollTop = scrollTop;
  if (id === undefined) return;
  const again = [...place.querySelectorAll("[data-id]")].find((each) => each instanceof HTMLElement && each.dataset.id === id);
  if (again instanceof HTMLElement) again.focus();
}
