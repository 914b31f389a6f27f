// Announces each call once on this display: chime, then twice the words, never two calls at a time.

import { memory } from "./page.js";

const REMEMBERED = 200;
const TIMES = 2;
const MOST_WAITING = 4; // More than this and the lobby would hear of calls long after they were made.

export class Announcer {
  /** `key` names this display's desks; `sound`: a Sound, or null for a silent display. */
  constructor(key, sound) {
    this.key = `announced:${key}`;
    this.sound = sound;
    const kept = memory.get(this.key);
    this.known = kept === null ? null : new Set(JSON.parse(kept));
    this.calling = [];
    this.waiting = [];
    this.busy = false;
  }

  /**
   * Take what is called now, of all desks of this display: what was not announced yet is announced, oldest
   * first. Each call has its `announcement`, the sentences by language.
   */
  take(calling) {
    this.calling = calling;
    if (this.known === null) {
      // A display that is switched on does not shout what was called before.
      this.known = new Set();
      calling.forEach((call) => this.remember(call));
      return;
    }
    const fresh = calling.filter((call) => !this.known.has(mark(call)));
    fresh.sort((one, other) => one.call_id - other.call_id);
    for (const call of fresh) {
      this.remember(call);
      this.waiting.push(call);
    }
    this.shorten();
    this.work();
  }

  remember(call) {
    this.known.add(mark(call));
    const newest = [...this.known].slice(-REMEMBERED);
    this.known = new Set(newest);
    memory.put(this.key, JSON.stringify(newest));
  }

  /** Drop repeats, oldest first, while too many wait; nobody's first call is ever dropped. */
  shorten() {
    while (this.waiting.length > MOST_WAITING) {
      const at = this.waiting.findIndex((call) => call.calls > 1);
      if (at < 0) return;
      this.waiting.splice(at, 1);
    }
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length) await this.announce(this.waiting.shift());
    this.busy = false;
  }

  /**
   * Whether somebody must still come for it: undone or finished while others were spoken, nobody must. A first
   * call holds while its number is called there, also when it was repeated meanwhile; a repeat for itself.
   */
  isCalled(call) {
    return this.calling.some((other) => (call.calls > 1 ? mark(other) === mark(call) : place(other) === place(call)));
  }

  async announce(call) {
    if (!this.isCalled(call)) return;
    const body = document.body;
    body.dataset.announced = `${body.dataset.announced ?? ""} ${call.call_id}`.trim();
    const sentences = call.announcement;
    document.dispatchEvent(new CustomEvent("madoguchi:announce", { detail: { ...call, sentences } }));
    if (!this.sound || this.sound.blocked) return;
    try {
      // Fetched while the chime rings.
      if (call.aloud) sentences.forEach((sentence) => this.sound.fetch(sentence.audio));
      await this.sound.chime();
      for (let time = 0; call.aloud && time < TIMES; time += 1) {
        for (const sentence of sentences) {
          if (!this.isCalled(call)) return;
          // When many wait, everybody is called once before anybody is called twice.
          if (time > 0 && this.waiting.length >= MOST_WAITING) return;
          await this.sound.say(sentence);
        }
      }
    } catch (error) {
      console.warn("announcement without sound", error);
    }
  }
}

function mark(call) {
  return `${call.call_id}@${call.called_at}`;
}

function place(call) {
  return `${call.desk?.code ?? ""} ${call.number} ${call.counter}`;
}
