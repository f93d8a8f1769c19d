/** The few things every screen takes from the vendored libraries, under one name. */

export { html } from "htm/preact";
export { Component, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";

/** What a component may return. @typedef {import("preact").ComponentChildren} View */
