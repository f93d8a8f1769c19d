/**
 * The program's own files: which build this page is, whether a newer one lies ready, and changing over to it. The
 * service worker (sw.js) keeps whole sets; the page alone knows when no receipt is open.
 */

import { root } from "./root.js";

/** @typedef {{build: string, ready: string | null}} ProgramState */

export class Program {
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #reloading = false;

  build = document.querySelector("meta[name=kasa-build]")?.getAttribute("content") ?? "";
  /** A newer whole set that lies ready. @type {string | null} */
  ready = null;
  /** Why the last look for a newer set failed; it is tried again. @type {string | null} */
  problem = null;

  /** @param {() => void} listener @returns {() => void} */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the service worker where the browser has one. Never throws: a till without it still sells. @returns {Promise<void>} */
  async start() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.addEventListener("message", (event) => this.#heard(event.data));
    try {
      this.#registration = await navigator.serviceWorker.register(new URL("sw.js", root()), { updateViaCache: "none" });
      await navigator.serviceWorker.ready;
      this.#tell({ kasa: "running", build: this.build });
      this.look();
    } catch (error) {
      this.problem = String(error);
      console.warn("The till's files are not kept on this device.", error);
    }
  }

  /** Asks the worker to fetch a newer set, should there be one. @returns {void} */
  look() {
    this.#tell({ kasa: "look" });
    this.#registration?.update().catch((error) => console.info("No newer service worker now.", String(error)));
  }

  /** Pictures that must be there without the server too; all others may go. @param {string[]} paths @returns {void} */
  keepPictures(paths) {
    this.#tell({ kasa: "pictures", paths });
  }

  /** Changes over to the set that lies ready; the page is loaded again. @returns {void} */
  swap() {
    if (!this.ready || this.#reloading) return;
    this.#registration?.waiting?.postMessage({ kasa: "take_over" });
    this.#tell({ kasa: "swap", build: this.ready });
  }

  /** @param {Record<string, unknown>} message @returns {void} */
  #tell(message) {
    this.#registration?.active?.postMessage(message);
  }

  /** @param {any} data @returns {void} */
  #heard(data) {
    if (data?.kasa === "ready" && data.build !== this.build) this.ready = String(data.build);
    else if (data?.kasa === "failed") this.problem = String(data.detail);
    else if (data?.kasa === "swapped") return this.#reload();
    else return;
    for (const listener of this.#listeners) listener();
  }

  /** @returns {void} */
  #reload() {
    if (this.#reloading) return;
    this.#reloading = true;
    location.reload();
  }
}
