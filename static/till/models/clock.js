/**
 * The till's time: the device's clock plus the offset the server last told. `at` of every item, prices and promotions use
 * it, so a device clock that is days wrong neither sells at yesterday's price nor has its items set aside. Order never
 * depends on it: that is the chain's.
 */

const SKEW_WARN_MS = 5 * 60 * 1000;
/** Clocks are trimmed by milliseconds; a person, a dead battery or a machine that slept moves them by more. */
const JUMP_MS = 2_000;

export class Clock {
  #wall;
  #offset = 0;
  #known = false;
  #mono;
  /** @type {number | null} between the two clocks, when last looked */ #apart = null;

  /** Called with how far the device's clock jumped, ms. @type {(by: number) => void} */
  onJump = () => {};

  /** @param {() => number} wall device clock, ms since 1970 @param {() => number} [mono] one that nobody can set */
  constructor(wall, mono = () => performance.now()) {
    this.#wall = wall;
    this.#mono = mono;
  }

  /** Whoever asks for the time also looks whether the clock still runs beside the one that cannot be set. @returns {number} */
  #look() {
    const wall = this.#wall();
    const apart = wall - this.#mono();
    const by = this.#apart === null ? 0 : apart - this.#apart;
    this.#apart = apart;
    if (Math.abs(by) > JUMP_MS) this.onJump(by);
    return wall;
  }

  /** @returns {number} ms since 1970, corrected */
  now() {
    return Math.floor(this.#look() + this.#offset);
  }

  /** @returns {number} the device's own clock, uncorrected */
  device() {
    return Math.floor(this.#look());
  }

  /** @returns {string} instant of the wire */
  instant() {
    return toInstant(this.now());
  }

  /** @param {number} offset server minus device, ms */
  correct(offset) {
    this.#offset = Math.round(offset);
    this.#known = true;
  }

  /** @returns {{offset: number, known: boolean, warn: boolean}} */
  get view() {
    return { offset: this.#offset, known: this.#known, warn: Math.abs(this.#offset) > SKEW_WARN_MS };
  }
}

/** @param {number} ms @returns {string} */
export function toInstant(ms) {
  return new Date(ms).toISOString();
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} timeZone @returns {Intl.DateTimeFormat} */
function formatOf(timeZone) {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/**
 * The calendar in the store's time zone.
 *
 * @param {number} ms
 * @param {string} timeZone IANA name
 * @returns {{day: string, weekday: number, minute: number}} weekday 1 = Monday … 7, minute of the day
 */
export function localTime(ms, timeZone) {
  const minute = Math.floor(ms / 60_000);
  if (minute !== known.minute || timeZone !== known.timeZone) known = { minute, timeZone, time: readTime(ms, timeZone) };
  return { ...known.time };
}

/** Every scan asks for the same minute again, and asking Intl costs more than pricing a line. */
let known = { minute: NaN, timeZone: "", time: { day: "", weekday: 0, minute: 0 } };

/** @param {number} ms @param {string} timeZone */
function readTime(ms, timeZone) {
  /** @type {Record<string, string>} */
  const part = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) part[type] = value;
  const day = `${part.year}-${part.month}-${part.day}`;
  return { day, weekday: weekdayOf(day), minute: Number(part.hour) * 60 + Number(part.minute) };
}

/** @param {string} day @returns {number} 1 = Monday … 7 = Sunday */
export function weekdayOf(day) {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}
