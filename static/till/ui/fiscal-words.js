/** What a fiscal printer's codes (docs/devices.md) mean to a cashier: what happened, and what to do. */

import { t } from "../i18n.js";

const silent = () => t("The fiscal printer does not answer. Check its power and its cable.");
const stuck = () => t("The fiscal printer cannot print. Look at its display, or switch it off and on.");
const service = () => t("The fiscal printer's memory is full or faulty. Call the service.");
const rate = () => t("The fiscal printer has another tax rate for these goods. Tell the manager.");
const refused = () => t("The fiscal printer does not take a name, a price or a quantity. Tell the manager.");
const counts = () => t("The fiscal printer comes to another sum. Tell the manager.");

/** @type {Record<string, () => string>} */
const WORDS = {
  offline: silent, no_answer: silent, bad_answer: silent, interrupted: silent, unknown_device: silent, not_paired: silent,
  no_paper: () => t("The fiscal printer has no paper. Put in a new roll."),
  cover_open: () => t("The fiscal printer's cover is open. Close it."),
  mechanism: stuck, head_hot: stuck, cutter: stuck, device_error: stuck, error: stuck,
  busy: () => t("The fiscal printer is busy. It is tried again by itself."),
  clock: () => t("The fiscal printer's clock is wrong. Make its daily report, then have the clock set."),
  z_needed: () => t("The fiscal printer wants its daily report (Z) first."),
  wrong_mode: () => t("The fiscal printer is in its menu or waits for a key. Look at its display."),
  not_fiscal: () => t("The fiscal printer is not fiscalised, or not set up. Call the service."),
  read_only: service, memory_full: service, memory_fault: service,
  blocked: () => t("The fiscal printer is locked. Call the service."),
  unsent: () => t("The fiscal printer must first send its documents to the tax office. Check its network."),
  unsettled: () => t("Nobody knows yet whether it was printed. The printer is asked again by itself."),
  ask_person: () => t("The fiscal printer cannot say whether it was printed. Look at the paper."),
  tax_unknown: rate,
  name_bound: () => t("The fiscal printer knows these goods at another tax rate. Tell the manager."),
  goods: refused, out_of_range: refused,
  totals_differ: counts, payment: counts, bad_document: counts,
  cancelled: () => t("Somebody cancelled it at the fiscal printer."),
  zero: () => t("There is nothing on it that a fiscal printer registers."),
  unsupported: () => t("This fiscal printer cannot register that. Tell the manager."),
  not_able: () => t("This fiscal printer cannot register that. Tell the manager."),
  deposit: () => t("The fiscal printer refuses a deposit. Tell the manager."),
  buyer: () => t("The fiscal printer refuses the buyer's tax number."),
};

/** @param {string} code @returns {string} */
export function fiscalWords(code) {
  return WORDS[code]?.() ?? t("The fiscal printer refused it ({code}). Tell the manager.", { code });
}

/** What the document is called. @param {{kind: string, label: string}} job @returns {string} */
export function fiscalName({ kind, label }) {
  if (kind === "report") return t("Fiscal report of shift {number}", { number: label });
  if (kind === "cash") return t("Cash that was put in or taken out");
  return kind === "return" ? t("Return {label}", { label }) : t("Receipt {label}", { label });
}

/** Refusals of the till itself. @type {Record<string, (args: Record<string, any>) => string>} */
export const FISCAL = {
  fiscal_away: ({ code }) => [fiscalWords(String(code)), t("Nothing is sold until it is back.")].join(" "),
  fiscal_busy: () => t("It is at the fiscal printer right now. Wait a moment."),
  fiscal_done: () => t("This has been settled meanwhile."),
  fiscal_reason: () => t("Say why."),
  fiscal_number: () => t("Type the number that stands on the paper."),
};
