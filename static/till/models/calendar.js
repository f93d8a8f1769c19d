/** Days of a life: ages and birthdays from plain days, without a clock and without time zones. */

const DAY = /^\d{4}-\d\d-\d\d$/;

/** @param {string | null} born @param {string} day @returns {number | null} whole years; who was born on 29 February is older on 1 March in a common year */
export function ageOn(born, day) {
  if (!born || !DAY.test(born) || born > day) return null;
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) < born.slice(5) ? years - 1 : years;
}

/** @param {string | null} born @param {string} day @returns {boolean} 29 February is kept on 1 March in a common year */
export function isBirthday(born, day) {
  if (!born || !DAY.test(born)) return false;
  const kept = Date.UTC(Number(day.slice(0, 4)), Number(born.slice(5, 7)) - 1, Number(born.slice(8)));
  return new Date(kept).toISOString().slice(0, 10) === day;
}
