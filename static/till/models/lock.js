/** One tab sells. The lock is the browser's own, so it is free the moment the tab that held it is gone, however it went. */

/**
 * @param {string} name of the till's database
 * @param {() => void} got called once when the lock was waited for and came
 * @returns {Promise<{held: boolean, release: () => void}>}
 */
export function takeLock(name, got) {
  return new Promise((resolve, reject) => {
    /** @type {() => void} */
    let release = () => {};
    const kept = new Promise((done) => (release = () => done(undefined)));
    const tell = (/** @type {boolean} */ held) => resolve({ held, release });
    navigator.locks.request(lockName(name), { ifAvailable: true }, (lock) => {
      tell(lock !== null);
      if (lock !== null) return kept;
      void navigator.locks.request(lockName(name), () => (got(), kept)).catch(reportError);
      return undefined;
    }).catch(reject);
  });
}

/** @param {string} database */
function lockName(database) {
  return database === "kasa-till" ? "till" : `till:${database}`;
}
