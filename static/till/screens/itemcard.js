/** One item with all that a customer may ask about it; the stock comes when the server answers. */

import { t, tn } from "../i18n.js";
import { clock, minutesSince, money, quantity } from "../ui/format.js";
import { html, useEffect, useState } from "../ui/html.js";
import { root } from "../ui/root.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").PriceAnswer} PriceAnswer */
/** @typedef {import("../types.d.ts").StockAnswer} StockAnswer */
/** @typedef {import("../types.d.ts").StoreStock} StoreStock */

/** @param {{answer: PriceAnswer, desk: Desk}} props @returns {View} */
export function ItemCard({ answer, desk }) {
  const { currency } = desk;
  const unit = t("{price} per {unit}", { price: money(answer.price, currency), unit: answer.unitName });
  const reduced = answer.total < answer.price;
  return html`<div class="price" data-testid="price-answer">
    <b>${answer.name}</b>
    <${Picture} key=${answer.product} answer=${answer} />
    <strong>${answer.open ? t("Typed at the till") : money(answer.total, currency)}</strong>
    ${answer.open ? null : html`<span class="hint">${reduced ? t("With the offer, instead of {unit}", { unit }) : unit}</span>`}
    ${answer.offers.length ? html`<span class="offer">${answer.offers.join(", ")}</span>` : null}
    <button class="primary big" onClick=${() => desk.sellProduct({ product: answer.product })}>${t("Add to the receipt")}</button>
    <dl class="facts">${facts(answer, desk).map(([name, value]) => html`<dt key=${name + value}>${name}</dt><dd>${value}</dd>`)}</dl>
    <${Stock} answer=${answer} desk=${desk} />
    <span class="hint">${t("The next scan sells.")}</span>
  </div>`;
}

/** To compare the thing in hand with. Without the server only those that were seen before are there. @param {{answer: PriceAnswer}} props @returns {View} */
function Picture({ answer }) {
  const [missing, setMissing] = useState(false);
  if (!answer.picture || missing) return null;
  return html`<img class="goods" data-testid="goods-picture" src=${new URL("pictures/" + answer.picture, root()).href} alt="" onError=${() => setMissing(true)} />`;
}

/** @param {PriceAnswer} answer @param {Desk} desk @returns {[string, string][]} what is known, and nothing else */
function facts(answer, { currency }) {
  const { perUnit, deposit, allergens, properties, age, lot, code } = answer;
  /** @type {[string, string][]} */
  const rows = [[t("Code"), code]];
  if (perUnit) rows.push([t("Compare"), t("{price} per {unit}", { price: money(perUnit.price, currency), unit: perUnit.unitName })]);
  if (deposit !== null) rows.push([t("Deposit"), "+ " + money(deposit, currency)]);
  if (age) rows.push([t("Age"), age + "+"]);
  if (lot) rows.push([t("Lot"), lot]);
  if (allergens) rows.push([t("Allergens"), allergens]);
  for (const line of properties) {
    const [, name, value] = /^([^:]{1,60}):\s*(.+)$/.exec(line) ?? [null, "", line];
    rows.push([String(name), String(value)]);
  }
  return rows;
}

/** Asked in the background, and again when the server comes or goes: the card is there at once, with what was heard last. @param {{answer: PriceAnswer, desk: Desk}} props @returns {View} */
function Stock({ answer, desk }) {
  const [stock, setStock] = useState(answer.stock);
  const [asking, setAsking] = useState(true);
  const { state } = desk.till.status.server;
  useEffect(() => {
    let here = true;
    setAsking(true);
    void desk.till.stockOf(answer.product).then((found) => {
      if (!here) return;
      setStock(found);
      setAsking(false);
    });
    return () => void (here = false);
  }, [answer.product, state]);
  if (stock && !stock.keepsStock) return null;
  return html`<div role="status" data-testid="stock">
    ${stock ? [stock.here, ...stock.elsewhere].map((one, at) => html`<${InStore} key=${one.store} one=${one} here=${at === 0} desk=${desk} unit=${answer.unitName} />`) : null}
    ${stock ? null : html`<span class="hint">${asking ? t("The stock is being asked for.") : t("The stock is not known: the server does not answer.")}</span>`}
  </div>`;
}

/** @param {{one: StoreStock, here: boolean, desk: Desk, unit: string}} props @returns {View} */
function InStore({ one, here, desk, unit }) {
  const place = here ? t("In stock here") : (one.name ?? t("Store {n}", { n: one.store }));
  const amount = quantity(one.quantity, one.quantity % 1000 === 0 ? 0 : 3);
  return html`<p class="instore"><span>${place}</span><b>${amount} ${unit}</b><small>${ageOf(one.at, desk)}</small></p>`;
}

/** @param {string} at @param {Desk} desk @returns {string} */
function ageOf(at, desk) {
  const minutes = minutesSince(at, Date.now()) ?? 0;
  if (minutes < 1) return t("just now");
  if (minutes < 60) return tn("1 minute ago", "{n} minutes ago", minutes);
  return t("at {time}", { time: clock(at, desk.till.state.store?.time_zone) });
}
