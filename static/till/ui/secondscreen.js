/** Opens the customer's screen: on the other monitor where the browser tells of one, else in a window that is pulled there. */

import { root } from "./root.js";

/** @typedef {{left: number, top: number, width: number, height: number, availLeft: number, availTop: number, availWidth: number, availHeight: number}} Monitor */

/** @returns {Promise<Monitor | null>} a monitor that the till is not on; null when there is none or the browser does not tell */
async function otherMonitor() {
  const ask = /** @type {any} */ (window).getScreenDetails;
  if (typeof ask !== "function") return null;
  try {
    const { screens, currentScreen } = await ask.call(window);
    return screens.find((/** @type {Monitor} */ one) => one !== currentScreen) ?? null;
  } catch (error) {
    console.info("The browser does not tell of other monitors.", String(error));
    return null;
  }
}

/**
 * @returns {Promise<boolean>} false when the browser kept the window from opening
 */
export async function openSecondScreen() {
  const monitor = await otherMonitor();
  const place = monitor ? `,fullscreen,left=${monitor.availLeft},top=${monitor.availTop},width=${monitor.availWidth},height=${monitor.availHeight}` : ",width=1024,height=600";
  return window.open(new URL("display/", root()), "kasa-display", "popup" + place) !== null;
}
