/**
 * The whole catalogue as one stream of lines: checked while it comes in, given on as pages of a new set, and used only when
 * the last line agrees with all of it. Whatever fails on the way leaves the present catalogue in use. It runs in a worker
 * (`snapshot-worker.js`), because 600,000 rows leave so much behind that collecting it stops the till for a tenth of a second.
 */

import { PAGE_ROWS, PageBuilder } from "../db/page.js";
import { keysOf } from "../models/rows.js";
import { Sha256 } from "../models/sha256.js";

const NEWLINE = 10;
const DATA = ',"data":';
/** A feed row is a name and a few numbers; a rulebook may be larger. */
const MAX_LINE = 8 * 1024 * 1024;
const PAGES_AT_ONCE = 4;
const MAX_KINDS = 100;

/** The download cannot be used. `code` says why. */
export class BadSnapshot extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const ASCII = /^[\x20-\x7e]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @typedef {(pages: import("../types.d.ts").Page[]) => Promise<void>} Put */

/**
 * Reads a snapshot into pages of `set`.
 *
 * @param {ReadableStream<Uint8Array>} stream unpacked bytes
 * @param {Put} put is waited for before more is read
 * @param {number} set a number no stored set has
 * @param {(done: number, total: number) => void} progress rows
 * @returns {Promise<{cursor: string, counts: Record<string, number>}>}
 * @throws {BadSnapshot} torn, bad_checksum, bad_counts, bad_line
 */
export async function readSnapshot(stream, put, set, progress) {
  const intake = new Intake(put, set, progress);
  const lines = new Lines();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      lines.push(value);
      for (let line = lines.next(); line; line = lines.next()) await intake.take(line);
    }
  } finally {
    // A stream that failed is already gone; what matters is the error on its way up.
    reader.cancel().catch(() => {});
  }
  if (!lines.empty) throw new BadSnapshot("torn");
  return intake.finish();
}

/** A line of the file: its bytes with the newline, its text without. @typedef {{bytes: Uint8Array, text: string}} Line */

/** Bytes in, whole lines out. All lines of a piece are decoded in one call, which costs a fraction of one call for each. */
class Lines {
  /** @type {Uint8Array[]} */ #rest = [];
  #restLength = 0;
  /** @type {Uint8Array} */ #bytes = new Uint8Array(0);
  /** @type {string[]} */ #texts = [];
  #at = 0;
  #line = 0;

  get empty() {
    return this.#restLength === 0 && this.#line >= this.#texts.length;
  }

  /** @param {Uint8Array} piece the one before has been read to its end */
  push(piece) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    this.#bytes = end === 0 ? new Uint8Array(0) : join([...this.#rest, piece.subarray(0, end)], this.#restLength + end);
    this.#texts = end === 0 ? [] : decode(this.#bytes).split("\n").slice(0, -1);
    this.#at = 0;
    this.#line = 0;
    if (end > 0) this.#keep([], 0);
    // Copied, because the reader may reuse its buffer.
    if (end < piece.length) this.#keep([...this.#rest, piece.slice(end)], this.#restLength + piece.length - end);
  }

  /** The line that has begun. @param {Uint8Array[]} rest @param {number} length */
  #keep(rest, length) {
    if (length > MAX_LINE) throw new BadSnapshot("bad_line");
    this.#rest = rest;
    this.#restLength = length;
  }

  /** @returns {Line | null} */
  next() {
    if (this.#line >= this.#texts.length) return null;
    const end = this.#bytes.indexOf(NEWLINE, this.#at) + 1;
    const line = { bytes: this.#bytes.subarray(this.#at, end), text: this.#texts[this.#line] };
    this.#at = end;
    this.#line += 1;
    return line;
  }
}

/** @param {Uint8Array[]} parts @param {number} length @returns {Uint8Array} */
function join(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What becomes of the lines. */
class Intake {
  #put;
  #set;
  #progress;
  #hash = new Sha256();
  /** @type {{cursor: string, counts: Record<string, number>} | null} */ #head = null;
  /** @type {Map<string, PageBuilder>} */ #builders = new Map();
  /** @type {import("../types.d.ts").Page[]} */ #full = [];
  /** @type {Record<string, number>} */ #seen = {};
  #rows = 0;
  #total = 0;
  #ended = false;

  /** @param {Put} put @param {number} set @param {(done: number, total: number) => void} progress */
  constructor(put, set, progress) {
    this.#put = put;
    this.#set = set;
    this.#progress = progress;
  }

  /** @param {Line} line */
  async take(line) {
    if (this.#ended) throw new BadSnapshot("bad_line");
    const value = parse(line.text);
    if (value.end === true) return this.#end(value);
    this.#hash.update(line.bytes);
    if (this.#head === null) return this.#begin(value);
    this.#row(value, line);
    if (this.#full.length >= PAGES_AT_ONCE) await this.#flush();
  }

  /** @param {Record<string, any>} value */
  #begin(value) {
    const { cursor, counts } = value;
    if (value.snapshot !== 1 || typeof cursor !== "string" || !isCounts(counts)) throw new BadSnapshot("bad_line");
    this.#head = { cursor, counts };
    this.#total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** @param {Record<string, any>} row @param {Line} line */
  #row(row, line) {
    const { kind, id, data } = row;
    const sound = typeof kind === "string" && typeof id === "string" && !id.includes("\n") && typeof data === "object" && data !== null;
    if (!sound) throw new BadSnapshot("bad_line");
    const builder = this.#builders.get(kind) ?? new PageBuilder(this.#set, kind);
    if (this.#builders.size >= MAX_KINDS) throw new BadSnapshot("bad_line");
    this.#builders.set(kind, builder);
    builder.add(id, dataBytes(row, line), keysOf(kind, data));
    this.#seen[kind] = (this.#seen[kind] ?? 0) + 1;
    this.#rows += 1;
    if (builder.full) this.#full.push(builder.take());
    if (this.#rows % PAGE_ROWS === 0) this.#progress(this.#rows, this.#total);
  }

  async #flush() {
    await this.#put(this.#full.splice(0));
  }

  /** @param {Record<string, any>} value */
  #end(value) {
    if (this.#head === null) throw new BadSnapshot("bad_line");
    if (value.sha256 !== this.#hash.hex()) throw new BadSnapshot("bad_checksum");
    this.#ended = true;
  }

  /** @returns {Promise<{cursor: string, counts: Record<string, number>}>} */
  async finish() {
    if (!this.#ended || this.#head === null) throw new BadSnapshot("torn");
    const { counts } = this.#head;
    const kinds = new Set([...Object.keys(counts), ...Object.keys(this.#seen)]);
    for (const kind of kinds) if ((counts[kind] ?? 0) !== (this.#seen[kind] ?? 0)) throw new BadSnapshot("bad_counts");
    for (const builder of this.#builders.values()) if (!builder.empty) this.#full.push(builder.take());
    await this.#flush();
    this.#progress(this.#rows, this.#total);
    return this.#head;
  }
}

/** @param {Uint8Array} bytes @returns {string} */
function decode(bytes) {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    // Bytes that are no UTF-8.
    if (error instanceof TypeError) throw new BadSnapshot("bad_line");
    throw error;
  }
}

/** @param {string} text @returns {Record<string, any>} */
function parse(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadSnapshot("bad_line");
}

/**
 * The bytes of a row's data. The server writes `data` last behind an ASCII head, so they are a part of the line as it came;
 * from any other order they are written anew. (A quote inside a text is always escaped, so the first match is the member.)
 *
 * @param {Record<string, any>} row
 * @param {Line} line
 */
function dataBytes(row, { bytes, text }) {
  const at = text.indexOf(DATA);
  const keys = Object.keys(row);
  if (at > 0 && keys[keys.length - 1] === "data" && text.endsWith("}}") && ASCII.test(text.slice(0, at))) {
    return bytes.subarray(at + DATA.length, bytes.length - 2);
  }
  return encoder.encode(JSON.stringify(row.data));
}

/** @param {unknown} counts @returns {counts is Record<string, number>} */
function isCounts(counts) {
  return typeof counts === "object" && counts !== null && Object.values(counts).every((count) => Number.isSafeInteger(count) && count >= 0);
}
