/** Asks the browser to keep the till's data for good, and says in the status bar whether it agreed and how full it is. */

const CHECK_MS = 10 * 60_000;

/** @param {import("./view.js").View} view */
export async function watchStorage(view) {
  if (!navigator.storage) return;
  await navigator.storage.persist();
  await look(view);
  setInterval(() => void look(view), CHECK_MS);
}

/** @param {import("./view.js").View} view */
async function look(view) {
  const [persisted, { usage = null, quota = null }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
  view.setStatus({ storage: { persisted, usage, quota } });
}
