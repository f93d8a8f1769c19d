/** Problems of paying with points, in a cashier's words. */

import { t } from "../i18n.js";
import { money } from "./format.js";

/** @typedef {import("./words.js").Words} Words */

/** @type {Record<string, Words>} */
export const POINTS = {
  points_off: () => t("This store gives no points."),
  points_no_customer: (_args, _currency, keys) => t("Points need a customer on the receipt. Go back to the sale and press {key}.", { key: keys.customer }),
  points_taken: () => t("Points are on this receipt already. Take them back first to change the sum."),
  points_none: () => t("This customer has no points to pay with."),
  points_most: (args, currency) => t("At most {sum} of this receipt can be paid with points.", { sum: money(args.most, currency) }),
  points_short: (args, currency) => t("The customer has only {sum} in points.", { sum: money(args.available, currency) }),
  points_blocked: () => t("These points cannot be used: the card is blocked. The customer still earns points."),
  points_offline: () => t("The store server does not answer, so points cannot be used now. The customer still earns points."),
  points_lease: (args, currency) => t("Without the server at most {sum} can be paid with points now. The customer still earns points.", { sum: money(args.most, currency) }),
};
