/** The form's fields as text boxes hold them, and back: what was changed, in the wire's types. Knows no screen. */

/** @typedef {import("../types.d.ts").CustomerForm} Form */
/** @typedef {import("../types.d.ts").CustomerData} CustomerData */
/** @typedef {Record<string, any>} Values by name; fields of the chain as `f:code`, consents as `c:kind` */

/** As the server reads it. */
const EMAIL = /^[^\s@<>"',;]{1,64}@[^\s@<>"',;]{1,130}\.[^\s@<>"',;.]{2,63}$/;
const PLAIN = /** @type {const} */ (["name", "phone", "email", "born"]);

/**
 * @param {Form} asked
 * @param {CustomerData | null} data what is known; null for somebody new
 * @param {string} start what was searched for: a telephone or the beginning of a name
 * @returns {Values}
 */
export function valuesOf(asked, data, start) {
  const digits = /^[\d\s+()-]{5,}$/.test(start);
  /** @type {Values} */
  const values = { name: data?.name ?? (digits ? "" : start.replace(/\d/g, "").trim()), phone: data?.phone ?? (digits ? start.trim() : ""), email: data?.email ?? "", born: data?.born ?? "", card: "" };
  for (const { code, kind } of asked.fields) {
    const known = data?.form?.[code];
    if (kind === "choices") values["f:" + code] = known ?? [];
    else if (kind === "flag") values["f:" + code] = known === true;
    else values["f:" + code] = known === undefined || known === null ? "" : String(known);
  }
  for (const { kind, version } of asked.consents) values["c:" + kind] = (data?.consents ?? []).some((one) => one.kind === kind && one.version === version && one.given);
  return values;
}

/**
 * @param {Form} asked
 * @param {Values} values
 * @param {Values | null} before null for somebody new: everything that was typed is said
 * @param {{away: boolean, today: string}} when away: the present data is not known, so what is empty is left alone and not missed
 * @returns {{changes: CustomerData, missing: string}} missing: the first field that is wanted and not there or wrong, else ""
 */
export function changesOf(asked, values, before, { away, today }) {
  /** @type {CustomerData} */
  const changes = {};
  const changed = (/** @type {string} */ name) => !before || JSON.stringify(values[name]) !== JSON.stringify(before[name]);
  for (const name of PLAIN) {
    const value = String(values[name] ?? "").trim();
    if (!changed(name) || (!before && value === "")) continue;
    if (name === "born") changes.born = value === "" ? null : value;
    else changes[name] = value;
  }
  const form = formOf(asked, values, changed, before === null);
  if (Object.keys(form).length) changes.form = form;
  const consents = asked.consents.filter(({ kind }) => changed("c:" + kind)).map(({ kind, version }) => ({ kind, version, given: values["c:" + kind] === true }));
  if (consents.length) changes.consents = consents;
  return { changes, missing: away ? wrong(values, today) : missing(asked, values, today) };
}

/** @param {Form} asked @param {Values} values @param {(name: string) => boolean} changed @param {boolean} fresh @returns {Record<string, any>} */
function formOf(asked, values, changed, fresh) {
  /** @type {Record<string, any>} */
  const form = {};
  for (const { code, kind } of asked.fields) {
    const value = values["f:" + code];
    const empty = value === "" || value === false || (Array.isArray(value) && value.length === 0);
    if (!changed("f:" + code) || (fresh && empty)) continue;
    if (kind === "number") form[code] = value === "" ? null : Number(String(value).replace(/\s/g, ""));
    else form[code] = value === "" ? null : value;
  }
  return form;
}

/** @param {Values} values @param {string} today @returns {string} */
function wrong(values, today) {
  const phone = String(values.phone).replace(/[\s().\-/]/g, "");
  if (phone !== "" && !/^\+?[0-9]{5,19}$/.test(phone)) return "phone";
  if (values.email.trim() !== "" && !EMAIL.test(values.email.trim())) return "email";
  return values.born !== "" && !(values.born >= "1900-01-01" && values.born <= today) ? "born" : "";
}

/** @param {Form} asked @param {Values} values @param {string} today @returns {string} */
function missing(asked, values, today) {
  if (String(values.name).trim() === "") return "name";
  const bad = wrong(values, today);
  if (bad) return bad;
  for (const { code, kind, required } of asked.fields) {
    const value = values["f:" + code];
    if (required && (value === "" || value === false || (Array.isArray(value) && value.length === 0))) return code;
    if (kind === "number" && value !== "" && !Number.isSafeInteger(Number(String(value).replace(/\s/g, "")))) return code;
  }
  return asked.consents.some(({ kind, required }) => required && values["c:" + kind] !== true) ? "consents" : "";
}
