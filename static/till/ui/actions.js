/**
 * Everything a key or a button of a layout can do. **To add an action, add one line here**; what its keys are is data
 * (models/factory.js for the factory layout, a manager's layout otherwise).
 *
 * This module imports nothing: the server reads the same file to know which actions, rights and parameters a layout may
 * name. `name` is what people call it and the label it has unless a layout gives another; `label` replaces it where the
 * text depends on the till. `at` is where it means something: "sale", "payment", or "any" (also before signing in).
 * `right` is what the role needs (the model asks a manager in place when it lacks), "" when selling is enough. An action
 * with a `layer` opens and closes that layer; any other has `run`. `off` greys it out, `gone` leaves it out of the row of
 * keys. `params` are what a layout may give it, by kind; a "?" marks those that may be left out.
 */

/** @typedef {{desk: import("./desk.js").Desk, commands: import("./commands.js").Commands, till: import("../till.js").Till, params: Record<string, any>}} On */
/**
 * @typedef {{name: () => string, at: "sale" | "payment" | "any", right?: string, layer?: string, run?: (on: On) => unknown, label?: (on: On) => string,
 *   off?: (on: On) => boolean, gone?: (on: On) => boolean, params?: Record<string, string>}} Action
 */
/** @typedef {(text: string) => string} Say */

const empty = (/** @type {On} */ { till }) => !till.state.receipt?.count;
const printerless = (/** @type {On} */ { till }) => till.status.printer.state === "none";

/** @param {On["till"]} till @param {string} key of the payment screen @returns {string} the means of payment on it */
const nameOf = (till, key) => till.state.payment?.offered.find((type) => type.key === key)?.name ?? "";
const offers = (/** @type {On["till"]} */ till, /** @type {string} */ key) => Boolean(till.state.payment?.offered.some((type) => type.key === key));

/** @param {Say} t @returns {Record<string, Action>} */
const selling = (t) => ({
  pay: { name: () => t("Pay"), at: "sale", run: ({ commands }) => commands.pay(), off: empty },
  cashExact: { name: () => t("Cash, exact"), at: "sale", run: ({ commands }) => commands.cashExact(), off: empty },
  cardAll: { name: () => t("All by card"), at: "sale", run: ({ commands }) => commands.cardAll(), off: empty },
  search: { name: () => t("Find"), at: "sale", layer: "search" },
  price: { name: () => t("Price?"), at: "sale", layer: "price" },
  customer: { name: () => t("Customer"), at: "sale", layer: "customer", run: ({ commands }) => commands.customer() },
  sell: { name: () => t("Sell an item"), at: "sale", params: { code: "code" }, run: ({ desk, params }) => desk.sell(params.code) },
  multiply: { name: () => t("Times"), at: "sale", params: { quantity: "quantity" }, run: ({ desk, till, params }) => desk.attempt(() => till.multiply(params.quantity)) },
  more: { name: () => t("One more"), at: "sale", run: ({ commands }) => commands.step(1000), off: empty },
  less: { name: () => t("One less"), at: "sale", run: ({ commands }) => commands.step(-1000), off: empty },
  weigh: { name: () => t("Weight into the line"), at: "sale", run: ({ commands }) => commands.weigh(), off: ({ till }) => till.status.scale.state === "none" },
  discount: { name: () => t("Discount"), at: "sale", right: "till.discount", layer: "discount", params: { "percent?": "percent" }, run: ({ commands, params }) => commands.discount(params.percent), off: empty },
  void: { name: () => t("Void"), at: "sale", right: "till.void", run: ({ commands }) => commands.voidLine(), off: empty },
  cancel: { name: () => t("Void all"), at: "sale", right: "till.void", layer: "cancel", off: empty },
  age: { name: () => t("Age checked"), at: "sale", run: ({ commands }) => commands.confirmAge() },
  remove: { name: () => t("Remove"), at: "sale", right: "till.void", run: ({ commands }) => commands.removeOrVoid(), off: empty },
});

/** @param {Say} t @returns {Record<string, Action>} */
const receipts = (t) => ({
  park: { name: () => t("Park / New"), at: "sale", run: ({ commands }) => commands.newReceipt() },
  receipts: { name: () => t("Receipts"), at: "sale", layer: "receipts", label: ({ till }) => t("Receipts") + (till.state.parked.length ? ` (${till.state.parked.length})` : "") },
  return: { name: () => t("Return"), at: "sale", right: "till.return", layer: "return", label: ({ till }) => (till.state.receipt?.back ? t("Exchange") : t("Return")), run: ({ desk }) => desk.returnKey() },
  blindReturn: { name: () => t("Return without a receipt"), at: "sale", right: "till.return_blind", layer: "blind" },
  empties: { name: () => t("Empty bottles"), at: "sale", right: "till.empties", run: ({ desk }) => desk.attempt((approval) => desk.till.openBlindReturn({ reason: t("Empty bottles"), empties: true, approval })) },
  tab: { name: () => t("Go to a receipt"), at: "sale", params: { tab: "tab" }, run: ({ commands, params }) => commands.switchTo(params.tab) },
});

/** @param {Say} t @returns {Record<string, Action>} */
const paying = (t) => ({
  card1: {
    name: () => t("First key of payment"), at: "payment", layer: "card", label: ({ till }) => nameOf(till, "F5") || t("Card"),
    gone: ({ till }) => !nameOf(till, "F5") && till.state.cardTenders.length > 0, run: ({ commands }) => commands.tender("f5"),
  },
  card2: {
    name: () => t("Second key of payment"), at: "payment", layer: "card", label: ({ till }) => nameOf(till, "F6"),
    gone: ({ till }) => !nameOf(till, "F6"), run: ({ commands }) => commands.tender("f6"),
  },
  cardAtOnce: { name: () => t("Card, no slip"), at: "payment", run: ({ commands }) => commands.cardAtOnce() },
  cardRest: { name: () => t("The rest by card"), at: "payment", layer: "card", run: ({ commands }) => commands.tender("card") },
  otherTenders: { name: () => t("Other ways to pay"), at: "payment", layer: "tenders", label: () => t("Other"), gone: ({ till }) => !offers(till, "F8"), run: ({ commands }) => commands.otherTenders() },
  bonus: { name: () => t("Points"), at: "payment", gone: ({ till }) => !till.state.payment?.bonus, off: ({ till }) => Boolean(till.state.payment?.bonus?.taken), run: ({ commands }) => commands.points() },
  paperless: {
    name: () => t("Code instead of paper"), at: "payment", label: ({ till }) => (till.state.payment?.paperless ? t("Paper") : t("Code, no paper")),
    gone: ({ till }) => (till.state.payment?.paperless ?? null) === null, run: ({ desk, till }) => desk.attempt(() => till.setPaperless(!till.state.payment?.paperless)),
  },
  buyer: { name: () => t("Tax number"), at: "payment", layer: "buyer" },
  cash: { name: () => t("Cash"), at: "payment", params: { "amount?": "amount" }, run: ({ commands, params }) => commands.cash(params.amount) },
  takeBack: { name: () => t("Take back"), at: "payment", run: ({ commands }) => commands.takeBack(), off: ({ till }) => !till.state.payment?.tenders.length },
});

/** @param {Say} t @returns {Record<string, Action>} */
const cashDesk = (t) => ({
  desk: { name: () => t("Cash desk"), at: "sale", layer: "desk" },
  xReport: { name: () => t("X report"), at: "sale", right: "till.x", run: ({ commands }) => commands.xReport() },
  cashIn: { name: () => t("Cash in"), at: "sale", right: "till.cash", run: ({ desk }) => desk.open("move", { kind: "in" }) },
  cashOut: { name: () => t("Cash out"), at: "sale", right: "till.cash", run: ({ desk }) => desk.open("move", { kind: "out" }) },
  drop: { name: () => t("Drop to the safe"), at: "sale", right: "till.cash", run: ({ desk }) => desk.open("move", { kind: "drop" }) },
  drawer: { name: () => t("Open the drawer"), at: "sale", right: "till.drawer", layer: "drawer", off: printerless },
  zReport: { name: () => t("Close the shift"), at: "sale", right: "till.z", layer: "closeshift" },
});

/** @param {Say} t @returns {Record<string, Action>} */
const machine = (t) => ({
  help: { name: () => t("Help"), at: "any", layer: "keys" },
  menu: { name: () => t("Menu"), at: "sale", layer: "menu" },
  lock: { name: () => t("Lock"), at: "sale", run: ({ commands }) => commands.lock() },
  settings: { name: () => t("Language, look, sounds"), at: "sale", layer: "settings" },
  devices: { name: () => t("Devices and state"), at: "sale", layer: "devices" },
  secondScreen: { name: () => t("Customer screen"), at: "sale", run: ({ desk }) => desk.audience.open(desk) },
});

/** @param {Say} t @returns {Record<string, Action>} all of them, by the id that layouts name */
export function actions(t) {
  return { ...selling(t), ...receipts(t), ...paying(t), ...cashDesk(t), ...machine(t) };
}
