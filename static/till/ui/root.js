/** @returns {string} the folder of the till's pages, whichever of them this is; tests that have no page use their own */
export function root() {
  return new URL(document.body.dataset.root ?? "./", document.baseURI).href;
}
