/** The shop's pictures, one after another. One that cannot be shown is passed over. */

import { html, useEffect, useState } from "../ui/html.js";

/** @param {{adverts: import("../models/display.js").Adverts}} props @returns {import("../ui/html.js").View} */
export function Adverts({ adverts }) {
  const [at, setAt] = useState(0);
  const { pictures, seconds } = adverts;
  const next = () => setAt((/** @type {number} */ now) => (now + 1) % pictures.length);
  useEffect(() => {
    const timer = setInterval(next, seconds * 1000);
    return () => clearInterval(timer);
  }, [pictures.length, seconds]);
  const shown = pictures[at % pictures.length];
  return html`<main class="adverts" data-mode="adverts"><img key=${shown} src=${shown} alt="" data-testid="advert" onError=${pictures.length > 1 ? next : undefined} /></main>`;
}
