/**
 * The one listener for keys: capture phase, on the window, by `event.code`, so that a Russian or Ukrainian layout and a
 * focused button cannot garble a scan. A code ends with its terminator (Enter or Tab) and never by timing.
 *
 * A text field keeps its own keys: people type names there. Everything else lands in the desk's entry.
 */

import { characterOf } from "../models/scanner.js";

/** Whatever holds what was typed so far: the till's desk, or a price checker. @typedef {{entry: string, ahead?: import("./ahead.js").Ahead}} Desk */
/**
 * `action`: a movement that means the same everywhere. `key`: any other key by its name, whatever the layout in force makes
 * of it; true when it makes something of it.
 * @typedef {{entered: (at: number, touched?: boolean) => void, typed: (char: string) => void, action: (name: string) => boolean,
 *   key: (name: string, repeated: boolean) => boolean}} Receiver
 */

/** Keys that no layout moves. What the others do is in the layout (models/factory.js, ui/actions.js). @type {Record<string, string>} */
const MOVES = {
  "Shift+F12": "factory",
  Escape: "escape",
  Backspace: "erase",
  ArrowUp: "up",
  ArrowDown: "down",
  PageUp: "pageup",
  PageDown: "pagedown",
  Home: "home",
  End: "end",
};

/** The key's place with its modifiers, as layouts write it. @param {KeyboardEvent} event @returns {string} */
export function nameOf(event) {
  const shift = event.shiftKey && /^F\d+$/.test(event.code) ? "Shift+" : "";
  const control = event.ctrlKey ? "Ctrl+" : "";
  const alt = event.altKey ? "Alt+" : "";
  return control + alt + shift + codeOf(event);
}

/** With the number lock off, the block still has its codes; its arrows are those of the other block. @param {KeyboardEvent} event @returns {string} */
function codeOf(event) {
  if (/^Numpad/.test(event.code) && /^(Arrow|Page|Home|End|Insert|Delete)/.test(event.key)) return event.key;
  return event.code;
}

/** Inputs that nothing is typed into; a scan passes them by, their own keys do not. */
const UNTYPED = ["range", "checkbox", "radio", "button"];

/** @param {Element | null} element @returns {element is HTMLInputElement | HTMLTextAreaElement} whether it takes typed text */
export function isField(element) {
  return (element instanceof HTMLInputElement && !UNTYPED.includes(element.type)) || element instanceof HTMLTextAreaElement;
}

/** @param {KeyboardEvent} event @returns {boolean} whether a slider or a box to tick has the focus and means this key */
function isForControl(event) {
  return document.activeElement instanceof HTMLInputElement && /^(Arrow|Page|Home|End|Space|Tab)/.test(event.code);
}

/** Group separator of GS1 codes; a wedge that can send it plays Ctrl+]. */
const GROUP_SEPARATOR = "\u001d";

/** @param {KeyboardEvent} event @returns {string | null} what a US keyboard would have typed */
export function charOf(event) {
  if (event.ctrlKey) return event.code === "BracketRight" ? GROUP_SEPARATOR : null;
  if (event.altKey || event.metaKey) return null;
  return asTyped(event) ?? characterOf(event.code, event.shiftKey);
}

/**
 * A Latin letter in the case the machine typed it (Caps Lock), and a star from the main block. Only where the place and
 * the character agree, so that another layout's letters still come from the place.
 *
 * @param {KeyboardEvent} event
 * @returns {string | null}
 */
function asTyped({ code, key }) {
  const sameLetter = key.length === 1 && code === "Key" + key.toUpperCase();
  return sameLetter || (code === "Digit8" && key === "*") ? key : null;
}

/** @returns {boolean} whether a button was reached by Tab or arrows, so that Enter and Space are meant for it */
function onButton() {
  const element = document.activeElement;
  return (element instanceof HTMLButtonElement || element instanceof HTMLAnchorElement) && element.matches(":focus-visible");
}

/** @param {KeyboardEvent} event @returns {boolean} */
function isEnter(event) {
  return (event.code === "Enter" || event.code === "NumpadEnter") && !event.ctrlKey && !event.altKey;
}

/** @param {KeyboardEvent} event @returns {void} */
function take(event) {
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {Desk} desk
 * @param {Receiver} receiver
 * @returns {() => void} stops listening
 */
export function listen(desk, receiver) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.isComposing || /^(Shift|Control|Alt|Meta|CapsLock|NumLock)/.test(event.code)) return;
    if (desk.ahead?.waiting && keptAhead(event, desk.ahead)) return take(event);
    if (isField(document.activeElement)) inField(event, receiver);
    else if (!isForControl(event)) inSale(event, desk, receiver);
  };
  if (desk.ahead) desk.ahead.onKey = (key) => (key === "enter" ? receiver.entered(performance.now()) : receiver.typed(key));
  window.addEventListener("keydown", onKey, { capture: true });
  return () => window.removeEventListener("keydown", onKey, { capture: true });
}

/** @param {KeyboardEvent} event @param {import("./ahead.js").Ahead} ahead @returns {boolean} whether it types or ends something */
function keptAhead(event, ahead) {
  const key = isEnter(event) ? "enter" : charOf(event);
  if (key === null) return false;
  if (!event.repeat) ahead.keep(key);
  return true;
}

/** @param {KeyboardEvent} event @param {Receiver} receiver @returns {void} */
function inField(event, receiver) {
  const name = nameOf(event);
  if (isFunction(event)) take(event);
  if (name === "Escape" || name === "Shift+F12") void (event.repeat || receiver.action(MOVES[name]));
  else if (isFunction(event)) receiver.key(name, event.repeat);
}

/** F11 belongs to the browser. @param {KeyboardEvent} event @returns {boolean} */
function isFunction(event) {
  return /^F\d+$/.test(event.code) && event.code !== "F11";
}

/** @param {KeyboardEvent} event @param {Desk} desk @param {Receiver} receiver @returns {void} */
function inSale(event, desk, receiver) {
  if (terminates(event, desk)) {
    take(event);
    if (!event.repeat) receiver.entered(event.timeStamp);
    return;
  }
  if (acts(event, receiver)) return take(event);
  const char = event.repeat ? null : charOf(event);
  if (char === null || (char === " " && !desk.entry)) return;
  take(event);
  receiver.typed(char);
}

/** @param {KeyboardEvent} event @param {Desk} desk @returns {boolean} */
function terminates(event, desk) {
  if (event.code === "Tab") return desk.entry !== "" && !event.altKey && !event.ctrlKey;
  return isEnter(event) && (desk.entry !== "" || !onButton());
}

/** @param {KeyboardEvent} event @param {Receiver} receiver @returns {boolean} whether the key was an action */
function acts(event, receiver) {
  const name = nameOf(event);
  const tab = /^Alt\+(?:Digit|Numpad)([1-9])$/.exec(name);
  if (tab) return receiver.action("tab" + tab[1]);
  const action = MOVES[name];
  if (!action) return receiver.key(name, event.repeat) || isFunction(event);
  const mayRepeat = ["up", "down", "pageup", "pagedown", "erase"].includes(action);
  if (!event.repeat || mayRepeat) receiver.action(action);
  return true;
}

/**
 * Types one character from the screen's own number pad: into the field that has the focus, else into the entry.
 *
 * @param {string} char a character, or "erase", "clear" or "enter"
 * @param {Receiver} receiver
 * @returns {void}
 */
export function press(char, receiver) {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && isField(field)) return pressInto(field, char);
  if (char === "enter") receiver.entered(performance.now(), true);
  else if (char === "erase" || char === "clear") receiver.action(char);
  else for (const one of char) receiver.typed(one);
}

/** @param {HTMLInputElement} field @param {string} char @returns {void} */
function pressInto(field, char) {
  if (char === "enter") {
    field.form?.requestSubmit();
    return;
  }
  if (char === "clear") field.value = "";
  else field.value = char === "erase" ? field.value.slice(0, -1) : field.value + char;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
