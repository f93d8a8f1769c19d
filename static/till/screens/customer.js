/**
 * F4. Somebody on the receipt: who it is, points, what can be done. Nobody yet: find by the end of a telephone, a name or a
 * card. This till's own memory answers as one types; the server adds to it when it is there, and is never waited for.
 */

import { t, tn } from "../i18n.js";
import { TillError } from "../till.js";
import { balance, marks, put } from "../ui/customers.js";
import { html, useEffect, useRef, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";
import { words } from "../ui/words.js";
import { once } from "../models/customers.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").KnownCustomer} KnownCustomer */

/** The server is asked when the cashier stops typing for a moment. */
const ASK_AFTER_MS = 250;
/** Whatever is so long and finds nobody was scanned: it is sold, or kept as a code that nobody knows. */
const LEAST_SCAN = 8;

/** @param {{desk: Desk, text?: string}} props @returns {View} */
export function Customer({ desk, text = "" }) {
  const customer = desk.till.state.receipt?.customer;
  return customer ? html`<${Person} desk=${desk} customer=${customer} />` : html`<${Find} desk=${desk} start=${text} />`;
}

/** @param {{desk: Desk, start: string}} props @returns {View} */
function Find({ desk, start }) {
  const [text, setText] = useState(start);
  const [chosen, choose] = useState(-1);
  const focus = useFocus();
  const server = useServer(desk, text);
  useHandlers(desk, {});
  const items = once([...desk.till.customers.search(text), ...server]);
  const by = /^[\d\s+()-]+$/.test(text) ? "phone" : "name";
  const take = (/** @type {KnownCustomer} */ one) => put(desk, one, by);
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step === undefined) return;
    event.preventDefault();
    choose(Math.min(items.length - 1, Math.max(0, chosen + step)));
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const code = text.trim();
    const picked = items[chosen] ?? (items.length === 1 ? items[0] : undefined);
    // Goods whose code ends like somebody's telephone are goods.
    if (chosen < 0 && (desk.till.customers.isGoods(code) || desk.till.customers.byNumber(code))) desk.sell(code);
    else if (picked) take(picked);
    else if (items.length) choose(0);
    else if (code.length >= LEAST_SCAN) desk.sell(code);
  };
  const typed = (/** @type {any} */ event) => {
    setText(event.target.value);
    choose(-1);
  };
  const make = () => desk.open("customerform", { start: text });
  const foot = html`<button type="button" class="big" data-testid="customer-new" onClick=${make}>${t("New customer")}</button>`;
  return html`<${Panel} desk=${desk} title=${t("Customer")} foot=${foot}>
    <form onSubmit=${submit}>
      <input ref=${focus} type="text" aria-label=${t("End of telephone, name or card")} placeholder=${t("End of telephone, name or card")} data-testid="customer-search"
        autocomplete="off" spellcheck=${false} maxlength="100" value=${text} onInput=${typed} onKeyDown=${keys} role="combobox" aria-expanded=${items.length > 0}
        aria-controls="customers" aria-activedescendant=${chosen < 0 ? undefined : "customer-" + chosen} />
    </form>
    <p class="hint" role="status">${summary(desk, text, items)}</p>
    <ul class="found" id="customers" role="listbox" aria-label=${t("Found customers")}>
      ${items.map((item, index) => html`<${Found} key=${item.customer} item=${item} index=${index} on=${index === chosen} take=${take} />`)}
    </ul>
    <${Waiting} desk=${desk} />
  <//>`;
}

/** What the server adds to a search; an older answer never replaces a newer one. @param {Desk} desk @param {string} text @returns {KnownCustomer[]} */
function useServer(desk, text) {
  const [found, setFound] = useState(/** @type {{text: string, items: KnownCustomer[]}} */ ({ text: "", items: [] }));
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const asked = text.trim();
    if (asked.length < 3 || desk.till.status.server.state !== "online") return undefined;
    const timer = setTimeout(async () => {
      const items = await desk.attempt(() => desk.till.customers.ask(asked));
      if (items && latest.current === text) setFound({ text, items });
    }, ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return found.text === text ? found.items : [];
}

/** @param {Desk} desk @param {string} text @param {KnownCustomer[]} items @returns {string} */
function summary(desk, text, items) {
  if (text.trim().length < 2) return t("Scan the card, or type the last digits of the telephone, then Enter.");
  if (items.length > 0) return tn("1 found", "{n} found", items.length);
  if (desk.till.status.server.state !== "online") return t("Nobody found on this till. The server is away, so only known cards can be found.");
  return t("Nobody found.");
}

/** @param {{item: KnownCustomer, index: number, on: boolean, take: (one: KnownCustomer) => void}} props @returns {View} */
function Found({ item, index, on, take }) {
  const state = item.state === "blocked" ? t("card blocked") : item.pending ? t("will be sent") : "";
  return html`<li id=${"customer-" + index} role="option" aria-selected=${on} class=${on ? "on" : ""} data-testid="customer-found" onClick=${() => take(item)}>
    <span>${item.name}<small>${marks(item)}</small></span><span class="a">${state}</span>
  </li>`;
}

/** What the server has not taken yet, or refused. @param {{desk: Desk}} props @returns {View} */
function Waiting({ desk }) {
  const { waiting, refused } = desk.till.state.acts;
  if (waiting === 0 && refused.length === 0) return null;
  return html`<section class="acts">
    ${waiting ? html`<p class="hint" data-testid="acts-waiting">${tn("1 change of customers will be sent.", "{n} changes of customers will be sent.", waiting)}</p>` : null}
    ${refused.map((act) => html`<p key=${act.id} class="problem">${t("Not taken by the server: {name} ({code}).", { name: act.name, code: act.code })}
      <button type="button" onClick=${() => desk.attempt(() => desk.till.customers.settle(act.id, true))}>${t("Send again")}</button>
      <button type="button" onClick=${() => desk.attempt(() => desk.till.customers.settle(act.id, false))}>${t("Give up")}</button></p>`)}
  </section>`;
}

/** @param {{desk: Desk, customer: import("../types.d.ts").DraftCustomer}} props @returns {View} */
function Person({ desk, customer }) {
  const [problem, setProblem] = useState("");
  const change = async (/** @type {import("../types.d.ts").Approval | undefined} */ approval) => {
    const data = await desk.till.customers.form(customer.customer, approval);
    desk.open("customerform", { customer, data, away: data === null });
  };
  const guarded = (/** @type {() => Promise<void>} */ work) => () => {
    work().catch((error) => {
      if (!(error instanceof TillError)) throw error;
      setProblem(words(error.problem, desk.currency, desk.till.state));
    });
  };
  const remove = () => {
    desk.close();
    desk.attempt(() => desk.till.customers.detach());
  };
  const options = [
    { key: "1", name: t("Change data"), run: () => void desk.attempt(change) },
    { key: "2", name: t("Block the card"), hint: t("lost or stolen"), off: !customer.card, run: guarded(async () => desk.open("cardreplace", { customer, block: true })) },
    { key: "3", name: t("Replace the card"), hint: t("points and history stay"), off: !customer.card, run: guarded(async () => desk.open("cardreplace", { customer })) },
    { key: "0", name: t("Take off the receipt"), run: remove },
  ];
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${customer.name}>
    <dl class="facts" data-testid="customer-facts">
      <dt>${t("Balance")}</dt><dd>${balance(desk, customer)}</dd>
      <dt>${t("Card")}</dt><dd>${marks(customer)}</dd>
      ${customer.groups.length ? html`<dt>${t("Groups")}</dt><dd>${desk.till.customers.groupNames(customer.groups).join(", ")}</dd>` : null}
      ${customer.birthday ? html`<dt>${t("Birthday")}</dt><dd>${t("today")}</dd>` : null}
      ${customer.age === null ? null : html`<dt>${t("Age")}</dt><dd>${customer.age}</dd>`}
    </dl>
    <${Choices} desk=${desk} options=${options} />
    ${problem ? html`<p class="problem" role="alert">${problem}</p>` : null}
    <${Waiting} desk=${desk} />
  <//>`;
}
