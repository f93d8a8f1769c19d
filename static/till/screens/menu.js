/** The till's own menu: lock, settings, devices, new program files. F12 and a digit. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";

/** @param {import("../ui/desk.js").Desk} desk @returns {void} */
export function lock(desk) {
  desk.close();
  desk.attempt(() => desk.till.signOut());
}

/** @param {import("../ui/desk.js").Desk} desk @returns {import("../ui/parts.js").Option} */
function trainingOption(desk) {
  if (desk.till.state.training) return { key: "7", name: t("End the training"), run: () => leaveTraining(desk) };
  const begin = () => {
    desk.close();
    desk.attempt((approval) => desk.till.beginTraining({ approval }));
  };
  return { key: "7", name: t("Training"), hint: t("practise: no goods, no money"), run: begin };
}

/** @param {import("../ui/desk.js").Desk} desk @returns {void} */
export function leaveTraining(desk) {
  desk.close();
  desk.attempt(() => desk.till.endTraining());
}

/** @returns {void} */
function fullscreen() {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  change.catch((error) => console.info("The browser keeps the window as it is.", String(error)));
}

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Menu({ desk }) {
  const { status } = desk.till;
  const update = desk.program.ready ? [{ key: "6", name: t("Start the new version"), hint: t("as soon as no receipt is open"), off: !desk.till.mayReload, run: () => desk.program.swap() }] : [];
  const aside = status.troubles.length ? [{ key: "5", name: t("What the server set aside"), run: () => desk.open("troubles") }] : [];
  const options = [
    { key: "1", name: t("Lock or change cashier"), hint: t("open receipts stay"), run: () => lock(desk) },
    { key: "2", name: t("Language, look, sounds"), run: () => desk.open("settings") },
    { key: "3", name: t("Devices and state"), run: () => desk.open("devices") },
    { key: "4", name: t("Whole screen on or off"), run: fullscreen },
    trainingOption(desk),
    { key: "8", name: t("Customer screen"), hint: desk.audience.present ? t("is open") : t("on the second monitor"), run: () => desk.audience.open(desk) },
    ...aside,
    ...update,
  ];
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Menu")}>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("Version {build}", { build: desk.program.build.slice(0, 8) || "-" })}</p>
  <//>`;
}
