/** A made-up sale, for looking at a layout. No shop's figures, and names that any reader knows. */

/** name, thousandths, price, weighed, age @type {[string, number, number, boolean, number][]} */
const GOODS = [
  ["Butter extra 82 %, 200 g", 2000, 799, false, 0], ["Masło ekstra 200 g", 1000, 849, false, 0], ["Apples", 1284, 399, true, 0],
  ["Молоко 3,2 %, 1 л", 3000, 379, false, 0], ["Tomatoes on the vine", 620, 999, true, 0], ["Хлеб ржаной, 500 г", 1000, 620, false, 0],
  ["Beer 0.5 l", 4000, 429, false, 18], ["Ser Gouda w plastrach 300 g", 1000, 1249, false, 0], ["Eggs L, 10", 1000, 1399, false, 0],
  ["Coffee, ground, 225 g", 1000, 3999, false, 0], ["Sugar 1 kg", 2000, 389, false, 0], ["Paper bag", 1000, 99, false, 0],
];
const TILES = ["Apples", "Bananas", "Tomatoes", "Cucumbers", "Potatoes", "Onions", "Carrots", "Grapes", "Bread", "Rolls", "Paper bag", "Water 5 l"];
const AT = "2026-01-05T13:21:00.000Z";

/** @param {[string, number, number, boolean, number]} goods @param {number} index @returns {any} what a LineView has */
function line([name, quantity, price, weighed, age], index) {
  const gross = Math.floor((quantity * price + 500) / 1000);
  const off = index === 7 ? 250 : 0;
  return {
    n: index + 1, product: String(index), name, code: String(101 + index), barcode: "59000000000" + (10 + index), kind: weighed ? "weighed" : "piece", quantity,
    unit: weighed ? "kg" : "pcs", unitName: weighed ? "kg" : "×", decimals: weighed ? 3 : 0, price, gross, total: gross - off,
    discounts: off ? [{ source: "promotion", ref: null, name: "−20 %", amount: off, approved_by: null, reason: null }] : [],
    tax: { code: "A", percent: 2300 }, manual: null, age, deposit: false, weighed, voided: index === 5,
    lot: null, mark: null, capture: "", priceFrom: null, was: null, follows: null,
  };
}

/** @param {boolean} [paying] @returns {any} parts of a till's state in the middle of a sale, or of its payment */
export function demoState(paying = false) {
  const lines = GOODS.map(line);
  const standing = lines.filter((each) => !each.voided);
  const due = standing.reduce((sum, each) => sum + each.total, 0);
  const offered = [["F5", "Terminal 1"], ["F6", "Terminal 2"]].map(([key, name]) => ({ id: key, key, name, kind: "card" }));
  const receipt = {
    id: "1", tab: 1, kind: "sale", openedAt: AT, lines, selected: lines.length, discount: null, taxes: [], gross: due + 250, saved: 250, total: due, due,
    count: standing.length, age: 0, ageLine: null, capture: null, reasons: [], back: null,
  };
  const payment = { receipt: "1", due, tenders: [], paid: 0, rest: due, restCash: due, change: 0, quickCash: [due, 15000, 20000], step: "collecting", offered, buyerTaxId: null, paperless: false };
  return {
    till: { id: "1", number: 2, inc: 1, name: "2" },
    store: {
      id: "1", number: 1, name: "OpenKasa", address: "", tax_id: "", country: "pl", currency: "PLN", digits: 2, language: "en", time_zone: "Europe/Warsaw",
      prices_include_tax: true, receipt_header: [], receipt_footer: [],
    },
    operator: { id: "1", name: "Anna N.", role: "1", roleName: "", roleCode: "manager", language: null, permissions: PERMISSIONS, limits: {} },
    shift: { id: "1", number: 118, day: "2026-01-05", openedAt: AT, cashier: "1", float: 20000 },
    receipts: [
      { id: "1", tab: 1, current: true, lines: standing.length, total: due, openedAt: AT, customer: null },
      { id: "2", tab: 2, current: false, lines: 2, total: 1299, openedAt: AT, customer: null },
    ],
    receipt,
    payment: paying ? payment : null,
    grid: ["1", "2", "3"].map((tab) => ({ label: tab, tiles: TILES.map((name, index) => ({ product: tab + index, name, price: 199 + 50 * index, unitName: "kg", weighed: index < 8, colour: index < 8 ? "#0a7f43" : "#8a6100" })) })),
    cardTenders: [{ id: "card1", name: "Terminal 1" }, { id: "card2", name: "Terminal 2" }],
  };
}

const PERMISSIONS = ["sell", "discount", "price", "void", "return", "cash", "drawer", "reprint", "x", "z", "settings"].map((name) => "till." + name);

/** @returns {any} parts of a till's status on a good day */
export function demoStatus() {
  return {
    server: { state: "online", since: AT }, printer: { id: "1", state: "ready", detail: null, waiting: 0 },
    catalogue: { version: "1", at: AT, checkedAt: AT, products: 12, stale: false, state: "ready", overlay: 0 },
  };
}
