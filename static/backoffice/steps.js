/** Steps through the replay of a receipt by key: back, on, to its start, to its end. */

import { isWriting } from "./base.js";

/** @type {Record<string, string>} */
const STEPS = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last" };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const link = document.querySelector(`a[data-step="${step}"]`);
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  link.click();
});
