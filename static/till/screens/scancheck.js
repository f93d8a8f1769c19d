/** A scanner is tried on codes whose content is known: letters, the separator of GS1 codes, two in a row, and what ends them. */

import { CHECKS, judge, LETTERS_AND_SIGNS, SEPARATED } from "../models/scancheck.js";
import { t } from "../i18n.js";
import { html, useEffect, useRef, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Sheet } from "../ui/parts.js";
import { QrCode } from "../ui/qr.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../models/scancheck.js").Check} Check */
/** @typedef {import("../models/scancheck.js").Finding} Finding */
/** @typedef {{found: Partial<Record<Check, Finding["fault"]>>, last: string | null, by: string}} Known */

/** @param {{desk: Desk}} props @returns {View} */
export function ScanCheck({ desk }) {
  const [known, setKnown] = useState(/** @type {Known} */ ({ found: {}, last: null, by: "" }));
  const device = useRef("");
  useEffect(() => desk.till.on("scan", (scan) => (device.current = scan.device)), []);
  const take = (/** @type {string} */ code) => {
    const by = device.current || t("a keyboard");
    device.current = "";
    desk.type("");
    setKnown(({ found, last }) => ({ found: { ...found, ...Object.fromEntries(judge(code, last).map(({ check, fault }) => [check, fault])) }, last: code, by }));
    return true;
  };
  useHandlers(desk, { codes: take, enter: (entry) => (entry === "" ? desk.close() : void take(entry)) });
  const { found, last, by } = known;
  return html`<${Sheet} desk=${desk} title=${t("Check the scanner")} foot=${html`<button class="primary big" onClick=${() => desk.close()}>${t("Done")} <kbd>Enter</kbd></button>`}>
    <p class="hint">${t("Scan any goods twice, then both pictures. A scanner that cannot read a screen checks the goods only.")}</p>
    <div class="scancheck">
      <ul class="devices" aria-live="polite">${CHECKS.map((check) => html`<${Row} key=${check} check=${check} fault=${found[check]} />`)}</ul>
      <figure><${QrCode} text=${LETTERS_AND_SIGNS} label=${t("Letters")} testid="check-letters" /><figcaption>${t("Letters")}</figcaption></figure>
      <figure><${QrCode} text=${SEPARATED} label=${t("GS1 code")} testid="check-separator" /><figcaption>${t("GS1 code")}</figcaption></figure>
    </div>
    <p role="status" data-testid="scan-last">${last === null ? t("Nothing was scanned yet.") : t("Read by {device}: {code}", { device: by, code: last.replace(/[^ -~]/g, "␝") })}</p>
    ${desk.entry ? html`<p class="problem" role="alert" data-testid="scan-open">${t("{code} came, and nothing ends it. Set the scanner to send Enter after each code.", { code: desk.entry.slice(0, 40) })}</p>` : null}
  <//>`;
}

/** @param {{check: Check, fault: Finding["fault"] | undefined}} props `fault`: undefined while it was not tried @returns {View} */
function Row({ check, fault }) {
  const state = fault === undefined ? t("not tried yet") : fault === null ? t("right") : t("wrong");
  return html`<li data-testid=${`check-${check}-row`} data-found=${fault === undefined ? "nothing" : fault ?? "right"} class=${fault ? "bad" : ""}><span>${nameOf(check)}<small>${fault ? adviceOn(fault) : ""}</small></span><b>${state}</b></li>`;
}

/** @param {Check} check @returns {string} */
function nameOf(check) {
  return { read: t("A code is read, and its end is told"), letters: t("Letters and signs"), separator: t("Separator of GS1 codes"), twice: t("The same code twice in a row") }[check];
}

/** @param {NonNullable<Finding["fault"]>} fault @returns {string} */
function adviceOn(fault) {
  return {
    case: t("Large and small letters are swapped. Switch Caps Lock off, or the scanner's case setting."),
    keyboard: t("It types for another keyboard. Set the scanner's keyboard country to USA."),
    separator: t("The separator is lost. Set the scanner to send it as Ctrl+], or connect it as a serial port to the bridge."),
    glued: t("Two codes came as one. Set the scanner to send Enter after each code."),
  }[fault];
}
