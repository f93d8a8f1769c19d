/**
 * The price checker: a tablet on a wall that says what a scanned code costs. It keeps the goods on the device as a till does,
 * so it answers without the server, and it has no receipt, no operator and no way out of its page.
 */

import { setLanguage, spokenLanguage, t } from "../i18n.js";
import { Till } from "../till.js";
import { keepPictures } from "../ui/audience.js";
import { html, render } from "../ui/html.js";
import { listen } from "../ui/keys.js";
import { Prefs } from "../ui/prefs.js";
import { Program } from "../ui/pwa.js";
import { Sounds } from "../ui/sounds.js";
import { Checker } from "./checker.js";
import { guard } from "./kiosk.js";
import { Page } from "./page.js";

/** How often to look for newer program files, and whether nobody stands before the screen. */
const LOOK_EVERY_MS = 10 * 60 * 1000;

/** @param {Till} till @returns {Promise<void>} the store's language, whatever the tablet's is */
async function followLanguage(till) {
  const wanted = till.state.store?.language ?? navigator.language.slice(0, 2);
  if (wanted !== spokenLanguage()) await setLanguage(wanted);
}

/** @param {Checker} checker @param {Program} program @returns {void} */
function followProgram(checker, program) {
  const { till } = checker;
  if (till.status.build.available && till.status.build.available !== program.build && !program.ready) program.look();
  if (program.ready && checker.quiet) program.swap();
}

/** @returns {Promise<void>} */
async function start() {
  const place = /** @type {HTMLElement} */ (document.getElementById("app"));
  const prefs = new Prefs();
  prefs.apply();
  prefs.follow();
  await setLanguage(navigator.language.slice(0, 2));
  const program = new Program();
  const till = await Till.boot({ build: program.build, language: spokenLanguage(), database: "kasa-checker", kind: "checker" });
  await followLanguage(till);
  const checker = new Checker(till, new Sounds(prefs));
  const draw = () => render(html`<${Page} checker=${checker} />`, place);
  place.replaceChildren();
  place.className = "checker";
  document.title = t("Price checker") + " · OpenKasa";
  checker.onChange = draw;
  till.subscribe(() => queueMicrotask(() => void followLanguage(till).then(draw)));
  program.subscribe(() => followProgram(checker, program));
  setInterval(() => followProgram(checker, program), LOOK_EVERY_MS);
  listen(checker, checker);
  guard();
  draw();
  await program.start();
  keepPictures({ till, program });
}

start().catch((error) => {
  const place = document.getElementById("app");
  if (place) place.textContent = "OpenKasa did not start: " + String(error);
  throw error;
});
