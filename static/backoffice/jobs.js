/**
 * The job drawer asks the server once a second, only while something runs and somebody looks; what ends is said
 * once, also to screen readers.
 */

const SECOND = 1000;
const drawer = document.getElementById("jobs");
const notice = document.getElementById("jobs-said");
/** @type {Set<string>} */
let running = new Set(ids());
let timer = 0;

/** @returns {string[]} */
function ids() {
  const open = drawer?.querySelectorAll("[data-job-running]") ?? [];
  return [...open].map((job) => job.getAttribute("data-job-running") ?? "");
}

function schedule() {
  window.clearTimeout(timer);
  if (running.size) timer = window.setTimeout(ask, SECOND);
}

function ask() {
  if (document.visibilityState === "visible" && drawer) window.htmx.trigger(drawer, "ask");
  else schedule();
}

/** Says each job that was running a moment ago and is not any more. */
function sayWhatEnded() {
  const now = new Set(ids());
  for (const id of running) {
    if (now.has(id)) continue;
    const ended = drawer?.querySelector(`[data-job="${id}"]`);
    if (ended && notice) notice.textContent = ended.getAttribute("data-said") ?? "";
    document.dispatchEvent(new CustomEvent("job-ended", { detail: id }));
  }
  running = now;
  const count = document.getElementById("jobs-count");
  if (count) {
    count.textContent = running.size ? String(running.size) : "";
    count.hidden = !running.size;
  }
}

/** A page that waits for a job loads anew when the job has ended. @param {Event} event */
function reloadWaiting(event) {
  const id = event instanceof CustomEvent ? event.detail : "";
  if (document.querySelector(`[data-waits-for="${id}"]`)) window.location.reload();
}

drawer?.addEventListener("htmx:afterSwap", () => {
  sayWhatEnded();
  schedule();
});
// The server may be away for a moment; asking goes on, more slowly.
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  drawer?.addEventListener(trouble, () => {
    timer = window.setTimeout(ask, 5 * SECOND);
  });
}
document.addEventListener("visibilitychange", schedule);
document.addEventListener("job-ended", reloadWaiting);
schedule();
