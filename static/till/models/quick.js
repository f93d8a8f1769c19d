/** The quick grid and the search list: goods as buttons, with the price of this moment. */

/** @typedef {import("../assembly.js").Parts} Parts */
/** @typedef {import("../types.d.ts").QuickTab} QuickTab */
/** @typedef {import("../types.d.ts").SearchResult} SearchResult */

/** @param {Parts} parts @returns {QuickTab[]} in the store's order; goods that are gone are left out */
export function quickGrid(parts) {
  const tabs = parts.goods.setting("quick_grid");
  if (!Array.isArray(tabs)) return [];
  return tabs.map(({ label, products }) => ({
    label: inLanguage(label, parts.view.state.language), tiles: (products ?? []).flatMap((/** @type {string} */ id) => tile(parts, id)),
  }));
}

/** @param {unknown} label text, or texts by language @param {string} language */
function inLanguage(label, language) {
  if (typeof label !== "object" || label === null) return String(label ?? "");
  const texts = /** @type {Record<string, string>} */ (label);
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? "";
}

/** @param {Parts} parts @param {string} id @returns {import("../types.d.ts").QuickTile[]} */
function tile(parts, id) {
  const product = parts.goods.product(id);
  if (!product) return [];
  const group = parts.goods.groupPath(product.group).map((one) => parts.goods.small("group").get(one)).find((one) => one?.colour);
  return [{ product: id, name: product.name, price: priceNow(parts, id), unitName: parts.unit(product.unit).name, weighed: product.kind === "weighed", colour: group?.colour ?? null, open: product.openPrice }];
}

/** @param {Parts} parts @param {string} id @returns {number | null} */
function priceNow(parts, id) {
  return parts.goods.priceAt(id, parts.clock.instant())?.price ?? null;
}

/** @param {Parts} parts @param {string} text @param {number} limit @returns {SearchResult} */
export function searchGoods(parts, text, limit) {
  const { ready, total, ids, read } = parts.goods.lookUp(text, limit);
  const items = ids.flatMap((id) => {
    const product = parts.goods.product(id);
    if (!product) return [];
    const { name, code, unit, kind, group } = product;
    const groupName = group ? String(parts.goods.small("group").get(group)?.name ?? "") : null;
    return [{ id, name, code, price: priceNow(parts, id), unitName: parts.unit(unit).name, weighed: kind === "weighed", group: groupName }];
  });
  return { ready, total, items, read };
}
