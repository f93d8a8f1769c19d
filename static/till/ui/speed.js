/**
 * Measures how quick the till is for its cashier: from the end of a code to the picture with its line, from any key or
 * touch to the next picture, and the tasks that hold the page up while a receipt is open.
 */

/** @typedef {import("./desk.js").Desk} Desk */

/** Browsers report what took this long or longer; the rest is known by its number only. */
const REPORTED_MS = 16;
const QUICK_MS = 12;
/** Key down and key up, or touch and click, are one interaction and are reported within this time of each other. */
const SETTLED_MS = 1_000;
/** Older than this is not what was waited for: a computer slept, or the page was out of sight. */
const LOST_MS = 10_000;

/** @param {Desk} desk @returns {void} */
export function measureSpeed(desk) {
  measureScans(desk);
  measureActions(desk.till);
  observe("longtask", {}, (entries) => {
    if (desk.till.state.receipt?.count) for (const { duration } of entries) desk.till.heldUp(duration);
  });
}

/** @param {Desk} desk @returns {void} */
function measureScans(desk) {
  const { till } = desk;
  let known = desk.codeAt;
  /** @type {number | null} */
  let bridged = null;
  till.on("scan", () => {
    bridged = performance.now();
  });
  till.on("line", () => {
    const from = bridged ?? (desk.codeAt === known ? null : desk.codeAt);
    [bridged, known] = [null, desk.codeAt];
    if (from !== null) painted((at) => at - from < LOST_MS && till.measured("scan", at - from));
  });
}

/** Calls back when the picture that is being prepared has been handed over. @param {(at: number) => void} done @returns {void} */
function painted(done) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done(performance.now());
    };
    port2.postMessage(null);
  });
}

/** @param {import("../till.js").Till} till @returns {void} */
function measureActions(till) {
  /** @type {Map<number, number>} longest part of each interaction */
  const open = new Map();
  let counted = actionCount();
  const settle = () => {
    const all = actionCount();
    const quick = all - counted - open.size;
    counted = all;
    for (const ms of open.values()) till.measured("action", ms);
    open.clear();
    if (quick > 0) till.measured("action", QUICK_MS, quick);
  };
  observe("event", { durationThreshold: REPORTED_MS }, (entries) => {
    if (open.size === 0) setTimeout(settle, SETTLED_MS);
    for (const entry of /** @type {PerformanceEventTiming[]} */ (entries)) {
      const { interactionId, duration } = /** @type {PerformanceEventTiming & {interactionId: number}} */ (entry);
      if (interactionId) open.set(interactionId, Math.max(duration, open.get(interactionId) ?? 0));
    }
  });
}

/** @returns {number} keys and touches since the page was opened; 0 where the browser does not count */
function actionCount() {
  const { interactionCount } = /** @type {Performance & {interactionCount?: number}} */ (performance);
  return interactionCount ?? 0;
}

/** @param {string} type @param {{durationThreshold?: number}} options @param {(entries: PerformanceEntryList) => void} seen @returns {void} */
function observe(type, options, seen) {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  new PerformanceObserver((list) => seen(list.getEntries())).observe(/** @type {PerformanceObserverInit} */ ({ type, ...options }));
}
