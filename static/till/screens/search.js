/** Finding goods by name as one types. A code typed or scanned into the field sells like everywhere else. */

import { t, tn } from "../i18n.js";
import { sum } from "../ui/format.js";
import { html, useRef, useState } from "../ui/html.js";
import { useFocus, useHandlers, useLeaving } from "../ui/hooks.js";
import { charOf } from "../ui/keys.js";
import { Panel } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").FoundProduct} FoundProduct */

const SHOWN = 30;

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function Search({ desk }) {
  const [text, setText] = useState("");
  const [chosen, choose] = useState(-1);
  const focus = useFocus();
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useHandlers(desk, {});
  const found = text.trim().length >= 2 ? desk.till.search(text, SHOWN) : null;
  const items = found?.items ?? [];
  const sold = useRef(false);
  useLeaving(() => void (found && !sold.current && desk.till.saw("search_unsold", { text: text.trim(), read: found.read, found: found.total })));
  const sell = (/** @type {FoundProduct} */ item) => {
    sold.current = true;
    desk.sellProduct(item);
  };
  // What the places of the keys say: under another layout the letters of a scanned code are right only there.
  const placed = useRef("");
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key.length === 1) placed.current += charOf(event) ?? "";
    else if (event.code === "Backspace") placed.current = placed.current.slice(0, -1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.code];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(items.length - 1, Math.max(0, chosen + step));
      choose(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const picked = items[chosen];
    const code = codeIn(desk.till, text.trim(), placed.current.trim());
    if (picked) sell(picked);
    else if (code !== null) desk.sell(code);
    else if (items.length) choose(0);
  };
  const typed = (/** @type {any} */ event) => {
    setText(event.target.value);
    if (event.target.value === "") placed.current = "";
    choose(-1);
  };
  return html`<${Panel} desk=${desk} title=${t("Find by name")}>
    <form onSubmit=${submit}>
      <input ref=${focus} type="text" aria-label=${t("Name or code")} placeholder=${t("Two letters are enough")} data-testid="search" autocomplete="off" spellcheck=${false}
        maxlength="100" value=${text} onInput=${typed} onKeyDown=${keys} role="combobox" aria-expanded=${items.length > 0} aria-controls="found" aria-activedescendant=${chosen < 0 ? undefined : "found-" + chosen} />
    </form>
    <p class="hint" role="status">${summary(found, items, text)}</p>
    <ul class="found" id="found" ref=${list} role="listbox" aria-label=${t("Found goods")}>
      ${items.map((item, index) => html`<${Found} key=${item.id} item=${item} index=${index} on=${index === chosen} desk=${desk} sell=${sell} />`)}
    </ul>
  <//>`;
}

/** A text of digits only is a code, and so is what holds no blank but a digit and is long. @param {string} text @returns {boolean} */
function isCode(text) {
  return /^\d{3,}$/.test(text) || (/^\S{8,}$/.test(text) && /\d{4}/.test(text));
}

/** @param {Desk["till"]} till @param {string} text @param {string} placed @returns {string | null} the code that was scanned or typed, null for a name */
function codeIn(till, text, placed) {
  const read = isReading(text, placed) ? placed : text;
  if (isCode(read) || (read !== "" && till.knows(read))) return read;
  return isCode(text) ? text : null;
}

/** Whether the places may be read for the text: what was pasted, or typed into its middle, has other letters than they say. @param {string} text @param {string} placed */
function isReading(text, placed) {
  return text.length === placed.length && [...text].every((char, i) => !/[0-9a-z]/i.test(char) || char.toLowerCase() === placed[i].toLowerCase());
}

/** @param {import("../types.d.ts").SearchResult | null} found @param {FoundProduct[]} items @param {string} text @returns {string} */
function summary(found, items, text) {
  if (!found) return t("Type part of the name, then choose with the arrow keys and Enter.");
  if (!found.ready) return t("The list of names is still being prepared.");
  if (items.length === 0) return t("Nothing is called {text}.", { text: text.trim() });
  return tn("1 found", "{n} found", found.total);
}

/** @param {{item: FoundProduct, index: number, on: boolean, desk: Desk, sell: (item: FoundProduct) => void}} props @returns {import("../ui/html.js").View} */
function Found({ item, index, on, desk, sell }) {
  const price = item.price === null ? t("no price") : sum(item.price, desk.currency) + "/" + item.unitName;
  return html`<li id=${"found-" + index} role="option" aria-selected=${on} class=${on ? "on" : ""} data-testid="found" onClick=${() => sell(item)}>
    <span>${item.name}<small>${item.code}${item.group ? " · " + item.group : ""}</small></span><span class="a">${price}</span>
  </li>`;
}
