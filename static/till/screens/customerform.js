/**
 * A customer's form: what the chain asks, the questionnaire, what is agreed to. Saved on this till at once, sent when the
 * server is there. What was typed is kept when a scan closes the form, and is there again when it is opened.
 */

import { t } from "../i18n.js";
import { own, put } from "../ui/customers.js";
import { html, useRef, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Sheet } from "../ui/parts.js";
import { useScans } from "../ui/scans.js";
import { changesOf, valuesOf } from "../models/customerform.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../models/customerform.js").Values} Values */
/** @typedef {import("../types.d.ts").CustomerField} Field */

/** What was typed and not saved: on which receipt, about whom. @type {WeakMap<Desk, {whose: string, values: Values}>} */
const kept = new WeakMap();

/** @param {{desk: Desk, start?: string, customer?: import("../types.d.ts").KnownCustomer, data?: import("../types.d.ts").CustomerData | null, away?: boolean}} props @returns {View} */
export function CustomerForm({ desk, start = "", customer, data = null, away = false }) {
  const { asked } = desk.till.customers;
  const whose = [desk.till.state.receipt?.id, customer?.customer, away].join(" ");
  const before = valuesOf(asked, data, customer ? "" : start);
  const last = kept.get(desk);
  const [values, setValues] = useState(last && last.whose === whose ? last.values : before);
  const latest = useRef(values);
  const [problem, setProblem] = useState("");
  const change = (/** @type {string} */ name, /** @type {any} */ value) => {
    // A scan changes two fields in one task: the second must not bring back what the first one took away.
    const next = { ...latest.current, [name]: value };
    latest.current = next;
    kept.set(desk, { whose, values: next });
    setProblem("");
    setValues(next);
  };
  const card = (/** @type {string} */ code) => !customer && takesCard(desk, latest.current.card, code, (number) => change("card", number));
  useHandlers(desk, { codes: card });
  const scans = useScans((code) => desk.till.customers.isGoods(code), (code) => card(code) || desk.sell(code));
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    const found = changesOf(asked, values, customer ? before : null, { away, today: desk.till.customers.today });
    if (found.missing) return setProblem(missing(found.missing, asked.fields));
    void desk.attempt(async (approval) => {
      await store(desk, customer, found.changes, values.card, approval);
      kept.delete(desk);
    });
  };
  const title = customer ? t("Data of {name}", { name: customer.name }) : t("New customer");
  const foot = html`<div class="row"><button class="primary big" type="submit" form="customer-form" data-testid="customer-save">${t("Save")}</button></div>`;
  return html`<${Sheet} desk=${desk} title=${title} foot=${foot}>
    <form id="customer-form" class="columns" novalidate onSubmit=${save} onKeyDown=${scans} autocomplete="off">
      ${away ? html`<p class="hint" role="status">${t("The server is away, so the present data cannot be shown. What you type replaces it; what you leave empty stays.")}</p>` : null}
      <${Plain} values=${values} change=${change} card=${!customer} away=${away} />
      ${asked.fields.map((field) => html`<${Asked} key=${field.code} field=${field} value=${values["f:" + field.code]} change=${(/** @type {any} */ value) => change("f:" + field.code, value)} />`)}
      ${asked.consents.map((one) => html`<${Agreed} key=${one.kind} text=${own(one.text)} required=${one.required} on=${values["c:" + one.kind] === true} change=${(/** @type {boolean} */ on) => change("c:" + one.kind, on)} />`)}
    </form>
    ${problem ? html`<p class="problem" role="alert" data-testid="form-problem">${problem}</p>` : null}
  <//>`;
}

/** A scanned code while the form of a new customer is open is the new card, unless goods or somebody have it. @param {Desk} desk @param {string} card @param {string} code @param {(number: string) => void} take @returns {boolean} */
function takesCard(desk, card, code, take) {
  if (card !== "" || !desk.till.customers.isFree(code)) return false;
  desk.type("");
  take(code);
  return true;
}

/** @param {Desk} desk @param {import("../types.d.ts").KnownCustomer | undefined} customer @param {import("../types.d.ts").CustomerData} changes @param {string} card @param {import("../types.d.ts").Approval} [approval] */
async function store(desk, customer, changes, card, approval) {
  const { customers } = desk.till;
  if (customer) {
    await customers.update(customer, changes, { approval });
    desk.close();
  } else {
    const made = await customers.create({ name: "", ...changes }, { number: card, approval });
    put(desk, made, "new");
  }
  const away = desk.till.status.server.state !== "online";
  desk.say("good", away ? t("Saved on this till. It will be sent.") : t("Saved."));
}

/** @param {string} name @param {Field[]} fields @returns {string} */
function missing(name, fields) {
  if (name === "name") return t("Type the customer's name.");
  if (name === "born") return t("This birth date cannot be right.");
  if (name === "email") return t("This is not an e-mail address.");
  if (name === "phone") return t("Type a telephone number of 5 to 19 digits.");
  if (name === "consents") return t("Without the required consent the data may not be kept.");
  const field = fields.find((one) => one.code === name);
  return t("Answer this first: {field}", { field: field ? own(field.label) : name });
}

/** @param {{values: Values, change: (name: string, value: any) => void, card: boolean, away: boolean}} props @returns {View} */
function Plain({ values, change, card, away }) {
  const focus = useFocus();
  const input = (/** @type {string} */ name) => (/** @type {any} */ event) => change(name, event.target.value);
  return html`
    <label class="field">${t("Full name")}<input ref=${focus} type="text" aria-required=${!away} maxlength="120" data-testid="customer-name" value=${values.name} onInput=${input("name")} /></label>
    <label class="field">${t("Telephone")}<input type="tel" maxlength="30" data-testid="customer-phone" value=${values.phone} onInput=${input("phone")} /></label>
    <label class="field">${t("E-mail")}<input type="email" maxlength="200" value=${values.email} onInput=${input("email")} /></label>
    <label class="field">${t("Birth date")}<input type="date" min="1900-01-01" data-testid="customer-born" value=${values.born} onInput=${input("born")} /></label>
    ${card ? html`<label class="field">${t("Card (scan it, or leave empty)")}<input type="text" maxlength="64" data-testid="customer-card" value=${values.card} onInput=${input("card")} /></label>` : null}`;
}

/** @param {{field: Field, value: any, change: (value: any) => void}} props @returns {View} */
function Asked({ field, value, change }) {
  const label = own(field.label) + (field.required ? " *" : "");
  const testid = "field-" + field.code;
  if (field.kind === "flag") return html`<label class="field check"><input type="checkbox" data-testid=${testid} checked=${value === true} onChange=${(/** @type {any} */ event) => change(event.target.checked)} />${label}</label>`;
  if (field.kind === "choices") return html`<${Many} field=${field} label=${label} value=${value} change=${change} />`;
  if (field.kind === "choice") {
    return html`<label class="field">${label}<select data-testid=${testid} value=${value} onChange=${(/** @type {any} */ event) => change(event.target.value)}>
      <option value="">–</option>${field.options.map((one) => html`<option key=${one.code} value=${one.code}>${own(one.label)}</option>`)}</select></label>`;
  }
  const type = field.kind === "date" ? "date" : "text";
  return html`<label class="field">${label}<input type=${type} inputmode=${field.kind === "number" ? "numeric" : undefined} maxlength="200" data-testid=${testid} value=${value}
    onInput=${(/** @type {any} */ event) => change(event.target.value)} /></label>`;
}

/** @param {{field: Field, label: string, value: string[], change: (value: string[]) => void}} props @returns {View} */
function Many({ field, label, value, change }) {
  const turn = (/** @type {string} */ code) => change(value.includes(code) ? value.filter((one) => one !== code) : [...value, code]);
  return html`<fieldset class="field"><legend>${label}</legend>${field.options.map((one) => html`<label key=${one.code} class="field check">
    <input type="checkbox" data-testid=${`field-${field.code}-${one.code}`} checked=${value.includes(one.code)} onChange=${() => turn(one.code)} />${own(one.label)}</label>`)}</fieldset>`;
}

/** @param {{text: string, required: boolean, on: boolean, change: (on: boolean) => void}} props @returns {View} */
function Agreed({ text, required, on, change }) {
  return html`<label class="field check wide"><input type="checkbox" data-testid="consent" checked=${on} onChange=${(/** @type {any} */ event) => change(event.target.checked)} />${text}${required ? " *" : ""}</label>`;
}
