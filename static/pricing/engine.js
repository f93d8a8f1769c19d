/**
 * The price engine of OpenKasa: `price(rulebook, cart) -> priced`, one pure function for till and server.
 *
 * The rules it keeps are written as prose with numbered guarantees in `pos/pricing/RULES.md`; a comment such as
 * "G12" points there. The till imports this file in the browser, the server runs the very same bytes in QuickJS
 * (`pos/pricing/engine.py`), so there is no second implementation to drift.
 *
 * Values: money in minor units, quantity in thousandths, percent in hundredths of a percent, days as "2026-11-21",
 * minutes since local midnight; all numbers are integers within 2^53. Nothing here reads a clock, a locale, a
 * random number or the page: time comes in as data. Wrong input throws an `Error` whose message is "code: detail"
 * (and whose `code` is that code); a wrong price is never returned instead.
 */

/** The rulebook format this engine understands; any other is refused (G40). */
export const FORMAT = 1;

/** More lines than a receipt ever has; a cart above it is refused instead of freezing the till. */
const MAX_LINES = 5000;
/** More rules than a chain ever runs at once. */
const MAX_RULES = 10000;
/** How many set offers meeting on the same goods are weighed against each other: 2^6 plans at most (G26). */
const MAX_WEIGHED = 6;
const MOST = Number.MAX_SAFE_INTEGER;
const [THOUSAND, WHOLE] = [1000, 10000];

/**
 * @typedef {{all: true} | {products?: string[], groups?: string[]}} Target
 * @typedef {{from?: string|null, to?: string|null, weekdays?: number[]|null, hours?: [number, number][]|null}} When
 * @typedef {"percent"|"amount"|"n_for_m"|"n_for_price"|"nth_cheaper"|"threshold"} Kind
 * @typedef {{id: string, kind: Kind, name: string, priority: number, target: Target, when: When, percent?: number,
 *   amount?: number, take?: number, pay?: number, price?: number, nth?: number, from_total?: number}} Rule
 * @typedef {{code: string, percent: number, from: string|null, to: string|null}} Tax
 * @typedef {{from: string|null, to: string|null, step: number}} CashStep
 * @typedef {{format: number, currency: string, digits: number, prices_include_tax: boolean, taxes: Tax[],
 *   cash_rounding: CashStep[], rules: Rule[]}} Rulebook
 * @typedef {{percent?: number, amount?: number, approved_by?: string|null, reason?: string|null}} Manual
 * @typedef {{n: number, product: string, groups: string[], kind: string, quantity: number, price: number, tax: string,
 *   discountable: boolean, deposit: boolean, manual: Manual|null}} CartLine
 * @typedef {{day: string, weekday: number, minute: number, cash: boolean, lines: CartLine[], manual: Manual|null,
 *   manual_limit: number|null}} Cart
 * @typedef {{source: "promotion"|"manual", ref: string|null, name: string, amount: number, approved_by: string|null,
 *   reason: string|null}} Discount
 * @typedef {{n: number, gross: number, discounts: Discount[], total: number, tax: {code: string, percent: number},
 *   tax_amount: number}} PricedLine
 * @typedef {{code: string, percent: number, net: number, tax: number, gross: number}} TaxRow
 * @typedef {Record<string, string|number|null>} Args
 * @typedef {{n: number|null, ref: string|null, amount: number, code: string, args: Args}} Reason
 * @typedef {{lines: PricedLine[], taxes: TaxRow[], total: number, rounding: number, due: number, reasons: Reason[]}} Priced
 * @typedef {{id?: string, type: string, price: number, from: string|null, to: string|null}} PriceRow
 */

/**
 * A rule made ready: its target and its `when` with every part present.
 * @typedef {{rule: Rule, everything: boolean, products: string[], groups: string[],
 *   when: {from: string|null, to: string|null, weekdays: number[]|null, hours: [number, number][]|null}}} Offer
 * @typedef {{inclusive: boolean, taxes: Tax[], steps: CashStep[], offers: Offer[], everywhere: Offer[],
 *   byProduct: Map<string, Offer[]>, byGroup: Map<string, Offer[]>}} Book
 */

/**
 * One line while it is being priced. `units` is what sets may still take (0 when the line cannot be counted in
 * whole pieces), `base` and `quantity` are what no offer has touched yet.
 * @typedef {{line: CartLine, key: string, percent: number, gross: number, total: number, open: boolean, counted: boolean,
 *   units: number, base: number, quantity: number, offers: Offer[], discounts: Discount[], taxAmount: number}} State
 * @typedef {{offer: Offer, state: State, units: number, amount: number}} Cut
 * @typedef {{day: string, weekday: number, minute: number}} Moment
 * @typedef {{book: Book, moment: Moment, states: State[], reasons: Reason[]}} Sheet
 */

// --- Refusing and arithmetic ------------------------------------------------------------------------------------
/** @param {string} code lower_snake_case, stable: tills and tests rely on it @param {string} detail @returns {never} */
function refuse(code, detail) {
  throw Object.assign(new Error(`${code}: ${detail}`), { code });
}

/** @param {unknown} value @param {number} low @param {number} high @param {string} code @param {string} where
 * @returns {number} */
function integer(value, low, high, code, where) {
  if (typeof value !== "number") refuse(code, `${where} must be an integer`);
  if (!Number.isSafeInteger(value)) refuse("unsafe_integer", where);
  if (value < low || value > high) refuse(code, `${where} must be from ${low} to ${high}`);
  return value;
}

/** @param {number} value @returns {number} */
function safe(value) {
  if (!Number.isSafeInteger(value)) refuse("unsafe_integer", "a sum or product passes 2^53");
  return value === 0 ? 0 : value;
}

/** The whole part and the remainder of `a * b / d` for non-negative integers, exact although the product may pass 2^53:
 * a rounded product or quotient would move a coin. @param {number} a @param {number} b @param {number} d
 * @returns {[number, number]} */
function divide(a, b, d) {
  const product = a * b;
  if (Number.isSafeInteger(product)) return [(product - (product % d)) / d, product % d];
  const exact = BigInt(a) * BigInt(b);
  return [safe(Number(exact / BigInt(d))), Number(exact % BigInt(d))];
}

/** `a * b / d` rounded half-up, for non-negative integers. @param {number} a @param {number} b @param {number} d
 * @returns {number} */
function scale(a, b, d) {
  const [whole, rest] = divide(a, b, d);
  return safe(whole + (rest >= d - rest ? 1 : 0));
}

/** `n / d` rounded half-up on the absolute value, exact for every safe integer (G1).
 * @param {number} n @param {number} d positive @returns {number} */
export function roundDiv(n, d) {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d)) refuse("unsafe_integer", "roundDiv");
  if (d <= 0) refuse("bad_divisor", "roundDiv needs a positive divisor");
  const size = scale(Math.abs(n), 1, d);
  return n < 0 && size > 0 ? -size : size;
}

/** @template T @param {T[]} items @param {(item: T) => number} read @returns {number} */
function sum(items, read) {
  let total = 0;
  for (const item of items) total = safe(total + read(item));
  return total;
}

/** @param {string} a @param {string} b @returns {number} */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Splits `amount` over lines in proportion to `weights` by largest remainder (G7): the parts sum to `amount` exactly
 * and none passes its weight when `amount` does not pass their sum. Ties go to the heavier line, then by what the
 * line holds and never by when it was scanned, so that the order of scanning cannot move a coin between taxes (G30).
 * @param {number} amount @param {State[]} states @param {number[]} weights @returns {number[]} */
function spread(amount, states, weights) {
  const whole = sum(weights, (weight) => weight);
  if (amount === 0 || whole === 0) return weights.map(() => 0);
  const parts = weights.map((weight) => divide(amount, weight, whole));
  const shares = parts.map((part) => part[0]);
  const order = states.map((_, index) => index);
  order.sort((i, j) => parts[j][1] - parts[i][1] || weights[j] - weights[i] || byContent(states[i], states[j]));
  const missing = amount - sum(shares, (share) => share);
  for (const index of order.slice(0, missing)) shares[index] += 1;
  return shares;
}

/** An order of lines by what they hold; only lines that are alike in everything are told apart by their number.
 * @param {State} a @param {State} b @returns {number} */
function byContent(a, b) {
  return compare(a.line.product, b.line.product) || compare(keyOf(a), keyOf(b)) || a.line.n - b.line.n;
}

/** @param {State} state @returns {string} */
function keyOf(state) {
  const { n, manual, ...content } = state.line;
  if (state.key === "") state.key = JSON.stringify([content, manual?.percent ?? 0, manual?.amount ?? 0]);
  return state.key;
}

// --- Reading the rulebook -----------------------------------------------------------------------------------------
/** The parameters of each kind; a key that is not here is refused, because an engine that ignored it would price
 * a newer rule wrongly (G41).
 * @type {Record<Kind, string[]>} */
const PARAMETERS = {
  percent: ["percent"],
  amount: ["amount"],
  n_for_m: ["take", "pay"],
  n_for_price: ["take", "price"],
  nth_cheaper: ["nth", "percent"],
  threshold: ["from_total", "percent", "amount"],
};
/** The lowest and highest value of each parameter. @type {Record<string, [number, number]>} */
const RANGES = {
  percent: [1, WHOLE], amount: [1, MOST], price: [0, MOST], from_total: [1, MOST], take: [1, 1000], pay: [1, 999], nth: [2, 1000],
};
const RULE_KEYS = ["id", "kind", "name", "priority", "target", "when"];
const BOOK_KEYS = ["format", "currency", "digits", "prices_include_tax", "taxes", "cash_rounding", "rules"];

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value @param {string[]} known @param {string} where */
function onlyKeys(value, known, where) {
  if (!isObject(value)) refuse("bad_rulebook", `${where} must be an object`);
  for (const key of Object.keys(value)) if (!known.includes(key)) refuse("unknown_key", `${where} has ${key}`);
}

/** @param {unknown} value @param {string} code @param {string} where @returns {string} */
function text(value, code, where) {
  if (typeof value !== "string" || value === "") refuse(code, `${where} must be a text`);
  return value;
}

/** @param {unknown} value @param {string} code @param {string} where @returns {string|null} */
function dayOrNull(value, code, where) {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string" || !/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value)) {
    refuse(code, `${where} must be a day such as 2026-11-21`);
  }
  return value;
}

/** @param {{from?: unknown, to?: unknown}} period @param {string} code @param {string} where
 * @returns {{from: string|null, to: string|null}} */
function readPeriod(period, code, where) {
  const from = dayOrNull(period.from, code, `from of ${where}`);
  const to = dayOrNull(period.to, code, `to of ${where}`);
  if (from !== null && to !== null && from > to) refuse(code, `${where} ends before it begins`);
  return { from, to };
}

/** @param {unknown} value @param {string} where @param {string} [code] @returns {unknown[]} */
function list(value, where, code = "bad_rulebook") {
  if (!Array.isArray(value)) refuse(code, `${where} must be a list`);
  return value;
}

/** A rulebook is a value that nobody changes, so what was checked once is kept. @type {WeakMap<object, Book>} */
const books = new WeakMap();

/** @param {Rulebook} rulebook @returns {Book} */
function bookOf(rulebook) {
  if (!isObject(rulebook)) refuse("bad_rulebook", "the rulebook must be an object");
  const book = books.get(rulebook) ?? readBook(rulebook);
  books.set(rulebook, book);
  return book;
}

/** @param {Rulebook} source @returns {Book} */
function readBook(source) {
  if (source.format !== FORMAT) refuse("unknown_format", `this engine reads format ${FORMAT}, not ${source.format}`);
  onlyKeys(source, BOOK_KEYS, "rulebook");
  text(source.currency, "bad_rulebook", "currency");
  integer(source.digits, 0, 4, "bad_rulebook", "digits");
  if (typeof source.prices_include_tax !== "boolean") refuse("bad_rulebook", "prices_include_tax must be true or false");
  if (list(source.rules, "rules").length > MAX_RULES) refuse("bad_rulebook", `more than ${MAX_RULES} rules`);
  const offers = source.rules.map(readRule);
  offers.sort((a, b) => a.rule.priority - b.rule.priority || compare(a.rule.id, b.rule.id));
  if (new Set(offers.map((offer) => offer.rule.id)).size !== offers.length) refuse("bad_rulebook", "a rule id repeats");
  return {
    inclusive: source.prices_include_tax,
    taxes: list(source.taxes, "taxes").map(readTax),
    steps: list(source.cash_rounding, "cash_rounding").map(readStep),
    offers,
    everywhere: offers.filter((offer) => offer.everything),
    byProduct: indexed(offers, (offer) => offer.products),
    byGroup: indexed(offers, (offer) => offer.groups),
  };
}

/** @param {Offer[]} offers @param {(offer: Offer) => string[]} read @returns {Map<string, Offer[]>} */
function indexed(offers, read) {
  /** @type {Map<string, Offer[]>} */
  const index = new Map();
  for (const offer of offers) for (const id of read(offer)) {
    const row = index.get(id);
    if (row === undefined) index.set(id, [offer]);
    else row.push(offer);
  }
  return index;
}

/** @param {unknown} row @returns {Tax} */
function readTax(row) {
  onlyKeys(row, ["code", "percent", "from", "to"], "tax");
  const tax = /** @type {Tax} */ (row);
  const code = text(tax.code, "bad_rulebook", "tax code");
  const percent = integer(tax.percent, 0, WHOLE, "bad_rulebook", `percent of tax ${code}`);
  return { code, percent, ...readPeriod(tax, "bad_rulebook", `tax ${code}`) };
}

/** @param {unknown} row @returns {CashStep} */
function readStep(row) {
  onlyKeys(row, ["from", "to", "step"], "cash_rounding");
  const step = /** @type {CashStep} */ (row);
  const size = integer(step.step, 1, 1000000, "bad_rulebook", "cash rounding step");
  return { step: size, ...readPeriod(step, "bad_rulebook", "cash rounding") };
}

/** @param {unknown} source @returns {Offer} */
function readRule(source) {
  if (!isObject(source)) refuse("bad_rule", "a rule must be an object");
  const rule = /** @type {Rule} */ (/** @type {unknown} */ (source));
  if (!Object.hasOwn(PARAMETERS, String(rule.kind))) refuse("unknown_rule_kind", String(rule.kind));
  onlyKeys(source, [...RULE_KEYS, ...PARAMETERS[rule.kind]], `rule of kind ${rule.kind}`);
  text(rule.id, "bad_rule", "rule id");
  text(rule.name, "bad_rule", `name of rule ${rule.id}`);
  integer(rule.priority, -1000000, 1000000, "bad_rule", `priority of rule ${rule.id}`);
  checkParameters(rule);
  return { rule: { ...rule }, ...readTarget(rule.target, rule.id), when: readWhen(rule.when, rule.id) };
}

/** @param {Rule} rule */
function checkParameters(rule) {
  const { kind, id } = rule;
  const given = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (rule));
  const named = PARAMETERS[kind].filter((name) => kind !== "threshold" || name === "from_total" || Object.hasOwn(rule, name));
  if (kind === "threshold" && named.length !== 2) refuse("bad_rule", `threshold ${id} needs either percent or amount`);
  for (const name of named) integer(given[name], RANGES[name][0], RANGES[name][1], "bad_rule", `${name} of rule ${id}`);
  if (kind === "n_for_m" && (rule.pay ?? 0) >= (rule.take ?? 0)) refuse("bad_rule", `rule ${id} pays for all it takes`);
}

/** @param {Target} target @param {string} id @returns {{everything: boolean, products: string[], groups: string[]}} */
function readTarget(target, id) {
  onlyKeys(target, ["all", "products", "groups"], `target of rule ${id}`);
  if ("all" in target) {
    if (target.all !== true || Object.keys(target).length > 1) refuse("bad_rule", `target all of rule ${id} stands alone`);
    return { everything: true, products: [], groups: [] };
  }
  const { products = [], groups = [] } = target;
  for (const one of [...list(products, "products"), ...list(groups, "groups")]) text(one, "bad_rule", "a target");
  if (products.length + groups.length === 0) refuse("bad_rule", `rule ${id} has an empty target`);
  return { everything: false, products, groups };
}

/** @param {When} when @param {string} id @returns {Offer["when"]} */
function readWhen(when, id) {
  onlyKeys(when, ["from", "to", "weekdays", "hours"], `when of rule ${id}`);
  const weekdays = when.weekdays ?? null;
  if (weekdays !== null) {
    if (list(weekdays, "weekdays").length === 0) refuse("bad_rule", `rule ${id} has no weekday`);
    for (const day of weekdays) integer(day, 1, 7, "bad_rule", "weekday");
  }
  const period = readPeriod(when, "bad_rule", `rule ${id}`);
  return { ...period, weekdays: weekdays && [...weekdays], hours: readHours(when.hours ?? null, id) };
}

/** @param {[number, number][]|null} hours @param {string} id @returns {[number, number][]|null} */
function readHours(hours, id) {
  if (hours === null) return null;
  if (list(hours, "hours").length === 0) refuse("bad_rule", `rule ${id} has no hour`);
  return hours.map((pair) => {
    if (list(pair, "hours").length !== 2) refuse("bad_rule", `hours of rule ${id} are pairs of minutes`);
    const from = integer(pair[0], 0, 1439, "bad_rule", "hours from");
    return /** @type {[number, number]} */ ([from, integer(pair[1], from + 1, 1440, "bad_rule", "hours to")]);
  });
}

// --- Time and target ------------------------------------------------------------------------------------------------
/** Both ends are days of validity (G14).
 * @param {{from: string|null, to: string|null}} period @param {string} day @returns {boolean} */
function covers(period, day) {
  return (period.from === null || period.from <= day) && (period.to === null || day <= period.to);
}

/** Among dated rows valid on a day the one that began last.
 * @template {{from: string|null, to: string|null}} T @param {T[]} rows @param {string} day @returns {T|null} */
function latest(rows, day) {
  /** @type {T|null} */
  let best = null;
  for (const row of rows) if (covers(row, day) && (best === null || (row.from ?? "") > (best.from ?? ""))) best = row;
  return best;
}

/** @param {Offer} offer @param {Moment} moment @returns {boolean} */
function isActive(offer, moment) {
  const { when } = offer;
  if (!covers(when, moment.day)) return false;
  if (when.weekdays !== null && !when.weekdays.includes(moment.weekday)) return false;
  return when.hours === null || when.hours.some(([from, to]) => from <= moment.minute && moment.minute < to);
}

/** The offers that run at this moment and name this line's product or one of its groups, in stacking order.
 * @param {Book} book @param {Moment} moment @param {CartLine} line @returns {Offer[]} */
function offersFor(book, moment, line) {
  const found = [...book.everywhere, ...(book.byProduct.get(line.product) ?? [])];
  for (const group of line.groups) found.push(...(book.byGroup.get(group) ?? []));
  if (found.length === 0) return found;
  const offers = [...new Set(found)].filter((offer) => isActive(offer, moment));
  return offers.sort((a, b) => a.rule.priority - b.rule.priority || compare(a.rule.id, b.rule.id));
}

// --- Reading the cart -------------------------------------------------------------------------------------------------
/** @param {Cart} cart @returns {Moment} */
function readMoment(cart) {
  if (!isObject(cart)) refuse("bad_cart", "the cart must be an object");
  if (typeof cart.cash !== "boolean") refuse("bad_cart", "cash must be true or false");
  if (list(cart.lines, "lines", "bad_cart").length > MAX_LINES) refuse("too_many_lines", `more than ${MAX_LINES}`);
  const day = dayOrNull(cart.day, "bad_cart", "day");
  if (day === null) refuse("bad_cart", "day is missing");
  const weekday = integer(cart.weekday, 1, 7, "bad_cart", "weekday");
  return { day, weekday, minute: integer(cart.minute, 0, 1439, "bad_cart", "minute") };
}

/** @param {unknown} manual @param {string} where @returns {Manual|null} */
function readManual(manual, where) {
  if (manual === null || manual === undefined) return null;
  if (!isObject(manual)) refuse("bad_manual", `${where} must be an object or null`);
  const { percent, amount, approved_by: by = null, reason = null } = manual;
  if ((percent === undefined) === (amount === undefined)) refuse("bad_manual", `${where} needs either percent or amount`);
  if (by !== null) text(by, "bad_manual", `approved_by of ${where}`);
  if (reason !== null && typeof reason !== "string") refuse("bad_manual", `reason of ${where} must be a text`);
  const named = { approved_by: /** @type {string|null} */ (by), reason };
  if (percent !== undefined) return { percent: integer(percent, 1, WHOLE, "bad_manual", `percent of ${where}`), ...named };
  return { amount: integer(amount, 1, MOST, "bad_manual", `amount of ${where}`), ...named };
}

/** @param {unknown} source @returns {CartLine} */
function readLine(source) {
  if (!isObject(source)) refuse("bad_line", "a line must be an object");
  const line = /** @type {CartLine} */ (/** @type {unknown} */ (source));
  const { n, groups, discountable, deposit } = line;
  integer(n, 1, MOST, "bad_line", "n of a line");
  for (const group of list(groups, `groups of line ${n}`, "bad_line")) text(group, "bad_line", "a group of a line");
  if (typeof discountable !== "boolean") refuse("bad_line", `discountable of line ${n} must be true or false`);
  if (typeof deposit !== "boolean") refuse("bad_line", `deposit of line ${n} must be true or false`);
  const product = text(line.product, "bad_line", "product of a line");
  const kind = text(line.kind, "bad_line", "kind of a line");
  const quantity = integer(line.quantity, 1, MOST, "bad_line", "quantity of a line");
  const price = integer(line.price, 0, MOST, "bad_line", "price of a line");
  const tax = text(line.tax, "bad_line", "tax of a line");
  const manual = readManual(line.manual, "manual discount of a line");
  return { n, product, groups, kind, quantity, price, tax, discountable, deposit, manual };
}

/** @param {Book} book @param {Moment} moment @param {CartLine} line @param {number} percent of its tax @returns {State} */
function openLine(book, moment, line, percent) {
  const { quantity, kind } = line;
  const open = line.discountable && !line.deposit && kind !== "deposit";
  if (!open && line.manual !== null) refuse("not_discountable", `line ${line.n} takes no discount`);
  const gross = scale(line.price, quantity, THOUSAND);
  const counted = open && kind !== "weighed" && quantity % THOUSAND === 0;
  const units = counted ? quantity / THOUSAND : 0;
  const offers = open ? offersFor(book, moment, line) : [];
  const [total, base, key, taxAmount] = [gross, gross, "", 0];
  return { line, key, percent, gross, total, open, counted, units, base, quantity, offers, discounts: [], taxAmount };
}

/** @param {Book} book @param {Moment} moment @param {Cart} cart @returns {State[]} */
function openLines(book, moment, cart) {
  const lines = cart.lines.map(readLine);
  if (new Set(lines.map((line) => line.n)).size !== lines.length) refuse("bad_cart", "a line number repeats");
  const codes = new Set(lines.map((line) => line.tax));
  const taxes = new Map([...codes].map((code) => [code, latest(book.taxes.filter((tax) => tax.code === code), moment.day)]));
  return lines.map((line) => {
    const tax = taxes.get(line.tax) ?? refuse("unknown_tax", `${line.tax} on ${moment.day}, line ${line.n}`);
    return openLine(book, moment, line, tax.percent);
  });
}

// --- Giving a discount --------------------------------------------------------------------------------------------------
/** @param {State} state @param {number} amount @param {Omit<Discount, "amount">} head */
function give(state, amount, head) {
  if (amount === 0) return;
  if (amount < 0 || amount > state.total) refuse("engine_fault", `a discount of ${amount} on a line of ${state.total}`);
  state.total -= amount;
  state.discounts.push({ ...head, amount });
}

/** Gives a receipt's discount to its lines, in proportion to what they cost now.
 * @param {State[]} states @param {number} amount @param {Omit<Discount, "amount">} head */
function giveAll(states, amount, head) {
  const shares = spread(amount, states, states.map((state) => state.total));
  states.forEach((state, index) => give(state, shares[index], head));
}

/** @param {Offer} offer @returns {Omit<Discount, "amount">} */
function promotionHead(offer) {
  return { source: "promotion", ref: offer.rule.id, name: offer.rule.name, approved_by: null, reason: null };
}

/** What an offer says for itself: the reason's code and the numbers a sentence needs (G33).
 * @param {Rule} rule @returns {{code: string, args: Args}} */
function telling(rule) {
  /** @type {Args} */
  const args = { name: rule.name };
  for (const key of PARAMETERS[rule.kind]) {
    const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (rule))[key];
    if (typeof value === "number") args[key] = value;
  }
  if (rule.kind !== "threshold") return { code: rule.kind, args };
  return { code: rule.percent === undefined ? "threshold_amount" : "threshold_percent", args };
}

/** @param {Sheet} sheet @param {Cut} cut */
function applyCut(sheet, cut) {
  if (cut.amount === 0) return;
  const { state, offer } = cut;
  give(state, cut.amount, promotionHead(offer));
  const { code, args } = telling(offer.rule);
  if (state.counted) args.units = cut.units;
  sheet.reasons.push({ n: state.line.n, ref: offer.rule.id, amount: cut.amount, code, args });
}

// --- Offers on lines: one piece of goods, one offer ------------------------------------------------------------------
const SET_KINDS = ["n_for_m", "n_for_price", "nth_cheaper"];

/** What `percent` or `amount` takes off a part of a line (G20, G21).
 * @param {Rule} rule @param {number} base money of that part @param {number} quantity thousandths of that part
 * @returns {number} */
function itemDiscount(rule, base, quantity) {
  if (rule.kind === "percent") return scale(base, rule.percent ?? 0, WHOLE);
  return Math.min(base, scale(rule.amount ?? 0, quantity, THOUSAND));
}

/** The best percent or amount offer of one priority for what sets left of a line (G25).
 * @param {State} state @param {number} priority @param {number} units whole pieces left, for a counted line
 * @returns {Cut|null} */
function bestItem(state, priority, units) {
  const base = state.counted ? units * state.line.price : state.base;
  const quantity = state.counted ? units * THOUSAND : state.quantity;
  /** @type {Cut|null} */
  let best = null;
  for (const offer of state.offers) {
    if (offer.rule.priority !== priority || (offer.rule.kind !== "percent" && offer.rule.kind !== "amount")) continue;
    const amount = itemDiscount(offer.rule, base, quantity);
    if (amount > (best?.amount ?? 0)) best = { offer, state, units, amount };
  }
  return best;
}

/** A run of equal sets: `times` sets, each made of `parts`, dearest first.
 * @typedef {{state: State, count: number}} Run @typedef {{times: number, parts: Run[]}} Block */

/** Cuts pieces, ordered from the dearest, into sets of `size` (G22). Equal sets inside one line become one block, so
 * the work depends on the number of lines and not on the number of pieces.
 * @param {Run[]} runs @param {number} size @returns {Block[]} */
function blocksOf(runs, size) {
  /** @type {Block[]} */
  const blocks = [];
  const queue = runs.map((run) => ({ ...run }));
  let first = 0;
  let left = sum(queue, (run) => run.count);
  while (left >= size) {
    const times = Math.max(1, Math.floor(queue[first].count / size));
    const block = { times, parts: mixed(queue, first, size) };
    for (const part of block.parts) {
      queue[first].count -= part.count * times;
      if (queue[first].count === 0) first += 1;
    }
    left -= size * times;
    blocks.push(block);
  }
  return blocks;
}

/** One set that begins in the run `first` and reaches into the next. @param {Run[]} queue @param {number} first
 * @param {number} size @returns {Run[]} */
function mixed(queue, first, size) {
  const parts = [];
  for (let index = first, need = size; need > 0; index += 1) {
    const count = Math.min(need, queue[index].count);
    parts.push({ state: queue[index].state, count });
    need -= count;
  }
  return parts;
}

/** What one set saves; nothing when the goods cost less than the offer asks.
 * @param {Rule} rule @param {Block["parts"]} parts dearest first @returns {number} */
function setDiscount(rule, parts) {
  const cheapest = parts[parts.length - 1].state.line.price;
  if (rule.kind === "nth_cheaper") return scale(cheapest, rule.percent ?? 0, WHOLE);
  const value = sum(parts, (part) => safe(part.count * part.state.line.price));
  if (rule.kind === "n_for_price") return Math.max(0, value - (rule.price ?? 0));
  let pay = rule.pay ?? 0;
  let saved = value;
  for (const part of parts) {
    const count = Math.min(pay, part.count);
    saved -= count * part.state.line.price;
    pay -= count;
  }
  return saved;
}

/** Lets one set offer take its pieces out of `left` and returns its cuts, each set's saving spread over its own pieces.
 * @param {Offer} offer @param {State[]} states sorted from the dearest piece @param {Map<State, number>} left
 * @returns {Cut[]} */
function takeSets(offer, states, left) {
  const runs = states
    .filter((state) => state.offers.includes(offer))
    .map((state) => ({ state, count: left.get(state) ?? 0 }))
    .filter((run) => run.count > 0);
  /** @type {Map<State, Cut>} */
  const cuts = new Map();
  for (const block of blocksOf(runs, (offer.rule.kind === "nth_cheaper" ? offer.rule.nth : offer.rule.take) ?? 0)) {
    const saved = safe(setDiscount(offer.rule, block.parts) * block.times);
    if (saved === 0) continue;
    const weights = block.parts.map((part) => safe(part.count * block.times * part.state.line.price));
    const shares = spread(saved, block.parts.map((part) => part.state), weights);
    block.parts.forEach(({ state, count }, index) => {
      const units = count * block.times;
      const cut = cuts.get(state) ?? { offer, state, units: 0, amount: 0 };
      cuts.set(state, { ...cut, units: cut.units + units, amount: cut.amount + shares[index] });
      left.set(state, (left.get(state) ?? 0) - units);
    });
  }
  return [...cuts.values()];
}

/** Set offers of one priority that can meet on the same line, together with those lines: each such party is decided on
 * its own, so a shop with forty offers on forty different goods weighs forty times two plans and not 2^40.
 * @param {State[]} states @param {number} priority @returns {{offers: Offer[], states: State[]}[]} */
function parties(states, priority) {
  /** @typedef {{offers: Set<Offer>, states: State[]}} Party @type {Map<Offer, Party>} */
  const home = new Map();
  for (const state of states) {
    if (state.units === 0) continue;
    const mine = state.offers.filter((offer) => offer.rule.priority === priority && SET_KINDS.includes(offer.rule.kind));
    if (mine.length === 0) continue;
    const met = new Set(mine.flatMap((offer) => home.get(offer) ?? []));
    const [party = /** @type {Party} */ ({ offers: new Set(), states: [] }), ...others] = met;
    party.states.push(state, ...others.flatMap((other) => other.states));
    for (const offer of [...mine, ...others.flatMap((other) => [...other.offers])]) {
      party.offers.add(offer);
      home.set(offer, party);
    }
  }
  return [...new Set(home.values())].map((party) => ({
    offers: [...party.offers].sort((a, b) => compare(a.rule.id, b.rule.id)),
    states: party.states.sort((a, b) => b.line.price - a.line.price || byContent(a, b)),
  }));
}

/** Tries the party's set offers in every combination and returns the cuts of the one that saves the customer most,
 * counting what percent and amount offers give on the pieces it leaves (G26).
 * @param {{offers: Offer[], states: State[]}} party @param {number} priority @returns {Cut[]} */
function bestPlan(party, priority) {
  const weighed = party.offers.slice(0, MAX_WEIGHED);
  const always = party.offers.slice(MAX_WEIGHED);
  /** @type {Cut[]} */
  let best = [];
  let bestSaving = -1;
  for (let mask = 0; mask < 2 ** weighed.length; mask += 1) {
    const chosen = [...weighed.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1), ...always];
    const left = new Map(party.states.map((state) => [state, state.units]));
    const cuts = chosen.flatMap((offer) => takeSets(offer, party.states, left));
    const rest = sum(party.states, (state) => bestItem(state, priority, left.get(state) ?? 0)?.amount ?? 0);
    const saving = safe(sum(cuts, (cut) => cut.amount) + rest);
    if (saving > bestSaving) [best, bestSaving] = [cuts, saving];
  }
  return best;
}

/** All line offers, one priority after another; what an offer has touched is closed to every later one (G24).
 * @param {Sheet} sheet */
function applyLineOffers(sheet) {
  const { states } = sheet;
  const priorities = new Set(states.flatMap((state) => state.offers.map((offer) => offer.rule.priority)));
  for (const priority of [...priorities].sort((a, b) => a - b)) {
    for (const party of parties(states, priority)) {
      for (const cut of bestPlan(party, priority)) {
        applyCut(sheet, cut);
        cut.state.units -= cut.units;
      }
    }
    for (const state of states) {
      const cut = bestItem(state, priority, state.units);
      if (cut === null) continue;
      applyCut(sheet, cut);
      state.units = state.base = state.quantity = 0;
    }
  }
}

// --- Manual discounts and thresholds ---------------------------------------------------------------------------------
/** @param {Manual} manual @param {number} base @returns {number} */
function manualAmount(manual, base) {
  return manual.percent !== undefined ? scale(base, manual.percent, WHOLE) : Math.min(base, manual.amount ?? 0);
}

/** @param {Manual} manual @returns {Omit<Discount, "amount">} */
function manualHead(manual) {
  const { approved_by = null, reason = null } = manual;
  return { source: "manual", ref: null, name: "manual", approved_by, reason };
}

/** @param {Manual} manual @param {number|null} n @param {number} amount @returns {Reason} */
function manualReason(manual, n, amount) {
  const { percent, reason = null } = manual;
  if (percent !== undefined) return { n, ref: null, amount, code: "manual_percent", args: { percent, reason } };
  return { n, ref: null, amount, code: "manual_amount", args: { amount: manual.amount ?? 0, reason } };
}

/** Refuses a manual discount above the cashier's limit unless somebody approved it (G28). `already` is what the same
 * cashier took off other lines by hand, so that two small discounts cannot make one large one.
 * @param {Manual} manual @param {number|null} limit @param {number} base what the goods cost after the offers
 * @param {number} amount @param {number} already @param {string} where */
function checkLimit(manual, limit, base, amount, already, where) {
  if (limit === null || (manual.approved_by ?? null) !== null) return;
  const asked = manual.amount !== undefined ? Math.min(manual.amount, base) : amount;
  const passes = (manual.percent ?? 0) > limit || asked + already > scale(base, limit, WHOLE);
  if (passes) refuse("over_limit", `${where}: ${manual.percent ?? manual.amount} is above the limit of ${limit}`);
}

/** @param {Sheet} sheet @param {number|null} limit @returns {number} what was taken off by hand without approval */
function applyManualLines(sheet, limit) {
  let unapproved = 0;
  for (const state of sheet.states) {
    const { manual, n } = state.line;
    if (manual === null) continue;
    const amount = manualAmount(manual, state.total);
    checkLimit(manual, limit, state.total, amount, 0, `line ${n}`);
    if ((manual.approved_by ?? null) === null) unapproved += amount;
    give(state, amount, manualHead(manual));
    if (amount > 0) sheet.reasons.push(manualReason(manual, n, amount));
  }
  return unapproved;
}

/** Receipt offers: of those reached, the best of the first priority; its lines are closed to the next (G27).
 * @param {Sheet} sheet */
function applyThresholds(sheet) {
  const offers = sheet.book.offers.filter((offer) => offer.rule.kind === "threshold" && isActive(offer, sheet.moment));
  let open = sheet.states.filter((state) => state.open);
  for (let best = bestThreshold(offers, open); best !== null; best = bestThreshold(offers, open)) {
    const { offer, states, amount } = best;
    giveAll(states, amount, promotionHead(offer));
    sheet.reasons.push({ n: null, ref: offer.rule.id, amount, ...telling(offer.rule) });
    const closed = new Set(states);
    open = open.filter((state) => !closed.has(state));
  }
}

/** @param {Offer[]} offers in stacking order @param {State[]} open
 * @returns {{offer: Offer, states: State[], amount: number}|null} */
function bestThreshold(offers, open) {
  /** @type {{offer: Offer, states: State[], amount: number}|null} */
  let best = null;
  for (const offer of offers) {
    if (best !== null && offer.rule.priority > best.offer.rule.priority) break;
    const states = open.filter((state) => state.offers.includes(offer));
    const base = sum(states, (state) => state.total);
    if (base < (offer.rule.from_total ?? 0)) continue;
    const { percent, amount: off = 0 } = offer.rule;
    const amount = percent === undefined ? Math.min(base, off) : scale(base, percent, WHOLE);
    if (amount > (best?.amount ?? 0)) best = { offer, states, amount };
  }
  return best;
}

/** @param {Sheet} sheet @param {Manual|null} manual @param {number|null} limit
 * @param {number} before what the goods that take discounts cost after the line offers @param {number} already */
function applyManualReceipt(sheet, manual, limit, before, already) {
  if (manual === null) return;
  const states = sheet.states.filter((state) => state.open);
  const base = sum(states, (state) => state.total);
  const amount = manualAmount(manual, base);
  checkLimit(manual, limit, before, amount, already, "receipt");
  giveAll(states, amount, manualHead(manual));
  if (amount > 0) sheet.reasons.push(manualReason(manual, null, amount));
}

// --- Tax, rounding, result -----------------------------------------------------------------------------------------------
/** One row per tax code, ordered by code: the tax of the code's whole sum, spread back over its lines (G10, G11).
 * @param {Sheet} sheet @returns {TaxRow[]} */
function settleTaxes(sheet) {
  const codes = [...new Set(sheet.states.map((state) => state.line.tax))].sort(compare);
  return codes.map((code) => {
    const states = sheet.states.filter((state) => state.line.tax === code);
    const { percent } = states[0];
    const total = sum(states, (state) => state.total);
    const tax = scale(total, percent, sheet.book.inclusive ? WHOLE + percent : WHOLE);
    const shares = spread(tax, states, states.map((state) => state.total));
    states.forEach((state, index) => (state.taxAmount = shares[index]));
    const net = sheet.book.inclusive ? total - tax : total;
    return { code, percent, net, tax, gross: safe(net + tax) };
  });
}

/** Prices a cart. Does not change its arguments; the same arguments always give the same result (G31).
 * @param {Rulebook} rulebook @param {Cart} cart @returns {Priced}
 * @throws {Error} "code: detail" when rulebook or cart cannot be priced exactly as RULES.md says */
export function price(rulebook, cart) {
  const book = bookOf(rulebook);
  const moment = readMoment(cart);
  const limit = cart.manual_limit == null ? null : integer(cart.manual_limit, 0, WHOLE, "bad_cart", "manual_limit");
  const manual = readManual(cart.manual, "manual discount of the receipt");
  const sheet = { book, moment, states: openLines(book, moment, cart), reasons: /** @type {Reason[]} */ ([]) };
  applyLineOffers(sheet);
  const before = sum(sheet.states.filter((state) => state.open), (state) => state.total);
  const already = applyManualLines(sheet, limit);
  applyThresholds(sheet);
  applyManualReceipt(sheet, manual, limit, before, already);
  const taxes = settleTaxes(sheet);
  const total = sum(sheet.states, (state) => state.total);
  const payable = book.inclusive ? total : safe(total + sum(taxes, (row) => row.tax));
  const step = cart.cash ? (latest(book.steps, moment.day)?.step ?? 1) : 1;
  const due = safe(roundDiv(payable, step) * step);
  const lines = sheet.states.map(({ line, gross, discounts, total, percent, taxAmount }) => (
    { n: line.n, gross, discounts, total, tax: { code: line.tax, percent }, tax_amount: taxAmount }));
  return { lines, taxes, total, rounding: due - payable, due, reasons: sheet.reasons };
}

/** The price row of a type in force at an instant: from ≤ instant < to, of several the one that began last, then the
 * one with the greatest id (G13).
 * @template {PriceRow} T @param {T[]} rows @param {string} type
 * @param {string} instant RFC 3339, UTC, milliseconds: such texts sort as the instants do @returns {T|null} */
export function pickPrice(rows, type, instant) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(instant)) refuse("bad_instant", String(instant));
  /** @type {T|null} */
  let best = null;
  for (const row of rows) {
    if (row.type !== type || (row.from !== null && row.from > instant) || (row.to !== null && row.to <= instant)) continue;
    const order = best === null ? 1 : compare(row.from ?? "", best.from ?? "") || compare(row.id ?? "", best.id ?? "");
    if (order > 0) best = row;
  }
  if (best !== null) integer(best.price, 0, MOST, "bad_price", "price");
  return best;
}
