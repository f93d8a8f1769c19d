/** The frame of the screens before selling: a status bar above, one card in the middle. */

import { html } from "../ui/html.js";
import { StatusBar } from "./status.js";

/**
 * @param {{desk: import("../ui/desk.js").Desk, title: string, broad?: boolean, children?: import("../ui/html.js").View}} props
 * @returns {import("../ui/html.js").View}
 */
export function Gate({ desk, title, broad, children }) {
  return html`<div class="gate">
    <${StatusBar} desk=${desk} />
    <main><div class=${"card" + (broad ? " broad" : "")}><h1>${title}</h1>${children}</div></main>
  </div>`;
}

/** A refusal below a field: heard by a screen reader at once. @param {{text: string | null}} props @returns {import("../ui/html.js").View} */
export function Problem({ text }) {
  return html`<p class="problem" role="alert" data-testid="message">${text ?? ""}</p>`;
}
