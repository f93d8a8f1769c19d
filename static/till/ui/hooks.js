/** Hooks that tie a component to the desk. */

import { useEffect, useLayoutEffect, useReducer, useRef } from "./html.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").Handlers} Handlers */

/**
 * Draws the component again after every change of the till, the desk or the program's files.
 *
 * @param {Desk} desk
 * @returns {void}
 */
export function useChanges(desk) {
  const [, draw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  useLayoutEffect(() => {
    const redraw = () => draw(undefined);
    const stops = [desk.till.subscribe(redraw), desk.subscribe(redraw), desk.program.subscribe(redraw)];
    // What changed between the first drawing and this line is drawn now.
    redraw();
    return () => stops.forEach((stop) => stop());
  }, [desk]);
}

/**
 * Gives the keys to this component while it is on screen. The newest handlers are always those that are called.
 *
 * @param {Desk} desk
 * @param {Handlers} handlers
 * @returns {void}
 */
export function useHandlers(desk, handlers) {
  const latest = useRef(handlers);
  latest.current = handlers;
  useLayoutEffect(() => {
    /** @type {Handlers} */
    const mine = {
      text: (char) => latest.current.text?.(char) ?? false,
      enter: (entry) => latest.current.enter?.(entry),
      key: (action) => latest.current.key?.(action) ?? false,
      codes: (code) => latest.current.codes?.(code) ?? false,
    };
    desk.handlers = mine;
    return () => {
      if (desk.handlers === mine) desk.handlers = null;
    };
  }, [desk]);
}

/** Puts the focus into the field that is typed into first. @returns {{current: any}} */
export function useFocus() {
  const field = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => field.current?.focus(), []);
  return field;
}

/** Draws again at every full half minute, for clocks and ages. @returns {number} now, in ms */
export function useNow() {
  const [, draw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => draw(undefined), 10000);
    return () => clearInterval(timer);
  }, []);
  return Date.now();
}

/** Moves the focus to a layer that has no field of its own, so that a screen reader says where one is. @returns {{current: any}} */
export function useFocusInside() {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (!section.current?.contains(document.activeElement)) section.current?.focus();
  }, []);
  return section;
}

/**
 * Called once when the component goes, with what it knew last.
 *
 * @param {() => void} leave
 * @returns {void}
 */
export function useLeaving(leave) {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => () => latest.current(), []);
}
