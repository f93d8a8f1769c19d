/** Steps of selling goods that need more than a code: a typed price, a code nobody knows, the number of one unit. */

import { t } from "../i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").Problem} Problem */
/** @typedef {import("../types.d.ts").QuickTile} QuickTile */

/** More than this in the drawer means that nobody looks into it; the journal has them all. */
const KEPT_MOST = 20;

/** A code that sold nothing stays in sight as a chip. @param {Desk} desk @param {string} code @returns {void} */
export function keepUnsold(desk, code) {
  desk.unsold = [...desk.unsold.filter((one) => one !== code), code].slice(-KEPT_MOST);
}

/** @param {Desk} desk @param {string | null} code @returns {void} */
export function dropUnsold(desk, code) {
  desk.unsold = desk.unsold.filter((one) => one !== code);
  if (desk.unsold.length === 0 && desk.layer?.name === "unsold") desk.close();
  desk.changed();
}

/** Applies the code again: the catalogue may know it by now. @param {Desk} desk @param {string} code @returns {void} */
export function tryAgain(desk, code) {
  if (desk.sell(code)) dropUnsold(desk, code);
}

/** Goods with a typed price, as the store's quick keys offer them. @param {Desk} desk @returns {QuickTile[]} */
export function openTiles(desk) {
  const tiles = desk.till.state.grid.flatMap((tab) => tab.tiles).filter((tile) => tile.open);
  return tiles.filter((tile, at) => tiles.findIndex((one) => one.product === tile.product) === at);
}

/**
 * Asks for the price of goods that have none of their own.
 *
 * @param {Desk} desk
 * @param {Problem} problem price_needed
 * @param {{code?: string | null, quantity?: number | null}} [came] how the goods came
 * @returns {boolean} false: the problem is another one
 */
export function askPrice(desk, problem, { code = null, quantity = null } = {}) {
  if (problem.code !== "price_needed") return false;
  // A scan while the price is being typed sells and takes the panel away; the first code is still there then.
  if (code !== null) keepUnsold(desk, code);
  desk.sounds.play("attention");
  desk.message = null;
  desk.open("openprice", { ...problem.args, code, quantity });
  return true;
}

/** @param {Desk} desk @param {{product: string, name: string}} goods @param {string} code that nobody knew @returns {void} */
export function sellUnknownAs(desk, { product, name }, code) {
  desk.open("openprice", { product, name, least: null, most: null, usual: null, code, quantity: null });
}

/**
 * @param {Desk} desk
 * @param {string} product
 * @param {{price: number, quantity?: number, barcode: string | null}} typed
 * @returns {void}
 */
export function sellAtPrice(desk, product, typed) {
  void desk.attempt((approval) => {
    const result = desk.till.sellAtPrice(product, { ...typed, approval });
    if (!result.ok) return desk.refuse(result.problem);
    desk.close();
    desk.hush();
    dropUnsold(desk, typed.barcode);
  });
}

/** Opens the field for the number of the unit that the payment waits for. @param {Desk} desk @returns {void} */
export function askNumber(desk) {
  const wanted = desk.till.state.receipt?.capture;
  if (wanted) desk.open("capture", { n: wanted.n, name: wanted.name, kind: wanted.kind });
}

/** @param {Desk} desk @param {import("./commands.js").Commands} commands @returns {import("./desk.js").Message | null} what the payment waits for besides the age */
export function numberQuestion(desk, commands) {
  const wanted = desk.till.state.receipt?.capture;
  if (!wanted || desk.layer?.name === "capture") return null;
  return {
    level: "advice",
    text: wantedNumber(wanted.kind, wanted.name),
    choices: [
      { label: t("Type it"), key: "Ins", run: () => askNumber(desk) },
      { label: t("Remove"), key: "Del", run: () => commands.removeOrVoid() },
    ],
  };
}

/** @param {string} kind @param {string} name @returns {string} */
export function wantedNumber(kind, name) {
  const goods = name.replace(/\.$/, "");
  if (kind === "mark") return t("Scan the mark (the square code) on: {name}.", { name: goods });
  if (kind === "excise") return t("Scan the excise stamp on: {name}.", { name: goods });
  return t("Scan the serial number of: {name}.", { name: goods });
}
