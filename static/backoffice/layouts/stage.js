/** The till's own screen in a frame, and boxes over its zones or buttons: pulled by a finger, moved by arrows. */

import { COLUMNS, ROWS, areaOf } from "../../till/models/layout-rules.js";
import { button as makeButton, h, refill } from "./dom.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("../../till/models/layout-rules.js").Area} Area */
/** @typedef {{x: number, y: number, w: number, h: number}} Rect */
/** @typedef {{starts: number[], ends: number[]}} Tracks px from the edge of the frame */
/** @typedef {{id: string, rect: Rect, area: Area, rows: Tracks, columns: Tracks, label: string, chosen: boolean, pick: () => void, put: (area: Area) => void, remove: () => void}} Box */

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {string} text computed grid-template @param {number} from @param {number} gap @returns {Tracks} */
function tracksOf(text, from, gap) {
  /** @type {Tracks} */
  const tracks = { starts: [], ends: [] };
  let at = from;
  for (const size of text.split(" ").map(Number.parseFloat)) {
    tracks.starts.push(at);
    tracks.ends.push(at + size);
    at += size + gap;
  }
  return tracks;
}

/** @param {number[]} places @param {number} at @returns {number} index of the nearest */
function nearestOf(places, at) {
  return places.reduce((best, place, index) => (Math.abs(place - at) < Math.abs(places[best] - at) ? index : best), 0);
}

/** @param {Area} area @returns {string} */
function written({ r1, c1, r2, c2 }) {
  return `${r1}/${c1}/${r2}/${c2}`;
}

export class Stage {
  #work;
  /** @type {HTMLIFrameElement} */ #frame;
  #place;
  #boxes;
  #scale = 1;
  #ready = false;
  /** A finger holds a box: boxes stay as they are until it lets go. */ #pulling = false;

  /** @param {Work} work @param {HTMLElement} place @param {HTMLIFrameElement} frame @param {HTMLElement} boxes */
  constructor(work, place, frame, boxes) {
    this.#work = work;
    this.#place = place;
    this.#frame = frame;
    this.#boxes = boxes;
    window.addEventListener("message", (event) => {
      if (event.origin !== location.origin || event.source !== frame.contentWindow || !event.data?.kasaDrawn) return;
      if (!this.#ready) this.show();
      this.#ready = true;
      this.#draw();
    });
    new ResizeObserver(() => this.show()).observe(place);
  }

  /** Gives the layout to the frame, at the size of the chosen screen. */
  show() {
    const { w, h: height } = this.#work.screen;
    this.#scale = Math.min(1, this.#place.clientWidth / w, (window.innerHeight * 0.82) / height);
    Object.assign(this.#frame.style, { width: `${w}px`, height: `${height}px`, transform: `scale(${this.#scale})` });
    this.#place.style.height = `${Math.ceil(height * this.#scale)}px`;
    if (!this.#work.isWhole) return this.#draw();
    this.#frame.contentWindow?.postMessage({ kasaLayout: this.#work.layout, language: this.#work.settings.language, paying: this.#work.paying }, location.origin);
  }

  #draw() {
    if (this.#pulling) return;
    const boxes = this.#work.tab === "buttons" ? this.#buttons() : this.#work.tab === "zones" ? this.#zones() : [];
    refill(this.#boxes, boxes.map((box) => this.#element(box)));
  }

  /** @returns {Box[]} */
  #zones() {
    const screen = this.#frame.contentDocument?.querySelector(".till");
    if (!screen) return [];
    const style = /** @type {Window} */ (this.#frame.contentWindow).getComputedStyle(screen);
    const rows = tracksOf(style.gridTemplateRows, 0, 0);
    const columns = tracksOf(style.gridTemplateColumns, 0, 0);
    return [...screen.querySelectorAll("[data-zone]")].flatMap((element) => {
      const id = /** @type {HTMLElement} */ (element).dataset.zone ?? "";
      const zone = this.#work.screen.zones.find((each) => each.id === id);
      const area = zone && areaOf(zone.area);
      if (!area) return [];
      return [{
        id: "zone-" + id, rect: rectOf(element), area: this.#turned(area), rows, columns, label: this.#work.say("shows_now", { id, ...area }), chosen: id === this.#work.zone,
        pick: () => this.#work.choose({ zone: id }), put: (/** @type {Area} */ to) => this.#putZone(id, this.#turned(to)), remove: () => removeZone(this.#work, id),
      }];
    });
  }

  /** On a mirrored screen what one sees on the left is written on the right. @param {Area} area @returns {Area} */
  #turned(area) {
    return this.#work.screen.mirror ? { ...area, c1: COLUMNS + 2 - area.c2, c2: COLUMNS + 2 - area.c1 } : area;
  }

  /** @param {string} id @param {Area} area */
  #putZone(id, area) {
    this.#work.zone = id;
    this.#work.change(() => {
      const zone = this.#work.screen.zones.find((each) => each.id === id);
      if (zone) zone.area = written(area);
    });
  }

  /** @returns {Box[]} */
  #buttons() {
    const grid = this.#work.chosenGrid;
    const screen = this.#frame.contentDocument?.querySelector(`[data-grid="${grid?.id}"]`);
    if (!screen || !grid) return [];
    const style = /** @type {Window} */ (this.#frame.contentWindow).getComputedStyle(screen);
    const edge = rectOf(screen);
    const rows = tracksOf(style.gridTemplateRows, edge.y, Number.parseFloat(style.rowGap) || 0);
    const columns = tracksOf(style.gridTemplateColumns, edge.x, Number.parseFloat(style.columnGap) || 0);
    return [...screen.querySelectorAll("[data-button]")].flatMap((element) => {
      const index = Number(/** @type {HTMLElement} */ (element).dataset.button);
      const button = grid.buttons[index];
      const area = button && areaOf(button.at);
      if (!area) return [];
      return [{
        id: "button-" + index, rect: rectOf(element), area, rows, columns, label: this.#work.say("shows_button", { name: this.#work.name(button.action) }), chosen: index === this.#work.button,
        pick: () => this.#work.choose({ button: index }), put: (/** @type {Area} */ to) => this.#putButton(index, to), remove: () => removeButton(this.#work, index),
      }];
    });
  }

  /** @param {number} index @param {Area} area */
  #putButton(index, area) {
    this.#work.button = index;
    this.#work.change(() => {
      const button = this.#work.chosenGrid?.buttons[index];
      if (button) button.at = written(area);
    });
  }

  /** @param {Box} box @returns {HTMLElement} */
  #element(box) {
    const element = makeButton(box.id, "", box.pick, { class: "layout-box" + (box.chosen ? " on" : ""), "aria-label": box.label, "aria-pressed": box.chosen ? "true" : "false" });
    element.append(h("span", { class: "grip", "aria-hidden": "true" }));
    this.#lay(element, box.rect);
    element.addEventListener("keydown", (event) => keyed(event, box));
    element.addEventListener("pointerdown", (event) => this.#pull(event, element, box));
    return element;
  }

  /** @param {HTMLElement} element @param {Rect} rect px of the frame */
  #lay(element, { x, y, w, h: height }) {
    const k = this.#scale;
    Object.assign(element.style, { left: `${x * k}px`, top: `${y * k}px`, width: `${w * k}px`, height: `${height * k}px` });
  }

  /** @param {PointerEvent} event @param {HTMLElement} element @param {Box} box */
  #pull(event, element, box) {
    if (event.button !== 0) return;
    const sizing = event.target instanceof Element && event.target.classList.contains("grip");
    const from = { x: event.clientX, y: event.clientY };
    const now = { ...box.rect };
    let moved = false;
    element.setPointerCapture(event.pointerId);
    this.#pulling = true;
    const move = (/** @type {PointerEvent} */ next) => {
      const [dx, dy] = [(next.clientX - from.x) / this.#scale, (next.clientY - from.y) / this.#scale];
      moved ||= Math.abs(dx) + Math.abs(dy) > 8;
      if (sizing) Object.assign(now, { w: Math.max(20, box.rect.w + dx), h: Math.max(20, box.rect.h + dy) });
      else Object.assign(now, { x: box.rect.x + dx, y: box.rect.y + dy });
      this.#lay(element, now);
    };
    const end = (/** @type {Event} */ last) => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      this.#pulling = false;
      if (moved && last.type === "pointerup") box.put(snapped(now, box, sizing));
      else this.#lay(element, box.rect);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  }
}

/** @param {Element} element @returns {Rect} */
function rectOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left, y: top, w: width, h: height };
}

/** @param {Rect} rect @param {Box} box @param {boolean} sizing @returns {Area} the grid lines nearest to where the finger left it */
function snapped(rect, { area, rows, columns }, sizing) {
  if (sizing) {
    const r2 = Math.max(area.r1 + 1, nearestOf(rows.ends, rect.y + rect.h) + 2);
    return { ...area, r2, c2: Math.max(area.c1 + 1, nearestOf(columns.ends, rect.x + rect.w) + 2) };
  }
  const [tall, broad] = [area.r2 - area.r1, area.c2 - area.c1];
  const r1 = Math.min(nearestOf(rows.starts, rect.y) + 1, rows.starts.length + 1 - tall);
  const c1 = Math.min(nearestOf(columns.starts, rect.x) + 1, columns.starts.length + 1 - broad);
  return { r1, c1, r2: r1 + tall, c2: c1 + broad };
}

/** Arrows move, with Shift they change the size; Del removes. @param {KeyboardEvent} event @param {Box} box */
function keyed(event, box) {
  const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
  if (event.key === "Delete") box.remove();
  else if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  else box.put(stepped(box, step, event.shiftKey));
  event.preventDefault();
}

/** @param {Box} box @param {number[]} step rows, columns @param {boolean} sizing @returns {Area} */
function stepped({ area, rows, columns }, [down, across], sizing) {
  const [last, right] = [Math.min(ROWS, rows.starts.length) + 1, Math.min(COLUMNS, columns.starts.length) + 1];
  const r2 = Math.min(last, area.r2 + down);
  const c2 = Math.min(right, area.c2 + across);
  if (sizing) return { ...area, r2: Math.max(area.r1 + 1, r2), c2: Math.max(area.c1 + 1, c2) };
  const r1 = Math.min(Math.max(1, area.r1 + down), last - (area.r2 - area.r1));
  const c1 = Math.min(Math.max(1, area.c1 + across), right - (area.c2 - area.c1));
  return { r1, c1, r2: r1 + area.r2 - area.r1, c2: c1 + area.c2 - area.c1 };
}

/** @param {Work} work @param {string} id */
export function removeZone(work, id) {
  work.zone = null;
  work.change(() => {
    work.screen.zones = work.screen.zones.filter((each) => each.id !== id);
  });
}

/** @param {Work} work @param {number} index */
export function removeButton(work, index) {
  work.button = null;
  work.change(() => void work.chosenGrid?.buttons.splice(index, 1));
}
