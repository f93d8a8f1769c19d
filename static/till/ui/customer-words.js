/** What a cashier reads when something about a customer or a card is refused. */

import { t } from "../i18n.js";

/** @type {Record<string, import("./words.js").Words>} */
export const CUSTOMER = {
  card_blocked: (args) => t("The card of {name} is blocked. It is not put on the receipt.", { name: args.name }),
  card_replaced: () => t("This card was replaced by a newer one. Ask the customer for the new card."),
  card_taken: (args) => t("Card …{end} is somebody else's already. Take another card.", { end: args.end }),
  card_is_goods: (args) => t("Goods are sold by the number of card …{end}. Take another card.", { end: args.end }),
  bad_card: () => t("A card number has 3 to 64 characters and no blanks. Scan the card again."),
  no_card: () => t("This customer has no card yet."),
  customer_refused: (args, _currency, keys) => t("The server did not take the data of {name} ({code}). Look under {key}.", { name: args.name ?? "", code: args.code, key: keys.customer }),
};
