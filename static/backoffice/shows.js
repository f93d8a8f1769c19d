/** Shows only the fields that the chosen kind of offer needs; without this script all of them are there. */

const choice = /** @type {HTMLSelectElement | null} */ (document.querySelector("[data-shows]"));

function show() {
  const kind = choice?.value ?? "";
  for (const part of document.querySelectorAll("[data-needs]")) {
    if (part instanceof HTMLElement) part.hidden = !(part.dataset.needs ?? "").split(" ").includes(kind);
  }
}

choice?.addEventListener("change", show);
show();
