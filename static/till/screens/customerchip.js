/** Whose receipt this is: a chip beside the receipts' tabs. Pressing it opens the customer. */

import { t } from "../i18n.js";
import { balance, marks } from "../ui/customers.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { keyOf } from "../ui/layout.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function CustomerChip({ desk }) {
  const customer = desk.till.state.receipt?.customer;
  if (!customer) return null;
  const known = customer.points === null ? marks(customer) : balance(desk, customer);
  const state = customer.pending && desk.till.state.acts.waiting > 0 ? t("will be sent") : known;
  const birthday = customer.birthday ? html`<span class="badge">${t("Birthday")}</span>` : null;
  return html`<button type="button" class="customer" data-testid="customer-chip" aria-pressed=${desk.layer?.name === "customer"} title=${keyOf(desk.till.state, "customer") || undefined}
    onClick=${() => desk.open("customer", {})}><${Icon} name="user" /><span><b>${customer.name}</b> ${birthday}<small>${state}</small></span></button>`;
}
