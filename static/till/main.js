/**
 * Starts the till: settings, language, the program's files, the till itself, then the screen. This module ties the parts
 * together and holds no rules.
 */

import { setLanguage, spokenLanguage, t, translator } from "./i18n.js";
import { App } from "./screens/app.js";
import { Till } from "./till.js";
import { watchFocus } from "./ui/attention.js";
import { keepPictures } from "./ui/audience.js";
import { Commands } from "./ui/commands.js";
import { Desk } from "./ui/desk.js";
import { money } from "./ui/format.js";
import { html, render } from "./ui/html.js";
import { lockWhenIdle } from "./ui/idle.js";
import { isField, listen } from "./ui/keys.js";
import { nearest } from "./ui/layout.js";
import { Prefs } from "./ui/prefs.js";
import { Program } from "./ui/pwa.js";
import { openReturn } from "./ui/returning.js";
import { Sounds } from "./ui/sounds.js";
import { measureSpeed } from "./ui/speed.js";
import { words } from "./ui/words.js";

/** @typedef {import("./i18n.js").Args} Args */

/** How often to look for newer program files, besides the server's own hint. */
const LOOK_EVERY_MS = 30 * 60 * 1000;

const LANGUAGE_WAIT_MS = 1500;

/** What the printer says is in the store's language, whatever the cashier reads. */
let printed = /** @type {import("./i18n.js").Translator | null} */ (null);

/** A language that is not served: asking again at every change would not make it be. @type {string | null} */
let refusedLanguage = null;

/** @param {string} text @param {Args} [args] @returns {string} */
function tPrinted(text, args) {
  return printed ? printed.one(text, args) : t(text, args);
}

/** @param {Desk} desk @returns {Promise<void>} */
async function followLanguage(desk) {
  const { state } = desk.till;
  const wanted = desk.prefs.settings.language || state.language || navigator.language.slice(0, 2);
  if (state.store && printed?.language !== state.store.language) printed = await translator(state.store.language);
  if (wanted === spokenLanguage() || wanted === refusedLanguage) return;
  await setLanguage(wanted);
  refusedLanguage = spokenLanguage() === wanted ? null : wanted;
  desk.changed();
}

/** @returns {boolean} whether a field holds something that a reload would lose */
function somebodyTypes() {
  const field = document.activeElement;
  return isField(field) && field.value !== "";
}

/** Theme and size come with the layout in force. @param {Desk} desk @returns {void} */
function followLayout(desk) {
  const { body } = desk.till.state.layout;
  desk.prefs.wear(body.theme, nearest(body, desk.prefs.settings.scale).scale);
}

/** Takes over new program files whenever nothing is open and nobody is typing. @param {Desk} desk @returns {void} */
function followProgram(desk) {
  const { program, till } = desk;
  if (till.status.build.available && till.status.build.available !== program.build && !program.ready) program.look();
  const quiet = till.mayReload && !desk.layer && desk.entry === "" && !somebodyTypes() && !till.state.last?.fresh;
  if (program.ready && quiet) program.swap();
}

/** For whom a shift of an earlier day was asked about. @type {string | null} */
let askedAbout = null;

/** Whoever begins to work while yesterday's shift is open is asked at once, not at the first customer. @param {Desk} desk @returns {void} */
function followShift(desk) {
  const { phase, operator, shift, receipt, payment, training } = desk.till.state;
  const about = phase === "sale" && operator ? operator.id + shift?.id : null;
  if (about === askedAbout || (about && (desk.layer || payment || training))) return;
  askedAbout = about;
  if (about && !receipt?.lines.length && desk.till.shiftIsOld) desk.open("oldshift");
}

/** @param {Desk} desk @returns {void} */
function hear(desk) {
  const { till, sounds } = desk;
  till.on("line", () => {
    sounds.play("line");
    desk.lineAdded();
  });
  till.on("age", () => sounds.play("attention"));
  till.on("unknown", ({ code }) => desk.refusedElsewhere(code, { code: "unknown_code", args: { code } }));
  till.on("receipt_code", ({ code }) => openReturn(desk, code));
  till.on("refused", (problem) => desk.refusedElsewhere(String(problem.args.code ?? ""), problem));
  till.on("online", ({ sent }) => desk.say("good", sent ? t("The server is back. Sent: {n}.", { n: sent }) : t("The server is back.")));
  till.on("offline", () => sounds.play("fault"));
  till.on("committed", () => sounds.play("paid"));
  till.on("print_failed", ({ problem }) => {
    sounds.play("fault");
    if (problem.code !== "no_printer") desk.changed();
  });
  till.on("fiscal_failed", () => sounds.play("fault"));
  till.on("stopped", (problem) => {
    sounds.play("fault");
    desk.close();
    desk.say("fault", words(problem, desk.currency, desk.till.state));
  });
  till.on("message", (message) => desk.say("advice", String(message.text ?? "").slice(0, 90)));
  till.on("layout_fault", ({ name }) => desk.say("advice", t("The layout {name} cannot be shown. The factory layout is used; tell the manager.", { name })));
  till.on("command", ({ name }) => obey(desk, name));
  till.on("parked_taken", (news) => sayTaken(desk, news));
  till.on("build", () => desk.program.look());
}

/** Another till has a receipt that was parked here. @param {Desk} desk @param {{till: number, total: number, both: boolean}} news @returns {void} */
function sayTaken(desk, { till, total, both }) {
  const sum = money(total, desk.currency);
  if (!both) return desk.say("info", t("Till {till} took over the parked receipt of {sum}.", { till, sum }));
  desk.sounds.play("attention");
  desk.say("advice", t("Till {till} took over the receipt of {sum} too, while this till was cut off. Tell the manager.", { till, sum }));
}

/** @param {Desk} desk @param {string} name @returns {void} */
function obey(desk, name) {
  if (name === "lock") desk.close();
  if (name !== "reload") return;
  const reload = () => (desk.till.mayReload ? location.reload() : setTimeout(reload, 5000));
  reload();
}

/** @param {Desk} desk @returns {void} */
function watch(desk) {
  const follow = () => {
    followLanguage(desk);
    followLayout(desk);
    followShift(desk);
    followProgram(desk);
  };
  desk.till.subscribe(() => queueMicrotask(follow));
  desk.program.subscribe(follow);
  setInterval(() => desk.program.look(), LOOK_EVERY_MS);
  window.addEventListener("online", () => desk.program.look());
  window.addEventListener("pagehide", () => void desk.till.flush());
  document.addEventListener("visibilitychange", () => void (document.hidden && desk.till.flush()));
  window.addEventListener("resize", () => {
    followLayout(desk);
    desk.changed();
  });
  // A button that was touched must not keep the focus: the next scan's Enter would press it again.
  document.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("button, .line, .found li") && !event.target.closest("input, select")) event.preventDefault();
  });
  window.addEventListener("unhandledrejection", (event) => surprised(desk, event.reason));
  window.addEventListener("error", (event) => surprised(desk, event.error ?? event.message));
  document.addEventListener("contextmenu", (event) => event.preventDefault());
}

let surprisedAt = -1e9;

/**
 * A bug is said aloud instead of leaving a cashier before a screen that does nothing. Once a second at most: saying it
 * draws the screen, and drawing may be what fails.
 *
 * @param {Desk} desk
 * @param {unknown} error
 * @returns {void}
 */
function surprised(desk, error) {
  if (performance.now() - surprisedAt < 1000) return;
  surprisedAt = performance.now();
  desk.sounds.play("fault");
  desk.say("fault", t("Something went wrong ({code}). Call the manager.", { code: String(error).slice(0, 80) }));
}

/** A screen in English now is better than one in the right language after a network's time-out. @param {Promise<void>} language */
function notLong(language) {
  return Promise.race([language, new Promise((done) => setTimeout(done, LANGUAGE_WAIT_MS))]);
}

/** @returns {Promise<void>} */
async function start() {
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  const prefs = new Prefs();
  prefs.apply();
  prefs.follow();
  await notLong(setLanguage(prefs.settings.language || navigator.language.slice(0, 2)));
  const program = new Program();
  const till = await Till.boot({ build: program.build, t: tPrinted, language: spokenLanguage() });
  const sounds = new Sounds(prefs);
  const desk = new Desk(till, prefs, sounds, program);
  const commands = new Commands(desk);
  desk.onLanguage = () => void followLanguage(desk);
  hear(desk);
  till.takeScans((code) => commands.scanned(code));
  watch(desk);
  watchFocus(till);
  measureSpeed(desk);
  lockWhenIdle(desk);
  listen(desk, commands);
  followLayout(desk);
  await notLong(followLanguage(desk));
  root.replaceChildren();
  root.classList.remove("boot");
  render(html`<${App} desk=${desk} commands=${commands} />`, root);
  sounds.warm();
  desk.audience.start();
  await program.start();
  keepPictures(desk);
}

start().catch((error) => {
  // Nothing can be drawn by the screens when they did not start; say it on the bare page.
  const root = document.getElementById("app");
  if (root) root.textContent = "OpenKasa did not start: " + String(error);
  throw error;
});
