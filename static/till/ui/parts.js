/** Small pieces that many screens are made of: panels, the number pad, choices with their keys. */

import { t } from "../i18n.js";
import { html } from "./html.js";
import { useFocusInside, useHandlers } from "./hooks.js";
import { Icon } from "./icons.js";
import { press } from "./keys.js";
import { keyOf } from "./layout.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./html.js").View} View */
/** @typedef {{name: string, hint?: string, run: () => void, key?: string, off?: boolean, on?: boolean, testid?: string}} Option */

/** The entry's decimal mark as people here write it. @returns {string} */
function decimalMark() {
  return document.documentElement.lang === "en" ? "." : ",";
}

/**
 * A layer that takes the side's place. It is a dialog to a screen reader, but never keeps a scan out.
 *
 * @param {{desk: Desk, title: string, kind?: string, children?: View, foot?: View, onClose?: () => void}} props
 * @returns {View}
 */
export function Panel({ desk, title, kind, children, foot, onClose }) {
  const close = onClose ?? (() => desk.close());
  const section = useFocusInside();
  return html`<section ref=${section} tabindex="-1" class=${"panel " + (kind ?? "")} role="dialog" aria-label=${title} data-testid="panel">
    <header><h2>${title}</h2><button onClick=${close}>${t("Close")} <kbd>Esc</kbd></button></header>
    <div class="scroll">${children}</div>
    ${foot}
  </section>`;
}

/**
 * A layer that takes the whole middle.
 *
 * @param {{desk: Desk, title: string, children?: View, foot?: View, onClose?: () => void}} props
 * @returns {View}
 */
export function Sheet({ desk, title, children, foot, onClose }) {
  const close = onClose ?? (() => desk.close());
  const section = useFocusInside();
  return html`<section ref=${section} tabindex="-1" class="sheet" role="dialog" aria-label=${title} data-testid="sheet">
    <header><h2>${title}</h2><button onClick=${close}>${t("Close")} <kbd>Esc</kbd></button></header>
    <div class="scroll">${children}</div>
    ${foot}
  </section>`;
}

const ROWS = ["7", "8", "9", "erase", "4", "5", "6", "*", "1", "2", "3", "go", "00", "0", "mark"];
const PIN_ROWS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "erase", "0", "go"];

/**
 * The number pad. Its keys type where the keyboard would.
 *
 * @param {{commands: import("./commands.js").Commands, go: string, goKey?: string, off?: boolean, times?: boolean, whole?: boolean}} props `go` names the
 *   green key; `whole`: also where the layout in force does without number pads, which panels then leave out but for the green key
 * @returns {View}
 */
export function Pad({ commands, go, goKey, off, times, whole }) {
  const padless = !whole && !commands.on().till.state.layout.body.pad;
  if (padless) return html`<div class="pad single">${PadKey({ name: "go", commands, go, goKey: goKey ?? "Enter", off })}</div>`;
  const keys = ROWS.map((key) => PadKey({ name: key, commands, go, goKey: goKey ?? "Enter", off, times }));
  return html`<div class="pad" role="group" aria-label=${t("Number pad")}>${keys}</div>`;
}

/** @param {{commands: import("./commands.js").Commands, go: string}} props @returns {View} the pad of the screens before selling */
export function PinPad({ commands, go }) {
  const keys = PIN_ROWS.map((key) => PadKey({ name: key, commands, go, goKey: "Enter" }));
  return html`<div class="pad three" role="group" aria-label=${t("Number pad")}>${keys}</div>`;
}

/** @param {{name: string, commands: import("./commands.js").Commands, go: string, goKey: string, off?: boolean, times?: boolean}} props @returns {View} */
function PadKey({ name, commands, go, goKey, off, times }) {
  const type = (/** @type {string} */ char) => () => press(char, commands);
  if (name === "erase") return html`<button type="button" aria-label=${t("Erase")} onClick=${type("erase")}><${Icon} name="erase" /></button>`;
  if (name === "*" && !times) return html`<button type="button" aria-label=${t("Clear")} onClick=${type("clear")}>C</button>`;
  if (name === "*") return html`<button type="button" aria-label=${t("Times")} onClick=${type("*")}><${Icon} name="times" /></button>`;
  if (name === "mark") return html`<button type="button" aria-label=${t("Decimal mark")} onClick=${type(decimalMark())}>${decimalMark()}</button>`;
  if (name === "go") return html`<button type="button" class="pay go" disabled=${off} onClick=${type("enter")}>${go}<kbd>${goKey}</kbd></button>`;
  return html`<button type="button" onClick=${type(name)}>${name}</button>`;
}

/** What key does the same as the button it stands on, where one does. @param {{desk: Desk, action: string}} props @returns {View} */
export function KeyHint({ desk, action }) {
  const key = keyOf(desk.till.state, action);
  return key ? html`<kbd>${key}</kbd>` : null;
}

/** A menu's digit waits this long for a second one: the first digit of a scan must not open anything. */
const CHOICE_WAIT_MS = 300;

/**
 * Buttons with a digit each. A digit alone opens its choice; digits that go on are a code being scanned.
 *
 * @param {{desk: Desk, options: Option[], two?: boolean}} props
 * @returns {View}
 */
export function Choices({ desk, options, two }) {
  return html`<div class=${"choices" + (two ? " two" : "")}>
    ${options.map((option) => html`<${ChoiceButton} key=${option.key ?? option.name} option=${option} />`)}
  </div>`;
}

/** @param {{option: Option}} props @returns {View} */
function ChoiceButton({ option }) {
  return html`<button type="button" class=${option.on ? "on" : ""} aria-pressed=${option.on === undefined ? undefined : option.on}
    disabled=${option.off} data-testid=${option.testid} onClick=${option.run}>
    ${option.key ? html`<kbd>${option.key}</kbd>` : null}
    <span>${option.name}${option.hint ? html`<small>${option.hint}</small>` : null}</span>
  </button>`;
}

/**
 * Lets digits choose among options while a layer is open.
 *
 * @param {Desk} desk
 * @param {Option[]} options
 * @param {import("./desk.js").Handlers} [others]
 * @returns {void}
 */
export function useDigits(desk, options, others = {}) {
  const choose = (/** @type {string} */ entry) => {
    const option = options.find((each) => each.key === entry && !each.off);
    desk.type("");
    option?.run();
  };
  useHandlers(desk, {
    ...others,
    text(char) {
      desk.type(desk.entry + char);
      const typed = desk.entry;
      const layer = desk.layer;
      setTimeout(() => {
        if (desk.layer === layer && desk.entry === typed && typed.length === 1) choose(typed);
      }, CHOICE_WAIT_MS);
      return true;
    },
    enter: (entry) => (entry === "" && others.enter ? others.enter(entry) : choose(entry)),
  });
}
