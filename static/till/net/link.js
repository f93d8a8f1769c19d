/** The till's connection to its store server: greeting, hints, and the state the status bar shows. Selling never waits for any of it. */

import { Socket } from "./socket.js";
import { Sync } from "./sync.js";
import { Upload } from "./upload.js";

const PROTOCOL = 1;
const REVOKED = 4403;
/** Less than this is the line's own delay. */
const SKEW_TOLD_MS = 2_000;
/** On a line that has gone dead silently nothing ever answers, and every try would leave a request waiting behind it. */
const STILL_MINE_MS = 10_000;

export class Link {
  #p;
  #origin;
  #build;
  /** The machine has a network again: the server is tried now and not at the end of the present wait. */
  #plugged = () => this.socket.hurry();

  /** @param {import("../assembly.js").Parts} parts @param {{origin: string, build: string}} given */
  constructor(parts, { origin, build }) {
    this.#p = parts;
    this.#origin = origin;
    this.#build = build;
    this.socket = new Socket({
      url: () => `${origin.replace(/^http/, "ws")}/ws/till/`,
      greet: () => this.#greet(),
      changed: (state, code) => this.#changed(state, code),
      pushed: (frame) => this.#pushed(frame),
      stopCodes: [REVOKED],
    });
    this.sync = new Sync(parts, this.socket, origin);
    this.upload = new Upload(parts, this.socket);
  }

  start() {
    globalThis.addEventListener?.("online", this.#plugged);
    this.socket.start();
  }

  stop() {
    globalThis.removeEventListener?.("online", this.#plugged);
    this.sync.stop();
    this.upload.stop();
    this.socket.stop();
  }

  async #greet() {
    const { offset } = this.#p.clock.view;
    let answer = await this.#hello();
    // The server remembers how far our clock was off; after a correction it should remember the clock we now use.
    if (Math.abs(this.#p.clock.view.offset - offset) > SKEW_TOLD_MS) answer = await this.#hello();
    this.#newBuild(answer.build);
    await this.upload.want(this.#p.journal.head.inc, answer.want);
    if (typeof answer.locked === "boolean") await this.#p.lock(answer.locked);
  }

  /** Says who we are and learns the time. @returns {Promise<import("./socket.js").Answer>} */
  async #hello() {
    const { clock, view } = this.#p;
    const before = clock.device();
    const started = performance.now();
    const answer = await this.socket.request("hello", {
      protocol: PROTOCOL, build: this.#build, cursor: this.#p.keeper.mark?.cursor ?? null, unsent: view.status.unsent, clock: clock.instant(),
    });
    const server = Date.parse(String(answer.server_time));
    if (Number.isFinite(server)) await this.#p.setOffset(server - (before + (performance.now() - started) / 2));
    return answer;
  }

  /** @param {unknown} build */
  #newBuild(build) {
    const { running } = this.#p.view.status.build;
    if (typeof build !== "string" || build === "" || build === running || build === this.#p.view.status.build.available) return;
    this.#p.view.setStatus({ build: { running, available: build } });
    this.#p.events.emit("build", { build });
  }

  /** @param {"connecting" | "open" | "closed" | "stopped"} state @param {number} code */
  #changed(state, code) {
    const { view, clock, events } = this.#p;
    const was = view.status.server.state;
    if (state === "open") {
      view.setStatus({ server: { state: "online", since: clock.instant() } });
      events.emit("online", { sent: 0 });
      this.sync.poke();
      this.upload.resume();
      this.#p.parking.poke();
      void this.#p.customers.send();
    } else if (code === REVOKED) {
      view.setStatus({ server: { state: "revoked", since: clock.instant() } });
      this.#p.revoked();
    } else if (state === "closed" && was === "online") {
      view.setStatus({ server: { state: "offline", since: clock.instant() } });
      events.emit("offline", {});
    } else if (was === "never") view.setStatus({ server: { state: "connecting", since: clock.instant() } });
    else if (state === "closed" && was === "connecting") view.setStatus({ server: { state: "offline", since: view.status.server.since } });
    if (state !== "open") this.#p.parking.away();
    if (state === "closed") void this.#stillMine();
  }

  /** A revoked cookie is refused before there is a socket that could say 4403; the REST answer tells the two apart. */
  async #stillMine() {
    try {
      const response = await fetch(`${this.#origin}/api/till/snapshot`, { method: "HEAD", credentials: "same-origin", signal: AbortSignal.timeout(STILL_MINE_MS) });
      if (response.status !== 403) return;
      this.socket.stop();
      this.#changed("stopped", REVOKED);
    } catch (error) {
      // No server, or none that answers: that is what offline means, and the socket keeps trying.
      if (!(error instanceof TypeError) && !(error instanceof DOMException && error.name === "TimeoutError")) throw error;
    }
  }

  /** @param {Record<string, any>} frame */
  #pushed(frame) {
    const { events } = this.#p;
    if (frame.push === "changed") this.sync.poke();
    else if (frame.push === "parked") this.#p.parking.poke();
    else if (frame.push === "build") this.#newBuild(frame.build);
    else if (frame.push === "message") events.emit("message", frame);
    else if (frame.push === "command") this.#command(String(frame.name));
  }

  /** @param {string} name */
  #command(name) {
    if (name === "pull") this.sync.poke();
    else if (name === "snapshot") this.sync.renew();
    else if (name === "lock" || name === "unlock") void this.#p.lock(name === "lock");
    this.#p.events.emit("command", { name });
  }
}

