/**
 * A WebSocket of requests, answers and pushes (protocol.md 2 and 7) that keeps coming back. It says when it is open and
 * when it is not, and fails every request that has no answer; whoever asked decides whether to ask again.
 */

/** @typedef {{ok: boolean, re: number | null, error?: {code: string, detail: string}} & Record<string, any>} Answer */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const CONNECT_MS = 8_000;
const ANSWER_MS = 20_000;

/** The answer was an error of the other side's; `code` is its own. */
export class Refused extends Error {
  /** @param {string} code @param {string} detail @param {Answer} answer */
  constructor(code, detail, answer) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.answer = answer;
  }
}

/** There was no answer: nobody knows whether the request was heard. */
export class Unanswered extends Error {}

export class Socket {
  #url;
  #greet;
  #changed;
  #pushed;
  #stopCodes;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<number, {resolve: (answer: Answer) => void, reject: (error: Error) => void, timer: ReturnType<typeof setTimeout>}>} */ #asked = new Map();
  #nextId = 1;
  #failures = 0;
  #closed = true;
  #open = false;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;

  /**
   * @param {object} given
   * @param {() => string} given.url asked before each connection
   * @param {(socket: Socket) => Promise<void>} given.greet the hello; the socket counts as open when it has resolved
   * @param {(state: "connecting" | "open" | "closed" | "stopped", code: number) => void} given.changed
   * @param {(frame: Record<string, any>) => void} given.pushed frames that answer nothing
   * @param {number[]} [given.stopCodes] close codes after which there is no use in coming back
   */
  constructor({ url, greet, changed, pushed, stopCodes = [] }) {
    this.#url = url;
    this.#greet = greet;
    this.#changed = changed;
    this.#pushed = pushed;
    this.#stopCodes = stopCodes;
  }

  /** True from the end of the greeting until the connection is lost. */
  get open() {
    return this.#open;
  }

  start() {
    if (!this.#closed) return;
    this.#closed = false;
    this.#connect();
  }

  /** For good, until `start`. */
  stop() {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drop(1000);
  }

  /** Tries at once instead of at the end of the present wait. */
  hurry() {
    if (this.#closed || this.#socket) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#failures = 0;
    this.#connect();
  }

  #connect() {
    this.#timer = null;
    this.#changed("connecting", 0);
    let socket;
    try {
      socket = new WebSocket(this.#url());
    } catch (error) {
      // Only an impossible address throws here; it is reported like a connection that failed.
      reportError(error);
      return this.#lost(1006);
    }
    this.#socket = socket;
    const timer = setTimeout(() => this.#drop(4000), CONNECT_MS);
    socket.onopen = () => void this.#opened(socket).finally(() => clearTimeout(timer));
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => {
      clearTimeout(timer);
      if (this.#socket === socket) this.#lost(event.code);
    };
  }

  /** @param {WebSocket} socket */
  async #opened(socket) {
    try {
      await this.#greet(this);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unanswered)) reportError(error);
      return socket.close(4000);
    }
    if (this.#socket !== socket) return;
    this.#failures = 0;
    this.#open = true;
    this.#changed("open", 0);
  }

  /** @param {unknown} data */
  #heard(data) {
    const frame = typeof data === "string" ? parse(data) : null;
    if (!frame) return this.#drop(4002);
    if (!("re" in frame)) return this.#pushed(frame);
    const asked = this.#asked.get(Number(frame.re));
    if (!asked) return;
    this.#asked.delete(Number(frame.re));
    clearTimeout(asked.timer);
    asked.resolve(/** @type {Answer} */ (frame));
  }

  /**
   * @param {string} op
   * @param {Record<string, unknown>} [fields]
   * @param {number} [patience] ms until the connection is given up
   * @returns {Promise<Answer>} an answer with ok true
   * @throws {Refused | Unanswered}
   */
  async request(op, fields = {}, patience = ANSWER_MS) {
    const answer = await this.#ask(op, fields, patience);
    if (answer.ok) return answer;
    throw new Refused(answer.error?.code ?? "unknown", answer.error?.detail ?? "", answer);
  }

  /** @param {string} op @param {Record<string, unknown>} fields @param {number} patience @returns {Promise<Answer>} */
  #ask(op, fields, patience) {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new Unanswered("not connected"));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      // A peer that does not answer is treated as gone: a half-open connection looks open for minutes otherwise.
      const timer = setTimeout(() => this.#drop(4000), patience);
      this.#asked.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ id, op, ...fields }));
    });
  }

  /** @param {number} code */
  #drop(code) {
    const socket = this.#socket;
    if (!socket) return;
    socket.onclose = null;
    socket.close(code === 1000 ? 1000 : 4000);
    this.#lost(code);
  }

  /** @param {number} code */
  #lost(code) {
    this.#socket = null;
    this.#open = false;
    for (const { reject, timer } of this.#asked.values()) {
      clearTimeout(timer);
      reject(new Unanswered("connection lost"));
    }
    this.#asked.clear();
    if (this.#stopCodes.includes(code)) this.#closed = true;
    this.#changed(this.#closed ? "stopped" : "closed", code);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#connect(), waitAfter(this.#failures));
    this.#failures += 1;
  }
}

/** Doubling, and spread by half so that two hundred tills do not come back in the same second. @param {number} failures @returns {number} ms */
export function waitAfter(failures) {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return full / 2 + Math.random() * (full / 2);
}

/** @param {string} data @returns {Record<string, any> | null} */
function parse(data) {
  try {
    const frame = JSON.parse(data);
    return typeof frame === "object" && frame !== null && !Array.isArray(frame) ? frame : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
