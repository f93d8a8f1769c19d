/** A QR code as one SVG path: sharp at every size, dark on white in both themes, because that is what cameras read. */

import { generate } from "lean-qr/nano";
import { html } from "./html.js";

/** Light modules around the code, which readers need. */
const MARGIN = 4;

/** @param {{text: string, label: string, testid?: string}} props ASCII @returns {import("./html.js").View} */
export function QrCode({ text, label, testid }) {
  const code = generate(text);
  const size = code.size + 2 * MARGIN;
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
  }
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${label} data-testid=${testid} data-text=${text} shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" />
  </svg>`;
}
