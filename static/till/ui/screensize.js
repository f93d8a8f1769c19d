/** Millimetres of a screen, and the hours of the dark theme: the plain sums behind the settings of the look. */

/** Screens that tills have, in tenths of an inch. */
export const DIAGONALS = [70, 80, 101, 121, 133, 150, 156, 173, 190, 215, 240];

/** The least side of a thing to touch, in millimetres and in CSS pixels at a scale of 100 %. */
export const TARGET_MM = 12;
export const TARGET_PX = 44;

const MM_PER_INCH = 25.4;

/**
 * How wide a CSS pixel really is. A browser says 0.265 mm of every screen, which is true of few.
 *
 * @param {number} diagonal tenths of an inch
 * @param {{width: number, height: number}} size of the whole screen in CSS pixels
 * @returns {number} millimetres
 */
export function pixelMm(diagonal, { width, height }) {
  return ((diagonal / 10) * MM_PER_INCH) / Math.hypot(width, height);
}

/**
 * The scale at which the smallest thing to touch is 12 mm wide: never smaller than drawn, in steps of five.
 *
 * @param {number} diagonal tenths of an inch
 * @param {{width: number, height: number}} size of the whole screen in CSS pixels
 * @returns {number} percent, 100 to 200
 */
export function scaleFor(diagonal, size) {
  const exact = (100 * TARGET_MM) / (TARGET_PX * pixelMm(diagonal, size));
  return Math.min(200, Math.max(100, Math.ceil(exact / 5) * 5));
}

/** @param {number} hour @param {number} from @param {number} to @returns {boolean} over midnight when `from` is later than `to` */
export function isDarkHour(hour, from, to) {
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}
