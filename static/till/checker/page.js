/** What the price checker shows: the way in, the idle page, an answer. Big type, few words, one pad. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { useField } from "../ui/form.js";
import { html, useEffect, useState } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { Icon } from "../ui/icons.js";
import { press } from "../ui/keys.js";

/** @typedef {import("./checker.js").Checker} Checker */
/** @typedef {import("../ui/html.js").View} View */

/** @param {{checker: Checker}} props @returns {View} */
export function Page({ checker }) {
  const { state, status } = checker.till;
  if (state.stopped && state.stopped.code !== "revoked") return html`<${Note} title=${t("This price checker has stopped")} text=${t("Ask somebody of the shop.")} />`;
  if (!state.till || status.server.state === "revoked") return html`<${Enrol} checker=${checker} />`;
  if (state.readonly) return html`<${Note} title=${t("This price checker is open in another window")} text="" />`;
  if (!checker.works) return html`<${Note} title=${t("Getting ready …")} text=${t("The prices are being loaded.")} />`;
  return html`<main class="check">
    <section class="say" aria-live="polite">${checker.answer ? html`<${Answer} checker=${checker} />` : html`<${Idle} checker=${checker} />`}</section>
    <${Pad} checker=${checker} />
  </main>`;
}

/** @param {{title: string, text: string}} props @returns {View} */
function Note({ title, text }) {
  return html`<main class="note"><h1>${title}</h1><p>${text}</p></main>`;
}

/** @param {{checker: Checker}} props @returns {View} once, by somebody of the shop */
function Enrol({ checker }) {
  const field = useField({ till: checker.till, sounds: checker.sounds, currency: null }, (code) => checker.till.enrol(code), { keep: true });
  const focus = useFocus();
  return html`<main class="note"><form onSubmit=${field.onSubmit}>
    <h1>${t("Set up this price checker")}</h1>
    <p>${t("A manager adds a price checker in the back office under Tills and makes a code there. It works once, for 15 minutes.")}</p>
    <label>${t("Code")}<input ref=${focus} data-testid="enrol-code" autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="20" value=${field.value} onInput=${field.onInput} /></label>
    <p class="problem" role="alert" data-testid="message">${field.problem ?? ""}</p>
    <button type="submit" class="go" disabled=${field.busy}>${field.busy ? t("Setting up …") : t("Set up")}</button>
  </form></main>`;
}

/** @param {{checker: Checker}} props @returns {View} */
function Idle({ checker }) {
  const { state } = checker.till;
  return html`<div class="idle" data-testid="idle">
    <p class="shop">${state.store?.name ?? ""}</p>
    <${Icon} name="barcode" />
    <h1>${t("Scan an item to see its price")}</h1>
    ${checker.problem ? html`<p class="problem" role="alert" data-testid="message">${checker.problem}</p>` : html`<p>${t("Or type the number below its barcode.")}</p>`}
  </div>`;
}

/** @param {{checker: Checker}} props @returns {View} */
function Answer({ checker }) {
  const { answer, currency } = checker;
  if (!answer) return null;
  const reduced = answer.total < answer.price;
  const each = t("{price} per {unit}", { price: money(answer.price, currency), unit: answer.unitName });
  return html`<div class="answer" data-testid="price-answer">
    <h1>${answer.name}</h1>
    <strong class=${reduced ? "offer" : ""}>${answer.open ? t("Ask for the price") : money(answer.total, currency)}</strong>
    <p>${reduced ? html`${t("With the offer")} · <s>${money(answer.price, currency)}</s>` : answer.open ? null : each}</p>
    ${answer.offers.length ? html`<p class="offer">${answer.offers.join(", ")}</p>` : null}
    ${answer.perUnit ? html`<p data-testid="per-unit">${t("{price} per {unit}", { price: money(answer.perUnit.price, currency), unit: answer.perUnit.unitName })}</p>` : null}
    ${answer.deposit === null ? null : html`<p>${t("Deposit")} + ${money(answer.deposit, currency)}</p>`}
    ${answer.allergens ? html`<p class="code">${t("Allergens")}: ${answer.allergens}</p>` : null}
    <${Stock} checker=${checker} product=${answer.product} known=${answer.stock} />
    <p class="code">${answer.code}</p>
  </div>`;
}

/** Fewer than this many are the last ones: somebody may be carrying them to the till. */
const LAST_MILLI = 3000;

/** In words, since a number would be wrong by the time it is read. @param {{checker: Checker, product: string, known: import("../types.d.ts").StockAnswer | null}} props @returns {View} */
function Stock({ checker, product, known }) {
  const [stock, setStock] = useState(known);
  useEffect(() => {
    let here = true;
    void checker.till.stockOf(product).then((found) => here && found && setStock(found));
    return () => void (here = false);
  }, [product]);
  if (!stock || !stock.keepsStock) return null;
  const { quantity } = stock.here;
  const words = quantity <= 0 ? t("Not on the shelf at the moment") : quantity <= LAST_MILLI ? t("The last ones") : t("In stock");
  return html`<p data-testid="stock">${words}</p>`;
}

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "erase", "0", "enter"];

/** @param {{checker: Checker}} props @returns {View} */
function Pad({ checker }) {
  return html`<section class="type" aria-label=${t("Number pad")}>
    <output aria-label=${t("Typed")} data-testid="entry">${checker.entry}</output>
    <div class="pad">${KEYS.map((key) => html`<${Key} key=${key} name=${key} checker=${checker} />`)}</div>
  </section>`;
}

/** @param {{name: string, checker: Checker}} props @returns {View} */
function Key({ name, checker }) {
  const run = (/** @type {any} */ event) => {
    event.currentTarget.blur();
    press(name, checker);
  };
  if (name === "erase") return html`<button type="button" aria-label=${t("Erase")} onClick=${run}><${Icon} name="erase" /></button>`;
  if (name === "enter") return html`<button type="button" class="go" onClick=${run}>${t("Price?")}</button>`;
  return html`<button type="button" onClick=${run}>${name}</button>`;
}
