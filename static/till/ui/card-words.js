/** What a card terminal's codes (docs/devices.md) and its steps mean to a cashier: what happened, and what to do. */

import { t } from "../i18n.js";

const silent = () => t("The terminal does not answer. Check its power and its cable.");
const service = () => t("The terminal reports a fault. Look at its display, or call the bank.");
const unsure = () => t("The terminal does not answer, and nobody knows yet whether the card was charged.");

/** @type {Record<string, () => string>} */
const WORDS = {
  declined: () => t("The bank declined. No money has moved."),
  cancelled: () => t("It was cancelled at the terminal. No money has moved."),
  card: () => t("The terminal cannot take this card. No money has moved."),
  no_host: () => t("The terminal does not reach the bank. No money has moved."),
  batch_full: () => t("The terminal must be settled first. No money has moved."),
  no_paper: () => t("The terminal has no paper. Put in a new roll."),
  keys: service, reader: service, terminal_error: service,
  busy: () => t("The terminal is busy. Wait until it is ready, then try again."),
  not_found: () => t("The terminal does not know this payment any more. Give the money back by hand."),
  unsupported: () => t("This terminal cannot do that. Do it by hand."),
  not_able: () => t("This terminal cannot do that. Do it by hand."),
  currency: () => t("The terminal works in another currency. Tell the manager."),
  not_charged: () => t("The terminal's answer was lost, and its log says that no money has moved."),
  not_sent: () => t("The terminal was never asked. No money has moved."),
  not_printed: () => t("Somebody said that no money has moved."),
  offline: silent, interrupted: silent, unknown_device: silent, not_paired: silent,
  no_answer: unsure, internal: unsure,
  bridge_away: () => t("The bridge to the terminal is away, and nobody knows yet whether the card was charged. It is asked by itself when it is back."),
  ask_person: () => t("The terminal cannot say whether the card was charged. Look at its slip."),
  unsettled: () => t("An earlier payment at this terminal is not settled yet. No money has moved now. Wait until the terminal answers."),
};

/** @param {string | null} code @returns {string} */
export function cardWords(code) {
  return WORDS[code ?? ""]?.() ?? t("The terminal refused ({code}). No money has moved.", { code: code ?? "" });
}

/** What the terminal is doing. @param {string} step @returns {string} */
export function stepWords(step) {
  /** @type {Record<string, () => string>} */
  const steps = {
    insert_card: () => t("Waiting for the card"),
    card_read: () => t("The card was read"),
    choose: () => t("The customer chooses on the terminal"),
    pin: () => t("The customer types the PIN"),
    authorising: () => t("Asking the bank"),
    cashier: () => t("The terminal waits for you: look at its display"),
    printing: () => t("The terminal prints its slip"),
    remove_card: () => t("The customer takes the card out"),
  };
  return steps[step]?.() ?? t("The terminal is working");
}

/** Refusals of the till itself. @type {Record<string, (args: Record<string, any>) => string>} */
export const CARD = {
  card_running: () => t("The terminal is being asked. Wait for its answer."),
  card_away: ({ name }) => t("{name} is not connected to this till now.", { name }),
  card_settled: () => t("This has been settled meanwhile."),
};
