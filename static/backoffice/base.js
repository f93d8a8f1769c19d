/**
 * What every page does: focus goes to what needs an answer, forms are sent once, single choices send themselves,
 * tables are walked by arrows. Everything is found by data attributes, so no page needs a script of its own.
 */

/** Moves the focus to an error summary, or to the field a page names. @param {ParentNode} root */
function focusWhatMatters(root) {
  const target = root.querySelector("[data-focus]");
  if (target instanceof HTMLElement) target.focus();
}

/** A second click while the answer is on its way must not do the work twice. @param {SubmitEvent} event */
function sendOnce(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button instanceof HTMLElement) button.setAttribute("aria-busy", "true");
}

/** The page came back from the browser's cache: its forms may be sent again. */
function allowSending() {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
}

/** A language, a theme, a filter: choosing it is enough. @param {Event} event */
function sendChoice(event) {
  const control = event.target;
  if (control instanceof HTMLElement && control.matches("[data-send]")) control.closest("form")?.requestSubmit();
}

/** Arrow keys walk the rows of a list, as people of the trade expect. @param {KeyboardEvent} event */
function walkRows(event) {
  const link = document.activeElement;
  if (!(link instanceof HTMLElement) || !link.matches("[data-rows] a[data-row]")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = [...document.querySelectorAll("[data-rows] a[data-row]")];
  const next = links[links.indexOf(link) + step];
  if (next instanceof HTMLElement) next.focus();
  event.preventDefault();
}

/** Ticks every box of a table at once. @param {Event} event */
function tickAll(event) {
  const master = event.target;
  if (!(master instanceof HTMLInputElement) || !master.dataset.tickAll) return;
  for (const box of document.querySelectorAll(`input[name="${master.dataset.tickAll}"]`)) {
    if (box instanceof HTMLInputElement) box.checked = master.checked;
  }
}

/** `/` goes to the page's search, unless somebody is writing. @param {KeyboardEvent} event */
function slashSearches(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const box = document.querySelector("[data-search]");
  if (!(box instanceof HTMLElement)) return;
  event.preventDefault();
  box.focus();
}

/** @param {EventTarget | null} target */
export function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

document.addEventListener("submit", sendOnce);
document.addEventListener("change", sendChoice);
document.addEventListener("change", tickAll);
document.addEventListener("keydown", walkRows);
document.addEventListener("keydown", slashSearches);
window.addEventListener("pageshow", allowSending);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element) focusWhatMatters(event.target);
});
focusWhatMatters(document);
