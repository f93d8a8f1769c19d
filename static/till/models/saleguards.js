/** What stands between goods and a receipt: every way of adding a line, and every payment, goes through here. */

import { banOf } from "./bans.js";
import { awaited, mustBeFresh } from "./capture.js";
import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../assembly.js").Parts} Parts */

/** @param {Parts} parts @param {Pick<DraftLine, "licence" | "groups" | "name" | "product">} line @throws {TillError} sale_ban */
function mustBeAllowedNow(parts, line) {
  const bans = parts.goods.setting("sale_bans");
  if (!bans) return;
  const ban = banOf(bans, line, parts.pricing.calendar(parts.clock.instant()));
  if (!ban) return;
  parts.trace("sale_ban", { data: { product: line.product, ban: ban.name } });
  throw new TillError("sale_ban", { name: line.name, ban: ban.name });
}

/**
 * May this line be added? A numbered thing is sold once; a sticker with a number lies on one piece.
 *
 * @param {Parts} parts
 * @param {Omit<DraftLine, "n" | "manual" | "voided">} line
 * @throws {TillError} fiscal_away, sale_ban, mark_twice, mark_sold, sticker_used
 */
export function mayAdd(parts, line) {
  if (parts.selling.current.lines.length === 0) parts.fiscal.mustBeThere();
  mustBeAllowedNow(parts, line);
  if (line.mark) mustBeFresh(parts, line.mark);
  if (!line.sticker) return;
  const here = parts.selling.drafts.some((draft) => standingLines(draft).some((one) => one.sticker === line.sticker));
  if (here || parts.once.soldBy(line.sticker) !== null) throw new TillError("sticker_used", { code: line.sticker });
}

/**
 * May this receipt be paid? The law asks for the moment of the sale, which is not that of the scan.
 *
 * @param {Parts} parts
 * @param {Draft} draft
 * @throws {TillError} fiscal_away, sale_ban, capture_missing
 */
export function mayPay(parts, draft) {
  if (draft.kind === "return") return;
  parts.fiscal.mustBeThere();
  for (const line of standingLines(draft)) mustBeAllowedNow(parts, line);
  const line = awaited(draft);
  if (line) throw new TillError("capture_missing", { name: line.name, capture: String(line.capture), n: line.n });
}
