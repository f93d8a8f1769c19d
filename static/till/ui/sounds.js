/**
 * The till's tones, each of them with a visible twin. Made by WebAudio, so that there is no file to load; a browser that
 * has not been touched yet keeps silent until it is.
 */

/** @typedef {"line" | "refused" | "attention" | "fault" | "paid"} Tone */

/** Frequency in Hz, start and length in ms. @type {Record<Tone, [number, number, number][]>} */
const TONES = {
  line: [[1000, 0, 50]],
  refused: [[220, 0, 120], [220, 170, 120]],
  attention: [[660, 0, 110], [880, 120, 140]],
  fault: [[440, 0, 300]],
  paid: [[523, 0, 90], [659, 90, 90], [784, 180, 140]],
};

/** Which loudness each tone has. @type {Record<Tone, "saleVolume" | "refusedVolume" | "attentionVolume" | "faultVolume">} */
const LOUDNESS = { line: "saleVolume", paid: "saleVolume", refused: "refusedVolume", attention: "attentionVolume", fault: "faultVolume" };

/** A refused scan is always heard: the scanner's own beep would pass for a sale. */
export const LEAST_REFUSED = 30;

export class Sounds {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {import("./prefs.js").Prefs} */
  #prefs;

  /** @param {import("./prefs.js").Prefs} prefs */
  constructor(prefs) {
    this.#prefs = prefs;
  }

  /** Making the audio takes a weak machine a tenth of a second, which the first tone must not wait for. @returns {void} */
  warm() {
    const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 50));
    if ("AudioContext" in globalThis) idle(() => void (this.#context ??= new AudioContext()));
  }

  /** @param {Tone} name @returns {void} */
  play(name) {
    const set = this.#prefs.settings[LOUDNESS[name]];
    const volume = (name === "refused" ? Math.max(set, LEAST_REFUSED) : set) / 100;
    if (volume <= 0 || !("AudioContext" in globalThis)) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    if (context.state === "suspended") context.resume().catch(() => console.info("The browser keeps silent until it is touched."));
    for (const tone of TONES[name]) beep(context, tone, volume);
  }
}

/** @param {AudioContext} context @param {[number, number, number]} tone @param {number} volume @returns {void} */
function beep(context, [frequency, start, length], volume) {
  const from = context.currentTime + start / 1000;
  const to = from + length / 1000;
  const source = context.createOscillator();
  const gain = context.createGain();
  source.frequency.value = frequency;
  gain.gain.setValueAtTime(volume * 0.4, from);
  gain.gain.setTargetAtTime(0, to - 0.015, 0.006);
  source.connect(gain).connect(context.destination);
  source.start(from);
  source.stop(to + 0.02);
}
