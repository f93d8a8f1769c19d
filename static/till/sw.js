/**
 * The till's service worker: it keeps the program on the device as whole sets of files and serves one set only.
 *
 * A set is one build of files.json: every file is compared with its SHA-256, fetched past the browser's own cache where
 * that holds other bytes, and put into a cache named after the build. Only when the last one is in, a mark is written
 * that makes the set whole. A download that is torn, changed or cut leaves a set without a mark, and the old one goes on
 * being served. Changing over is one write of a pointer, and happens when the page says that no receipt is open.
 *
 * Kept out of the set itself (the browser compares this file byte by byte on its own). Never touches the server's
 * answers: what is not a file of the set goes to the network untouched.
 */

const PREFIX = "kasa-build-";
const POINTERS = "kasa-pointers";
const MARK = "/.whole";
const AT_ONCE = 6;
const PICTURES = "kasa-pictures";
/** Adverts and the pictures of goods that were looked at; the oldest go first. */
const MOST_PICTURES = 200;

/** The worker's scope and its events are no part of the page's types, so they are not checked here. @type {any} */
const worker = self;

/** Sets seen whole since this worker woke up; looking is a disk access for each of a page's sixty modules. @type {Set<string>} */
const whole = new Set();

/** @typedef {{url: string, sha256: string, size: number}} FileEntry */
/** @typedef {{build: string, files: FileEntry[]}} Listing */

/** Which set each open page was started from, so that a page never gets another set's modules. @type {Map<string, string>} */
const pages = new Map();

/** The end of the last piece of work on the sets. @type {Promise<void>} */
let last = Promise.resolve();

/** A look that is asked for and has not begun. @type {Promise<void> | null} */
let waiting = null;

/**
 * Looking, changing over and sweeping follow each other: a sweep beside a look would take away the set just fetched.
 *
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
function inTurn(work) {
  const mine = last.then(work);
  last = mine.catch((error) => console.warn("Work on the till's files failed.", error));
  return mine;
}

/** @param {string} build @returns {Promise<boolean>} */
async function isWhole(build) {
  if (whole.has(build)) return true;
  if (!(await caches.has(PREFIX + build))) return false;
  const cache = await caches.open(PREFIX + build);
  if (!(await cache.match(MARK))) return false;
  whole.add(build);
  return true;
}

/** @param {"current" | "next"} name @returns {Promise<string | null>} the build a pointer names, if that set is whole */
async function pointer(name) {
  const store = await caches.open(POINTERS);
  const answer = await store.match("/" + name);
  const build = answer ? await answer.text() : "";
  return build && (await isWhole(build)) ? build : null;
}

/** @param {"current" | "next"} name @param {string} build @returns {Promise<void>} */
async function point(name, build) {
  const store = await caches.open(POINTERS);
  await store.put("/" + name, new Response(build));
}

/** @param {ArrayBuffer} bytes @returns {Promise<string>} */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Promise<Listing>} */
async function fetchListing() {
  const answer = await fetch(new URL("files.json", worker.registration.scope), { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Error("files.json: HTTP " + answer.status);
  const listing = await answer.json();
  if (typeof listing?.build !== "string" || !/^[0-9a-f]{64}$/.test(listing.build)) throw new Error("files.json: no build");
  if (!Array.isArray(listing.files) || listing.files.length === 0 || listing.files.length > 500) throw new Error("files.json: no files");
  return listing;
}

/**
 * One file, taken from an older set when that has the same bytes, else from what the browser keeps, else from the server.
 * The page has just fetched the same files; asking for each again would double a first start over a weak network.
 *
 * @param {FileEntry} entry
 * @param {Cache | null} older
 * @returns {Promise<Response>} throws when the bytes are not those that were announced
 */
async function obtain(entry, older) {
  const kept = await older?.match(entry.url);
  if (kept && (await sha256(await kept.clone().arrayBuffer())) === entry.sha256) return kept;
  const answer = (await announced(entry, "force-cache")) ?? (await announced(entry, "reload"));
  if (!answer) throw new Error(entry.url + ": other bytes than announced");
  return answer;
}

/** @param {FileEntry} entry @param {RequestCache} cache @returns {Promise<Response | null>} null for other bytes; throws when there is no answer */
async function announced(entry, cache) {
  const answer = await fetch(new URL(entry.url, worker.location.origin), { cache, credentials: "same-origin", redirect: "error" });
  if (!answer.ok && cache === "reload") throw new Error(entry.url + ": HTTP " + answer.status);
  const bytes = await answer.arrayBuffer();
  if (!answer.ok || (await sha256(bytes)) !== entry.sha256) return null;
  return new Response(bytes, { status: 200, headers: headersOf(answer) });
}

/** @param {Response} answer @returns {Headers} those that describe the bytes and guard the page, not those of the transfer */
function headersOf(answer) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "date", "etag", "vary"]) headers.delete(name);
  return headers;
}

/** @param {Listing} listing @param {Cache} cache @param {Cache | null} older @returns {Promise<void>} */
async function fill(listing, cache, older) {
  const waiting = [...listing.files];
  const work = async () => {
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      if (!(await cache.match(entry.url))) await cache.put(entry.url, await obtain(entry, older));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** @returns {Promise<string>} the build that is whole now; throws when the set could not be had */
async function download() {
  const listing = await fetchListing();
  const current = await pointer("current");
  if (!(await isWhole(listing.build))) {
    const cache = await caches.open(PREFIX + listing.build);
    await fill(listing, cache, current ? await caches.open(PREFIX + current) : null);
    await cache.put(MARK, new Response(listing.build));
  }
  await point(current ? "next" : "current", listing.build);
  return listing.build;
}

/** @param {Record<string, unknown>} message @returns {Promise<void>} */
async function tellAll(message) {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const client of open) client.postMessage(message);
}

/** @returns {Promise<void>} */
async function lookAndTell() {
  try {
    await tellAll({ kasa: "ready", build: await download() });
  } catch (error) {
    await tellAll({ kasa: "failed", detail: String(error) });
  }
}

/** Looks for a newer set. Who asks during a look gets another: that one may have read the old list. @returns {Promise<void>} */
function look() {
  waiting ??= inTurn(() => {
    waiting = null;
    return lookAndTell();
  });
  return waiting;
}

/** @param {string} build @returns {Promise<void>} the page asked for it, so no receipt is open */
async function swap(build) {
  // The browser may have taken the set away since it was told of; it is fetched again.
  if (!(await isWhole(build))) return void look();
  await point("current", build);
  await tellAll({ kasa: "swapped", build });
}

/** Sets that no page runs and no pointer names are given back. @param {string} running @returns {Promise<void>} */
async function sweep(running) {
  const kept = new Set([running, await pointer("current"), await pointer("next"), ...pages.values()]);
  for (const name of await caches.keys()) {
    const build = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : null;
    // A set without a mark was left by a torn download; what it holds is fetched again when that build is still wanted.
    if (build && !kept.has(build)) {
      whole.delete(build);
      await caches.delete(name);
    }
  }
}

/** The till, the customer's screen, the price checker: what lies right below the scope. @param {URL} url @param {Request} request @returns {boolean} */
function isPage(url, request) {
  const below = url.pathname.slice(new URL(worker.registration.scope).pathname.length);
  return request.mode === "navigate" && inScope(url) && /^([a-z]+\/)?$/.test(below);
}

/** @param {URL} url @returns {boolean} */
function inScope(url) {
  return url.pathname.startsWith(new URL(worker.registration.scope).pathname);
}

/** A picture is named after its bytes, so a kept one is never too old. @param {URL} url @returns {boolean} */
function isPicture(url) {
  return inScope(url) && /\/pictures\/[0-9a-f]{64}$/.test(url.pathname);
}

/** @param {string} path @returns {Promise<Response>} throws when it cannot be had, or has other bytes than its name says */
async function picture(path) {
  const cache = await caches.open(PICTURES);
  const found = await cache.match(path);
  if (found) return found;
  const came = await fetch(path, { credentials: "same-origin", redirect: "error" });
  if (!came.ok) return came;
  const bytes = await came.arrayBuffer();
  if (!path.endsWith("/" + (await sha256(bytes)))) throw new Error(path + ": other bytes than announced");
  const whole = new Response(bytes, { status: 200, headers: headersOf(came) });
  await cache.put(path, whole.clone());
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_PICTURES))) await cache.delete(old);
  return whole;
}

/** Pictures that are shown from now on are fetched, all others given back. @param {unknown} paths @returns {Promise<void>} */
async function keepPictures(paths) {
  const wanted = (Array.isArray(paths) ? paths : []).filter((path) => typeof path === "string" && isPicture(new URL(path, worker.location.origin)));
  for (const path of wanted.slice(0, MOST_PICTURES)) await picture(path).catch((error) => console.info("A picture comes later.", String(error)));
  const cache = await caches.open(PICTURES);
  for (const request of await cache.keys()) if (!wanted.includes(new URL(request.url).pathname)) await cache.delete(request);
}

/** @param {any} event a FetchEvent @returns {Promise<string | null>} the set that answers this request */
async function setOf(event) {
  const known = pages.get(event.clientId);
  if (known && (await isWhole(known))) return known;
  return pointer("current");
}

/** @param {any} event a FetchEvent @param {URL} url @returns {Promise<Response>} */
async function answer(event, url) {
  const build = event.request.mode === "navigate" ? await pointer("current") : await setOf(event);
  if (!build) return fetch(event.request);
  if (event.resultingClientId) pages.set(event.resultingClientId, build);
  const cache = await caches.open(PREFIX + build);
  return (await cache.match(url.pathname)) ?? fetch(event.request);
}

/** @param {URL} url @returns {boolean} whether a file of the set could have this address */
function mayBeOurs(url) {
  const below = inScope(url) && !url.pathname.endsWith("/files.json") && !url.pathname.endsWith("/sw.js");
  return below || /\/(?:till|css|pricing|vendor)\//.test(url.pathname);
}

worker.addEventListener("install", (/** @type {any} */ event) => {
  // Without a first set there is nothing to serve, so a torn first download fails the installation as a whole.
  event.waitUntil(pointer("current").then((current) => current ?? download()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname.startsWith("/api/") || url.pathname.startsWith("/ws/")) return;
  if (isPicture(url)) return event.respondWith(picture(url.pathname));
  if (isPage(url, event.request) || (event.request.mode !== "navigate" && mayBeOurs(url))) event.respondWith(answer(event, url));
});

worker.addEventListener("message", (/** @type {any} */ event) => {
  const { kasa, build } = event.data ?? {};
  if (kasa === "look") event.waitUntil(look());
  else if (kasa === "swap") event.waitUntil(inTurn(() => swap(String(build))));
  else if (kasa === "pictures") event.waitUntil(keepPictures(event.data.paths));
  else if (kasa === "running") event.waitUntil(inTurn(() => sweep(String(build))));
  else if (kasa === "take_over") event.waitUntil(worker.skipWaiting());
});
