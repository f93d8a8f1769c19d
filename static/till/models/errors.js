/** Refusals the till foresees. Anything else that is thrown is a bug and stays loud. */

/** @typedef {import("../types.d.ts").Args} Args */

export class TillError extends Error {
  /**
   * @param {string} code lower_snake_case, chooses the text a person reads (README.md lists them)
   * @param {Args} [args] fills the gaps of that text
   */
  constructor(code, args = {}) {
    super(code);
    this.name = "TillError";
    this.code = code;
    this.args = args;
  }

  /** @returns {import("../types.d.ts").Problem} */
  get problem() {
    return { code: this.code, args: this.args };
  }
}

/** A short text of anything thrown, for logs and small print. @param {unknown} error @returns {string} */
export function detailOf(error) {
  if (error instanceof TillError) return `${error.code} ${JSON.stringify(error.args)}`;
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return String(error);
}
