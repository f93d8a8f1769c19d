// Looks every second whether something was printed, and then swaps the page's parts for fresh ones. Text that somebody
// has opened stays open, and the page never jumps: receipts grow at the top only when the reader is at the top.

const PERIOD_MS = 1000;

/** Replace header and main with the server's present ones. */
async function refresh() {
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...document.querySelectorAll("details[open]")].map((part) => part.closest("article")?.id);
  for (const part of ["header", "main"]) {
    const next = fresh.querySelector(part);
    if (next) document.querySelector(part)?.replaceWith(next);
  }
  for (const id of open) if (id) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  document.body.dataset.version = fresh.body.dataset.version ?? "";
}

/** Ask for the version alone; it is a few bytes, the page may be many. */
async function look() {
  try {
    const answer = await fetch("/state.json", { cache: "no-store" });
    const { version } = await answer.json();
    document.body.classList.remove("away");
    if (version !== document.body.dataset.version) await refresh();
  } catch {
    // The bridge is away: say so by fading the lamp, and go on asking.
    document.body.classList.add("away");
  }
  setTimeout(look, PERIOD_MS);
}

setTimeout(look, PERIOD_MS);
