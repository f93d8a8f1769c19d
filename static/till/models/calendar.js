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
  return daysToBirthday(born, day) === 0;
}

/** @param {string | null} born @param {string} day @returns {number | null} to the nearest birthday: negative when it was, positive when it will be; null when the birth date is not known */
export function daysToBirthday(born, day) {
  if (!born || !DAY.test(born)) return null;
  const year = Number(day.slice(0, 4));
  const [month, date] = born.slice(5).split("-").map(Number);
  const all = [year - 1, year, year + 1].map((one) => Math.round((Date.UTC(one, month - 1, date) - Date.parse(`${day}T00:00:00Z`)) / 86_400_000));
  return all.reduce((nearest, one) => (Math.abs(one) < Math.abs(nearest) ? one : nearest));
}
