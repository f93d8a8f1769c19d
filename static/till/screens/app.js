/** Chooses the screen for the till's phase. */

import { html } from "../ui/html.js";
import { useChanges } from "../ui/hooks.js";
import { Broken } from "./broken.js";
import { Enrol } from "./enrol.js";
import { Layer } from "./layers.js";
import { Loading } from "./loading.js";
import { OpenShift } from "./openshift.js";
import { Revoked } from "./revoked.js";
import { Sale } from "./sale.js";
import { SecondTab } from "./secondtab.js";
import { SignIn } from "./signin.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */

/** Screens of the phases before and beside selling. @type {Record<string, any>} */
const SCREENS = { boot: Loading, catalogue: Loading, enrol: Enrol, signin: SignIn, shift: OpenShift, stopped: Broken };

/** @param {Desk} desk @returns {any} */
function screenOf(desk) {
  const { state, status } = desk.till;
  if (state.stopped?.code === "revoked" || status.server.state === "revoked") return Revoked;
  if (state.phase === "stopped") return Broken;
  if (state.readonly) return SecondTab;
  return state.phase === "sale" ? Sale : (SCREENS[state.phase] ?? Loading);
}

/** @param {{desk: Desk, commands: Commands}} props @returns {import("../ui/html.js").View} */
export function App({ desk, commands }) {
  useChanges(desk);
  const screen = screenOf(desk);
  // A layer over a screen that does not sell (the Z that was just made, the map of keys) stands alone.
  if (desk.layer && screen !== Sale && screen !== Broken && screen !== Revoked) return html`<div class="till"><${Layer} desk=${desk} commands=${commands} /></div>`;
  return html`<${screen} desk=${desk} commands=${commands} />`;
}
