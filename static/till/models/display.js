/**
 * What the customer sees on the second screen: a small plain picture of the receipt, made of the till's state. Nothing in
 * it is secret, nothing in it can be acted upon.
 */

/** @typedef {import("../types.d.ts").TillState} TillState */
/** @typedef {import("../types.d.ts").LineView} LineView */

/** Customers follow the last lines; the rest is on the paper. */
const LINES = 7;
const MOST_SECONDS = 60;

/**
 * @typedef {{n: number, name: string, quantity: number, decimals: number, unitName: string, price: number, gross: number, total: number}} DisplayLine
 * @typedef {{greeting: string, seconds: number, pictures: string[]}} Adverts addresses of pictures, and how long each is shown
 * @typedef {"closed" | "idle" | "sale" | "paying" | "change"} Mode
 * @typedef {{mode: Mode, kind: "sale" | "return", store: string, language: string, currency: {currency: string, digits: number} | null,
 *   lines: DisplayLine[], count: number, saved: number, total: number, paid: number, rest: number, restCash: number, change: number,
 *   label: string, link: string | null, adverts: Adverts}} DisplayView link: the address of the customer's own receipt
 */

/** @param {unknown} setting the feed's `second_screen` @returns {Adverts} only what has the right shape */
export function advertsOf(setting) {
  const given = /** @type {Record<string, unknown>} */ (typeof setting === "object" && setting !== null ? setting : {});
  const pictures = Array.isArray(given.pictures) ? given.pictures : [];
  const paths = pictures.map((one) => one?.url).filter((url) => typeof url === "string" && /^\/\w[\w/.-]*$/.test(url));
  const seconds = Number(given.seconds);
  return { greeting: String(given.greeting ?? ""), seconds: seconds >= 2 ? Math.min(MOST_SECONDS, seconds) : 8, pictures: paths };
}

/** @param {TillState} state @returns {Mode} */
function modeOf(state) {
  if (state.phase !== "sale" || state.locked) return "closed";
  if (state.payment) return "paying";
  if (state.receipt?.count) return "sale";
  return state.last?.fresh ? "change" : "idle";
}

/** @param {LineView} line @returns {DisplayLine} */
function lineOf({ n, name, quantity, decimals, unitName, price, gross, total }) {
  return { n, name, quantity, decimals, unitName, price, gross, total };
}

/**
 * @param {TillState} state
 * @param {unknown} setting the feed's `second_screen`
 * @returns {DisplayView}
 */
export function displayView(state, setting) {
  const mode = modeOf(state);
  const { receipt, payment, last, store } = state;
  const shown = mode === "sale" || mode === "paying" ? receipt : null;
  const standing = (shown?.lines ?? []).filter((line) => !line.voided);
  const done = mode === "change" ? last : null;
  return {
    mode, kind: shown?.kind ?? "sale", store: store?.name ?? "", language: store?.language ?? "en",
    currency: store ? { currency: store.currency, digits: store.digits } : null, lines: standing.slice(-LINES).map(lineOf), count: shown?.count ?? 0,
    saved: shown?.saved ?? 0, total: shown?.due ?? done?.due ?? 0, paid: payment?.paid ?? 0, rest: payment?.rest ?? 0, restCash: payment?.restCash ?? 0,
    change: done?.change ?? 0, label: done?.label ?? "", link: done?.link ?? null, adverts: advertsOf(setting),
  };
}
