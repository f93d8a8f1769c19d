/**
 * A tablet in strangers' hands: nothing on the page leads away from it. What the browser keeps for itself (its own menus,
 * the system's keys) only its kiosk mode takes away; docs/administrator.md says how.
 */

/** @param {Event} event @returns {void} */
function no(event) {
  event.preventDefault();
}

/** Going back lands on the same page. @returns {void} */
function holdHistory() {
  history.pushState(null, "", location.href);
  window.addEventListener("popstate", () => history.pushState(null, "", location.href));
}

/** The screen must not go dark; a browser that cannot promise it says so in its console. @returns {void} */
function stayAwake() {
  const wake = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch((error) => console.info("The screen may go dark.", String(error)));
  };
  document.addEventListener("visibilitychange", wake);
  wake();
}

/** @returns {void} */
export function guard() {
  for (const name of ["contextmenu", "dragstart", "drop", "selectstart"]) document.addEventListener(name, no);
  document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  window.addEventListener("keydown", (event) => (event.ctrlKey || event.altKey || event.metaKey || /^F\d+$/.test(event.code)) && event.preventDefault(), { capture: true });
  document.addEventListener("click", () => {
    if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch((error) => console.info("The window stays as it is.", String(error)));
  });
  holdHistory();
  stayAwake();
}
