/** Ctrl+K: goods, receipts by number and pages from one field, walked by arrows and opened by Enter. */

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));
const input = /** @type {HTMLInputElement | null} */ (document.getElementById("palette-text"));
const list = document.getElementById("palette-list");
let chosen = 0;

/** @returns {HTMLAnchorElement[]} */
function options() {
  return list ? [.../** @type {NodeListOf<HTMLAnchorElement>} */ (list.querySelectorAll("a[role=option]"))] : [];
}

/** Marks one result; the input keeps the focus and names the result to screen readers. @param {number} index */
function choose(index) {
  const all = options();
  chosen = all.length ? (index + all.length) % all.length : 0;
  all.forEach((option, n) => option.setAttribute("aria-selected", String(n === chosen)));
  const current = all[chosen];
  if (current) {
    input?.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  } else {
    input?.removeAttribute("aria-activedescendant");
  }
}

function open() {
  if (!dialog || !input || dialog.open) return;
  dialog.showModal();
  input.select();
  input.dispatchEvent(new Event("palette", { bubbles: true }));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey && !event.shiftKey && !event.altKey && event.code === "KeyK") {
    event.preventDefault();
    open();
  }
}

/** @param {KeyboardEvent} event */
function onPaletteKey(event) {
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Enter") options()[chosen]?.click();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
input?.addEventListener("keydown", onPaletteKey);
list?.addEventListener("htmx:afterSwap", () => choose(0));
dialog?.addEventListener("click", (event) => {
  // A click on the dialog itself is a click on the veil around its content.
  if (event.target === dialog) dialog.close();
});
for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);
