/** Locks a till that nobody touches: whoever comes next signs in. Never while money is being taken. */

const LOOK_EVERY_MS = 5_000;

/**
 * @param {import("./desk.js").Desk} desk
 * @param {() => number} [now] ms
 * @returns {() => void} stops
 */
export function lockWhenIdle(desk, now = Date.now) {
  let touchedAt = now();
  const touched = () => (touchedAt = now());
  const look = () => {
    const { lockMinutes } = desk.till.state.rules;
    const { phase, payment, readonly } = desk.till.state;
    const idle = lockMinutes > 0 && now() - touchedAt >= lockMinutes * 60_000;
    if (!idle || readonly || payment !== null || (phase !== "sale" && phase !== "shift")) return;
    touched();
    desk.close();
    desk.attempt(() => desk.till.signOut());
  };
  const stopScans = desk.till.on("scan", touched);
  for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, touched, { capture: true });
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    stopScans();
    for (const name of ["keydown", "pointerdown"]) window.removeEventListener(name, touched, { capture: true });
  };
}
