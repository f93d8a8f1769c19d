/**
 * Work for the bridge that is done once and survives a restart: a list on disk, carried out one after the other. What a job
 * is, which one comes next and what its end means is its owner's business.
 */

/** @template {Record<string, any>} Job */
export class Jobs {
  #rows;
  #key;
  #hooks;
  /** @type {Job[]} */ list = [];
  running = false;

  /**
   * @param {import("../db/rows.js").Rows<Job>} rows
   * @param {keyof Job & string} key the member that a job is stored by
   * @param {object} hooks
   * @param {() => Job | undefined} hooks.next the one to carry out now
   * @param {(job: Job) => Promise<boolean>} hooks.carry false: stop for now
   * @param {() => void} hooks.show something changed
   */
  constructor(rows, key, hooks) {
    this.#rows = rows;
    this.#key = key;
    this.#hooks = hooks;
  }

  async load() {
    this.list = await this.#rows.all();
  }

  /** A transaction elsewhere has stored them. @param {Job[]} jobs */
  added(...jobs) {
    this.list.push(...jobs);
    void this.run();
  }

  /** @param {Job} job */
  async add(job) {
    await this.#rows.put(job);
    this.added(job);
  }

  /** @param {Job} job @param {Partial<Job>} patch it may give the job another key */
  async mark(job, patch) {
    const before = job[this.#key];
    Object.assign(job, patch);
    await this.#rows.replace(before, job);
    this.#hooks.show();
  }

  /** @param {Job} job */
  async drop(job) {
    await this.#rows.drop(job[this.#key]);
    this.forget(job);
  }

  /** A transaction elsewhere has deleted it. @param {Job} job */
  forget(job) {
    this.list = this.list.filter((one) => one !== job);
    this.#hooks.show();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    this.#hooks.show();
    try {
      for (let job = this.#hooks.next(); job; job = this.#hooks.next()) if (!(await this.#hooks.carry(job))) break;
    } finally {
      this.running = false;
      this.#hooks.show();
    }
  }
}
