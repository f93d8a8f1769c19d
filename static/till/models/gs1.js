/**
 * GS1 element strings: what GS1-128, GS1 DataMatrix, GS1 QR and DataBar carry, with separators, with the separators lost on
 * the way through a keyboard, and as written under a bar code with parentheses. Strict: a string that does not read to its
 * last character is no GS1 string. Rules: GS1 General Specifications, sections 3 (identifiers) and 7.8 (reading).
 */

import { checkDigit } from "./labels.js";

/**
 * One application identifier. `parts` are its fields: `n` digits or `x` characters, fixed (`least` = `most`) or not.
 *
 * @typedef {{kind: "n" | "x", least: number, most: number}} Part
 * @typedef {{ai: string, value: string}} Element
 * @typedef {{elements: Element[], data: Map<string, string>}} Gs1 `data`: the first value of each identifier
 */

const GS = "\u001d";
/** What scanners send for the separator when the keyboard cannot; none of these stands in a GS1 value. */
const SUBSTITUTES = /\{GS\}|\[GS\]|<GS>|\^\]|[|~]/g;
/** Symbology identifiers (ISO/IEC 15424) that say "this is a GS1 element string". */
const GS1_SYMBOLOGY = /^\](?:C1|e0|d2|Q3|J1)/;
const MAX_LENGTH = 300;
/** GS1 character set 82, which all text fields are made of. */
const TEXT = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/;

/** Identifier → fields, as the GS1 table writes them; `#` stands for any digit. */
const TABLE = {
  "00": "n18", "01": "n14", "02": "n14", "03": "n14", "10": "x..20", "11": "n6", "12": "n6", "13": "n6", "15": "n6", "16": "n6", "17": "n6",
  "20": "n2", "21": "x..20", "22": "x..20", 235: "x..28", 240: "x..30", 241: "x..30", 242: "n..6", 243: "x..20", 250: "x..30", 251: "x..30",
  253: "n13 x0..17", 254: "x..20", 255: "n13 n0..12", 30: "n..8", "31##": "n6", "32##": "n6", "33##": "n6", "34##": "n6", "35##": "n6", "36##": "n6",
  37: "n..8", "390#": "n..15", "391#": "n3 n..15", "392#": "n..15", "393#": "n3 n..15", "394#": "n4", "395#": "n6", 400: "x..30", 401: "x..30",
  402: "n17", 403: "x..30", "41#": "n13", 420: "x..20", 421: "n3 x..9", 422: "n3", 423: "n3 n0..12", 424: "n3", 425: "n3 n0..12", 426: "n3",
  427: "x..3", "43##": "x..90", 7001: "n13", 7002: "x..30", 7003: "n10", 7004: "n..4", 7005: "x..12", 7006: "n6", 7007: "n6 n0..6", 7008: "x..3",
  7009: "x..10", 7010: "x..2", 7011: "n6 n0..4", "702#": "x..30", "703#": "n3 x..27", 7040: "x4", "71#": "x..20", "723#": "x2 x..28",
  8001: "n14", 8002: "x..20", 8003: "n14 x0..16", 8004: "x..30", 8005: "n6", 8006: "n18", 8007: "x..34", 8008: "n8 n0..4", 8009: "x..50",
  8010: "x..30", 8011: "n..12", 8012: "x..20", 8013: "x..25", 8017: "n18", 8018: "n18", 8019: "n..10", 8020: "x..25", 8026: "n18", 8110: "x..70",
  8111: "n4", 8112: "x..70", 8200: "x..70", 90: "x..30", "9#": "x..90",
};

/** Identifiers whose element never needs a separator behind it, by their first two digits (General Specifications 7.8.5). */
const PREDEFINED = new Set(["00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "31", "32", "33", "34", "35", "36", "41"]);

/** @param {string} spec @returns {Part} */
function partOf(spec) {
  const found = /^([nx])(\d*)(\.\.)?(\d*)$/.exec(spec);
  if (!found) throw new Error(`bad field ${spec}`);
  const most = Number(found[4] || found[2]);
  const least = found[3] ? Number(found[2] || "1") : most;
  return { kind: found[1] === "n" ? "n" : "x", least, most };
}

/** @type {{pattern: RegExp, length: number, parts: Part[]}[]} longer identifiers first */
const RULES = Object.entries(TABLE)
  .map(([ai, fields]) => ({ pattern: new RegExp("^" + ai.replace(/#/g, "\\d")), length: ai.length, parts: fields.split(" ").map(partOf) }))
  .sort((a, b) => b.length - a.length);

/** @param {string} text @returns {{ai: string, parts: Part[]} | null} */
function ruleAt(text) {
  const rule = RULES.find(({ pattern }) => pattern.test(text));
  return rule ? { ai: text.slice(0, rule.length), parts: rule.parts } : null;
}

/** @param {string} ai @param {string} value @param {Part[]} parts @returns {boolean} */
function fits(ai, value, parts) {
  let rest = value;
  for (const { kind, least, most } of parts) {
    const taken = rest.slice(0, most);
    if (taken.length < least || (taken !== "" && !(kind === "n" ? /^\d+$/ : TEXT).test(taken))) return false;
    rest = rest.slice(taken.length);
  }
  return rest === "" && isRight(ai, value);
}

/** What a value must be besides its form: check digits and dates that exist. @param {string} ai @param {string} value @returns {boolean} */
function isRight(ai, value) {
  if (/^(00|01|02|03)$/.test(ai)) return checkDigit(value.slice(0, -1)) === Number(value.slice(-1));
  if (/^(11|12|13|15|16|17)$/.test(ai)) return isDate(value);
  return ai !== "7003" || (isDate(value.slice(0, 6)) && /^(?:[01]\d|2[0-3])[0-5]\d$/.test(value.slice(6)));
}

/** @param {string} yymmdd day 00 means the month's last @returns {boolean} */
function isDate(yymmdd) {
  const [year, month, day] = [0, 2, 4].map((at) => Number(yymmdd.slice(at, at + 2)));
  return month >= 1 && month <= 12 && day <= lastDay(2000 + year, month);
}

/** @param {number} year @param {number} month @returns {number} */
function lastDay(year, month) {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * The elements of one element string. Without a separator behind it, a value of unlimited length runs as far as it may;
 * where that does not read to the end, shorter ones are tried, and only a reading that is the sole one counts.
 *
 * @param {string} text
 * @returns {Element[] | null}
 */
function readAll(text) {
  const strict = readStrict(text);
  if (strict || text.includes(GS)) return strict;
  /** @type {Element[][]} */
  const found = [];
  readEvery(text, [], found);
  return found.length === 1 ? found[0] : null;
}

/** @param {string} text @returns {Element[] | null} */
function readStrict(text) {
  /** @type {Element[]} */
  const elements = [];
  for (let rest = text; rest !== ""; ) {
    const rule = ruleAt(rest);
    if (!rule) return null;
    const { ai, parts } = rule;
    const most = parts.reduce((sum, part) => sum + part.most, 0);
    const body = rest.slice(ai.length);
    const end = body.indexOf(GS);
    const fixed = parts.every((part) => part.least === part.most);
    const length = fixed ? most : end < 0 ? body.length : end;
    const value = body.slice(0, length);
    if (!fits(ai, value, parts)) return null;
    elements.push({ ai, value });
    const after = body.slice(length);
    rest = after.startsWith(GS) ? after.slice(1) : after;
    // A fixed field outside the predefined ones still needs its separator, except where it was lost; nothing else may follow.
    if (rest !== "" && after === rest && !fixed) return null;
  }
  return elements.length > 0 ? elements : null;
}

/** Readings tried at most: a hostile code must not keep a till thinking. */
const TRIES = 500;

/** All readings of a text that lost its separators. @param {string} text @param {Element[]} before @param {Element[][]} found @param {{left: number}} [budget] */
function readEvery(text, before, found, budget = { left: TRIES }) {
  if (text === "") return void found.push(before);
  const rule = ruleAt(text);
  if (!rule || found.length > 1 || before.length >= 12) return;
  const { ai, parts } = rule;
  const least = parts.reduce((sum, part) => sum + part.least, 0);
  const most = parts.reduce((sum, part) => sum + part.most, 0);
  for (let length = Math.min(most, text.length - ai.length); length >= least; length -= 1) {
    if ((budget.left -= 1) < 0) return void found.splice(0, found.length);
    const value = text.slice(ai.length, ai.length + length);
    if (fits(ai, value, parts)) readEvery(text.slice(ai.length + length), [...before, { ai, value }], found, budget);
  }
}

/** `(01)05901234123457(10)AB`: the identifiers are told apart already. @param {string} text @returns {Element[] | null} */
function readWritten(text) {
  const pieces = [...text.matchAll(/\((\d{2,4})\)([^(]*(?:\((?!\d{2,4}\))[^(]*)*)/g)];
  if (pieces.map((piece) => piece[0]).join("") !== text || pieces.length === 0) return null;
  const elements = pieces.map(([, ai, value]) => ({ ai, value: value.trim() }));
  const right = elements.every(({ ai, value }) => {
    const rule = ruleAt(ai);
    return rule !== null && rule.ai === ai && fits(ai, value, rule.parts);
  });
  return right ? elements : null;
}

/**
 * @param {string} raw what the scanner sent or somebody typed
 * @returns {Gs1 | "broken" | null} null: this is no GS1 string; "broken": it says that it is one and cannot be read
 */
export function parseGs1(raw) {
  const said = GS1_SYMBOLOGY.test(raw) || raw.startsWith(GS);
  const text = raw.replace(/^\][A-Za-z]\d/, "").replace(SUBSTITUTES, GS).replace(/^\u001d+|\u001d+$/g, "");
  if (text.length < 16 || text.length > MAX_LENGTH) return said && text.length > MAX_LENGTH ? "broken" : null;
  const written = text.startsWith("(");
  // Without a word from the scanner only what begins with a trade item's number is taken for GS1: an EAN is digits, too.
  if (!said && !written && !/^0[12]\d/.test(text)) return null;
  const elements = written ? readWritten(text) : readAll(text);
  if (elements && !repeats(elements)) return { elements, data: new Map(elements.map(({ ai, value }) => [ai, value])) };
  return said || written || /^0[12]\d{14}./.test(text) ? "broken" : null;
}

/** One identifier with two values is two trade items in one code. @param {Element[]} elements */
function repeats(elements) {
  const known = new Map();
  return elements.some(({ ai, value }) => known.has(ai) && known.get(ai) !== value || void known.set(ai, value));
}

/** The string as one code, for a mark: identifiers and values with separators where they are needed. @param {Gs1} gs1 @returns {string} */
export function elementString({ elements }) {
  const text = elements.map(({ ai, value }) => ai + value + (PREDEFINED.has(ai.slice(0, 2)) ? "" : GS)).join("");
  return text.replace(/\u001d$/, "");
}

/**
 * A GS1 date. The century is the one that brings it within 50 years of today; day 00 is the month's last.
 *
 * @param {string} yymmdd
 * @param {string} today YYYY-MM-DD
 * @returns {string} YYYY-MM-DD
 */
export function gs1Date(yymmdd, today) {
  const [short, month, day] = [0, 2, 4].map((at) => Number(yymmdd.slice(at, at + 2)));
  const now = Number(today.slice(0, 4));
  const distance = short - (now % 100);
  const century = Math.floor(now / 100) + (distance >= 51 ? -1 : distance <= -50 ? 1 : 0);
  const year = century * 100 + short;
  return [year, String(month).padStart(2, "0"), String(day || lastDay(year, month)).padStart(2, "0")].join("-");
}

/** A value with implied decimals (`310n`, `392n`) as an integer scaled by 10^digits; null when it cannot be one. @param {string} value @param {number} decimals @param {number} digits @returns {number | null} */
export function scaled(value, decimals, digits) {
  const number = Number(value) * 10 ** Math.max(0, digits - decimals);
  const over = 10 ** Math.max(0, decimals - digits);
  const result = number / over;
  return Number.isSafeInteger(result) ? result : null;
}
